"""What the first layer looks for: the weights of its units, as pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import ShapeError
from glassnet.figures.sheet import EDGE_WIDTH, HEADING, WIDTH, Sheet
from glassnet.figures.style import MUTED, TEXT, signed_colours, written_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from glassnet.engine import Network
    from glassnet.engine.layers import Array

__all__ = ["first_layer_weights"]

MOST = 64
"""Units shown."""

FULL = 99.5
"""Percentile of the weights' sizes that gets the full colour: a few wild ones do not fade all others."""


def first_layer_weights(network: Network, classes: tuple[str, ...] | None = None) -> Figure:
    """The weights of the first layer that has some: blue where ink speaks for a unit, orange where against it.

    A dense unit's weights have the shape of the picture that they are multiplied with, a convolution's are its
    kernels. Of more than 64 the strongest are shown. Where the layer is also the last, its units are the
    ``classes`` and carry their names. Raises :class:`ShapeError` where the first weights do not meet a picture.
    """
    layer, tiles = _tiles(network)
    strength = np.linalg.norm(tiles.reshape(len(tiles), -1), axis=1)
    chosen = np.sort(np.argsort(-strength, kind="stable")[:MOST])
    last = layer == len(network.layers) - 1
    named = written_names(classes) if last and classes and len(classes) == len(tiles) else None

    high, wide = tiles.shape[1:]
    columns = 5 if len(chosen) <= 10 else 8
    room = WIDTH - 2 * EDGE_WIDTH
    scale = max(1, int(0.9 * room / columns) // wide)
    gap = (room - columns * scale * wide) // (columns - 1)
    pitch = scale * high + (44 if named else gap)
    rows = math.ceil(len(chosen) / columns)
    count = (
        f"the {len(chosen)} strongest of {len(tiles)} units" if len(tiles) > MOST else f"all {len(tiles)} units"
    )
    sheet = Sheet(
        HEADING + rows * pitch + 60,
        f"What layer {layer} ({network.layers[layer].notation()}) looks for: {count}",
        "Each picture is the weights of one unit. Ink on blue speaks for the unit, ink on orange against it.",
    )
    limit = float(np.percentile(np.abs(tiles[chosen]), FULL)) or 1.0
    for number, unit in enumerate(chosen):
        row, column = divmod(number, columns)
        x, y = EDGE_WIDTH + column * (scale * wide + gap), HEADING + row * pitch
        sheet.paste(_coloured(tiles[unit] / limit), x, y, scale)
        if named:
            sheet.write(x + scale * wide / 2, y + scale * high + 18, named[unit], size=TEXT, align="center")
    _legend(sheet, HEADING + rows * pitch + 14, limit)
    return sheet.figure()


def _tiles(network: Network) -> tuple[int, Array]:
    """The first layer with weights, and the weights as pictures ``(units, height, width)``."""
    picture = network.input_shape
    for number, layer in enumerate(network.layers):
        weight: Array | None = getattr(layer, "weight", None)
        if weight is not None:
            if weight.ndim == 2 and len(picture) == 3 and len(weight) == math.prod(picture):
                weight = weight.reshape(*picture, -1)  # dense, on what was a picture before it was flattened
            if weight.ndim != 4:
                break
            pictures = weight.transpose(3, 2, 0, 1)  # from (height, width, channels, units)
            return number, pictures.reshape(-1, *pictures.shape[2:])
        if len(layer.output_shape) == 3:
            picture = layer.output_shape
    raise ShapeError(
        "there are no weights in this network that meet a picture, and so no pictures of them",
        hint="network.summary() lists its layers",
    )


def _coloured(values: Array) -> NDArray[np.uint8]:
    """Values from −1 to 1 as colours ``(H, W, 3)``."""
    colours = signed_colours()((values + 1) / 2)[..., :3]
    rounded: NDArray[np.uint8] = np.rint(255 * colours).astype(np.uint8)
    return rounded


def _legend(sheet: Sheet, y: int, limit: float) -> None:
    """The colours from −limit to +limit."""
    steps = np.linspace(-1, 1, 301)[None].repeat(18, axis=0)
    low, high = f"−{limit:.2g}", f"+{limit:.2g}"
    bar = EDGE_WIDTH + 12 * len(low) + 12
    sheet.write(EDGE_WIDTH, y + 9, low, colour=MUTED)
    sheet.paste(_coloured(steps), bar, y)
    sheet.write(bar + 301 + 12, y + 9, high, colour=MUTED)
