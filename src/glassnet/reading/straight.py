"""Thin straight lines in a picture, printed or drawn: what rules, boxes and combs are made of.

A line is described by where its middle lies at every pixel along it, so that paper may be turned a little, curl,
or be seen from aside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Rule", "covered", "joined", "longest_gap", "straight_lines", "usual_slope"]

Mask = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
FloatImage = NDArray[np.float32]

_SLENDER = 10
"""A rule is at least so many times as long as it is thick."""
_STUBBY = 5
"""So is a short line, the tooth of a comb."""
_LONG = 240
"""Pixels from which on a line may bend more than once..."""
_BENDS = 3
"""...and lie so many pixels and its thickness beside a curve of second degree."""
_THICKEST = 18
"""Of the picture's shorter side, a rule's thickness is at most one part in so many."""
_CLEARLY = 1.15
"""A page is taken for turned if its rows are sharper by this factor than if it is not."""
_FARTHEST = 0.5
"""Lines that are one are at most so far apart, as a share of the longer one's length."""
_STEEPEST = 0.3
"""Nobody turns a page further than by this tangent."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A thin straight line of ink along the rows, or along the columns where ``upright``."""

    upright: bool
    start: int
    """First pixel along the line: a column, or a row where ``upright``."""
    places: FloatArray
    """Where the middle of the line lies at every pixel from ``start`` on: a row, or a column."""
    thickness: float
    strength: float
    """Its contrast with the paper, in its middle."""

    @property
    def length(self) -> int:
        return len(self.places)

    @property
    def end(self) -> int:
        """The pixel after its last one."""
        return self.start + self.length

    @property
    def reach(self) -> float:
        """How far from its middle its soft rim ends."""
        return self.thickness / 2 + 2

    @property
    def slope(self) -> float:
        """Across per along, from end to end."""
        return float((self.places[-1] - self.places[0]) / max(self.length - 1, 1))

    def across_at(self, along: float) -> float:
        """Where it lies at a place along it; the nearer end outside of it."""
        return float(self.places[min(max(int(along) - self.start, 0), self.length - 1)])

    def reaches(self, along: float, slack: float) -> bool:
        return self.start - slack <= along <= self.end - 1 + slack

    def lies_along(self, other: Rule) -> bool:
        """Is it part of a longer one?"""
        middle = self.start + self.length // 2
        return (
            self.upright == other.upright
            and other.start <= middle < other.end
            and abs(other.across_at(middle) - self.across_at(middle)) <= other.reach
        )

    def part(self, start: int, end: int) -> Rule:
        """The part of it between two places along it."""
        start, end = max(start, self.start), min(end, self.end)
        return replace(self, start=start, places=self.places[start - self.start : end - self.start])


def straight_lines(
    contrast: FloatImage, shortest: int, faintest: float, slopes: tuple[float, float] = (0.0, 0.0)
) -> list[Rule]:
    """Level and upright lines of at least twice ``shortest`` pixels whose contrast is over ``faintest``.

    ``slopes`` are those of the level and of the upright lines: lines are found that differ from them by less than
    a pixel in every few.
    """
    level = _turned_lines(contrast, shortest, faintest, slopes[0])
    upright = _turned_lines(np.ascontiguousarray(contrast.T), shortest, faintest, slopes[1])
    return level + [replace(line, upright=True) for line in upright]


def _turned_lines(contrast: FloatImage, shortest: int, faintest: float, slope: float) -> list[Rule]:
    """The lines along the rows of a page whose rows slope: found as if it had been turned level before."""
    if not slope:
        return _lines_along(contrast, shortest, faintest)
    height, width = contrast.shape
    lower = max(slope * width, 0.0)  # a turned page needs more rows
    shear = np.array([[1, 0, 0], [-slope, 1, lower]], np.float64)
    level = cv2.warpAffine(contrast, shear, (width, height + int(abs(slope) * width) + 1), borderValue=0)
    return [
        replace(line, places=line.places - lower + slope * np.arange(line.start, line.end))
        for line in _lines_along(level, shortest, faintest)
    ]


def _lines_along(contrast: FloatImage, shortest: int, faintest: float) -> list[Rule]:
    """Thin straight lines along the rows, slightly tilted or curved ones included.

    Averaged along the rows, the grain of the paper fades and a faint line stays. Pieces of rows that are ink from
    end to end are joined to lines; a tilted line is a staircase of such pieces.
    """
    along = cv2.blur(contrast, (max(shortest // 2, 1), 1))
    ink = (along > faintest).astype(np.uint8)
    unbroken = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a rough line is straight all the same
    runs = cv2.morphologyEx(unbroken, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8)) & ink
    thickest = min(max(min(contrast.shape) // _THICKEST, 8), shortest)
    thick = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    runs &= ~cv2.dilate(thick, np.ones((thickest | 1, 1), np.uint8))  # with the slivers at its edges
    bridged = cv2.morphologyEx(
        cv2.copyMakeBorder(runs, 0, 0, shortest, shortest, cv2.BORDER_CONSTANT, value=0),
        cv2.MORPH_CLOSE,
        np.ones((1, shortest), np.uint8),
    )[:, shortest:-shortest]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    lines = []
    for one in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= 2 * shortest):
        if one == 0:  # the paper
            continue
        left, top, width, height, area = (int(value) for value in stats[one])
        if area > 1.5 * width * width / _STUBBY:  # by far too thick to be measured more closely
            continue
        window = slice(top, top + height), slice(left, left + width)
        pixels = (labels[window] == one) & (runs[window] > 0)
        line = _fit(pixels, contrast[window], left, top)
        if line is not None:
            lines.append(line)
    return lines


def _fit(pixels: Mask, contrast: FloatImage, left: int, top: int) -> Rule | None:
    """The curve of second degree through the middle of the pixels; ``None`` where they are no thin line."""
    width = pixels.shape[1]
    amounts = pixels.sum(axis=0)
    columns = np.flatnonzero(amounts)
    thickness = float(np.median(amounts[columns]))
    uneven = float(np.median(np.abs(amounts[columns] - thickness)))
    slender = _SLENDER if width > 40 else _STUBBY
    if len(columns) < 0.8 * width or width < slender * thickness or uneven > max(1.0, 0.3 * thickness):
        return None  # a row of digits hangs together as well, but not so evenly
    alone = amounts[columns] <= 1.5 * thickness + 1  # no stroke has run into it there
    columns = columns[alone] if alone.mean() > 0.4 else columns
    middles = (np.arange(len(pixels)) @ pixels)[columns] / amounts[columns]
    along = np.linspace(-1, 1, width)
    powers = along ** np.arange(3)[:, None]
    fitted = powers[:, columns]
    weights = np.ones(len(columns))
    for _ in range(6):  # a digit's strokes along the line would pull the curve away: far away counts little
        weighted = fitted * weights
        curve = np.linalg.solve(weighted @ fitted.T, weighted @ middles)
        off = np.abs(middles - curve @ fitted)
        weights = 1 / np.maximum(off, 0.3)
    if np.median(off) > max(1.0, min(0.4 * thickness, 2.0)) or (off <= max(1.5, thickness)).mean() < 0.6:
        return None
    strength = float(np.median(np.where(pixels, contrast, 0).max(axis=0)[columns]))
    if strength <= 0:  # the shadow of something thick beside it
        return None
    line = Rule(False, 0, curve @ powers, thickness, strength)
    if width >= _LONG:
        near = off <= thickness + _BENDS
        rest = np.interp(np.arange(width), columns[near], (middles - curve @ fitted)[near])
        bent = replace(line, places=line.places + _smoothed(rest))
        line = min(line, bent, key=lambda one: longest_gap(one, contrast))
    return replace(line, start=left, places=top + line.places)


def _smoothed(places: FloatArray) -> FloatArray:
    """The mean of each place and its neighbours: paper that curls bends a rule this way and that, but slowly."""
    half = _LONG // 8
    summed = np.cumsum(np.pad(places, (half + 1, half), mode="edge"))
    return np.asarray((summed[2 * half + 1 :] - summed[: -2 * half - 1]) / (2 * half + 1))


def joined(lines: list[Rule], contrast: FloatImage) -> list[Rule]:
    """The lines, those that continue one another as one, where a stroke crosses the place between them."""
    whole: list[Rule] = []
    known = np.zeros((3, len(lines)))
    upright, ends, lengths = known  # of ``whole``: most pairs of lines are seen to be apart by these alone
    for line in sorted(lines, key=lambda line: line.start):
        gaps = line.start - ends
        near = (gaps >= 0) & (gaps <= _FARTHEST * np.maximum(lengths, line.length)) & (upright == line.upright)
        place = len(whole)
        for fits in np.flatnonzero(near[:place]):
            before = whole[fits]
            if not _continues(before, line):
                continue
            gap = np.linspace(before.places[-1], line.places[0], line.start - before.end + 2)[1:-1]
            if covered(replace(before, start=before.end, places=gap), contrast) > 0.9:
                places = np.concatenate([before.places, gap, line.places])
                longer = max(before, line, key=lambda one: one.length)
                line, place = replace(longer, start=before.start, places=places), int(fits)
                break
        whole[place : place + 1] = [line]
        known[:, place] = line.upright, line.end, line.length
    return whole


def covered(line: Rule, contrast: FloatImage) -> float:
    """The share of a line's length at which there is ink half as strong as its own; 1 where it has no length."""
    return float(_inked(line, contrast).mean()) if line.length else 1.0


def longest_gap(line: Rule, contrast: FloatImage) -> int:
    """Pixels of the longest part of a line at which there is no ink."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], _inked(line, contrast), [True]]).astype(int)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _inked(line: Rule, contrast: FloatImage) -> Mask:
    """(length,): where along a line, or a pixel beside it, there is ink half as strong as its own."""
    view = contrast.T if line.upright else contrast
    rows = np.rint(line.places).astype(int) + np.array([[-1], [0], [1]])
    columns = np.arange(line.start, line.end).clip(0, view.shape[1] - 1)
    values = view[rows.clip(0, len(view) - 1), columns]
    return np.asarray((values > 0.5 * line.strength).any(axis=0))


def _continues(before: Rule, line: Rule) -> bool:
    """Would the longer of two lines of one direction, prolonged across the gap, meet the other?"""
    gap = line.start - before.end
    slack = 1.5 + 0.5 * max(before.thickness, line.thickness)
    longer, other = (before, line.places[0]) if before.length >= line.length else (line, before.places[-1])
    way = gap + 1 if longer is before else -gap - 1
    near = longer.places[-1] if longer is before else longer.places[0]
    return bool(abs(near + longer.slope * way - other) <= slack + 0.02 * gap)


def usual_slope(contrast: FloatImage, faintest: float) -> float:
    """The slope, across per along, at which the most ink of thin level lines falls into the fewest rows.

    Only what is darker than the rows above and below it counts, and no line counts more than a faint one: what is
    sought is the ruling of the paper, not its writing.
    """
    scale = max(max(contrast.shape) / 500, 1.0)
    small = cv2.resize(contrast, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    if len(small) < 8:
        return 0.0
    crest = np.zeros_like(small)
    crest[2:-2] = small[2:-2] - np.maximum(small[:-4], small[4:])
    down, across = np.nonzero(crest > 0.5 * faintest)
    if len(down) < small.shape[1]:
        return 0.0
    step = max(len(down) // 8000, 1)
    down, across = down[::step], across[::step] - small.shape[1] / 2
    room = int(_STEEPEST * small.shape[1] / 2) + 2
    slopes = np.arange(-_STEEPEST, _STEEPEST + 0.005, 0.01)
    rows = [np.bincount((down - slope * across + room).astype(int)) for slope in slopes]
    scores = np.array([float((number.astype(float) ** 2).sum()) for number in rows])
    level = scores[np.abs(slopes) < 0.015].max()
    return float(slopes[scores.argmax()]) if scores.max() > _CLEARLY * level else 0.0
