"""From a batch to its loss and gradient: in one piece, or in blocks shared among threads.

The gradient of a batch is the mean of its samples' gradients, so a batch can be cut into blocks, each block's
gradient computed apart, and the results added up. Blocks that fit in the cache make large batches faster even
on one core; with a thread per core, each with its own replica of the network, all cores take part, because
NumPy lets go of Python's lock while it computes.

Where a batch is cut depends on the network and the batch alone, never on the number of threads: any number of
threads computes the same up to rounding (dropout aside: every thread draws its own masks), and the same number
gives the same bits. That matters to batch normalisation, the one layer whose samples see each other: each block
is normalised by its own statistics ("ghost batch normalisation", Hoffer, Hubara & Soudry 2017, arXiv 1705.08741,
who find that networks generalise better for it), and the running averages follow the mean over the blocks.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from glassnet.engine import Loss, Network
from glassnet.engine.layers import Array

__all__ = ["BatchGradient", "BatchResult", "Prepare"]

Prepare: TypeAlias = Callable[[Array], Array]
"""From the samples of a batch to the network's inputs, in its dtype."""

BLOCK = 1000
"""Samples in a block: the pictures as float32 (3.1 MB) and the products still fit in a core's cache."""
LARGE_BLOCK = 64
"""Samples in a block where each costs much: in a convolutional network, or with very many weights. Threads take
their turns so often only where there is much to compute: small dense networks lose by blocks this small."""
MANY_WEIGHTS = 300_000
"""From here on a block of 64 takes a core more than a millisecond. Below, not even single products are worth
sharing: to wake a thread takes 25 µs, so of 225 µs two threads save 75 at best (a fifth of a step of 784-128-10),
and on a busy machine the median step was 9 to 19 % longer, the mean 20 to 70 %."""


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
    """``batch_gradient(samples, labels)`` fills ``network.gradients`` with the mean over the batch.

    ``labels`` are ``(N,)``, or rows ``(N, K)`` of probabilities; then the likeliest class counts as the right one.

    A batch larger than one block is cut into equal ones, as few as will do. ``threads=None`` takes one per core.
    """

    def __init__(self, network: Network, loss: Loss, prepare: Prepare, threads: int | None = None) -> None:
        self._network, self._loss, self._prepare = network, loss, prepare
        self._threads = threads or _cores()
        costly = network.has_pictures or network.weight_count >= MANY_WEIGHTS
        self._block = LARGE_BLOCK if costly else BLOCK
        self._replicas: list[Network] = []
        self._entropy: tuple[int, ...] = (0,)
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, images: Array, labels: Array) -> BatchResult:
        if len(labels) <= self._block:
            return self._learn(self._network, images, labels)
        return self._in_blocks(images, labels)

    def reseed(self, *entropy: int) -> None:
        """Start dropout afresh: from the same numbers the same masks, and others for every thread."""
        self._entropy = entropy
        self._network.reseed(*entropy)
        for worker, replica in enumerate(self._replicas):
            replica.reseed(*entropy, worker)

    def _learn(self, network: Network, images: Array, labels: Array, share: float = 1) -> BatchResult:
        """Fill ``network.gradients`` with this part's share of the batch's gradient."""
        logits = network.forward(self._prepare(images), training=True)
        loss, gradient = self._loss(logits, labels)
        wanted = labels if labels.ndim == 1 else labels.argmax(axis=1)
        correct = int(np.count_nonzero(logits.argmax(axis=1) == wanted))
        if share != 1:
            gradient *= share  # ten numbers a sample here, and not every parameter's in the end
        network.backward(gradient)
        return BatchResult(loss * share, correct)

    def _in_blocks(self, images: Array, labels: Array) -> BatchResult:
        if not self._replicas:
            self._replicas = [self._network.replica() for _ in range(self._threads)]
            self.reseed(*self._entropy)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max(1, self._threads - 1), thread_name_prefix="glassnet")
        edges = np.linspace(0, len(labels), math.ceil(len(labels) / self._block) + 1).astype(int)
        blocks = [slice(start, stop) for start, stop in itertools.pairwise(edges)]

        def work(worker: int) -> _Sum:
            replica, total = self._replicas[worker], _Sum(self._network)
            for rows in blocks[worker :: self._threads]:
                replica.state[...] = self._network.state  # every block's averages set out from the same ones
                share = (rows.stop - rows.start) / len(labels)
                result = self._learn(replica, images[rows], labels[rows], share)
                replica.state *= share
                total.add(replica.gradients, replica.state, result)
            return total

        # The calling thread works as well: one thread less to wake, and it would only wait.
        others = [self._pool.submit(work, worker) for worker in range(1, min(self._threads, len(blocks)))]
        total = work(0)
        for other in others:
            each = other.result()
            total.add(each.gradients, each.state, each.result)
        self._network.gradients[...], self._network.state[...] = total.gradients, total.state
        return total.result

    def close(self) -> None:
        """Let the threads go."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


class _Sum:
    """What one thread adds up over its blocks, and the caller over the threads."""

    def __init__(self, network: Network) -> None:
        self.gradients, self.state = np.zeros_like(network.parameters), np.zeros_like(network.state)
        self.result = BatchResult(0.0, 0)

    def add(self, gradients: Array, state: Array, result: BatchResult) -> None:
        self.gradients += gradients
        self.state += state
        self.result = BatchResult(self.result.loss + result.loss, self.result.correct + result.correct)
