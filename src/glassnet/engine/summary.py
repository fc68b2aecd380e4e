"""A network at a glance: one line a layer, with what comes out of it and how much it learns."""

from __future__ import annotations

import math
from collections.abc import Sequence

from glassnet.engine.layers import Layer, Shape

__all__ = ["summarise"]


def summarise(layers: Sequence[Layer], input_shape: Shape) -> str:
    """A table of built layers: number, notation, output shape, parameters; the last line is their sum."""
    counts = [sum(math.prod(shape) for shape in layer.parameter_shapes().values()) for layer in layers]
    rows = [("", "layer", "output", "parameters"), ("", "input", _times(input_shape), "")]
    for index, (layer, count) in enumerate(zip(layers, counts, strict=True)):
        rows.append((str(index), layer.notation(), _times(layer.output_shape), f"{count:,}" if count else ""))
    rows.append(("", "", "", f"{sum(counts):,}"))
    first, second, third, last = (max(len(row[column]) for row in rows) for column in range(4))
    lines = [f"{a:>{first}}  {b:<{second}}  {c:>{third}}  {d:>{last}}".rstrip() for a, b, c, d in rows]
    return "\n".join(lines)


def _times(shape: Shape) -> str:
    return " × ".join(map(str, shape))
