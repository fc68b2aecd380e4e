"""The settings of augmentation, and the order in which a picture meets them."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glassnet.blas import one_blas_thread
from glassnet.data.augmentation.bending import PATTERNS, affine_amounts, bend, elastic_amounts
from glassnet.data.augmentation.field import cut, erasing, neighbour
from glassnet.data.augmentation.ink import blur, contrast, noise, pixelate, thickness
from glassnet.errors import DataError, RecipeError

__all__ = ["BLOCK", "NATURAL", "SHARES", "Augmentation"]

BLOCK = 64
"""Pictures that are worked on at a time: their fields and neighbours fit into a core's own cache."""

SHARES: Final = frozenset({"erasing", "cut", "neighbour", "pixelate"})
"""Settings that say to how many pictures a thing happens, rather than how far it goes."""

_LARGEST: Final = {"rotation": 180.0, "scale": 0.9, "noise": 1.0, "contrast": 1.0} | dict.fromkeys(SHARES, 1.0)
"""What a setting may be at most; any other may be of any size."""

_BENDING: Final = ("shift", "rotation", "scale", "shear", "elastic")

_AFTERWARDS: Final = {
    "thickness": thickness,
    "cut": cut,
    "pixelate": pixelate,
    "blur": blur,
    "contrast": contrast,
    "noise": noise,
    "erasing": erasing,
}
"""From the pen to the scanner: what happens to a picture once it is bent, in this order."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far pictures may be changed, and how many of them: every picture gets amounts of its own by chance.

    Magnitudes are drawn evenly between −largest and largest (or 0 and largest, where less than nothing has no
    meaning); elastic displacements are normal. 0 leaves a thing as it is, and is the default everywhere. Each
    setting draws its own random numbers, so that changing one leaves the effect of the others as it was.

    Raises :class:`RecipeError` for a setting that is negative, no number, or too large to mean anything.
    """

    shift: float = 0.0
    """Largest shift along each axis, in pixels."""
    rotation: float = 0.0
    """Largest turn either way, in degrees."""
    scale: float = 0.0
    """Largest relative change of the height, and independently of the width: 0.1 is 90 % to 110 %."""
    shear: float = 0.0
    """Largest slant: how many pixels to the side for each pixel down."""
    elastic: float = 0.0
    """Standard deviation, in pixels, of the displacements at the knots of a 5 × 5 grid."""
    thickness: float = 0.0
    """Largest change of a stroke's width, in pixels."""
    blur: float = 0.0
    """Largest standard deviation of a Gaussian blur, in pixels."""
    noise: float = 0.0
    """Largest standard deviation of grey noise, as a share of the whole scale of greys."""
    contrast: float = 0.0
    """How much of the ink may fade, as a share; its greys become lighter or darker by as much (gamma)."""
    erasing: float = 0.0
    """Share of pictures of which a rectangle is erased."""
    cut: float = 0.0
    """Share of pictures cut off at one side, as a digit that runs over the edge of its field."""
    neighbour: float = 0.0
    """Share of pictures with the remains of another digit, or of a ruled line, at one edge."""
    pixelate: float = 0.0
    """Share of pictures that come from a coarse screen: square dots, ink or no ink."""

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, largest = getattr(self, setting.name), _LARGEST.get(setting.name, math.inf)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or not 0 <= value <= largest:
                wanted = "a number from 0" if largest == math.inf else f"a number from 0 to {largest:g}"
                raise RecipeError(f"augmentation.{setting.name} must be {wanted}, got {value!r}")

    def __call__(
        self, images: NDArray[np.uint8], rng: np.random.Generator, strength: float = 1.0
    ) -> NDArray[np.uint8]:
        """New pictures, of the same shape, from pictures ``(N, H, W)`` ``uint8``, ink bright on black.

        All magnitudes and shares are multiplied by ``strength``, 0 to 1, so that a run can end on gentler
        deformations than it began with; at 0 a copy comes back. The same generator in the same state gives the
        same pictures. The work is done in blocks: temporary memory does not grow with N.
        """
        if images.dtype != np.uint8 or images.ndim != 3:
            raise DataError(
                f"augmentation takes a uint8 array of shape (N, height, width), "
                f"got {images.dtype} of shape {images.shape}"
            )
        if not 0 <= strength <= 1:
            raise RecipeError(f"the strength of augmentation must be from 0 to 1, got {strength!r}")
        seed = int(rng.integers(2**63))
        most = {setting.name: strength * getattr(self, setting.name) for setting in fields(self)}
        draw = {
            name: np.random.default_rng((seed, number))
            for number, (name, magnitude) in enumerate(most.items())
            if magnitude > 0
        }
        out = images.copy()
        if not draw or images.size == 0:
            return out
        with one_blas_thread():
            for start in range(0, len(images), BLOCK):
                block = images[start : start + BLOCK]
                if "neighbour" in draw:
                    block = neighbour(block, most["neighbour"], draw["neighbour"], images)
                if any(name in draw for name in _BENDING):
                    block = bend(block, _bending_amounts(most, draw, len(block)))
                for name, change in _AFTERWARDS.items():
                    if name in draw:
                        block = change(block, most[name], draw[name])
                out[start : start + BLOCK] = block
        return out


def _bending_amounts(
    most: dict[str, float], draw: dict[str, np.random.Generator], count: int
) -> NDArray[np.float32]:
    """Amounts ``(count, 2, 28)`` of the patterns of ``bending``."""

    def drawn(name: str, *shape: int) -> NDArray[np.float64]:
        size = (count, *shape)
        return most[name] * draw[name].uniform(-1, 1, size) if name in draw else np.zeros(size)

    amounts = np.zeros((count, 2, PATTERNS), np.float32)
    amounts[:, :, :3] = affine_amounts(drawn("shift", 2), drawn("rotation"), 1 + drawn("scale", 2), drawn("shear"))
    if "elastic" in draw:
        amounts[:, :, 3:] = elastic_amounts(most["elastic"], count, draw["elastic"])
    return amounts


NATURAL = Augmentation(
    shift=1.5, rotation=12, scale=0.1, shear=0.15, elastic=0.6, thickness=1.0, blur=0.5, noise=0.03, contrast=0.2
)
"""What looks like the same digits from other people's hands, pens and scanners."""
