"""Is backpropagation right? Nudge one number, see how the loss moves, and compare.

The derivative of the loss by a parameter w is, to second order, (L(w + ε) − L(w − ε)) / 2ε. That needs no
calculus and two forward passes per parameter: far too slow to train with, and the perfect check. In float64
the two agree to about eight digits; a wrong formula does not agree to one.

Two things spoil a quotient where nothing is wrong. L is rounded, and the division by ε makes that large. And ReLU
and max-pooling have kinks, with one slope to the left and another to the right: a place with a kink within reach
of the nudge is no witness, and another is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.engine.layers import Array
from glassnet.engine.losses import Loss
from glassnet.engine.network import Network

__all__ = ["GradientCheck", "check_gradients"]

ROUNDING = 8 * 2.0**-53
"""By what part of itself a difference of two losses may be off: eight times the half unit to which one number is
rounded. In the shipped recipes' networks, biases in front of batch normalisation are off by up to 1.5 of them."""

MOST_DRAWS = 5
"""Times as many places are drawn at most as witnesses are wanted."""


@dataclass(frozen=True)
class GradientCheck:
    """Analytic against numeric for one array: a parameter, or the network's inputs (``name`` "inputs").

    ``analytic`` and ``numeric`` are the pair that disagrees most, of ``checked`` places without a kink. ``error``
    is their difference relative to the array's largest derivative, or to a floor where that is more: a bias in
    front of batch normalisation has no influence at all, and two zeros are never quite equal. The floor is a
    thousandth of the network's largest derivative, or where rounding alone would not pass.
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
        """Whether the two agree to six digits. Where there was no witness, nothing has been shown."""
        return self.checked > 0 and self.error < self.TOLERANCE


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

    value, gradient = loss_and_gradient()
    input_gradient = network.backward(gradient, input_gradient_needed=True)
    assert input_gradient is not None
    analytic = network.gradients.copy()
    random = np.random.default_rng(seed)
    rounding = ROUNDING * abs(value) / epsilon
    floor = max(1e-3 * _largest(analytic), rounding / GradientCheck.TOLERANCE, 1e-15)

    def compare(name: str, layer: str, values: Array, derivatives: Array) -> GradientCheck:
        size = max(floor, _largest(derivatives))

        def nudged(place: int, by: float) -> float:
            before = values.flat[place]
            values.flat[place] = before + by
            moved, _ = loss_and_gradient()
            values.flat[place] = before
            return moved

        pairs: list[tuple[float, float]] = []
        for place in random.permutation(values.size)[: MOST_DRAWS * samples].tolist():
            below, above = nudged(place, -epsilon), nudged(place, epsilon)
            pair = float(derivatives.flat[place]), (above - below) / (2 * epsilon)
            difference = abs(pair[0] - pair[1])
            if difference >= GradientCheck.TOLERANCE * size:
                halfway = nudged(place, -epsilon / 2), nudged(place, epsilon / 2)
                if difference < 2 * _bend([below, halfway[0], value, halfway[1], above], epsilon / 2):
                    continue  # a kink's doing
            pairs.append(pair)
            if len(pairs) == samples:
                break
        worst = max(pairs, key=lambda pair: abs(pair[0] - pair[1]), default=(0.0, 0.0))
        return GradientCheck(name, layer, len(pairs), *worst, abs(worst[0] - worst[1]) / size)

    results = []
    start = 0
    for name, view in network.named_parameters():
        layer = network.layers[int(name.partition(".")[0])].notation()
        results.append(compare(name, layer, view, analytic[start : start + view.size]))
        start += view.size
    results.sort(key=lambda result: int(result.name.partition(".")[0]))
    return [*results, compare("inputs", "", inputs, input_gradient)]


def _largest(values: Array) -> float:
    return float(np.abs(values).max(initial=0))


def _bend(losses: list[float], step: float) -> float:
    """How far the slopes between five losses, ``step`` apart, are from lying on a straight line.

    Where L is smooth they do, but for terms in step². A kink makes them depart by at least as much as it falsifies
    the slope from the first to the last, wherever it lies; a wrong formula leaves them as they are.
    """
    slopes = np.diff(losses) / step
    return float(np.abs(np.diff(slopes, 2)).max())
