"""A ruling's lines are evenly spaced: where its steps say that there is one, a faint trace of it is enough.

A line that was written over from edge to edge is not seen as one, and would tie a whole row of digits together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.straight import Rule, covered

__all__ = ["completed"]

_FEWEST = 5
"""Lines from edge to edge from which on their step is known."""
_EVEN = 0.15
"""The distance of neighbours is a multiple of the usual step, up to this share of a step."""
_MOST_MISSING = 3
"""Lines between two neighbours; more in a row belong to no ruling."""
_SEEN = 0.8
"""Of a line that was not found so much is ink."""
_ASIDE = 0.06
"""It lies where it was expected, up to this share of a step."""
_SHORTEST = 0.25
"""At a corner of the picture a line is worth finding if it is so much of the others' length."""
_MOST = 0.9
"""A line of which this share is known is not sought again."""

FloatArray = NDArray[np.float64]
FloatImage = NDArray[np.float32]


def completed(rules: list[Rule], contrast: FloatImage) -> list[Rule]:
    """The rules of a picture of ``contrast`` ``(H, W)``, and those that are missing among their like."""
    found = list(rules)
    for upright in (False, True):
        view = contrast.T if upright else contrast
        whole = [rule for rule in rules if rule.upright == upright and rule.length == view.shape[1]]
        if len(whole) < _FEWEST:
            continue
        whole.sort(key=lambda rule: rule.places[rule.length // 2])
        known = [rule for rule in rules if rule.upright == upright]
        for places, step in _expected(np.array([rule.places for rule in whole]), len(view)):
            line = _seen(replace(whole[0], places=places), step, whole, contrast)
            if line is not None and not any(_is_one(line, other, step) for other in known):
                found.append(line)
    return found


def _expected(places: FloatArray, height: int) -> Iterator[tuple[FloatArray, float]]:
    """Where lines are missing among those at ``places`` ``(n, length)``, above and below; and the step there."""
    middle = places[:, places.shape[1] // 2]
    steps = np.diff(middle)
    usual = float(np.median(steps))
    if usual <= 0 or np.mean(np.abs(steps / usual - np.rint(steps / usual)) <= _EVEN) < 0.7:
        return
    for (upper, lower), step in zip(pairwise(places), steps, strict=True):
        count = round(step / usual)
        if 1 < count <= _MOST_MISSING + 1:
            for number in range(1, count):
                yield upper + (lower - upper) * number / count, step / count
    for outer, inner in ((places[0], places[1]), (places[-1], places[-2])):
        count = max(round(abs(float(np.median(outer - inner))) / usual), 1)
        step = (outer - inner) / count
        for number in range(1, _MOST_MISSING + 1):
            line = outer + number * step
            if line.max() < 0 or line.min() >= height:
                break
            yield line, usual


def _seen(line: Rule, step: float, others: list[Rule], contrast: FloatImage) -> Rule | None:
    """The part of the line within the picture, where most of it is ink; ``None`` where too little is."""
    height = contrast.shape[line.upright]
    line = replace(
        line,
        thickness=float(np.median([rule.thickness for rule in others])),
        strength=float(np.median([rule.strength for rule in others])),
    )
    inside = np.flatnonzero((line.places >= 0) & (line.places < height))
    if len(inside) < _SHORTEST * line.length:
        return None
    part = line.part(line.start + int(inside[0]), line.start + int(inside[-1]) + 1)
    aside = int(_ASIDE * step) + 1
    moved = [replace(part, places=part.places + by) for by in sorted(range(-aside, aside + 1), key=abs)]
    shares = [covered(one, contrast) for one in moved]
    best = int(np.argmax(shares))
    return moved[best] if shares[best] >= _SEEN else None


def _is_one(line: Rule, other: Rule, step: float) -> bool:
    """Was most of it found before?"""
    start, end = max(line.start, other.start), min(line.end, other.end)
    middle = (start + end) // 2
    near = abs(line.across_at(middle) - other.across_at(middle)) < step / 3
    return near and end - start > _MOST * line.length
