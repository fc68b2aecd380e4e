"""What lies in a folder: which files are data, in which format, and which part of a data set each one is.

Formats are told by their first bytes, because names lie: MNIST's files go under two spellings, with and without
``.gz``, and a failed download is a web page under any name. Only the parts, training and test, have to be told
by the words in the names.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable
from pathlib import Path

from glassnet.data.idx import is_idx
from glassnet.data.npz import is_npz
from glassnet.data.stream import DAMAGED_HINT, open_stream, reading
from glassnet.errors import DataError

__all__ = ["FORMATS", "data_files", "format_of", "part_of", "without_copies"]

FORMATS = ("idx", "npz", "parquet", "csv")

_DEEPEST, _MOST_FILES = 4, 1000
_NAMED_LIKE_DATA = re.compile(r"ubyte|\.(idx\d?|csv|npz|parquet)(\.gz)?$", re.IGNORECASE)
_PART = re.compile(r"(?<![a-z])(train|test|t10k)", re.IGNORECASE)
_FOREIGN = {  # what a file may be instead, by its first bytes
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"<": "a web page or XML",
    b"%PDF": "a PDF",
    b"7z\xbc\xaf": "a packed archive",
    b"PK\x03\x04": "a packed archive",
    b"\x80": "a Python pickle",
}
_FOREIGN_HINTS = {
    "a picture": "a data set is a folder with a folder of pictures for each digit",
    "a web page or XML": "the download went wrong: fetch it again",
    "a packed archive": "unpack it first",
    "a Python pickle": "pickles can run any code, so they are not loaded: save it as .npz",
}
_KNOWN = "IDX, CSV, npz, parquet or a folder of pictures per digit"


def format_of(path: str | os.PathLike[str]) -> str:
    """One of :data:`FORMATS`, told by content. Raises :class:`DataError` saying what the file is instead."""
    with open_stream(path) as stream:
        head = stream.read(4096).removeprefix(b"\xef\xbb\xbf")
    if not head:
        raise DataError(f"{path}: the file is empty", hint=DAMAGED_HINT)
    if is_idx(head):
        return "idx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04") and is_npz(path):
        return "npz"
    foreign = next((kind for magic, kind in _FOREIGN.items() if head.lstrip().startswith(magic)), None)
    if foreign is None and not re.search(rb"[^\t\r\n -~\x80-\xff]", head):
        return "csv"
    what = f"this is {foreign}" if foreign else f"it begins with {head[:4].hex(' ')}"
    raise DataError(
        f"{path}: not a data set: {what}; expected {_KNOWN}", hint=_FOREIGN_HINTS.get(foreign or "", DAMAGED_HINT)
    )


def data_files(folder: Path) -> dict[str, list[Path]]:
    """The data files in a folder and the folders in it, by format.

    Files that are no data are passed over, unless their name says that they should be: then the
    :class:`DataError` of :func:`format_of` is raised.
    """
    found: dict[str, list[Path]] = {name: [] for name in FORMATS}
    files = list(itertools.islice(_walk(folder), _MOST_FILES + 1))
    if len(files) > _MOST_FILES:
        raise DataError(
            f"{folder}: more than {_MOST_FILES:,} files, too many to look for a data set among them",
            hint="name the folder of the data set itself; pictures belong into folders named 0 to 9",
        )
    for path in files:
        try:
            found[format_of(path)].append(path)
        except DataError:
            if _NAMED_LIKE_DATA.search(path.name):
                raise
    return found


def part_of(path: Path, root: Path) -> str:
    """``"train"``, ``"test"`` or ``""``, by the words train, test and t10k in the path below ``root``."""
    for name in reversed(path.relative_to(root).parts):
        if match := _PART.search(name):
            return "train" if match[1].lower() == "train" else "test"
    return ""


def without_copies(files: Iterable[Path]) -> list[Path]:
    """The files without those that are another one again: unpacked beside its ``.gz``, or in both spellings."""
    kept: list[Path] = []
    for path in files:
        if not any(_spelling(path) == _spelling(other) and _same_content(path, other) for other in kept):
            kept.append(path)
    return kept


def _walk(folder: Path) -> Iterable[Path]:
    """Files below a folder, in the order of their names, hidden ones left out."""

    def complain(error: OSError) -> None:
        raise error

    with reading(folder):
        for place, folders, names in os.walk(folder, onerror=complain):
            depth = len(Path(place).relative_to(folder).parts)
            folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < _DEEPEST else []
            yield from (path for name in sorted(names) if (path := Path(place, name)).is_file() and name[0] != ".")


def _spelling(path: Path) -> str:
    return path.name.lower().removesuffix(".gz").replace(".", "-")


def _same_content(one: Path, other: Path) -> bool:
    with open_stream(one) as first, open_stream(other) as second:
        while (piece := first.read(1 << 20)) == second.read(1 << 20):
            if not piece:
                return True
    return False
