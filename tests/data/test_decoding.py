"""Any picture as colours on paper: every kind of file, every kind of damage."""

from __future__ import annotations

import builtins
import contextlib
import io
import re
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from glassnet.data import decoding
from glassnet.data.decoding import open_picture
from glassnet.errors import PictureError

SEVEN = np.full((40, 30), 255, np.uint8)
"""Dark on white."""
SEVEN[6:10, 5:25] = 0
SEVEN[6:35, 21:25] = 0


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def grey(picture: np.ndarray) -> np.ndarray:
    return picture.mean(axis=2)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *((mode, "PNG") for mode in ("1", "L", "P", "RGB", "RGBA", "LA")),
        *((mode, "TIFF") for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "LAB", "YCbCr", "F", "I")),
        *((mode, "GIF") for mode in ("1", "L", "P", "RGB")),
        *((mode, "BMP") for mode in ("1", "L", "P", "RGB")),
        *((mode, "JPEG") for mode in ("L", "RGB", "CMYK", "YCbCr")),
        *((mode, "WEBP") for mode in ("RGB", "RGBA")),
        *((mode, "JPEG2000") for mode in ("L", "RGB")),
    ],
)
def test_every_mode_of_every_format(mode: str, kind: str) -> None:
    picture = Image.fromarray(SEVEN)
    if mode == "LAB":
        picture = Image.merge("LAB", (picture, *(Image.new("L", picture.size, 0) for _ in "ab")))
    picture = picture.convert("RGB").convert(mode) if mode in ("CMYK", "YCbCr") else picture.convert(mode)
    options = {"quality": 95} if kind in ("JPEG", "WEBP") else {}
    found = open_picture(encoded(picture, kind, **options))
    assert found.shape == (40, 30, 3)
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - SEVEN[..., None]).mean() < 4


def test_every_kind_of_source(tmp_path: Path) -> None:
    picture = Image.fromarray(SEVEN)
    content = encoded(picture)
    (tmp_path / "seven.png").write_bytes(content)
    with (tmp_path / "seven.png").open("rb") as file:
        sources = [
            tmp_path / "seven.png", str(tmp_path / "seven.png"), content, bytearray(content), io.BytesIO(content),
            file, picture, SEVEN, SEVEN > 0, SEVEN / 255, SEVEN[..., None], np.repeat(SEVEN[..., None], 3, axis=2),
        ]  # fmt: skip
        for source in sources:
            np.testing.assert_array_equal(open_picture(source), np.repeat(SEVEN[..., None], 3, axis=2))


def test_colours_stay_what_they_are() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    np.testing.assert_array_equal(open_picture(encoded(Image.fromarray(colours))), colours)


def test_the_picture_that_was_given_is_left_alone() -> None:
    rgba = Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 4), dtype=np.uint8))
    before = rgba.copy()
    open_picture(rgba)
    assert rgba == before


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(orientation: int, kind: str) -> None:
    turn = Image.Transpose
    lying = {
        2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE,
        6: turn.ROTATE_90, 7: turn.TRANSVERSE, 8: turn.ROTATE_270,
    }  # fmt: skip
    picture = Image.fromarray(SEVEN).convert("RGB")
    if orientation > 1:
        picture = picture.transpose(lying[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {} if kind in ("PNG", "TIFF") else {"quality": 98}
    found = open_picture(encoded(picture, kind, exif=exif, **options))
    assert found.shape == (40, 30, 3)
    assert np.abs(grey(found) - SEVEN).mean() < 12


def test_a_damaged_note_about_which_way_is_up_is_no_reason_not_to_read() -> None:
    content = encoded(Image.fromarray(SEVEN), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\0")
    assert open_picture(content).shape == (40, 30, 3)


def on_transparency(ink: tuple[int, int, int]) -> Image.Image:
    """A drawing in one colour on a canvas that is transparent (and black, where nobody can see it)."""
    rgba = np.zeros((40, 30, 4), np.uint8)
    rgba[SEVEN == 0] = (*ink, 255)
    return Image.fromarray(rgba)


@pytest.mark.parametrize("ink", [(0, 0, 0), (120, 20, 30), (20, 40, 160)])
def test_dark_ink_on_a_transparent_canvas_lies_on_white(ink: tuple[int, int, int]) -> None:
    found = open_picture(encoded(on_transparency(ink)))
    assert (found[SEVEN == 0] == ink).all()
    assert (found[SEVEN > 0] == 255).all()


@pytest.mark.parametrize("ink", [(255, 255, 255), (255, 240, 90), (190, 200, 210)])
def test_light_ink_on_a_transparent_canvas_lies_on_black(ink: tuple[int, int, int]) -> None:
    found = open_picture(encoded(on_transparency(ink)))
    assert (found[SEVEN == 0] == ink).all()
    assert (found[SEVEN > 0] == 0).all()


def test_ink_that_fills_the_canvas_is_not_taken_for_paper() -> None:
    one = Image.new("RGBA", (20, 60), (0, 0, 0, 255))
    for corner in ((0, 0), (19, 0), (0, 59), (19, 59)):
        one.putpixel(corner, (0, 0, 0, 0))
    found = open_picture(one)
    assert (found[0, 0] == 255).all()
    assert (found[30] == 0).all()


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_with_paper_of_its_own_keeps_it_in_its_holes(dark: bool) -> None:
    """A screenshot with round corners: its corners must not look like ink."""
    page = 255 - SEVEN if dark else SEVEN
    rgba = np.dstack([page, page, page, np.full_like(page, 255)])
    rgba[:4, :4] = 0
    assert (open_picture(rgba)[0, 0] == page[20, 2]).all()


def test_half_transparent_ink_is_half_as_dark() -> None:
    rgba = np.zeros((40, 30, 4), np.uint8)
    rgba[..., 3] = np.where(SEVEN == 0, 128, 0)
    assert open_picture(rgba)[SEVEN == 0] == pytest.approx(127, abs=1)


def test_nothing_but_transparency_is_white_paper() -> None:
    assert (open_picture(np.zeros((5, 6, 4), np.uint8)) == 255).all()


def test_a_transparent_colour_of_a_palette() -> None:
    picture = Image.fromarray(SEVEN).convert("P")
    content = encoded(picture, "GIF", transparency=int(np.asarray(picture)[0, 0]))
    found = open_picture(content)
    np.testing.assert_array_equal(grey(found), SEVEN)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_more_than_8_bits_are_scaled_by_as_many_as_are_used(bits: int) -> None:
    deep = ((SEVEN.astype(np.uint32) * (2**bits - 1)) // 255).astype(np.uint16)
    found = open_picture(encoded(Image.fromarray(deep)))
    np.testing.assert_array_equal(grey(found), SEVEN)


def test_one_bright_pixel_does_not_make_the_others_dark() -> None:
    deep = np.full((300, 300), 4000, np.uint16)
    deep[100:200, 150:160] = 400
    deep[7, 7] = 65535
    found = grey(open_picture(encoded(Image.fromarray(deep))))
    assert found[50, 50] == 249
    assert found[150, 155] == 25


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 255.0), (0.0, 65535.0), (-1.0, 1.0), (-3.5, 2.0)])
def test_floats_are_scaled_by_what_they_can_mean(low: float, high: float) -> None:
    values = (low + SEVEN / 255 * (high - low)).astype(np.float32)
    for source in (values, encoded(Image.fromarray(values), "TIFF")):
        np.testing.assert_allclose(grey(open_picture(source)), SEVEN, atol=1)


def test_numbers_that_are_none_are_dark_in_a_file() -> None:
    values = np.where(SEVEN == 0, np.nan, 1.0).astype(np.float32)
    np.testing.assert_array_equal(grey(open_picture(encoded(Image.fromarray(values), "TIFF"))), SEVEN)


@pytest.mark.parametrize("adobe", [True, False])
def test_the_inks_of_a_jpeg_are_inverted_where_adobe_inverted_them(adobe: bool) -> None:
    inks = Image.fromarray(SEVEN).convert("RGB").convert("CMYK")
    content = encoded(inks, "JPEG", quality=98)
    if not adobe:
        content = encoded(Image.fromarray(255 - np.asarray(inks), "CMYK"), "JPEG", quality=98)
        start = content.index(b"\xff\xee")  # the segment that says who wrote it
        content = content[:start] + content[start + 2 + int.from_bytes(content[start + 2 : start + 4]) :]
    assert np.abs(grey(open_picture(content)) - SEVEN).mean() < 4


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP", "PNG"])
def test_the_first_page_counts(kind: str) -> None:
    pages = [Image.fromarray(SEVEN).convert("RGB"), Image.new("RGB", (30, 40), "red")]
    options = {"lossless": True} if kind == "WEBP" else {}
    found = open_picture(encoded(pages[0], kind, save_all=True, append_images=pages[1:], **options))
    np.testing.assert_array_equal(grey(found), SEVEN)


def test_heic(monkeypatch: pytest.MonkeyPatch) -> None:
    heif = pytest.importorskip("pillow_heif", reason="needs the extra 'heic'")
    buffer = io.BytesIO()
    heif.from_pillow(Image.fromarray(SEVEN).convert("RGB")).save(buffer, quality=95)
    assert np.abs(grey(open_picture(buffer.getvalue())) - SEVEN).mean() < 8


def test_heic_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pillow_heif":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PictureError, match="HEIC") as caught:
        open_picture(b"\0\0\0\x18ftypheic" + bytes(40))
    assert "glassnet[heic]" in str(caught.value.hint)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be as large as this."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(11_000, 11_000), (60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1)])
def test_a_bomb_is_refused_by_what_it_claims(size: tuple[int, int]) -> None:
    tracemalloc.start()
    with pytest.raises(PictureError, match=r"too large to be read: .*\d (million )?pixels$") as caught:
        open_picture(bomb(*size))
    assert set(re.findall(r"\d+ million", f"{caught.value} {caught.value.hint}")) == {"120 million"}
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_nothing_in_no_size(tmp_path: Path) -> None:
    for source in (np.zeros((0, 0), np.uint8), np.zeros((0, 9, 3), np.uint8), Image.new("L", (0, 5))):
        with pytest.raises(PictureError, match="there is nothing on it") as caught:
            open_picture(source)
        assert caught.value.hint
    with pytest.raises(PictureError):
        open_picture(bomb(0, 0))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_shrunk(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "KEPT_PIXELS", 600)
    found = open_picture(encoded(Image.fromarray(SEVEN).convert("P" if kind == "PNG" else "L"), kind))
    assert found.shape == (28, 21, 3)
    assert grey(found)[5, 10] < 100
    assert grey(found)[20, 5] > 200


def test_what_was_opened_already_is_copied_only(monkeypatch: pytest.MonkeyPatch) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    by_pillow = np.asarray(Image.fromarray(colours).convert("RGB"))
    monkeypatch.setattr(Image, "fromarray", None)
    found = open_picture(colours)
    np.testing.assert_array_equal(found, by_pillow)
    assert not np.shares_memory(found, colours)
    monkeypatch.undo()
    monkeypatch.setattr(decoding, "KEPT_PIXELS", 150)
    assert open_picture(colours).shape == (10, 15, 3)


def test_a_long_picture_is_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LONGEST_SIDE", 100)
    assert open_picture(np.zeros((7, 400), np.uint8)).shape == (1, 100, 3)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (np.zeros(5), "reshape"),
        (np.zeros((2, 3, 4, 5)), "one picture at a time"),
        (np.zeros((7, 40, 30)), "one picture at a time"),
        (np.zeros((3, 40, 30)), "colours come last"),
        (np.zeros((4, 4), complex), "np.uint8"),
        (np.full((4, 4), None), "np.uint8"),
        (["a", "b"], "np.uint8"),
    ],
)
def test_arrays_that_are_no_picture(source: Any, hint: str) -> None:
    with pytest.raises(PictureError, match="must be an array") as caught:
        open_picture(source)
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize("source", [7, None, True, 0.5, {"picture": 7}, [[1, 2], [3]]])
def test_what_is_no_source_at_all(source: Any) -> None:
    with pytest.raises(PictureError, match=r"must be a picture, got|cannot be made an array") as caught:
        open_picture(source)
    assert "give a path" in str(caught.value.hint)


@pytest.mark.parametrize("none", [np.nan, np.inf])
def test_an_array_with_numbers_that_are_none_is_told_of(none: float) -> None:
    with pytest.raises(PictureError, match="2 of 1,200 numbers are NaN or infinite") as caught:
        open_picture(np.where(np.arange(1200).reshape(30, 40) < 2, none, 1.0))
    assert "np.isfinite" in str(caught.value.hint)


def test_files_that_are_open_for_something_else(tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(encoded(Image.fromarray(SEVEN)))
    with (tmp_path / "seven.png").open(encoding="latin-1") as text, pytest.raises(PictureError, match="as text"):
        open_picture(text)  # type: ignore[arg-type]
    with (tmp_path / "new.png").open("wb") as new, pytest.raises(PictureError, match="cannot be read"):
        open_picture(new)
    with pytest.raises(PictureError, match="cannot be read") as caught:
        open_picture(new)  # closed by now
    assert "'rb'" in str(caught.value.hint)


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(PictureError, match="cannot read the picture"):
        open_picture("seven\0.png")


def test_damage_that_shows_only_when_pixels_are_asked_for() -> None:
    lazy = Image.open(io.BytesIO(encoded(Image.fromarray(SEVEN))[:-30]))
    with pytest.raises(PictureError, match="damaged"):
        open_picture(lazy)


def test_files_that_are_no_picture(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(encoded(Image.fromarray(SEVEN))[:-30])
    (tmp_path / "drawing.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n")
    for name, reason in (
        ("text.png", "not a picture"),
        ("empty.png", "empty, not one byte"),
        ("drawing.eps", "not a picture"),  # it would be a program, run by another one
        ("cut.png", "damaged"),
        ("gone.png", "no such file"),
        ("", "is a directory"),
    ):
        with pytest.raises(PictureError, match=reason) as caught:
            open_picture(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)
        assert caught.value.hint


def test_a_picture_of_any_kind_can_be_given_a_name() -> None:
    for source in (
        b"text",
        io.BytesIO(b"text"),
        np.zeros(5),
        np.zeros((0, 3)),
        Image.new("L", (0, 5)),
        "gone.png",
    ):
        with pytest.raises(PictureError, match="photo 7"):
            open_picture(source, name="photo 7")


def test_a_stream_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_BYTES", 1 << 20)
    with Path("/dev/zero").open("rb") as endless, pytest.raises(PictureError, match="more than 1 MiB"):
        open_picture(endless)


WHOLE = {
    kind: encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 17, 3), dtype=np.uint8)), kind)
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "JPEG2000", "PPM", "TGA")
}


@settings(max_examples=300)
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_damage_is_an_error_of_ours_or_a_picture(kind: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[kind])
    for place in data.draw(st.lists(st.integers(0, min(len(content) - 1, 300)), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    with contextlib.suppress(PictureError):
        found = open_picture(bytes(content))
        assert found.dtype == np.uint8
        assert found.shape[2] == 3
