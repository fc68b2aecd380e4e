"""What every kind of layer has to say about its numbers, and what the layers for vectors say.

A rule answers two questions. *Where does an output come from?* It is a bias and a sum of products, or a formula
of its own. *What does an input change?* It changes some outputs, each by its derivative; the chain rule makes
a gradient of that::

    ∂L/∂x = Σⱼ δⱼ · ∂yⱼ/∂x        δⱼ = ∂L/∂yⱼ, over all outputs yⱼ that x has a part in

The same holds for a parameter in the place of x. Every array here belongs to one sample: x and y have the
layer's input and output shape, and a place is an index into one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import BatchNorm, Dense, Dropout, Flatten
from glassnet.engine.layers import Array, Layer
from glassnet.explaining.explanation import Terms, sum_in_numbers
from glassnet.explaining.writing import added, counted, in_brackets, place_in_words, written

__all__ = [
    "Account",
    "BatchNormRule",
    "DenseRule",
    "DropoutRule",
    "FlattenRule",
    "Influence",
    "L",
    "Place",
    "Rule",
    "grid",
    "weighted_sum",
]

L = TypeVar("L", bound=Layer)
Place: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Account:
    """Where an output comes from: its terms, the formula's right-hand side in numbers, and a sentence."""

    terms: Terms
    numbers: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Influence:
    """Places ``(T, d)`` of the outputs that a number has a part in, and how fast each changes with it ``(T,)``."""

    places: NDArray[np.intp]
    derivatives: Array


class Rule(Generic[L]):
    """How one kind of layer explains itself."""

    symbols: str
    """The formula of an output."""

    gradient_symbols: str
    """The formula of ∂loss/∂input."""

    parameter_symbols: ClassVar[Mapping[str, str]] = {}
    """The formula of ∂loss/∂parameter, by the parameter's name."""

    def formula(self, layer: L) -> str:
        """The formula of an output of this very layer."""
        return self.symbols

    def account(self, layer: L, x: Array, y: Array, at: Place) -> Account:
        """Where the output at place ``at`` comes from."""
        raise NotImplementedError

    def influence(self, layer: L, x: Array, y: Array, at: Place) -> Influence:
        """What the input at place ``at`` changes."""
        raise NotImplementedError

    def parameter_influence(self, layer: L, x: Array, y: Array, name: str, at: Place) -> Influence:
        """What one number of the parameter ``name`` changes."""
        raise NotImplementedError


def grid(*axes: Array | range | int) -> NDArray[np.intp]:
    """All places whose coordinates are among ``axes``, row by row: ``(T, d)``."""
    mesh = np.meshgrid(*[np.atleast_1d(np.asarray(axis, np.intp)) for axis in axes], indexing="ij")
    return np.stack([axis.reshape(-1) for axis in mesh], axis=1)


def all_places(array: Array) -> NDArray[np.intp]:
    """Every place of an array."""
    return grid(*map(range, array.shape))


def passes_on(x: Array, at: Place, weight: float = 1.0, bias: float | None = None) -> Terms:
    """The terms of an output that one input alone decides: ``bias + x · weight``."""
    value = x[at]
    return Terms(np.array([at], np.intp), x.shape, np.array([value]), np.array([weight], x.dtype), bias)


def weighted_sum(terms: Terms, value: float, bias_name: str = "the bias") -> Account:
    """The account of an output that is a bias and a sum of products."""
    start = "" if terms.bias is None else f"{bias_name} {written(terms.bias)} plus "
    text = f"{written(value)} is {start}{counted(len(terms), 'product')}"
    largest = terms.largest(1)
    if largest:
        term = largest[0]
        text += (
            f", the largest of them {written(term.value)} · {in_brackets(term.weight)} = {written(term.product)}"
            f" from {terms.place_in_words(term.place)}"
        )
    return Account(terms, sum_in_numbers(terms), f"{text}.")


class DenseRule(Rule[Dense]):
    symbols = "z = b + Σ x · w"
    gradient_symbols = "∂L/∂x = Σ δ · w"
    parameter_symbols: ClassVar[Mapping[str, str]] = {"weight": "∂L/∂w = δ · x", "bias": "∂L/∂b = δ"}

    def formula(self, layer: Dense) -> str:
        return self.symbols if layer.use_bias else "z = Σ x · w"

    def account(self, layer: Dense, x: Array, y: Array, at: Place) -> Account:
        (unit,) = at
        bias = float(layer.bias[unit]) if layer.use_bias else None
        terms = Terms(all_places(x), x.shape, x, layer.weight[:, unit], bias)
        return weighted_sum(terms, y[at])

    def influence(self, layer: Dense, x: Array, y: Array, at: Place) -> Influence:
        return Influence(all_places(y), layer.weight[at])

    def parameter_influence(self, layer: Dense, x: Array, y: Array, name: str, at: Place) -> Influence:
        derivative = x[at[0]] if name == "weight" else 1
        return Influence(grid(at[-1]), np.array([derivative], x.dtype))


class FlattenRule(Rule[Flatten]):
    symbols = "y = x"
    gradient_symbols = "∂L/∂x = δ"

    def account(self, layer: Flatten, x: Array, y: Array, at: Place) -> Account:
        source = tuple(int(axis) for axis in np.unravel_index(at[0], x.shape))
        sentence = f"The same number: {place_in_words(source, x.shape)} is unit {at[0]} of the flattened vector."
        return Account(passes_on(x, source), written(y[at]), sentence)

    def influence(self, layer: Flatten, x: Array, y: Array, at: Place) -> Influence:
        return Influence(grid(int(np.ravel_multi_index(at, x.shape))), np.ones(1, x.dtype))


class DropoutRule(Rule[Dropout]):
    symbols = "y = x"
    gradient_symbols = "∂L/∂x = δ"

    def account(self, layer: Dropout, x: Array, y: Array, at: Place) -> Account:
        sentence = (
            f"Unchanged while the network reads. While it learns, {100 * layer.rate:.3g} % of the values, "
            f"drawn at random, are set to 0 and the others divided by {written(1 - layer.rate)}."
        )
        return Account(passes_on(x, at), written(y[at]), sentence)

    def influence(self, layer: Dropout, x: Array, y: Array, at: Place) -> Influence:
        return Influence(grid(*at), np.ones(1, x.dtype))


class BatchNormRule(Rule[BatchNorm]):
    """With the statistics kept for prediction, so that a sample is explained by itself alone."""

    symbols = "y = γ · (x − μ) / √(σ² + ε) + β"
    gradient_symbols = "∂L/∂x = δ · γ / √(σ² + ε)"
    parameter_symbols: ClassVar[Mapping[str, str]] = {
        "gamma": "∂L/∂γ = Σ δ · (x − μ) / √(σ² + ε)",
        "beta": "∂L/∂β = Σ δ",
    }

    def account(self, layer: BatchNorm, x: Array, y: Array, at: Place) -> Account:
        feature = at[-1]
        gamma, beta = float(layer.gamma[feature]), float(layer.beta[feature])
        mean, variance = float(layer.running_mean[feature]), float(layer.running_variance[feature])
        weight = gamma / float(np.sqrt(variance + layer.epsilon))
        numbers = (
            f"{written(gamma)} · ({written(x[at])}{added(-mean)}) "
            f"/ √({written(variance)} + {written(layer.epsilon)}){added(beta)}"
        )
        sentence = (
            "Centred and scaled by the mean μ and variance σ² of this unit over the training data, "
            "not over this sample; γ and β are learned."
        )
        return Account(passes_on(x, at, weight, beta - mean * weight), numbers, sentence)

    def influence(self, layer: BatchNorm, x: Array, y: Array, at: Place) -> Influence:
        slope = layer.gamma[at[-1]] / np.sqrt(layer.running_variance[at[-1]] + layer.epsilon)
        return Influence(grid(*at), np.array([slope], x.dtype))

    def parameter_influence(self, layer: BatchNorm, x: Array, y: Array, name: str, at: Place) -> Influence:
        (feature,) = at
        values = x[..., feature].reshape(-1)
        places = grid(*map(range, x.shape[:-1]), feature)
        if name == "beta":
            return Influence(places, np.ones_like(values))
        deviation = np.sqrt(layer.running_variance[feature] + layer.epsilon)
        return Influence(places, (values - layer.running_mean[feature]) / deviation)
