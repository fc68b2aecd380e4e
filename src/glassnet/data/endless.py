"""A data set that is new in every epoch, for whoever can draw as many pictures as he likes.

A network that sees a picture twice begins to learn it by heart. Digits drawn by code need never be seen twice:
the first epoch has the first so many of an endless row, the second epoch the next ones, and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import Dataset

__all__ = ["EndlessDataset"]


@dataclass(frozen=True, repr=False)
class EndlessDataset(Dataset):
    """The first epoch's pictures, and how to draw those of any other.

    ``draw(epoch)`` returns as many pictures as the first epoch had before a subset was taken; ``places`` ``(N,)``
    are those that the subset kept, so that a validation part and a training part never mix in any epoch.
    """

    draw: Callable[[int], Dataset] | None = None
    places: NDArray[np.intp] | None = None

    def of_epoch(self, epoch: int) -> Dataset:
        """The pictures of an epoch: as many, at the same places of their own part of the row."""
        if epoch == 1 or self.draw is None:
            return self
        drawn = self.draw(epoch)
        return replace(drawn, name=self.name) if self.places is None else drawn.subset(self.places, self.name)

    def subset(
        self, rows: NDArray[np.integer[Any]] | NDArray[np.bool_] | list[int] | slice, name: str | None = None
    ) -> EndlessDataset:
        """The given rows of every epoch."""
        before = np.arange(len(self)) if self.places is None else self.places
        return replace(
            self,
            images=self.images[rows],
            labels=self.labels[rows],
            name=self.name if name is None else name,
            places=before[rows],
        )
