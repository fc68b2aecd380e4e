"""What the reader asks its network, with the right answers: tiles to learn from, as they are cut out of pages.

    python -m benchmarks.reading.tiles --output runs/tiles.npz
    python benchmarks/bundle.py reader --seeds 1 --data '…+runs/tiles.npz'

A network is best taught what it will be asked. Whatever pens, cameras and printed lines do to a digit on its way
to 28 × 28, and whatever a wrong cut leaves of it, is in what the reader finds on the pictures of this benchmark.
Their text and the places of their digits are known, so every piece that it asks the network about has an answer:
a digit, several, or none. The real digits on them are rows 0 to 49,999 of MNIST's training part, so that the
benchmark, which writes with the other rows, still shows what the network has not seen.

Where a person could not tell either, nothing is taught: a half that looks like a whole digit, a letter that looks
like a nought or a one. And because few people write a 1 with a long flag or an open 4, every style of ``strokes``
comes equally often in a share of the tiles.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading import writers
from benchmarks.reading.material import CONDITIONS, sample
from benchmarks.reading.paper import Mark, Sample
from glassnet.data.composites import CLASSES
from glassnet.data.dataset import DIGITS
from glassnet.data.strokes.alphabets import alphabet
from glassnet.reading.grouping import Candidate
from glassnet.reading.pen import as_digit
from glassnet.reading.reader import candidates_of
from glassnet.reading.recogniser import NONE, SEVERAL
from glassnet.reading.view import View

Tiles = tuple[list[NDArray[np.uint8]], list[int]]
"""Pictures ``(28, 28)`` and their labels."""

LEARNED_FROM = slice(0, 50_000)
COUNTS = {"pages": 40, "singles": 90, "strangers": 40}
"""Pictures of each condition."""
WORDS, THINGS = 2.5, 0.3
"""Times as many of words, which letters are learned from, and of photographs, each with thousands of pieces."""
EVERY_STYLE = 1_200
"""Tiles of each digit in which all styles come equally often."""
WHOLE, FREE = 0.75, 0.25
"""A piece with more than the one share of a digit's box has all of it, with less than the other nothing."""
TIGHT = 0.62
"""What box and piece have in common, as a share of what either covers, if the piece is that digit and no more."""
LOOKS_LIKE_ONE = 0.5
"""What is no digit and is taken for one with more than this probability may be undecidable."""
MOST_NONE = 6_000
"""So many pieces that are no digit are kept of each condition: a photograph of leaves has thousands, all alike."""
KEPT = {"several": 1.0, "fragment": 0.25, "dirt": 0.15, "stranger": 0.5}
"""The share of pieces that are no digit to be kept: a page has far more of them than digits."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1000, help="other pictures")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of pictures")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    tiles, labels = every_style(round(arguments.share * EVERY_STYLE), arguments.seed)
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        conditions = [(part, name) for part in COUNTS for name in CONDITIONS[part]]
        made = [pool.submit(tiles_of, *each, arguments.seed, arguments.share) for each in conditions]
        for (_, name), one in zip(conditions, made, strict=True):
            more_tiles, more_labels = one.result()
            tiles += more_tiles
            labels += more_labels
            none, several = labels.count(NONE), labels.count(SEVERAL)
            digits = len(labels) - none - several
            print(f"{name}: {digits:,} digits, {several:,} pieces that are several, {none:,} none", flush=True)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        arguments.output,
        x_train=np.array(tiles, np.uint8),
        y_train=np.array(labels, np.uint8),
        classes=np.array(CLASSES),
    )


def every_style(count: int, seed: int) -> Tiles:
    """``count`` tiles of each digit, all of its styles equally often, as the reader would cut them out."""
    rng, table = np.random.default_rng(seed), alphabet("handwriting")
    tiles: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for digit in DIGITS:
        styles = np.flatnonzero(np.array(table.shows) == digit)
        for number in range(count):
            tall = rng.uniform(40, 120)
            writer = writers.Drawing(rng, writers.Pen(max(1.3, tall * rng.uniform(0.03, 0.15))))
            writer.take_style(digit, int(styles[number % len(styles)]))
            tiles.append(as_digit(writer.glyph(digit, tall)))
            labels.append(int(digit))
    return tiles, labels


def tiles_of(part: str, name: str, seed: int, share: float) -> Tiles:
    """Tiles and answers of all pictures of a condition."""
    writers.write_with(LEARNED_FROM)
    cv2.setNumThreads(1)
    rng = np.random.default_rng([seed, *name.encode()])
    times = THINGS if "photograph of" in name else WORDS if "words" in name and part == "strangers" else 1
    found = [
        pair
        for number in range(max(round(share * times * COUNTS[part]), 1))
        for pair in answered(sample(part, name, number, seed), rng)
    ]
    none = [place for place, (_, label) in enumerate(found) if label >= NONE]
    chosen = np.random.default_rng(seed).permutation(none)[: round(share * MOST_NONE)]
    kept = sorted({*range(len(found))} - {*none} | {*chosen.tolist()})
    return [found[place][0] for place in kept], [found[place][1] for place in kept]


def answered(made: Sample, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Tiles of a picture and their answers, as far as they can be given."""
    marks = [mark for line in made.lines for mark in line]
    candidates, view = candidates_of(made.picture)
    for one in candidates:
        label, kind = answer(one, view, marks)
        if label is None:
            continue
        if label >= NONE:
            plain = kind != "several" and one.confidence < 0.02  # plain cases teach little
            if undecidable(one, kind, marks) or rng.random() > KEPT[kind] * (0.3 if plain else 1.0):
                continue
        yield one.tile, label


def answer(one: Candidate, view: View, marks: Sequence[Mark]) -> tuple[int | None, str]:
    """The digit that a piece is, :data:`SEVERAL`, or :data:`NONE` with what it is instead.

    ``None`` where it is none of these quite.
    """
    box = view.in_picture(one.piece.box)
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    common = [
        max(min(right, mark.right) - max(left, mark.left), 0)
        * max(min(bottom, mark.bottom) - max(top, mark.top), 0)
        for mark in marks
    ]
    areas = [max((mark.right - mark.left) * (mark.bottom - mark.top), 1e-6) for mark in marks]
    shares = [part / area for part, area in zip(common, areas, strict=True)]
    touched = [place for place, share in enumerate(shares) if share > FREE]
    if not any(common):
        return NONE, "dirt" if marks else "stranger"
    if len(touched) >= 2:
        return SEVERAL, "several"
    best = int(np.argmax(shares))
    if shares[best] > WHOLE:
        together = (right - left) * (bottom - top) + areas[best] - common[best]
        return (marks[best].digit if common[best] > TIGHT * together else None), "digit"
    return (NONE if shares[best] < 0.6 else None), "fragment"


def undecidable(one: Candidate, kind: str, marks: Sequence[Mark]) -> bool:
    """Would a person take it for a digit as well?"""
    if max(one.piece.box.height, one.piece.box.width) < 9:  # the reader refuses it itself
        return True
    if kind == "fragment":
        return one.confidence > 0.3
    if kind == "several":
        return one.confidence > 0.9
    sure = one.confidence > LOOKS_LIKE_ONE
    return sure and (bool(marks) or one.digit in (0, 1) or one.confidence > 0.9)


if __name__ == "__main__":
    main()
