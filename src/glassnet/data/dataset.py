"""What a network learns from: pictures and their labels, side by side.

Pictures stay ``uint8`` for as long as possible. A batch becomes floating point only when it is about to be
used, which is faster than carrying floats around and takes a quarter of the memory.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataError

__all__ = ["DIGITS", "DataBundle", "Dataset"]

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Dataset:
    """N labelled pictures.

    ``images`` is ``(N, H, W)`` ``uint8``, ink bright on black as in MNIST; ``labels`` is ``(N,)`` ``uint8``,
    an index into ``classes``. ``name`` says what it is in a sentence: "MNIST, training part".
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    name: str = "data"
    classes: tuple[str, ...] = field(default=DIGITS)

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 3:
            raise DataError(
                f"{self.name}: pictures must be a uint8 array of shape (N, height, width), "
                f"got {self.images.dtype} of shape {self.images.shape}"
            )
        if self.labels.dtype != np.uint8 or self.labels.ndim != 1:
            raise DataError(
                f"{self.name}: labels must be a uint8 array of shape (N,), "
                f"got {self.labels.dtype} of shape {self.labels.shape}"
            )
        if len(self.images) != len(self.labels):
            raise DataError(
                f"{self.name}: {len(self.images):,} pictures but {len(self.labels):,} labels",
                hint="the two files probably belong to different parts of the data set",
            )
        if len(self.labels) and int(self.labels.max()) >= len(self.classes):
            row = int(np.argmax(self.labels >= len(self.classes)))
            raise DataError(
                f"{self.name}: label {self.labels[row]} at row {row}, but there are "
                f"only {len(self.classes)} classes (0 to {len(self.classes) - 1})"
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        height, width = self.images.shape[1:]
        return f"<{self.name}: {len(self):,} pictures of {height} × {width}, {len(self.classes)} classes>"

    def subset(
        self, rows: NDArray[np.integer[Any]] | NDArray[np.bool_] | list[int] | slice, name: str | None = None
    ) -> Dataset:
        """The given rows, in the given order (a slice shares memory, an index array copies)."""
        return replace(
            self, images=self.images[rows], labels=self.labels[rows], name=self.name if name is None else name
        )

    def of_epoch(self, epoch: int) -> Dataset:
        """What to learn from in an epoch, from 1 on: always the same, unless a data set is endless."""
        return self

    def fingerprint(self) -> str:
        """sha256 of the pictures and labels, to tell whether two runs saw the same data."""
        digest = hashlib.sha256(f"{self.images.shape}".encode())
        digest.update(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        return digest.hexdigest()


@dataclass(frozen=True)
class DataBundle:
    """A data set as it comes: a training part, a test part where there is one, and where it came from.

    ``origin`` is for people: "MNIST from ~/mnist (four IDX files)". ``notice`` is a sentence that they should
    see before they trust a result, where there is one: that this is not the data set they may have expected.
    """

    train: Dataset
    test: Dataset | None
    origin: str
    notice: str | None = None
