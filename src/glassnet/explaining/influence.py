"""What a number depends on: how fast it would change with every number before it.

A gradient need not begin at a loss. Begun at one hidden unit it says what more ink, here or there, would do to
that unit: so every unit of every network has a picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.engine import Network
from glassnet.engine.layers import Array
from glassnet.errors import ShapeError
from glassnet.explaining.onward import INPUT
from glassnet.explaining.questions import check_layer, checked_place, one_sample

__all__ = ["influence"]


def influence(network: Network, sample: Array, layer: int, index: int | Sequence[int]) -> tuple[Array, ...]:
    """∂value/∂(every number before it), for the output of ``layer`` at ``index`` and one sample.

    ``result[0]`` has the input's shape and ``result[i + 1]`` that of layer i's output, up to ``layer`` itself,
    where it is 1 at the place and 0 elsewhere. The pass is that of prediction and leaves the network untouched.
    Raises :class:`ShapeError` for a place that does not exist.
    """
    check_layer(network, layer)
    if layer == INPUT:
        raise ShapeError("an input depends on no number before it", hint="layers are counted from 0")
    place = checked_place(index, network.layers[layer].output_shape)
    copy = network.replica(frozen=True)
    _ = copy.gradients  # the layers need their views before backward
    values = one_sample(network, sample)
    for kind in copy.layers[: layer + 1]:
        values = kind.forward(values, training=True)
    flowing = np.zeros_like(values)
    flowing[(0, *place)] = 1
    slopes = [flowing]
    for kind in reversed(copy.layers[: layer + 1]):
        before = kind.backward(slopes[0].copy(order="K"))  # backward may overwrite what it is given
        assert before is not None
        slopes.insert(0, before)
    return tuple(slope[0] for slope in slopes)
