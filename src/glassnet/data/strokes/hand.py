"""What a hand does to a shape: no two digits that a person writes are alike.

Every change acts on the dots of the path, never on the picture, so that a line stays a crisp line. Paths are
``(n, M)`` arrays x and y, one row per digit, about 1 high with y downwards. The functions stand in the order in
which :func:`write` calls them; each takes its random numbers from the generator that it is given, and changes x
and y in place.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from glassnet.data.strokes.splines import STEPS, PathTable

__all__ = [
    "PRINT",
    "TIP",
    "Hand",
    "Manner",
    "choose_paths",
    "flick",
    "lean",
    "slide_ends",
    "slopes",
    "smooth_bumps",
    "trapezoid",
    "wander",
    "warp",
    "write",
]

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Hand:
    """How much each habit of a hand varies from digit to digit; lengths in heights of a digit.

    The sizes are standard deviations (of logarithms where they are called spreads) at level 1.
    """

    wander: float = 0.03
    """Smooth wandering along the path: one part is drawn larger, another is moved."""
    drift: float = 0.10
    """The shape changes scale and leans while it is written: first and last strokes do not match."""
    stroke_offset: float = 0.03
    """Where the pen is put down again."""
    overshoot: float = 0.10
    """Ends drawn too long or too short."""
    flick: float = 0.05
    """How far the tips of a digit are drawn aside while the pen comes down or leaves."""
    warp: float = 0.055
    """Smooth distortion of the whole plane, as if the digit were drawn on rubber."""
    trapezoid: float = 0.12
    """Top wider than the bottom, left higher than the right."""
    aspect: float = 0.16
    """Spread of width to height."""
    slant: float = 0.20
    """Shear, as a tangent."""
    rotation: float = 0.12
    """Radians."""
    tremor: float = 0.008
    """Unsteadiness from dot to dot."""
    width: float = 0.26
    """Spread of the pen's width."""
    felt: float = 0.05
    """Share of digits written with a felt pen, 1.3 to 1.8 times as thick as the others."""
    pressure: float = 0.20
    """Spread of the pen's width along one stroke."""
    nib: float = 0.10
    """Spread of the width of upright strokes to that of level ones: a broad pen."""
    ragged: float = 0.3
    """How far the rim of the ink strays at most, in pixels: rough paper, a coarse scanner."""
    gap: float = 0.05
    """Share of digits where the ink fails for a moment."""
    speck: float = 0.05
    """Share of digits with a speck of dirt on the paper."""
    blend: float = 1.2
    """How far from one variant towards (and past) another a digit lies at most."""

    def at_level(self, level: float) -> Hand:
        """The same hand with everything ``level`` times as strong; only blends never go further than they do."""
        stronger = {field.name: getattr(self, field.name) * level for field in fields(self)}
        return replace(self, **stronger | {"blend": self.blend * min(level, 1.0)})


PRINT = Hand(
    wander=0.004,
    drift=0.0,
    stroke_offset=0.0,
    overshoot=0.01,
    flick=0.0,
    warp=0.01,
    trapezoid=0.03,
    aspect=0.12,
    slant=0.10,
    rotation=0.03,
    tremor=0.0,
    width=0.30,
    pressure=0.0,
    nib=0.35,
    ragged=0.15,
    gap=0.02,
    blend=1.0,
)
"""A typeface: its shapes are exact; fonts differ in weight, width, slant and in thick against thin."""


@dataclass(frozen=True)
class Manner:
    """How a shape is written on average, around which a hand varies; ``(n, 1)`` each, one row per digit."""

    pen: FloatArray
    """Half the width of the pen, in pixels of the finished picture."""
    width: FloatArray
    """Times the width of the template."""
    slant: FloatArray
    """To the right, as a tangent."""


def choose_paths(
    table: PathTable, styles: NDArray[np.intp], size: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """x and y of one path per entry of ``styles``: a blend of two variants of that style.

    Of two, not of all: the mean of many variants is always the same bland digit.
    """
    count = len(styles)
    variants = table.size[styles]
    one = (rng.random(count) * variants).astype(np.intp)
    other = (one + 1 + (rng.random(count) * np.maximum(variants - 1, 1)).astype(np.intp)) % variants
    share = rng.random((count, 1), np.float32) * np.float32(size)
    first = table.first[styles]
    one, other = one + first, other + first
    x, y = table.x[one], table.y[one]
    x += share * (table.x[other] - x)
    y += share * (table.y[other] - y)
    return x, y


def wander(x: FloatArray, y: FloatArray, length: FloatArray, hand: Hand, rng: np.random.Generator) -> None:
    """Smooth random shifts along the path, and a shape that changes while it is written.

    ``length`` (n, M): a path of a given length has room for shifts of a given size; a short one would be crumpled.
    """
    n = len(x)
    amount = rng.random((2, n, 1), np.float32) * np.float32(2 * hand.wander)
    amount *= np.minimum(1, length.mean(axis=1, keepdims=True) / 2)
    knots = rng.standard_normal((2, n, len(_WANDER)), np.float32) * amount
    drift = rng.standard_normal((4, n, 1), np.float32) * np.float32(hand.drift)
    dx, dy = np.matmul(knots, _WANDER)
    dx += (drift[0] * x + drift[1] * y) * _PROGRESS
    dy += (drift[2] * x + drift[3] * y) * _PROGRESS
    x += dx
    y += dy


def smooth_bumps(count: int) -> FloatArray:
    """``(count, STEPS)``: smooth bumps side by side along the path; random multiples make a smooth curve."""
    places = np.linspace(0, count - 1, STEPS) - np.arange(count)[:, None]
    bump = np.exp(-(places**2))
    return np.asarray(bump / np.sqrt((bump**2).sum(axis=0)), np.float32)


_WANDER = smooth_bumps(9)
_PROGRESS = np.linspace(-1, 1, STEPS, dtype=np.float32)


def slide_ends(
    x: FloatArray, y: FloatArray, table: PathTable, styles: NDArray[np.intp], hand: Hand, rng: np.random.Generator
) -> None:
    """Lengthen or shorten the ends of every stroke along the way they point, and move whole strokes a little.

    Dots slide along the path, most at the ends and not at all in the middle, so that the shape stays as it is.
    """
    strokes = int(table.stroke.max()) + 1
    n = len(x)
    rows = np.arange(n)[:, None]
    speed_x, speed_y = slopes(x), slopes(y)
    speed = np.sqrt(speed_x * speed_x + speed_y * speed_y)
    speed += np.float32(1e-6)
    length = rng.standard_normal((n, 2 * strokes), np.float32) * np.float32(hand.overshoot)
    # Shortened by more than a quarter of its length, a stroke would fold: dots near the end move most.
    slide = np.maximum(length[rows, table.end[styles]], np.float32(-0.2) * table.length[styles])
    slide *= table.endness[styles]
    slide /= speed
    offset = rng.standard_normal((2, n, strokes), np.float32) * np.float32(hand.stroke_offset)
    stroke = table.stroke[styles]
    x += slide * speed_x + offset[0][rows, stroke]
    y += slide * speed_y + offset[1][rows, stroke]


def slopes(values: FloatArray) -> FloatArray:
    """From each dot's predecessor to its successor; at both ends of the path from the dot itself."""
    slopes = np.empty_like(values)
    np.subtract(values[:, 2:], values[:, :-2], out=slopes[:, 1:-1])
    slopes[:, 0] = values[:, 1] - values[:, 0]
    slopes[:, -1] = values[:, -1] - values[:, -2]
    return slopes


def flick(x: FloatArray, y: FloatArray, size: float, rng: np.random.Generator) -> None:
    """Draw the first and the last few dots aside: a pen comes down and leaves in a hurry, and a tick is left."""
    for tip in (np.s_[:, :TIP], np.s_[:, : -TIP - 1 : -1]):
        dots = 2 + np.float32(TIP - 2) * rng.random((len(x), 1), np.float32)
        bend = np.maximum(1 - np.arange(TIP, dtype=np.float32) / dots, 0)
        aside = rng.standard_normal((2, len(x), 1), np.float32) * np.float32(size)
        x[tip] += aside[0] * bend
        y[tip] += aside[1] * bend


TIP = 8
"""Dots at each end of a path that a flick may move."""


def warp(x: FloatArray, y: FloatArray, size: float, rng: np.random.Generator) -> None:
    """Shift every dot by three random waves of the plane; waves are long, so neighbours move together."""
    n = len(x)
    wave = rng.standard_normal((3, 4, n, 1), np.float32)
    phase = rng.random((3, n, 1), np.float32) * np.float32(2 * np.pi)
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for (across, down, shift_x, shift_y), start in zip(wave, phase, strict=True):
        ripple = (3 * across) * x
        ripple += (3 * down) * y
        ripple += start
        np.sin(ripple, out=ripple)
        dx += (np.float32(size) * shift_x) * ripple
        dy += (np.float32(size) * shift_y) * ripple
    x += dx
    y += dy


def trapezoid(x: FloatArray, y: FloatArray, size: float, rng: np.random.Generator) -> None:
    """Scale the width with the height on the page, and the height with the place across."""
    amount = rng.standard_normal((2, len(x), 1), np.float32) * np.float32(size)
    product = x * y
    x += amount[0] * product
    y += amount[1] * product


def lean(x: FloatArray, y: FloatArray, mean_slant: FloatArray, hand: Hand, rng: np.random.Generator) -> None:
    """Aspect, slant and rotation: one 2 × 2 matrix per digit, and the tremor of the pen."""
    n = len(x)
    aspect, slant, angle = rng.standard_normal((3, n, 1), np.float32)
    heavy = 1 + np.float32(0.5) * (rng.random((n, 1), np.float32) < 0.1)  # now and then somebody writes very wide
    aspect = np.exp(np.float32(hand.aspect) * aspect * heavy)
    slant = mean_slant + np.float32(hand.slant) * slant
    angle = np.float32(hand.rotation) * angle
    cos, sin = np.cos(angle), np.sin(angle)
    tremor = rng.standard_normal((2, *x.shape), np.float32)
    tremor *= rng.random((n, 1), np.float32) * np.float32(2 * hand.tremor)
    upright_x = aspect * x - slant * y
    new_x = cos * upright_x + sin * y
    y *= cos
    y -= sin * upright_x
    x[:] = new_x
    x += tremor[0]
    y += tremor[1]


def write(
    table: PathTable, styles: NDArray[np.intp], manner: Manner, hand: Hand, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """x and y, ``(n, M)``, of one digit per style: all of the above in a hand's order."""
    x, y = choose_paths(table, styles, hand.blend, rng)
    x *= manner.width
    wander(x, y, table.length[styles], hand, rng)
    slide_ends(x, y, table, styles, hand, rng)
    flick(x, y, hand.flick, rng)
    warp(x, y, hand.warp, rng)
    trapezoid(x, y, hand.trapezoid, rng)
    lean(x, y, manner.slant, hand, rng)
    return x, y
