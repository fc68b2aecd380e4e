"""The same arithmetic as the introductory texts, and how much sooner: ratios, measured in turns in one run.

    python benchmarks/reference_speed.py [--rounds 7] [--json]

Two of the five reference systems decide how long all of them take: gradient descent on all 60,000 pictures at
once (784-10-10), and one picture at a time (784-100-10). The texts' own way is in ``texts_baseline.py`` (double
precision, BLAS with its own threads); Glassnet's is its trainer with the shipped recipes, events and all. That
both compute the same is proved by the tests. Pictures are noise of MNIST's size.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import numpy as np

from glassnet.data import Dataset
from glassnet.training import Epoch, load_recipe, train
from texts_baseline import ColumnNetwork, columns, full_batch_step, seconds_per_call

ITERATIONS = 10
EXAMPLES = 3000


def glassnet_seconds(recipe_name: str, data: Dataset, epochs: int) -> float:
    """Median seconds of an epoch, the first one left out: threads and buffers are made there."""
    recipe = load_recipe(recipe_name, [f"training.epochs={epochs}"])
    seconds = [event.seconds for event in train(recipe, data) if isinstance(event, Epoch)]
    return statistics.median(seconds[1:])


def full_batch(images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Seconds per iteration: the texts', Glassnet's."""
    rng = np.random.default_rng(0)
    start = (
        rng.standard_normal((10, 784)) * np.sqrt(2 / 784),
        np.zeros((10, 1)),
        rng.standard_normal((10, 10)) * np.sqrt(2 / 10),
        np.zeros((10, 1)),
    )
    pictures, answers = columns(images), labels.astype(int)
    theirs = seconds_per_call(lambda: full_batch_step(*start, pictures, answers, 0.1), ITERATIONS)
    ours = glassnet_seconds("ten-hidden", Dataset(images, labels), ITERATIONS)
    return statistics.median(theirs[1:]), ours


def one_at_a_time(images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Seconds per example: the texts', Glassnet's."""
    network = ColumnNetwork(784, 100, 10, 0.1)
    rows = images[:EXAMPLES].reshape(EXAMPLES, -1) / 255.0 * 0.99 + 0.01
    targets = np.full((10, 10), 0.01) + 0.98 * np.eye(10)
    began = time.perf_counter()
    for row, label in zip(rows, labels, strict=False):
        network.train(row, targets[label])
    theirs = time.perf_counter() - began
    ours = glassnet_seconds("one-at-a-time", Dataset(images[:EXAMPLES], labels[:EXAMPLES]), 4)
    return theirs / EXAMPLES, ours / EXAMPLES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="every single figure, for machines")
    options = parser.parse_args()
    rounds, found = options.rounds, {}
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60_000, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 60_000).astype(np.uint8)
    for name, measure, scale, unit in (
        ("full batch, 784-10-10, 60,000 pictures", full_batch, 1e3, "ms an iteration"),
        ("one at a time, 784-100-10", one_at_a_time, 1e6, "µs an example"),
    ):
        pairs = [measure(images, labels) for _ in range(rounds)]
        found[name] = {"texts": [theirs for theirs, _ in pairs], "Glassnet": [ours for _, ours in pairs]}
        if options.json:
            continue
        theirs, ours = (scale * statistics.median(column) for column in zip(*pairs, strict=True))
        ratios = sorted(theirs / ours for theirs, ours in pairs)
        print(
            f"{name}: texts {theirs:.1f}, Glassnet {ours:.1f} {unit}; "
            f"{statistics.median(ratios):.2f} times faster ({ratios[0]:.2f} to {ratios[-1]:.2f}, {rounds} rounds)"
        )
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
