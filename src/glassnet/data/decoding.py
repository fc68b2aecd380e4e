"""Any picture, as colours on paper: what every reader of pictures begins with.

A picture comes as a photograph that lies on its side, a drawing on a transparent canvas, a scan of 16 bits, a fax
of one. Whoever looks for digits on it should not have to know: this module makes one kind of array of them all.
How large a picture is stands in its first bytes, so nothing that is too large is ever decoded.
"""

from __future__ import annotations

import io
import math
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.data.array_picture import as_array, checked_array, levels
from glassnet.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

    Source: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[np.generic]

__all__ = ["FORMATS", "Source", "open_picture"]

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000", "PPM", "TGA")
"""What is read. Pillow knows more, but some of those start other programs (EPS) or are no pictures of paper."""

MOST_PIXELS = 120_000_000
"""More is refused by what the header says: the largest cameras in phones have 108 million."""
KEPT_PIXELS = 16_000_000
"""Larger pictures are shrunk to this: a page at 400 dots per inch, and 48 MB of memory."""
LONGEST_SIDE = 16_000
"""Longer pictures are shrunk to this: OpenCV counts pixels along a side in 16 bits."""
MOST_BYTES = 256 << 20
"""A stream is cut off here, or one that never ends would fill the memory."""

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)


def open_picture(source: Source, *, name: str | None = None) -> NDArray[np.uint8]:
    """The picture as ``(H, W, 3)`` ``uint8``: red, green and blue, upright, on paper.

    ``source`` is a path, the bytes of a file, an open binary file, a Pillow image, or an array ``(H, W)``,
    ``(H, W, 1)``, ``(H, W, 3)`` or ``(H, W, 4)`` of booleans, integers or floats. Formats: :data:`FORMATS`.
    ``name`` is what errors call it: its path by default.

    * Of several pages or frames the first is taken.
    * What a camera notes about which way is up (EXIF) is done.
    * Transparent places become paper: white, or black where all the ink on it is light, or the paper's own colour
      where the picture has paper of its own.
    * More than 8 bits are scaled by the fewest bits (8, 10, 12, 14, 16, …) that hold all but one pixel in 10,000;
      floats up to 1 by 1.
    * More than 16 million pixels are shrunk to that; more than 120 million are refused before they are decoded.

    Raises :class:`PictureError` for what is missing, no picture, damaged, empty or too large, for an array with
    numbers that are NaN or infinite, and for a HEIC file where the extra that reads them is not installed.

    >>> open_picture(np.zeros((20, 30), bool)).shape
    (20, 30, 3)
    """
    from PIL import Image

    if isinstance(source, str | os.PathLike):
        name = name or str(source)
        try:
            with Path(source).expanduser().open("rb") as file:
                return _decode(file, name)
        except (OSError, ValueError) as error:  # of the file; damage is caught where a picture is decoded
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise PictureError(
                f"cannot read the picture {name}: {reason}", hint="give the path of a picture file"
            ) from error
    name = name or str(getattr(source, "name", "the picture"))
    if isinstance(source, Image.Image):
        return _decoded(source, name)
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(io.BytesIO(source), name)
    if hasattr(source, "read"):
        return _decode(io.BytesIO(_content(cast("BinaryIO", source), name)), name)
    return _from_array(as_array(source, name), name)


def _content(file: BinaryIO, name: str) -> bytes:
    """All bytes of an open file, as long as they are not too many."""
    try:
        content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # closed, or open for writing
        raise PictureError(f"{name}: cannot be read: {error}", hint="open it anew, with 'rb'") from error
    if not isinstance(content, bytes | bytearray):
        raise PictureError(f"{name}: open as text, and a picture is bytes", hint="open it with 'rb'")
    if len(content) > MOST_BYTES:
        raise PictureError(f"{name}: more than {MOST_BYTES >> 20} MiB", hint="save it smaller, or as JPEG")
    return content


def _decode(file: BinaryIO, name: str) -> NDArray[np.uint8]:
    """The picture in an open file."""
    from PIL import Image, UnidentifiedImageError

    _learn_heif(file, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a damaged date is no reason not to read; our size limit is stricter
            with Image.open(file, formats=FORMATS if "HEIF" in Image.OPEN else _without_heif()) as picture:
                return _decoded(picture, name)
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        if file.seek(0, io.SEEK_END) == 0:
            raise PictureError(f"{name}: empty, not one byte", hint="save or copy the picture again") from error
        raise PictureError(
            f"{name}: not a picture in any format that can be read here", hint="save it as PNG or JPEG"
        ) from error
    except Image.DecompressionBombError as error:  # Pillow has a limit as well, above ours
        raise _too_large(name, f"more than {MOST_PIXELS // 1_000_000} million pixels") from error
    except Exception as error:  # decoders raise nearly everything at damaged files
        raise _damaged(name, error) from error


def _decoded(picture: Image.Image, name: str) -> NDArray[np.uint8]:
    """The pixels of a picture whose file may be damaged, or closed."""
    try:
        return _checked(picture, name)
    except PictureError:
        raise
    except Exception as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> PictureError:
    return PictureError(f"{name}: damaged ({error})", hint="save it again")


def _empty(name: str, width: int, height: int) -> PictureError:
    return PictureError(
        f"{name}: {width} × {height} pixels: there is nothing on it",
        hint="was it cut out beyond the picture's edge?",
    )


def _learn_heif(file: BinaryIO, name: str) -> None:
    """Let Pillow read HEIC, where this is such a file; :class:`PictureError` where that is not installed."""
    head = file.read(12)
    file.seek(0)
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIF_BRANDS:
        return
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise PictureError(
            f"{name}: a HEIC picture, which needs a package that is not installed",
            hint="pip install 'glassnet[heic]', or save it as JPEG",
        ) from error
    register_heif_opener()


def _without_heif() -> tuple[str, ...]:
    return tuple(kind for kind in FORMATS if kind != "HEIF")


def _checked(picture: Image.Image, name: str) -> NDArray[np.uint8]:
    """Size first, then pixels."""
    if 0 in picture.size:
        raise _empty(name, picture.width, picture.height)
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_large(name, f"{picture.width:,} × {picture.height:,} pixels")
    if picture.format in ("JPEG", "MPO"):  # can be decoded at half, a quarter and an eighth
        picture.draft(None, _kept_size(picture.size))
    picture.load()
    orientation = _orientation(picture)
    picture = _shrunk(_eight_bits(picture))
    if orientation is not None:
        picture = picture.transpose(orientation)
    return _on_paper(picture)


def _too_large(name: str, how: str) -> PictureError:
    return PictureError(
        f"{name}: too large to be read: {how}",
        hint=f"save it with at most {MOST_PIXELS // 1_000_000} million pixels, or cut the writing out",
    )


def _kept_size(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height within the limits of what is kept."""
    width, height = size
    scale = min(1.0, math.sqrt(KEPT_PIXELS / (width * height)), LONGEST_SIDE / max(size))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _shrunk(picture: Image.Image) -> Image.Image:
    from PIL import Image

    size = _kept_size(picture.size)
    if size == picture.size:
        return picture
    if picture.mode in ("1", "P", "PA"):  # numbers of colours cannot be averaged
        picture = picture.convert("L" if picture.mode == "1" else _true_colour(picture))
    return picture.resize(size, Image.Resampling.BOX)


def _orientation(picture: Image.Image) -> Image.Transpose | None:
    """What turns a photograph upright."""
    from PIL import Image

    turn = Image.Transpose
    turns = (
        turn.FLIP_LEFT_RIGHT, turn.ROTATE_180, turn.FLIP_TOP_BOTTOM, turn.TRANSPOSE,
        turn.ROTATE_270, turn.TRANSVERSE, turn.ROTATE_90,
    )  # fmt: skip
    try:
        noted = picture.getexif().get(0x0112)
    except Exception:  # a damaged note is as good as none
        return None
    return turns[noted - 2] if isinstance(noted, int) and 2 <= noted <= 8 else None


def _eight_bits(picture: Image.Image) -> Image.Image:
    """More than 8 bits, and the kinds of colour that Pillow does not convert to red, green and blue."""
    from PIL import Image, ImageChops

    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(levels(np.asarray(picture)))
    if picture.mode == "LAB":
        return picture.getchannel(0)
    if picture.mode == "CMYK" and picture.format == "JPEG" and "adobe" not in picture.info:
        return ImageChops.invert(
            picture
        )  # Pillow takes every such file for one of Adobe's, whose inks are inverted
    return picture


def _true_colour(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def _on_paper(picture: Image.Image) -> NDArray[np.uint8]:
    """``(H, W, 3)``, with paper where the picture is transparent."""
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("RGB"))
    pixels = np.asarray(picture.convert("RGBA"))
    colour, opacity = pixels[..., :3], pixels[..., 3:]
    if opacity.min() == 255:
        return np.ascontiguousarray(colour)
    mixed = np.empty_like(colour)
    paper = _paper(colour, opacity[..., 0])
    for row, inks, cover in zip(mixed, colour, opacity, strict=True):
        share = cover.astype(np.float32) / 255
        row[...] = np.rint(share * inks + (1 - share) * paper)
    return mixed


def _paper(colour: NDArray[np.uint8], opacity: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The colour of the paper that a picture with transparent places lies on."""
    step = max(1, math.isqrt(opacity.size // 1_000_000))
    colour, opacity = colour[::step, ::step], opacity[::step, ::step]
    solid = colour[opacity > 127].astype(np.float32)
    if not len(solid):
        solid = colour[opacity > 0].astype(np.float32)
    light = solid @ _LUMINANCE
    if len(solid) > opacity.size / 2 and np.ptp(np.percentile(light, (1, 99))) > 64:
        return np.asarray(np.median(solid, axis=0), np.float32)  # ink and paper: only the corners are cut off
    all_light = len(solid) > 0 and (light < 128).mean() < 0.01
    return np.full(3, 0 if all_light else 255, np.float32)


def _from_array(array: NDArray[np.generic], name: str) -> NDArray[np.uint8]:
    from PIL import Image

    height, width = array.shape[:2]
    if 0 in array.shape:
        raise _empty(name, width, height)
    if height * width > MOST_PIXELS:
        raise _too_large(name, f"{width:,} × {height:,} pixels")
    if array.dtype == np.uint8 and array.shape[2:] == (3,) and _kept_size((width, height)) == (width, height):
        return np.array(array, np.uint8, order="C")  # as it was opened here: by way of Pillow it takes longer
    return _on_paper(_shrunk(Image.fromarray(levels(checked_array(array, name)))))
