"""Where a published data set may lie on this machine already, put there by Glassnet or by another program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glassnet.data.npz import read_npz
from glassnet.data.sources.cache import dataset_folder, read_checked, recorded_sums
from glassnet.data.sources.catalogue import Source
from glassnet.errors import DataError

__all__ = ["places", "read_place", "unusable_choice"]


def places(source: Source) -> Iterator[Path]:
    """The folders (or ``.npz`` files) on this machine that seem to hold ``source``, best first.

    These are looked at: the folder that ``GLASSNET_DATA`` names, ``./data``, the cache, ``../data`` and Keras'
    folder; in each, a folder of the source's name and those of torchvision and Keras. The folder itself counts
    only where the content can prove what it is: MNIST and Fashion-MNIST have the same file names.
    """
    for base in _bases():
        if base == dataset_folder(""):
            below = [source.name]
        else:
            below = [source.name, *source.elsewhere, *([""] if source.recognisable else [])]
        for place in (base / name for name in below):
            if _seems_there(place, source):
                yield place


def read_place(place: Path, source: Source) -> list[NDArray[np.uint8]]:
    """The four arrays of ``source`` from ``place``; :class:`DataError` where one is not what it should be."""
    if place.suffix == ".npz":
        parts = read_npz(place)
        if "test" not in parts:
            raise DataError(f"{place}: has no test part")
        arrays = [parts["train"].images, parts["train"].labels, parts["test"].images, parts["test"].labels]
        for file, array in zip(source.files, arrays, strict=True):
            if problem := file.problem(array):
                raise DataError(f"{place}: {file.name} {problem}")
        return arrays
    recorded = recorded_sums(place)
    paths = [(file, file.find(place)) for file in source.files]
    if gone := [file.name for file, path in paths if path is None]:
        raise DataError(f"{place}: {' and '.join(gone)} missing")
    return [read_checked(path, file, recorded.get(file.name)) for file, path in paths if path is not None]


def unusable_choice() -> str | None:
    """Why the folder that ``GLASSNET_DATA`` names is passed over; ``None`` where it is not, or none is named."""
    if not (chosen := os.environ.get("GLASSNET_DATA")):
        return None
    try:
        os.stat(os.path.join(os.path.expanduser(chosen), os.curdir))  # what is asked for in it can be looked for
    except OSError as error:
        why = (
            "it may not be entered: permission denied" if isinstance(error, PermissionError) else "it is no folder"
        )
        return f"{chosen}: GLASSNET_DATA names it, but {why}"
    return None


def _bases() -> Iterator[Path]:
    if chosen := os.environ.get("GLASSNET_DATA"):
        yield Path(os.path.expanduser(chosen))
    yield Path("data")
    yield dataset_folder("")
    yield Path("..", "data")
    yield Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "datasets")


def _seems_there(place: Path, source: Source) -> bool:
    if place.suffix == ".npz":
        return source.recognisable and os.path.isfile(place)
    return all(file.find(place) for file in source.files)
