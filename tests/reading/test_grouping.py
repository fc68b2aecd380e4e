"""Which ink is one digit: with the model that comes with the package, on digits that it knows well."""

from __future__ import annotations

import numpy as np

from glassnet.reading.grouping import Judge, read_lines
from glassnet.reading.lines import find_lines
from glassnet.reading.pieces import Piece, find_pieces, typical_height
from glassnet.reading.recogniser import recogniser_for
from tests.reading.drawing import digit_ink


def _page(*digits: tuple[int, int, int, int]) -> np.ndarray:
    """Digits as (digit, left, top, height)."""
    contrast = np.zeros((500, 700), np.float32)
    for digit, left, top, height in digits:
        ink = digit_ink(digit, height)
        place = contrast[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(place, ink, out=place)
    return contrast


def _text(pieces: list[Piece]) -> str:
    lines = read_lines(find_lines(pieces, typical_height(pieces)), Judge(recogniser_for(None)))
    rows = ["".join(str(one.digit) for one, refusal in line if refusal is None) for line in lines]
    return "\n".join(row for row in rows if row)


def _pieces(contrast: np.ndarray) -> list[Piece]:
    return find_pieces(contrast, contrast > 0.2)


def test_digits_of_many_sizes_on_one_page() -> None:
    page = _page((2, 20, 20, 200), (3, 400, 150, 30), (8, 430, 150, 30), (6, 460, 150, 30), (5, 300, 400, 24))
    assert _text(_pieces(page)) == "2386\n5"


def test_touching_digits_are_two() -> None:
    width = digit_ink(3, 80).shape[1]
    assert _text(_pieces(_page((3, 50, 50, 80), (6, 48 + width, 50, 80), (2, 300, 50, 80)))) == "362"


def _broken(digit: int, left: int, cuts: list[tuple[int, int, int, int]]) -> np.ndarray:
    """A digit of 120 pixels with gaps (top, bottom, left, right) in its strokes."""
    page = _page((digit, left, 100, 120))
    for top, bottom, first, last in cuts:
        page[100 + top : 100 + bottom, left + first : left + last] = 0
    return page


def test_a_digit_in_pieces_is_one() -> None:
    assert _text(_pieces(_broken(2, 50, [(85, 91, 0, 200)]))) == "2"
    assert _text(_pieces(_broken(0, 50, [(30, 35, 0, 200)]))) == "0"
