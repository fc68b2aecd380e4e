"""The pictures that all notebooks draw, in one place, so that the notebooks can speak of networks.

Digits are drawn as ink on paper. Blue is positive, orange is negative and white is zero, as everywhere in
Glassnet. Every function shows its figure at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from glassnet.figures.style import EDGE, INK, LINE, MUTED, NEGATIVE, plain_axes, signed_colours
from glassnet.scratch import Progress

__all__ = [
    "EDGE",
    "INK",
    "LINE",
    "LINES",
    "MUTED",
    "answers",
    "canvas",
    "curves",
    "digits",
    "plain_axes",
    "weights",
]

DPI = 90
"""Pixels per inch: sharp enough on a screen, and a notebook stays below half a megabyte."""

LINES = ({"color": INK}, {"color": EDGE}, {"color": INK, "linestyle": "--"}, {"color": EDGE, "linestyle": "--"})
"""The lines of several runs in one figure. Colours are kept for signs."""


def digits(
    pictures: NDArray[np.generic],
    titles: Sequence[object] | None = None,
    *,
    columns: int = 10,
    side: float = 0.82,
    note: str = "",
) -> None:
    """Show n pictures, (n, 784) or (n, 28, 28), in rows of ``columns``, each with its title above.

    ``side`` is that of one picture in inches, ``note`` a line below all of them.
    """
    pictures = pictures.reshape(-1, 28, 28)
    for axes, picture in zip(_grid(len(pictures), titles, columns, side, note), pictures, strict=True):
        _digit(axes, picture)
    plt.show()


def weights(
    rows: NDArray[np.floating],
    titles: Sequence[object] | None = None,
    *,
    columns: int = 10,
    side: float = 0.82,
    note: str = "",
) -> None:
    """Show n rows of 784 weights as pictures: blue where ink speaks for, orange where it speaks against.

    All have one scale; ``side`` is that of one picture in inches, ``note`` a line below all of them.
    """
    pictures = rows.reshape(-1, 28, 28)
    most = np.quantile(np.abs(pictures), 0.998)  # a few extreme weights would make the rest pale
    for axes, picture in zip(_grid(len(pictures), titles, columns, side, note), pictures, strict=True):
        axes.imshow(picture, cmap=signed_colours(), vmin=-most, vmax=most, interpolation="nearest")
        _frame(axes)
    plt.show()


def curves(
    runs: Mapping[str, Sequence[Progress]], *, goal: float | None = None, goal_name: str = "", x: str = "iteration"
) -> None:
    """Loss and accuracy over the iterations of one or several runs; ``goal`` is an accuracy to be reached."""
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3), dpi=DPI, layout="constrained")
    for (name, history), line in zip(runs.items(), LINES, strict=False):
        iteration, loss, accuracy = zip(*history, strict=True)
        style = line | {"linewidth": 2, "marker": "o" if len(history) <= 12 else None, "markersize": 4}
        left.plot(iteration, loss, label=name, **style)
        right.plot(iteration, 100 * np.array(accuracy), label=name, **style)
    if goal is not None:
        right.axhline(100 * goal, color=EDGE, linewidth=1.2, linestyle=(0, (4, 3)))
        right.annotate(
            goal_name, (0.01, 100 * goal), xycoords=("axes fraction", "data"), xytext=(0, 4),
            textcoords="offset points", fontsize=9, color=MUTED,
        )  # fmt: skip
    plain_axes(left, title="Loss", x=x)
    plain_axes(right, title="Right answers, %", x=x)
    left.set_ylim(bottom=0)
    right.set_ylim(top=100)
    if len(runs) > 1:
        right.legend(frameon=False, fontsize=9, labelcolor=INK, loc="lower right")
    plt.show()


def answers(
    pictures: NDArray[np.generic],
    probabilities: NDArray[np.floating],
    labels: Sequence[int] | NDArray[np.integer] | None = None,
    *,
    columns: int = 5,
) -> None:
    """Show n pictures with the ten numbers, (10, n), that a network gives them, as bars below each.

    The bar of the answer is dark. A title in bold orange says where the answer is not the label.
    """
    pictures = pictures.reshape(-1, 28, 28)
    rows = -(-len(pictures) // columns)
    figure = plt.figure(figsize=(1.75 * columns, 2.45 * rows), dpi=DPI, layout="constrained")
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=(3, 1.4) * rows)
    for place, (picture, numbers) in enumerate(zip(pictures, probabilities.T, strict=True)):
        row, column = divmod(place, columns)
        above, below = figure.add_subplot(grid[2 * row, column]), figure.add_subplot(grid[2 * row + 1, column])
        _digit(above, picture)
        answer = int(numbers.argmax())
        wrong = labels is not None and answer != int(labels[place])
        title = f"read as {answer}" + (f", is {labels[place]}" if wrong else "")
        above.set_title(title, fontsize=10, color=NEGATIVE if wrong else INK, fontweight="bold" if wrong else None)
        below.bar(range(10), numbers, color=[INK if digit == answer else LINE for digit in range(10)])
        plain_axes(below, grid=False)
        below.spines["left"].set_visible(False)
        below.set(ylim=(0, 1), yticks=[], xticks=range(10))
        below.tick_params(length=0, labelsize=7.5, labelcolor=MUTED)
    plt.show()


def canvas(*strokes: Sequence[tuple[float, float]], size: int = 280, pen: int = 22) -> NDArray[np.uint8]:
    """Draw with a round pen: each stroke is a row of points (across, down), in hundredths of the canvas.

    Returns (size, size) grey levels, ink 255 on 0, as a finger on a screen would leave them.
    """
    picture = Image.new("L", (size, size))
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(x * size / 100, y * size / 100) for x, y in stroke]
        draw.line(points, fill=255, width=pen, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return np.asarray(picture)


def _grid(count: int, titles: Sequence[object] | None, columns: int, side: float, note: str) -> Sequence[Axes]:
    columns = min(count, columns)
    rows = -(-count // columns)
    height = side + (0.04 if titles is None else 0.26)
    figure, grid = plt.subplots(
        rows, columns, figsize=(side * columns, height * rows), dpi=DPI, layout="constrained", squeeze=False
    )
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03)
    for place, axes in enumerate(grid.flat):
        axes.set_axis_off()
        if titles is not None and place < count:
            axes.set_title(str(titles[place]), fontsize=9.5, color=INK, pad=3)
    if note:
        figure.supxlabel(note, fontsize=9, color=MUTED)
    return grid.flat[:count]


def _digit(axes: Axes, picture: NDArray[np.generic]) -> None:
    axes.imshow(picture, cmap="gray_r", interpolation="nearest")
    _frame(axes)


def _frame(axes: Axes) -> None:
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color(LINE)
