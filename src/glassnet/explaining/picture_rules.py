"""What the layers for pictures say about their numbers: which patch an output saw, which outputs saw a pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from glassnet.engine import AveragePool2D, Conv2D, GlobalAveragePool2D, MaxPool2D
from glassnet.engine.layers import Array
from glassnet.explaining.explanation import Terms, sum_in_numbers
from glassnet.explaining.rules import Account, Influence, Place, Rule, grid, weighted_sum
from glassnet.explaining.writing import added, place_in_words, without_plus, written

__all__ = ["AveragePoolRule", "ConvolutionRule", "GlobalAveragePoolRule", "MaxPoolRule"]


class ConvolutionRule(Rule[Conv2D]):
    symbols = "z = b + Σ pixel · w"
    gradient_symbols = "∂L/∂pixel = Σ δ · w"
    parameter_symbols: ClassVar[Mapping[str, str]] = {"weight": "∂L/∂w = Σ δ · pixel", "bias": "∂L/∂b = Σ δ"}

    def account(self, layer: Conv2D, x: Array, y: Array, at: Place) -> Account:
        row, column, filter_ = at
        rows, kernel_rows = _seen(layer, x, row, axis=0)
        columns, kernel_columns = _seen(layer, x, column, axis=1)
        patch = x[np.ix_(rows, columns)].reshape(-1)
        kernel = layer.weight[np.ix_(kernel_rows, kernel_columns)][..., filter_].reshape(-1)
        places = grid(rows, columns, range(x.shape[-1]))
        return weighted_sum(Terms(places, x.shape, patch, kernel, float(layer.bias[filter_])), y[at])

    def influence(self, layer: Conv2D, x: Array, y: Array, at: Place) -> Influence:
        row, column, channel = at
        rows, kernel_rows = _seen_by(layer, y, row, axis=0)
        columns, kernel_columns = _seen_by(layer, y, column, axis=1)
        weights = layer.weight[np.ix_(kernel_rows, kernel_columns)][:, :, channel]
        return Influence(grid(rows, columns, range(y.shape[-1])), weights.reshape(-1))

    def parameter_influence(self, layer: Conv2D, x: Array, y: Array, name: str, at: Place) -> Influence:
        if name == "bias":
            places = grid(*map(range, y.shape[:2]), at[-1])
            return Influence(places, np.ones(len(places), x.dtype))
        rows, columns, channel, filter_ = at
        # In the border of zeros a weight meets nothing: those outputs do not change with it.
        output_rows, pixel_rows = _met(layer, x, y, rows, axis=0)
        output_columns, pixel_columns = _met(layer, x, y, columns, axis=1)
        pixels = x[np.ix_(pixel_rows, pixel_columns)][..., channel].reshape(-1)
        return Influence(grid(output_rows, output_columns, filter_), pixels)


def _border(layer: Conv2D, axis: int) -> int:
    return (layer.size[axis] - 1) // 2 if layer.padding == "same" else 0


def _seen(layer: Conv2D, x: Array, place: int, axis: int) -> tuple[Array, Array]:
    """Along one axis: the pixels that the output at ``place`` saw, and the kernel's rows it saw them through."""
    kernel = np.arange(layer.size[axis])
    pixels = place * layer.stride - _border(layer, axis) + kernel
    inside = (pixels >= 0) & (pixels < x.shape[axis])
    return pixels[inside], kernel[inside]


def _seen_by(layer: Conv2D, y: Array, pixel: int, axis: int) -> tuple[Array, Array]:
    """Along one axis: the outputs that saw ``pixel``, and the kernel's rows they saw it through."""
    outputs = np.arange(y.shape[axis])
    kernel = pixel + _border(layer, axis) - outputs * layer.stride
    inside = (kernel >= 0) & (kernel < layer.size[axis])
    return outputs[inside], kernel[inside]


def _met(layer: Conv2D, x: Array, y: Array, kernel: int, axis: int) -> tuple[Array, Array]:
    """Along one axis: the outputs for which one row of the kernel met a pixel, and which pixel."""
    outputs = np.arange(y.shape[axis])
    pixels = outputs * layer.stride - _border(layer, axis) + kernel
    inside = (pixels >= 0) & (pixels < x.shape[axis])
    return outputs[inside], pixels[inside]


def _square(x: Array, size: int, at: Place) -> Terms:
    """The ``size`` x ``size`` values that the pooled output at ``at`` was made from, with weights of 0."""
    row, column, channel = at
    rows, columns = (range(place * size, (place + 1) * size) for place in (row, column))
    places = grid(rows, columns, channel)
    values = x[tuple(places.T)]
    return Terms(places, x.shape, values, np.zeros_like(values))


class MaxPoolRule(Rule[MaxPool2D]):
    symbols = "y = largest of the square"
    gradient_symbols = "∂L/∂x = δ if x was the largest, else 0"

    def account(self, layer: MaxPool2D, x: Array, y: Array, at: Place) -> Account:
        terms = _square(x, layer.size, at)
        assert terms.weights is not None
        winner = int(terms.values.argmax())  # the first of equals, row by row, as the layer has it
        terms.weights[winner] = 1
        numbers = f"max({', '.join(map(written, terms.values))})"
        where = place_in_words([int(axis) for axis in terms.places[winner]], x.shape)
        return Account(terms, numbers, f"The largest of {len(terms)} values, the one at {where}.")

    def influence(self, layer: MaxPool2D, x: Array, y: Array, at: Place) -> Influence:
        pool = (at[0] // layer.size, at[1] // layer.size, at[2])
        square = _square(x, layer.size, pool)
        won = tuple(square.places[int(square.values.argmax())]) == at
        return Influence(grid(*pool), np.array([won], x.dtype))


class AveragePoolRule(Rule[AveragePool2D]):
    symbols = "y = mean of the square"
    gradient_symbols = "∂L/∂x = δ / pixels in the square"

    def account(self, layer: AveragePool2D, x: Array, y: Array, at: Place) -> Account:
        terms = _square(x, layer.size, at)
        assert terms.weights is not None
        terms.weights[:] = 1 / layer.size**2
        numbers = f"({without_plus(''.join(map(added, terms.values)))}) / {len(terms)}"
        return Account(terms, numbers, f"The mean of {len(terms)} values.")

    def influence(self, layer: AveragePool2D, x: Array, y: Array, at: Place) -> Influence:
        places = grid(at[0] // layer.size, at[1] // layer.size, at[2])
        return Influence(places, np.full(1, 1 / layer.size**2, x.dtype))


class GlobalAveragePoolRule(Rule[GlobalAveragePool2D]):
    symbols = "y = mean of the channel"
    gradient_symbols = "∂L/∂x = δ / pixels in the channel"

    def account(self, layer: GlobalAveragePool2D, x: Array, y: Array, at: Place) -> Account:
        height, width, _ = x.shape
        values = x[..., at[0]].reshape(-1)
        weights = np.full_like(values, 1 / (height * width))
        terms = Terms(grid(range(height), range(width), at[0]), x.shape, values, weights)
        return Account(terms, sum_in_numbers(terms), f"The mean of the channel's {height} × {width} values.")

    def influence(self, layer: GlobalAveragePool2D, x: Array, y: Array, at: Place) -> Influence:
        height, width, _ = x.shape
        return Influence(grid(at[2]), np.full(1, 1 / (height * width), x.dtype))
