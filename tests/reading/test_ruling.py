"""A line of a ruling that is hidden under writing is known by its neighbours."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading.rules import find_rules
from glassnet.reading.ruling import completed
from glassnet.reading.straight import Rule
from tests.reading.drawing import digit_ink

STEP = 60


def _rule(start: float, slope: float = 0.05, length: int = 800, *, upright: bool = False) -> Rule:
    return Rule(upright, 0, start + slope * np.arange(length), 3.0, 0.3)


def _drawn(rules: list[Rule], height: int = 700, width: int = 800) -> np.ndarray:
    contrast = np.zeros((height, width), np.float32)
    for rule in rules:
        ends = [(0, round(rule.places[0])), (rule.length - 1, round(rule.places[-1]))]
        if rule.upright:
            ends = [(x, y) for y, x in ends]
        cv2.line(contrast, *ends, 0.3, 3)
    return contrast


def _starts(rules: list[Rule]) -> list[int]:
    return sorted(STEP * round(rule.places[0] / STEP) for rule in rules)


@pytest.mark.parametrize("missing", [[3], [0], [3, 4], [8], [0, 1, 5]])
def test_lines_that_were_not_found_are_where_the_others_say(missing: list[int]) -> None:
    rules = [_rule(STEP * (1 + number)) for number in range(9)]
    found = completed([rule for number, rule in enumerate(rules) if number not in missing], _drawn(rules))
    assert _starts(found) == [STEP * (1 + number) for number in range(9)]
    places = sorted(float(rule.places[400]) for rule in found)
    assert np.allclose(places, [float(rule.places[400]) for rule in rules], atol=1.5)


def test_upright_lines_as_well() -> None:
    rules = [_rule(STEP * (1 + number), length=700, upright=True) for number in range(9)]
    assert _starts(completed(rules[:4] + rules[5:], _drawn(rules))) == [STEP * (1 + number) for number in range(9)]


def test_a_line_that_is_not_there_is_not_found() -> None:
    rules = [_rule(STEP * (1 + number)) for number in range(9) if number != 4]
    assert completed(rules, _drawn(rules)) == rules
    with_digits = _drawn(rules)
    for left in range(40, 700, 50):  # a row of digits where the line would be
        cv2.ellipse(with_digits, (left, round(STEP * 5 + 0.05 * left)), (14, 24), 0, 0, 360, 0.9, 4)
    assert completed(rules, with_digits) == rules


def test_uneven_or_few_lines_are_no_ruling() -> None:
    uneven = [_rule(start) for start in (60, 150, 190, 310, 340, 505)]
    assert completed(uneven, np.ones((700, 800), np.float32)) == uneven
    few = [_rule(STEP * number) for number in (1, 2, 4, 5)]
    assert completed(few, np.ones((700, 800), np.float32)) == few


def test_a_line_is_found_where_only_its_beginning_was() -> None:
    rules = [_rule(STEP * (1 + number)) for number in range(9)]
    known = [*rules[:4], rules[4].part(0, 300), *rules[5:]]
    found = completed(known, _drawn(rules))
    assert found[:9] == known
    assert [(round(rule.places[0]), rule.length) for rule in found[9:]] == [(5 * STEP, 800)]


@pytest.mark.parametrize("slope", [0.0, 0.05, -0.04])
def test_a_row_of_digits_does_not_hang_together_on_its_line(slope: float) -> None:
    rules = [_rule(STEP * (1 + number), slope) for number in range(10)]
    contrast = _drawn(rules)
    for number, left in enumerate(range(20, 740, 40)):
        glyph = 0.9 * digit_ink((8, 4, 5, 0, 6, 2)[number % 6], 40)
        top = round(STEP * 5 + slope * left - 32)
        place = contrast[top : top + glyph.shape[0], left : left + glyph.shape[1]]
        np.maximum(place, glyph, out=place)
    whole = [rule for rule in find_rules(contrast, 0.0) if rule.length == 800]
    assert _starts(whole) == [STEP * (1 + number) for number in range(10)]
