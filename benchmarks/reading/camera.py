"""How the picture of a page is taken: by a flat-bed scanner, or by a telephone in somebody's hand."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.paper import Floats, Mark, Random, Sample, Sheet, waves

__all__ = ["OutOfSightError", "encoded", "moved", "photograph", "scanned", "wood"]


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


class OutOfSightError(Exception):
    """A digit lies at the edge of the picture or beyond: nobody takes such a picture, so it is taken again."""


def moved(lines: list[list[Mark]], homography: NDArray[np.float64], shape: tuple[int, ...]) -> list[list[Mark]]:
    """The marks after a change of perspective; :class:`OutOfSightError` where one is on the picture no more."""
    return [[_moved(mark, homography, shape) for mark in line] for line in lines if line]


def _moved(mark: Mark, homography: NDArray[np.float64], shape: tuple[int, ...]) -> Mark:
    corners = np.array([[(x, y) for x in (mark.left, mark.right) for y in (mark.top, mark.bottom)]], np.float64)
    places = cv2.perspectiveTransform(corners, homography)[0]
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    if min(left, top) < 2 or right > shape[1] - 2 or bottom > shape[0] - 2:
        raise OutOfSightError
    return Mark(mark.digit, left, top, right, bottom)


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
