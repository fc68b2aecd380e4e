"""Is a model as sure as it may be? Of the answers it gives with 80 %, eight in ten should be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.figures.style import EDGE, INK, LINE, MUTED, SMALL, heading, new_figure, percent, plain_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.training import Evaluation

__all__ = ["reliability"]

BINS = 10


def reliability(evaluation: Evaluation) -> Figure:
    """How often the model was right against how sure it was, in ten bins of confidence (Guo et al. 2017, fig. 1).

    Points on the line are honest; below it the model is surer than it may be. The bars beneath say how many
    answers a point stands for, and a point's whisker is its 95 % interval.
    """
    from glassnet.training import wilson_interval

    confidence = evaluation.probabilities.max(axis=1)
    hits = evaluation.predictions == evaluation.labels
    bins = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    right = np.bincount(bins, hits, minlength=BINS).astype(int)
    filled = np.flatnonzero(counts)

    figure = new_figure(6.4, 6.4)
    grid = figure.add_gridspec(
        2, 1, height_ratios=(4, 1), left=0.13, right=0.96, bottom=0.09, top=0.84, hspace=0.12
    )
    above, below = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    above.plot([0, 100], [0, 100], color=EDGE, linewidth=1, linestyle=(0, (4, 3)))
    above.text(3, 95, "right more often than it believes", size=SMALL, color=MUTED, va="center")
    above.text(97, 5, "surer than it may be", size=SMALL, color=MUTED, ha="right", va="center")
    for place in filled:
        x = 100 * float(confidence[bins == place].mean())
        low, high = wilson_interval(int(right[place]), int(counts[place]))
        above.plot([x, x], [100 * low, 100 * high], color=EDGE, linewidth=1.6, clip_on=False)
        above.plot(
            [x], [100 * right[place] / counts[place]], "o", color=INK, markersize=6, clip_on=False, zorder=5
        )
    edges = 100 * np.arange(BINS) / BINS
    below.bar(edges, counts, width=100 / BINS - 1, align="edge", color=LINE)
    for edge, count in zip(edges, counts, strict=True):
        if count:
            middle = edge + 50 / BINS
            below.text(middle, count, f"{count:,}", size=SMALL, color=MUTED, ha="center", va="bottom")
    plain_axes(above, y="how often it was right, %")
    plain_axes(below, x="how sure it was, %", y="answers", grid=False)
    above.set(xlim=(0, 100), ylim=(0, 100))
    above.tick_params(labelbottom=False)
    below.set(xlim=(0, 100), ylim=(0, 1.25 * max(1, int(counts.max()))))
    below.set_yticks([])
    heading(
        figure,
        f"Right {percent(evaluation.accuracy)} of the time, sure {percent(float(confidence.mean()))} on average",
        f"Calibration error {percent(evaluation.calibration_error)}: how far apart the two are on average.",
    )
    return figure
