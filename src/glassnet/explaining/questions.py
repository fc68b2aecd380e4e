"""The two questions that can be asked of any number in a network: where does it come from, and what is it worth?

Both read one trace of the network, so that what is explained is what the network computed, and both go through
one table from kinds of layers to rules: a network of any shape explains itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from glassnet.engine import Loss, Network, Trace
from glassnet.engine.layers import Array, Shape
from glassnet.errors import ShapeError
from glassnet.explaining.catalogue import LAYER_RULES, LOSS_RULES
from glassnet.explaining.explanation import Explanation, Terms, sum_in_numbers
from glassnet.explaining.onward import INPUT, follow, layer_name
from glassnet.explaining.rules import Place
from glassnet.explaining.writing import place_in_words, written

__all__ = ["explain", "explain_gradient"]


def explain(network: Network, sample: Array, layer: int, index: int | Sequence[int]) -> Explanation:
    """Where one value comes from: the output of ``layer`` (counted from 0) at ``index``, for one sample.

    ``sample`` has the network's input shape and dtype. ``index`` is a unit of a vector, or (row, column, channel)
    of a picture. For every layer whose outputs are sums of products (all but sigmoid, tanh and softmax),
    ``terms.total`` is the value, up to rounding. Raises :class:`ShapeError` for a place that does not exist.
    """
    trace = network.trace(one_sample(network, sample))
    if layer == INPUT:
        raise ShapeError(
            "the network's input is given, not computed", hint="layers are counted from 0: explain layer 0"
        )
    check_layer(network, layer)
    return explain_value(network, trace, layer, checked_place(index, network.layers[layer].output_shape))


def explain_gradient(
    network: Network,
    loss: Loss,
    sample: Array,
    target: int | Array,
    layer: int,
    index: int | Sequence[int],
    parameter: str | None = None,
) -> Explanation:
    """Where one gradient comes from, for one sample: ∂loss/∂value, or with ``parameter`` ∂loss/∂parameter.

    Without ``parameter`` it is the gradient of the output of ``layer`` at ``index``; layer −1 is the input. With
    it, that of one number of the layer's ``"weight"``, ``"bias"``, ``"gamma"`` or ``"beta"``. ``target`` is a
    label, or a row of K targets. ``terms.values`` are the gradients δ of the outputs that the number has a part
    in and ``terms.weights`` how fast each of them changes with it: their products add up to the gradient.
    Raises :class:`ShapeError` for a place or a parameter that does not exist.
    """
    check_layer(network, layer)
    trace = network.trace(one_sample(network, sample), loss, one_target(target))
    if parameter is not None:
        shapes = network.layers[layer].parameter_shapes() if layer != INPUT else {}
        if parameter not in shapes:
            raise ShapeError(
                f"{layer_name(network, layer)} has no parameter '{parameter}'",
                hint=f"it has {' and '.join(shapes)}" if shapes else "it learns nothing",
            )
        return explain_parameter_gradient(
            network, trace, layer, parameter, checked_place(index, shapes[parameter])
        )
    place = checked_place(index, trace.values[layer + 1].shape[1:])
    return explain_value_gradient(network, trace, loss, one_target(target), layer, place)


def explain_value(network: Network, trace: Trace, layer: int, at: Place) -> Explanation:
    """:func:`explain` on a trace of one sample, which must have the place."""
    kind = network.layers[layer]
    rule = LAYER_RULES[type(kind)]
    x, y = trace.values[layer][0], trace.values[layer + 1][0]
    account = rule.account(kind, x, y, at)
    then, feeds = follow(network, trace, layer, at)
    return Explanation(
        title=f"{layer_name(network, layer)}, {place_in_words(at, y.shape)}",
        value=float(y[at]),
        symbols=rule.formula(kind),
        numbers=f"{written(y[at])} = {account.numbers}",
        sentence=account.sentence,
        origin=layer_name(network, layer - 1),
        origin_layer=layer - 1,
        terms=account.terms,
        then=then,
        feeds=feeds,
    )


def explain_value_gradient(
    network: Network, trace: Trace, loss: Loss, target: Array, layer: int, at: Place
) -> Explanation:
    """:func:`explain_gradient` of a value, on a trace of one sample with gradients."""
    assert trace.gradients is not None
    value = float(trace.gradients[layer + 1][0][at])
    x = trace.values[layer + 1][0]
    title = f"gradient of {layer_name(network, layer)}, {place_in_words(at, x.shape)}"
    if layer == len(network.layers) - 1:
        loss_rule = LOSS_RULES[type(loss)]
        account = loss_rule.account(loss, x, target, at[0])
        numbers = f"{written(value)} = {account.numbers}"
        symbols = loss_rule.gradient_symbols
        origin = "the output and its target"
        return Explanation(title, value, symbols, numbers, account.sentence, origin, layer + 1, account.terms)
    following = network.layers[layer + 1]
    rule = LAYER_RULES[type(following)]
    influence = rule.influence(following, x, trace.values[layer + 2][0], at)
    terms = _blame(trace.gradients[layer + 2][0], influence.places, influence.derivatives)
    return _gradient(network, title, value, rule.gradient_symbols, layer + 1, terms)


def explain_parameter_gradient(network: Network, trace: Trace, layer: int, name: str, at: Place) -> Explanation:
    """:func:`explain_gradient` of a parameter, on a trace of one sample with gradients."""
    assert trace.gradients is not None
    kind = network.layers[layer]
    rule = LAYER_RULES[type(kind)]
    x, y = trace.values[layer][0], trace.values[layer + 1][0]
    influence = rule.parameter_influence(kind, x, y, name, at)
    terms = _blame(trace.gradients[layer + 1][0], influence.places, influence.derivatives)
    value = float(parameter_gradients(network, trace)[f"{layer}.{name}"][at])
    title = f"gradient of {layer_name(network, layer)}, {name}[{', '.join(map(str, at))}]"
    return _gradient(network, title, value, rule.parameter_symbols[name], layer, terms)


def parameter_gradients(network: Network, trace: Trace) -> dict[str, Array]:
    """The trace's gradient of every parameter by its name ("2.weight"), in the parameter's shape."""
    assert trace.parameter_gradients is not None
    gradients, start = {}, 0
    for name, view in network.named_parameters():
        gradients[name] = trace.parameter_gradients[start : start + view.size].reshape(view.shape)
        start += view.size
    return gradients


def one_sample(network: Network, sample: Array) -> Array:
    """A batch of one; :class:`ShapeError` for anything but one sample."""
    if sample.shape != network.input_shape:
        raise ShapeError(
            f"one sample of this network has the shape {network.input_shape}, got {sample.shape}",
            hint="take one row of a batch: inputs[0]",
        )
    return sample[None]


def one_target(target: int | Array) -> Array:
    """A batch of one target, as losses take it."""
    return np.asarray(target)[None]


def _gradient(network: Network, title: str, value: float, symbols: str, origin: int, terms: Terms) -> Explanation:
    numbers = f"{written(value)} = {sum_in_numbers(terms)}"
    name = f"gradient of {layer_name(network, origin)}"
    return Explanation(title, value, symbols, numbers, _worth(value), name, origin, terms)


def _blame(gradients: Array, places: Array, derivatives: Array) -> Terms:
    return Terms(places, gradients.shape, gradients[tuple(places.T)], derivatives)


def _worth(gradient: float) -> str:
    if gradient == 0:
        return "A small change of this number would not change the loss."
    verb = "raises" if gradient > 0 else "lowers"
    return f"Making this number a little larger {verb} the loss, by {written(abs(gradient))} times as much."


def check_layer(network: Network, layer: int) -> None:
    if not INPUT <= layer < len(network.layers):
        raise ShapeError(
            f"there is no layer {layer}: this network has the layers 0 to {len(network.layers) - 1}",
            hint="network.summary() numbers them; a flatten is put in where a dense layer meets a picture",
        )


def checked_place(index: int | Sequence[int], shape: Shape) -> Place:
    at = (index,) if isinstance(index, int) else tuple(map(int, index))
    if len(at) != len(shape) or not all(0 <= axis < size for axis, size in zip(at, shape, strict=True)):
        places = " × ".join(map(str, shape))
        raise ShapeError(
            f"there is no place {at} among {places} values",
            hint=f"every index counts from 0: the last is {tuple(size - 1 for size in shape)}"
            if math.prod(shape)
            else None,
        )
    return at
