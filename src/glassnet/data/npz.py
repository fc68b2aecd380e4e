"""``mnist.npz``, the form in which Keras keeps MNIST: NumPy arrays in a zip archive.

An ``.npy`` member may hold pickled objects, and unpickling runs whatever code they name; such members are
refused. Headers are checked against the archive's own sizes before a byte of data is read.
"""

from __future__ import annotations

import math
import os
import re
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.arrays import as_labels, as_pictures
from glassnet.data.dataset import DIGITS, Dataset
from glassnet.data.stream import DAMAGED_HINT, largest_expansion, read_at_most, reading
from glassnet.errors import DataError
from glassnet.files import replacing

__all__ = ["is_npz", "read_npz", "write_npz"]

# What zipfile raises for archives that are damaged, packed by a method it does not know, or locked.
_UNPACKING_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, UnicodeDecodeError)
_LONGEST_HEADER = 10_000  # NumPy's limit too
_HEADER = re.compile(
    r"\{'descr': '([<>|=](?:[iu][1248]|f[248])|[<>]U[1-9][0-9]{0,2}|\|b1|\|O)', 'fortran_order': (True|False), "
    r"'shape': \(((?:[0-9]{1,15}, ?)*(?:[0-9]{1,15})?)\), ?\}\s*"
)


def is_npz(path: str | os.PathLike[str]) -> bool:
    """Whether a zip archive holds ``.npy`` members at its top, as NumPy writes them."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except _UNPACKING_ERRORS:
        return Path(path).suffix == ".npz"  # a damaged one is for read_npz to report


def read_npz(path: str | os.PathLike[str]) -> dict[str, Dataset]:
    """Read ``x_train``, ``y_train`` and, where they are there, ``x_test``, ``y_test``.

    Labels are digits, unless an array ``classes`` names what they stand for: "0" to "9" and "none", or letters.
    Returns ``{"train": ..., "test": ...}``, or the training part alone. Raises :class:`DataError` for missing
    arrays, pickles, and sizes that contradict each other.
    """
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            found = {name.removesuffix(".npy") for name in archive.namelist()}
            parts = ["train", "test"] if {"x_test", "y_test"} & found else ["train"]
            missing = [key for part in parts for key in (f"x_{part}", f"y_{part}") if key not in found]
            if missing:
                held = ", ".join(sorted(found)) or "nothing"
                raise DataError(
                    f"{path}: no array named {' or '.join(missing)}; it holds {held}",
                    hint="save it as np.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)",
                )
            classes = _classes(_member(archive, "classes", path), path) if "classes" in found else DIGITS
            return {
                part: Dataset(
                    as_pictures(_member(archive, f"x_{part}", path), f"{path}, x_{part}"),
                    as_labels(_member(archive, f"y_{part}", path), f"{path}, y_{part}", len(classes)),
                    f"{path}, {part}",
                    classes,
                )
                for part in parts
            }
    except _UNPACKING_ERRORS as error:
        raise DataError(f"{path}: the archive cannot be unpacked ({error})", hint=DAMAGED_HINT) from error


def write_npz(path: str | os.PathLike[str], train: Dataset, test: Dataset | None = None) -> None:
    """Write a data set as Keras' ``mnist.npz`` has it, compressed; whole or not at all."""
    arrays: dict[str, NDArray[Any]] = {"x_train": train.images, "y_train": train.labels}
    if train.classes != DIGITS:
        arrays["classes"] = np.array(train.classes)
    if test is not None:
        arrays |= {"x_test": test.images, "y_test": test.labels}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def _classes(names: NDArray[Any], path: str | os.PathLike[str]) -> tuple[str, ...]:
    if names.dtype.kind != "U" or names.ndim != 1 or not 1 <= len(names) <= 256:
        raise DataError(
            f"{path}, classes: expected up to 256 names, got {names.dtype} of shape {names.shape}",
            hint="np.array(['0', '1', '2']), say: the name of label 0, of label 1, and so on",
        )
    codes = names.view(np.dtype("u4").newbyteorder(names.dtype.byteorder))
    if ((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))).any():  # no characters: Python would give up
        raise DataError(f"{path}, classes: a name is no text", hint=DAMAGED_HINT)
    return tuple(str(name) for name in names)


def _member(archive: zipfile.ZipFile, key: str, path: str | os.PathLike[str]) -> NDArray[Any]:
    entry = archive.getinfo(f"{key}.npy")
    where = f"{path}, {key}"
    if entry.file_size > largest_expansion(entry.compress_size):
        raise DataError(f"{where}: claims to unpack to {entry.file_size:,} bytes, far more than digits would")
    with archive.open(entry) as stream:
        shape, fortran_order, dtype = _header(stream, where)
        claimed = stream.tell() + math.prod(shape) * dtype.itemsize
        if claimed != entry.file_size:
            raise DataError(
                f"{where}: the array's header claims {claimed:,} bytes ({dtype} of shape {shape}), "
                f"but the archive holds {entry.file_size:,}",
                hint=DAMAGED_HINT,
            )
        data = read_at_most(stream, claimed)
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise DataError(f"{where}: cut short", hint=DAMAGED_HINT)
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran_order else "C")


def _header(stream: IO[bytes], where: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read an ``.npy`` header: its magic, its version, its length, and a line such as ``_HEADER`` describes.

    NumPy's own reader hands that line to Python's parser, which fails in many ways on lines made to harm.
    """
    start = stream.read(8)
    width = 2 if start[6:7] == b"\x01" else 4  # bytes of the length, in version 1 and since
    length = int.from_bytes(stream.read(width), "little")
    line = stream.read(min(length, _LONGEST_HEADER)).decode("latin-1")
    match = _HEADER.fullmatch(line)
    if not start.startswith(b"\x93NUMPY") or match is None:
        raise DataError(f"{where}: not a NumPy array of plain numbers: {line[:60].rstrip()!r}", hint=DAMAGED_HINT)
    kind, order, sizes = match.groups()
    if kind == "|O":
        raise DataError(
            f"{where}: holds pickled Python objects, which are not loaded: they could run any code",
            hint="save plain numbers: np.asarray(x, dtype=np.uint8)",
        )
    return tuple(int(size) for size in re.findall("[0-9]+", sizes)), order == "True", np.dtype(kind)
