"""How a run went: loss and accuracy, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from glassnet.figures.style import EDGE, INK, SMALL, heading, new_figure, percent, plain_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from glassnet.training import EpochRecord

__all__ = ["learning_curves"]

FEW = 20
"""Up to so many points, each is marked."""


def learning_curves(history: Sequence[EpochRecord]) -> Figure:
    """Loss and accuracy over the epochs, for training and for validation where that was measured.

    ``history`` is that of a run, at least one record.
    """
    figure = new_figure(8, 4.2)
    losses, accuracies = figure.subplots(
        1, 2, gridspec_kw={"left": 0.075, "right": 0.97, "bottom": 0.125, "top": 0.745, "wspace": 0.2}
    )
    epochs = [record.epoch for record in history]
    _draw(losses, epochs, [each.train_loss for each in history], [each.validation_loss for each in history])
    _draw(
        accuracies,
        epochs,
        [100 * each.train_accuracy for each in history],
        [None if each.validation_accuracy is None else 100 * each.validation_accuracy for each in history],
    )
    plain_axes(losses, title="Loss", x="epoch")
    plain_axes(accuracies, title="Right answers, %", x="epoch")
    losses.set_ylim(bottom=0)
    accuracies.set_ylim(bottom=0 if len(history) == 1 else None, top=100)
    heading(figure, *_words(history))
    return figure


def _words(history: Sequence[EpochRecord]) -> tuple[str, str]:
    measured = [record for record in history if record.validation_accuracy is not None]
    count = len(history)
    after = f"after {count:,} epochs" if count > 1 else "after one epoch"
    note = "Training is measured while the network learns, each batch before its update"
    if measured and measured[-1].validation_accuracy is not None:
        title = f"{percent(measured[-1].validation_accuracy, 2)} of the validation answers are right {after}"
        return title, f"{note}; validation is never learned from."
    return f"{percent(history[-1].train_accuracy, 2)} of the training answers are right {after}", f"{note}."


def _draw(
    axes: Axes, epochs: Sequence[int], training: Sequence[float], validation: Sequence[float | None]
) -> None:
    """Training in grey, validation in ink on top of it."""
    from matplotlib.ticker import MaxNLocator

    measured = [(epoch, value) for epoch, value in zip(epochs, validation, strict=True) if value is not None]
    lines = [("training", EDGE, list(zip(epochs, training, strict=True)))]
    if measured:
        lines.append(("validation", INK, measured))
    for name, colour, points in lines:
        x, y = zip(*points, strict=True)
        mark = "o" if len(points) <= FEW else None
        axes.plot(x, y, color=colour, linewidth=2, marker=mark, markersize=4.5, label=name, clip_on=False)
    axes.legend(frameon=False, fontsize=SMALL, labelcolor=INK, handlelength=1.4)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
