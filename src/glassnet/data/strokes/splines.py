"""From a few typed-in points to the path of a pen: smooth curves, cut into small steps.

The pen passes every point (a Catmull-Rom spline with centripetal knots, which neither overshoots nor makes
loops; Catmull & Rom 1974, Yuksel et al. 2011) and turns sharply at corners. Each variant becomes ``STEPS`` dots
along its path. Dot number m lies at the same place of the shape in all variants of a style, so a blend of two
variants is a blend of their dots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glassnet.data.strokes.templates import Stroke, Style

__all__ = ["STEPS", "PathTable", "path_table"]

STEPS = 64
"""Dots per path. The longest paths are some 65 pixels and stretched in places, so dots lie 1.5 pixels apart at
most: close enough that the brush's blobs run together into an even line. With 48 thin lines break into beads."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class PathTable:
    """The variants of many styles as paths, ready to be drawn from by row.

    V variants of S styles, M = ``STEPS`` dots each, at most J strokes in a style:

    * ``x``, ``y``: (V, M), centred, about 1 high;
    * ``first``, ``size``: (S,), which rows of ``x`` and ``y`` a style holds; ``probability``: (S,);
    * ``pen_down``: (S, M - 1), 1 where the pen draws from dot m to dot m + 1, 0 where it is lifted;
    * ``stroke``: (S, M), which stroke a dot belongs to;
    * ``end``: (S, M), which end of a stroke a dot is near (2 · stroke for its start, one more for its end);
    * ``endness``: (S, M), from 0 in the middle of a stroke to -1 at its start and +1 at its end;
    * ``length``: (S, M), how long the stroke of a dot is on average, in heights.
    """

    styles: tuple[Style, ...]
    x: FloatArray
    y: FloatArray
    first: NDArray[np.intp]
    size: NDArray[np.intp]
    probability: NDArray[np.float64]
    pen_down: FloatArray
    stroke: NDArray[np.intp]
    end: NDArray[np.intp]
    endness: FloatArray
    length: FloatArray


def path_table(styles: Sequence[Style]) -> PathTable:
    """Cut every variant of every style into dots."""
    paths: list[NDArray[np.float64]] = []
    rows = []
    for style in styles:
        plan = _plan(style)
        strokes = np.repeat(np.arange(len(plan)), [len(places) for places in plan])
        for variant in style.variants:
            dots = np.concatenate([_spline(stroke, places) for stroke, places in zip(variant, plan, strict=True)])
            low, high = dots.min(axis=0), dots.max(axis=0)
            paths.append((dots - (low + high) / 2) / (high - low).max())
        progress = np.concatenate([np.linspace(-1, 1, len(places)) for places in plan])
        down = np.diff(strokes) == 0
        steps = np.hypot(*np.diff(paths[-len(style.variants) :], axis=1).T).mean(axis=1) * down
        length = np.bincount(strokes[1:], steps)[strokes]
        rows.append((down, strokes, 2 * strokes + (progress > 0), np.sign(progress) * progress**2, length))
    dots = np.array(paths, np.float32)
    sizes = np.array([len(style.variants) for style in styles])
    weights = np.array([style.weight for style in styles])
    pen_down, stroke, end, endness, length = (np.array(column) for column in zip(*rows, strict=True))
    return PathTable(
        tuple(styles),
        x=np.ascontiguousarray(dots[..., 0]),
        y=np.ascontiguousarray(dots[..., 1]),
        first=np.cumsum(sizes) - sizes,
        size=sizes,
        probability=weights / weights.sum(),
        pen_down=pen_down.astype(np.float32),
        stroke=stroke,
        end=end,
        endness=endness.astype(np.float32),
        length=length.astype(np.float32),
    )


def _plan(style: Style) -> list[NDArray[np.float64]]:
    """Where the dots of each stroke lie, shared by a style's variants: equally spaced on the average variant.

    A place is counted in points: 2.5 is half way from point 2 to point 3 (from 0).
    """
    chords = [
        np.mean([np.hypot(*np.diff(variant[j].points, axis=0).T) for variant in style.variants], axis=0)
        for j in range(len(style.variants[0]))
    ]
    lengths = np.array([chord.sum() for chord in chords])
    counts = np.maximum(2, np.round(STEPS * lengths / lengths.sum())).astype(int)
    counts[np.argmax(counts)] += STEPS - counts.sum()
    return [
        np.interp(np.linspace(0, chord.sum(), count), np.append(0, np.cumsum(chord)), np.arange(len(chord) + 1))
        for chord, count in zip(chords, counts, strict=True)
    ]


def _spline(stroke: Stroke, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points of the curve at the given places, ``(len(places), 2)``.

    Between neighbouring points p and q, a time h apart, with the tangents a and b: the cubic Hermite curve
    p + f·(h·a + f·(3(q - p) - h·(2a + b) + f·(2(p - q) + h·(a + b)))), f from 0 to 1.
    """
    points = stroke.points
    step = np.diff(points, axis=0)
    h = np.sqrt(np.hypot(step[:, 0], step[:, 1]))[:, None]
    leaving, arriving = _tangents(step / h, h[:, 0], stroke.corners)
    segment = np.minimum(places.astype(int), len(step) - 1)
    f = (places - segment)[:, None]
    p, d, h = points[segment], step[segment], h[segment]
    a, b = h * leaving[segment], h * arriving[segment]
    return np.asarray(p + f * (a + f * (3 * d - 2 * a - b + f * (a + b - 2 * d))))


def _tangents(
    slope: NDArray[np.float64], h: NDArray[np.float64], corners: Sequence[bool]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tangents at the start and at the end of every segment, ``(segments, 2)`` each.

    Inside, the slopes on both sides averaged, the nearer one counting more; at an end or a corner the curve
    leaves without curvature (a "natural" end).
    """
    smooth = slope.copy()
    smooth[1:] = (h[1:, None] * slope[:-1] + h[:-1, None] * slope[1:]) / (h[1:] + h[:-1])[:, None]
    leaving, arriving = smooth.copy(), np.append(smooth[1:], slope[-1:], axis=0)
    free_start = np.array(corners[:-1]) | (np.arange(len(h)) == 0)
    free_end = np.array(corners[1:]) | (np.arange(len(h)) == len(h) - 1)
    only_start, only_end = free_start & ~free_end, free_end & ~free_start
    leaving[only_start] = 1.5 * slope[only_start] - 0.5 * arriving[only_start]
    arriving[only_end] = 1.5 * slope[only_end] - 0.5 * leaving[only_end]
    both = free_start & free_end
    leaving[both] = arriving[both] = slope[both]
    return leaving, arriving
