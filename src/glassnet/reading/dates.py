"""The slashes of a date are no ones: 12/05/2024 has eight digits.

A slash and a slanted 1 are the same stroke. What tells them apart is the pattern: two such strokes, alike, that
hang below the digits beside them and part these as a date is parted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.doubt import as_none
from glassnet.reading.grouping import Candidate, Found

__all__ = ["SLASH", "without_slashes"]

SLASH = "the slash of a date"

_PARTS = ({1, 2}, {1, 2}, {2, 4})
"""How many digits a date has before, between and behind its slashes."""
_LEAN = 0.2
"""So far to the right a slash leans at least, per height..."""
_ALIKE = 0.2
"""...and the two of a date by the same, up to this."""
_HANGS = 0.07
"""So far below the digits beside it a slash ends, in heights of a digit."""
_SURELY = 0.9
"""As what is left out says of itself: so many such strokes are slashes."""


def without_slashes(line: Sequence[Found]) -> list[Found]:
    """The line, in which the two slashes of a date are left out, if it is one."""
    read = [place for place, (_, reason) in enumerate(line) if reason is None]
    digits = [line[place][0] for place in read]
    leans = {place: _lean(one.tile) for place, one in enumerate(digits) if _like_a_slash(place, digits)}
    if len(leans) != 2 or np.ptp(list(leans.values())) > _ALIKE:
        return list(line)
    first, second = leans
    parts = first, second - first - 1, len(digits) - second - 1
    if not all(count in allowed for count, allowed in zip(parts, _PARTS, strict=True)):
        return list(line)
    slashes = {read[first], read[second]}
    return [
        (as_none(candidate, _SURELY), SLASH) if place in slashes else (candidate, reason)
        for place, (candidate, reason) in enumerate(line)
    ]


def _like_a_slash(place: int, digits: Sequence[Candidate]) -> bool:
    """Is it read as a 1, does it lean, and does it hang below both its neighbours?"""
    one = digits[place]
    beside = [digits[other].piece.box for other in (place - 1, place + 1) if 0 <= other < len(digits)]
    if one.digit != 1 or len(beside) < 2:
        return False
    height = max(box.height for box in beside)
    hangs = one.piece.box.bottom - max(box.bottom for box in beside)
    return hangs >= _HANGS * height and _lean(one.tile) >= _LEAN


def _lean(tile: NDArray[np.uint8]) -> float:
    """How far a stroke ``(28, 28)`` goes to the right for each pixel upwards (its regression line)."""
    ink = tile / max(float(tile.sum()), 1.0)
    down, across = np.indices(tile.shape, dtype=float)
    down -= (ink * down).sum()
    across -= (ink * across).sum()
    return -float((ink * down * across).sum()) / max(float((ink * down**2).sum()), 1e-9)
