"""How long one epoch takes: Glassnet's engine, PyTorch and scikit-learn on the same network, in turns.

The network is 784-128-10 with ReLU, batches of 128, Adam, float32; all start from the same weights and see the
samples in the same order, so that after the first epoch their losses must agree, which is checked. Each of them
lives in a process of its own, because the number of threads is settled when a library is loaded, and they take
turns (A B C A B C …), because a shared machine is faster at one moment than at the next: trust the ratios, which
compare neighbours, before the seconds, and where others compute beside it, those of CPU time with one thread. The
bare matrix products of an epoch take part as a fourth, the floor.

::

    python benchmarks/mlp_epoch.py                      # one thread each, then two each
    python benchmarks/mlp_epoch.py --threads 1 --rounds 15 --json

MNIST comes from ``--data``, ``GLASSNET_DATA`` or ``../shared/data/mnist``; without it, noise of the same size.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

BATCH, HIDDEN, CLASSES, RATE, SEED = 128, 128, 10, 0.001, 0
PAUSE = 0.2  # seconds between two turns: threads that spin while they wait have then gone to sleep


class Competitor(Protocol):
    """Somebody who can run one epoch over the samples in an order of our choosing, and tell the mean loss."""

    def epoch(self, order: np.ndarray) -> float: ...


def initial_weights() -> list[np.ndarray]:
    """weight (784, 128), bias (128,), weight (128, 10), bias (10,): He-normal and zeros, float32."""
    random = np.random.default_rng(SEED)
    weights = []
    for fan_in, units in ((784, HIDDEN), (HIDDEN, CLASSES)):
        weights += [random.normal(0, (2 / fan_in) ** 0.5, (fan_in, units)), np.zeros(units)]
    return [weight.astype(np.float32) for weight in weights]


class Glassnet:
    """The engine's own loop, as the trainer holds it: pictures are uint8 until the batch, BLAS has one thread."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        from threadpoolctl import threadpool_limits

        from glassnet.engine import Adam, Network, Preparation, SoftmaxCrossEntropy
        from glassnet.memory import keep_freed_memory

        keep_freed_memory()
        threadpool_limits(limits=1, user_api="blas")
        self.images, self.labels = images, labels
        self.prepare = Preparation.fit("unit", images)
        self.network = Network([f"dense {HIDDEN}", "relu", f"dense {CLASSES}"], (28, 28, 1))
        parameters = dict(self.network.named_parameters())
        for name, values in zip(("1.weight", "1.bias", "3.weight", "3.bias"), initial_weights(), strict=True):
            parameters[name][...] = values
        self.loss, self.optimizer = SoftmaxCrossEntropy(), Adam()

    def epoch(self, order: np.ndarray) -> float:
        total = 0.0
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            inputs = self.prepare(self.images.take(rows, axis=0))
            loss, gradient = self.loss(self.network.forward(inputs, training=True), self.labels[rows])
            self.network.backward(gradient)
            self.optimizer.step(self.network.parameters, self.network.gradients, RATE)
            total += loss * len(rows)
        return total / len(order)


class PyTorch:
    """As PyTorch's users write it, with its fastest Adam; the pictures lie ready as float32."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        self.torch = torch
        self.images = torch.from_numpy(images.reshape(len(images), -1).astype(np.float32) / 255)
        self.labels = torch.from_numpy(labels.astype(np.int64))
        first, last = torch.nn.Linear(784, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
        weights = initial_weights()
        with torch.no_grad():
            for layer, weight, bias in ((first, *weights[:2]), (last, *weights[2:])):
                layer.weight.copy_(torch.from_numpy(weight.T.copy()))
                layer.bias.copy_(torch.from_numpy(bias))
        self.network = torch.nn.Sequential(first, torch.nn.ReLU(), last)
        self.loss = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE, fused=True)

    def epoch(self, order: np.ndarray) -> float:
        total, rows_in_order = 0.0, self.torch.from_numpy(order)
        for rows in rows_in_order.split(BATCH):
            self.optimizer.zero_grad()
            loss = self.loss(self.network(self.images[rows]), self.labels[rows])
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(rows)
        return total / len(order)


class ScikitLearn:
    """MLPClassifier, one ``partial_fit`` per epoch; it shuffles by itself, with our random numbers."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        import sklearn
        from sklearn.neural_network import MLPClassifier

        sklearn.set_config(assume_finite=True)  # in one long fit it would look at the pixels once, not every epoch
        self.images, self.labels = images.reshape(len(images), -1).astype(np.float32) / 255, labels
        self.model = MLPClassifier((HIDDEN,), alpha=0, batch_size=BATCH, learning_rate_init=RATE, random_state=0)
        self.model.partial_fit(self.images[:BATCH], self.labels[:BATCH], classes=np.arange(CLASSES))
        weights = initial_weights()
        for theirs, ours in zip(
            self.model.coefs_ + self.model.intercepts_, weights[::2] + weights[1::2], strict=True
        ):
            theirs[...] = ours
        del self.model._optimizer  # forget the step that it needed in order to exist
        self.model._random_state = np.random.RandomState(SEED)

    def epoch(self, order: np.ndarray) -> float:
        self.model.partial_fit(self.images, self.labels)
        return float(self.model.loss_)


class Products:
    """The five matrix products of every step and nothing else: what no implementation can do without."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        random = np.random.default_rng(SEED)

        def matrix(rows: int, columns: int) -> np.ndarray:
            return random.random((rows, columns), np.float32)

        self.inputs, self.hidden, self.scores = matrix(BATCH, 784), matrix(BATCH, HIDDEN), matrix(BATCH, CLASSES)
        self.first, self.last = matrix(784, HIDDEN), matrix(HIDDEN, CLASSES)
        self.first_gradient, self.last_gradient = np.empty_like(self.first), np.empty_like(self.last)
        self.hidden_gradient = np.empty_like(self.hidden)

    def epoch(self, order: np.ndarray) -> float:
        for start in range(0, len(order), BATCH):
            n = min(BATCH, len(order) - start)
            np.matmul(self.inputs[:n], self.first, out=self.hidden[:n])
            np.matmul(self.hidden[:n], self.last, out=self.scores[:n])
            np.matmul(self.hidden[:n].T, self.scores[:n], out=self.last_gradient)
            np.matmul(self.scores[:n], self.last.T, out=self.hidden_gradient[:n])
            np.matmul(self.inputs[:n].T, self.hidden_gradient[:n], out=self.first_gradient)
        return float("nan")


COMPETITORS: dict[str, type[Competitor]] = {
    "Glassnet": Glassnet,
    "PyTorch": PyTorch,
    "scikit-learn": ScikitLearn,
    "matrix products": Products,
}


# --- In the child: an epoch on every line that comes in -------------------------------------------


def serve(name: str, folder: str) -> None:
    images, labels = pictures(folder)
    competitor = COMPETITORS[name](images, labels)
    random = np.random.RandomState(SEED)  # the generator that scikit-learn uses, so that all have its order
    print("ready", flush=True)
    for _ in sys.stdin:
        order = np.arange(len(labels))
        if name != "scikit-learn":
            random.shuffle(order)
        wall, cpu = time.perf_counter(), time.process_time()
        loss = competitor.epoch(order)
        print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, loss]), flush=True)


def pictures(folder: str) -> tuple[np.ndarray, np.ndarray]:
    """MNIST's training part, images (60000, 28, 28) and labels, or noise where ``folder`` is empty."""
    if not folder:
        random = np.random.default_rng(SEED)
        return random.integers(0, 256, (60_000, 28, 28), np.uint8), random.integers(0, 10, 60_000, np.uint8)
    images, labels = (
        gzip.decompress((Path(folder) / f"train-{kind}-ubyte.gz").read_bytes())
        for kind in ("images-idx3", "labels-idx1")
    )
    return np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28), np.frombuffer(
        labels, np.uint8, offset=8
    )


# --- In the parent: turns -------------------------------------------------------------------------


@contextmanager
def child(name: str, folder: str, threads: int) -> Iterator[subprocess.Popen[str]]:
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    command = [sys.executable, __file__, "--serve", name, "--data", folder]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **variables})
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait()


def one_turn(process: subprocess.Popen[str]) -> tuple[float, float, float]:
    process.stdin.write("epoch\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise SystemExit("a competitor failed; its message stands above")
    time.sleep(PAUSE)
    wall, cpu, loss = json.loads(answer)
    return wall, cpu, loss


def measure(folder: str, threads: int, rounds: int) -> dict[str, dict[str, object]]:
    """Seconds per epoch of every competitor, turn by turn, after one turn to warm up and compare losses."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in COMPETITORS}
    with ExitStack() as stack:
        processes = {name: stack.enter_context(child(name, folder, threads)) for name in COMPETITORS}
        for name, process in processes.items():
            if process.stdout.readline() != "ready\n":
                raise SystemExit(f"{name} did not start; its message stands above")
        losses = {name: one_turn(process)[2] for name, process in processes.items()}
        losses.pop("matrix products")
        if max(losses.values()) > 1.01 * min(losses.values()):
            raise SystemExit(f"the competitors do not compute the same: losses of the first epoch {losses}")
        for _ in range(rounds):
            for name, process in processes.items():
                seconds[name].append(one_turn(process)[:2])
    clocks = ("wall", "cpu")
    results: dict[str, dict[str, object]] = {
        name: {clock: [turn[index] for turn in turns] for index, clock in enumerate(clocks)}
        for name, turns in seconds.items()
    }
    for name, result in results.items():
        result["first_epoch_loss"] = losses.get(name)
        for clock in clocks:
            result[f"{clock}_ratio"] = ratio(results["Glassnet"][clock], result[clock])
    return results


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of Glassnet's seconds over theirs, turn by turn."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def table(results: dict[str, dict[str, object]], threads: int) -> str:
    lines = [
        f"{threads} thread{'s' if threads > 1 else ''} each, {len(results['Glassnet']['wall'])} rounds",
        f"  {'seconds an epoch':16} {'median':>7} {'from':>7} {'to':>7} {'CPU':>7}   Glassnet takes (CPU)",
    ]
    for name, result in results.items():
        wall, cpu = result["wall"], result["cpu"]
        share = f"{result['wall_ratio']:11.2f} of it ({result['cpu_ratio']:.2f})" if name != "Glassnet" else ""
        lines.append(
            f"  {name:16} {statistics.median(wall):7.3f} {min(wall):7.3f} {max(wall):7.3f} "
            f"{statistics.median(cpu):7.3f} {share}".rstrip()
        )
    products = results["matrix products"]
    wall, cpu = 1 / products["wall_ratio"], 1 / products["cpu_ratio"]
    lines.append(f"  the bare matrix products are {wall:.0%} of Glassnet's time, {cpu:.0%} of its CPU time")
    return "\n".join(lines)


def main() -> None:
    beside = Path(__file__).parents[2] / "shared" / "data" / "mnist"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", default=os.environ.get("GLASSNET_DATA", str(beside) if beside.is_dir() else ""))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="threads of each competitor")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="every single time, for machines")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.data)
        return
    source = "MNIST" if options.data else "noise (MNIST is not there)"
    results = {threads: measure(options.data, threads, options.rounds) for threads in options.threads}
    if options.json:
        print(json.dumps({"data": source, "threads": results}))
        return
    print("784-128-10, batch 128, Adam, float32, on", source)
    for threads, result in results.items():
        print(table(result, threads))


if __name__ == "__main__":
    main()
