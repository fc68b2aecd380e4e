"""From a picture file to what a network reads."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.data import strokes
from glassnet.data.normal_form import normal_form
from glassnet.data.picture import load_digit
from glassnet.errors import PictureError

DIGIT = strokes.generate(1, seed=3).images[0]


def saved(picture: Image.Image, path: Path) -> Path:
    picture.save(path)
    return path


def test_a_picture_like_mnist_s_is_taken_as_it_is(tmp_path: Path) -> None:
    np.testing.assert_array_equal(load_digit(saved(Image.fromarray(DIGIT), tmp_path / "a.png")), DIGIT)


def test_dark_ink_on_light_paper_is_turned_round(tmp_path: Path) -> None:
    found = load_digit(saved(Image.fromarray(255 - DIGIT), tmp_path / "a.png"))
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - DIGIT).mean() < 8, "more than what the paper's grain takes off the edges"


@pytest.mark.parametrize("invert", [False, True])
def test_any_size_is_brought_into_the_normal_form(invert: bool, tmp_path: Path) -> None:
    canvas = np.zeros((300, 200), np.uint8)
    canvas[50:250, 90:110] = 255
    canvas[50:70, 90:160] = 255
    found = load_digit(saved(Image.fromarray(255 - canvas if invert else canvas), tmp_path / "a.png"))
    np.testing.assert_array_equal(found, normal_form(canvas))


def test_grain_of_the_paper_is_no_ink(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    page = random.normal(200, 5, (300, 200)).clip(0, 255)
    page[50:250, 90:110] = 40
    found = load_digit(saved(Image.fromarray(page.astype(np.uint8)), tmp_path / "a.png"))
    assert (found > 0).sum() < 80, "a bar of 20 × 2 pixels, and its soft edges"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "F"])
def test_every_kind_of_picture_is_read(mode: str, tmp_path: Path) -> None:
    grey = Image.fromarray((255 * (DIGIT > 127)).astype(np.uint8))
    sixteen_bits = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    picture = sixteen_bits if mode == "I;16" else grey.convert(mode)
    found = load_digit(saved(picture, tmp_path / ("a.tif" if mode in ("CMYK", "F") else "a.png")))
    np.testing.assert_array_equal(found, np.asarray(grey))


def test_transparent_pixels_are_paper(tmp_path: Path) -> None:
    rgba = np.zeros((28, 28, 4), np.uint8)  # black everywhere, and only the ink can be seen
    rgba[..., 3] = DIGIT
    np.testing.assert_array_equal(
        load_digit(saved(Image.fromarray(rgba), tmp_path / "a.png")),
        load_digit(saved(Image.fromarray(255 - DIGIT), tmp_path / "b.png")),
    )


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    canvas = np.full((200, 300), 255, np.uint8)
    canvas[90:110, 50:250] = 0  # lies on its side, and says so
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(canvas).save(tmp_path / "a.jpg", exif=exif, quality=100)
    found = load_digit(tmp_path / "a.jpg") > 100
    assert np.ptp(np.flatnonzero(found.any(axis=1))) > np.ptp(np.flatnonzero(found.any(axis=0)))


def test_a_large_one_needs_little_memory_and_reads_the_same(tmp_path: Path) -> None:
    small = np.asarray(Image.fromarray(DIGIT).resize((560, 560), Image.Resampling.BICUBIC))
    large = Image.fromarray(small).resize((3000, 3000), Image.Resampling.BICUBIC)
    one, other = (
        load_digit(saved(Image.fromarray(small), tmp_path / "a.png")),
        load_digit(saved(large, tmp_path / "b.png")),
    )
    assert np.abs(one.astype(int) - other).mean() < 4


@pytest.mark.parametrize("grey", [0, 128, 255])
@pytest.mark.parametrize("size", [28, 90])
def test_a_blank_page_is_an_error_and_no_digit(grey: int, size: int, tmp_path: Path) -> None:
    path = saved(Image.new("L", (size, size), grey), tmp_path / "blank.png")
    with pytest.raises(PictureError, match=r"blank\.png: blank"):
        load_digit(path)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    saved(Image.fromarray(DIGIT), tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:-30])
    for name, reason in (
        ("a.png", "not a picture"),
        ("empty.png", "empty, not one byte"),
        ("cut.png", "damaged"),
        ("gone.png", "no such file"),
        ("", "is a directory"),
    ):
        with pytest.raises(PictureError, match=reason) as caught:
            load_digit(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("side", [11_000, 60_000])
def test_a_bomb_is_not_set_off(side: int, tmp_path: Path) -> None:
    """A few bytes that claim to be gigapixels are refused by what they claim."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(bomb)
    with pytest.raises(PictureError, match="too large"):
        load_digit(tmp_path / "bomb.png")


def test_models_of_other_sizes_take_pictures_of_their_size_alone(tmp_path: Path) -> None:
    small = np.pad(DIGIT[10:18, 10:18], 2)
    path = saved(Image.fromarray(small), tmp_path / "a.png")
    np.testing.assert_array_equal(load_digit(path, (12, 12)), small)
    with pytest.raises(PictureError, match="the model reads 8 × 8"):
        load_digit(path, (8, 8))
