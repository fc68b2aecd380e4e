"""The shapes to start from: every way of writing a digit, as lists of points that a person typed in.

A style ("a two with a loop at the foot") holds several variants of one shape. The variants of a style have the
same points in the same order, so that anything between two of them is a digit as well. The templates are plain
text in the folder ``templates``; the syntax::

    # a comment
    style 7 crossed, straight stem * 0.5
    20,5 80,3! 60,45 35,100 | 35,52 75,48

``style``, what it shows (a digit, or a letter in the file of symbols), a name, and ``* weight`` where it is
written more or less often than others. Then one variant per line: the points ``x,y`` that the pen passes, y
downwards, in any unit (the shapes here are about 100 high); ``!`` marks a corner, ``|`` lifts the pen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataError

__all__ = ["Stroke", "Style", "parse_templates", "read_templates"]


@dataclass(frozen=True)
class Stroke:
    """The points between putting the pen down and lifting it: ``(k, 2)`` x and y, and which are corners."""

    points: NDArray[np.float64]
    corners: tuple[bool, ...]


@dataclass(frozen=True)
class Style:
    """One way of writing ``shows``: variants, each a tuple of strokes, alike in everything but the coordinates."""

    shows: str
    name: str
    weight: float
    variants: tuple[tuple[Stroke, ...], ...]


@cache
def read_templates(file: str) -> tuple[Style, ...]:
    """The styles of one of the package's own template files, such as ``"2.txt"``."""
    text = resources.files(__package__).joinpath("templates", file).read_text(encoding="utf-8")
    return parse_templates(text, file)


def parse_templates(text: str, source: str = "templates") -> tuple[Style, ...]:
    """Read styles from text in the syntax above; :class:`DataError` names the line that is wrong."""
    styles: list[Style] = []
    heading: tuple[str, str, float] | None = None
    variants: list[tuple[Stroke, ...]] = []

    def finish(line_number: int) -> None:
        if heading is None:
            return
        if not variants:
            raise DataError(
                f"{source}, line {line_number}: the style {heading[1]!r} has no variants",
                hint="write at least one line of points under its heading",
            )
        styles.append(Style(*heading, variants=tuple(variants)))
        variants.clear()

    number = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.partition("#")[0].strip()
        where = f"{source}, line {number}"
        if not line:
            continue
        if line.startswith("style"):
            finish(number)
            heading = _heading(line, where)
        elif heading is None:
            raise DataError(f"{where}: points before the first style", hint="begin with: style 2 plain")
        else:
            variants.append(_variant(line, where))
            _same_structure(variants[0], variants[-1], where)
    finish(number)
    if not styles:
        raise DataError(f"{source}: no styles in it", hint="begin with: style 2 plain")
    return tuple(styles)


def _heading(line: str, where: str) -> tuple[str, str, float]:
    match = re.fullmatch(r"style\s+(\S)\s+([^*]*[^*\s])\s*(?:\*\s*(\S+))?", line)
    try:
        if match is None:
            raise ValueError
        weight = float(match[3] or 1.0)
        if not 0 < weight < 1000:
            raise ValueError
    except ValueError:
        raise DataError(
            f"{where}: {line!r} is no heading",
            hint="expected: style CHARACTER NAME, or style CHARACTER NAME * WEIGHT",
        ) from None
    return match[1], match[2], weight


def _variant(line: str, where: str) -> tuple[Stroke, ...]:
    strokes = []
    for part in line.split("|"):
        words = part.split()
        if len(words) < 2:
            raise DataError(f"{where}: a stroke of {len(words)} points", hint="a stroke has two points or more")
        points = np.array([_point(word, where) for word in words])
        if np.any(np.all(np.diff(points, axis=0) == 0, axis=1)):
            raise DataError(f"{where}: the same point twice in a row", hint="leave one of them out")
        strokes.append(Stroke(points, tuple(word.endswith("!") for word in words)))
    return tuple(strokes)


def _point(word: str, where: str) -> tuple[float, float]:
    x, comma, y = word.removesuffix("!").partition(",")
    try:
        point = float(x), float(y)
        if not comma or not np.all(np.abs(point) < 1000):
            raise ValueError
    except ValueError:
        raise DataError(
            f"{where}: {word!r} is no point", hint="expected two numbers, such as 20,5 or 20,5!"
        ) from None
    return point


def _same_structure(first: tuple[Stroke, ...], other: tuple[Stroke, ...], where: str) -> None:
    expected, got = _structure(first), _structure(other)
    if got != expected:
        points = [sum(len(stroke.points) for stroke in variant) for variant in (other, first)]
        raise DataError(
            f"{where}: this variant is built as {got} ({points[0]} points), "
            f"but the first of its style as {expected} ({points[1]} points)",
            hint="a style's variants share strokes, points and corners; begin a new style for another shape",
        )


def _structure(variant: tuple[Stroke, ...]) -> str:
    """The plan of a variant: a dot for a point, ``!`` for a corner, ``|`` where the pen is lifted."""
    return "|".join("".join("!" if corner else "." for corner in stroke.corners) for stroke in variant)
