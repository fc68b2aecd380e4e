"""Every layer by its word; from ``"dense 128"`` to the layer, and from a list of layers to a chain that fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from glassnet.engine.activations import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from glassnet.engine.convolution import Conv2D
from glassnet.engine.layers import Dense, Dropout, Flatten, Layer, Shape
from glassnet.engine.normalization import BatchNorm
from glassnet.engine.notation import parse_words, suggestion
from glassnet.engine.pooling import AveragePool2D, GlobalAveragePool2D, MaxPool2D
from glassnet.errors import RecipeError

__all__ = ["LAYERS", "connect", "parse_layer", "unbuilt"]

LAYERS: dict[str, type[Layer]] = {
    layer.word: layer
    for layer in (
        Dense,
        ReLU,
        LeakyReLU,
        Sigmoid,
        Tanh,
        GELU,
        Softmax,
        Dropout,
        BatchNorm,
        Conv2D,
        MaxPool2D,
        AveragePool2D,
        GlobalAveragePool2D,
        Flatten,
    )
}
"""Every layer by its word in recipes."""


def parse_layer(text: str) -> Layer:
    """``"dense 128"`` → ``Dense(128)``, ``"leaky_relu slope=0.1"`` → ``LeakyReLU(0.1)``.

    Raises :class:`RecipeError` for a word that no layer has, and for settings that the layer does not know.
    """
    word, values, settings = parse_words(text)
    if word not in LAYERS:
        raise RecipeError(f"there is no layer '{word}' (in '{text}')", hint=suggestion(word, LAYERS))
    kind = LAYERS[word]
    known = [setting.name for setting in fields(kind) if setting.init]
    if len(values) > sum(not setting.kw_only for setting in fields(kind) if setting.init):
        raise RecipeError(f"layer '{text}': too many values", hint=_usage(kind, known))
    given = dict(zip(known, values, strict=False))
    for name, value in settings.items():
        if name not in known:
            raise RecipeError(f"layer '{text}' has no setting '{name}'", hint=_usage(kind, known))
        if name in given:
            raise RecipeError(f"layer '{text}': {name} is given twice")
        given[name] = value
    try:
        return kind(**given)
    except TypeError:
        raise RecipeError(f"layer '{text}' lacks a value", hint=_usage(kind, known)) from None


def connect(layers: Sequence[str | Layer], input_shape: Shape) -> Iterator[Layer]:
    """Build the layers one after another; a ``flatten`` goes between a picture and a dense layer.

    Raises :class:`ShapeError` for layers that do not fit together.
    """
    shape = input_shape
    for given in layers:
        layer = parse_layer(given) if isinstance(given, str) else unbuilt(given)
        if isinstance(layer, Dense) and len(shape) > 1:
            flatten = Flatten()
            shape = flatten.build(shape)
            yield flatten
        shape = layer.build(shape)
        yield layer


def unbuilt(layer: Layer) -> Layer:
    """An equal layer that nobody else holds: one shared by two networks, or used twice, would mix up memories."""
    twin = replace(layer)
    twin.frozen = layer.frozen
    return twin


def _usage(kind: type[Layer], known: list[str]) -> str:
    return " ".join([f"'{kind.word}' takes" if known else f"'{kind.word}' takes no values", *known])
