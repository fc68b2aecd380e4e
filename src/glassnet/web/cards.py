"""A model in words: its layers as rows of the page, each with a title and the end of its colour scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import BatchNorm, Conv2D, Dense, Flatten, Network
from glassnet.engine.layers import Array, Layer, Shape
from glassnet.errors import ShapeError
from glassnet.models import Committee, Model

__all__ = ["card", "committee_card", "layer_lines", "tested_on", "title_of", "weight_kind", "weight_tiles"]

MOST_PIXELS = 100
"""Example digits that a scale is taken from: with more it is the same to within a percent."""


def card(address: str, model: Model, examples: NDArray[np.uint8]) -> dict[str, Any]:
    """All that the page needs to lay out a model. ``examples (N, H, W)`` show how large its values become."""
    network = model.network
    arrays = network.named_parameters()
    broken = [int(name.split(".")[0]) for name, values in arrays if not np.isfinite(values).all()]
    return {
        "address": address,
        "classes": model.classes,
        "output": model.output,
        "temperature": model.temperature,
        "input": network.input_shape,
        "parameters": network.parameter_count,
        "preparation": model.preparation.kind,
        "metrics": model.metrics,
        "tested_on": tested_on(model.metrics, model.provenance),
        "recipe": model.recipe,
        "provenance": model.provenance,
        "finite": not broken,
        "broken_layer": min(broken, default=None),
        "layers": _layers(model, examples),
        "members": [],
        "views": [],
    }


def committee_card(address: str, committee: Committee, members: list[str]) -> dict[str, Any]:
    """A committee has no layers of its own: it names its members, whose addresses are given, and its views."""
    height, width = committee.picture_shape
    return {
        "address": address,
        "classes": committee.classes,
        "output": "softmax",
        "temperature": committee.temperature,
        "input": (height, width, 1),
        "parameters": sum(member.network.parameter_count for member in committee.members),
        "preparation": None,
        "metrics": committee.metrics,
        "tested_on": tested_on(committee.metrics, committee.provenance),
        "recipe": {},
        "provenance": committee.provenance,
        "finite": True,
        "broken_layer": None,
        "layers": [],
        "members": members,
        "views": list(committee.views),
    }


def tested_on(metrics: Mapping[str, Any], provenance: Mapping[str, Any]) -> str | None:
    """What a model's accuracy was measured on, in words."""
    tested = metrics.get("tested_on") or provenance.get("tested_on")
    return tested.get("name") if isinstance(tested, dict) else tested


def _layers(model: Model, examples: NDArray[np.uint8]) -> list[dict[str, Any]]:
    network = model.network
    scales = _scales(model, examples)
    rows = []
    for number, layer in enumerate(network.layers):
        kind = weight_kind(network, number)
        rows.append(
            {
                "layer": number,
                "kind": layer.word,
                "notation": layer.notation(),
                "title": title_of(layer),
                "in": layer.input_shape,
                "out": layer.output_shape,
                "parameters": sum(math.prod(shape) for shape in layer.parameter_shapes().values()),
                "row": _row(network, number),
                "weights": kind,
                "scale": scales[number],
                "weight_scale": None if kind is None else _end_of_scale(_weights(layer)),
            }
        )
    return rows


def _scales(model: Model, examples: NDArray[np.uint8]) -> list[float]:
    if not len(examples) or examples.shape[1:] != model.picture_shape:
        examples = np.zeros((1, *model.picture_shape), np.uint8)
    with np.errstate(over="ignore", invalid="ignore"):
        values = model.network.trace(model.prepare(examples[:MOST_PIXELS])).values[1:]
    return [_end_of_scale(layer) for layer in values]


def _end_of_scale(values: Array) -> float:
    """The 99.5th percentile of what is not 0: one bright spot does not make all others pale."""
    size = np.abs(values[np.isfinite(values)])
    size = size[size > 0]
    if size.size > 200_000:
        size = size[:: size.size // 200_000]
    return float(np.percentile(size, 99.5)) if size.size else 1.0


def title_of(layer: Layer) -> str:
    """A layer's name for people."""
    inputs, outputs = layer.input_shape, layer.output_shape
    size = getattr(layer, "size", None)
    square = f"{size[0]} × {size[1]}" if isinstance(size, tuple) else f"{size} × {size}"
    titles = {
        "dense": f"Dense {inputs[0]} → {outputs[0]}",
        "conv": f"Convolution {square}, {inputs[-1]} → {outputs[-1]}",
        "pool": f"Max pooling {square}",
        "average_pool": f"Average pooling {square}",
        "global_average_pool": "Mean of each map",
        "batch_norm": "Batch normalisation",
        "dropout": f"Dropout {100 * getattr(layer, 'rate', 0):.3g} %",
        "flatten": "Flatten",
        "relu": "ReLU",
        "leaky_relu": "Leaky ReLU",
        "gelu": "GELU",
        "tanh": "Tanh",
        "sigmoid": "Sigmoid",
        "softmax": "Softmax",
    }
    return titles.get(layer.word, layer.notation())


def _row(network: Network, number: int) -> str:
    layer = network.layers[number]
    if number == len(network.layers) - 1:
        return "bars"
    if isinstance(layer, Conv2D):
        return "maps"
    return "cells" if isinstance(layer, Dense) else "line"


def weight_kind(network: Network, number: int) -> str | None:
    """As what the weights of a layer can be shown; ``None`` where it has none."""
    layer = network.layers[number]
    if isinstance(layer, Conv2D):
        return "kernels"
    if isinstance(layer, BatchNorm):
        return "features"
    if not isinstance(layer, Dense):
        return None
    return "templates" if _reads(network, number) == (0, network.input_shape) else "columns"


def _reads(network: Network, number: int) -> tuple[int, Shape]:
    """The first layer of the flattens before ``number``, and the shape of what goes into it."""
    while number and isinstance(network.layers[number - 1], Flatten):
        number -= 1
    return number, network.layers[number].input_shape


def weight_tiles(network: Network, number: int, units: NDArray[np.intp]) -> dict[str, Array]:
    """The weights of some units of a layer, each in the shape of what it looks at, with what belongs to them."""
    layer: Any = network.layers[number]
    kind = weight_kind(network, number)
    if kind is None:
        raise ShapeError(f"layer {number} ({layer.notation()}) has no weights")
    if kind == "features":
        statistics = {"mean": layer.running_mean, "variance": layer.running_variance}
        return {
            name: values[units]
            for name, values in ({"gamma": layer.gamma, "beta": layer.beta} | statistics).items()
        }
    tiles = {"weight": np.moveaxis(layer.weight[..., units], -1, 0)}
    if kind != "kernels":
        tiles["weight"] = tiles["weight"].reshape(len(units), *_reads(network, number)[1])
    if getattr(layer, "use_bias", True):
        tiles["bias"] = layer.bias[units]
    return tiles


def _weights(layer: Any) -> Array:
    weights: Array = layer.gamma if isinstance(layer, BatchNorm) else layer.weight
    return weights


def layer_lines(network: Network, layers: list[int], values: tuple[Array, ...]) -> dict[str, str]:
    """A sentence for each of ``layers``, with this digit's numbers: ``values`` are a trace's."""
    return {
        str(number): _line(network.layers[number], values[number][0], values[number + 1][0]) for number in layers
    }


def _line(layer: Layer, x: Array, y: Array) -> str:
    title, shape = title_of(layer), " × ".join(map(str, y.shape))
    if not np.isfinite(y).all():
        return f"{title}: not all of its {y.size:,} values are numbers any more."
    if layer.word == "relu":
        return f"{title}: {_share(y == 0)} of {y.size:,} values become 0."
    if layer.word in ("leaky_relu", "gelu"):
        return f"{title}: {_share(x < 0)} of {y.size:,} values are negative and become small."
    if layer.word in ("sigmoid", "tanh"):
        return f"{title}: {y.size:,} values from {y.min():.2f} to {y.max():.2f}.".replace("-", "−")
    said = {
        "pool": f"{title}: the largest of every {_pooled(layer)}, {shape}.",
        "average_pool": f"{title}: the mean of every {_pooled(layer)}, {shape}.",
        "global_average_pool": f"{title}: {y.size} maps become {y.size} numbers.",
        "batch_norm": f"{title}: each of the {y.shape[-1]} {'maps' if y.ndim > 1 else 'values'} is shifted "
        "and scaled.",
        "dropout": f"{title}: while the network reads, nothing is left out.",
        "flatten": f"{title}: {' × '.join(map(str, x.shape))} become {y.size:,} values in a row.",
    }
    return said.get(layer.word, f"{title}: {y.size:,} values, {_share(y > 0)} of them positive.")


def _share(which: Array) -> str:
    return f"{100 * float(np.mean(which)):.0f} %"


def _pooled(layer: Layer) -> int:
    size = getattr(layer, "size", 1)
    return size * size if isinstance(size, int) else 1
