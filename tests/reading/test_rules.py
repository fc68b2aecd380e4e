"""Printed lines go, and the strokes that cross them stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading.rules import find_rules, without_rules
from tests.reading.drawing import digit_ink


def _with_digit(lines: np.ndarray, digit: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Lines with a digit of full contrast over them, and the digit alone."""
    ink = np.zeros_like(lines)
    glyph = digit_ink(digit, 110)
    ink[70 : 70 + glyph.shape[0], 150 : 150 + glyph.shape[1]] = glyph
    return np.maximum(lines, ink), ink


def _lines(slope: float = 0.0, pitch: int = 50, strength: float = 0.4, squared: bool = False) -> np.ndarray:
    lines = np.zeros((300, 400), np.float32)
    for at in range(20, 300, pitch):
        cv2.line(lines, (0, at), (399, at + round(slope * 399)), strength, 2)
    if squared:
        for at in range(15, 400, pitch):
            cv2.line(lines, (at, 0), (at, 299), strength, 2)
    return lines


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("slope", [0.0, 0.04, -0.05])
@pytest.mark.parametrize("strength", [0.3, 0.8])
def test_rules_go_and_the_digit_stays(squared: bool, slope: float, strength: float) -> None:
    contrast, digit = _with_digit(_lines(slope, strength=strength, squared=squared))
    left = without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0))
    true = digit > 0.5
    assert (left & true).sum() > 0.93 * true.sum()
    near = cv2.dilate(true.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    assert (left & ~near).sum() < 0.1 * ((contrast > 0.2) & ~near).sum()


def test_a_box_goes_and_what_it_holds_stays() -> None:
    contrast, digit = _with_digit(np.zeros((300, 400), np.float32))
    cv2.rectangle(contrast, (110, 40), (290, 220), 0.7, 3)
    rules = find_rules(contrast, 0.0)
    assert sorted(rule.upright for rule in rules) == [False, False, True, True]
    left = without_rules(contrast, contrast > 0.2, rules)
    assert (left == (digit > 0.2)).mean() > 0.995


@pytest.mark.parametrize("digit", range(10))
def test_strokes_of_digits_are_no_rules(digit: int) -> None:
    glyph = np.pad(digit_ink(digit, 160), 20)
    assert find_rules(glyph, 0.0) == []


@pytest.mark.parametrize("down", [25, 30, 35])
def test_the_belly_of_a_three_is_rounder_than_any_rule(down: int) -> None:
    contrast = np.zeros((280, 280), np.float32)
    cv2.ellipse(contrast, (212, 210), (65, down), 0, 0, 360, 1, 6, cv2.LINE_AA)
    assert find_rules(contrast, 0.0) == []


def test_the_feet_of_twos_that_fill_a_low_picture_are_no_rule() -> None:
    contrast = np.zeros((60, 288), np.float32)
    for left in range(15, 270, 26):
        two = np.array([[0, 14], [8, 9], [18, 14], [14, 24], [0, 38], [19, 38]], np.int32)
        cv2.polylines(contrast, [two + np.array([left, 0], np.int32)], False, 1, 4)
    assert find_rules(contrast, 0.0) == []


def test_a_seven_drawn_with_a_ruler_keeps_its_bar() -> None:
    contrast = np.zeros((200, 200), np.float32)
    cv2.line(contrast, (50, 40), (150, 40), 1, 1)
    cv2.line(contrast, (150, 40), (90, 170), 1, 1)
    assert find_rules(contrast, 0.0) == []


def test_small_pictures_have_no_room_for_rules() -> None:
    contrast = np.zeros((28, 28), np.float32)
    contrast[14] = 1
    assert find_rules(contrast, 0.0) == []


def test_rules_of_a_large_page_lie_where_they_are() -> None:
    contrast = np.zeros((1500, 2400), np.float32)
    contrast[700:704] = 0.5
    (rule,) = find_rules(contrast, 0.0)
    assert rule.length >= 2390
    assert np.abs(rule.places - 701.5).max() < 1.5


def test_rules_of_a_page_that_was_turned() -> None:
    contrast, digit = _with_digit(_lines(slope=0.14, pitch=40, strength=0.15))
    rules = find_rules(contrast, 0.0)
    assert len(rules) >= 5
    assert all(abs(rule.slope - 0.14) < 0.02 for rule in rules)
    left = without_rules(contrast, contrast > 0.1, rules)
    true = digit > 0.5
    assert (left & true).sum() > 0.95 * true.sum()
    assert (left & ~true).sum() < 0.05 * (contrast > 0.1).sum()


def test_a_rule_that_was_written_over_takes_no_strokes_with_it() -> None:
    lines = _lines(pitch=60)
    contrast = lines.copy()
    glyph = digit_ink(8, 70)
    for left in range(10, 390 - glyph.shape[1], glyph.shape[1] + 4):
        place = contrast[105 : 105 + glyph.shape[0], left : left + glyph.shape[1]]
        np.maximum(place, glyph, out=place)
    strokes = contrast > 0.9
    left_over = without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0))
    assert (left_over & strokes).sum() > 0.97 * strokes.sum()


def test_what_is_left_along_a_rule_is_not_writing() -> None:
    contrast = np.zeros((300, 400), np.float32)
    contrast[150:153] = 0.3
    contrast[149:154, 100:130] = 0.5  # printed unevenly
    assert not without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0)).any()


def test_the_dark_edge_of_a_scan_does_not_go_on_through_the_writing() -> None:
    contrast, digit = _with_digit(np.zeros((300, 400), np.float32))
    cv2.line(contrast, (399, 0), (370, 90), 0.8, 2)
    left = without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0))
    assert (left & (digit > 0.5)).sum() == (digit > 0.5).sum()


def test_a_column_of_digits_is_no_rule() -> None:
    contrast = np.zeros((400, 300), np.float32)
    for top in range(10, 390, 42):
        contrast[top : top + 30, 150:154] = 1  # ones
    assert find_rules(contrast, 0.0) == []


def test_a_rule_into_which_feet_of_digits_run_is_seen() -> None:
    contrast = np.zeros((300, 400), np.float32)
    contrast[180:182] = 0.3
    for left in range(90, 290, 50):
        contrast[181:191, left : left + 40] = 1
    (rule,) = find_rules(contrast, 0.0)
    assert np.abs(rule.places - 180.5).max() < 2


def test_rows_of_digits_whose_bars_stand_at_one_height_are_no_ruling() -> None:
    page = np.zeros((1100, 700), np.float32)
    for top in range(60, 1060, 100):
        for left in range(40, 660, 62):  # sevens, written along a ruler
            page[top : top + 7, left : left + 36] = 0.75
            page[top : top + 60, left + 14 : left + 20] = 0.75
    assert find_rules(page, 0.004) == []


def test_a_steep_stroke_that_ends_at_the_edge_is_no_rule() -> None:
    contrast = np.zeros((300, 300), np.float32)
    cv2.line(contrast, (0, 100), (150, 145), 1, 5)  # the bar of a 7 that was cut out tightly
    assert find_rules(contrast, 0.0) == []


def test_a_rule_on_curled_paper_goes_whichever_way_it_bends() -> None:
    lines = np.zeros((300, 900), np.float32)
    along = np.arange(900)
    bend = 5 * np.sin(along / 150) + 0.04 * along
    for at in (60, 140, 220):
        points = np.stack([along, at + bend], axis=1).round().astype(np.int32)
        cv2.polylines(lines, [points], False, 0.4, 4)
    contrast, digit = _with_digit(lines)
    left = without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0))
    true = digit > 0.5
    assert (left & true).sum() > 0.93 * true.sum()
    near = cv2.dilate(true.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    assert (left & ~near).sum() < 0.1 * ((contrast > 0.2) & ~near).sum()


@pytest.mark.parametrize("upright", [False, True])
def test_rules_of_a_long_strip_are_as_thin_as_those_of_a_page(upright: bool) -> None:
    """A copy that is small by its longer side would show them faint and thick."""
    contrast = np.zeros((6000, 300), np.float32)
    for at in range(60, 6000, 60):
        cv2.line(contrast, (0, at), (299, at), 0.4, 2)
    cv2.line(contrast, (180, 90), (180, 110), 0.9, 5)  # a stroke between two rules
    contrast = np.ascontiguousarray(contrast.T) if upright else contrast
    left = without_rules(contrast, contrast > 0.2, find_rules(contrast, 0.0))
    assert left.sum() == (contrast > 0.8).sum()
