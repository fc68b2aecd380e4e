"""Convolution: look at every place of a picture through the same small window.

A dense layer learns a weight for every pixel, and has to learn an edge anew wherever one may appear. A
convolution learns a few small patterns, its *kernels*, and slides them over the picture: what it learns in one
corner holds in all of them, with a hundredth of the weights.

How it is computed. Under a kernel lies a patch of kh · kw · C numbers, and one output is the product of patch
and kernel; all outputs are therefore one matrix product, patches × kernels. Writing out all patches ("im2col")
would copy every number kh · kw times. Across the picture, ``sliding.py`` shows the patches without copying
anything. Down the picture, ``stacked_rows.py`` takes every product, for any kernel, and ``six_points.py`` does
with half of them or less, for the usual kernels. Both take the same three steps: inputs are *spread* into rows,
a kernel slides along every row, and the products are *collected* into outputs; backward takes them the other
way round.

What it costs in memory: between forward and backward a layer remembers its inputs, and copies nothing. The
steps are taken for a few pictures at a time, so that what lies between them stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from glassnet.engine.layers import Array, Layer, Shape, picture_shape
from glassnet.engine.picture_rows import along_rows, as_rows, channel_sums
from glassnet.engine.six_points import SixPoints
from glassnet.engine.sliding import kernel_gradient, slide, turned
from glassnet.engine.stacked_rows import StackedRows
from glassnet.errors import ShapeError

__all__ = ["Conv2D"]

CHUNK = 350_000
"""Numbers between the steps, 1.4 MB in float32: they fit in a core's cache, and the products are still long."""


@dataclass(eq=False, repr=False)
class Conv2D(Layer):
    """``filters`` kernels of ``size`` (kh, kw) slide over pictures with C channels; one output channel for each.

    ``stride`` is the step of the slide. ``padding="valid"`` keeps the kernel inside the picture, so that the
    outputs are smaller by kh − 1 and kw − 1; ``padding="same"`` puts a border of zeros around the picture,
    (kh − 1) // 2 above and kh // 2 below, likewise left and right: at stride 1, outputs as large as inputs.

    Shapes: inputs ``(N, H, W, C)``, weight ``(kh, kw, C, filters)``, bias ``(filters,)``, outputs
    ``(N, H', W', filters)`` with H' = (H + border − kh) // stride + 1. With x for the padded inputs::

        outputs[n, y, x, f] = bias[f] + Σ_ijc inputs[n, y·stride + i, x·stride + j, c] · weight[i, j, c, f]

        ∂L/∂weight[i, j, c, f] = Σ_nyx inputs[n, y·stride + i, x·stride + j, c] · gradient[n, y, x, f]
        ∂L/∂bias[f]            = Σ_nyx gradient[n, y, x, f]
        ∂L/∂inputs             : every output sends its gradient back to its patch, along the same weights

    (This is the "cross-correlation" of mathematics; a convolution would turn the kernel over. It is learned,
    so nobody can tell.)
    """

    filters: int
    size: tuple[int, int]
    stride: int = 1
    padding: str = "valid"

    word = "conv"
    decayed = frozenset({"weight"})

    weight: Array = field(init=False)
    bias: Array = field(init=False)
    weight_gradient: Array = field(init=False)
    bias_gradient: Array = field(init=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.filters, int) and self.filters > 0):
            raise self._refuse("the number of filters", "a whole number above 0")
        if not (
            isinstance(self.size, tuple)
            and len(self.size) == 2
            and all(isinstance(side, int) and side > 0 for side in self.size)
        ):
            raise self._refuse("the size", "height x width of the kernel, as in 'conv 32 3x3'")
        if not (isinstance(self.stride, int) and self.stride > 0):
            raise self._refuse("the stride", "a whole number above 0")
        if self.padding not in ("valid", "same"):
            raise self._refuse("padding", "'valid' or 'same'")

    def shape_after(self, input_shape: Shape) -> Shape:
        sides = picture_shape(self, input_shape)[:2]
        padded = [side + sum(border) for side, border in zip(sides, self._borders(), strict=True)]
        if any(side < kernel for side, kernel in zip(padded, self.size, strict=True)):
            raise ShapeError(
                f"layer '{self.notation()}' has a kernel of {self.size[0]} x {self.size[1]}, "
                f"larger than the pictures it gets, {sides[0]} x {sides[1]}",
                hint="take a smaller kernel, padding=same, or pool less before it",
            )
        height, width = (
            (side - kernel) // self.stride + 1 for side, kernel in zip(padded, self.size, strict=True)
        )
        return height, width, self.filters

    def parameter_shapes(self) -> dict[str, Shape]:
        return {"weight": (*self.size, self.input_shape[-1], self.filters), "bias": (self.filters,)}

    def fans(self) -> tuple[int, int]:
        window = self.size[0] * self.size[1]
        return window * self.input_shape[-1], window * self.filters

    def forward(self, inputs: Array, training: bool = False) -> Array:
        scheme, height = self._scheme(), self.output_shape[0]
        kernels = scheme.spread_kernels(self.weight)
        if training:
            self._inputs, self._kernels = inputs, kernels
        outputs = np.empty((len(inputs), *self.output_shape), inputs.dtype)
        for some, padded in self._few_at_a_time(inputs):
            products = slide(scheme.spread(padded, height), kernels, self.stride)
            rows = as_rows(outputs[some])
            np.add(as_rows(scheme.collect(products, height)), along_rows(self.bias, rows), out=rows)
        return outputs

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        scheme, (height, width, filters), columns = self._scheme(), self.output_shape, self.size[1]
        kernels_gradient, backwards = np.zeros_like(self._kernels), turned(self._kernels)
        result = np.empty(self._inputs.shape, gradient.dtype) if input_gradient_needed else None
        for some, padded in self._few_at_a_time(self._inputs):
            rows = scheme.spread(padded, height)
            if result is None:  # as for a first layer: nothing slides back, and stacked rows need no copy
                products = scheme.collect_back(gradient[some])
                kernels_gradient += kernel_gradient(rows, products, columns, self.stride)
                continue
            spaced = np.zeros((*rows.shape[:2], rows.shape[2] + columns - 1, filters), rows.dtype)
            products = spaced[:, :, columns - 1 :: self.stride][:, :, :width]
            scheme.collect_back(gradient[some], out=products)
            kernels_gradient += kernel_gradient(rows, products, columns, self.stride)
            scheme.spread_back(slide(spaced, backwards), padded, height)  # it was read for the last time
            result[some] = self._inside(padded)
        self.weight_gradient[...] = scheme.spread_kernels_back(kernels_gradient)
        self.bias_gradient[...] = channel_sums(as_rows(gradient), filters)
        return result

    def _scheme(self) -> SixPoints | StackedRows:
        """Six points where they save products, and each product is of more than a few numbers."""
        (rows, columns), height = self.size, self.output_shape[0]
        if self.stride == 1 and 2 <= rows <= 5 and columns * self.input_shape[-1] > 8:
            scheme = SixPoints(rows)
            if scheme.kinds * scheme.places(height) < rows * height:
                return scheme
        return StackedRows(rows, self.stride)

    def _few_at_a_time(self, inputs: Array) -> Iterator[tuple[slice, Array]]:
        """Which pictures, and a copy of them within their border and with as many rows as the scheme needs."""
        scheme = self._scheme()
        (high, wide, channels), (height, width, filters) = self.input_shape, self.output_shape
        above_below, right_left = map(sum, self._borders())
        rows = max(high + above_below, scheme.rows_needed(height))
        numbers = scheme.places(height) * scheme.kinds * ((wide + right_left) * channels + width * filters)
        size = max(1, CHUNK // numbers)
        for start in range(0, len(inputs), size):
            some = slice(start, min(start + size, len(inputs)))
            padded = np.zeros((some.stop - start, rows, wide + right_left, channels), inputs.dtype)
            self._inside(padded)[...] = inputs[some]
            yield some, padded

    def _inside(self, padded: Array) -> Array:
        """The pictures without their border: a view."""
        (above, _), (left, _) = self._borders()
        return padded[:, above : above + self.input_shape[0], left : left + self.input_shape[1]]

    def _borders(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Zeros around the picture: (above, below), (left, right)."""
        if self.padding == "valid":
            return (0, 0), (0, 0)
        high, wide = self.size
        return ((high - 1) // 2, high // 2), ((wide - 1) // 2, wide // 2)
