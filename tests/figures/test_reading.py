"""The picture of what was read has the page, every box, and every digit as the network got it."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.figures import reading_sheet
from glassnet.figures.reading import MANY, MOST_REFUSED
from glassnet.figures.sheet import EDGE_WIDTH, HEADING
from glassnet.figures.style import NEGATIVE, POSITIVE
from glassnet.reading import Box, ReadDigit, Reading
from tests.figures.conftest import colour, has_colour, pixels, words

PAGE = np.random.default_rng(0).integers(100, 256, (560, 1120, 3), dtype=np.uint8)


def seen(digit: int | None, left: int = 100, confidence: float = 0.974, reason: str | None = None) -> ReadDigit:
    tile = np.random.default_rng(left).integers(0, 256, (28, 28), dtype=np.uint8)
    return ReadDigit(digit, confidence, ((9, 0.0123), (1, 0.001)), Box(left, 200, left + 60, 300), tile, reason)


def test_the_page_stands_on_the_sheet_with_its_boxes():
    drawn = pixels(reading_sheet(PAGE, Reading(((seen(4),),), (560, 1120))))
    np.testing.assert_array_equal(drawn[HEADING + 400, EDGE_WIDTH : EDGE_WIDTH + 1120], PAGE[400])
    assert tuple(drawn[HEADING + 250, EDGE_WIDTH + 97]) == colour(POSITIVE)
    assert tuple(drawn[HEADING + 302, EDGE_WIDTH + 130]) == colour(POSITIVE)
    assert not has_colour(drawn, NEGATIVE)


def test_each_digit_stands_below_as_the_network_got_it():
    one = seen(4)
    figure = reading_sheet(PAGE, Reading(((one,),), (560, 1120)), name="$a$.png")
    assert words(figure)[:2] == [
        "1 digit",
        "$a$.png, 1,120 × 560 pixels",
    ]
    said = ["What the network got", "how sure it is, and the runner-up", "4", "97 %", "9: 1 %"]
    assert words(figure)[2:] == ["4", *said]
    top = HEADING + 560 + 36 + 44 + 1
    tile = pixels(figure)[top + 2 : top + 140 : 5, EDGE_WIDTH + 3 : EDGE_WIDTH + 141 : 5, 0]
    np.testing.assert_array_equal(tile, 255 - one.pixels)


def test_what_was_refused_stands_at_the_end_with_its_reason():
    reading = Reading((), (560, 1120), (seen(None, reason="a scribble"),), "no digit")
    figure = reading_sheet(PAGE, reading)
    assert words(figure) == ["No digit was read", "1,120 × 560 pixels: no digit.", "Refused: 1", "a scribble"]
    assert has_colour(pixels(figure), NEGATIVE)


def test_lines_begin_anew():
    one, other = (Reading(lines, (560, 1120)) for lines in (((seen(4), seen(5)),), ((seen(4),), (seen(5),))))
    assert len(pixels(reading_sheet(PAGE, other))) > len(pixels(reading_sheet(PAGE, one)))
    assert words(reading_sheet(PAGE, other))[0] == "2 digits on 2 lines"


def test_many_digits_and_many_refusals_find_room():
    line = tuple(seen(number % 10, 10 * number) for number in range(MANY))
    refused = tuple(seen(None, reason="a letter") for _ in range(MOST_REFUSED + 5))
    figure = reading_sheet(PAGE, Reading((line, line), (560, 1120), refused))
    assert words(figure)[0] == f"{2 * MANY} digits on 2 lines"
    assert words(figure).count("a letter") == MOST_REFUSED
    assert f"Refused: {MOST_REFUSED + 5}, the first {MOST_REFUSED}" in words(figure)
    drawn = pixels(figure)
    assert (drawn[:, -EDGE_WIDTH + 3 :] == 255).all()


@pytest.mark.parametrize("count", [1, 8, 60, 200])
def test_no_words_lie_upon_others(count: int):
    """Many digits, all with the longest words there are, and long reasons: every text keeps to its place."""
    lines = [
        tuple(
            ReadDigit(8, share, ((3, 0.21),), Box(0, 0, 1, 1), PAGE[:28, :28, 0]) for share in [0.99999, 0.7] * 5
        )
        for _ in range(max(1, count // 10))
    ]
    lines = [line[: min(count, 10)] for line in lines]
    refused = (seen(None, reason="touches the edge of the picture, so that a part of it may well be missing"),) * 7
    figure = reading_sheet(PAGE, Reading(tuple(lines), (560, 1120), refused), name="a long name " * 20 + ".jpg")
    figure.canvas.draw()
    boxes = [text.get_window_extent() for axes in figure.axes for text in axes.texts if text.get_text() != "8"]
    boxes += [text.get_window_extent() for text in figure.texts]
    width = figure.get_size_inches()[0] * figure.dpi
    assert all(box.x0 >= 0 and box.x1 <= width - 0.5 * EDGE_WIDTH for box in boxes)
    corners = np.array([[box.x0 + 1, box.y0 + 3, box.x1 - 1, box.y1 - 3] for box in boxes])
    left, low, right, high = (corners[:, [side]] for side in range(4))
    upon = (left < right.T) & (right > left.T) & (low < high.T) & (high > low.T)
    assert upon.sum() == len(boxes), "each only upon itself"


@pytest.mark.parametrize("size", [(28, 28), (1, 1), (3000, 20), (20, 3000), (4000, 3000), (300, 400)])
def test_pages_of_every_size_fit(size: tuple[int, int]):
    page = np.zeros((*size, 3), np.uint8)
    one = ReadDigit(1, 1.0, (), Box(0, 0, size[1], size[0]), np.zeros((28, 28), np.uint8))
    drawn = pixels(reading_sheet(page, Reading(((one,),), size)))
    assert drawn.shape[1] == 1200
    assert drawn.shape[0] < 1500
    assert (drawn[:, -EDGE_WIDTH + 3 :] == 255).all()


def test_a_tiny_page_keeps_its_pixels_as_squares():
    page = np.random.default_rng(0).integers(0, 256, (28, 28, 3), dtype=np.uint8)
    drawn = pixels(reading_sheet(page, Reading((), (28, 28))))
    np.testing.assert_array_equal(drawn[HEADING + 6 :: 12, EDGE_WIDTH + 6 :: 12][:28, :28], page)
