"""Writing a data set in the formats that other programs read.

The files get the names under which those programs, and :func:`glassnet.data.open_path`, look for them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from glassnet.data.csv_table import write_csv
from glassnet.data.dataset import DataBundle, Dataset
from glassnet.data.idx import write_idx
from glassnet.data.npz import write_npz
from glassnet.data.picture_folder import write_picture_folder
from glassnet.errors import DataError, OutputError

__all__ = ["EXPORT_FORMATS", "export"]


def export(data: DataBundle | Dataset, folder: str | os.PathLike[str], format: str = "idx") -> list[Path]:
    """Write a data set into a folder; return the files (for pictures, the folders) that were written.

    ``format`` is ``idx`` (MNIST's four gzipped files), ``csv`` (``train.csv`` and ``test.csv`` with Kaggle's
    header), ``npz`` (Keras' ``mnist.npz``) or ``pictures`` (``train/0/00000.png`` …). Nothing is overwritten:
    raises :class:`OutputError` where one of the names is taken or the disk is full, :class:`DataError` for a
    format that is not known.
    """
    if format not in EXPORT_FORMATS:
        raise DataError(f"no export format named {format!r}", hint=f"choose one of: {', '.join(EXPORT_FORMATS)}")
    bundle = data if isinstance(data, DataBundle) else DataBundle(data, None, data.name)
    writers = EXPORT_FORMATS[format](bundle, Path(folder))
    for path in writers:
        if os.path.exists(path):
            raise OutputError(f"{path} is there already", hint="choose another folder, or remove it first")
    for path, write in writers.items():
        write(path)
    return list(writers)


_Writers = dict[Path, Callable[[Path], None]]


def _parts(bundle: DataBundle) -> dict[str, Dataset]:
    return {"train": bundle.train} | ({"test": bundle.test} if bundle.test is not None else {})


def _idx(bundle: DataBundle, folder: Path) -> _Writers:
    writers: _Writers = {}
    for part, data in _parts(bundle).items():
        prefix = "t10k" if part == "test" else part
        writers[folder / f"{prefix}-images-idx3-ubyte.gz"] = partial(write_idx, array=data.images)
        writers[folder / f"{prefix}-labels-idx1-ubyte.gz"] = partial(write_idx, array=data.labels)
    return writers


def _csv(bundle: DataBundle, folder: Path) -> _Writers:
    return {folder / f"{part}.csv": partial(write_csv, dataset=data) for part, data in _parts(bundle).items()}


def _npz(bundle: DataBundle, folder: Path) -> _Writers:
    return {folder / "mnist.npz": partial(write_npz, train=bundle.train, test=bundle.test)}


def _pictures(bundle: DataBundle, folder: Path) -> _Writers:
    return {folder / part: partial(write_picture_folder, dataset=data) for part, data in _parts(bundle).items()}


EXPORT_FORMATS: dict[str, Callable[[DataBundle, Path], _Writers]] = {
    "idx": _idx,
    "csv": _csv,
    "npz": _npz,
    "pictures": _pictures,
}
