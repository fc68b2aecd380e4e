"""An epoch's batches: in a new order, deformed and shown to a teacher where the recipe says so.

Where that takes time, each is made while the last one is used.

Order, deformations and dropout masks follow from the seed and the numbers of epoch and step alone, so a run that
was interrupted goes on with the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from glassnet.data.augmentation import Augmentation
from glassnet.engine.layers import Array

__all__ = ["ahead", "batches", "deformed", "taught"]

T = TypeVar("T")


def batches(images: Array, labels: Array, size: int, *entropy: int) -> Iterator[tuple[Array, Array]]:
    """Pictures ``(N, …)`` and labels ``(N,)`` of one pass, ``size`` at a time, in an order drawn from ``entropy``.

    A batch as large as the data is the data itself: its order means nothing.
    """
    if size == len(labels):
        yield images, labels
        return
    order = np.random.default_rng(entropy).permutation(len(labels))
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        yield images.take(rows, axis=0), labels[rows]


def deformed(
    portions: Iterator[tuple[Array, Array]], augmentation: Augmentation, strengths: Iterator[float], *entropy: int
) -> Iterator[tuple[Array, Array]]:
    """The same batches with every picture deformed, each batch at the strength that it is given."""
    for step, ((images, labels), strength) in enumerate(zip(portions, strengths, strict=False)):
        yield augmentation(images, np.random.default_rng([*entropy, step]), strength), labels


def taught(
    portions: Iterator[tuple[Array, Array]], teacher: Callable[[Array, Array], Array]
) -> Iterator[tuple[Array, Array]]:
    """The same batches with what the teacher makes of pictures and labels in place of the labels."""
    for images, labels in portions:
        yield images, teacher(images, labels)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, each made in a thread of its own while the one before it is used.

    NumPy lets go of Python's lock while it computes, so a network need not wait for its pictures.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="glassnet-ahead") as thread:
        end = object()
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item  # type: ignore[misc]  # what is not the end is a T
