"""Make the material, read it, print how well that went.

python -m benchmarks.reading                           # all conditions
python -m benchmarks.reading --quick                   # a minute's worth
python -m benchmarks.reading --only notebook --save looked-at
python -m benchmarks.reading --test --write docs/reading.md   # the tables of the documentation
python -m benchmarks.reading faithful                  # MNIST's held-back digits, drawn anew
python -m benchmarks.reading rejection                 # what a threshold refuses, and what it lets pass
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.reading import faithful, limits, rejection, report
from benchmarks.reading.material import CONDITIONS, file_name, sample
from benchmarks.reading.paper import Sample
from benchmarks.reading.score import Tally
from glassnet.cli.model_file import open_model
from glassnet.models import Committee, Model
from glassnet.reading import read, read_digit

COUNTS = {
    "singles": (100, 10),
    "pages": (24, 2),
    "strangers": (40, 4),
    "faithful": (3000, 300),
    "limits": (12, 3),
    "rejection": (2000, 200),
}
"""Pictures of each condition: in full, and in a hurry."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=", ".join(COUNTS), metavar="PART")
    parser.add_argument("--quick", action="store_true", help="few pictures of each condition")
    parser.add_argument("--count", type=int, help="pictures of each condition")
    parser.add_argument("--only", default="", help="only conditions whose name has this in it")
    parser.add_argument("--seed", type=int, default=0, help="other pictures")
    parser.add_argument("--model", help="a model's name or file instead of the bundled reader")
    parser.add_argument("--test", action="store_true", help="draw MNIST's test part anew, which chooses nothing")
    parser.add_argument("--keep", type=Path, help="a folder where pictures are kept for the next time")
    parser.add_argument("--save", type=Path, help="a folder for pictures of what went wrong")
    parser.add_argument("--write", type=Path, help="a page with tables between marks, to be brought up to date")
    arguments = parser.parse_args()
    model = open_model(arguments.model) if arguments.model else None
    read(np.full((40, 40, 3), 255, np.uint8), model=model)  # what is loaded once is not counted
    tables = []
    for part in arguments.parts or COUNTS:
        count = arguments.count or COUNTS[part][arguments.quick]
        if part == "faithful":
            tables.append(faithful.run(model, count, test=arguments.test))
            continue
        if part == "limits":
            tables.append(limits.run(model, count))
            continue
        if part == "rejection":
            tables.append(rejection.run(model, count, arguments.seed))
            continue
        tallies = []
        for name in CONDITIONS[part]:
            if arguments.only in name:
                tallies.append(measured(part, name, count, arguments, model))
                print(report.line(part, tallies[-1]), flush=True)
        tables.append(report.table(part, tallies))
    by = f"the model `{arguments.model}`" if arguments.model else "the bundled reader"
    few = ", few of each kind: single lines are rough" if arguments.quick else ""
    text = "\n\n".join([f"Measured with {by}, on pictures of seed {arguments.seed}{few}.", *tables])
    print("\n" + text)
    if arguments.write:
        report.write(arguments.write, text)


def measured(
    part: str, name: str, count: int, arguments: argparse.Namespace, model: Model | Committee | None
) -> tuple[Tally, Tally]:
    """Read the pictures of a condition twice: searched for digits, and told that there is exactly one."""
    many, one = Tally(name), Tally(name)
    for number in range(count):
        given = sample(part, name, number, arguments.seed, arguments.keep)
        began = time.process_time()
        reading = read(given.picture, model=model)
        right = many.add(given, reading, time.process_time() - began)
        if part != "pages":
            alone = given if part == "singles" else Sample(given.picture, [])  # two digits are not one
            began = time.process_time()
            answer = read_digit(given.picture, model=model)
            right = one.add_single(alone, answer, time.process_time() - began) and right
        if arguments.save is not None and not right:
            path = arguments.save / part / f"{file_name(name)}-{number:03}.png"
            report.show(path, given, reading, None if part == "pages" else answer)
    return many, one


if __name__ == "__main__":
    main()
