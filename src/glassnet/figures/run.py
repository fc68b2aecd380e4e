"""The pictures of a run, drawn when it is over."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ShapeError
from glassnet.figures.confusion import confusion_matrix
from glassnet.figures.digits import gallery, worst_digits
from glassnet.figures.learning import learning_curves
from glassnet.figures.style import save
from glassnet.figures.weights import first_layer_weights

if TYPE_CHECKING:
    from glassnet.models import Model
    from glassnet.training import EpochRecord, Evaluation

__all__ = ["run_figures"]

CARDS = 12
"""Pictures in the gallery."""


def run_figures(
    folder: str | os.PathLike[str],
    history: Sequence[EpochRecord],
    evaluation: Evaluation | None,
    images: NDArray[np.uint8],
    model: Model,
) -> list[Path]:
    """Draw what there is to show of a run into ``folder``; returns the files in the order to look at them.

    ``images (N, H, W)`` are the pictures of ``evaluation`` where there is one, and any others where not: then
    there is no confusion matrix and there are no worst digits. A network whose first weights do not meet a
    picture has no weights.png, and a run without a finished epoch no learning curves. Raises
    :class:`OutputError` where a file cannot be written.
    """
    target = Path(folder)
    written = []
    if history:
        written.append(save(learning_curves(history), target / "learning-curves.png"))
    if evaluation is not None:
        written.append(save(confusion_matrix(evaluation), target / "confusion-matrix.png"))
        written.append(save(worst_digits(evaluation, images), target / "worst-digits.png"))
    try:
        weights = first_layer_weights(model.network, model.classes)
    except ShapeError:
        pass
    else:
        written.append(save(weights, target / "weights.png"))
    if len(images):
        rows, note = _worth_showing(evaluation, len(images))
        labels = None if evaluation is None else evaluation.labels[rows]
        probabilities = model.probabilities(images[rows])
        shown = gallery(images[rows], probabilities, labels, classes=model.classes, note=note)
        written.append(save(shown, target / "gallery.png"))
    return written


def _worth_showing(evaluation: Evaluation | None, count: int) -> tuple[NDArray[np.intp], str]:
    """Rows for the gallery, and a sentence that says how they were chosen."""
    if evaluation is None:
        rows = np.unique(np.linspace(0, count - 1, min(CARDS, count)).astype(np.intp))
        return rows, "Taken at even distances, not chosen."
    _, firsts = np.unique(evaluation.labels, return_index=True)
    firsts = firsts[:CARDS]
    doubtful = np.argsort(evaluation.probabilities.max(axis=1), kind="stable")
    doubtful = doubtful[~np.isin(doubtful, firsts)][: CARDS - len(firsts)]
    note = "The first picture of every class"
    if len(doubtful):
        note += f", and the {len(doubtful)} of all {count:,} where the model was least sure"
    return np.concatenate([firsts, doubtful]), f"{note}."
