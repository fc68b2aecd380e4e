"""IDX, the format that MNIST came in: a few bytes of header, then the numbers, row by row.

Two zero bytes, one byte for the type, one for the number of dimensions, each dimension as a big-endian 32-bit
number, then the data, big-endian too. MNIST's pictures begin with 00 00 08 03 (read as a number, 2051), its
labels with 00 00 08 01 (2049). Source: http://yann.lecun.com/exdb/mnist/
"""

from __future__ import annotations

import math
import os
import struct
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.data.stream import DAMAGED_HINT, open_output, open_stream, read_at_most
from glassnet.errors import DataError

__all__ = ["IdxHeader", "is_idx", "read_idx", "read_idx_header", "write_idx"]

_TYPES = {code: np.dtype(name) for code, name in
          {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}.items()}  # fmt: skip
_CODES = {kind: code for code, kind in _TYPES.items()}
_MOST_DIMENSIONS = 8  # pictures have three or four; a byte could claim 255


@dataclass(frozen=True)
class IdxHeader:
    """What an IDX file says about itself: the type of its numbers (big-endian) and their shape."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]


def is_idx(head: bytes) -> bool:
    """Whether a file that begins with these four (or more) bytes is IDX."""
    return len(head) >= 4 and head[:2] == b"\0\0" and head[2] in _TYPES and head[3] > 0


def read_idx_header(path: str | os.PathLike[str]) -> IdxHeader:
    """Read the header alone: enough to tell pictures from labels and to count them."""
    with open_stream(path) as stream:
        return _header(stream, path)


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an IDX file, gzipped or not, as an array of its own type (in the machine's byte order) and shape.

    Raises :class:`DataError` where the file is not IDX, or where it holds less or more than its header says.

    >>> read_idx("train-labels-idx1-ubyte.gz").shape  # doctest: +SKIP
    (60000,)
    """
    with open_stream(path) as stream:
        header = _header(stream, path)
        expected = math.prod(header.shape) * header.dtype.itemsize
        data = read_at_most(stream, expected)
        sizes = f"{' x '.join(f'{n:,}' for n in header.shape)} numbers, {expected:,} bytes"
        if len(data) < expected:
            raise DataError(f"{path}: the header claims {sizes}, but only {len(data):,} follow", hint=DAMAGED_HINT)
        if stream.read(1):  # asking for one byte more also makes gzip check its checksum
            raise DataError(
                f"{path}: the header claims {sizes}, but the file goes on after them", hint=DAMAGED_HINT
            )
    array = np.frombuffer(data, header.dtype).reshape(header.shape)
    return array.astype(header.dtype.newbyteorder("="), copy=False)


def write_idx(path: str | os.PathLike[str], array: ArrayLike) -> None:
    """Write an array as IDX, gzipped where ``path`` ends in ``.gz``; whole or not at all.

    The array has one to eight dimensions and one of IDX's types: uint8, int8, int16, int32, float32, float64.
    The same array gives the same bytes. Raises :class:`DataError` for another type or shape.
    """
    values = np.asarray(array)
    kind = values.dtype.newbyteorder(">")
    if kind not in _CODES:
        raise DataError(
            f"{path}: IDX has no type for {values.dtype}",
            hint="it has uint8, int8, int16, int32, float32 and float64: convert with array.astype",
        )
    if not 1 <= values.ndim <= _MOST_DIMENSIONS or max(values.shape) >= 1 << 32:
        raise DataError(f"{path}: an array of shape {values.shape} does not fit into IDX")
    with open_output(path) as stream:
        stream.write(struct.pack(f">BBBB{values.ndim}I", 0, 0, _CODES[kind], values.ndim, *values.shape))
        stream.write(np.ascontiguousarray(values, dtype=kind).reshape(-1).view(np.uint8).data)


def _header(stream: BinaryIO, path: str | os.PathLike[str]) -> IdxHeader:
    magic = stream.read(4)
    if not magic:
        raise DataError(f"{path}: the file is empty", hint=DAMAGED_HINT)
    if not is_idx(magic):
        raise DataError(
            f"{path}: not an IDX file: it begins with {magic.hex(' ')}, expected 00 00, a type from 08 to 0e and "
            "the number of dimensions",
            hint="a download that went wrong often saves a web page under the name of the data",
        )
    dtype, dimensions = _TYPES[magic[2]], magic[3]
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(f"{path}: ends inside its header", hint=DAMAGED_HINT)
    shape = struct.unpack(f">{dimensions}I", sizes)
    if dimensions > _MOST_DIMENSIONS or math.prod(n for n in shape if n) * dtype.itemsize > sys.maxsize:
        raise DataError(f"{path}: the header claims the impossible shape {shape}", hint=DAMAGED_HINT)
    return IdxHeader(dtype, shape)
