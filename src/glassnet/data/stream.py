"""Files as streams of bytes, gzipped or not, that can neither surprise nor flood their reader.

Every reader in this room takes its bytes from here. What a header *claims* is never believed: memory grows only
with the bytes that a file really holds, so a file of twenty bytes that claims a terabyte costs twenty bytes.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from glassnet.errors import DataError
from glassnet.files import FORBIDDEN_HINT, replacing

__all__ = ["DAMAGED_HINT", "largest_expansion", "open_output", "open_stream", "read_at_most", "reading"]

DAMAGED_HINT = "the file is damaged or was cut short on its way: fetch or copy it again"
_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 1 << 20


@contextlib.contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the system's and gzip's complaints about ``path`` into :class:`DataError`."""
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{path}: there is no such file or folder", hint="check the spelling") from error
    except PermissionError as error:
        raise DataError(f"{path}: permission denied", hint=FORBIDDEN_HINT) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: the compressed data cannot be unpacked ({error})", hint=DAMAGED_HINT) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error


@contextlib.contextmanager
def open_stream(path: str | os.PathLike[str]) -> Iterator[io.BufferedReader]:
    """Open a file for reading; one that begins like gzip is unpacked on the way, whatever its name.

    Raises :class:`DataError` where it is missing, unreadable or damaged, and for a gzip bomb.
    """
    with reading(path), Path(path).open("rb") as stored:
        if stored.peek(2)[:2] != _GZIP_MAGIC:
            yield stored
            return
        limit = largest_expansion(os.fstat(stored.fileno()).st_size)
        with gzip.GzipFile(fileobj=stored) as unpacked:
            yield io.BufferedReader(_Limited(unpacked, limit, path), _STEP)


def largest_expansion(packed: int) -> int:
    """How many bytes to accept from ``packed`` compressed ones before calling them a bomb.

    Digits shrink about fivefold as IDX and eightfold as CSV; gzip at its best shrinks zeros a thousandfold.
    """
    return max(256 << 20, 64 * packed)


def read_at_most(stream: BinaryIO | IO[bytes], count: int) -> bytearray:
    """Up to ``count`` bytes, in steps, so that memory grows with what is there and not with ``count``."""
    data = bytearray()
    while len(data) < count and (piece := stream.read(min(_STEP, count - len(data)))):
        data += piece
    return data


@contextlib.contextmanager
def open_output(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file whole or not at all, gzipped where its name ends in ``.gz``.

    The same content gives the same bytes: no time of writing is stored. Raises :class:`OutputError`.
    """
    with replacing(path) as temporary, temporary.open("wb") as stored:
        if Path(path).suffix.lower() != ".gz":
            yield stored
            return
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stored, mtime=0) as packed:
            yield packed  # type: ignore[misc]  # GzipFile writes like a file, though typeshed does not call it one


class _Limited(io.RawIOBase):
    """A stream that stops with :class:`DataError` once it has given more than ``limit`` bytes."""

    def __init__(self, source: gzip.GzipFile, limit: int, path: str | os.PathLike[str]) -> None:
        self._source, self._limit, self._left, self._path = source, limit, limit, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._source.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise DataError(
                f"{self._path}: unpacks to more than {self._limit:,} bytes, far more than digits would",
                hint="this is no data set of digits; if you are sure that it is, unpack it with gunzip first",
            )
        return count
