"""Printed lines are not writing: ruled and squared paper, the boxes of forms, the edges of a scan.

A rule is straight, thin and long: so long that no stroke of a digit is like it, or it ends in other rules. It is
taken away only where nothing crosses it: there the ink is thicker than the rule, and stays. What is left along it
is not writing either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.frames import find_frames
from glassnet.reading.ruling import completed
from glassnet.reading.straight import Rule, covered, joined, longest_gap, straight_lines, usual_slope

__all__ = ["Rule", "enlarged", "find_rules", "without_rules"]

Mask = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
FloatImage = NDArray[np.float32]

_SMALLEST_PICTURE = 48
"""Pixels of the shorter side; a smaller picture has no room for rules."""
_OVERVIEW = 1200
"""Longest side of the copy in which rules are sought..."""
_NARROWEST = 400
"""...unless its shorter side would be less than this: on a long strip rules are as thin as on a page."""
_FAINTEST = 0.04
"""The contrast of a rule that goes through the whole page, and..."""
_CLEAR = 0.1
"""...that of the short lines of boxes."""
_SHORT = 10
"""Pixels of the overview: half of the shortest side of a box."""
_WHOLE = 0.6
"""A line over this share of the picture's side is a rule whatever else there is."""
_CUT_OFF = 0.25
"""So is one that begins at an edge of the picture and goes on for this share..."""
_STEEPEST = 0.2
"""...and slopes no more than this: the stroke of a 7 at the edge does."""
_MOST_BENT = 0.08
"""Paper that curls bends a rule by less than this share of its length; the belly of a 3 is rounder."""
_LONGEST_GAP = 8
"""Pixels of the overview that a rule may be interrupted for; digits of a row are farther apart..."""
_CROWDED = 0.08
"""...even in a picture that is no higher than they: so much of its height they are."""
_LEAST_COVERED = 0.66
"""Of a rule so much is ink: in a row of digits whose bars happen to stand at one height it is half at most."""
_MANY = 4
"""Rules from which on their usual thickness is known."""
_LONGEST_ONE = 0.85
"""Times the height of the picture: a longer line, alone, is the margin of a notebook."""
_TURNED = 0.03
"""Lines that slope more than this are not seen whole on a page that is taken for level."""
_PARALLEL = 0.05
"""Slopes of the rules of a sheet differ by at most this from what their neighbours' say."""
_UNEVEN = 1.3
"""A rule is not stronger than the others by more than this factor."""
_DARKER = 1.6
"""Ink so many times as strong as a rule is a stroke that crosses it."""
_ALONG = 0.8
"""Of the ink of a remainder of a rule so much lies on it."""


def find_rules(contrast: FloatImage, noise: float) -> list[Rule]:
    """All printed lines, from a picture's contrast ``(H, W)`` and its :attr:`~glassnet.reading.ink.Ink.noise`."""
    if min(contrast.shape) < _SMALLEST_PICTURE:
        return []
    height, width = contrast.shape
    scale = min(max(height, width) / _OVERVIEW, min(height, width) / _NARROWEST)
    if scale > 1:  # a rule is long: it is seen in a small copy as well
        size = round(width / scale), round(height / scale)
        contrast = cv2.resize(contrast, size, interpolation=cv2.INTER_AREA)
    down, across = height / contrast.shape[0], width / contrast.shape[1]
    shortest = int(np.clip(min(contrast.shape) // 14, 12, 40))
    lines, long = _long_rules(contrast, shortest, max(_FAINTEST, 2 * noise))
    squared = all(sum(rule.upright == upright for rule in long) >= _MANY for upright in (False, True))
    frames = [] if squared else _frames(contrast, noise, [line for line in lines if line not in long], long)
    rules = [_lengthened(rule, contrast.shape[not rule.upright]) for rule in _of_one_strength(long)]
    found = completed(rules, contrast) + frames
    return [enlarged(rule, *((down, across) if rule.upright else (across, down))) for rule in found]


def _frames(contrast: FloatImage, noise: float, lines: list[Rule], long: list[Rule]) -> list[Rule]:
    """Boxes and combs; their short lines are strong, but as thin as those of a page that is far larger."""
    short = straight_lines(contrast, _SHORT, max(_CLEAR, 4 * noise))
    lines = lines + [line for line in short if not any(line.lies_along(other) for other in long)]
    return find_frames(contrast, joined(lines, contrast), long)


def _long_rules(contrast: FloatImage, shortest: int, faintest: float) -> tuple[list[Rule], list[Rule]]:
    """All lines, and those of them that go through the page; it may be turned."""
    lines = straight_lines(contrast, shortest, faintest)
    long = _through_the_page(lines, contrast)
    slopes = usual_slope(contrast, faintest), usual_slope(np.ascontiguousarray(contrast.T), faintest)
    if max(map(abs, slopes)) <= _TURNED:
        return lines, long
    turned = straight_lines(contrast, shortest, faintest, slopes)
    longer = _through_the_page(turned, contrast)
    return (turned, longer) if len(longer) >= max(_MANY, len(long)) else (lines, long)


def _through_the_page(lines: list[Rule], contrast: FloatImage) -> list[Rule]:
    """Those that are rules by their length; fewer than make a ruling have no gaps as a column of digits has."""
    long = [line for line in lines if _stands_alone(line, contrast.shape[not line.upright])]
    long = _of_one_print([line for line in long if covered(line, contrast) >= _LEAST_COVERED])
    gap = min(_LONGEST_GAP, _CROWDED * min(contrast.shape))
    return [
        line
        for line in long
        if sum(other.upright == line.upright for other in long) >= _MANY
        or (longest_gap(line, contrast) <= gap and not _may_be_a_one(line, len(contrast)))
    ]


def _may_be_a_one(line: Rule, height: int) -> bool:
    """Is it an upright stroke that fills most of a small picture, and ends in it at either end?"""
    return line.upright and line.start > 2 and line.end < height - 2 and line.length < _LONGEST_ONE * height


def enlarged(rule: Rule, along: float, across: float) -> Rule:
    """The rule in a picture that is ``along`` times as long in its direction, and ``across`` times across it."""
    steps = np.arange(int(rule.length * along)) / along
    places = (np.interp(steps, np.arange(rule.length), rule.places) + 0.5) * across - 0.5
    thickness = (rule.thickness + 1) * across - 1
    return replace(rule, start=int(rule.start * along), places=places, thickness=thickness)


def without_rules(contrast: FloatImage, mask: Mask, rules: list[Rule]) -> Mask:
    """The ink without the rules and what is left along them; strokes that cross a rule stay whole."""
    for upright in (False, True):
        along = [rule for rule in rules if rule.upright == upright]
        if along and upright:
            mask = np.ascontiguousarray(_erase(contrast.T, np.ascontiguousarray(mask.T), along).T)
        elif along:
            mask = _erase(contrast, mask, along)
    return _without_remainders(contrast, mask, rules) if rules else mask


def _of_one_print(rules: list[Rule]) -> list[Rule]:
    """Rules of about the same thickness and direction: one that differs is a rule with a stroke along it."""
    kept = []
    for alike in ([rule for rule in rules if rule.upright == upright] for upright in (False, True)):
        if len(alike) < _MANY:
            kept += alike
            continue
        thickness = float(np.median([rule.thickness for rule in alike]))
        slopes, expected = np.array([rule.slope for rule in alike]), _slopes_in_perspective(alike)
        for rule, off in zip(alike, np.abs(slopes - expected), strict=True):
            if rule.thickness <= 1.7 * thickness + 1 and off < _PARALLEL:
                kept.append(rule)
    return kept


def _slopes_in_perspective(rules: list[Rule]) -> FloatArray:
    """(n,): the slope of every rule by what the others say: from one to the next it changes evenly."""
    slopes = np.array([rule.slope for rule in rules])
    places = np.array([rule.places[rule.length // 2] for rule in rules])
    one, other = np.triu_indices(len(rules), 1)
    apart = places[other] - places[one]
    far = np.abs(apart) > 1
    change = float(np.median((slopes[other] - slopes[one])[far] / apart[far])) if far.any() else 0.0
    return np.asarray(np.median(slopes - change * places) + change * places)


def _of_one_strength(rules: list[Rule]) -> list[Rule]:
    """The rules, none stronger than its neighbours: a rule that was written over seems as strong as the pen."""
    even = []
    for rule in rules:
        alike = [other.strength for other in rules if other.upright == rule.upright]
        strength = float(np.median(alike)) if len(alike) >= _MANY else rule.strength
        even.append(replace(rule, strength=min(rule.strength, _UNEVEN * strength)))
    return even


def _stands_alone(line: Rule, side: int) -> bool:
    """Is it a rule by its length alone?"""
    chord = (line.places[0] + line.places[-1]) / 2
    if abs(line.places[line.length // 2] - chord) > _MOST_BENT * line.length:
        return False
    if line.length >= _WHOLE * side:
        return True
    cut_off = (line.start <= 2 or line.start + line.length >= side - 2) and abs(line.slope) <= _STEEPEST
    return cut_off and line.length >= _CUT_OFF * side


def _lengthened(rule: Rule, side: int) -> Rule:
    """The rule from edge to edge of the picture: where strokes cross it, its rest may not have been seen.

    Of a short one too little is known to say where it goes on: it may be the dark edge of a scan.
    """
    if rule.length < _WHOLE * side:
        return rule
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


@dataclass(frozen=True, eq=False)
class _Strip:
    """The pixels around a rule, as if it were level: ``(2 half + 1, length)``."""

    pixels: tuple[NDArray[np.int_], NDArray[np.int_]]
    inside: Mask
    """Which of them lie in the picture."""
    away: FloatArray
    """How far each is from the middle of the rule."""


def _strip(rule: Rule, half: float, shape: tuple[int, ...]) -> _Strip:
    rule = rule.part(0, shape[1])
    rows = np.rint(rule.places).astype(int) + np.arange(-int(half), int(half) + 1)[:, None]
    columns = np.broadcast_to(np.arange(rule.start, rule.end), rows.shape)
    inside = (rows >= 0) & (rows < shape[0])
    return _Strip((rows.clip(0, shape[0] - 1), columns), inside, np.abs(rows - rule.places))


def _erase(contrast: FloatImage, mask: Mask, rules: list[Rule]) -> Mask:
    """Take rules along the rows away, where the ink is neither darker nor thicker across than they are."""
    ink = mask.astype(np.uint8)
    erased = ink.copy()
    for rule in rules:
        strip = _strip(rule, 3 * rule.reach + 3, mask.shape)
        part = np.where(strip.inside, ink[strip.pixels], 0).astype(np.uint8)
        zone = strip.away <= rule.reach
        tall = int(1.5 * rule.thickness) + 4
        thick = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((tall, 1), np.uint8)) > 0
        stroke = thick | (contrast[strip.pixels] > _DARKER * rule.strength)
        rest = np.where(strip.inside & (~zone | stroke), erased[strip.pixels], 0).astype(np.uint8)
        gap = int(2 * rule.reach) + 1 | 1
        closed = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap)))
        new = np.where(zone, rest | (closed & part), rest)
        rows, columns = (one[strip.inside] for one in strip.pixels)
        erased[rows, columns] = new[strip.inside]
    return erased.astype(np.bool_)


def _without_remainders(contrast: FloatImage, mask: Mask, rules: list[Rule]) -> Mask:
    """The ink without the pieces that lie on a rule and are no stroke of a pen: nobody writes along a rule.

    A 1 may have been written on an upright rule. Its ink is stronger.
    """
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    on_rules = np.zeros(mask.shape, np.bool_)
    for rule in rules:
        view, strong = (on_rules.T, contrast.T) if rule.upright else (on_rules, contrast)
        strip = _strip(rule, rule.reach + 1, view.shape)
        printed = strip.inside & (strip.away <= rule.reach + 1)
        if rule.upright:
            printed &= strong[strip.pixels] <= _DARKER * rule.strength
        rows, columns = (one[printed] for one in strip.pixels)
        view[rows, columns] = True
    area = np.bincount(labels[mask], minlength=count)
    along = np.bincount(labels[mask & on_rules], minlength=count)
    kept = along < _ALONG * area
    kept[0] = False
    return np.asarray(kept[labels])
