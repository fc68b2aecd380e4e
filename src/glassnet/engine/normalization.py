"""Batch normalisation: keep every unit's values centred and of unit size while the weights below it move."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glassnet.engine.layers import Array, Layer, Shape
from glassnet.engine.picture_rows import along_rows, as_rows, channel_products, channel_sums

__all__ = ["BatchNorm"]


@dataclass(eq=False, repr=False)
class BatchNorm(Layer):
    """Normalise each feature over the batch, then give it back a learned size and place (Ioffe & Szegedy 2015).

    Statistics are per feature of a vector ``(N, D)``, and per channel of a picture ``(N, H, W, C)``, where
    every pixel counts as a sample; M is the number of values that go into one mean::

        x̂ = (x − mean) / √(variance + epsilon)        outputs = gamma · x̂ + beta

        ∂L/∂gamma = Σ g · x̂         ∂L/∂beta = Σ g
        ∂L/∂x = gamma / √(variance + epsilon) · (g − mean(g) − x̂ · mean(g · x̂))

    Prediction uses running averages of mean and variance (``running += momentum · (batch − running)``, the
    variance unbiased, M / (M − 1), as in PyTorch), so that a sample's answer does not depend on its company.
    """

    momentum: float = 0.1
    epsilon: float = 1e-5

    word = "batch_norm"
    start_at_one = frozenset({"gamma", "running_variance"})

    gamma: Array = field(init=False)
    beta: Array = field(init=False)
    gamma_gradient: Array = field(init=False)
    beta_gradient: Array = field(init=False)
    running_mean: Array = field(init=False)
    running_variance: Array = field(init=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.momentum, int | float) and 0 < self.momentum <= 1):
            raise self._refuse("momentum", "a number above 0 and at most 1")
        if not (isinstance(self.epsilon, int | float) and self.epsilon > 0):
            raise self._refuse("epsilon", "a number above 0")
        self.epsilon = float(self.epsilon)  # a NumPy scalar would turn float32 into float64

    def parameter_shapes(self) -> dict[str, Shape]:
        return {"gamma": self.input_shape[-1:], "beta": self.input_shape[-1:]}

    def state_shapes(self) -> dict[str, Shape]:
        return {"running_mean": self.input_shape[-1:], "running_variance": self.input_shape[-1:]}

    def forward(self, inputs: Array, training: bool = False) -> Array:
        rows = as_rows(inputs)
        if training and not self.frozen:
            channels = inputs.shape[-1]
            count = inputs.size // channels
            mean = channel_sums(rows, channels) / count
            centred = rows - along_rows(mean, rows)
            variance = channel_products(centred, centred, channels) / count
            self._follow(mean, variance, count)
        else:
            centred = rows - along_rows(self.running_mean, rows)
            variance = self.running_variance
        inverse = 1 / np.sqrt(variance + self.epsilon)
        if training:
            self._centred, self._inverse = centred, inverse
        outputs = centred * along_rows(self.gamma * inverse, rows)
        outputs += along_rows(self.beta, rows)
        return outputs.reshape(inputs.shape)

    def _follow(self, mean: Array, variance: Array, count: int) -> None:
        unbiased = variance * (count / max(count - 1, 1))
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_variance += self.momentum * (unbiased - self.running_variance)

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        rows, channels = as_rows(gradient), gradient.shape[-1]
        self.beta_gradient[...] = channel_sums(rows, channels)
        self.gamma_gradient[...] = channel_products(rows, self._centred, channels)
        self.gamma_gradient *= self._inverse  # x̂ = centred · inverse
        if not input_gradient_needed:
            return None
        if not self.frozen:  # take off what came in through the statistics: mean(g) and x̂ · mean(g · x̂)
            count = gradient.size // channels
            through = self._centred * along_rows(self.gamma_gradient * self._inverse / count, rows)
            through += along_rows(self.beta_gradient / count, rows)
            rows -= through
        rows *= along_rows(self.gamma * self._inverse, rows)
        return rows.reshape(gradient.shape)
