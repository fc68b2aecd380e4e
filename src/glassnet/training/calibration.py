"""How sure a network may be: a temperature that makes "90 %" mean nine times in ten.

Networks trained until they make no more mistakes on their training data are too sure of themselves; those
trained with smoothed labels are not sure enough. One number mends most of it (Guo et al. 2017, "On calibration
of modern neural networks", section 4.2): the logits are divided by a temperature T, chosen so that the mean of
−log p(right class) on data that was not learned from is as small as it can be. No answer changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import OUTPUTS
from glassnet.engine.layers import Array

__all__ = ["fit_temperature"]

LOWEST, HIGHEST = 0.05, 20.0
"""Beyond these a network is either always right or knows nothing, and no temperature tells which."""


def fit_temperature(logits: Array, labels: NDArray[np.uint8], output: str = "softmax") -> float:
    """The temperature with the least cross-entropy on ``logits (N, K)`` and ``labels (N,)``.

    Sigmoid outputs are compared as shares of their sum. Golden-section search over log T: for softmax the
    cross-entropy has one minimum (it is convex in 1/T).
    """
    wide, rows = logits.astype(np.float64), np.arange(len(labels))

    def cross_entropy(log_temperature: float) -> float:
        probabilities = OUTPUTS[output](wide / math.exp(log_temperature))
        right = probabilities[rows, labels] / probabilities.sum(axis=1)
        return float(-np.log(np.maximum(right, 1e-300)).mean())

    return math.exp(_lowest_point(cross_entropy, math.log(LOWEST), math.log(HIGHEST)))


def _lowest_point(function: Callable[[float], float], low: float, high: float, tolerance: float = 1e-4) -> float:
    """Where ``function``, which falls and then rises, is lowest between ``low`` and ``high``."""
    golden = (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > tolerance:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = function(right)
    return (low + high) / 2
