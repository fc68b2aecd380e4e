"""What goes in: data sets, the readers and writers of their formats, and splits of them.

>>> from glassnet.data import open_path, split
>>> bundle = open_path("~/mnist")  # doctest: +SKIP
>>> train, validation = split(bundle.train, 5_000, seed=1)  # doctest: +SKIP
"""

from __future__ import annotations

from glassnet.data.csv_table import write_csv
from glassnet.data.dataset import DIGITS, DataBundle, Dataset
from glassnet.data.export import EXPORT_FORMATS, export
from glassnet.data.idx import read_idx, write_idx
from glassnet.data.reader import open_images, open_path
from glassnet.data.splits import split, take

__all__ = [
    "DIGITS",
    "EXPORT_FORMATS",
    "DataBundle",
    "Dataset",
    "export",
    "open_images",
    "open_path",
    "read_idx",
    "split",
    "take",
    "write_csv",
    "write_idx",
]
