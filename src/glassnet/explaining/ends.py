"""The two ends of a model: how a pixel becomes an input, and how the last numbers become an answer.

Between them lie the layers, which explain themselves; at the ends the explanation needs to know what only a whole
model knows: how pictures are prepared, what the classes are called and how sure to be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import LAYERS, Trace
from glassnet.engine.layers import Array
from glassnet.errors import ShapeError
from glassnet.explaining.catalogue import LAYER_RULES
from glassnet.explaining.explanation import Explanation
from glassnet.explaining.onward import INPUT, follow
from glassnet.explaining.questions import checked_place, explain_value
from glassnet.explaining.rules import Account, Place, passes_on
from glassnet.explaining.writing import added, place_in_words, written
from glassnet.models import Model
from glassnet.models.certainty import certainty

__all__ = ["explain_in_model", "output_value", "pixel_value"]

SYMBOLS = {
    ("softmax", False): "p = e^z / Σ e^z",
    ("softmax", True): "p = e^(z / T) / Σ e^(z / T)",
    ("sigmoid", False): "o = 1 / (1 + e⁻ᶻ)",
    ("sigmoid", True): "o = 1 / (1 + e⁻ᶻᐟᵀ)",
}
"""From logits to outputs, without and with a temperature T."""


def explain_in_model(
    model: Model, image: NDArray[np.uint8], layer: int, index: int | Sequence[int]
) -> Explanation:
    """Where a number comes from when a model reads ``image (H, W)``, ``uint8``, from the pixel to the answer.

    Layer −1 is the input, made from pixels; the number of layers is the output, made from logits; between them it
    is :func:`explain`. Raises :class:`ShapeError` for a layer or a place that does not exist.
    """
    network, last = model.network, len(model.network.layers)
    trace = network.trace(model.prepare(image[None]))
    if not INPUT <= layer <= last:
        raise ShapeError(
            f"there is no layer {layer}: this model has the layers 0 to {last - 1}",
            hint=f"-1 is the input, {last} the output",
        )
    shape = trace.values[min(layer, last - 1) + 1].shape[1:]
    place = checked_place(index, shape)
    if layer == INPUT:
        return pixel_value(model, image, trace, place)
    if layer == last:
        return output_value(model, trace, place[0])
    return explain_value(network, trace, layer, place)


def pixel_value(model: Model, image: NDArray[np.uint8], trace: Trace, at: Place) -> Explanation:
    """Where the input at (row, column, 0) comes from: a grey level and the model's preparation."""
    row, column, _ = at
    preparation, pixel = model.preparation, int(image[row, column])
    offset = float(preparation.offset[row, column] if preparation.offset.ndim else preparation.offset)
    values = image[..., None].astype(model.network.dtype)
    shifted = bool(preparation.offset.any())
    then, feeds = follow(model.network, trace, INPUT, at)
    return Explanation(
        title=f"input, {place_in_words(at, values.shape)}",
        value=float(trace.values[0][0][at]),
        symbols="x = pixel · scale + offset" if shifted else "x = pixel · scale",
        numbers=f"{written(trace.values[0][0][at])} = {pixel} · {written(preparation.scale)}"
        + (added(offset) if shifted else ""),
        sentence=f"The pixel's grey level, {pixel} of 255, prepared as '{preparation.kind}'.",
        origin="picture",
        origin_layer=INPUT - 1,
        terms=passes_on(values, at, preparation.scale, offset),
        then=then,
        feeds=feeds,
    )


def output_value(model: Model, trace: Trace, unit: int) -> Explanation:
    """Where the output of class ``unit`` comes from: the logits, by softmax or sigmoid."""
    logits: Array = trace.values[-1][0].astype(np.float64) / model.temperature
    kind = LAYERS[model.output]()
    outputs = kind.forward(logits[None])[0]
    account: Account = LAYER_RULES[type(kind)].account(kind, logits, outputs, (unit,))
    tempered, name = model.temperature != 1, model.classes[unit]
    answer = unit == int(outputs.argmax())
    says = f"The model reads it as {name}, with" if answer else f"The model gives {name}"
    note = f" Every logit is first divided by the temperature T = {written(model.temperature)}." * tempered
    return Explanation(
        title=f"output, class {name}",
        value=float(outputs[unit]),
        symbols=SYMBOLS[model.output, tempered],
        numbers=f"{written(outputs[unit])} = {account.numbers}",
        sentence=f"{says} {certainty(float(outputs[unit]))}.{note}",
        origin="logits",
        origin_layer=len(model.network.layers) - 1,
        terms=account.terms,
    )
