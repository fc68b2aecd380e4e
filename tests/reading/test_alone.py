"""Exactly one digit was asked for: is there another that is as good?"""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.reading.alone import RIVALS, alone, standing_out
from glassnet.reading.doubt import DOUBTS
from glassnet.reading.grouping import Candidate
from glassnet.reading.pieces import Piece
from glassnet.reading.recogniser import NONE
from glassnet.reading.result import Box

SHAPE = (200, 300, 3)


def candidate(box: tuple[int, int, int, int], sure: float = 0.99, ink: float = 0.8) -> Candidate:
    probabilities = np.zeros(12)
    probabilities[[3, NONE]] = sure, 1 - sure
    left, top, right, bottom = box
    piece = Piece(Box(*box), np.ones((bottom - top, right - left), np.float32), ink)
    return Candidate(piece, np.zeros((28, 28), np.uint8), probabilities)


DIGIT = candidate((50, 50, 100, 130))


def why(digit: Candidate, *found: tuple[Candidate, str | None]) -> str | None:
    return alone(digit, [list(found)], SHAPE)[1]


def test_another_digit_beside_it() -> None:
    other = candidate((130, 55, 170, 130))
    assert why(DIGIT, (DIGIT, None), (other, None)) == RIVALS
    assert why(DIGIT, (DIGIT, None)) is None


@pytest.mark.parametrize(
    "other",
    [
        candidate((130, 100, 150, 130)),  # smaller
        candidate((130, 10, 190, 199)),  # larger
        candidate((130, 55, 170, 130), ink=0.4),  # fainter
        candidate((130, 55, 170, 130), sure=0.8),  # no good digit
        candidate((0, 55, 40, 130)),  # cut off by the edge: the remains of a neighbour
        candidate((110, 30, 116, 125)),  # the side of a box
        candidate((52, 60, 98, 128)),  # a part of the same
    ],
)
def test_what_is_no_other_digit(other: Candidate) -> None:
    assert why(DIGIT, (DIGIT, None), (other, None)) is None


def test_what_was_left_out_is_no_other_digit() -> None:
    other = candidate((130, 55, 170, 130))
    assert why(DIGIT, (DIGIT, None), (other, "only a speck")) is None


def test_a_one_as_high_as_the_digit_beside_it_is_another_digit() -> None:
    assert why(DIGIT, (candidate((110, 51, 116, 129)), None)) == RIVALS


def test_what_is_doubted_on_its_page_is_not_the_digit() -> None:
    assert why(DIGIT, (DIGIT, DOUBTS[0])) == DOUBTS[0]


def test_one_that_is_made_of_two() -> None:
    two = [(candidate((50, 50, 100, 130)), None), (candidate((110, 52, 150, 131)), None)]
    both = (50, 50, 150, 131)
    assert why(candidate(both, sure=0.7), *two) == RIVALS
    assert why(candidate(both, sure=0.99), *two) is None  # a four in two strokes
    assert why(candidate(both, sure=0.7), two[0]) is None


def test_what_is_refused_is_no_digit_as_surely_as_another_is_one() -> None:
    other = candidate((130, 55, 170, 130), sure=0.97)
    assert alone(DIGIT, [[(other, None)]], SHAPE)[0].confidence == pytest.approx(0.03 * 0.99)


def test_the_only_digit_or_one_far_larger_than_the_others_stands_out() -> None:
    letter = candidate((10, 20, 30, 45)), "part of a word, not a digit"
    small = candidate((40, 20, 60, 45)), None
    assert standing_out([[letter], [(DIGIT, None)]]) is DIGIT
    assert standing_out([[letter, small], [(DIGIT, None)]]) is DIGIT


@pytest.mark.parametrize(
    "found", [(), (candidate((130, 60, 170, 130)), DIGIT), (candidate((50, 50, 100, 130), 0.9),)]
)
def test_nothing_stands_out(found: tuple[Candidate, ...]) -> None:
    assert standing_out([[(one, None) for one in found]]) is None
