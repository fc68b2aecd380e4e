"""What was taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from glassnet.figures.sheet import HEADING, WIDTH, Sheet
from glassnet.figures.style import EDGE, INK, MUTED, TEXT, percent, text_on, written_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.training import Evaluation

__all__ = ["confusion_matrix"]

RIGHT, BELOW = 150, 40
"""Pixels beside the matrix, for the shares of right answers, and below it."""

LETTER = 13
"""Pixels that a letter of a name takes, about."""


def confusion_matrix(evaluation: Evaluation) -> Figure:
    """Rows are what it was, columns what it was read as; mistakes are the darker the more there are.

    Every count is written, no mistake as a dot. The right answers stand framed on the diagonal, and at the end
    of each row is the share of them.
    """
    counts, names = evaluation.confusion, written_names(evaluation.classes)
    classes, longest = len(names), max(map(len, names))
    tilted = longest > 3
    left, top = 84 + LETTER * longest, HEADING + 90 + (LETTER * longest // 2 - 20 if tilted else 0)
    cell = (WIDTH - left - RIGHT) // classes
    side = cell * classes
    sheet = Sheet(top + side + BELOW, *_words(evaluation, names))
    mistakes = counts * (1 - np.eye(classes, dtype=np.int64))
    # The power lets a single mistake be seen beside forty; at 0.7 the darkest is still grey.
    grey = 1 - 0.7 * (mistakes / max(1, int(mistakes.max()))) ** 0.6
    size = min(TEXT, 0.13 * cell)
    for (row, column), count in np.ndenumerate(counts):
        x, y, shade = left + int(column) * cell, top + int(row) * cell, [float(grey[row, column])] * 3
        right = row == column
        sheet.paint(x, y, cell, cell, shade)
        if right:
            sheet.frame(x + 1, y + 1, cell - 2, cell - 2, INK, line=2)
        text, colour = (f"{count:,}", text_on(shade)) if count or right else ("·", EDGE)
        sheet.write(x + cell / 2, y + cell / 2, text, size=size, colour=colour, bold=right, align="center")
    sheet.frame(left - 1, top - 1, side + 2, side + 2, EDGE)

    for place, (name, score) in enumerate(zip(names, evaluation.per_class(), strict=True)):
        middle, share = (place + 0.5) * cell, "–" if score["recall"] is None else percent(score["recall"])
        sheet.write(left - 18, top + middle, name, size=size, align="right")
        sheet.write(
            left + middle, top - 14, name, size=size, anchor="bottom",
            align="left" if tilted else "center", rotation=30 if tilted else 0,
        )  # fmt: skip
        sheet.write(left + side + 18, top + middle, share, size=size, colour=MUTED)
    sheet.write(42, top + side / 2, "what it was", colour=MUTED, align="center", rotation=90)
    sheet.write(left + side / 2, HEADING + 12, "what it was read as", colour=MUTED, align="center")
    sheet.write(left + side + 18, top - 14, "right", colour=MUTED, anchor="bottom")
    return sheet.figure()


def _words(evaluation: Evaluation, names: Sequence[str]) -> tuple[str, str]:
    """The score, and the mistake made most often."""
    if not evaluation.count:
        return "No pictures were read", ""
    low, high = evaluation.interval
    title = f"{percent(evaluation.accuracy, 2)} right on {evaluation.count:,} pictures"
    note = f"95 % interval: {percent(low, 2)} to {percent(high, 2)}."
    mistakes = evaluation.confusion.copy()
    np.fill_diagonal(mistakes, 0)
    if mistakes.any():
        was, read = (int(place) for place in np.unravel_index(int(mistakes.argmax()), mistakes.shape))
        often = int(mistakes[was, read])
        times = "once" if often == 1 else f"{often:,} times"
        note += f" The most frequent mistake: {names[was]} read as {names[read]}, {times}."
    return title, note
