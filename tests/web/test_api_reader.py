"""The full reader: several digits, none, pictures that are dropped; the same as ``glassnet read``'s."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from glassnet.models import bundled_models
from glassnet.reading import Box, ReadDigit, Reading, read
from glassnet.web.ink import paint
from glassnet.web.pictures import reading_as_dict
from tests.web.conftest import FOUR, Page

SEVEN = [[180, 60, 230, 60, 200, 200]]
SMALL_FOUR = [[20, 60, 15, 120, 80, 120], [60, 60, 60, 200]]


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def model() -> str:
    return next(entry.name for entry in bundled_models() if entry.path.suffix == ".safetensors")


def test_a_digit_is_read_with_its_box(page: Page, model: str):
    told = page.post("reader", ink={"strokes": FOUR}, model=model)
    assert told["state"] == "read"
    assert told["text"] == "4"
    (digit,) = told["digits"]
    assert digit["box"] == pytest.approx([41, 31, 170, 230], abs=6)


def test_two_digits_are_both_read(page: Page, model: str):
    told = page.post("reader", ink={"strokes": [*SMALL_FOUR, *SEVEN]}, model=model)
    assert told["state"] == "several"
    assert told["text"] == "47"
    assert told["sentence"] == "Two separate shapes: I read 47."
    assert [digit["label"] for digit in told["digits"]] == ["4", "7"]


def test_nothing_and_a_dot(page: Page):
    assert page.post("reader", ink={"strokes": []})["state"] == "empty"
    assert page.post("reader", ink={"strokes": [[9, 9]]})["state"] == "little"


def test_a_dropped_picture_is_read_as_glassnet_read_would(page: Page, model: str):
    pixels = np.hstack([255 - paint(SMALL_FOUR, 18), 255 - paint(SEVEN, 18)])
    answer = page.client.post("/api/images", content=png(pixels))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["width"], told["height"]) == pixels.shape[::-1]
    from glassnet.models import bundled

    expected = read(pixels, model=bundled(model))
    assert told["text"] == expected.text == "47"
    for number, digit in enumerate(expected):
        tensors, _ = page.post("read", ink={"image": told["image"], "box": number}, model=model)
        np.testing.assert_array_equal(tensors["normal/4"], digit.pixels)
    page.post("read", 404, ink={"image": told["image"], "box": 9}, model=model)
    shown = page.client.get(f"/api/images/{told['image']}")
    assert shown.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == pixels.shape[::-1]
    again = page.post("reader", ink={"image": told["image"]})
    assert again["digits"] == told["digits"]


def test_a_large_picture_is_shown_smaller_and_its_boxes_too(page: Page):
    pixels = np.full((500, 3200), 255, np.uint8)
    pixels[100:428, 2000:2328] = 255 - paint(FOUR, 24)
    told = page.client.post("/api/images", content=png(pixels)).json()
    assert (told["width"], told["height"]) == (1600, 250)
    left, top, right, bottom = told["digits"][0]["box"]
    assert 1000 <= left < right <= 1164
    assert 50 <= top < bottom <= 214


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_what_is_no_picture_is_an_error_in_words(page: Page, content: bytes):
    answer = page.client.post("/api/images", content=content)
    assert answer.status_code == 422
    assert answer.json()["kind"] == "PictureError"
    assert page.client.get("/api/images/12345678").status_code == 404


def test_a_damaged_picture_is_said_to_be_so_once(page: Page):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)
    answer = page.client.post("/api/images", content=png(noise)[:900])
    assert answer.status_code == 422
    assert answer.json()["what"].startswith("the picture: damaged (")


def digit(label: int | None, confidence: float, reason: str | None = None) -> ReadDigit:
    return ReadDigit(label, confidence, ((9, 0.4),), Box(1, 2, 3, 4), np.zeros((28, 28), np.uint8), reason)


@pytest.mark.parametrize(
    ("reading", "state", "sentence"),
    [
        (Reading((), (9, 9)), "empty", "Draw here"),
        (Reading((), (9, 9), (digit(None, 0.83, "a scribble"),)), "none", "No digit (83 % sure): a scribble."),
        (Reading(((digit(4, 0.52),),), (9, 9)), "unsure", "4 or 9? 52 % against 40 %."),
        (Reading(((digit(4, 0.97),),), (9, 9)), "read", "Reads as 4, 97 % sure."),
        (Reading(((digit(4, 0.9994),),), (9, 9)), "read", "Reads as 4, 99.9 % sure."),
        (Reading(((digit(4, 0.9),), (digit(2, 0.9),)), (9, 9)), "several", "Two separate shapes: I read 4, 2."),
    ],
)
def test_what_was_read_in_words(reading: Reading, state: str, sentence: str):
    told = reading_as_dict(reading)
    assert told["state"] == state
    assert told["sentence"].startswith(sentence)
