"""What is written on, and how its picture is taken: paper, boards, rulings; scanners, telephones, screens.

A ``Sheet`` collects ink and remembers what was written where. The functions below it turn its ink into a picture
``(H, W, 3)`` of floats, 0 to 255, and make of that what a scanner or a telephone would.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.writers import Glyph, Writer

__all__ = ["Mark", "Sample", "Sheet", "lay", "paper", "photograph", "ruled", "scanned", "squared"]

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


def encoded(page: Floats, quality: int) -> NDArray[np.uint8]:
    """Rounded, and through JPEG."""
    whole = np.clip(np.rint(page), 0, 255).astype(np.uint8)
    if quality >= 100:
        return whole
    _, data = cv2.imencode(".jpg", whole[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def scanned(page: Floats, sheet: Sheet, rng: Random, *, edges: bool = True, grey: bool | None = None) -> Sample:
    """From a flat-bed scanner: a little askew, dust, the lid's shadow at the edges, contrast turned up."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 0.6), 1)
    lid = float(rng.choice([30, 60, 245]))
    page = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(lid,) * 3)
    for _ in range(rng.poisson(4)):
        spot = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(page, spot, 1, (rng.uniform(60, 180),) * 3, -1)
    if edges:
        for side in rng.choice(4, rng.integers(1, 4), replace=False):
            deep = rng.uniform(0.004, 0.025) * max(height, width)
            along = np.arange(height if side < 2 else width, dtype=np.float32)
            wavy = deep * (1 + 0.15 * np.sin(along / rng.uniform(200, 900) + rng.uniform(0, 6)))
            across = np.arange(width if side < 2 else height, dtype=np.float32)
            away = across if side % 2 == 0 else across[::-1]
            shade = 1 / (1 + np.exp(-(away[None, :] - wavy[:, None]) / rng.uniform(0.8, 6)))
            shade = shade if side < 2 else shade.T
            page = page * shade[..., None] + rng.uniform(10, 60) * (1 - shade[..., None])
    page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 0.8))
    page += rng.normal(0, rng.uniform(0.5, 2.5), page.shape).astype(np.float32)
    page = (page - 128) * rng.uniform(1.0, 1.25) + 128 + rng.uniform(-3, 12)
    if grey if grey is not None else rng.random() < 0.4:
        page = np.repeat((page @ np.array([0.299, 0.587, 0.114], np.float32))[..., None], 3, axis=2)
    corners = np.vstack([turn, [0, 0, 1]])
    return Sample(encoded(page, int(rng.integers(60, 98))), moved(sheet.lines, corners, page.shape[:2]))


def moved(lines: list[list[Mark]], homography: NDArray[np.float64], shape: tuple[int, ...]) -> list[list[Mark]]:
    """The marks after a change of perspective; those outside the picture are left out."""
    found = []
    for line in lines:
        kept = []
        for mark in line:
            x, y = (mark.left, mark.right), (mark.top, mark.bottom)
            corners = np.array([[(a, b) for a in x for b in y]], np.float64)
            places = cv2.perspectiveTransform(corners, homography)[0]
            (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
            if min(left, top) >= 0 and right <= shape[1] and bottom <= shape[0]:
                kept.append(Mark(mark.digit, left, top, right, bottom))
        found.append(kept)
    return [line for line in found if line]


def photograph(
    page: Floats, sheet: Sheet, rng: Random, *, hard: float = 1.0, turn: float = 8.0, desk: float = 0.25
) -> Sample:
    """A telephone's picture: askew, in uneven light, with its own shadow, soft, noisy, and through JPEG.

    ``turn`` is the most it is turned, in degrees; ``desk`` the share of pictures that show what the paper lies on.
    """
    height, width = page.shape[:2]
    page, homography = _askew(page, rng, turn * hard, desk)
    page *= _light(rng, (height, width), hard)[..., None] / 255
    warm = rng.normal(0, 0.05)
    page *= np.array([1 + warm, 1, 1 - 1.2 * warm], np.float32)
    page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.5, 0.5 + 0.8 * hard))
    if rng.random() < 0.25:
        page = _shaken(page, rng, hard)
    size = rng.uniform(1, 1 + 5 * hard)
    noise = rng.normal(0, size, (height, width, 1)) + rng.normal(0, size / 2, (height, width, 3))
    page += noise.astype(np.float32) * np.sqrt(np.clip(page, 8, 255) / 160)
    if rng.random() < 0.6:  # sharpened by the telephone
        page += rng.uniform(0.3, 1.0) * (page - cv2.GaussianBlur(page, (0, 0), 1.5))
    return Sample(encoded(page, int(rng.integers(30, 91))), moved(sheet.lines, homography, page.shape[:2]))


def _askew(page: Floats, rng: Random, turn: float, desk: float) -> tuple[Floats, NDArray[np.float64]]:
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + rng.normal(0, 0.012, (4, 2)).astype(np.float32) * max(height, width)
    shows_desk = rng.random() < desk
    angle = np.deg2rad(rng.uniform(-turn, turn))
    middle = corners.mean(axis=0)
    scale = rng.uniform(0.82, 0.95) if shows_desk else rng.uniform(0.97, 1.04)
    spin = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = ((seen - middle) @ spin.T + middle).astype(np.float32)
    homography = cv2.getPerspectiveTransform(corners, seen)
    if not shows_desk:
        return (
            cv2.warpPerspective(page, homography, (width, height), borderMode=cv2.BORDER_REPLICATE),
            homography,
        )
    under = wood(rng, (height, width))
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), homography, (width, height))[..., None]
    cast = cv2.GaussianBlur(np.roll(cover[..., 0], (6, 6), (0, 1)), (0, 0), 6)[..., None]
    sheet = cv2.warpPerspective(page, homography, (width, height))
    return sheet + under * (1 - 0.5 * np.clip(cast, 0, 1)) * (1 - cover), homography


def wood(rng: Random, shape: tuple[int, int]) -> Floats:
    """A table: rings, stretched."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    ring = y / rng.uniform(15, 50) + 2 * waves(rng, shape, 250) + x / 900
    tone = np.sin(2 * np.pi * ring) * 9 + cv2.blur(rng.normal(0, 12, shape).astype(np.float32), (41, 1))
    colour = np.array([(150, 105, 65), (95, 62, 40), (190, 150, 110), (70, 68, 66)][rng.integers(4)], np.float32)
    return np.clip(colour + tone[..., None] * np.array([1.0, 0.85, 0.7], np.float32), 0, 255)


def _light(rng: Random, shape: tuple[int, int], hard: float) -> Floats:
    """How much light falls where, 255 in full: a gradient, dark corners, the shadow of a hand."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    way = rng.uniform(0, 2 * np.pi)
    light = 1 - hard * rng.uniform(0.05, 0.4) * (0.5 + x * np.cos(way) + y * np.sin(way))
    light *= 1 - rng.uniform(0, 0.25) * hard * (x * x + y * y)
    if rng.random() < 0.5 * hard:
        far, way = rng.uniform(-0.3, 0.3), rng.uniform(0, 2 * np.pi)
        bent = x * np.cos(way) + y * np.sin(way) - far + 0.06 * np.sin(8 * (y * np.cos(way) - x * np.sin(way)))
        edge = 1 / (1 + np.exp(-bent / rng.uniform(0.004, 0.06)))
        light *= 1 - rng.uniform(0.15, 0.5) * hard * edge
    return np.asarray(255 * light * rng.uniform(0.72, 1.0), np.float32)


def _shaken(page: Floats, rng: Random, hard: float) -> Floats:
    """The hand moved."""
    length = int(rng.integers(2, 3 + round(3 * hard)))
    kernel = np.zeros((2 * length + 1,) * 2, np.float32)
    way = rng.uniform(0, np.pi)
    end = round(length * np.cos(way)), round(length * np.sin(way))
    cv2.line(kernel, (length - end[0], length - end[1]), (length, length), 1)
    return cv2.filter2D(page, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
