"""Boxes and combs are known by how their lines meet, and digits are neither."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading import frames
from glassnet.reading.rules import find_rules, without_rules
from tests.reading.drawing import digit_ink


def _left(contrast: np.ndarray) -> np.ndarray:
    return without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0))


def _put(contrast: np.ndarray, digit: int, left: int, top: int, height: int = 34) -> np.ndarray:
    """The digit's own ink, in full size, after it was written on the picture."""
    ink = np.zeros_like(contrast)
    glyph = digit_ink(digit, height)
    ink[top : top + glyph.shape[0], left : left + glyph.shape[1]] = glyph
    np.maximum(contrast, ink, out=contrast)
    return ink > 0.5


@pytest.mark.parametrize("bend", [0.0, 0.00006])
def test_small_boxes_of_a_large_page_go(bend: float) -> None:
    contrast = np.zeros((700, 900), np.float32)
    for place in range(8):
        left, low = 100 + 60 * place, round(bend * (60 * place) ** 2)
        cv2.rectangle(contrast, (left, 300 + low), (left + 44, 350 + low), 0.5, 2)
    digit = _put(contrast, 5, 170, 308)
    left_over = _left(contrast)
    assert (left_over & digit).sum() > 0.97 * digit.sum()
    assert (left_over & ~digit).sum() < 60


def test_a_side_that_was_written_over_goes() -> None:
    contrast = np.zeros((200, 300), np.float32)
    cv2.rectangle(contrast, (100, 60), (170, 130), 0.6, 2)
    digit = _put(contrast, 3, 145, 70, 50)  # across the right side
    left_over = _left(contrast)
    assert (left_over & digit).sum() > 0.9 * digit.sum()
    assert not left_over[60:66, 100:140].any()
    assert not left_over[122:132, 167:173].any()


def test_a_comb_goes_and_what_stands_in_it_stays() -> None:
    contrast = np.zeros((400, 700), np.float32)
    cv2.line(contrast, (100, 250), (400, 250), 0.6, 3)
    for place in range(7):
        cv2.line(contrast, (100 + 50 * place, 250), (100 + 50 * place, 226), 0.6, 3)
    digits = _put(contrast, 4, 112, 205) | _put(contrast, 1, 225, 205) | _put(contrast, 7, 262, 205)
    left_over = _left(contrast)
    assert (left_over & digits).sum() > 0.97 * digits.sum()
    assert (left_over & ~digits).sum() < 100


def test_ones_in_every_other_box_are_no_comb() -> None:
    contrast = np.zeros((400, 600), np.float32)
    for place in range(9):
        cv2.rectangle(contrast, (76 + 50 * place, 166), (122 + 50 * place, 232), 0.34, 4)
    ones = np.zeros_like(contrast)
    for place in (1, 3, 5):
        cv2.line(ones, (99 + 50 * place, 178), (98 + 50 * place, 218), 0.3, 6)
    left_over = _left(np.maximum(contrast, ones))
    assert (left_over & (ones > 0.2)).sum() > 0.97 * (ones > 0.2).sum()


def test_a_row_of_strokes_with_feet_is_no_comb() -> None:
    contrast = np.zeros((500, 700), np.float32)
    for left in range(100, 580, 60):
        cv2.line(contrast, (left, 300), (left, 256), 0.6, 3)
        cv2.line(contrast, (left - 14, 300), (left + 14, 300), 0.6, 3)
    assert (_left(contrast) == (contrast > 0.2)).all()


@pytest.mark.parametrize("pen", [1, 2])
def test_digits_drawn_with_a_ruler_are_no_boxes(pen: int) -> None:
    contrast = np.zeros((300, 500), np.float32)
    four = np.array([[60, 60], [60, 130], [120, 130]], np.int32)
    cv2.polylines(contrast, [four], False, 1, pen)
    cv2.line(contrast, (100, 100), (100, 190), 1, pen)
    seven = np.array([[180, 60], [240, 60], [205, 190]], np.int32)
    five = np.array([[360, 60], [300, 60], [300, 120], [350, 125], [360, 160], [300, 185]], np.int32)
    cv2.polylines(contrast, [seven, five], False, 1, pen)
    assert (_left(contrast) == (contrast > 0.2)).all()


def test_strokes_that_a_broken_line_runs_between_are_no_box() -> None:
    contrast = np.zeros((300, 500), np.float32)
    for left in (100, 200):
        cv2.line(contrast, (left, 100), (left, 160), 1, 3)
    for top in (102, 158):
        cv2.line(contrast, (92, top), (135, top), 1, 3)
        cv2.line(contrast, (165, top), (208, top), 1, 3)
    assert (_left(contrast) == (contrast > 0.2)).all()


def _table(cells: int, cell: int) -> np.ndarray:
    """Square cells in the middle of a page that is too large for its lines to be rules by their length."""
    contrast = np.zeros((900, 1200), np.float32)
    ends = 100, 100 + cells * cell
    for place in range(100, ends[1] + 1, cell):
        cv2.line(contrast, (place, ends[0]), (place, ends[1]), 0.6, 2)
        cv2.line(contrast, (ends[0], place), (ends[1], place), 0.6, 2)
    return contrast


def test_every_line_of_a_table_is_looked_at_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Meetings(frames._Meetings):
        def __init__(self, lines: list[frames.Rule], known: set[int]) -> None:
            asked.append(len(lines))
            super().__init__(lines, known)

    monkeypatch.setattr(frames, "_Meetings", Meetings)
    contrast = _table(10, 48)
    assert not _left(contrast).any()
    seen, with_sides_between = asked
    assert seen == 22, "both passes see every line"
    assert with_sides_between < 8 * seen, "every two lines see all lines between them"


def test_a_large_table_is_not_asked_for_a_box_between_any_two_of_its_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_between, full_between = [], frames._full_between

    def counted(view: np.ndarray, upper: frames.Rule, lower: frames.Rule) -> list[frames.Rule]:
        looked_between.append((upper, lower))
        return full_between(view, upper, lower)

    monkeypatch.setattr(frames, "_full_between", counted)
    assert not _left(_table(24, 20)).any()
    assert len(looked_between) < 10 * 50, "of 600 pairs"


def test_any_picture() -> None:
    rng = np.random.default_rng(5)
    for contrast in (rng.normal(0, 0.3, (90, 120)), -np.abs(rng.normal(0, 1, (60, 60))), np.ones((50, 50))):
        assert _left(contrast.astype(np.float32)).shape == contrast.shape
