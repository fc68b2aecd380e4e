"""The boxes and combs of forms: short printed lines, known by how they meet.

A single short line may be a stroke of a digit. Two level ones that the same two upright ones run between are a
box, whatever was written into it, and a level line on which several upright ones of one length stand is a comb.
"""

from __future__ import annotations

from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.straight import Rule, covered

__all__ = ["find_frames"]

Mask = NDArray[np.bool_]
FloatImage = NDArray[np.float32]

_MANY = 3
"""Teeth of a comb, its ends included."""
_ALIKE = 0.6
"""Lines of one print are as strong as one another, up to this factor."""
_SQUARE = 0.12
"""Lines that meet are square to one another, up to this slope."""
_SAME, _LONGER = 4, 0.02
"""Pixels between the ends of one line that was seen twice, at most; along it this share of its length more."""
_APART = 8
"""Pixels between the two sides of the smallest box."""
_LOOKED_AT = 32
"""Places along a side at which there has to be ink."""
_LEANS = np.linspace(-0.06, 0.06, 5)
"""How far from square to the others a side may be, as slopes."""
_COVERED = 0.93
"""Of the way from line to line a side between them has ink..."""
_MOSTLY = 0.85
"""...and any side or tooth, its ends included."""
_BASE = 0.66
"""So much of the line of a comb: in a row of digits whose feet stand at one height it is half at most."""
_CELLS = 9
"""Of a table no more are asked together whether they are a box, a side of which was written over."""
_MOST_LINES = 700
"""So many lines are no form: the grain of wood, a photograph of a fence."""


def find_frames(contrast: FloatImage, lines: list[Rule], rules: list[Rule]) -> list[Rule]:
    """The sides of boxes and the combs among the lines, cut off where they end in others.

    ``contrast`` is the picture ``(H, W)``; ``rules`` are lines known to be printed, which may be sides as well;
    they are not returned.
    """
    if len(lines) > _MOST_LINES or len({line.upright for line in rules + lines}) < 2:
        return []
    known = set(map(id, rules))
    lines = _each_once(lines)
    meetings = _Meetings(rules + lines, known)
    overwritten = _overwritten(contrast, meetings)
    if 0 < len(overwritten) <= _MOST_LINES - len(lines):
        meetings = _Meetings(rules + lines + overwritten, known)
    sides = meetings.sides(contrast)
    combs = meetings.combs(contrast, set(sides))
    found = [one for number, one in {**combs, **sides}.items() if number not in known]
    kept: list[Rule] = []
    for side in sorted(found, key=lambda one: -one.length):
        if not any(side.lies_along(other) for other in rules + kept):
            kept.append(side)
    return kept


def _each_once(lines: list[Rule]) -> list[Rule]:
    """The lines, of those that are the same but for a few pixels only the first."""
    if not lines:
        return []
    upright = np.array([line.upright for line in lines])
    along = np.array([(line.start, line.end) for line in lines])
    across = np.array([(line.places[0], line.places[-1]) for line in lines])
    slack = _SAME + _LONGER * np.array([line.length for line in lines])[:, None, None]
    same = (
        (upright[:, None] == upright)
        & (np.abs(along[:, None] - along) <= slack).all(axis=2)
        & (np.abs(across[:, None] - across) <= _SAME).all(axis=2)
    )
    return [line for number, line in enumerate(lines) if not same[number, :number].any()]


def _overwritten(contrast: FloatImage, meetings: _Meetings) -> list[Rule]:
    """Sides that no thin line was seen for, because a stroke runs along them: full of ink from line to line.

    They are sought between two lines that another one runs between: the third side. The lines of a table are seen
    from every two that they cross, and kept once.
    """
    found: list[Rule] = []
    for view, lines, meet in (
        (contrast, meetings.level, meetings.meet),
        (contrast.T, meetings.upright, meetings.meet.T),
    ):
        known = np.zeros(view.shape, np.bool_)  # where the sides lie that were found
        for upper, lower in _opposites(lines, meet, view.shape[1]):
            for side in _full_between(view, upper, lower):
                middle = side.length // 2
                if not known[side.start + middle, round(side.places[middle])]:
                    found.append(side)
                    _mark(known, side)
    return found


def _mark(known: Mask, side: Rule) -> None:
    """Note where a side lies in the picture whose columns it runs along."""
    down = np.arange(side.start, side.end)
    across = np.rint(side.places).astype(int) + np.arange(-int(side.reach), int(side.reach) + 1)[:, None]
    known[down.clip(0, known.shape[0] - 1), across.clip(0, known.shape[1] - 1)] = True


def _opposites(lines: list[Rule], meet: Mask, width: int) -> list[tuple[Rule, Rule]]:
    """Lines that may be opposite sides of a box, in pairs, the upper one first; none goes through the page."""
    counts = meet.astype(np.float32)
    shared = counts @ counts.T >= 1
    order = sorted(range(len(lines)), key=lambda number: float(lines[number].places[0]))
    pairs = []
    for place, one in enumerate(order):
        upper, below = lines[one], (lines[other] for other in order[place + 1 :] if shared[one, other])
        if upper.length < 0.9 * width:
            opposite = filter(partial(_opposite, upper), below)
            pairs += [(upper, lower) for lower in islice(opposite, _CELLS)]
    return pairs


def _opposite(upper: Rule, lower: Rule) -> bool:
    """May two lines be opposite sides of a box, or the shorter one of a box in a row of them?"""
    shorter, longer = sorted((upper, lower), key=lambda line: line.length)
    slack = 0.08 * shorter.length + shorter.thickness + 2
    apart = lower.across_at(lower.start + lower.length / 2) - upper.across_at(lower.start + lower.length / 2)
    return (
        _APART + upper.thickness + lower.thickness < apart < 3 * shorter.length
        and longer.start - slack <= shorter.start
        and shorter.end <= longer.end + slack
        and _ALIKE < upper.strength / lower.strength < 1 / _ALIKE
    )


def _full_between(view: FloatImage, line: Rule, lower: Rule) -> list[Rule]:
    """Straight ways from a line along the rows to another one below that are ink from end to end, each once."""
    start, end = max(line.start, lower.start) - 3, min(line.end, lower.end) + 3
    columns = np.arange(start, end)
    top, bottom = (one.places[(columns - one.start).clip(0, one.length - 1)] for one in (line, lower))
    tall = int((bottom - top).mean()) + 1
    share = np.linspace(0, 1, min(tall, _LOOKED_AT))[:, None]
    rows = np.rint(top + (bottom - top) * share).astype(int)
    full = np.zeros(len(columns))
    leans = np.zeros(len(columns))
    for lean in _LEANS - (line.slope + lower.slope) / 2:
        across = np.rint(columns + lean * tall * (share - 0.5)).astype(int)
        inside = (rows >= 0) & (rows < len(view)) & (across >= 0) & (across < view.shape[1])
        values = view[rows.clip(0, len(view) - 1), across.clip(0, view.shape[1] - 1)]
        coverage = ((values > 0.5 * line.strength) & inside).mean(axis=0)
        better = coverage > full
        full[better], leans[better] = coverage[better], lean
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full >= _COVERED, [False]])))
    sides = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if after - first > 2 * line.thickness + 6:  # a broad pen, a blot
            continue
        fullest = first + np.flatnonzero(full[first:after] >= full[first:after].max() - 0.01)
        best = int(fullest[len(fullest) // 2])
        height = np.arange(round(top[best]), round(bottom[best]) + 1)
        places = columns[best] + leans[best] * (height - height.mean())
        sides.append(Rule(not line.upright, int(height[0]), places, line.thickness, line.strength))
    return sides


class _Meetings:
    """Where which level line meets which upright one."""

    def __init__(self, lines: list[Rule], known: set[int]) -> None:
        self._known = known
        self.level = level = [line for line in lines if not line.upright]
        self.upright = upright = [line for line in lines if line.upright]
        down, across = _crossings(level, upright)
        self._down, self._across = down, across
        """(n, m): the row and the column at which level line i and upright line j meet, if they do."""
        level_at, upright_at = _ends(level), _ends(upright)
        slack = (
            [0.08 * line.length + line.thickness + 2 for line in level],
            [0.08 * line.length + line.thickness + 2 for line in upright],
        )
        beside = _within(across, level_at, np.array(slack[0])[:, None], axis=0)
        between = _within(down, upright_at, np.array(slack[1])[None, :], axis=1)
        strengths = [line.strength for line in level], [line.strength for line in upright]
        ratio = np.array(strengths[0])[:, None] / np.array(strengths[1])[None, :]
        slopes = np.array([line.slope for line in level]), np.array([line.slope for line in upright])
        square = np.abs(slopes[0][:, None] + slopes[1][None, :]) < _SQUARE
        self.meet: Mask = beside & between & square & (ratio > _ALIKE) & (ratio < 1 / _ALIKE)
        self._side_level = _spanned(across, self.meet, level_at, slack[0], axis=1)
        self._side_upright = _spanned(down, self.meet, upright_at, slack[1], axis=0)
        self._side_level |= np.array([id(line) in known for line in level], bool)
        self._side_upright |= np.array([id(line) in known for line in upright], bool)

    def sides(self, contrast: FloatImage) -> dict[int, Rule]:
        """The sides of boxes by the identities of the lines that they are cut from.

        To every side there is another one that the same two lines meet. Taking one line away may leave others
        without, so it is done until nothing changes.
        """
        meet = self.meet & self._side_level[:, None] & self._side_upright[None, :]
        apart = _distances(self.level), _distances(self.upright)
        while True:
            before = meet.sum()
            counts = meet.astype(np.float32)
            rows, columns = counts @ counts.T, counts.T @ counts
            meet = meet & np.any((rows >= 2) & apart[0], axis=1, keepdims=True)
            meet = meet & np.any((columns >= 2) & apart[1], axis=1, keepdims=True).T
            if meet.sum() < before:
                continue
            level = [_cut(line, *where) for line, *where in zip(self.level, meet, self._across, strict=True)]
            upright = [_cut(line, *where) for line, *where in zip(self.upright, meet.T, self._down.T, strict=True)]
            meet = meet & self._whole(self.level, level, contrast)[:, None]
            meet = meet & self._whole(self.upright, upright, contrast)[None, :]
            if meet.sum() == before:
                break
        return {
            id(line): side
            for line, side in zip(self.level + self.upright, level + upright, strict=True)
            if side is not None
        }

    def _whole(self, lines: list[Rule], sides: list[Rule | None], contrast: FloatImage) -> Mask:
        """(n,): which sides are straight ink from end to end; rules of the page may be bent and faint."""
        return np.array([
            id(line) in self._known
            or (side is not None and covered(side, contrast) >= _MOSTLY and _straight(side))
            for line, side in zip(lines, sides, strict=True)
        ])  # fmt: skip

    def combs(self, contrast: FloatImage, sides: set[int]) -> dict[int, Rule]:
        """Level lines with many upright ones of one length on them at equal distances, and these, by identity.

        What is a side of a box already is no tooth.
        """
        found: dict[int, Rule] = {}
        for number, line in enumerate(self.level):
            teeth = [self.upright[n] for n in np.flatnonzero(self.meet[number])]
            teeth = [tooth for tooth in teeth if id(tooth) not in sides and _stands_on(tooth, line)]
            if len(teeth) < _MANY or covered(line, contrast) < _BASE:
                continue
            length = float(np.median([tooth.length for tooth in teeth]))
            alike = [tooth for tooth in teeth if abs(tooth.length - length) < 0.25 * length + 2]
            # A 1 that stands in a box does not reach its line.
            alike = [tooth for tooth in alike if covered(tooth, contrast) >= _MOSTLY]
            in_place = _regular(np.array([float(tooth.places[0]) for tooth in alike]), 0.8 * length)
            if in_place.any():
                found |= {id(one): one for one in [line, *(alike[n] for n in np.flatnonzero(in_place))]}
        return found


def _cut(line: Rule, met: Mask, places: NDArray[np.float64]) -> Rule | None:
    """The line from the first one that it meets to the last; ``None`` where it meets none."""
    if not met.any():
        return None
    rim = int(line.thickness / 2) + 3
    side = line.part(int(places[met].min()) - rim, int(places[met].max()) + rim + 1)
    return side if side.length else None


def _straight(line: Rule) -> bool:
    """Is the middle of a short line where it is expected, halfway between its ends?"""
    middle = line.places[line.length // 2] - (line.places[0] + line.places[-1]) / 2
    return bool(abs(middle) <= max(1.0, 0.02 * line.length))


def _regular(places: NDArray[np.float64], nearest: float) -> Mask:
    """(n,): the most places that are evenly spread, at least ``nearest`` apart, none missing but a few.

    Strokes of digits may stand on the line as well, and a tooth that was written over may not have been seen.
    """
    best = np.zeros(len(places), bool)
    for first in places:
        for step in places - first:
            if step < max(nearest, _APART):
                continue
            number = np.rint((places - first) / step)
            fits = np.abs(places - first - number * step) <= 0.1 * step
            seen = np.unique(number[fits])
            if len(seen) >= max(_MANY, 0.7 * (np.ptp(seen) + 1)) and fits.sum() > best.sum():
                best = fits
    return best


def _stands_on(tooth: Rule, line: Rule) -> bool:
    """Does the upright line end on the level one, below?"""
    return abs(tooth.end - 1 - line.across_at(tooth.places[-1])) <= 1.5 * line.thickness + 4


def _ends(lines: list[Rule]) -> NDArray[np.float64]:
    """(n, 2): the first and the last pixel along every line."""
    return np.array([[line.start, line.end - 1] for line in lines], float).reshape(-1, 2)


def _starts_and_slopes(lines: list[Rule]) -> NDArray[np.float64]:
    """(3, n): first pixel along, place there, and slope of every line."""
    return np.array([[line.start, line.places[0], line.slope] for line in lines]).reshape(-1, 3).T


def _crossings(level: list[Rule], upright: list[Rule]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, m) each: rows and columns at which each two lines cross, prolonged where they have to be."""
    start, place, slope = _starts_and_slopes(level)[:, :, None]
    top, column, lean = _starts_and_slopes(upright)[:, None, :]
    down = (place + slope * (column - lean * top - start)) / (1 - slope * lean)
    across = column + lean * (down - top)
    for number, line in enumerate(level):  # lines may be bent
        inside = (across[number] >= line.start) & (across[number] < line.end)
        down[number, inside] = line.places[across[number, inside].astype(int) - line.start]
    return down, column + lean * (down - top)


def _within(places: NDArray[np.float64], ends: NDArray[np.float64], slack: NDArray[np.float64], axis: int) -> Mask:
    first, last = (np.expand_dims(ends[:, n], 1 - axis) for n in (0, 1))
    return np.asarray((places >= first - slack) & (places <= last + slack))


def _spanned(
    places: NDArray[np.float64], meet: Mask, ends: NDArray[np.float64], slack: list[float], axis: int
) -> Mask:
    """Does each line begin and end where it meets others, or meet many along most of its way?"""
    first = np.where(meet, places, np.inf).min(axis=axis)
    last = np.where(meet, places, -np.inf).max(axis=axis)
    tight = (first - ends[:, 0] <= slack) & (ends[:, 1] - last <= slack)
    many = (meet.sum(axis=axis) >= _MANY) & (last - first >= 0.5 * (ends[:, 1] - ends[:, 0]))
    return np.asarray(tight | many)


def _distances(lines: list[Rule]) -> Mask:
    """(n, n): are two lines far enough apart to be opposite sides of a box?"""
    middles = np.array([line.across_at(line.start + line.length / 2) for line in lines])
    thick = np.array([line.thickness for line in lines])
    apart = np.abs(middles[:, None] - middles[None, :])
    return np.asarray(apart > _APART + thick[:, None] + thick[None, :])
