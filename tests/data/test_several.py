"""A glance at the gaps tells several digits from one, and says nothing where it cannot know."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import strokes
from glassnet.data.several import seems_several

DIGITS = strokes.generate(600, seed=8)


def line(*digits: np.ndarray, gap: int = 6, scale: int = 3) -> np.ndarray:
    """Digits side by side on paper, each cut out of its picture."""
    cut = []
    for digit in digits:
        rows, columns = (np.flatnonzero((digit > 60).any(axis=axis)) for axis in (1, 0))
        cut.append(
            (digit > 60)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].repeat(scale, 0).repeat(scale, 1)
        )
    width = sum(one.shape[1] + gap for one in cut) + 20
    page, left = np.zeros((28 * scale + 20, width)), 10
    for one in cut:
        page[10 : 10 + len(one), left : left + one.shape[1]] = one
        left += one.shape[1] + gap
    return page


def test_single_digits_are_hardly_ever_taken_for_several():
    wrong = sum(seems_several(line(digit)) for digit in DIGITS.images)
    assert wrong <= 3, f"{wrong} of {len(DIGITS)}"


@pytest.mark.parametrize("count", [2, 3, 7])
def test_digits_in_a_row_are_seen(count: int):
    rows = DIGITS.images[: 20 * count].reshape(20, count, 28, 28)
    assert sum(seems_several(line(*row)) for row in rows) >= 18


def test_writing_that_hangs_together_is_seen_by_its_length():
    page = np.zeros((60, 300))
    page[20:40, 20:280] = 1
    assert seems_several(page)
    page[:, 60:] = 0
    assert not seems_several(page), "twice as wide as high may be one digit"


@pytest.mark.parametrize(
    "draw",
    [
        lambda page: None,
        lambda page: page[30:70, 40:60].fill(1),  # one stroke
        lambda page: (page[20:25, 40:60].fill(1), page[35:80, 40:60].fill(1)),  # a five whose bar hangs in the air
        lambda page: (page[20:80, 40:50].fill(1), page[70:74, 60:64].fill(1)),  # a one and a speck
        lambda page: (page[:, 10:12].fill(1), page[:, 90:92].fill(1), page[30:70, 40:60].fill(1)),  # between lines
        lambda page: page.fill(1),  # a shadow over everything
    ],
    ids=["blank", "stroke", "five", "speck", "lines", "shadow"],
)
def test_what_is_one_or_cannot_be_known(draw):
    page = np.zeros((100, 100))
    draw(page)
    assert not seems_several(page)
