"""Most of a digit in a few numbers: the directions in which pictures differ most.

784 pixels of handwriting are far from independent: 64 well-chosen sums of them, the *principal components*, hold
nine tenths of all differences between digits. A network that learns from those instead of the pixels learns as
well, with a tenth of the arithmetic in its first layer. And nothing is lost: a component is a weighted sum of
pixels and the first dense layer takes weighted sums of components, so the two melt into one ordinary dense layer
over pixels (:meth:`PrincipalComponents.fold`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.engine.layers import Array, Dense, Shape
from glassnet.engine.network import Network
from glassnet.engine.preparation import Preparation
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
    """``components = (inputs − mean) @ axes``, inputs being a picture as ``preparation`` makes it, as one vector.

    ``mean`` is ``(D,)``; ``axes`` is ``(D, K)``, its columns of length 1 and at right angles, the direction of the
    largest variance first.
    """

    preparation: Preparation
    mean: Array
    axes: Array

    @classmethod
    def fit(
        cls,
        preparation: Preparation,
        images: NDArray[np.uint8],
        count: int,
        random: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> PrincipalComponents:
        """The ``count`` components of pictures ``(N, H, W)``, found from a random sample of them.

        The axes are eigenvectors of the inputs' covariance C. Here they come by subspace iteration (Halko,
        Martinsson & Tropp 2011, algorithm 4.4): multiplied with C, any directions turn towards those of the
        largest variance, and a few rounds of multiplying and setting upright again are enough. Raises
        :class:`ShapeError` for more components than pixels.
        """
        pixels = images[0].size if len(images) else 0
        if not 0 < count <= pixels:
            raise ShapeError(
                f"pictures of {pixels} pixels have 1 to {pixels} components, not {count}",
                hint="64 hold nearly all that tells digits apart",
            )
        rows = np.sort(random.permutation(len(images))[:SAMPLE])
        inputs = preparation(images[rows], dtype).reshape(len(rows), pixels)
        mean = inputs.mean(axis=0)
        inputs -= mean
        directions = random.standard_normal((pixels, min(count + SPARE, pixels))).astype(dtype)
        for _ in range(ROUNDS):
            directions, _ = np.linalg.qr(inputs.T @ (inputs @ directions))
        found = inputs @ directions
        _, turn = np.linalg.eigh(found.T @ found)  # among themselves, by variance, the smallest first
        return cls(preparation, mean, np.ascontiguousarray((directions @ turn)[:, : -count - 1 : -1]))

    def project(self, images: NDArray[np.uint8]) -> Array:
        """Components ``(N, K)`` of pictures ``(N, H, W)``."""
        components = np.empty((len(images), self.axes.shape[1]), self.axes.dtype)
        # The preparation, pixels · scale + offset, goes into the product: no pass over the pixels beside it.
        scaled = self.axes * self.preparation.scale
        shift = (self.mean - self.preparation.offset.reshape(-1)) @ self.axes
        shift = shift.astype(self.axes.dtype)
        for start in range(0, len(images), CHUNK):
            some = slice(start, start + CHUNK)
            pixels = images[some].reshape(len(components[some]), -1).astype(self.axes.dtype)
            np.subtract(product(pixels, scaled), shift, out=components[some])
        return components

    def fold(self, network: Network, input_shape: Shape) -> Network:
        """A network over components as one over inputs of ``input_shape`` that gives the same outputs.

        Its first layer of weights is dense, ``(K, H)`` and ``(H,)``, and becomes ``(D, H)`` and ``(H,)``::

            (inputs − mean) @ axes @ weight + bias = inputs @ (axes @ weight) + (bias − mean @ axes @ weight)
        """
        small = first_dense(network)
        weight = self.axes @ small.weight
        rest = network.parameters[small.weight.size :]  # in a flat vector the first layer's weights come first
        whole = Network.from_vectors(
            network.layers,
            input_shape,
            np.concatenate([weight.reshape(-1), rest]),
            network.state.copy(),
            network.initializer,
        )
        first_dense(whole).bias[...] = small.bias - self.mean @ weight
        return whole

    def unfold(self, whole: Network, network: Network) -> None:
        """Give ``network`` over components what ``whole`` over inputs has learned: :meth:`fold` the other way.

        Exact up to rounding for a network that was folded with these axes. Of any other, what its first layer
        makes of directions outside them is lost.
        """
        large, small = first_dense(whole), first_dense(network)
        network.parameters[small.weight.size :] = whole.parameters[large.weight.size :]
        network.state[...] = whole.state
        small.weight[...] = self.axes.T @ large.weight
        small.bias[...] = large.bias + self.mean @ large.weight


def first_dense(network: Network) -> Dense:
    """The network's first dense layer."""
    return next(layer for layer in network.layers if isinstance(layer, Dense))
