"""Setting pictures aside, so that a network is judged on digits it has not learnt from.

A split keeps every class in the same share as in the whole set, to within one picture, and depends on nothing
but the data and the seed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import Dataset
from glassnet.errors import DataError

__all__ = ["split", "take"]


def split(dataset: Dataset, validation: float, seed: int | np.random.Generator = 0) -> tuple[Dataset, Dataset]:
    """Divide a data set into a training and a validation part, both in the original order.

    ``validation`` is a share between 0 and 1 (a float) or a number of pictures (an int); the validation part has
    exactly that many, rounded to the nearest. Raises :class:`DataError` where either part would be empty.

    >>> train, validation = split(mnist, 5_000, seed=1)  # doctest: +SKIP
    """
    total = len(dataset)
    is_share = isinstance(validation, float)
    count = round(validation * total) if is_share and 0 < validation < 1 else validation
    if isinstance(validation, bool) or not isinstance(count, int) or not 0 < count < total:
        raise DataError(
            f"{dataset.name}: cannot set {validation!r} aside for validation, of {total:,} pictures",
            hint="there are too few: take more pictures, or set nothing aside with data.validation = 0"
            if is_share and 0 < validation < 1
            else "give a share between 0 and 1, such as 0.1, or a number of pictures below the total",
        )
    aside = _stratified(dataset.labels, count, np.random.default_rng(seed))
    return (
        dataset.subset(np.flatnonzero(~aside), f"{dataset.name}, without validation"),
        dataset.subset(np.flatnonzero(aside), f"{dataset.name}, validation"),
    )


def take(dataset: Dataset, count: int, seed: int | np.random.Generator = 0) -> Dataset:
    """A random ``count`` of the pictures, every class in its share, in the original order.

    Raises :class:`DataError` for fewer than one or more than there are.
    """
    if not 0 < count <= len(dataset):
        raise DataError(f"{dataset.name}: cannot take {count:,} of {len(dataset):,} pictures")
    chosen = _stratified(dataset.labels, count, np.random.default_rng(seed))
    return dataset.subset(np.flatnonzero(chosen), f"{dataset.name}, {count:,} pictures")


def _stratified(labels: NDArray[np.uint8], count: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Mark ``count`` of ``labels`` ``(N,)``, from each class its share by the method of largest remainders."""
    sizes = np.bincount(labels)
    quotas, remainders = np.divmod(sizes * count, len(labels))  # whole numbers: no share is lost to rounding
    quotas[np.argsort(-remainders, kind="stable")[: count - quotas.sum()]] += 1
    chosen = np.zeros(len(labels), dtype=np.bool_)
    for label, quota in enumerate(quotas):
        chosen[generator.permutation(np.flatnonzero(labels == label))[:quota]] = True
    return chosen
