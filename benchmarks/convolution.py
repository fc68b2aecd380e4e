"""What a training step of a convolutional network costs: Glassnet, PyTorch, and im2col as it is usually written.

Four networks, forward, backward and update (Nesterov momentum) on batches of 128 pictures of noise, float32; all
start from the same weights, and the losses of the first steps must agree, which is checked. PyTorch has its
pictures and weights in channels_last, which is its faster form here, and its fused optimiser. Glassnet takes its
steps as training does: in blocks of 64 that threads share, one BLAS thread (batch normalisation takes its
statistics over each block, so that losses agree only roughly). "im2col" is Glassnet with convolution as it is
usually written, all patches written out: what ``engine/sliding.py`` and ``engine/six_points.py`` are worth.

Each competitor lives in a process of its own and they take turns, because a shared machine is faster at one moment
than at the next: trust the ratios, which compare neighbours; where others compute beside it, those of CPU time
with one thread. Memory is what the process grew by while it trained.

::

    python benchmarks/convolution.py                    # one thread each, then two each
    python benchmarks/convolution.py --networks lenet --threads 2 --rounds 15 --json
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from glassnet.engine import Conv2D, MaxPool2D, Nesterov, Network, SoftmaxCrossEntropy
from glassnet.engine.layers import Layer
from glassnet.memory import keep_freed_memory
from glassnet.training.parallel import BatchGradient

BATCH, CLASSES, RATE, SEED = 128, 10, 0.01, 0
STEPS = 8  # of one turn, or more where they take less than TURN seconds:
TURN = 0.5  # after a pause, two threads need the first few steps to find a core each
PAUSE = 0.2  # seconds between two turns: threads that spin while they wait have then gone to sleep

BLOCK = ("batch_norm", "relu")


def normalised(first: int, second: int, third: int) -> list[str]:
    """The network of the recipes ``cnn-small`` and ``cnn``, with so many channels in its three parts."""
    return [
        *(f"conv {first} 5x5", "pool 2", *BLOCK, f"conv {second} 3x3 padding=same", *BLOCK),
        *(f"conv {second} 3x3 padding=same", "pool 2", *BLOCK, f"conv {third} 3x3 padding=same", *BLOCK),
        *(f"conv {third} 3x3", *BLOCK, "global_average_pool", "dense 10"),
    ]


NETWORKS = {
    "lenet": [
        *("conv 16 5x5", "pool 2", "relu", "conv 32 5x5", "pool 2", "relu"),
        *("dense 128", "relu", "dense 10"),
    ],
    "3x3": [
        *("conv 16 3x3 padding=same", "relu", "conv 32 3x3 padding=same", "pool 2", "relu"),
        *("conv 64 3x3 padding=same", "pool 2", "relu", "dense 128", "relu", "dense 10"),
    ],
    "cnn-small": normalised(16, 32, 64),
    "cnn": normalised(32, 64, 128),
}
"""Max pooling stands before ReLU, with which it may change places: a quarter of the work for everybody."""


class Competitor(Protocol):
    """Somebody who can take one training step on a fixed batch, and tell the loss before it."""

    def step(self) -> float: ...


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(SEED)
    return random.random((BATCH, 28, 28, 1), np.float32), random.integers(0, CLASSES, BATCH)


class Glassnet:
    """The trainer's own step: its gradient of a batch, with so many threads, and the engine's optimiser."""

    def __init__(self, name: str, threads: int) -> None:
        keep_freed_memory()  # as training does
        self.network = Network(self.layers(name), (28, 28, 1), seed=SEED)
        self.inputs, self.labels = batch()
        self.optimizer = Nesterov()
        self.gradient = BatchGradient(self.network, SoftmaxCrossEntropy(), lambda inputs: inputs, threads)

    def layers(self, name: str) -> list[str | Layer]:
        return list(NETWORKS[name])

    def step(self) -> float:
        loss = self.gradient(self.inputs, self.labels).loss
        self.optimizer.step(self.network.parameters, self.network.gradients, RATE)
        return loss


class PlainConvolution(Conv2D):
    """im2col: every patch is written out as a row of one tall matrix."""

    def patches(self, inputs: np.ndarray) -> np.ndarray:
        windows = sliding_window_view(inputs, self.size, axis=(1, 2))  # (N, H', W', C, kh, kw)
        return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, self.weight[..., 0].size)

    def forward(self, inputs: np.ndarray, training: bool = False) -> np.ndarray:
        if self.padding == "same":
            inputs = np.pad(inputs, ((0, 0), *self._borders(), (0, 0)))
        patches = self.patches(inputs)
        if training:
            self._shape, self._patch_rows = inputs.shape, patches
        outputs = patches @ self.weight.reshape(-1, self.filters)
        outputs += self.bias
        return outputs.reshape(len(inputs), *self.output_shape)

    def backward(self, gradient: np.ndarray, input_gradient_needed: bool = True) -> np.ndarray | None:
        rows = gradient.reshape(-1, self.filters)
        np.matmul(self._patch_rows.T, rows, out=self.weight_gradient.reshape(-1, self.filters))
        np.sum(rows, axis=0, out=self.bias_gradient)
        if not input_gradient_needed:
            return None
        sent = rows @ self.weight.reshape(-1, self.filters).T
        sent = sent.reshape(*gradient.shape[:3], *self.size, -1)
        result = np.zeros(self._shape, gradient.dtype)
        height, width, _ = self.output_shape
        for i, j in np.ndindex(self.size):
            result[:, i : i + height, j : j + width] += sent[:, :, :, i, j]
        (above, _), (left, _) = self._borders()
        return result[:, above : above + self.input_shape[0], left : left + self.input_shape[1]]


class PlainPool(MaxPool2D):
    """The largest of each square by one call, and where it was by comparing (noise has no ties)."""

    def forward(self, inputs: np.ndarray, training: bool = False) -> np.ndarray:
        height, width, channels = self.output_shape
        squares = inputs.reshape(len(inputs), height, self.size, width, self.size, channels)
        largest = squares.max(axis=(2, 4), keepdims=True)
        if training:
            self._mask = squares == largest
        return largest[:, :, 0, :, 0]

    def backward(self, gradient: np.ndarray, input_gradient_needed: bool = True) -> np.ndarray | None:
        return (self._mask * gradient[:, :, None, :, None]).reshape(len(gradient), *self.input_shape)


class PlainIm2col(Glassnet):
    """The same network with the plain layers in place of Glassnet's."""

    def layers(self, name: str) -> list[str | Layer]:
        network = Network(NETWORKS[name], (28, 28, 1))
        return [plain(layer) for layer in network.layers]


def plain(layer: Layer) -> Layer:
    if isinstance(layer, Conv2D):
        return PlainConvolution(layer.filters, layer.size, padding=layer.padding)
    return PlainPool(layer.size) if isinstance(layer, MaxPool2D) else layer


class PyTorch:
    """As PyTorch's users write it, with what its documentation recommends for convolution on a CPU."""

    def __init__(self, name: str, threads: int) -> None:
        import torch

        torch.set_num_threads(threads)
        ours = Network(NETWORKS[name], (28, 28, 1), seed=SEED)
        modules = [module for layer in ours.layers for module in peers(torch, layer)]
        self.network = torch.nn.Sequential(*modules).to(memory_format=torch.channels_last)
        self.load(torch, ours)
        inputs, labels = batch()
        inputs = torch.from_numpy(inputs.transpose(0, 3, 1, 2).copy())
        self.inputs, self.labels = inputs.contiguous(memory_format=torch.channels_last), torch.from_numpy(labels)
        self.loss = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=RATE, momentum=0.9, nesterov=True, fused=True
        )

    def load(self, torch, ours: Network) -> None:
        theirs = iter(module for module in self.network if list(module.parameters()))
        with torch.no_grad():
            for index, layer in enumerate(ours.layers):
                if layer.word == "conv":
                    next(theirs).weight.copy_(torch.from_numpy(layer.weight.transpose(3, 2, 0, 1).copy()))
                elif layer.word == "dense":
                    rows, before = layer.weight, ours.layers[index - 1]
                    if before.word == "flatten":  # which reads the channels last here and first there
                        rows = rows.reshape(*before.input_shape, -1).transpose(2, 0, 1, 3)
                    next(theirs).weight.copy_(torch.from_numpy(rows.reshape(-1, layer.units).T.copy()))
                elif layer.word == "batch_norm":
                    next(theirs)
            for parameter_name, values in self.network.named_parameters():
                if parameter_name.endswith("bias"):
                    values.zero_()

    def step(self) -> float:
        self.optimizer.zero_grad()
        loss = self.loss(self.network(self.inputs), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def peers(torch, layer: Layer) -> list:
    """PyTorch's modules for one of our layers."""
    nn = torch.nn
    inputs = layer.input_shape
    made = {
        "conv": lambda: [nn.Conv2d(inputs[-1], layer.filters, layer.size, padding=layer.padding)],
        "pool": lambda: [nn.MaxPool2d(layer.size)],
        "relu": lambda: [nn.ReLU()],
        "batch_norm": lambda: [nn.BatchNorm2d(inputs[-1])],
        "flatten": lambda: [nn.Flatten()],
        "global_average_pool": lambda: [nn.AdaptiveAvgPool2d(1), nn.Flatten()],
        "dense": lambda: [nn.Linear(inputs[-1], layer.units)],
    }
    return made[layer.word]()


COMPETITORS: dict[str, type] = {"Glassnet": Glassnet, "PyTorch": PyTorch, "im2col": PlainIm2col}


# --- In the child: a turn on every line that comes in ---------------------------------------------


def serve(name: str, network: str, threads: int) -> None:
    if name == "PyTorch":
        import torch  # noqa: F401  so that what it loads is not counted as growth
    before = _peak()
    competitor: Competitor = COMPETITORS[name](network, threads)
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, cpu, losses = time.perf_counter(), time.process_time(), []
        while len(losses) < STEPS or time.perf_counter() - wall < TURN:
            losses.append(competitor.step())
        seconds = time.perf_counter() - wall, time.process_time() - cpu
        costs = (each / len(losses) / BATCH * 1e6 for each in seconds)
        print(json.dumps([*costs, losses[:STEPS], _peak() - before]), flush=True)


def _peak() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- In the parent: turns -------------------------------------------------------------------------


@contextmanager
def child(name: str, network: str, threads: int) -> Iterator[subprocess.Popen[str]]:
    blas = 1 if name != "PyTorch" else threads
    variables = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": str(blas), "MKL_NUM_THREADS": str(blas)}
    command = [sys.executable, __file__, "--serve", name, "--networks", network, "--threads", str(threads)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **variables})
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait()


def answer(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline()
    if not line:
        raise SystemExit("a competitor failed; its message stands above")
    return line


def one_turn(process: subprocess.Popen[str]) -> tuple[float, float, list[float], float]:
    process.stdin.write("turn\n")
    process.stdin.flush()
    wall, cpu, losses, memory = json.loads(answer(process))
    time.sleep(PAUSE)
    return wall, cpu, losses, memory


def measure(network: str, threads: int, rounds: int) -> dict[str, dict[str, object]]:
    """Microseconds per picture of every competitor, turn by turn, after one turn to warm up and compare losses."""
    names = [name for name in COMPETITORS if threads == 1 or name != "im2col"]  # that one has no replicas
    results: dict[str, dict[str, object]] = {name: {"wall": [], "cpu": []} for name in names}
    with ExitStack() as stack:
        processes = {name: stack.enter_context(child(name, network, threads)) for name in names}
        for process in processes.values():
            answer(process)
        first = {name: one_turn(process)[2] for name, process in processes.items()}
        in_blocks = "batch_norm" in NETWORKS[network]
        for name, losses in first.items():
            if not np.allclose(losses, first["PyTorch"], rtol=0.2 if in_blocks else 0.01):
                raise SystemExit(
                    f"{name} does not compute what PyTorch computes: losses of the first steps {first}"
                )
        for _ in range(rounds):
            for name, process in processes.items():
                wall, cpu, _, memory = one_turn(process)
                results[name]["wall"].append(wall)
                results[name]["cpu"].append(cpu)
                results[name]["memory_mb"] = memory
    for result in results.values():
        for clock in ("wall", "cpu"):
            pairs = zip(results["Glassnet"][clock], result[clock], strict=True)
            result[f"{clock}_ratio"] = statistics.median(a / b for a, b in pairs)
    return results


def table(network: str, results: dict[str, dict[str, object]], threads: int) -> str:
    lines = [
        f"{network}, {threads} thread{'s' if threads > 1 else ''} each, {len(results['Glassnet']['wall'])} rounds",
        f"  {'µs a picture':12} {'median':>7} {'from':>7} {'to':>7} {'CPU':>7} {'MB':>6}   Glassnet takes (CPU)",
    ]
    for name, result in results.items():
        wall = result["wall"]
        share = f"{result['wall_ratio']:11.2f} of it ({result['cpu_ratio']:.2f})" if name != "Glassnet" else ""
        lines.append(
            f"  {name:12} {statistics.median(wall):7.0f} {min(wall):7.0f} {max(wall):7.0f} "
            f"{statistics.median(result['cpu']):7.0f} {result['memory_mb']:6.0f} {share}".rstrip()
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="threads of each competitor")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="every single time, for machines")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.networks[0], options.threads[0])
        return
    results = {}
    for network in options.networks:
        for threads in options.threads:
            results[f"{network}, {threads}"] = found = measure(network, threads, options.rounds)
            if not options.json:
                print(table(network, found, threads), flush=True)
    if options.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
