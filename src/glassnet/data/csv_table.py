"""Digits as a table: one picture per line, one pixel per column, and a column with the label.

Three dialects are told apart by the first line: Kaggle's ``train.csv`` (a header, ``label,pixel0,...``), its
``test.csv`` (the same without labels) and ``mnist_train.csv`` (no header, the label first). A clean table is
parsed by whole-array arithmetic; a block of lines that is not clean is read again cell by cell, slowly, to name
the line and the column that are wrong.
"""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS, Dataset
from glassnet.data.stream import DAMAGED_HINT, open_output, open_stream
from glassnet.errors import DataError

__all__ = ["TableLayout", "read_csv", "read_csv_layout", "write_csv"]

LABEL_NAMES = ("label", "class", "digit", "target", "y")
_DELIMITERS = b",;\t"
_MNIST_PIXELS = 784
_LARGEST_LABEL = len(DIGITS) - 1
_FEWEST_PIXELS = 49  # 7 x 7; narrower tables are lists and submissions, not pictures
_LONGEST_LINE = 1 << 20
_ROWS = 256  # per block: small enough to stay in the cache, large enough for NumPy
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|nan|inf|", re.IGNORECASE)
_BYTE = re.compile(rb"0*\d{1,3}")

_Lines = Iterator[tuple[int, bytes]]


@dataclass(frozen=True)
class TableLayout:
    """How a table is laid out: what its first line tells."""

    columns: int
    label: int | None  # the index of the label column, where there is one
    side: int  # pictures are side x side
    header: tuple[str, ...] | None
    delimiter: bytes

    def column(self, index: int) -> str:
        """A column as people count them, with its name where it has one."""
        name = f" ({self.header[index]})" if self.header else " (the label)" if index == self.label else ""
        return f"column {index + 1}{name}"


def read_csv_layout(path: str | os.PathLike[str]) -> TableLayout | None:
    """Look at the first line only; ``None`` for a table too narrow to hold pictures, such as a submission.

    Raises :class:`DataError` for a table that is wide enough but has a column too many or too few.
    """
    with open_stream(path) as stream:
        number, first = next(_lines(stream, path), (0, b""))
        return _layout(number, first, path) if first else None


def read_csv(path: str | os.PathLike[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Read a table of pixels, gzipped or not, as pictures ``(N, H, W)`` and labels ``(N,)``.

    The labels are ``None`` where the table has none, as Kaggle's ``test.csv``. Pixels are whole numbers from 0
    to 255, labels from 0 to 9. Empty lines, a byte-order mark, either kind of line end, blanks and quotes around
    numbers are taken in stride; anything else raises :class:`DataError` with the line, the column and the value.
    """
    with open_stream(path) as stream:
        lines = _lines(stream, path)
        number, first = next(lines, (0, b""))
        if not first:
            raise DataError(f"{path}: the file is empty", hint=DAMAGED_HINT)
        layout = _layout(number, first, path)
        if layout is None:
            raise DataError(
                f"{path}, line {number}: {_shown(first)} is not the first line of a table of pixels",
                hint="expected a label and 784 pixels in each line; a submission or a list has no pixels",
            )
        if layout.header is None:
            lines = chain([(number, first)], lines)
        blocks = [_parse(block, layout, path) for block in iter(lambda: list(islice(lines, _ROWS)), [])]
    if not blocks:
        raise DataError(f"{path}: a header and no rows", hint=DAMAGED_HINT)
    images = np.concatenate([pixels for pixels, _ in blocks]).reshape(-1, layout.side, layout.side)
    return images, np.concatenate([labels for _, labels in blocks]) if layout.label is not None else None


def write_csv(path: str | os.PathLike[str], dataset: Dataset, *, header: bool = True) -> None:
    """Write a data set as Kaggle's ``train.csv`` has it, or without ``header`` as ``mnist_train.csv`` has it.

    Gzipped where ``path`` ends in ``.gz``; whole or not at all. Raises :class:`DataError` for pictures that
    could not be read back: a table tells their shape only where they are square, and 28 x 28 without a header.
    """
    height, width = dataset.images.shape[1:]
    if height != width or height * width < _FEWEST_PIXELS or not (header or height * width == _MNIST_PIXELS):
        with_header = "with" if header else "without"
        raise DataError(
            f"{path}: a table {with_header} a header cannot hold pictures of {height} x {width}",
            hint="write IDX or npz: they keep any shape",
        )
    text = [str(value) for value in range(256)]
    pixels = dataset.images.reshape(len(dataset), height * width)
    with open_output(path) as stream:
        if header:
            stream.write(",".join(["label", *(f"pixel{i}" for i in range(pixels.shape[1]))]).encode() + b"\n")
        for label, row in zip(dataset.labels.tolist(), pixels, strict=True):
            stream.write(",".join([text[label], *(text[value] for value in row.tobytes())]).encode() + b"\n")


def _lines(stream: io.BufferedReader, path: str | os.PathLike[str]) -> _Lines:
    """The lines that are not empty, with their numbers from 1."""
    number = 0
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise DataError(
                f"{path}, line {number}: longer than {_LONGEST_LINE:,} bytes; this is no table of pixels"
            )
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # the mark that spreadsheets put before UTF-8
        if line := line.strip(b"\r\n "):
            yield number, line


def _layout(number: int, line: bytes, path: str | os.PathLike[str]) -> TableLayout | None:
    delimiter = max((bytes([mark]) for mark in _DELIMITERS), key=line.count)
    cells = [cell.strip(b" \"'") for cell in line.split(delimiter)]
    columns = len(cells)
    if columns < _FEWEST_PIXELS:
        return None
    named = 2 * sum(_NUMBER.fullmatch(cell) is None for cell in cells) > columns
    counted = cells == [str(i).encode() for i in range(columns)]  # pandas numbers the columns that have no name
    header = tuple(cell.decode("utf-8", "replace") for cell in cells) if named or counted else None
    label: int | None
    if named and header is not None:
        found = [i for i, name in enumerate(header) if name.lower() in LABEL_NAMES]
        if len(found) > 1:
            raise DataError(f"{path}, line {number}: {len(found)} columns are named like a label")
        label = found[0] if found else None
    elif columns in (_MNIST_PIXELS, _MNIST_PIXELS + 1):
        label = 0 if columns == _MNIST_PIXELS + 1 else None
    else:
        raise DataError(
            f"{path}, line {number}: {columns} columns and no header; expected 785: the label and 28 x 28 pixels",
            hint=_EXTRA_COLUMN if columns == _MNIST_PIXELS + 2 else "pictures of another size need a header",
        )
    pixels = columns - (label is not None)
    side = math.isqrt(pixels)
    if side * side != pixels:
        raise DataError(
            f"{path}, line {number}: {pixels} columns of pixels make no square picture (28 x 28 = 784)",
            hint=_NO_LABEL if label is None else _EXTRA_COLUMN,
        )
    return TableLayout(columns, label, side, header, delimiter)


_EXTRA_COLUMN = "a column too many is often the row number that pandas adds: write with to_csv(..., index=False)"
_NO_LABEL = f"the column of labels has to be named one of: {', '.join(LABEL_NAMES)}"

_Block = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def _parse(block: list[tuple[int, bytes]], layout: TableLayout, path: str | os.PathLike[str]) -> _Block:
    """Pixels ``(rows, pixels)`` and labels ``(rows,)`` of some lines (labels empty where there are none)."""
    table = _parse_clean(block, layout)
    if table is None:
        table = np.array([_parse_line(number, line, layout, path) for number, line in block], dtype=np.uint8)
    if layout.label is None:
        return table, np.empty(0, np.uint8)
    return np.delete(table, layout.label, axis=1), table[:, layout.label].copy()


def _parse_clean(block: list[tuple[int, bytes]], layout: TableLayout) -> NDArray[np.uint8] | None:
    """The table ``(rows, columns)`` where every cell is one to three digits and in range, else ``None``."""
    if any(line.count(layout.delimiter) != layout.columns - 1 for _, line in block):
        return None
    text = np.frombuffer(layout.delimiter.join([line for _, line in block]) + layout.delimiter, np.uint8)
    digits = text - np.uint8(ord("0"))  # what is no digit wraps around to something above 9
    ends = np.flatnonzero(text == ord(layout.delimiter))
    lengths = np.diff(ends, prepend=-1) - 1
    if lengths.min() < 1 or lengths.max() > 3 or np.count_nonzero(digits > 9) != len(ends):
        return None
    values = digits[ends - 1].astype(np.uint16)
    values += np.uint16(10) * digits[ends - 2] * (lengths > 1)
    values += np.uint16(100) * digits[ends - 3] * (lengths > 2)
    values = values.reshape(len(block), layout.columns)
    if values.max() > 255 or (layout.label is not None and values[:, layout.label].max() > _LARGEST_LABEL):
        return None
    return values.astype(np.uint8)


def _parse_line(number: int, line: bytes, layout: TableLayout, path: str | os.PathLike[str]) -> list[int]:
    """One row, cell by cell: the definition of what is allowed, and the place that says what is not."""
    cells = [cell.strip(b" \t\"'") for cell in line.split(layout.delimiter)]
    if len(cells) != layout.columns:
        raise DataError(
            f"{path}, line {number}: {len(cells)} columns, but the first line has {layout.columns}",
            hint="the line is broken or was cut short" if len(cells) < layout.columns else None,
        )
    for index, cell in enumerate(cells):
        is_label = index == layout.label
        if _BYTE.fullmatch(cell) is None or int(cell) > (_LARGEST_LABEL if is_label else 255):
            raise DataError(
                f"{path}, line {number}, {layout.column(index)}: {_shown(cell)} is not "
                f"{'a digit from 0 to 9' if is_label else 'a whole number from 0 to 255'}",
                hint=_cell_hint(cell, is_label),
            )
    return [int(cell) for cell in cells]


def _cell_hint(cell: bytes, is_label: bool) -> str | None:
    if not cell or cell.lower() in (b"nan", b"na", b"null"):
        return "a value is missing: fill it in or leave the line out"
    if is_label:
        return "is the label perhaps in another column?"
    if _NUMBER.fullmatch(cell):
        return "pixels are bytes; values scaled to 0..1 have to be multiplied by 255 and rounded"
    return None


def _shown(text: bytes) -> str:
    shown = text.decode("utf-8", "replace")
    return repr(shown if len(shown) <= 40 else shown[:37] + "...")
