"""Is backpropagation right? Nudge one number, see how the loss moves, and compare.

The derivative of the loss by a parameter w is, to second order, (L(w + ε) − L(w − ε)) / 2ε. That needs no
calculus and two forward passes per parameter: far too slow to train with, and the perfect check. In float64
the two agree to about eight digits; a wrong formula does not agree to one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.engine.layers import Array
from glassnet.engine.losses import Loss
from glassnet.engine.network import Network

__all__ = ["GradientCheck", "check_gradients"]


@dataclass(frozen=True)
class GradientCheck:
    """Analytic against numeric for one array: a parameter, or the network's inputs (``name`` "inputs").

    ``analytic`` and ``numeric`` are the pair that disagrees most. ``error`` is their difference relative to the
    array's largest derivative, or to a thousandth of the network's largest where that is more: a bias in front
    of batch normalisation has no influence at all, and two zeros are never quite equal.
    """

    name: str
    layer: str
    checked: int
    analytic: float
    numeric: float
    error: float

    TOLERANCE = 1e-6

    @property
    def passed(self) -> bool:
        """Whether the two agree to six digits."""
        return self.error < self.TOLERANCE


def check_gradients(
    network: Network,
    loss: Loss,
    inputs: Array,
    targets: Array,
    *,
    samples: int = 20,
    epsilon: float = 1e-5,
    seed: int = 0,
) -> list[GradientCheck]:
    """Compare ``samples`` derivatives of every parameter array, and of the inputs, with central differences.

    Works on a float64 copy in training mode; dropout draws the same masks at every pass. ``epsilon`` is the
    nudge. Returns one result per array, in the order of the layers, the inputs last.
    """
    network = network.astype(np.float64)
    inputs = inputs.astype(np.float64)

    def loss_and_gradient() -> tuple[float, Array]:
        network.reseed(seed)
        return loss(network.forward(inputs, training=True), targets)

    _, gradient = loss_and_gradient()
    input_gradient = network.backward(gradient, input_gradient_needed=True)
    assert input_gradient is not None
    analytic = network.gradients.copy()
    floor = 1e-3 * float(np.abs(analytic).max(initial=1e-12))
    random = np.random.default_rng(seed)

    def compare(name: str, layer: str, values: Array, derivatives: Array) -> GradientCheck:
        places = random.choice(values.size, min(samples, values.size), replace=False)
        pairs = []
        for place in places:
            before = values.flat[place]
            values.flat[place] = before + epsilon
            above, _ = loss_and_gradient()
            values.flat[place] = before - epsilon
            below, _ = loss_and_gradient()
            values.flat[place] = before
            pairs.append((float(derivatives.flat[place]), (above - below) / (2 * epsilon)))
        size = max(floor, *(max(map(abs, pair)) for pair in pairs))
        worst = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
        return GradientCheck(name, layer, len(pairs), *worst, abs(worst[0] - worst[1]) / size)

    results = []
    start = 0
    for name, view in network.named_parameters():
        layer = network.layers[int(name.partition(".")[0])].notation()
        results.append(compare(name, layer, view, analytic[start : start + view.size]))
        start += view.size
    results.sort(key=lambda result: int(result.name.partition(".")[0]))
    return [*results, compare("inputs", "", inputs, input_gradient)]
