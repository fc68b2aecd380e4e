"""Make the material, read it, print how well that went.

python -m benchmarks.reading                           # all conditions
python -m benchmarks.reading --quick                   # a minute's worth
python -m benchmarks.reading --only notebook --save looked-at
python -m benchmarks.reading --write docs/reading.md   # the table of the documentation
python -m benchmarks.reading faithful                  # MNIST's held-back digits, drawn anew
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.reading import faithful, report
from benchmarks.reading.pages import PAGES
from benchmarks.reading.paper import Sample
from benchmarks.reading.score import Tally
from benchmarks.reading.singles import SINGLES
from benchmarks.reading.strangers import STRANGERS
from glassnet.models import Model
from glassnet.reading.reader import read, read_digit

PARTS: dict[str, tuple[dict[str, Callable[[np.random.Generator], Sample]], int, int]] = {
    "singles": (SINGLES, 100, 12),
    "pages": (PAGES, 24, 3),
    "strangers": (STRANGERS, 40, 6),
}
"""Conditions, and how many pictures of each: in full, and in a hurry."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=[*PARTS], help="singles, pages, strangers, faithful")
    parser.add_argument("--quick", action="store_true", help="few pictures of each condition")
    parser.add_argument("--count", type=int, help="pictures of each condition")
    parser.add_argument("--only", default="", help="only conditions whose name has this in it")
    parser.add_argument("--seed", type=int, default=0, help="other pictures")
    parser.add_argument("--model", type=Path, help="a model file instead of the bundled one")
    parser.add_argument("--save", type=Path, help="a folder for pictures of what went wrong")
    parser.add_argument("--write", type=Path, help="a page with a table between marks, to be brought up to date")
    arguments = parser.parse_args()
    model = Model.load(arguments.model) if arguments.model else None
    read(np.full((40, 40, 3), 255, np.uint8), model=model)  # what is loaded once is not counted
    tables = []
    for part in arguments.parts:
        if part == "faithful":
            tables.append(faithful.run(model, 300 if arguments.quick else arguments.count or 3000))
            continue
        conditions, full, few = PARTS[part]
        chosen = {name: make for name, make in conditions.items() if arguments.only in name}
        count = arguments.count or (few if arguments.quick else full)
        tallies = []
        for name, make in chosen.items():
            tallies += run(part, name, make, count, arguments.seed, model, arguments.save)
            print(report.line(part, tallies[-1]), flush=True)
        tables.append(report.table(part, tallies))
    text = "\n\n".join(tables)
    print("\n" + text)
    if arguments.write:
        report.write(arguments.write, text)


def run(
    part: str,
    name: str,
    make: Callable[[np.random.Generator], Sample],
    count: int,
    seed: int,
    model: Model | None,
    save: Path | None,
) -> list[Tally]:
    """Read ``count`` pictures of a condition. A single digit is also searched for as if it were one of several."""
    place = [*PARTS[part][0]].index(name)
    tally, alone = Tally(name), Tally(name)
    for number in range(count):
        sample = make(np.random.default_rng([seed, len(part), place, number]))
        began = time.process_time()
        reading = read(sample.picture, model=model)
        right = tally.add(sample, reading, time.process_time() - began)
        if part != "pages":
            began = time.process_time()
            answer = read_digit(sample.picture, model=model)
            right = alone.add_single(sample, answer, time.process_time() - began) and right
        if save is not None and not right:
            report.show(
                save / part / f"{name.replace(', ', '-').replace(' ', '-')}-{number:03}.png", sample, reading
            )
    return [tally] if part == "pages" else [tally, alone]


if __name__ == "__main__":
    main()
