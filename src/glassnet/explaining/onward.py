"""Where a number goes: on through the layers that hand it on by itself, up to where others are made with it.

Asked backwards, a number comes from its terms; asked forwards, it is a term of others. An activation, a pool or a
batch normalisation makes one number of it, a convolution or a dense layer uses it in many.
"""

from __future__ import annotations

from glassnet.engine import Network, Trace
from glassnet.explaining.catalogue import LAYER_RULES
from glassnet.explaining.explanation import Onward, Use
from glassnet.explaining.rules import Place
from glassnet.explaining.writing import written

__all__ = ["INPUT", "follow", "layer_name"]

INPUT = -1
"""The number of the layer before the first: the network's input."""


def follow(network: Network, trace: Trace, layer: int, at: Place) -> tuple[tuple[Onward, ...], Use | None]:
    """What becomes of the output of ``layer`` at ``at`` in the layers behind it, for a trace of one sample."""
    then: list[Onward] = []
    for number in range(layer + 1, len(network.layers)):
        kind = network.layers[number]
        rule = LAYER_RULES[type(kind)]
        x, y = trace.values[number][0], trace.values[number + 1][0]
        places = rule.influence(kind, x, y, at).places
        if len(places) != 1 or "weight" in kind.parameter_shapes():
            return tuple(then), Use(number, layer_name(network, number), len(places))
        at = tuple(map(int, places[0]))
        numbers = rule.account(kind, x, y, at).numbers
        then.append(Onward(number, at, f"{kind.word}: {written(y[at])} = {numbers}"))
    return tuple(then), None


def layer_name(network: Network, layer: int) -> str:
    """``"layer 2 (relu)"``, ``"input"``."""
    return "input" if layer == INPUT else f"layer {layer} ({network.layers[layer].notation()})"
