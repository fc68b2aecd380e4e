"""Hugging Face's copy of MNIST (``ylecun/mnist``): a parquet table whose rows hold a PNG file and a label.

Reading it needs pyarrow, which is large; it is an extra: ``pip install 'glassnet[parquet]'``.
"""

from __future__ import annotations

import importlib
import io
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.arrays import as_labels
from glassnet.data.dataset import Dataset
from glassnet.data.picture_folder import read_picture
from glassnet.data.stream import DAMAGED_HINT, reading
from glassnet.errors import DataError

__all__ = ["read_parquet"]

_ROWS = 1024


def read_parquet(path: str | os.PathLike[str]) -> Dataset:
    """Read the columns ``image`` (bytes of a picture, or a struct with a field ``bytes``) and ``label``.

    Raises :class:`DataError` where pyarrow is not installed, or the table is damaged or laid out otherwise.
    """
    try:
        pyarrow = importlib.import_module("pyarrow")  # by name: the checker must not need it installed
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise DataError(
            f"{path}: reading parquet needs pyarrow", hint="pip install 'glassnet[parquet]'"
        ) from error
    images: list[NDArray[np.uint8]] = []
    labels: list[NDArray[Any]] = []
    shape: tuple[int, int] | None = None
    try:
        with reading(path), parquet.ParquetFile(path) as table:
            missing = {"image", "label"} - set(table.schema_arrow.names)
            if missing:
                raise DataError(
                    f"{path}: no column named {' or '.join(sorted(missing))}; it has "
                    f"{', '.join(table.schema_arrow.names) or 'none'}"
                )
            for batch in table.iter_batches(_ROWS, columns=["image", "label"]):
                for cell in batch["image"].to_pylist():
                    where = f"{path}, row {len(images)}"
                    data = cell.get("bytes") if isinstance(cell, dict) else cell
                    if not isinstance(data, bytes):
                        raise DataError(f"{where}: holds no picture, only {type(cell).__name__}")
                    images.append(read_picture(io.BytesIO(data), where, shape))
                    shape = (images[0].shape[0], images[0].shape[1])
                labels.append(batch["label"].to_numpy(zero_copy_only=False))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path}: the parquet data cannot be read ({error})", hint=DAMAGED_HINT) from error
    if not images:
        raise DataError(f"{path}: a table without rows", hint=DAMAGED_HINT)
    return Dataset(np.stack(images), as_labels(np.concatenate(labels), str(path)), str(path))
