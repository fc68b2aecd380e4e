"""Pooling: make a picture smaller by keeping one number for each little square.

After a convolution, what matters is that a pattern was found and roughly where, not its exact pixel. Pooling
keeps the strongest answer of each square (or the mean): a quarter of the numbers, and a digit that moves by a
pixel hardly changes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.engine.layers import Array, Layer, Shape, picture_shape
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
        tallest, wins_down = _largest(inputs, 1, self.size, training)  # rows first: they lie in long runs
        outputs, wins_across = _largest(tallest, 2, self.size, training)
        if training:
            self._wins_down, self._wins_across = wins_down, wins_across
        return outputs

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        tallest = _to_the_winners(gradient, 2, self._wins_across)
        return _to_the_winners(tallest, 1, self._wins_down)


def _largest(values: Array, axis: int, size: int, training: bool) -> tuple[Array, list[Array]]:
    """The largest of every ``size`` neighbours along an axis, and where neighbours 1, 2, … beat all before."""
    largest = values[_every(size, 0, axis)]
    wins = []
    for place in range(1, size):
        rival = values[_every(size, place, axis)]
        if training:
            wins.append(rival > largest)
        largest = np.maximum(largest, rival)
    return largest, wins


def _to_the_winners(gradient: Array, axis: int, wins: list[Array]) -> Array:
    """The way back through :func:`_largest`: the last that won takes the gradient."""
    size = len(wins) + 1
    shape = list(gradient.shape)
    shape[axis] *= size
    result = np.empty(shape, gradient.dtype)
    first = result[_every(size, 0, axis)]
    first[...] = gradient
    for place in range(size - 1, 0, -1):
        share = result[_every(size, place, axis)]
        np.multiply(first, wins[place - 1], out=share)
        first -= share
    return result


def _every(size: int, place: int, axis: int) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, slice(place, None, size))


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
