"""Most of a digit in a few numbers: the directions in which pictures differ most.

784 pixels of handwriting are far from independent: 64 well-chosen sums of them, the *principal components*, hold
nine tenths of all differences between digits. A network that learns from those instead of the pixels learns as
well, with a tenth of the arithmetic in its first layer. And nothing is lost: a component is a weighted sum of
pixels and the first dense layer takes weighted sums of components, so the two melt into one ordinary dense layer
over pixels when training is done (:meth:`PrincipalComponents.fold_into`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.layers import Array
from glassnet.engine.products import product
from glassnet.errors import ShapeError

__all__ = ["PrincipalComponents"]

SAMPLE = 3000
"""Pictures to find the directions from: more change them by less than they differ from sample to sample."""
SPARE = 10
"""Directions looked for beyond those wanted, so that the last one wanted is found as well as the first."""
ROUNDS = 2
CHUNK = 1000


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """``components = (inputs − mean) @ axes``, inputs being pixels / 255.

    ``mean`` is ``(D,)``; ``axes`` is ``(D, K)``, its columns of length 1 and at right angles, the direction of the
    largest variance first.
    """

    mean: Array
    axes: Array

    @classmethod
    def fit(cls, images: NDArray[np.uint8], count: int, random: np.random.Generator) -> PrincipalComponents:
        """The ``count`` components of pictures ``(N, H, W)``, found from a random sample of them.

        The axes are eigenvectors of the inputs' covariance C. Here they come by subspace iteration (Halko,
        Martinsson & Tropp 2011, algorithm 4.4): multiplied with C, any directions turn towards those of the
        largest variance, and a few rounds of multiplying and setting upright again are enough. Raises
        :class:`ShapeError` for more components than pixels.
        """
        pixels = images[0].size if len(images) else 0
        if not 0 < count <= pixels:
            raise ShapeError(f"pictures of {pixels} pixels have 1 to {pixels} components, not {count}")
        rows = np.sort(random.permutation(len(images))[:SAMPLE])
        inputs = images[rows].reshape(len(rows), pixels).astype(np.float32)
        inputs /= 255
        mean = inputs.mean(axis=0)
        inputs -= mean
        directions = random.standard_normal((pixels, min(count + SPARE, pixels)), dtype=np.float32)
        for _ in range(ROUNDS):
            directions, _ = np.linalg.qr(inputs.T @ (inputs @ directions))
        found = inputs @ directions
        _, turn = np.linalg.eigh(found.T @ found)  # among themselves, by variance, the smallest first
        return cls(mean, np.ascontiguousarray((directions @ turn)[:, : -count - 1 : -1]))

    def project(self, images: NDArray[np.uint8]) -> Array:
        """Components ``(N, K)`` of pictures ``(N, H, W)``."""
        components = np.empty((len(images), self.axes.shape[1]), self.axes.dtype)
        axes, shift = self.axes / 255, self.mean @ self.axes
        for start in range(0, len(images), CHUNK):
            some = slice(start, start + CHUNK)
            pixels = images[some].reshape(len(components[some]), -1).astype(self.axes.dtype)
            np.subtract(product(pixels, axes), shift, out=components[some])
        return components

    def fold_into(self, weight: Array, bias: Array) -> tuple[Array, Array]:
        """A dense layer over components, ``(K, H)`` and ``(H,)``, as one over inputs: ``(D, H)`` and ``(H,)``.

        ``(inputs − mean) @ axes @ weight + bias = inputs @ (axes @ weight) + (bias − mean @ axes @ weight)``
        """
        folded = self.axes @ weight
        return folded, bias - self.mean @ folded
