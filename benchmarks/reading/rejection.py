"""How sure must an answer be? What a threshold costs in true digits, and how many strangers it lets pass.

True digits are drawn anew on a canvas as in ``faithful``: rows 50,000 to 59,999 of MNIST's training part, and
digits drawn by code. Strangers are those of the benchmark. All go through ``read_digit``, which is told that there
is a digit: the harder question. What it refuses for another reason (blank, two digits, a word) stays refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.faithful import CANVAS, on_canvas
from benchmarks.reading.material import CONDITIONS, sample
from benchmarks.reading.placing import placed
from benchmarks.reading.report import share
from benchmarks.reading.writers import Drawing, Pen, real_digits
from glassnet.models import Committee, Model
from glassnet.reading.reader import read_digit
from glassnet.reading.result import ReadDigit

__all__ = ["run"]

THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
FEW = 50
"""True digits of either kind for each stranger of each kind."""

_NOT_SURE = ("unclear", "a scribble or a letter", "looks like more than one digit")
"""How the reasons begin that mean: not sure enough."""

Answers = Sequence[tuple[float, bool]]
"""How sure, and whether right."""


def run(model: Model | Committee | None, count: int, seed: int) -> str:
    """A table: for each threshold the true digits refused, the mistakes left, and the strangers that pass."""
    real = [_sure(read_digit(picture, model=model), digit) for digit, picture in _real(count, seed)]
    drawn = [_sure(read_digit(picture, model=model), digit) for digit, picture in _drawn(count, seed)]
    strangers = [
        _sure(read_digit(sample("strangers", name, number, seed).picture, model=model))
        for name in CONDITIONS["strangers"]
        for number in range(max(count // FEW, 1))
    ]
    lines = [
        "| refused below | of MNIST's digits refused | wrong, of those read | of digits drawn by code refused "
        "| wrong, of those read | strangers that pass |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for least in THRESHOLDS:
        cells = [*_cells(real, least), *_cells(drawn, least), share(_passing(strangers, least), len(strangers))]
        lines.append(f"| {least:g} | " + " | ".join(cells) + " |")
    print("\n".join(lines), flush=True)
    return "\n".join([*lines, "", f"{count:,} digits of either kind, {len(strangers):,} strangers."])


def _real(count: int, seed: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """MNIST's held-back digits, drawn anew."""
    rng = np.random.default_rng([seed, 1])
    images, rows = real_digits()
    labels = np.empty(len(images), int)
    for digit, where in enumerate(rows):
        labels[where] = digit
    for row in rng.choice(len(images), count, replace=False):
        yield int(labels[row]), on_canvas(images[row], 1.0, rng)


def _drawn(count: int, seed: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Digits drawn by code in the size of the canvas."""
    rng = np.random.default_rng([seed, 2])
    for _ in range(count):
        sheet = placed(rng, Drawing(rng, Pen(CANVAS * rng.uniform(0.015, 0.05))), (CANVAS, CANVAS), (0.25, 0.75))
        yield sheet.lines[0][0].digit, np.asarray(np.rint(255 * (1 - sheet.ink)), np.uint8)


def _sure(answer: ReadDigit, digit: int | None = None) -> tuple[float, bool]:
    """How probable the likeliest digit was, answered or refused, and whether it is the one that was written.

    0 where it was refused for something else than being unlikely.
    """
    if answer.digit is not None:
        return answer.confidence, answer.digit == digit
    if not str(answer.reason).startswith(_NOT_SURE):
        return 0.0, False
    likeliest, probability = answer.runners_up[0]
    return probability, likeliest == digit and digit is not None


def _passing(answers: Answers, least: float) -> int:
    """How many are read as a digit; what has no probability at all never is."""
    return sum(sure >= max(least, 1e-9) for sure, _ in answers)


def _cells(answers: Answers, least: float) -> tuple[str, str]:
    """The share refused, and of those read the share that is wrong."""
    passing = _passing(answers, least)
    wrong = sum(sure >= max(least, 1e-9) and not right for sure, right in answers)
    return _exact(len(answers) - passing, len(answers)), _exact(wrong, passing)


def _exact(part: int, whole: int) -> str:
    return f"{part / whole:.2%}".replace("%", " %") if whole else "–"
