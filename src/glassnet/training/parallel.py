"""From a batch to its loss and gradient: in one piece, or in blocks shared among threads.

The gradient of a batch is the mean of its samples' gradients, so a batch can be cut into blocks, each block's
gradient computed apart, and the results added up. Blocks that fit in the cache make large batches faster even
on one core; with a thread per core, each with its own replica of the network, all cores take part, because
NumPy lets go of Python's lock while it computes. The sum is taken in the same order every time: the same
number of threads gives the same bits.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from glassnet.engine import Loss, Network, Preparation
from glassnet.engine.layers import Array

__all__ = ["BatchGradient", "BatchResult"]

BLOCK = 1000
"""Samples in a block: the pictures as float32 (3.1 MB) and the products still fit in a core's cache."""
PICTURE_BLOCK = 64
"""Samples in a block of a convolutional network, whose samples are as large as all their channels. Threads take
their turns so often only where there is much to compute: dense layers lose by blocks this small."""


def _cores() -> int:
    """How many cores this process may use, which in a container is not how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The mean loss of a batch, and how many of its samples the network got right, before the update."""

    loss: float
    correct: int


class BatchGradient:
    """``batch_gradient(images, labels)`` fills ``network.gradients`` with the mean over the batch.

    Batches up to one block go through in one piece. Larger ones are cut, unless a layer looks at its whole
    batch (batch normalisation), whose result would then depend on the cut. ``threads=None`` takes one per core.
    """

    def __init__(self, network: Network, loss: Loss, preparation: Preparation, threads: int | None = None) -> None:
        self._network, self._loss, self._preparation = network, loss, preparation
        self._threads = threads or _cores()
        self._block = PICTURE_BLOCK if network.has_pictures else BLOCK
        self._whole = any(layer.mixes_samples for layer in network.layers)
        self._replicas: list[Network] = []
        self._entropy: tuple[int, ...] = (0,)
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, images: Array, labels: Array) -> BatchResult:
        if self._whole or len(labels) <= self._block:
            return self._learn(self._network, images, labels)
        return self._in_blocks(images, labels)

    def reseed(self, *entropy: int) -> None:
        """Start dropout afresh: from the same numbers the same masks, and others for every thread."""
        self._entropy = entropy
        self._network.reseed(*entropy)
        for worker, replica in enumerate(self._replicas):
            replica.reseed(*entropy, worker)

    def _learn(self, network: Network, images: Array, labels: Array) -> BatchResult:
        logits = network.forward(self._preparation(images, network.dtype), training=True)
        loss, gradient = self._loss(logits, labels)
        correct = int(np.count_nonzero(logits.argmax(axis=1) == labels))
        network.backward(gradient)
        return BatchResult(loss, correct)

    def _in_blocks(self, images: Array, labels: Array) -> BatchResult:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="glassnet")
            self._replicas = [self._network.replica() for _ in range(self._threads)]
            self.reseed(*self._entropy)
        starts = range(0, len(labels), self._block)

        def share(worker: int) -> tuple[Array, float, int]:
            replica = self._replicas[worker]
            total, loss, correct = np.zeros_like(replica.gradients), 0.0, 0
            for start in starts[worker :: self._threads]:
                rows = slice(start, min(start + self._block, len(labels)))
                result = self._learn(replica, images[rows], labels[rows])
                weight = (rows.stop - rows.start) / len(labels)
                total += np.multiply(replica.gradients, weight, out=replica.gradients)
                loss += result.loss * weight
                correct += result.correct
            return total, loss, correct

        totals, losses, corrects = zip(*self._pool.map(share, range(self._threads)), strict=True)
        np.sum(totals, axis=0, out=self._network.gradients)
        return BatchResult(sum(losses), sum(corrects))

    def close(self) -> None:
        """Let the threads go."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
