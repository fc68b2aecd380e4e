"""Numbers on the blackboard: three digits, a real minus, no more precision than there is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.explaining.writing import added, counted, in_brackets, place_in_words, without_plus, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (-0.6137, "−0.614"),
        (9.996, "10.0"),
        (2.4, "2.4"),
        (np.float32(2.4), "2.4"),
        (2.4013, "2.40"),
        (14, "14"),
        (12345, "12,300"),
        (999_900, "1.00·10⁶"),
        (1e6, "1·10⁶"),
        (0.00012345, "0.000123"),
        (-0.0000124, "−1.24·10⁻⁵"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_numbers_are_written_as_on_a_blackboard(value: float, text: str):
    assert written(value) == text


@given(st.floats(1e-12, 1e12) | st.floats(-1e12, -1e-12))
def test_what_is_written_is_the_number_to_three_digits(value: float):
    text = written(value).replace("−", "-").replace(",", "")
    if "·10" in text:
        digits, raised = text.split("·10")
        text = f"{digits}e{raised.translate(str.maketrans('⁻⁰¹²³⁴⁵⁶⁷⁸⁹', '-0123456789'))}"
    assert float(text) == pytest.approx(value, rel=0.0051)


def test_signs_are_written_between_and_around_numbers():
    assert added(0.5) + added(-2) == " + 0.5 − 2"
    assert without_plus(added(0.5) + added(-2)) == "0.5 − 2"
    assert without_plus(added(-2) + added(0.5)) == "−2 + 0.5"
    assert in_brackets(-2) == "(−2)"
    assert in_brackets(2) == "2"


def test_places_are_named_by_the_shape_they_lie_in():
    assert place_in_words((34,), (128,)) == "unit 34"
    assert place_in_words((3, 4, 0), (28, 28, 1)) == "row 3, column 4"
    assert place_in_words((3, 4, 0), (28, 28, 8)) == "row 3, column 4, channel 0"
    assert place_in_words((3, 4), (784, 10)) == "place (3, 4)"


def test_one_thing_is_not_things():
    assert counted(1, "product") == "1 product"
    assert counted(1234, "product") == "1,234 products"
    assert counted(2, "class", "classes") == "2 classes"
