"""From the pixels of a picture to the numbers that a network reads.

What was done to the training pictures must be done to every picture ever after, so a preparation is fitted
once, on the training data, and kept inside the saved model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.engine.layers import Array
from glassnet.engine.notation import suggestion
from glassnet.errors import RecipeError, ShapeError

__all__ = ["PREPARATIONS", "Preparation"]

PREPARATIONS = {
    "unit": "pixels / 255, so 0 to 1",
    "interval": "0.01 + 0.99 · pixels / 255: no input is ever exactly 0",
    "centred": "pixels / 255, minus the mean picture of the training data",
    "standard": "(pixels − mean) / standard deviation, two numbers over all training pixels",
}
"""Every preparation by its name in recipes, and what it does."""


@dataclass(frozen=True, eq=False)
class Preparation:
    """``inputs = pixels · scale + offset``, the offset being one number or one per pixel ``(H, W)``."""

    kind: str
    scale: float
    offset: NDArray[np.float32]

    @classmethod
    def fit(cls, kind: str, images: NDArray[np.uint8]) -> Preparation:
        """Fit to training pictures ``(N, H, W)``; :class:`RecipeError` for a kind that does not exist."""
        if kind not in PREPARATIONS:
            raise RecipeError(f"there is no preparation '{kind}'", hint=suggestion(kind, PREPARATIONS))
        if kind == "unit":
            return cls(kind, 1 / 255, np.zeros((), np.float32))
        if kind == "interval":
            return cls(kind, 0.99 / 255, np.full((), 0.01, np.float32))
        if kind == "centred":
            return cls(kind, 1 / 255, np.negative(_mean_picture(images) / 255, dtype=np.float32))
        levels = np.bincount(images.reshape(-1), minlength=256) / images.size  # shares of the 256 grey levels
        mean = float(levels @ np.arange(256))
        deviation = float(levels @ (np.arange(256) - mean) ** 2) ** 0.5 or 1.0
        return cls(kind, 1 / deviation, np.full((), -mean / deviation, np.float32))

    @cached_property
    def _moves(self) -> bool:
        return bool(self.offset.any())

    def __call__(self, images: NDArray[np.uint8], dtype: DTypeLike = np.float32) -> Array:
        """Inputs ``(N, H, W, 1)`` of ``dtype`` for pictures ``(N, H, W)``."""
        if self.offset.ndim and images.shape[1:] != self.offset.shape:
            raise ShapeError(
                f"pictures must be {self.offset.shape}, as those of the training were, got {images.shape[1:]}"
            )
        inputs = images.astype(dtype)  # and then scaled: both in one np.multiply takes twice as long
        inputs *= self.scale
        if self._moves:
            inputs += self.offset
        return inputs[..., None]


def _mean_picture(images: NDArray[np.uint8]) -> Array:
    total = np.zeros(images.shape[1:], np.int64)
    for start in range(0, len(images), 1000):  # in parts: an int64 copy of MNIST would take 376 MB
        total += images[start : start + 1000].sum(axis=0, dtype=np.int64)
    return total / max(len(images), 1)
