"""``mnist.npz``, the form in which Keras keeps MNIST: NumPy arrays in a zip archive.

An ``.npy`` member may hold pickled objects, and unpickling runs whatever code they name; such members are
refused. Headers are checked against the archive's own sizes before a byte of data is read.
"""

from __future__ import annotations

import math
import os
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from glassnet.data.arrays import as_labels, as_pictures
from glassnet.data.dataset import Dataset
from glassnet.data.stream import DAMAGED_HINT, largest_expansion, read_at_most, reading
from glassnet.errors import DataError
from glassnet.files import replacing

__all__ = ["is_npz", "read_npz", "write_npz"]


def is_npz(path: str | os.PathLike[str]) -> bool:
    """Whether a zip archive holds ``.npy`` members at its top, as NumPy writes them."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except zipfile.BadZipFile:
        return Path(path).suffix == ".npz"  # a damaged one is for read_npz to report


def read_npz(path: str | os.PathLike[str]) -> dict[str, Dataset]:
    """Read ``x_train``, ``y_train`` and, where they are there, ``x_test``, ``y_test``.

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
            return {
                part: Dataset(
                    as_pictures(_member(archive, f"x_{part}", path), f"{path}, x_{part}"),
                    as_labels(_member(archive, f"y_{part}", path), f"{path}, y_{part}"),
                    f"{path}, {part}",
                )
                for part in parts
            }
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
    ) as error:  # the last two: odd or locked archives
        raise DataError(f"{path}: the archive cannot be unpacked ({error})", hint=DAMAGED_HINT) from error


def write_npz(path: str | os.PathLike[str], train: Dataset, test: Dataset | None = None) -> None:
    """Write a data set as Keras' ``mnist.npz`` has it, compressed; whole or not at all."""
    arrays = {"x_train": train.images, "y_train": train.labels}
    if test is not None:
        arrays |= {"x_test": test.images, "y_test": test.labels}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


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
    try:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran_order, dtype = read(stream)
    except ValueError as error:
        raise DataError(f"{where}: not a NumPy array ({error})", hint=DAMAGED_HINT) from error
    if dtype.hasobject:
        raise DataError(
            f"{where}: holds pickled Python objects, which are not loaded: they could run any code",
            hint="save plain numbers: np.asarray(x, dtype=np.uint8)",
        )
    return shape, fortran_order, dtype
