"""Slashes and brackets are no ones: 12/05/2024 has eight digits, and (0711) four.

A slash and a slanted 1 are the same stroke, a bracket is a bent one. What tells them apart is the pattern. Two
strokes that lean alike, more than the digits do or reaching farther than these, and part them as a date is parted
are slashes; so is a single one that leans and is long, where a telephone number has its code before it. Two that
are bent towards each other are brackets; so is one behind the first number of a line, as in 1), if it has its like
on another line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.doubt import as_none
from glassnet.reading.grouping import Candidate, Found

__all__ = ["BRACKET", "SLASH", "without_punctuation"]

BRACKET = "a bracket"
SLASH = "a slash"

_PARTS = ({1, 2}, {1, 2}, {2, 4})
"""How many digits a date has before, between and behind its slashes."""
_LEAN = 0.2
"""So far to the right a slash leans at least, per height..."""
_ALIKE = 0.2
"""...and the two of a date by the same, up to this."""
_HANGS = 0.07
"""So far below the digits beside it a slash ends, in heights of a digit."""
_LONGER = 1.2
"""Or it is so many times as high as they are."""
_STEEPER = 0.2
"""Or it leans so much more than the other digits of its line do..."""
_STRAIGHT = 0.03
"""...and is bent less than this: of 200 ones three in four are."""
_CODE, _NUMBER = (2, 3, 4, 5), 4
"""How many digits a telephone number has before its slash, and how many at least behind..."""
_LONG = 1.15
"""...if the slash is so many times as high as both its neighbours, and steeper than they are."""
_BENT = 0.09
"""So far the ends of a bracket stand out to the side, per height: of 200 ones one in fifty is bent as much."""
_LISTED = 2
"""So many lines of a list at least have a bracket behind their numbers, which are below 100..."""
_APART = 0.28
"""...and what follows is so far away, in heights of the bracket."""
_SURELY = 0.9
"""As what is left out says of itself: so many such strokes are slashes."""


def without_punctuation(lines: Sequence[Sequence[Found]]) -> list[list[Found]]:
    """The lines of a page, in which pairs of brackets, those of a list, and slashes are left out."""
    pairs = [_without(_slashes, SLASH, _without(_brackets, BRACKET, line)) for line in lines]
    listed = [_without(_behind_a_number, BRACKET, line) for line in pairs]
    return listed if sum(one != other for one, other in zip(pairs, listed, strict=True)) >= _LISTED else pairs


def _without(find: Callable[[Sequence[Candidate]], set[int]], reason: str, line: Sequence[Found]) -> list[Found]:
    read = [place for place, (_, left_out) in enumerate(line) if left_out is None]
    found = {read[place] for place in find([line[place][0] for place in read])}
    return [
        (as_none(candidate, _SURELY), reason) if place in found else (candidate, left_out)
        for place, (candidate, left_out) in enumerate(line)
    ]


def _brackets(digits: Sequence[Candidate]) -> set[int]:
    """The places of the first pair with a digit or more between, as high as what they enclose."""
    bends = {place: _bend(one.tile) for place, one in enumerate(digits) if one.digit == 1}
    for first in (place for place, bend in bends.items() if bend >= _BENT):
        for last in (place for place, bend in bends.items() if place > first + 1 and bend <= -_BENT):
            inside = max(digits[place].piece.box.height for place in range(first + 1, last))
            if min(digits[place].piece.box.height for place in (first, last)) >= inside:
                return {first, last}
    return set()


def _behind_a_number(digits: Sequence[Candidate]) -> set[int]:
    """The place of a closing bracket behind the first digit of a line, or the second, with a gap behind it."""
    for place, one in list(enumerate(digits))[1:3]:
        box = one.piece.box
        gaps = [digits[place + 1].piece.box.left - box.right] if place + 1 < len(digits) else []
        if one.digit == 1 and _bend(one.tile) <= -_BENT and all(gap >= _APART * box.height for gap in gaps):
            return {place}
    return set()


def _slashes(digits: Sequence[Candidate]) -> set[int]:
    """The places of both slashes of a date, or of the one of a telephone number, if the digits are either."""
    leans = np.array([_lean(one.tile) for one in digits])
    leaning = [place for place in range(1, len(digits) - 1) if digits[place].digit == 1 and leans[place] >= _LEAN]
    dates = [pair for pair in combinations(leaning, 2) if _parts_a_date(pair, digits, leans)]
    if dates:
        return set(max(dates, key=lambda pair: float(leans[list(pair)].sum())))
    long = [
        place
        for place in leaning
        if _steeper(place, digits, leans, {place})
        and _longer(digits[place], digits[place - 1], digits[place + 1]) >= _LONG
    ]
    dialled = len(long) == 1 and long[0] in _CODE and len(digits) - long[0] > _NUMBER
    return set(long) if dialled else set()


def _parts_a_date(pair: tuple[int, int], digits: Sequence[Candidate], leans: NDArray[np.float64]) -> bool:
    first, second = pair
    parts = first, second - first - 1, len(digits) - second - 1
    return (
        all(count in allowed for count, allowed in zip(parts, _PARTS, strict=True))
        and abs(leans[first] - leans[second]) <= _ALIKE
        and all(_stands_out(place, digits) or _steeper(place, digits, leans, set(pair)) for place in pair)
    )


def _stands_out(place: int, digits: Sequence[Candidate]) -> bool:
    """Does it hang below both its neighbours or tower above them?"""
    one, beside = digits[place], (digits[place - 1], digits[place + 1])
    height = max(other.piece.box.height for other in beside)
    hangs = one.piece.box.bottom - max(other.piece.box.bottom for other in beside)
    return hangs >= _HANGS * height or _longer(one, *beside) >= _LONGER


def _longer(one: Candidate, *beside: Candidate) -> float:
    """How many times as high as its neighbours it is."""
    return one.piece.box.height / max(other.piece.box.height for other in beside)


def _steeper(place: int, digits: Sequence[Candidate], leans: NDArray[np.float64], slashes: set[int]) -> bool:
    """Is it a straight stroke that leans more than what is no slash usually does?"""
    usual = float(np.median([lean for other, lean in enumerate(leans) if other not in slashes]))
    return bool(leans[place] >= usual + _STEEPER) and abs(_bend(digits[place].tile)) <= _STRAIGHT


def _lean(tile: NDArray[np.uint8]) -> float:
    """How far a stroke ``(28, 28)`` goes to the right for each pixel upwards (its regression line)."""
    ink = tile / max(float(tile.sum()), 1.0)
    down, across = np.indices(tile.shape, dtype=float)
    down -= (ink * down).sum()
    across -= (ink * across).sum()
    return -float((ink * down * across).sum()) / max(float((ink * down**2).sum()), 1e-9)


def _bend(tile: NDArray[np.uint8]) -> float:
    """How far the ends of an upright stroke ``(28, 28)`` stand to the right of its middle, per height.

    Left of it below 0. The middles of its rows are fitted with a parabola.
    """
    ink = tile.astype(float)
    rows = np.flatnonzero(ink.sum(axis=1) > 60)
    if len(rows) < 10:
        return 0.0
    middles = (ink[rows] * np.arange(28)).sum(axis=1) / ink[rows].sum(axis=1)
    return float(np.polynomial.polynomial.polyfit(np.linspace(-1, 1, len(rows)), middles, 2)[2]) / len(rows)
