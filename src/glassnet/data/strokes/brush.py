"""From the path of a pen to a picture: where the ink lies, without asking every pixel about every dot.

A Gaussian blob is the product of a bump across and a bump down. So the sum of all blobs along a path is one
matrix product per digit, (20 × M) · (M × 20), and -τ · log of that sum is a soft minimum: the squared distance
from each pixel to the pen's path, with thicker places counted as nearer. Ink is where that distance is below the
pen's radius. Comparing every pixel with every dot takes 25 times as long.

The order is that of MNIST's normal form (``glassnet.data.normal_form``): the ink is scaled to a box of 20 × 20
pixels, drawn there, and the box is set into the 28 × 28 picture by its centre of mass.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALONE", "BOX", "draw", "fit", "set_in", "step_lengths"]

FloatArray = NDArray[np.float32]

SIDE = 28
BOX = 20
REACH = 20.8
"""Pixels from end to end of the ink when it is drawn into the box of 20: what sticks out is cut off.

MNIST was scanned in black and white, some 30 to 40 pixels to a digit. The tip of a curve that covers no pixel's
middle was lost, so its boxes are a little smaller than the ink was and their border rows full of ink. Measured on
MNIST's training part: half-grey ink spans 19.97 pixels; drawn with a reach of 20 it would span 19.4.
"""
TAU = 1.2
"""Pixels². Smaller follows tight curves better, but must stay above the distance between dots squared."""

ALONE = math.sqrt(math.pi * TAU)
"""The step length with which a single dot makes a disc of its own radius."""


def step_lengths(x: FloatArray, y: FloatArray, pen_down: FloatArray) -> FloatArray:
    """How much of the path each dot stands for, ``(n, M)``: half of the way to its neighbours in the stroke.

    ``pen_down`` is ``(n, M - 1)``, 0 where the way from dot m to dot m + 1 leaves no ink.
    """
    step_x, step_y = np.diff(x, axis=1), np.diff(y, axis=1)
    step_x *= step_x
    step_y *= step_y
    step_x += step_y
    step = np.sqrt(step_x, out=step_x)
    step *= pen_down
    step *= np.float32(0.5)
    length = np.zeros_like(x)
    length[:, :-1] = step
    length[:, 1:] += step
    return length


def fit(x: FloatArray, y: FloatArray, radii: FloatArray) -> None:
    """Move and scale each digit so that its ink fills a box of 20 × 20 pixels, the shorter side in the middle.

    In place; x and y ``(n, M)`` become pixels, ``radii`` are pixels already and change little.
    """
    extent = np.maximum(np.ptp(x, axis=1), np.ptp(y, axis=1))
    pen = 2 * radii.mean(axis=1)
    scale = np.maximum(REACH - pen, 1) / np.maximum(extent, np.float32(1e-3))
    x *= scale[:, None]
    y *= scale[:, None]
    boxes = [((values - radii).min(axis=1), (values + radii).max(axis=1)) for values in (x, y)]
    correction = np.float32(REACH) / np.maximum(*(high - low for low, high in boxes))
    for values, (low, high) in zip((x, y), boxes, strict=True):
        values -= ((low + high) / 2)[:, None]
        values *= correction[:, None]
        values += np.float32(BOX / 2)
    radii *= correction[:, None]


def draw(
    x: FloatArray, y: FloatArray, radii: FloatArray, steps: FloatArray, edge: FloatArray, rim: FloatArray
) -> NDArray[np.uint8]:
    """Pictures ``(n, 20, 20)`` of paths in pixels, ``(n, M)``; ``edge`` ``(n, 1)`` is how wide the grey rim is,
    ``rim`` ``(n, 400)`` or ``(n, 1)`` how many pixels further in than the pen's it lies.

    For a straight line and a pen of radius r the sum S of the blobs is exp((r² - R² - d²) / τ) at the distance d,
    so that d² - r² + R² = -τ · log S, where R is the digit's mean radius: exact for lines, soft in corners.
    ``steps`` are the lengths from :func:`step_lengths`.
    """
    n = len(x)
    mean = radii.mean(axis=1, keepdims=True)
    weights = radii * radii
    weights -= mean * mean
    weights *= np.float32(1 / TAU)
    np.exp(weights, out=weights)
    weights *= steps
    weights *= np.float32(1 / ALONE)
    across, down = _bumps(np.stack([x, y]))
    down *= weights[:, None, :]
    blobs = np.matmul(down, across.transpose(0, 2, 1)).reshape(n, BOX * BOX)
    np.clip(blobs, np.float32(1e-30), np.float32(1), out=blobs)  # more than 1 where strokes cross
    distance = np.log(blobs, out=blobs)
    distance *= np.float32(-TAU)
    np.sqrt(distance, out=distance)
    distance += rim
    distance -= mean + edge / 2  # a straight ramp from 255 to 0 as the distance crosses the pen's rim
    distance *= np.float32(-255) / edge
    distance += np.float32(0.5)
    np.clip(distance, 0, 255, out=distance)
    return np.asarray(distance, np.uint8).reshape(n, BOX, BOX)


_PIXELS = np.arange(BOX, dtype=np.float32)[:, None] + np.float32(0.5)


def _bumps(places: FloatArray) -> FloatArray:
    """exp(-(place - pixel)² / τ), ``(2, n, 20, M)``, for places across and down ``(2, n, M)``.

    Both in one array: two of half the size make glibc hand the memory back and fetch it again for every block of
    digits, which costs a third of the speed.
    """
    bumps = places[:, :, None, :] - _PIXELS
    bumps *= bumps
    bumps *= np.float32(-1 / TAU)
    # Far away is far away, and numbers near 0 are slow. (np.clip: a third of np.maximum's time, for the same.)
    np.clip(bumps, np.float32(-40), np.float32(0), out=bumps)
    return np.exp(bumps, out=bumps)


_MOMENTS = (
    np.stack([np.ones((BOX, BOX)), *(np.indices((BOX, BOX)) + 0.5)], axis=-1).reshape(-1, 3).astype(np.float32)
)
"""(400, 3): a picture times this is its mass, and its mass times the places down and across."""


def set_in(boxes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Set boxes ``(n, 20, 20)`` into pictures ``(n, 28, 28)``, at int(15 - b) where b is the centre of mass."""
    pictures = np.zeros((len(boxes), SIDE, SIDE), np.uint8)
    grey = boxes.reshape(len(boxes), BOX * BOX).astype(np.float32)
    mass, down, across = (grey @ _MOMENTS).T
    mass = np.maximum(mass, 1)
    tops = np.clip(15 - down / mass, 0, SIDE - BOX).astype(int).tolist()
    lefts = np.clip(15 - across / mass, 0, SIDE - BOX).astype(int).tolist()
    for picture, box, top, left in zip(pictures, boxes, tops, lefts, strict=True):
        picture[top : top + BOX, left : left + BOX] = box
    return pictures
