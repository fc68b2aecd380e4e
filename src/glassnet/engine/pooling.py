"""Pooling: make a picture smaller by keeping one number for each little square.

After a convolution, what matters is that a pattern was found and roughly where, not its exact pixel. Pooling
keeps the strongest answer of each square (or the mean): a quarter of the numbers, and a digit that moves by a
pixel hardly changes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.engine.layers import Array, Layer, Shape, picture_shape
from glassnet.engine.picture_rows import apart, together
from glassnet.errors import ShapeError

__all__ = ["AveragePool2D", "GlobalAveragePool2D", "MaxPool2D"]


@dataclass(eq=False, repr=False)
class _Pool(Layer):
    """Squares of ``size`` x ``size``, side by side, must tile the picture: no pixel is left out in silence."""

    size: int

    def __post_init__(self) -> None:
        if not (isinstance(self.size, int) and self.size > 0):
            raise self._refuse("the size", "a whole number above 0")

    def shape_after(self, input_shape: Shape) -> Shape:
        height, width, channels = picture_shape(self, input_shape)
        if height % self.size or width % self.size:
            raise ShapeError(
                f"layer '{self.notation()}' cannot tile pictures of {height} x {width} "
                f"with squares of {self.size} x {self.size}",
                hint="change the size, or the padding of the convolutions before it",
            )
        return height // self.size, width // self.size, channels


@dataclass(eq=False, repr=False)
class MaxPool2D(_Pool):
    """The largest of each ``size`` x ``size`` square: ``(N, H, W, C)`` becomes ``(N, H/size, W/size, C)``.

    Backward, the gradient goes to the one pixel that was the largest, the others had no influence. Where
    several are equally large it is the first of them, column by column.
    """

    word = "pool"

    def forward(self, inputs: Array, training: bool = False) -> Array:
        tallest, wins_down = _largest(_rows_apart(inputs, self.size), training)
        outputs, wins_across = _largest(apart(tallest, self.size), training)
        if training:
            self._wins_down, self._wins_across = wins_down, wins_across
        return outputs

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        columns = [np.empty_like(gradient) for _ in range(self.size)]
        _to_the_winners(gradient, self._wins_across, columns)
        result = np.empty((len(gradient), *self.input_shape), gradient.dtype)
        _to_the_winners(together(columns), self._wins_down, _rows_apart(result, self.size))
        return result


def _rows_apart(pictures: Array, size: int) -> list[Array]:
    """Rows 0, size, 2·size, …, then rows 1, size + 1, …: views, which do for rows, as each is a long run."""
    return [pictures[:, place::size] for place in range(size)]


def _largest(rivals: list[Array], training: bool) -> tuple[Array, list[Array]]:
    """The largest at each place, and where rivals 1, 2, … beat all before."""
    largest, *others = rivals
    wins = []
    for rival in others:
        if training:
            wins.append(rival > largest)
        largest = np.maximum(largest, rival)
    return largest, wins


def _to_the_winners(gradient: Array, wins: list[Array], shares: list[Array]) -> None:
    """The way back through :func:`_largest`, into ``shares``: the last that won takes the gradient."""
    first, *others = shares
    for won, share in zip(reversed(wins), reversed(others), strict=True):
        np.multiply(gradient, won, out=share)
        gradient = np.subtract(gradient, share, out=first)
    if not others:
        first[...] = gradient


@dataclass(eq=False, repr=False)
class AveragePool2D(_Pool):
    """The mean of each ``size`` x ``size`` square; backward, each of its pixels gets an equal share.

    Shapes: ``(N, H, W, C)`` becomes ``(N, H/size, W/size, C)``.
    """

    word = "average_pool"

    def forward(self, inputs: Array, training: bool = False) -> Array:
        height, width, channels = self.output_shape
        squares = inputs.reshape(-1, height, self.size, width, self.size, channels)
        outputs: Array = squares.mean(axis=(2, 4))
        return outputs

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        shares = gradient / self.size**2
        return shares.repeat(self.size, axis=1).repeat(self.size, axis=2)


@dataclass(eq=False, repr=False)
class GlobalAveragePool2D(Layer):
    """The mean of each channel over the whole picture: ``(N, H, W, C)`` becomes the vector ``(N, C)``.

    Where a last convolution has found its patterns, this asks how much of each there is, anywhere, and takes
    the place of a large dense layer (Lin et al. 2014, "Network in Network", section 3.2).
    """

    word = "global_average_pool"

    def shape_after(self, input_shape: Shape) -> Shape:
        return picture_shape(self, input_shape)[2:]

    def forward(self, inputs: Array, training: bool = False) -> Array:
        outputs: Array = inputs.mean(axis=(1, 2))
        return outputs

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        height, width, channels = self.input_shape
        result = np.empty((len(gradient), height, width, channels), gradient.dtype)
        result[...] = (gradient / (height * width))[:, None, None]
        return result
