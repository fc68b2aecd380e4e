"""Slashes and brackets are no ones."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from glassnet.reading import read
from glassnet.reading.grouping import Candidate, Found
from glassnet.reading.pieces import Piece
from glassnet.reading.punctuation import BRACKET, SLASH, without_punctuation
from glassnet.reading.result import Box
from tests.reading.drawing import digit_ink, on_paper


def stroke(lean: float) -> np.ndarray:
    tile = np.zeros((28, 28), np.uint8)
    cv2.line(tile, (round(14 - 10 * lean), 24), (round(14 + 10 * lean), 4), 255, 3)
    return tile


def line(text: str, *, lean: float = 0.45, hang: int = 8, upright: float = 0.0) -> list[Found]:
    """Digits of 40 pixels; a slash is read as a 1, leans, and ends lower by ``hang``."""
    found: list[Found] = []
    for place, character in enumerate(text):
        slash = character == "/"
        probabilities = np.zeros(12)
        probabilities[1 if slash else int(character)] = 1
        box = Box(30 * place, 10 if slash else 0, 30 * place + 20, 40 + (hang if slash else 0))
        tile = stroke(lean if slash else upright)
        found.append((Candidate(Piece(box, np.ones((2, 2), np.float32), 1.0), tile, probabilities), None))
    return found


def left_out(found: list[Found]) -> list[int]:
    return [place for place, (_, reason) in enumerate(without_punctuation([found])[0]) if reason == SLASH]


@pytest.mark.parametrize(("date", "slashes"), [("12/05/2024", [2, 5]), ("3/4/99", [1, 3]), ("1/11/1971", [1, 4])])
def test_a_date(date: str, slashes: list[int]) -> None:
    assert left_out(line(date)) == slashes
    found = without_punctuation([line(date)])[0][slashes[0]][0]
    assert found.confidence < 0.5


def test_what_is_no_date() -> None:
    assert left_out(line("02531/82046")) == []  # one only
    assert left_out(line("123/05/2024")) == []  # parted otherwise
    assert left_out(line("12/05/2024", hang=0, upright=0.3)) == []  # ones of a hand that slants
    assert left_out(line("12/05/2024", lean=0.1)) == []  # upright ones
    assert left_out(line("")) == []


def test_a_date_on_a_picture() -> None:
    sheet = np.zeros((160, 620), np.float32)
    left = 60
    for place, character in enumerate("27/05/2038"):
        if character == "/":
            cv2.line(sheet, (left, 112), (left + 22, 58), 1.0, 4, cv2.LINE_AA)
            left += 34
            continue
        ink = digit_ink(int(character), 48, place % 3)
        sheet[100 - len(ink) : 100, left : left + ink.shape[1]] = ink
        left += ink.shape[1] + 14
    assert read(on_paper(sheet)).text == "27052038"


def test_slashes_that_stand_on_the_line_and_tower_above_the_digits() -> None:
    date = line("12/05/2024", hang=0)
    for place in (2, 5):
        candidate = date[place][0]
        tall = replace(candidate.piece, box=replace(candidate.piece.box, top=-12))
        date[place] = (replace(candidate, piece=tall), None)
    assert left_out(date) == [2, 5]


def test_slashes_that_lean_more_than_the_digits_need_not_reach_farther() -> None:
    assert left_out(line("12/05/2024", hang=0)) == [2, 5]
    assert left_out(line("24/10/1985", hang=0, lean=0.6, upright=0.2)) == [2, 5]


def test_a_long_slash_ends_the_code_of_a_telephone_number() -> None:
    assert left_out(line("0531/820464", hang=18)) == [4]
    assert left_out(line("0531/820464", hang=18, upright=0.4)) == []  # a hand that slants
    assert left_out(line("053182/0464", hang=18)) == []  # no code is as long
    assert left_out(line("053/18/20464", hang=18)) == []  # two, and no date


def bracket(side: int) -> np.ndarray:
    """An opening bracket for 1, a closing one for -1."""
    tile = np.zeros((28, 28), np.uint8)
    cv2.ellipse(tile, (14 + 5 * side, 14), (7, 11), 0, 110 if side > 0 else -70, 250 if side > 0 else 70, 255, 2)
    return tile


def bracketed(text: str, *, closing: int = -1) -> list[Found]:
    found = line(text.replace("(", "1").replace(")", "1"))
    for place, character in enumerate(text):
        if character in "()":
            tile = bracket(1 if character == "(" else closing)
            found[place] = (replace(found[place][0], tile=tile), None)
    return found


def test_brackets() -> None:
    def left_out(found: list[Found]) -> list[int]:
        return [place for place, (_, reason) in enumerate(without_punctuation([found])[0]) if reason == BRACKET]

    assert left_out(bracketed("(432)5")) == [0, 4]
    assert left_out(bracketed("11432115")) == []
    assert left_out(bracketed("(432)5", closing=1)) == []  # both bent the same way
    assert left_out(bracketed("()35")) == []  # nothing between them


def spread(found: list[Found], behind: int) -> list[Found]:
    """The line with a gap of another 30 pixels behind a place."""
    moved = []
    for place, (candidate, reason) in enumerate(found):
        box = candidate.piece.box
        box = replace(box, left=box.left + 30, right=box.right + 30) if place > behind else box
        moved.append((replace(candidate, piece=replace(candidate.piece, box=box)), reason))
    return moved


def test_brackets_behind_the_numbers_of_a_list() -> None:
    def left_out(*lines: list[Found]) -> list[list[int]]:
        found = without_punctuation(lines)
        return [[place for place, (_, reason) in enumerate(line) if reason == BRACKET] for line in found]

    first, second = spread(bracketed("1)24"), 1), spread(bracketed("12)30"), 2)
    assert left_out(first, second) == [[1], [2]]
    assert left_out(first, bracketed("43210"), second) == [[1], [], [2]]
    assert left_out(first, bracketed("3)")) == [[1], [1]]
    assert left_out(first) == [[]]  # a 1 in a wavering hand
    assert left_out(first, spread(bracketed("3124"), 1)) == [[], []]  # no other line has one
    assert left_out(bracketed("1)24"), bracketed("2)35")) == [[], []]  # they stand close: a number
    assert left_out(first, spread(bracketed("345)67"), 3)) == [[], []]  # nobody numbers so many things by hand
