"""How the learning rate moves over a run: large steps first, small ones to settle.

A schedule is a pure function of ``progress``, which goes from 0 at the first update to 1 after the last. It
returns a factor for the recipe's learning rate and knows neither epochs nor batches, so that the same shape
serves a run of ten seconds and one of an hour.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from glassnet.engine.notation import suggestion
from glassnet.errors import RecipeError

__all__ = [
    "SCHEDULES",
    "Schedule",
    "constant",
    "cosine",
    "exponential",
    "linear",
    "make_schedule",
    "one_cycle",
    "step",
]

Schedule: TypeAlias = Callable[[float], float]


def constant(progress: float) -> float:
    """The same rate throughout."""
    return 1.0


def step(progress: float, *, drops: int = 2, factor: float = 0.1) -> float:
    """``drops`` sudden drops at even distances, each by ``factor``."""
    return float(factor ** min(int(progress * (drops + 1)), drops))


def exponential(progress: float, *, final: float = 0.01) -> float:
    """An even decay, always the same share per step, down to ``final``."""
    return float(final**progress)


def linear(progress: float, *, final: float = 0.0) -> float:
    """A straight line from 1 to ``final``."""
    return 1 + (final - 1) * progress


def cosine(progress: float, *, final: float = 0.0) -> float:
    """Half a cosine wave from 1 to ``final``: slow, fast, slow (Loshchilov & Hutter 2017, eq. 5)."""
    return final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2


def one_cycle(progress: float, *, rise: float = 0.3, start: float = 0.04, final: float = 0.0) -> float:
    """Up from ``start`` to 1 over the share ``rise`` of the run, then down to ``final``, both along cosines.

    Smith & Topin 2019, "Super-convergence".
    """
    if progress < rise or rise == 1:
        return start + (1 - start) * (1 - math.cos(math.pi * progress / rise)) / 2
    return cosine((progress - rise) / (1 - rise), final=final)


SCHEDULES: dict[str, Callable[..., float]] = {
    "constant": constant,
    "step": step,
    "exponential": exponential,
    "linear": linear,
    "cosine": cosine,
    "one_cycle": one_cycle,
}
"""Every schedule by its name in recipes."""


def make_schedule(name: str, *, warm_up: float = 0.0, **settings: float) -> Schedule:
    """The schedule called ``name``; over the first ``warm_up`` share of the run it climbs in a line from 0.

    The climb takes the place of the schedule's own beginning: what follows is its whole course, over the rest.
    ``drops`` is a whole number, every other setting a share from 0 to 1. Raises :class:`RecipeError` for names
    and settings that do not exist or that lie outside.
    """
    if name not in SCHEDULES:
        raise RecipeError(f"there is no schedule '{name}'", hint=suggestion(name, SCHEDULES))
    if not 0 <= warm_up < 1:
        raise RecipeError(f"schedule '{name}': warm_up must be from 0 up to, but not including, 1, got {warm_up}")
    known = SCHEDULES[name].__kwdefaults__ or {}
    for setting, value in settings.items():
        if setting not in known:
            raise RecipeError(
                f"schedule '{name}' has no setting '{setting}'",
                hint=suggestion(setting, known) if known else "it has no settings of its own, only warm_up",
            )
        if setting == "drops" and not (isinstance(value, int) and value >= 0):
            raise RecipeError(f"schedule '{name}': drops must be a whole number, 0 or above, got {value}")
        if setting != "drops" and not 0 <= value <= 1:
            raise RecipeError(f"schedule '{name}': {setting} must be from 0 to 1, got {value}")
    course = partial(SCHEDULES[name], **settings)
    if not warm_up:
        return course

    def warmed(progress: float) -> float:
        if progress < warm_up:
            return progress / warm_up
        return course((progress - warm_up) / (1 - warm_up))

    return warmed
