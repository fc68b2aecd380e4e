"""Which ink is one digit: with the model that comes with the package, on digits that it knows well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from glassnet.reading.grouping import Judge, read_lines
from glassnet.reading.lines import find_lines
from glassnet.reading.pieces import Piece, find_pieces, typical_height
from glassnet.reading.recogniser import NONE, SEVERAL, Recogniser, recogniser_for
from tests.reading.drawing import digit_ink


def _page(*digits: tuple[int, int, int, int]) -> np.ndarray:
    """Digits as (digit, left, top, height)."""
    contrast = np.zeros((500, 700), np.float32)
    for digit, left, top, height in digits:
        ink = digit_ink(digit, height)
        place = contrast[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(place, ink, out=place)
    return contrast


def _text(pieces: list[Piece], recogniser: Recogniser | Cautious | None = None) -> str:
    judge = Judge(recogniser or recogniser_for(None))  # type: ignore[arg-type]
    lines = read_lines(find_lines(pieces, typical_height(pieces)), judge)
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


@dataclass
class Cautious:
    """To it what is narrow is a 1; what is wide is ``wide``."""

    wide: dict[int, float]

    def probabilities(self, tiles: Sequence[np.ndarray]) -> np.ndarray:
        answers = np.zeros((len(tiles), 12))
        for row, tile in zip(answers, tiles, strict=True):
            if np.ptp(np.flatnonzero(tile.any(axis=0))) < 12:
                row[1] = 1
            else:
                row[[*self.wide]] = [*self.wide.values()]
        return answers


@pytest.mark.parametrize(
    ("wide", "text"), [({NONE: 1}, ""), ({SEVERAL: 1}, "11"), ({NONE: 0.5, SEVERAL: 0.5}, "11")]
)
def test_what_is_cut_must_look_like_several_digits_as_a_whole(wide: dict[int, float], text: str) -> None:
    """An H: its halves look like ones."""
    letter = np.zeros((120, 120), np.float32)
    letter[20:100, 30:38] = letter[20:100, 80:88] = letter[58:62, 30:88] = 1
    assert _text(_pieces(letter), Cautious(wide)) == text


@pytest.mark.parametrize(
    "strokes",
    [
        [[(70, 210), (75, 130), (80, 50)], [(180, 50), (178, 130), (176, 210)], [(76, 130), (178, 130)]],
        [[(50, 212), (65, 50), (128, 150), (190, 50), (205, 212)]],
        [[(65, 48), (190, 212)], [(188, 46), (62, 210)]],
        [[(60, 48), (128, 212), (195, 46)]],
        [[(75, 95), (78, 208)], [(78, 135), (120, 100), (165, 120), (172, 208)]],
    ],
    ids=["H", "M", "X", "V", "n"],
)
def test_letters_are_not_cut_into_digits(strokes: list[list[tuple[int, int]]]) -> None:
    canvas = np.zeros((256, 256), np.uint8)
    for stroke in strokes:
        cv2.polylines(canvas, [np.array(stroke)], isClosed=False, color=255, thickness=18, lineType=cv2.LINE_AA)
    assert _text(_pieces(canvas / np.float32(255))) == ""


def test_the_network_is_not_asked_about_the_parts_of_what_is_surely_no_digit() -> None:
    letter = np.zeros((120, 120), np.float32)
    letter[20:100, 30:38] = letter[20:100, 80:88] = letter[58:62, 30:88] = 1
    asked = []
    for wide in ({NONE: 1}, {NONE: 0.7, SEVERAL: 0.3}):
        judge = Judge(Cautious(wide))  # type: ignore[arg-type]
        read_lines([_pieces(letter)], judge)
        asked.append(len(judge.candidates))
    assert asked[0] == 1
    assert asked[1] > 3
