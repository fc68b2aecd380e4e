"""Is a digit alone on its picture, as somebody said who asked for exactly one?

What is left beside it may be the side of a box, the remains of a neighbour, a pen, a shadow: none of that matters.
Another digit as large and as dark does: there is no telling which of the two was meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.reading.doubt import DOUBTS, as_none
from glassnet.reading.grouping import Candidate, Found
from glassnet.reading.result import Box

__all__ = ["RIVALS", "alone", "standing_out"]

RIVALS = "more than one digit"

_SURE = 0.95
"""So probable another digit must be: remains look like digits now and then."""
_BEYOND_DOUBT = 0.99
"""So probable the one digit must be that is to be told from all else on the picture."""
_SIZE, _INK = 1.5, 1.35
"""Two digits of one writer are as high and as dark as one another, up to these factors."""
_BAR = 0.3
"""What is narrower, as a share of its height, may be the side of a box or the margin of a page..."""
_SIZE_OF_BAR, _BESIDE = 1.15, 0.8
"""...unless it is exactly as high as the digit, and stands beside it by this share of its height."""


def standing_out(lines: Sequence[Sequence[Found]]) -> Candidate | None:
    """The only digit that was found, or one far larger than all others: an answer under a printed question."""
    found = sorted(
        (one for line in lines for one, reason in line if reason is None),
        key=lambda one: -one.piece.box.height,
    )
    if not found or found[0].confidence < _BEYOND_DOUBT:
        return None
    alike = [one for one in found if one.piece.box.height * _SIZE > found[0].piece.box.height]
    return found[0] if len(alike) == 1 else None


def alone(digit: Candidate, lines: Sequence[Sequence[Found]], shape: tuple[int, ...]) -> Found:
    """The digit that was found, with the reason why it is not the one and only where it is not.

    ``lines`` is all that was found on the picture of ``shape`` (height, width, …), looking for many.
    """
    found = [one for line in lines for one in line]
    for one, reason in found:
        if reason in DOUBTS and _covered(digit.piece.box, one.piece.box) > 0.5:
            return as_none(digit, 1 - one.confidence), reason
    others = [one for one, reason in found if reason is None and one.confidence >= _SURE]
    rivals = [one for one in others if _as_good(one, digit, shape)]
    if digit.confidence < _SURE:  # is it one, made of what are two?
        parts = [one for one in others if _covered(one.piece.box, digit.piece.box) > 0.9]
        rivals += [one for one in parts if any(_side_by_side(one, other) for other in parts)]
    if rivals:
        return as_none(digit, max(one.confidence for one in rivals)), RIVALS
    return digit, None


def _as_good(other: Candidate, digit: Candidate, shape: tuple[int, ...]) -> bool:
    """Might the other candidate as well have been meant? Not if the picture's edge cuts it off."""
    one, two = other.piece.box, digit.piece.box
    bar = one.width < _BAR * one.height
    size = max(one.height, two.height) / min(one.height, two.height)
    ink = max(other.piece.strength, digit.piece.strength) / max(
        min(other.piece.strength, digit.piece.strength), 1e-6
    )
    return (
        size <= (_SIZE_OF_BAR if bar else _SIZE)
        and ink <= _INK
        and (not bar or _level(one, two) >= _BESIDE)
        and _covered(one, two) < 0.2
        and min(one.left, one.top) > 1
        and one.right < shape[1] - 1
        and one.bottom < shape[0] - 1
    )


def _side_by_side(one: Candidate, other: Candidate) -> bool:
    """Two, as high as one another?"""
    size = max(one.piece.box.height, other.piece.box.height) / min(one.piece.box.height, other.piece.box.height)
    return one is not other and size <= _SIZE and _level(one.piece.box, other.piece.box) >= _BESIDE


def _level(one: Box, two: Box) -> float:
    """The share of the lower one's height in which two boxes stand beside one another."""
    return (min(one.bottom, two.bottom) - max(one.top, two.top)) / min(one.height, two.height)


def _covered(box: Box, other: Box) -> float:
    """The share of a box that the other one covers."""
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(across, 0) * max(down, 0) / (box.width * box.height)
