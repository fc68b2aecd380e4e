"""Printed lines are not writing: ruled and squared paper, the boxes of forms, the edges of a scan.

A rule is straight, thin and long: so long that no stroke of a digit is like it, or it ends in other rules. It is
taken away only where nothing crosses it: there the ink is thicker than the rule, and stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Rule", "find_rules", "without_rules"]

Mask = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
FloatImage = NDArray[np.float32]

_SMALLEST_PICTURE = 48
"""Pixels of the shorter side; a smaller picture has no room for rules."""
_OVERVIEW = 1200
"""Longest side of the copy in which rules are sought."""
_WHOLE = 0.6
"""A line over this share of the picture's side is a rule whatever else there is."""
_CUT_OFF = 0.25
"""So is one that begins at an edge of the picture and goes on for this share."""
_SLENDER = 10
"""A rule is at least so many times as long as it is thick."""
_THICKEST = 18
"""Of the picture's shorter side, a rule's thickness is at most one part in so many."""
_MANY = 4
"""Rules from which on their usual thickness is known."""
_PARALLEL = 0.05
"""Slopes of the rules of a sheet in perspective differ by at most this from the middle one."""
_DARKER = 1.6
"""Ink so many times as strong as a rule is a stroke that crosses it."""


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
    def slope(self) -> float:
        """Across per along, from end to end."""
        return float((self.places[-1] - self.places[0]) / max(self.length - 1, 1))

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Both ends as (along, across)."""
        return (self.start, self.places[0]), (self.start + self.length - 1, self.places[-1])

    def across_at(self, along: float) -> float:
        """Where it lies at a place along it; the nearer end outside of it."""
        return float(self.places[int(np.clip(along - self.start, 0, self.length - 1))])

    def reaches(self, along: float, slack: float) -> bool:
        return self.start - slack <= along <= self.start + self.length - 1 + slack


def find_rules(contrast: FloatImage, noise: float) -> list[Rule]:
    """All printed lines, from a picture's contrast ``(H, W)`` and its :attr:`~glassnet.reading.ink.Ink.noise`."""
    if min(contrast.shape) < _SMALLEST_PICTURE:
        return []
    scale = max(max(contrast.shape) / _OVERVIEW, 1.0)
    if scale > 1:  # a rule is long: it is seen in a small copy as well
        contrast = cv2.resize(contrast, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    level = _straight_lines(contrast, noise)
    upright = [replace(line, upright=True) for line in _straight_lines(np.ascontiguousarray(contrast.T), noise)]
    height, width = contrast.shape
    long = [line for line in level if _stands_alone(line, width)]
    long += [line for line in upright if _stands_alone(line, height)]
    long = _of_one_print(long)
    others = [line for line in level + upright if line not in long]
    frames = _frames(others, long)
    frames += _combs([line for line in others if line not in frames], long + frames)
    rules = [_lengthened(rule, height if rule.upright else width) for rule in long] + frames
    return [_enlarged(rule, scale) for rule in rules]


def _enlarged(rule: Rule, scale: float) -> Rule:
    """The rule in a picture ``scale`` times as large."""
    along = np.arange(int(rule.length * scale)) / scale
    places = (np.interp(along, np.arange(rule.length), rule.places) + 0.5) * scale - 0.5
    return replace(rule, start=int(rule.start * scale), places=places, thickness=(rule.thickness + 1) * scale - 1)


def without_rules(contrast: FloatImage, mask: Mask, rules: list[Rule]) -> Mask:
    """The ink without the rules; strokes that cross a rule stay whole."""
    for upright in (False, True):
        along = [rule for rule in rules if rule.upright == upright]
        if along and upright:
            mask = np.ascontiguousarray(_erase(contrast.T, np.ascontiguousarray(mask.T), along).T)
        elif along:
            mask = _erase(contrast, mask, along)
    return mask


def _straight_lines(contrast: FloatImage, noise: float) -> list[Rule]:
    """Thin straight lines along the rows, slightly tilted or curved ones included.

    Averaged along the rows, the grain of the paper fades and a faint line stays. Pieces of rows that are ink from
    end to end are joined to lines; a tilted line is a staircase of such pieces.
    """
    shortest = int(np.clip(min(contrast.shape) // 14, 12, 40))
    along = cv2.blur(contrast, (shortest // 2, 1))
    ink = (along > max(0.04, 2 * noise)).astype(np.uint8)
    unbroken = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a rough line is straight all the same
    runs = cv2.morphologyEx(unbroken, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8)) & ink
    thickest = max(min(contrast.shape) // _THICKEST, 8)
    thick = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    runs &= ~cv2.dilate(thick, np.ones((thickest | 1, 1), np.uint8))  # with the slivers at its edges
    bridged = cv2.morphologyEx(
        cv2.copyMakeBorder(runs, 0, 0, shortest, shortest, cv2.BORDER_CONSTANT, value=0),
        cv2.MORPH_CLOSE,
        np.ones((1, shortest), np.uint8),
    )[:, shortest:-shortest]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    lines = []
    for one in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[one])
        if width < 2 * shortest:
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
    if len(columns) < 0.8 * width or width < _SLENDER * thickness or uneven > max(1.0, 0.3 * thickness):
        return None  # a row of digits hangs together as well, but not so evenly
    middles = (np.arange(len(pixels)) @ pixels)[columns] / amounts[columns]
    places = columns / max(width - 1, 1)
    powers = np.stack([np.ones(len(places)), places, places**2])
    weights = np.ones(len(places))
    for _ in range(6):  # a digit's strokes along the line would pull the curve away: far away counts little
        weighted = powers * weights
        curve = np.linalg.lstsq(weighted @ powers.T, weighted @ middles, rcond=None)[0]
        off = np.abs(middles - curve @ powers)
        weights = 1 / np.maximum(off, 0.3)
    if np.median(off) > max(1.0, min(0.4 * thickness, 2.0)) or (off <= max(1.5, thickness)).mean() < 0.6:
        return None
    strength = float(np.median(np.where(pixels, contrast, 0).max(axis=0)[columns]))
    every = np.arange(width) / max(width - 1, 1)
    return Rule(False, left, top + curve @ np.stack([np.ones(width), every, every**2]), thickness, strength)


def _of_one_print(rules: list[Rule]) -> list[Rule]:
    """Rules of about the same thickness and direction: one that differs is a rule with a stroke along it."""
    kept = []
    for rule in rules:
        alike = [other for other in rules if other.upright == rule.upright]
        thickness = float(np.median([other.thickness for other in alike]))
        slope = float(np.median([other.slope for other in alike]))
        if len(alike) < _MANY or (rule.thickness <= 1.7 * thickness + 1 and abs(rule.slope - slope) < _PARALLEL):
            kept.append(rule)
    return kept


def _stands_alone(line: Rule, side: int) -> bool:
    """Is it a rule by its length alone?"""
    if line.length >= _WHOLE * side:
        return True
    cut_off = line.start <= 2 or line.start + line.length >= side - 2
    return cut_off and line.length >= _CUT_OFF * side


def _lengthened(rule: Rule, side: int) -> Rule:
    """The rule from edge to edge of the picture: where strokes cross it, its rest may not have been seen."""
    before, after = rule.start, side - rule.start - rule.length
    third = max(rule.length // 3, 1)
    steepness = [
        (rule.places[third] - rule.places[0]) / third,
        (rule.places[-1] - rule.places[-1 - third]) / third,
    ]
    places = np.concatenate(
        [
            rule.places[0] - steepness[0] * np.arange(before, 0, -1),
            rule.places,
            rule.places[-1] + steepness[1] * np.arange(1, after + 1),
        ]
    )
    return replace(rule, start=rule.start - before, places=places)


def _frames(lines: list[Rule], rules: list[Rule]) -> list[Rule]:
    """The sides of boxes: lines that end in crosswise ones at both ends, and have another one like them opposite.

    Taking one line away may leave others without an end, so it is done until nothing changes.
    """
    sides = lines
    while True:
        left = [line for line in sides if _both_ends_meet(line, rules + sides) and _has_a_twin(line, sides)]
        if len(left) == len(sides):
            return left
        sides = left


def _has_a_twin(line: Rule, others: list[Rule]) -> bool:
    """Is there a line of the same print that begins and ends beside this one?"""
    slack = 0.08 * line.length + line.thickness
    return any(
        other is not line
        and other.upright == line.upright
        and abs(other.start - line.start) <= slack
        and abs(other.length - line.length) <= slack
        and abs(other.slope - line.slope) <= _PARALLEL
        and abs(other.thickness - line.thickness) <= 0.4 * line.thickness + 0.5
        and abs(other.strength - line.strength) <= 0.25 * line.strength
        for other in others
    )


def _combs(lines: list[Rule], rules: list[Rule]) -> list[Rule]:
    """The teeth of combs: many upright lines of one length at equal distances that stand on a rule."""
    found = []
    for rule in rules:
        teeth = [line for line in lines if line.upright and not rule.upright and _meet(line, rule)]
        if len(teeth) < _MANY:
            continue
        length = float(np.median([tooth.length for tooth in teeth]))
        teeth = sorted(
            (tooth for tooth in teeth if abs(tooth.length - length) < 0.25 * length),
            key=lambda tooth: float(tooth.places[0]),
        )
        distances = np.diff([tooth.places[0] for tooth in teeth])
        if len(teeth) >= _MANY and np.ptp(distances) < 0.3 * distances.mean():
            found += teeth
    return found


def _meet(line: Rule, other: Rule) -> bool:
    """Does one of a line's ends lie on another one?"""
    return any(_lies_on(end, line, other) for end in line.ends)


def _both_ends_meet(line: Rule, others: list[Rule]) -> bool:
    return all(any(_lies_on(end, line, other) for other in others) for end in line.ends)


def _lies_on(end: tuple[float, float], line: Rule, other: Rule) -> bool:
    along, across = end
    slack = 0.05 * line.length + line.thickness
    return (
        other.upright != line.upright
        and abs(other.across_at(across) - along) <= slack
        and other.reaches(across, slack)
    )


def _erase(contrast: FloatImage, mask: Mask, rules: list[Rule]) -> Mask:
    """Take rules along the rows away, where the ink is neither darker nor thicker across than they are."""
    ink = mask.astype(np.uint8)
    erased = ink.copy()
    for rule in rules:
        reach = rule.thickness / 2 + 2
        top = max(int(rule.places.min() - 3 * reach - 3), 0)
        bottom = min(int(rule.places.max() + 3 * reach + 4), len(ink))
        if top >= bottom:
            continue
        window = slice(top, bottom), slice(rule.start, rule.start + rule.length)
        part = ink[window]
        zone = np.abs(np.arange(top, bottom)[:, None] - rule.places[: part.shape[1]]) <= reach
        thick = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((int(1.5 * rule.thickness) + 4, 1), np.uint8)) > 0
        stroke = thick | (contrast[window] > _DARKER * rule.strength)
        rest = np.where(zone & ~stroke, 0, erased[window])
        gap = int(2 * reach) + 1 | 1
        closed = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap)))
        erased[window] = np.where(zone, rest | (closed & part), rest)
    return erased.astype(np.bool_)
