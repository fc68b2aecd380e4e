"""What the activations say about their numbers: a formula, and whether the gradient will pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.engine import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from glassnet.engine.layers import Array
from glassnet.explaining.explanation import Terms
from glassnet.explaining.rules import Account, Influence, L, Place, Rule, grid
from glassnet.explaining.writing import in_brackets, written

__all__ = ["GELURule", "LeakyReLURule", "ReLURule", "SigmoidRule", "SoftmaxRule", "TanhRule"]


class _ElementwiseRule(Rule[L]):
    """An activation acts on every value by itself. Its slope is asked of the layer, not derived a second time."""

    def in_numbers(self, layer: L, z: float) -> str:
        """The formula's right-hand side for one value."""
        raise NotImplementedError

    def sentence(self, layer: L, z: float) -> str:
        """What it means for this value."""
        raise NotImplementedError

    def share(self, layer: L, z: float, a: float) -> float | None:
        """What z is multiplied with to give a; ``None`` where the activation is not put as a product."""
        return None

    def account(self, layer: L, x: Array, y: Array, at: Place) -> Account:
        z, a = float(x[at]), float(y[at])
        share = self.share(layer, z, a)
        weights = None if share is None else np.array([share], x.dtype)
        terms = Terms(grid(*at), x.shape, x[at].reshape(1), weights)
        return Account(terms, self.in_numbers(layer, z), self.sentence(layer, z))

    def influence(self, layer: L, x: Array, y: Array, at: Place) -> Influence:
        twin = replace(layer)  # it remembers what it is asked, and the explained network stays as it is
        twin.forward(x[at].reshape(1, 1), training=True)
        slope = twin.backward(np.ones((1, 1), x.dtype))
        assert slope is not None
        return Influence(grid(*at), slope.reshape(1))


class ReLURule(_ElementwiseRule[ReLU]):
    symbols = "a = max(0, z)"
    gradient_symbols = "∂L/∂z = δ if z > 0, else 0"

    def in_numbers(self, layer: ReLU, z: float) -> str:
        return f"max(0, {written(z)})"

    def sentence(self, layer: ReLU, z: float) -> str:
        if z > 0:
            return "Positive, so it passes unchanged; on the way back the gradient passes here too."
        return "Not positive, so it is stopped at 0; on the way back no gradient passes here."

    def share(self, layer: ReLU, z: float, a: float) -> float | None:
        return float(z > 0)


class LeakyReLURule(_ElementwiseRule[LeakyReLU]):
    symbols = "a = max(z, slope · z)"
    gradient_symbols = "∂L/∂z = δ if z > 0, else slope · δ"

    def in_numbers(self, layer: LeakyReLU, z: float) -> str:
        return f"max({written(z)}, {written(layer.slope)} · {in_brackets(z)})"

    def sentence(self, layer: LeakyReLU, z: float) -> str:
        if z > 0:
            return "Positive, so it passes unchanged; on the way back the gradient passes here too."
        return (
            f"Not positive, so only {layer.slope:.3g} of it passes, and as much of the gradient on the way back."
        )

    def share(self, layer: LeakyReLU, z: float, a: float) -> float | None:
        return 1.0 if z > 0 else layer.slope


class SigmoidRule(_ElementwiseRule[Sigmoid]):
    symbols = "a = 1 / (1 + e⁻ᶻ)"
    gradient_symbols = "∂L/∂z = δ · a · (1 − a)"

    def in_numbers(self, layer: Sigmoid, z: float) -> str:
        return f"1 / (1 + exp({written(-z)}))"

    def sentence(self, layer: Sigmoid, z: float) -> str:
        return _steepness(flat=abs(z) > 4)


class TanhRule(_ElementwiseRule[Tanh]):
    symbols = "a = tanh z"
    gradient_symbols = "∂L/∂z = δ · (1 − a²)"

    def in_numbers(self, layer: Tanh, z: float) -> str:
        return f"tanh({written(z)})"

    def sentence(self, layer: Tanh, z: float) -> str:
        return _steepness(flat=abs(z) > 2)


def _steepness(flat: bool) -> str:
    if flat:
        return "Far out, where the curve is flat: on the way back hardly any gradient passes here."
    return "On the slope of the curve: on the way back the gradient passes here."


class GELURule(_ElementwiseRule[GELU]):
    symbols = "a = z · Φ(z)"
    gradient_symbols = "∂L/∂z = δ · (Φ(z) + z · Φ′(z))"

    def in_numbers(self, layer: GELU, z: float) -> str:
        return f"{written(z)} · Φ({written(z)})"

    def sentence(self, layer: GELU, z: float) -> str:
        return "Multiplied with Φ(z), the share of a normal distribution that lies below z."

    def share(self, layer: GELU, z: float, a: float) -> float | None:
        return a / z if z else 0.5


class SoftmaxRule(Rule[Softmax]):
    symbols = "p = e^z / Σ e^z"
    gradient_symbols = "∂L/∂z = p · (δ − Σ δ · p)"

    def account(self, layer: Softmax, x: Array, y: Array, at: Place) -> Account:
        row = at[:-1]
        powers = np.exp(x[row] - x[row].max())
        terms = Terms(grid(*row, range(x.shape[-1])), x.shape, x[row], weights=None)
        sentence = (
            f"One of {len(powers)} shares of a whole. Every z was first lowered by the largest of them, "
            "which changes no share and keeps e^z small."
        )
        return Account(terms, f"{written(powers[at[-1]])} / {written(powers.sum())}", sentence)

    def influence(self, layer: Softmax, x: Array, y: Array, at: Place) -> Influence:
        shares = y[at[:-1]]
        derivatives = -shares * shares[at[-1]]
        derivatives[at[-1]] += shares[at[-1]]
        return Influence(grid(*at[:-1], range(y.shape[-1])), derivatives)
