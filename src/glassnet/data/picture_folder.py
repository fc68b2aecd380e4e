"""Digits as a folder of pictures per class: ``0/``, ``1/`` … ``9/``, each full of picture files.

The pictures are taken as they are, in grey; they are not cropped, centred or resized, so that what you put in is
what the network sees. Glassnet's digits are bright ink on black, as MNIST's: a set whose borders are mostly
bright is dark ink on paper, and is inverted as a whole.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS, Dataset
from glassnet.data.stream import reading
from glassnet.errors import DataError, OutputError, PictureError
from glassnet.files import FORBIDDEN_HINT, make_folder

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["is_picture_folder", "read_picture", "read_picture_folder", "write_picture_folder"]

_LONGEST_SIDE = 256
_NOT_PICTURES = ("thumbs.db", "desktop.ini")  # what file managers leave behind, besides hidden files
_RESIZE_HINT = "bring all pictures to one size, usually 28 x 28"


def is_picture_folder(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder has folders named like digits."""
    return any((Path(folder) / digit).is_dir() for digit in DIGITS)


def read_picture_folder(folder: str | os.PathLike[str]) -> Dataset:
    """Read every picture below ``folder/0`` … ``folder/9``, class by class, in the order of their names.

    All must have one size. Raises :class:`PictureError` naming the file that is no picture, is transparent, has
    16 bits per pixel or another size, and :class:`DataError` for a folder without pictures.
    """
    with reading(folder):
        files = [(label, path) for label, digit in enumerate(DIGITS) for path in _files(Path(folder) / digit)]
    if not files:
        raise DataError(
            f"{folder}: no pictures in its folders 0 to 9", hint="put each picture into the folder of its digit"
        )
    first = read_picture(files[0][1], str(files[0][1]))
    height, width = first.shape
    images = np.empty((len(files), height, width), dtype=np.uint8)
    for image, (_, path) in zip(images, files, strict=True):
        image[...] = read_picture(path, str(path), (height, width))
    if _is_dark_on_light(images):
        np.subtract(255, images, out=images)
    labels = np.array([label for label, _ in files], dtype=np.uint8)
    return Dataset(images, labels, str(folder))


def write_picture_folder(folder: str | os.PathLike[str], dataset: Dataset) -> None:
    """Write a data set as ``folder/0/00000.png`` …, numbered by its rows; the whole folder or nothing.

    Raises :class:`OutputError` where ``folder`` is there already or cannot be written.
    """
    from PIL import Image

    target = Path(folder)
    if os.path.exists(target):
        raise OutputError(f"{target} is there already", hint="choose another folder, or remove this one")
    temporary = make_folder(target.parent) / f".{target.name}.{secrets.token_hex(4)}"
    try:
        temporary.mkdir()
        for label in np.unique(dataset.labels):
            (temporary / str(label)).mkdir()
        for row, (image, label) in enumerate(zip(dataset.images, dataset.labels, strict=True)):
            Image.fromarray(image).save(temporary / str(label) / f"{row:05}.png")
        temporary.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {(error.strerror or str(error)).lower()}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_picture(source: Path | BinaryIO, where: str, shape: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Read one picture as ``(H, W)`` ``uint8`` grey; :class:`PictureError`, begun by ``where``, otherwise.

    With ``shape`` it must have that height and width. The size is checked before any pixel is decoded.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(source) as picture:
            return _grey(picture, where, shape)
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{where}: not a picture in any format that Pillow knows", hint="remove it, or save it as PNG"
        ) from error
    except PermissionError as error:
        raise PictureError(f"{where}: permission denied", hint=FORBIDDEN_HINT) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # Pillow raises all of these
        raise PictureError(
            f"{where}: the picture is damaged ({error})", hint="remove it, or save it again"
        ) from error


def _grey(picture: Image.Image, where: str, shape: tuple[int, int] | None) -> NDArray[np.uint8]:
    width, height = picture.size
    if shape is not None and (height, width) != shape:
        raise PictureError(
            f"{where}: {width} x {height} pixels, but the first picture has {shape[1]} x {shape[0]}",
            hint=_RESIZE_HINT,
        )
    if max(width, height) > _LONGEST_SIDE:
        raise PictureError(
            f"{where}: {width} x {height} pixels; pictures to learn from have up to {_LONGEST_SIDE} a side",
            hint=_RESIZE_HINT,
        )
    if picture.mode.startswith(("I", "F")):
        raise PictureError(f"{where}: more than 8 bits per pixel", hint="save it as 8-bit greyscale")
    if picture.has_transparency_data and np.asarray(picture.convert("RGBA"))[..., 3].min() < 255:
        raise PictureError(f"{where}: has transparent pixels, so its paper has no colour", hint="flatten it first")
    return np.asarray(picture.convert("L"))


def _files(folder: Path) -> list[Path]:
    """The files of one class by name; a class may be missing."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name.lower() not in _NOT_PICTURES
    )


def _is_dark_on_light(images: NDArray[np.uint8]) -> bool:
    """Whether the outermost pixels of ``images`` ``(N, H, W)`` are bright on average, as paper is."""
    edges = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    return sum(float(edge.mean()) for edge in edges) > 2 * 255
