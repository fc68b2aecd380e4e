"""Pictures of what a network reads: a sheet of digits, the worst mistakes, answers with their confidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS
from glassnet.figures.sheet import EDGE_WIDTH, HEADING, WIDTH, Sheet, ink
from glassnet.figures.style import EDGE, INK, LINE, MUTED, TEXT, percent, written_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.training import Evaluation

__all__ = ["digit_sheet", "gallery", "worst_digits"]

CAPTION = 25
"""Pixels from one line of a caption to the next."""


def digit_sheet(
    images: NDArray[np.uint8],
    labels: NDArray[Any] | None = None,
    *,
    classes: Sequence[str] = DIGITS,
    title: str = "",
    note: str = "",
) -> Figure:
    """Pictures ``(N, H, W)`` side by side, as ink on paper, each above its label where there are labels."""
    columns = max(5, min(20, math.ceil(math.sqrt(1.6 * len(images)))))
    names = written_names(classes)
    captions = None if labels is None else [[names[int(label)]] for label in labels]
    return _wall(images, captions, columns, title, note)


def worst_digits(evaluation: Evaluation, images: NDArray[np.uint8], most: int = 24) -> Figure:
    """The ``most`` misread pictures that the model was surest of, each with what it was and what it was read as.

    ``images (N, H, W)`` are the pictures of the evaluation.
    """
    rows = evaluation.worst(most)
    names, wrong = written_names(evaluation.classes), evaluation.count - evaluation.correct
    captions = []
    for row in rows:
        label, read = int(evaluation.labels[row]), int(evaluation.predictions[row])
        both = [f"is {names[label]}", f"read {names[read]}"]
        sure = f"{percent(float(evaluation.probabilities[row, read]), 0)} sure"
        captions.append([*both, sure] if _long(names) else [", ".join(both), sure])
    if not wrong:
        return _wall(images[:0], None, 6, f"Not one of {evaluation.count:,} pictures was misread", "")
    title = f"{wrong:,} of {evaluation.count:,} pictures misread"
    if wrong > len(rows):
        title += f": the worst {len(rows)}"
    return _wall(images[rows], captions, 6, title, "Worst first: the less the model believed in the right answer.")


def gallery(
    images: NDArray[np.uint8],
    probabilities: NDArray[Any],
    labels: NDArray[Any] | None = None,
    *,
    classes: Sequence[str] = DIGITS,
    note: str = "The three likeliest answers to each picture.",
) -> Figure:
    """Pictures ``(N, H, W)`` and what a model says to each: its three likeliest classes and their probabilities.

    ``probabilities`` is ``(N, K)``. Where ``labels (N,)`` are given, each answer is marked as right or wrong.
    """
    names = written_names(classes)
    columns, side, gap = 2 if _long(names) else 3, 142, 40
    card = (WIDTH - 2 * EDGE_WIDTH - (columns - 1) * gap) // columns
    title = f"What the model says to {len(images):,} pictures"
    if labels is not None:
        right = int((probabilities.argmax(axis=1) == labels).sum())
        title = f"{right:,} of these {len(images):,} answers are right"
    sheet = Sheet(HEADING + math.ceil(len(images) / columns) * (side + gap), title, note)
    for number, picture in enumerate(images):
        row, column = divmod(number, columns)
        x, y = EDGE_WIDTH + column * (card + gap), HEADING + row * (side + gap)
        _hang(sheet, picture, x, y, side)
        label = None if labels is None else int(labels[number])
        _answer(sheet, probabilities[number], names, label, x + side + 24, y, card - side - 24)
    return sheet.figure()


def _answer(
    sheet: Sheet, probabilities: NDArray[Any], names: Sequence[str], label: int | None, x: int, y: int, width: int
) -> None:
    """One answer beside its picture: the class, whether it is right, and bars for the three likeliest."""
    likeliest = [int(k) for k in np.argsort(-probabilities, kind="stable")[:3]]
    read = likeliest[0]
    verdict = "" if label is None else "  ✓" if read == label else f"  ✗ is {names[label]}"
    sheet.write(x, y + 18, names[read] + verdict, size=TEXT + 1, bold=True)
    indent = 10 + 12 * max(map(len, names))
    track = width - indent - 75
    for place, k in enumerate(likeliest):
        middle, share = y + 58 + 36 * place, float(probabilities[k])
        sheet.write(x, middle, names[k], colour=MUTED)
        sheet.paint(x + indent, middle - 6, track, 12, LINE)
        sheet.paint(x + indent, middle - 6, round(track * share), 12, INK if place == 0 else EDGE)
        sheet.write(x + width, middle, percent(share, 0), colour=MUTED, align="right")


def _long(names: Sequence[str]) -> bool:
    return max(map(len, names)) > 3


def _wall(
    images: NDArray[np.uint8], captions: Sequence[Sequence[str]] | None, columns: int, title: str, note: str
) -> Figure:
    """Pictures in rows and columns, each above the lines of its caption, the first of which is in ink."""
    room = WIDTH - 2 * EDGE_WIDTH
    side = int(0.84 * room / columns)
    drawn = _drawn_size(images.shape[1:], side)
    lines = len(captions[0]) if captions else 0
    pitch = drawn[0] + CAPTION * lines + (18 if lines else (room - columns * drawn[1]) // (columns - 1))
    top = HEADING if title else EDGE_WIDTH
    sheet = Sheet(top + math.ceil(len(images) / columns) * pitch + 20, title, note)
    for number, picture in enumerate(images):
        row, column = divmod(number, columns)
        x, y = EDGE_WIDTH + round(column * (room - drawn[1]) / (columns - 1)), top + row * pitch
        _hang(sheet, picture, x, y, side)
        for line, text in enumerate(captions[number] if captions else ()):
            below = y + drawn[0] + 16 + CAPTION * line
            sheet.write(x + drawn[1] / 2, below, text, colour=MUTED if line else INK, align="center")
    return sheet.figure()


def _hang(sheet: Sheet, picture: NDArray[np.uint8], x: int, y: int, side: int) -> None:
    """Draw a picture as ink on paper in a thin frame, at most ``side`` pixels large."""
    height, width = _drawn_size(picture.shape, side)
    step = _thinning(picture.shape, side)
    thin = picture[::step, ::step]
    sheet.paste(ink(thin), x + 1, y + 1, (width - 2) // thin.shape[1])
    sheet.frame(x, y, width, height, LINE)


def _thinning(shape: tuple[int, ...], side: int) -> int:
    """1, or for a picture larger than its place: only every such row and column is drawn."""
    return max(1, math.ceil(max(shape) / (side - 2)))


def _drawn_size(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Height and width on the sheet, frame included: enlarged by a whole number, so that pixels stay squares."""
    step = _thinning(shape, side)
    height, width = (math.ceil(axis / step) for axis in shape)
    scale = max(1, (side - 2) // max(height, width))
    return scale * height + 2, scale * width + 2
