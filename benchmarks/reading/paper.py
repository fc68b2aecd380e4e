"""What is written on: paper and boards, rulings, and sheets that remember what was written where.

A ``Sheet`` collects ink; ``lay`` and ``pencil`` put it on paper: pictures ``(H, W, 3)`` of floats, 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.writers import Glyph, Writer

__all__ = [
    "BALLPOINTS",
    "Floats",
    "Mark",
    "Random",
    "Sample",
    "Sheet",
    "lay",
    "paper",
    "pencil",
    "ruled",
    "squared",
    "waves",
]

Floats = NDArray[np.float32]
Random = np.random.Generator

BALLPOINTS = ((25, 35, 110), (20, 25, 80), (30, 30, 35), (45, 45, 50), (40, 60, 150), (150, 25, 35), (20, 90, 60))
"""Colours of common pens, red, green and blue."""


@dataclass(frozen=True)
class Mark:
    """A digit that was written, and its box."""

    digit: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Sample:
    """A picture ``(H, W, 3)`` ``uint8`` and the digits on it, line by line; none where it shows no digit."""

    picture: NDArray[np.uint8]
    lines: list[list[Mark]]

    @property
    def text(self) -> str:
        return "\n".join("".join(str(mark.digit) for mark in line) for line in self.lines)


@dataclass
class Sheet:
    """Ink on ``height`` × ``width`` pixels, and where it is what."""

    height: int
    width: int
    lines: list[list[Mark]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ink: Floats = np.zeros((self.height, self.width), np.float32)

    def put(self, glyph: Glyph, left: float, top: float) -> tuple[int, int, int, int] | None:
        """Add ink at a place; what sticks out is cut off. Returns the box that is left of it."""
        x, y = round(left), round(top)
        a, b = max(0, -y), max(0, -x)
        part = glyph[a : self.height - y, b : self.width - x]
        if 0 in part.shape:
            return None
        place = self.ink[y + a : y + a + part.shape[0], x + b : x + b + part.shape[1]]
        np.maximum(place, part, out=place)
        return x + b, y + a, x + b + part.shape[1], y + a + part.shape[0]

    def digit(self, digit: int, glyph: Glyph, left: float, top: float) -> Mark:
        """A digit, in the line that was begun last."""
        box = self.put(glyph, left, top)
        assert box is not None
        mark = Mark(digit, *box)
        self.lines[-1].append(mark)
        return mark

    def write(
        self,
        text: str,
        writer: Writer,
        left: float,
        baseline: float,
        height: float,
        *,
        gap: tuple[float, float] = (0.18, 0.45),
        slope: float = 0.0,
        unsteady: float = 0.05,
    ) -> float:
        """Write a new line of digits and spaces; where it ended is returned. Gaps are in heights of a digit."""
        self.lines.append([])
        x, rng = left, writer.rng
        for character in text:
            if character == " ":
                x += 0.6 * height
                continue
            glyph = writer.glyph(character, height * float(np.exp(rng.normal(0, unsteady))))
            low = baseline + slope * (x - left) + rng.normal(0, unsteady * height)
            if x + glyph.shape[1] > self.width - 2:
                break
            self.digit(int(character), glyph, x, low - glyph.shape[0])
            x += glyph.shape[1] + rng.uniform(*gap) * height
        return x


def waves(rng: Random, shape: tuple[int, int], coarse: float) -> Floats:
    """Smooth noise of mean 0 and deviation 1; ``coarse`` pixels from bump to bump."""
    small = rng.standard_normal((max(2, int(shape[0] / coarse) + 2), max(2, int(shape[1] / coarse) + 2)))
    return cv2.resize(small.astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)


def paper(
    rng: Random, shape: tuple[int, int], colour: tuple[float, float, float] = (246, 244, 238), grain: float = 1.0
) -> Floats:
    """Paper of a colour: fibres, clouds, now and then a fold."""
    texture = 0.6 * grain * rng.standard_normal(shape).astype(np.float32)
    texture += 1.2 * grain * waves(rng, shape, 3) + 0.8 * grain * waves(rng, shape, 40)
    made = np.array(colour, np.float32) + texture[..., None]
    if rng.random() < 0.15 * min(grain, 1):  # folded once
        middle, wide = rng.uniform(0.3, 0.7) * shape[1], rng.uniform(2, 5)
        place = np.arange(shape[1], dtype=np.float32) - middle
        made += (np.tanh(place / wide) * -4 - 10 * np.exp(-((place / wide) ** 2)))[None, :, None]
    return made


def lay(
    ink: Floats,
    under: Floats,
    colour: tuple[float, float, float],
    rng: Random | None = None,
    *,
    density: float = 1.0,
) -> Floats:
    """Ink on paper. With ``rng`` it is a ballpoint's: uneven along the stroke, darker at its rim."""
    cover = ink * density
    if rng is not None:
        rim = np.clip(ink - cv2.erode(ink, np.ones((3, 3), np.uint8)), 0, 1)
        cover = cover * (0.88 + 0.12 * rim + 0.07 * waves(rng, ink.shape, 6))
    cover = np.clip(cover, 0, 1)[..., None]
    return under * (1 - cover) + np.array(colour, np.float32) * cover


def pencil(ink: Floats, under: Floats, rng: Random, faint: float) -> Floats:
    """Graphite stays on the high places of the paper; ``faint`` is how dark it is at most, 0 to 1."""
    tooth = 0.5 + 0.35 * waves(rng, ink.shape, 1.7) + 0.15 * rng.standard_normal(ink.shape).astype(np.float32)
    cover = cv2.GaussianBlur(ink, (0, 0), 0.7) * np.clip(0.35 + 0.75 * tooth, 0, 1.1)
    return lay(np.clip(cover, 0, 1), under, (58, 58, 62), density=faint)


def rule(
    page: Floats,
    places: NDArray[np.float64],
    axis: int,
    colour: tuple[float, float, float],
    thick: float,
    rng: Random,
) -> None:
    """Printed lines, level (``axis`` 0) or upright (1), in place."""
    at = np.arange(page.shape[axis], dtype=np.float32)
    cover = np.zeros(len(at), np.float32)
    for place in places:
        cover = np.maximum(cover, np.clip(thick / 2 + 0.5 - np.abs(at - place), 0, 1))
    shaped = (cover[:, None, None] if axis == 0 else cover[None, :, None]) * rng.uniform(0.8, 1)
    page *= 1 - shaped
    page += shaped * np.array(colour, np.float32)


RULINGS = ((160, 190, 225), (185, 205, 230), (150, 150, 165), (200, 190, 200), (140, 180, 170), (95, 105, 135))


def ruled(page: Floats, pitch: float, rng: Random, *, margin: bool = True, start: float | None = None) -> None:
    """A notebook's lines, in place, and the red line at its margin."""
    first = pitch if start is None else start % pitch
    colour = RULINGS[rng.integers(len(RULINGS))]
    rule(page, np.arange(first, page.shape[0], pitch), 0, colour, rng.uniform(1, max(1.2, pitch / 40)), rng)
    if margin:
        red = np.array([rng.uniform(0.03, 0.1) * page.shape[1]])
        rule(page, red, 1, (225, 130, 140), rng.uniform(1, max(1.2, pitch / 35)), rng)


def squared(page: Floats, pitch: float, rng: Random) -> None:
    """Squared paper, in place."""
    colour, thick = RULINGS[rng.integers(len(RULINGS))], rng.uniform(1, max(1.1, pitch / 20))
    for axis in (0, 1):
        rule(page, np.arange(rng.uniform(0, pitch), page.shape[axis], pitch), axis, colour, thick, rng)
