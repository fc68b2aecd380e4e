"""Another model from one that is there: after one step of learning, or with a unit switched off.

Nothing is changed in place. An edit has an address of its own, made from what was done to which model, and every
view can look at it as at any other model.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import Conv2D, Dense
from glassnet.engine.layers import Array
from glassnet.errors import ShapeError
from glassnet.explaining import Step, one_step, training_loss
from glassnet.models import Model

__all__ = ["Recipe", "moves", "step_model", "switch_off"]


@dataclass(frozen=True, eq=False)
class Recipe:
    """How an edit was made, to make it again: of the model at ``base``, by a step or by switching off."""

    base: str
    step: tuple[int, float] | None = None
    digit: NDArray[np.uint8] | None = None
    off: tuple[int, int] | None = None

    @property
    def address(self) -> str:
        """The same edit of the same model has the same one."""
        told = json.dumps([self.base, self.step, self.off]).encode()
        pixels = b"" if self.digit is None else self.digit.tobytes()
        return f"edit:{hashlib.sha256(told + pixels).hexdigest()[:8]}"

    def make(self, base: Model) -> Model:
        """The edited model."""
        if self.off is not None:
            return switch_off(base, *self.off)
        assert self.step is not None
        assert self.digit is not None
        return replace(base, network=step_model(base, self.digit, *self.step).network)

    def as_dict(self) -> dict[str, Any]:
        """What was done, for the card."""
        if self.off is not None:
            return {"off": {"layer": self.off[0], "unit": self.off[1]}}
        assert self.step is not None
        return {"step": {"target": self.step[0], "rate": self.step[1]}}


def step_model(model: Model, digit: NDArray[np.uint8], target: int, rate: float) -> Step:
    """One step of gradient descent for one digit, as :func:`glassnet.explaining.one_step` takes it."""
    if not 0 <= target < len(model.classes):
        raise ShapeError(f"there is no class {target}: this model knows 0 to {len(model.classes) - 1}")
    with np.errstate(over="ignore", invalid="ignore"):  # a step that is far too long is a lesson, not a mistake
        return one_step(model.network, training_loss(model), model.prepare(digit[None])[0], target, rate)


def moves(before: Model, after: Model) -> list[dict[str, Any]]:
    """By how much each learning layer's weights moved: the largest move, and |move| / |weights|."""
    rows = []
    pairs = zip(before.network.named_parameters(), after.network.named_parameters(), strict=True)
    for (name, old), (_, new) in pairs:
        layer, _, parameter = name.partition(".")
        if parameter in ("weight", "gamma"):
            move = new.astype(np.float64) - old
            length = float(np.linalg.norm(old))
            rows.append(
                {
                    "layer": int(layer),
                    "largest": float(np.abs(move).max(initial=0)),
                    "relative": float(np.linalg.norm(move)) / length if length else None,
                }
            )
    return sorted(rows, key=lambda row: int(row["layer"]))


def switch_off(model: Model, layer: int, unit: int) -> Model:
    """A copy in which one unit, or one map of a convolution, is always 0 and nothing is made of it.

    Its own weights become 0 and so do those that later numbers give it, whatever lies between: a sigmoid makes
    0.5 of 0, which must not go on. Raises :class:`ShapeError` for a layer that has no units or is the last one.
    """
    network = copy.copy(model.network)
    kinds = network.layers
    learning = [number for number, kind in enumerate(kinds) if isinstance(kind, Dense | Conv2D)]
    if layer not in learning[:-1]:
        raise ShapeError(
            f"no unit of layer {layer} can be switched off",
            hint="units are those of convolutions and dense layers before the last one"
            if layer not in learning
            else "the last layer's units are the answers",
        )
    count = kinds[layer].output_shape[-1]
    if unit >= count:
        raise ShapeError(f"layer {layer} has the units 0 to {count - 1}, there is no {unit}")
    _own(kinds[layer], unit)
    following = kinds[learning[learning.index(layer) + 1]]
    weight: Array = following.weight  # type: ignore[attr-defined]
    if isinstance(following, Conv2D):
        weight[:, :, unit] = 0
    else:  # a flatten lies between where the unit is a map: its channel is the last axis
        weight.reshape(-1, count, weight.shape[-1])[:, unit] = 0
    return replace(model, network=network)


def _own(kind: Any, unit: int) -> None:
    kind.weight[..., unit] = 0
    if getattr(kind, "use_bias", True):
        kind.bias[unit] = 0
