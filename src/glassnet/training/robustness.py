"""What a model still reads when digits are not as clean as those it was tested on.

A test part is drawn from the same hands, pens and scanners as the training part. Real digits are a little
aside, askew, larger, fainter, drawn with another pen. Each condition here does one such thing to every test
picture, by a stated amount, and the model is scored again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.models.views import resampled
from glassnet.training.evaluation import wilson_interval

__all__ = ["CONDITIONS", "robustness"]

Images = NDArray[np.uint8]
"""Pictures ``(N, H, W)``, ink bright on black."""


def robustness(predict: Callable[[Images], NDArray[Any]], images: Images, labels: Images) -> list[dict[str, Any]]:
    """Accuracy of ``predict`` under every condition, one row each: ``condition, accuracy, interval``.

    ``predict`` takes pictures to classes; ``images (N, H, W)`` have ``labels (N,)``. The deformed pictures are the
    same every time.
    """
    rows = []
    for name, deform in CONDITIONS.items():
        right = int((predict(deform(images)) == labels).sum())
        interval = list(wilson_interval(right, len(labels)))
        rows.append({"condition": name, "accuracy": right / len(labels), "interval": interval})
    return rows


def shifted(images: Images, pixels: int) -> Images:
    """One picture moved up, the next right, then down, left, and so on; what leaves the picture is lost."""
    moved = np.zeros_like(images)
    everything, all_but_first, all_but_last = slice(None), slice(pixels, None), slice(None, -pixels)
    for first, (rows, columns, new_rows, new_columns) in enumerate(
        (
            (all_but_first, everything, all_but_last, everything),
            (everything, all_but_last, everything, all_but_first),
            (all_but_last, everything, all_but_first, everything),
            (everything, all_but_first, everything, all_but_last),
        )
    ):
        moved[first::4, new_rows, new_columns] = images[first::4, rows, columns]
    return moved


def turned(images: Images, degrees: float) -> Images:
    """One picture turned to the left, the next to the right."""
    askew = np.empty_like(images)
    askew[::2], askew[1::2] = resampled(images[::2], degrees=degrees), resampled(images[1::2], degrees=-degrees)
    return askew


def noisy(images: Images, deviation: float) -> Images:
    """Normal noise on every pixel, ``deviation`` in grey levels of 255."""
    noise = np.random.default_rng(0).normal(0, deviation, images.shape)
    return _as_grey(images + noise)


def blurred(images: Images, radius: float) -> Images:
    """A Gaussian blur with a standard deviation of ``radius`` pixels."""
    reach = int(np.ceil(3 * radius))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2)
    weights /= weights.sum()
    soft = images.astype(np.float32)
    for axis in (1, 2):
        size = images.shape[axis]
        padding = [(reach, reach) if each == axis else (0, 0) for each in range(3)]
        padded = np.pad(soft, padding)
        soft = sum(
            weight * np.take(padded, np.arange(start, start + size), axis) for start, weight in enumerate(weights)
        )
    return _as_grey(soft)


def redrawn(images: Images, pixels: int) -> Images:
    """Strokes wider by ``pixels`` (thinner where that is negative), as if drawn with another pen.

    On pictures enlarged twice, the darkest or brightest of each neighbourhood: half a pixel from each side. The
    brightest pixel stays as bright as it was, as the normal form of a digit has it.
    """
    height, width = images.shape[1:]
    fine = images.repeat(2, axis=1).repeat(2, axis=2)
    extreme = np.maximum if pixels > 0 else np.minimum
    for axis in (1, 2):
        for _ in range(abs(pixels)):
            one_way, other_way = (np.roll(fine, step, axis) for step in (-1, 1))  # nothing but paper comes around
            fine = extreme(fine, extreme(one_way, other_way))
    coarse = fine.reshape(len(images), height, 2, width, 2).mean(axis=(2, 4), dtype=np.float32)
    before, after = (each.max(axis=(1, 2), keepdims=True, initial=0) for each in (images, coarse))
    return _as_grey(coarse * (before / np.maximum(after, 1)))


def faded(images: Images, ink: float, paper: float = 0.0) -> Images:
    """Ink at the share ``ink`` of its brightness, on paper of that share ``paper`` instead of black."""
    return _as_grey(255 * paper + images * (ink - paper))


def _as_grey(values: NDArray[Any]) -> Images:
    grey: Images = np.rint(values).clip(0, 255).astype(np.uint8)
    return grey


CONDITIONS: Mapping[str, Callable[[Images], Images]] = MappingProxyType(
    {
        "as they are": lambda images: images,
        "shifted by 1 pixel": lambda images: shifted(images, 1),
        "shifted by 2 pixels": lambda images: shifted(images, 2),
        "shifted by 4 pixels": lambda images: shifted(images, 4),
        "turned by 10°": lambda images: turned(images, 10),
        "turned by 20°": lambda images: turned(images, 20),
        "turned by 30°": lambda images: turned(images, 30),
        "at 0.7 of their size": lambda images: resampled(images, scale=0.7),
        "at 0.85 of their size": lambda images: resampled(images, scale=0.85),
        "at 1.2 times their size": lambda images: resampled(images, scale=1.2),
        "strokes 1 pixel thinner": lambda images: redrawn(images, -1),
        "strokes 1 pixel thicker": lambda images: redrawn(images, 1),
        "strokes 2 pixels thicker": lambda images: redrawn(images, 2),
        "blurred by 1 pixel": lambda images: blurred(images, 1.0),
        "blurred by 2 pixels": lambda images: blurred(images, 2.0),
        "noise of 25 grey levels": lambda images: noisy(images, 25),
        "noise of 50 grey levels": lambda images: noisy(images, 50),
        "half the contrast": lambda images: faded(images, 0.5),
        "a quarter of the contrast": lambda images: faded(images, 0.25),
        "grey paper": lambda images: faded(images, 1.0, paper=0.3),
    }
)
"""Every condition by its name, in the order of the cards. Directions alternate from picture to picture."""
