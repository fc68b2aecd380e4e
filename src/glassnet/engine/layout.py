"""Where every array of every layer lies in the network's flat vectors.

All weights come first, then everything else that is learned: so "all weights" is a slice, and decay needs no list
of exceptions. What is kept but not learned (running averages) lies in a vector of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from glassnet.engine.layers import Array, Layer, Shape

__all__ = ["Layout", "Place", "bind", "zeros"]

CACHE_LINE = 64


@dataclass(frozen=True)
class Place:
    """Where one array of one layer lies: ``name`` is "weight", ``full_name`` "2.weight" for the third layer."""

    layer: Layer
    index: int
    name: str
    start: int
    shape: Shape

    @property
    def full_name(self) -> str:
        """The name with the layer's number before it."""
        return f"{self.index}.{self.name}"

    @property
    def stop(self) -> int:
        """The first number behind it."""
        return self.start + math.prod(self.shape)

    def view(self, vector: Array) -> Array:
        """The array itself: a view into ``vector`` in its own shape."""
        return vector[self.start : self.stop].reshape(self.shape)


class Layout:
    """The places of all parameters and of all state for a chain of built layers."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        learned = [(*each, *item) for each in enumerate(layers) for item in each[1].parameter_shapes().items()]
        kept = [(*each, *item) for each in enumerate(layers) for item in each[1].state_shapes().items()]
        weights = [item for item in learned if item[2] in item[1].decayed]
        others = [item for item in learned if item[2] not in item[1].decayed]
        self.parameters, self.parameter_count = _in_a_row(weights + others)
        self.state, self.state_count = _in_a_row(kept)
        self.weight_count = sum(math.prod(shape) for *_, shape in weights)


def bind(places: Iterable[Place], vector: Array, suffix: str = "") -> None:
    """Give every layer its views into ``vector``, as ``layer.<name><suffix>``."""
    for place in places:
        place.layer.bind({place.name + suffix: place.view(vector)})


def _in_a_row(arrays: Iterable[tuple[int, Layer, str, Shape]]) -> tuple[list[Place], int]:
    places: list[Place] = []
    start = 0
    for index, layer, name, shape in arrays:
        places.append(Place(layer, index, name, start, shape))
        start = places[-1].stop
    return places, start


def zeros(count: int, dtype: DTypeLike) -> Array:
    """A vector of ``count`` zeros that begins on a cache line.

    NumPy's begin anywhere, and then every wide load from them touches two lines: a step of Adam takes 8 to 15 %
    longer.
    """
    size = np.dtype(dtype).itemsize
    room = np.zeros(count + CACHE_LINE // size, dtype)
    start = -room.ctypes.data % CACHE_LINE // size
    return room[start : start + count]
