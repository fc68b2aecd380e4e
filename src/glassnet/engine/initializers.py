"""How the weights begin.

Weights that start too large drive values up from layer to layer, weights too small let them die out. The
right size depends on the fan: an output that adds up ``fan_in`` inputs grows with √fan_in, so its weights must
shrink by the same factor. All biases start at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from numpy.random import Generator

from glassnet.engine.layers import Array, Shape
from glassnet.engine.notation import parse_words, suggestion
from glassnet.errors import RecipeError

__all__ = ["INITIALIZERS", "Initializer", "parse_initializer"]

Initializer: TypeAlias = Callable[[Generator, Shape, int, int], Array]
"""``initializer(random, shape, fan_in, fan_out)`` returns a float64 array of ``shape``."""


def he_normal(random: Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """Standard deviation √(2 / fan_in), for ReLU, which stops half of what comes in (He et al. 2015, eq. 10)."""
    return random.normal(0, math.sqrt(2 / fan_in), shape)


def he_uniform(random: Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """The same spread, uniform in ±√(6 / fan_in)."""
    return _uniform(random, math.sqrt(6 / fan_in), shape)


def glorot_normal(random: Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """Standard deviation √(2 / (fan_in + fan_out)), for tanh and sigmoid (Glorot & Bengio 2010, eq. 12)."""
    return random.normal(0, math.sqrt(2 / (fan_in + fan_out)), shape)


def glorot_uniform(random: Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """The same spread, uniform in ±√(6 / (fan_in + fan_out)) (Glorot & Bengio 2010, eq. 16)."""
    return _uniform(random, math.sqrt(6 / (fan_in + fan_out)), shape)


def lecun_normal(random: Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """Standard deviation √(1 / fan_in): values keep their size (LeCun et al. 1998, "Efficient BackProp", 4.6)."""
    return random.normal(0, math.sqrt(1 / fan_in), shape)


def lecun_uniform(random: Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
    """The same spread, uniform in ±√(3 / fan_in)."""
    return _uniform(random, math.sqrt(3 / fan_in), shape)


def normal(scale: float = 0.01) -> Initializer:
    """Standard deviation ``scale``, whatever the fan: what first attempts do."""
    return lambda random, shape, fan_in, fan_out: random.normal(0, scale, shape)


def uniform(scale: float = 0.5) -> Initializer:
    """Uniform in ±scale, whatever the fan; ±0.5 is the ``rand() - 0.5`` of many notebooks."""
    return lambda random, shape, fan_in, fan_out: _uniform(random, scale, shape)


def _uniform(random: Generator, limit: float, shape: Shape) -> Array:
    return random.uniform(-limit, limit, shape)


INITIALIZERS: dict[str, Initializer] = {
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
    "lecun_normal": lecun_normal,
    "lecun_uniform": lecun_uniform,
    "normal": normal(),
    "uniform": uniform(),
}
"""Every initialiser by its name in recipes."""

_WITH_SCALE = {"normal": normal, "uniform": uniform}


def parse_initializer(text: str) -> Initializer:
    """``"he_normal"``, or with a scale ``"normal 0.01"`` and ``"uniform 0.5"``; :class:`RecipeError` otherwise."""
    name, values, settings = parse_words(text)
    if name not in INITIALIZERS:
        raise RecipeError(f"there is no initialiser '{name}'", hint=suggestion(name, INITIALIZERS))
    if not values and not settings:
        return INITIALIZERS[name]
    scale = values[0] if values else settings.get("scale")
    if name not in _WITH_SCALE or len(values) + len(settings) != 1 or not isinstance(scale, int | float):
        raise RecipeError(
            f"initialiser '{text}' is not understood",
            hint="a scale goes with 'normal' and 'uniform' alone, as in 'normal 0.01'",
        )
    if not 0 < scale < math.inf:  # this way round, "nan" is refused too
        raise RecipeError(f"initialiser '{text}': the scale must be above 0 and finite")
    return _WITH_SCALE[name](scale)
