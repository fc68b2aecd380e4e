"""Reading from pixels to digits, with the model that comes with the package."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.data.strokes import generate
from glassnet.reading import read, read_digit, reader
from tests.reading.drawing import digit_ink, on_paper, write


def test_lines_are_read_in_order() -> None:
    reading = read(on_paper(write(["0176", "23 948", "5"]), grain=2))
    assert reading.text == "0176\n23948\n5"
    assert len(reading) == 10
    assert min(digit.confidence for digit in reading) > 0.5


def test_a_sloping_line() -> None:
    assert read(on_paper(write(["260537", "81449"], slope=0.08))).text == "260537\n81449"


def test_light_on_dark_is_read_alike() -> None:
    ink = write(["31570"])
    assert read(on_paper(ink, (255, 255, 255), (15, 40, 30))).text == read(on_paper(ink)).text == "31570"


def test_boxes_lie_where_the_digits_are() -> None:
    ink = write(["27"])
    for digit in read(on_paper(ink)):
        box = digit.box
        assert ink[box.top : box.bottom, box.left : box.right].sum() == pytest.approx(
            ink[:, box.left : box.right].sum(), rel=0.01
        )
        assert digit.pixels.shape == (28, 28)
        assert digit.reason is None


def test_boxes_of_a_large_picture_are_in_its_own_pixels() -> None:
    ink = cv2.resize(write(["27"]), None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    picture = on_paper(ink)
    assert picture.shape[0] * picture.shape[1] > 2_200_000
    reading = read(picture)
    assert reading.text == "27"
    assert reading.size == picture.shape[:2]
    columns = np.flatnonzero(ink.any(axis=0))
    assert reading.digits[0].box.left == pytest.approx(columns[0], abs=20)
    assert reading.digits[1].box.right == pytest.approx(columns[-1], abs=20)


def test_what_the_network_is_asked_about() -> None:
    ink = cv2.resize(write(["27"]), None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    candidates, view = reader.candidates_of(on_paper(ink))
    assert view.scale == pytest.approx([(ink.size / 2_200_000) ** 0.5] * 2, rel=0.01)
    sure = [one for one in candidates if one.confidence > 0.9]
    assert {one.digit for one in sure} >= {2, 7}
    for one in sure:  # boxes are those of the picture as it was read
        box = view.in_picture(one.piece.box)
        columns = slice(box.left, box.right)
        assert ink[box.top : box.bottom, columns].sum() > 0.95 * ink[:, columns].sum() > 0
    assert reader.candidates_of(np.full((60, 60, 3), 255, np.uint8))[0] == []


def test_ruled_paper_is_not_read() -> None:
    ink = write(["4718", "3052"])
    lined = ink.copy()
    for at in range(20, len(ink), 40):
        lined[at : at + 2] = np.maximum(lined[at : at + 2], 0.35)
    assert read(on_paper(lined)).text == "4718\n3052"


def test_a_thin_pen() -> None:
    canvas = np.zeros((200, 200), np.float32)
    cv2.polylines(canvas, [np.array([[60, 40], [140, 42], [100, 100], [88, 165]], np.int32)], False, 1, 1)
    assert read_digit(on_paper(canvas)).digit == 7


@pytest.mark.parametrize("grain", [0, 5])
def test_blank_paper(grain: float) -> None:
    picture = on_paper(np.zeros((300, 400), np.float32), grain=grain)
    assert not read(picture).lines
    assert read_digit(picture).digit is None


def test_blank_paper_is_said_to_be_blank() -> None:
    picture = np.full((80, 60), 230, np.uint8)
    assert read(picture).reason == read_digit(picture).reason == "blank: nothing but paper"


def test_what_has_more_pieces_than_any_page_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader._MOST_PIECES > 3 * 1000, "a page of 1,000 digits, each torn in three"
    monkeypatch.setattr(reader, "_MOST_PIECES", 5)
    assert read(on_paper(write(["04152"]))).text == "04152"
    page = on_paper(write(["041", "529"]))
    reading = read(page)
    assert (reading.text, reading.rejected, reading.reason) == ("", (), reader._TOO_MANY)
    assert read_digit(page).reason == reader._TOO_MANY
    assert reader.candidates_of(page)[0] == []


def test_a_scribble_is_no_digit() -> None:
    rng = np.random.default_rng(4)
    canvas = np.zeros((300, 300), np.float32)
    cv2.polylines(canvas, [rng.integers(40, 260, (40, 2)).astype(np.int32)], False, 1, 3)
    reading = read_digit(on_paper(canvas))
    assert reading.digit is None
    assert reading.reason


def test_a_digit_in_normal_form_is_read_as_it_is() -> None:
    image = generate(1, seed=7, level=0.3).images[0]
    assert np.array_equal(read_digit(image).pixels, image)


def test_a_digit_alone() -> None:
    right = 0
    for digit in range(10):
        picture = np.zeros((280, 280), np.float32)
        ink = digit_ink(digit, 150, which=1)
        picture[70 : 70 + ink.shape[0], 30 : 30 + ink.shape[1]] = ink
        right += read_digit(on_paper(picture)).digit == digit
    assert right >= 9


def test_runners_up_are_the_other_digits_the_likeliest_first() -> None:
    found = read_digit(on_paper(np.pad(digit_ink(5, 80), 20)))
    others = [digit for digit, _ in found.runners_up]
    shares = [share for _, share in found.runners_up]
    assert sorted([found.digit, *others]) == list(range(10))
    assert shares == sorted(shares, reverse=True)
    assert found.confidence >= shares[0]


@settings(max_examples=25)
@given(
    st.tuples(st.integers(1, 70), st.integers(1, 70), st.sampled_from([0, 3, 4])).flatmap(
        lambda shape: arrays(np.uint8, shape if shape[2] else shape[:2], elements=st.integers(0, 255))
    )
)
def test_no_picture_is_an_error(picture: np.ndarray) -> None:
    reading = read(picture)
    assert reading.size == picture.shape[:2]
    for digit in [*reading.digits, *reading.rejected, read_digit(picture)]:
        assert 0 <= digit.confidence <= 1
        assert 0 <= digit.box.left < digit.box.right <= picture.shape[1]
        assert 0 <= digit.box.top < digit.box.bottom <= picture.shape[0]


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.integers(1, 150), st.integers(1, 150), st.sampled_from([2, 40, 255]))
def test_noise_of_any_size_is_no_error(seed: int, height: int, width: int, levels: int) -> None:
    picture = np.random.default_rng(seed).integers(0, levels, (height, width, 3)).astype(np.uint8)
    read(picture)
    read_digit(picture)


def test_import_loads_no_library() -> None:
    code = "import sys, glassnet.reading; print(*sorted({'cv2', 'PIL', 'safetensors'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


def printed(text: str, height: int = 40) -> np.ndarray:
    """Lines of plain type as ink on an empty sheet."""
    lines = text.split("\n")
    sheet = np.zeros((int(2 * height * (len(lines) + 0.5)), int(height * max(map(len, lines)))), np.uint8)
    for number, line in enumerate(lines):
        place = (height, int(height * (2 * number + 1.8)))
        cv2.putText(sheet, line, place, cv2.FONT_HERSHEY_SIMPLEX, height / 22, 255, 4, cv2.LINE_AA)
    return np.asarray(sheet / 255, np.float32)


def test_words_are_no_digits() -> None:
    words = "grey cats are awake\nsay zebras we greet"
    reading = read(on_paper(printed(words)))
    assert reading.text == ""
    assert reading.reason == "there is something on it, but no digit"
    reasons = [one.reason for one in reading.rejected]
    assert reasons.count("part of a word, not a digit") >= 3
    assert min(one.confidence for one in reading.rejected if one.reason == "part of a word, not a digit") > 0.5


def test_a_number_beside_a_word_is_read() -> None:
    word, number = printed("Rechnung", 44), write(["4719"], gap=8)
    sheet = np.zeros((max(len(word), len(number)), word.shape[1] + number.shape[1]), np.float32)
    sheet[: len(word), : word.shape[1]] = word
    sheet[len(sheet) - len(number) :, word.shape[1] :] = number
    assert read(on_paper(sheet)).text.endswith("4719")


@pytest.mark.parametrize("digit", [4, 7, 8])
def test_an_answer_under_a_printed_question(digit: int) -> None:
    question = printed("how many are there", 22)
    sheet = np.zeros((220, question.shape[1] + 20), np.float32)
    sheet[: len(question), : question.shape[1]] = question
    answer = digit_ink(digit, 60)
    sheet[110 : 110 + len(answer), 150 : 150 + answer.shape[1]] = answer
    assert read_digit(on_paper(sheet)).digit == digit


@pytest.mark.parametrize("text", ["52", "38 6", "7401"])
def test_several_digits_are_not_exactly_one(text: str) -> None:
    answer = read_digit(on_paper(write([text])))
    assert answer.digit is None
    assert "more than one digit" in str(answer.reason)


def test_a_digit_and_the_remains_of_its_neighbours_are_one_digit() -> None:
    ink = write(["538"], gap=10)
    columns = np.flatnonzero(ink.any(axis=0))
    answer = read_digit(on_paper(ink[:, columns[0] + 22 : columns[-1] - 22]))
    assert answer.digit == 3


def test_specks_are_too_small_to_be_read() -> None:
    canvas = np.zeros((200, 300), np.float32)
    canvas[100:106, 150:153] = 1
    assert not read(on_paper(canvas))
    assert read_digit(on_paper(canvas)).reason == "too small to be read"


@pytest.mark.parametrize("radius", [12, 40])
def test_a_disc_is_no_nought(radius: int) -> None:
    canvas = np.zeros((200, 300), np.float32)
    cv2.circle(canvas, (150, 100), radius, 1, -1, cv2.LINE_AA)
    assert read_digit(on_paper(canvas)).digit is None
    assert not read(on_paper(canvas))


@pytest.mark.parametrize(
    ("digit", "path"), [(1, [[150, 40], [140, 275]]), (7, [[40, 120], [170, 115], [110, 276]])]
)
def test_a_straight_stroke_that_ends_at_the_edge_is_no_printed_line(digit: int, path: list[list[int]]) -> None:
    canvas = np.full((280, 280), 255, np.uint8)
    cv2.polylines(canvas, [np.array(path, np.int32)], False, 0, 6, cv2.LINE_AA)
    assert read_digit(canvas).digit == digit


def test_a_one_that_fills_most_of_the_picture_is_no_printed_line() -> None:
    sheet = np.zeros((200, 300), np.float32)
    cv2.polylines(sheet, [np.array([(60, 40), (120, 40), (90, 160)])], isClosed=False, color=1.0, thickness=9)
    cv2.line(sheet, (180, 40), (180, 160), 1.0, 9)
    assert read(on_paper(sheet)).text == "71"
