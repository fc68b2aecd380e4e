"""How much filming slows training: the same run with its film and all that the page is told, and without.

A run that is begun on the page keeps snapshots of its parameters, a line for every step, checksums and
checkpoints, looks at 500 pictures along the way, and tells the server what happens. Without all that there is the
trainer alone, as ``for event in train(…)`` has it. The two take turns in one process, and who begins changes from
round to round. What counts is the time from the first event to the last, of the wall and of the processor (all
threads, writing the film among them). A ratio is that of a round; the median over the rounds counts, with the
lowest and the highest. On a busy machine the wall says little.

    python benchmarks/filming.py [--rounds 9] [--recipes quick one-hidden-layer cnn-small] [--json]

A film has no more than about 120 snapshots, however long its run is: short runs are slowed most. These are as
short as the page's own, of two epochs; of pictures, the dense ones learn from all that MNIST has.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from glassnet.data import Dataset
from glassnet.training import Recipe, RunFolder, load_recipe, train
from glassnet.training.training_data import TrainingData, open_training_data
from glassnet.web import trainee
from glassnet.web.control import Control

GOAL = 1.03
RUNS = {"quick": (60_000, 2), "one-hidden-layer": (60_000, 2), "cnn-small": (6_000, 2)}
"""By recipe: pictures that are learned from, and epochs."""


class Timed(trainee.Trainee):
    """A run as the page has it, up to its last event: what is kept in the end is no matter of the film."""

    def _finish(self, outcome: str) -> None:
        self.reporter.progress()


def clocks() -> list[float]:
    """Of the wall and of the processor, in seconds."""
    return [time.perf_counter(), time.process_time()]


def bare(recipe: Recipe, data: TrainingData, _: Path) -> list[float]:
    began = clocks()
    for _event in train(recipe, data.train, data.validation):
        pass
    return [after - before for before, after in zip(began, clocks(), strict=True)]


def filmed(recipe: Recipe, data: TrainingData, folder: Path) -> list[float]:
    """The same, and a process that reads what is told, as the server would."""
    run = RunFolder.create(folder, recipe, None)
    trainee._opened = lambda _: (trainee.begin(recipe, data.train), data)
    server = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8")
    assert server.stdin is not None
    at_work = Timed(run, Control(), server.stdin)
    began = clocks()
    at_work.work()
    took = [after - before for before, after in zip(began, clocks(), strict=True)]
    server.stdin.close()
    server.wait()
    return took


def compare(name: str, rounds: int) -> dict[str, Any]:
    count, epochs = RUNS[name]
    recipe = load_recipe(name, [f"training.epochs={epochs}"])
    data = open_training_data(recipe, "mnist", offline=True, progress=lambda event: None)
    if len(data.train) > count:
        part = data.train.subset(slice(count))
        data = TrainingData(**{**vars(data), "train": Dataset(part.images, part.labels, name=part.name)})
    times: dict[str, list[list[float]]] = {"bare": [], "filmed": []}
    with tempfile.TemporaryDirectory() as folder:
        bare(recipe, data, Path(folder))  # the first one of a process has pages of memory to fetch
        for number in range(rounds):
            for way in (bare, filmed) if number % 2 else (filmed, bare):
                times[way.__name__].append(way(recipe, data, Path(folder)))
    found: dict[str, Any] = {"recipe": name, "pictures": len(data.train), "epochs": epochs}
    for place, clock in enumerate(("wall", "processor")):
        ours, theirs = ([one[place] for one in times[way]] for way in ("filmed", "bare"))
        ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
        middle = statistics.median(ratios)
        found[clock] = {"filmed": ours, "bare": theirs, "ratio": middle, "spread": [ratios[0], ratios[-1]]}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--recipes", nargs="*", default=list(RUNS), choices=RUNS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.recipes:
        found = compare(name, arguments.rounds)
        if arguments.json:
            print(json.dumps(found))
            continue
        print(
            f"{name}, {found['epochs']} epochs of {found['pictures']:,} pictures, {arguments.rounds} rounds; goal"
            f" {100 * (GOAL - 1):.0f} %; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        for clock in ("wall", "processor"):
            one = found[clock]
            theirs, ours = (statistics.median(one[way]) for way in ("bare", "filmed"))
            more, low, high = (f"{100 * (ratio - 1):+.1f}" for ratio in (one["ratio"], *one["spread"]))
            met = "met" if one["ratio"] <= GOAL else "missed"
            print(f"  {clock:9} {theirs:6.2f} s, filmed {ours:6.2f} s: {more} % ({low} to {high}), {met}")


if __name__ == "__main__":
    main()
