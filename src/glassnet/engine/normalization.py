"""Batch normalisation: keep every unit's values centred and of unit size while the weights below it move."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glassnet.engine.layers import Array, Layer, Shape

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
    mixes_samples = True
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
        if training and not self.frozen:
            rows = inputs.reshape(-1, inputs.shape[-1])  # (M, C): every pixel is a sample
            mean, variance = rows.mean(axis=0), rows.var(axis=0)
            self._follow(mean, variance, len(rows))
        else:
            mean, variance = self.running_mean, self.running_variance
        inverse = 1 / np.sqrt(variance + self.epsilon)
        normalised = (inputs - mean) * inverse
        if training:
            self._normalised, self._inverse = normalised, inverse
        outputs: Array = normalised * self.gamma
        outputs += self.beta
        return outputs

    def _follow(self, mean: Array, variance: Array, count: int) -> None:
        unbiased = variance * (count / max(count - 1, 1))
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_variance += self.momentum * (unbiased - self.running_variance)

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        features = gradient.shape[-1]
        g, x = gradient.reshape(-1, features), self._normalised.reshape(-1, features)
        np.sum(g, axis=0, out=self.beta_gradient)
        np.einsum("mc,mc->c", g, x, out=self.gamma_gradient)
        if not input_gradient_needed:
            return None
        if self.frozen:
            gradient *= self.gamma * self._inverse
            return gradient
        g -= (self.beta_gradient + x * self.gamma_gradient) / len(g)  # what came in through the statistics
        g *= self.gamma * self._inverse
        return g.reshape(gradient.shape)
