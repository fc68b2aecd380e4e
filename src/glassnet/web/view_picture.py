"""What the page shows inside a network, as one picture to be kept: a row for each layer, with its title and scale.

The page paints on its own canvases; this is drawn anew from the same numbers, so that it needs no browser.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glassnet.engine.layers import Array
from glassnet.explaining.writing import written
from glassnet.figures.sheet import EDGE_WIDTH, HEADING, WIDTH, Sheet, ink
from glassnet.figures.style import LINE, MUTED, NEGATIVE, POSITIVE, TEXT, signed_colours, written_names
from glassnet.models import Model
from glassnet.web.cards import card, weight_tiles
from glassnet.web.seeing import Digit, gradients, read

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["view_picture"]

ROOM = WIDTH - 2 * EDGE_WIDTH
HIGHEST_ROW = 480
LARGEST_CELL = 40
GAP = 4
MOST_UNITS = 64
"""Units whose weights are shown, as many as the page shows at once."""
MOST_BARS = 20
BAR_PITCH = 34
DIGIT_SIDE = 168
ROW_HEAD = 44
LINE_PITCH = 40

Block = tuple[int, Callable[[Sheet, int], None]]
"""A height in pixels, and what draws it at a distance from the top."""


def view_picture(
    title: str,
    model: Model,
    examples: Digit,
    what: Literal["values", "weights", "gradients"],
    digit: Digit | None = None,
    target: int = 0,
) -> Figure:
    """Every row of the view ``what`` of one model, called ``title``.

    Values are those of ``digit (H, W)``, gradients those of its loss had it been of class ``target``.
    ``examples (N, H, W)`` show how large the values become. Raises :class:`ShapeError` for a digit of another
    size or a class that the model does not know.
    """
    layers = card("", model, examples)["layers"]
    if what == "weights":
        headline, note = f"{title}: what its layers learned", ""
        blocks = [_learned(model, layer) for layer in layers if layer["weights"] not in (None, "features")]
    else:
        assert digit is not None
        if what == "values":
            tensors, told = read(model, digit, "all", with_thread=False, effect=False)
            headline, of, note = f"{title}: {told['sentence']}", "value", ""
        else:
            tensors, told = gradients(model, digit, target, "all")
            headline, of = f"{title}: ∂loss/∂value, had this been {model.classes[target]}", "gradient"
            note = f"The loss is {written(told['loss'])}. "
        blocks = [_seen(digit)]
        for layer in layers:
            blocks.append(_row(model, layer, tensors[f"{layer['layer']}/{of}"], told["lines"], of))
    note += "Blue is positive, orange negative, white zero; every row says at which number its colour is full."
    sheet = Sheet(HEADING + sum(height for height, _ in blocks) + EDGE_WIDTH, headline, note)
    y = HEADING
    for height, draw in blocks:
        draw(sheet, y)
        y += height
    return sheet.figure()


def _seen(digit: Digit) -> Block:
    """What the network was given."""
    scale = max(1, DIGIT_SIDE // max(digit.shape))
    high, wide = (scale * side for side in digit.shape)

    def draw(sheet: Sheet, y: int) -> None:
        sheet.paste(ink(digit), EDGE_WIDTH, y, scale)
        sheet.frame(EDGE_WIDTH - 1, y - 1, wide + 2, high + 2, LINE)
        words = f"What the network sees, {digit.shape[0]} × {digit.shape[1]}"
        sheet.write(EDGE_WIDTH + wide + 24, y + high / 2, words, colour=MUTED)

    return high + 30, draw


def _row(model: Model, layer: dict[str, Any], values: Array, lines: dict[str, str], of: str) -> Block:
    """A layer's values or gradients as the page has them: a sentence, bars, or pictures."""
    if layer["row"] == "line":
        return _sentence(layer["title"], lines[str(layer["layer"])])
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0)) or 1.0
    if layer["row"] == "bars":
        return _bars(layer["title"], written_names(model.classes), values, largest)
    shape = " × ".join(map(str, values.shape))
    tiles = np.moveaxis(values, -1, 0) if values.ndim == 3 else values[:, None, None]
    return _tiles(layer["title"], shape, tiles, layer["scale"] if of == "value" else largest)


def _learned(model: Model, layer: dict[str, Any]) -> Block:
    """The weights of a layer's first units, a tile for each."""
    count = layer["out"][-1]
    units = np.arange(min(count, MOST_UNITS))
    weights = weight_tiles(model.network, layer["layer"], units)["weight"]
    tiles = np.stack([_side_by_side(unit) for unit in weights])
    shown = f"units 0 to {len(units) - 1} of {count}" if count > len(units) else f"all {count} units"
    return _tiles(layer["title"], shown, tiles, layer["weight_scale"])


def _side_by_side(weights: Array) -> Array:
    """What one unit learned, ``(n,)`` or ``(H, W, channels)``, as one picture, its channels near a square."""
    if weights.ndim == 1:
        weights = weights[None, None]
    high, wide, channels = weights.shape
    square = math.ceil(math.sqrt(channels))
    whole = (number for number in range(square, 2 * square + 1) if channels % number == 0)
    across = next(whole, square)  # without empty places where that is possible
    down = math.ceil(channels / across)
    padded = np.zeros((high, wide, down * across), weights.dtype)
    padded[..., :channels] = weights
    grid = padded.reshape(high, wide, down, across).transpose(2, 0, 3, 1)
    return np.asarray(grid.reshape(down * high, across * wide))


def _tiles(title: str, about: str, tiles: Array, scale: float) -> Block:
    """Pictures ``(count, H, W)`` at the largest whole-number size at which the row is not too high."""
    count, high, wide = tiles.shape
    for size in range(LARGEST_CELL, 0, -1):
        across = max(1, min(count, (ROOM + GAP) // (wide * size + GAP)))
        down = math.ceil(count / across)
        if wide * size <= ROOM and down * (high * size + GAP) <= HIGHEST_ROW:
            break
    across = math.ceil(count / down)  # the same lines, filled evenly

    def draw(sheet: Sheet, y: int) -> None:
        _head(sheet, y, title, f"{about}; full colour at ±{written(scale)}")
        for number, tile in enumerate(tiles):
            row, column = divmod(number, across)
            x, top = EDGE_WIDTH + column * (wide * size + GAP), y + ROW_HEAD + row * (high * size + GAP)
            sheet.paste(_coloured(tile, scale), x, top, size)
            sheet.frame(x - 1, top - 1, wide * size + 2, high * size + 2, LINE)

    return ROW_HEAD + down * (high * size + GAP) + 24, draw


def _bars(title: str, names: list[str], values: Array, largest: float) -> Block:
    """The last layer: a bar for each class, or for those that have most to say."""
    shown = np.sort(np.argsort(-np.abs(values), kind="stable")[:MOST_BARS])
    about = f"{len(values)} classes" if len(shown) == len(values) else f"{len(shown)} of {len(values)} classes"
    zero, reach = EDGE_WIDTH + 520, 340

    def draw(sheet: Sheet, y: int) -> None:
        _head(sheet, y, title, about)
        for place, unit in enumerate(shown):
            value, top = float(values[unit]), y + ROW_HEAD + place * BAR_PITCH
            length = round(reach * abs(value) / largest) if math.isfinite(value) else 0
            colour = NEGATIVE if value < 0 else POSITIVE
            sheet.write(EDGE_WIDTH, top + 12, names[unit], bold=True)
            sheet.paint(zero - length if value < 0 else zero, top + 2, length, 20, colour)
            sheet.paint(zero, top - 4, 1, BAR_PITCH, MUTED)
            sheet.write(EDGE_WIDTH + ROOM, top + 12, written(value), align="right")

    return ROW_HEAD + len(shown) * BAR_PITCH + 24, draw


def _sentence(title: str, line: str) -> Block:
    """Activations, pooling and the like: what they did with this digit."""
    said = line if line.startswith(title) else f"{title}: {line[:1].lower()}{line[1:]}"
    return LINE_PITCH, lambda sheet, y: sheet.write(EDGE_WIDTH, y + 8, said, colour=MUTED)


def _head(sheet: Sheet, y: int, title: str, about: str) -> None:
    sheet.write(EDGE_WIDTH, y + 16, title, size=TEXT, bold=True)
    sheet.write(EDGE_WIDTH + ROOM, y + 16, about, colour=MUTED, align="right")


def _coloured(values: Array, scale: float) -> Any:
    """Values from −scale to scale as colours ``(H, W, 3)``; what is no number stays white."""
    shares = np.clip(np.nan_to_num(values / scale), -1, 1)
    return np.rint(255 * signed_colours()((shares + 1) / 2)[..., :3]).astype(np.uint8)
