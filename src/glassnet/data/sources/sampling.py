"""A few pictures of a data set, for whoever wants to look at it.

Digits drawn by code need not all be drawn for that: :func:`open_sample` draws those that are shown.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.sources.drawn import draw_some, is_drawn
from glassnet.data.sources.events import Event
from glassnet.data.sources.opening import open_source
from glassnet.errors import DataError

__all__ = ["open_sample"]


def open_sample(
    name_or_path: str,
    count: int,
    *,
    seed: int = 0,
    label: str | None = None,
    test: bool = False,
    progress: Callable[[Event], None] = lambda event: None,
) -> Dataset:
    """``count`` pictures of a data set, chosen by ``seed``: of the training part, or of the ``test`` part.

    With ``label`` they are all of that class. There are fewer where the part does not hold so many. Raises
    :class:`DataError` as :func:`open_source` does, for a class that does not exist or has no pictures, and for a
    part that there is not.
    """
    if is_drawn(name_or_path) and "+" not in name_or_path:
        part = draw_some(name_or_path, count, seed=seed, label=label, test=test)
    else:
        bundle = open_source(name_or_path, progress=progress)
        if test and bundle.test is None:
            raise DataError(f"{bundle.origin} has no test part", hint="leave --test out")
        part = bundle.test if test and bundle.test is not None else bundle.train
        part = of_class(part, label)
        part = part.subset(np.sort(np.random.default_rng(seed).permutation(len(part))[:count]))
    if not len(part):
        of = "" if label is None else f" of class '{label}'"
        raise DataError(f"{part.name} has no pictures{of}")
    return part


def of_class(data: Dataset, label: str | None) -> Dataset:
    """The pictures of one class, or all where none is named; :class:`DataError` for a class that there is not."""
    if label is None:
        return data
    if label not in data.classes:
        raise DataError(f"{data.name} has no class '{label}'", hint=f"its classes: {', '.join(data.classes)}")
    return data.subset(data.labels == data.classes.index(label))
