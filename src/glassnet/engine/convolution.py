"""Convolution: look at every place of a picture through the same small window.

A dense layer learns a weight for every pixel, and has to learn an edge anew wherever one may appear. A
convolution learns a few small patterns, its *kernels*, and slides them over the picture: what it learns in
one corner holds in all of them, with a hundredth of the weights.

How it is computed. Under a kernel lies a patch of kh · kw · C numbers, and one output is the product of patch
and kernel; all outputs of one row are therefore one matrix product, kernels × patches. Writing out all patches
("im2col") would copy every number kh · kw times. Here every row is copied kw times, once per horizontal place
in the kernel, and laid out so that the patches of one output row are just kh neighbouring blocks of it.

What it costs in memory: between forward and backward a layer remembers its padded inputs; while it works it
holds kw copies of them. "conv 32 3x3" on 128 pictures of 28 x 28 x 16 remembers 7 MB and borrows 21 MB, where
im2col would take 58 MB.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from glassnet.engine.layers import Array, Layer, Shape, picture_shape
from glassnet.engine.picture_memory import by_rows, by_samples
from glassnet.errors import ShapeError

__all__ = ["Conv2D"]


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
        (above, below), (left, right) = self._borders()
        rows = by_rows(inputs)
        if self.padding == "same":
            rows = np.pad(rows, ((above, below), (0, 0), (left, right), (0, 0)))
        if training:
            self._rows = rows
        blocks = self._blocks(rows)
        height, width, _ = self.output_shape
        outputs = np.empty((height, self.filters, blocks.shape[-1]), rows.dtype)
        kernels = np.ascontiguousarray(self.weight.reshape(-1, self.filters).T)
        bias = self.bias[:, None]
        for y, output in enumerate(outputs):
            np.matmul(kernels, self._patches(blocks, y), out=output)
            output += bias  # now, while the row is in the cache
        return by_samples(outputs.reshape(height, self.filters, width, -1))

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        height = self.output_shape[0]
        gradients = by_rows(gradient).reshape(height, self.filters, -1)
        np.einsum("hfm->f", gradients, out=self.bias_gradient)  # twice as fast as sum(axis=(0, 2))
        blocks = self._blocks(self._rows)
        total = self.weight_gradient.reshape(-1, self.filters)  # a view
        total[...] = 0
        for y, row in enumerate(gradients):
            total += self._patches(blocks, y) @ row.T
        return self._input_gradient(gradients) if input_gradient_needed else None

    def _input_gradient(self, gradients: Array) -> Array:
        """From (H', filters, W'·N) to ∂L/∂inputs, one row of the padded inputs at a time.

        A row was seen by up to kh rows of outputs, each through another row of the kernels. Their gradients are
        neighbours in memory, so all that they send back is one matrix product, with nothing to add up over kh.
        """
        kh, kw = self.size
        stride = self.stride
        height, width, _ = self.output_shape
        # (kw·C, kh, filters), the last kernel row first: the earlier an output row, the lower its kernel row
        kernels = self.weight[::-1].transpose(1, 2, 0, 3).reshape(-1, kh, self.filters)
        result = np.zeros_like(self._rows)
        for place, row in enumerate(result):  # row: (C, W, N)
            first, last = max(0, -(-(place - kh + 1) // stride)), min(height - 1, place // stride)
            if first > last:
                continue  # a stride wider than the kernel: nobody saw this row
            lowest, highest = place - first * stride, place - last * stride  # the kernel rows they saw it through
            seen_through = kernels[:, kh - 1 - lowest : kh - highest : stride].reshape(len(kernels), -1)
            sent = seen_through @ gradients[first : last + 1].reshape(-1, gradients.shape[-1])
            for j, part in enumerate(sent.reshape(kw, row.shape[0], width, row.shape[2])):
                row[:, j : j + width * stride : stride] += part
        (above, _), (left, _) = self._borders()
        high, wide, _ = self.input_shape
        return by_samples(result[above : above + high, :, left : left + wide])

    def _borders(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Zeros around the picture: (above, below), (left, right)."""
        if self.padding == "valid":
            return (0, 0), (0, 0)
        high, wide = self.size
        return ((high - 1) // 2, high // 2), ((wide - 1) // 2, wide // 2)

    def _blocks(self, rows: Array) -> Array:
        """Rows (H, C, W, N) copied once per column of the kernel: (H, kw·C, W'·N)."""
        windows = sliding_window_view(rows, self.size[1], axis=2)[:, :, :: self.stride]  # (H, C, W', N, kw)
        return windows.transpose(0, 4, 1, 2, 3).reshape(len(rows), self.size[1] * rows.shape[1], -1)

    def _patches(self, blocks: Array, y: int) -> Array:
        """All patches of output row y: a view (kh·kw·C, W'·N)."""
        top = y * self.stride
        return blocks[top : top + self.size[0]].reshape(self.size[0] * blocks.shape[1], -1)
