"""How long from pixels in memory to 98 % of MNIST's test part: Glassnet, PyTorch and scikit-learn.

The clock runs from uint8 pixels to trained weights, everything between included. Glassnet learns from principal
components (784-H-10 in the end, see ``engine/principal_components.py``) with Nesterov's momentum; PyTorch does
the same, step by step, from components found the same way; and PyTorch and scikit-learn do what their users do,
Adam on pixels. With two threads, PyTorch gives both to every operation; Glassnet computes the components of moved
pictures in one while the other learns from those of the epoch before. All recipes were chosen with ``--part
validation``: learning from the first 50,000 training pictures, measured on the last 10,000. Weights are those of
the last step.

::

    python benchmarks/time_to_accuracy.py                      # the test part, five seeds each
    python benchmarks/time_to_accuracy.py --part validation --goals 98.0 --seeds 3
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mnist_files import part
from turns import ratio, rivals, serve

Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Plan:
    """A network 784-``hidden``-10 and how it is trained; ``components`` = 0 learns from pixels, with Adam."""

    hidden: int
    batch: int
    epochs: int
    rate: float
    components: int = 0
    shifts: bool = False
    """Whether every epoch moves every thousand pictures together by up to a pixel, and projects them anew."""


PLANS: dict[str, dict[str, Plan]] = {
    "98.0": {
        "Glassnet": Plan(192, 128, 4, 0.3, 64),  # validation, five seeds: 98.12, the lowest 98.02
        "PyTorch, the same": Plan(192, 128, 4, 0.3, 64),
        "PyTorch, Adam on pixels": Plan(256, 128, 15, 0.001),  # 97.77 after 8 epochs, 97.5 after 5
        "scikit-learn": Plan(256, 128, 15, 0.001),
    },
    "98.5": {
        "Glassnet": Plan(320, 128, 10, 0.3, 64, shifts=True),  # validation, five seeds: 98.64, the lowest 98.55
        "PyTorch, the same": Plan(320, 128, 10, 0.3, 64, shifts=True),
    },
}


def rates(plan: Plan, steps: int) -> list[float]:
    """Up over the first tenth of the run, then down to 0."""
    from glassnet.engine import make_schedule

    factor = make_schedule("linear", warm_up=0.1)
    return [plan.rate * factor((step + 0.5) / steps) for step in range(steps)]


def moves(count: int, random: np.random.Generator) -> Iterator[tuple[slice, tuple[int, int]]]:
    """Which pictures move, and by how many pixels down and across."""
    for start in range(0, count, 1000):
        down, across = random.integers(-1, 2, 2)
        yield slice(start, start + 1000), (int(down), int(across))


def glassnet(plan: Plan, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
    from glassnet.blas import one_blas_thread
    from glassnet.engine import Nesterov, Network, Preparation, PrincipalComponents, SoftmaxCrossEntropy
    from glassnet.training.batches import ahead

    prepare = Preparation.fit("unit", images)

    def epochs() -> Iterator[np.ndarray]:
        """The components of all pictures, for each epoch those of the pictures as they were moved."""
        random = np.random.default_rng([seed, 1])
        inputs = found.project(images)
        yield inputs
        for _ in range(plan.epochs - 1):
            if plan.shifts:
                inputs = np.empty_like(inputs)
                for some, shift in moves(len(images), random):
                    inputs[some] = found.project(np.roll(images[some], shift, axis=(1, 2)))
            yield inputs

    with one_blas_thread():
        random = np.random.default_rng(seed)
        found = PrincipalComponents.fit(prepare, images, plan.components, random)
        chain = [f"dense {plan.hidden}", "relu", "dense 10"]
        network = Network(chain, (plan.components,), seed=seed)
        loss, optimizer = SoftmaxCrossEntropy(), Nesterov()
        steps = -(-len(labels) // plan.batch)
        course = iter(rates(plan, steps * plan.epochs))
        shuffled = np.empty((len(labels), plan.components), np.float32)
        overlap = plan.shifts and os.environ.get("OMP_NUM_THREADS") != "1"
        for inputs in ahead(epochs()) if overlap else epochs():
            order = random.permutation(len(labels))
            inputs.take(order, axis=0, out=shuffled, mode="clip")
            targets = labels[order]
            for start in range(0, len(order), plan.batch):
                rows = slice(start, start + plan.batch)
                _, gradient = loss(network.forward(shuffled[rows], training=True), targets[rows])
                network.backward(gradient)
                optimizer.step(network.parameters, network.gradients, next(course))
        whole = found.fold(network, (28, 28, 1))
    return lambda pictures: whole.predict(pictures, prepare=lambda some: prepare(some)).argmax(1)


def pytorch(plan: Plan, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
    import torch

    torch.manual_seed(seed)
    pictures = torch.from_numpy(images)

    def pixels(some: torch.Tensor) -> torch.Tensor:
        return some.reshape(len(some), -1).to(torch.float32).div_(255)

    inputs = pixels(pictures)
    targets = torch.from_numpy(labels).to(torch.int64)
    mean, axes = torch.zeros(784), torch.eye(784)
    if plan.components:
        sample = inputs[torch.randperm(len(inputs))[:3000]]
        mean = sample.mean(0)
        _, _, axes = torch.svd_lowrank(sample - mean, plan.components + 10, niter=2)
        axes = axes[:, : plan.components].contiguous()
        inputs = (inputs - mean) @ axes
    network = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], plan.hidden), torch.nn.ReLU(), torch.nn.Linear(plan.hidden, 10)
    )
    for layer in (network[0], network[2]):
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        torch.nn.init.zeros_(layer.bias)
    if plan.components:
        optimizer = torch.optim.SGD(network.parameters(), plan.rate, momentum=0.9, nesterov=True, fused=True)
    else:
        optimizer = torch.optim.Adam(network.parameters(), plan.rate, fused=True)
    loss = torch.nn.CrossEntropyLoss()
    steps = -(-len(labels) // plan.batch)
    course = iter(rates(plan, steps * plan.epochs))
    random = np.random.default_rng(seed)
    for epoch in range(plan.epochs):
        if plan.shifts and epoch:
            for some, shift in moves(len(images), random):
                inputs[some] = (pixels(pictures[some].roll(shift, (1, 2))) - mean) @ axes
        order = torch.randperm(len(labels))
        shuffled, wanted = inputs[order], targets[order]
        for rows, answers in zip(shuffled.split(plan.batch), wanted.split(plan.batch), strict=True):
            if plan.components:
                optimizer.param_groups[0]["lr"] = next(course)
            optimizer.zero_grad()
            loss(network(rows), answers).backward()
            optimizer.step()

    def predict(unseen: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            inputs = pixels(torch.from_numpy(unseen))
            return network((inputs - mean) @ axes if plan.components else inputs).argmax(1).numpy()

    return predict


def scikit_learn(plan: Plan, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)  # it stops after so many epochs, as it was told

    def pixels(pictures: np.ndarray) -> np.ndarray:
        return pictures.reshape(len(pictures), -1).astype(np.float32) / 255

    model = MLPClassifier(
        (plan.hidden,),
        alpha=0,
        batch_size=plan.batch,
        learning_rate_init=plan.rate,
        max_iter=plan.epochs,
        random_state=seed,
    ).fit(pixels(images), labels)
    return lambda pictures: model.predict(pixels(pictures))


COMPETITORS = {
    "Glassnet": glassnet,
    "PyTorch, the same": pytorch,
    "PyTorch, Adam on pixels": pytorch,
    "scikit-learn": scikit_learn,
}


def parts(name: str) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """What to learn from, and what to measure on."""
    images, labels = part("train")
    if name == "validation":
        return (images[:50_000], labels[:50_000]), (images[50_000:], labels[50_000:])
    return (images, labels), part("t10k")


def compete(name: str, where: str, plan: Plan) -> None:
    """In the child: a turn is a training with one seed; the first one, on 1,000 pictures, warms up."""
    (images, labels), (unseen, answers) = parts(where)
    train = COMPETITORS[name]
    train(plan, images[:1000], labels[:1000], 0)

    def turn(seed: int) -> list[float]:
        wall, cpu = time.perf_counter(), time.process_time()
        predict = train(plan, images, labels, seed)
        seconds = time.perf_counter() - wall, time.process_time() - cpu
        return [*seconds, float(np.mean(predict(unseen) == answers))]

    serve(turn)


def measure(goal: str, where: str, seeds: int, threads: int) -> dict[str, dict[str, object]]:
    """Seconds and accuracy of everybody, seed by seed, in turns."""
    results: dict[str, dict[str, object]] = {}
    turns: dict[str, list[list[float]]] = {name: [] for name in PLANS[goal]}
    with rivals(__file__, list(PLANS[goal]), threads, "--part", where, "--goals", goal) as processes:
        for seed in range(seeds):
            for name, process in processes.items():
                turns[name].append(process.turn(seed))
    for name, rows in turns.items():
        wall, cpu, accuracy = (list(column) for column in zip(*rows, strict=True))
        results[name] = {"wall": wall, "cpu": cpu, "accuracy": accuracy}
    for result in results.values():
        for clock in ("wall", "cpu"):
            result[f"{clock}_ratio"] = ratio(results["Glassnet"][clock], result[clock])
    return results


def table(goal: str, where: str, threads: int, results: dict[str, dict[str, object]]) -> str:
    lines = [
        f"to {goal} % ({where}), {threads} thread{'s' if threads > 1 else ''} each",
        f"  {'seconds':24} {'median':>7} {'from':>6} {'to':>6} {'CPU':>6} {'mean %':>7} {'lowest':>7}   "
        "Glassnet takes (CPU)",
    ]
    for name, result in results.items():
        wall, accuracy = result["wall"], result["accuracy"]
        share = f"{result['wall_ratio']:10.2f} of it ({result['cpu_ratio']:.2f})" if name != "Glassnet" else ""
        lines.append(
            f"  {name:24} {statistics.median(wall):7.2f} {min(wall):6.2f} {max(wall):6.2f} "
            f"{statistics.median(result['cpu']):6.2f} {100 * statistics.fmean(accuracy):7.2f} "
            f"{100 * min(accuracy):7.2f} {share}".rstrip()
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--goals", nargs="+", default=list(PLANS), choices=PLANS)
    parser.add_argument("--part", default="test", choices=["test", "validation"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--json", action="store_true", help="every single figure, for machines")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        compete(options.serve, options.part, PLANS[options.goals[0]][options.serve])
        return
    found = {}
    for goal in options.goals:
        for threads in options.threads:
            found[f"{goal}, {threads}"] = results = measure(goal, options.part, options.seeds, threads)
            if not options.json:
                print(table(goal, options.part, threads, results), flush=True)
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
