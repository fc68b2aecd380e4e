"""The folder in which fetched data sets are kept.

``datasets/mnist/train-images-idx3-ubyte.gz``: the files as they are published, which makes the folder
``datasets`` a mirror when it is served. ``SHA256SUMS`` beside them remembers what they held, unpacked, so that
damage is noticed later even where nobody has published a sum.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from glassnet.data.idx import read_idx, read_idx_header
from glassnet.data.sources.catalogue import SourceFile
from glassnet.data.sources.part_file import on_disk
from glassnet.errors import DataError
from glassnet.files import replacing

__all__ = ["cache_folder", "dataset_folder", "locked", "read_checked", "record_sums", "recorded_sums"]

_SUMS = "SHA256SUMS"
_POLL = 0.1  # seconds


def cache_folder() -> Path:
    """Where fetched things are kept: ``GLASSNET_CACHE``, else the system's folder for such files."""
    if chosen := os.environ.get("GLASSNET_CACHE"):
        return Path(os.path.expanduser(chosen))
    import platformdirs

    return platformdirs.user_cache_path("glassnet", appauthor=False)


def dataset_folder(name: str) -> Path:
    """Where the files of the data set ``name`` are kept, whether they are there or not."""
    return cache_folder() / "datasets" / name


def read_checked(path: Path, file: SourceFile, recorded: str | None = None) -> NDArray[np.uint8]:
    """Read ``path`` where it holds what ``file`` should hold; otherwise :class:`DataError` says what it holds.

    ``recorded`` is the sha256 that an earlier copy had.
    """
    header = read_idx_header(path)  # before the data: a file of another shape is not worth its memory
    if header.shape != file.shape:
        raise DataError(f"{path}: holds an array of shape {header.shape}, expected {file.shape}")
    array = read_idx(path)
    if problem := file.problem(array, recorded):
        raise DataError(f"{path}: {problem}")
    return array


def recorded_sums(folder: Path) -> dict[str, str]:
    """The sha256 that each unpacked file had when it was fetched, by name; empty where nothing is recorded."""
    try:
        lines = (folder / _SUMS).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split() for line in lines)
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def record_sums(folder: Path, sums: Mapping[str, str]) -> None:
    """Remember what the files in ``folder`` hold, in the format of the program ``sha256sum``."""
    with replacing(folder / _SUMS) as temporary:
        temporary.write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()), "ascii")


@contextlib.contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Be the only process at work in ``folder``; yields whether another one had to be waited for.

    ``waiting`` is called once before a wait. The lock goes with the process, however that ends: a run that was
    killed leaves nothing behind that would block the next.
    """
    path = folder / ".lock"
    with on_disk(path):
        file = path.open("ab")
    with file:
        waited = False
        while not _try_lock(file):
            if not waited:
                waiting()
            waited = True
            time.sleep(_POLL)
        yield waited


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks: two writers at once would fail the check, not pass it
        return True
