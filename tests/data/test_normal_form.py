"""The normal form: against the rule written out by hand, and against MNIST itself."""

from __future__ import annotations

import gzip
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from glassnet.data.normal_form import NoInkError, normal_form
from glassnet.errors import PictureError


def by_the_rule(ink, pushes=(0.0, 0.0)):
    """The rule with loops and without care for speed: doubling, every overlap of every pixel."""
    rows, columns = np.nonzero(ink)
    cut = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    h, w = cut.shape
    m = max(h, w, 10)
    square = np.zeros((m, m))
    square[(m - h) // 2 : (m - h) // 2 + h, (m - w) // 2 : (m - w) // 2 + w] = cut
    while len(square) < 20:
        square = square.repeat(2, 0).repeat(2, 1)
    m = len(square)
    weights = np.zeros((20, m))
    for i in range(20):
        low, high = (i + 0.005) * m / 20, (i + 0.995) * m / 20
        for j in range(m):
            weights[i, j] = max(0.0, min(high, j + 1) - max(low, j)) / (high - low)
    small = weights @ square @ weights.T
    grey = np.floor(255 * small / min(1, small.max()) + 0.5)
    y, x = (np.indices((20, 20)) + 0.5) * grey  # whole numbers of halves: their sums are exact
    digit = np.zeros((60, 60))
    down, across = (
        16 + int(15 - moment.sum() / grey.sum() + push) for moment, push in zip((y, x), pushes, strict=True)
    )
    digit[down : down + 20, across : across + 20] = grey
    return digit[16:44, 16:44].astype(int)


@settings(max_examples=60, deadline=None)
@given(
    st_numpy.arrays(bool, st.tuples(st.integers(1, 70), st.integers(1, 70)), elements=st.booleans()).filter(np.any)
)
def test_follows_the_rule(ink):
    # Two ways to round a grey level differ by 1 at a half. Where the centre of mass lies on a whole pixel, that
    # much decides to which side the digit goes: then either is right.
    either = [by_the_rule(ink.astype(float), pushes) for pushes in itertools.product((0, 0.01, -0.01), repeat=2)]
    assert any(np.abs(normal_form(ink).astype(int) - digit).max() <= 1 for digit in either)


def test_place_and_whole_sizes_do_not_matter():
    ink = np.zeros((40, 40), np.uint8)
    ink[5:35, 10:14] = 255
    ink[25:30, 10:30] = 255
    expected = normal_form(ink)
    moved = np.zeros((300, 400), np.uint8)
    moved[200:240, 17:57] = ink
    np.testing.assert_array_equal(normal_form(moved), expected)
    larger = normal_form(ink.repeat(6, 0).repeat(6, 1))
    assert np.abs(larger.astype(int) - expected).max() <= 2
    np.testing.assert_array_equal(normal_form(ink / np.float32(255)), expected)
    np.testing.assert_array_equal(normal_form(ink > 0), expected)


def test_longer_side_is_20_pixels_and_the_middle_is_right():
    rng = np.random.default_rng(5)
    for _ in range(30):
        ink = np.zeros((90, 90))
        for _ in range(4):
            y, x = rng.integers(10, 60, 2)
            ink[y : y + rng.integers(3, 25), x : x + rng.integers(3, 25)] = 1
        digit = normal_form(ink).astype(float)
        rows, columns = np.nonzero(digit)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)
        centre = (np.indices((28, 28)) + 0.5).reshape(2, -1) @ digit.ravel() / digit.sum()
        assert np.all((centre > 13.98) & (centre <= 15))


def test_steps_are_the_way_to_the_digit():
    ink = np.zeros((50, 50))
    ink[10:40, 20:26] = 1
    steps = normal_form(ink, steps=True)
    assert steps.box == (10, 20, 40, 26)
    assert steps.square.shape == (30, 30)
    assert steps.square.sum() == ink.sum()
    assert steps.shrunk.shape == (20, 20)
    assert steps.centre_of_mass == (10.0, 10.0)
    assert steps.offset == (5, 5)
    np.testing.assert_array_equal(steps.digit[5:25, 5:25], steps.shrunk)
    np.testing.assert_array_equal(steps.digit, normal_form(ink))


def test_a_dot_stays_a_dot_and_faint_ink_stays_faint():
    dot = np.zeros((100, 100))
    dot[50:52, 50:52] = 1
    assert np.count_nonzero(normal_form(dot)) <= 25  # 2 of 10 pixels, not 20
    line = np.zeros((200, 200), np.uint8)
    line[10:190, 100] = 255  # a hair: a ninth of a pixel wide
    assert normal_form(line).max() == 255


def test_ink_far_off_its_middle_is_cut_off_not_an_error():
    ink = np.zeros((100, 100))
    ink[0, 0] = 1
    ink[80:, 80:] = 1
    assert normal_form(ink).shape == (28, 28)


def test_blank_is_an_error_of_its_own():
    with pytest.raises(NoInkError, match="no ink in a picture of 30 × 40 pixels") as caught:
        normal_form(np.zeros((30, 40), np.uint8))
    assert "inverted" in (caught.value.hint or "")


def test_rounding_errors_are_not_ink():
    with pytest.raises(NoInkError):
        normal_form(np.full((5, 5), 5e-324))
    ink = np.full((30, 30), 1e-9)
    ink[5:20, 5:20] = 1
    assert normal_form(ink, steps=True).box == (5, 5, 20, 20)


@pytest.mark.parametrize(
    ("ink", "message"),
    [
        (np.ones((2, 3, 4), np.uint8), r"shape \(height, width\), got \(2, 3, 4\)"),
        (np.ones((0, 5)), r"got \(0, 5\)"),
        (np.full((5, 5), 200.0), "between 0 .* got 200 to 200"),
        (np.full((5, 5), np.nan), "between 0"),
        (np.full((5, 5), -0.5), "between 0"),
        (np.ones((5, 5), np.int64), "got int64"),
    ],
)
def test_what_is_no_picture_is_refused(ink, message):
    with pytest.raises(PictureError, match=message):
        normal_form(ink)


def test_mnist_is_in_its_own_normal_form(mnist):
    """Ink that already fills 20 × 20 pixels comes back as it was: the rule is MNIST's."""
    file = mnist / "train-images-idx3-ubyte.gz"
    if not file.exists():
        pytest.skip(f"needs MNIST's training pictures, gzipped: {file} is not there")
    with gzip.open(file) as stream:
        digits = np.frombuffer(stream.read(16 + 500 * 784), np.uint8, offset=16).reshape(-1, 28, 28)
    same = [np.abs(normal_form(digit).astype(int) - digit).max() <= 3 for digit in digits]
    assert np.mean(same) > 0.99  # the others are 19 pixels long, or lie within a rounding error of a whole pixel
