"""The course of a run as lines of text: one an epoch, or some twenty for a run of thousands."""

from __future__ import annotations

import math

from glassnet.cli.output import percent, short
from glassnet.training import EpochRecord

__all__ = ["EpochTable"]

_MOST_LINES = 20


class EpochTable:
    """Header and lines for ``epochs`` epochs, with two more columns where there is a validation part."""

    def __init__(self, epochs: int, validated: bool) -> None:
        self._epochs, self._validated = epochs, validated
        self._every = _round_number(epochs / _MOST_LINES)

    def header(self) -> str:
        """The columns' names."""
        columns = f"{'epoch':>7}{'loss':>10}{'right':>10}"
        if self._validated:
            columns += f"{'validation':>14}{'right':>10}"
        return columns + f"{'rate':>11}{'time':>9}"

    def has(self, epoch: int) -> bool:
        """Whether the epoch is one that gets a line: the first, the last, and round ones between."""
        return epoch in (1, self._epochs) or epoch % self._every == 0

    def line(self, record: EpochRecord, seconds: float) -> str:
        """One epoch. ``seconds`` are those since the line before."""
        columns = f"{record.epoch:>7}{_loss(record.train_loss):>10}{percent(record.train_accuracy):>10}"
        if self._validated:
            loss, accuracy = record.validation_loss, record.validation_accuracy
            columns += (
                f"{'' if loss is None else _loss(loss):>14}{'' if accuracy is None else percent(accuracy):>10}"
            )
        return columns + f"{short(record.learning_rate):>11}{f'{seconds:.1f} s':>9}"


def _loss(loss: float) -> str:
    """Four digits behind the point, unless the loss has run away."""
    return f"{loss:.4f}" if loss < 10_000 else f"{loss:.1e}"


def _round_number(least: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50 … from ``least`` on."""
    power = int(10 ** math.floor(math.log10(max(least, 1))))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
