"""What a training run tells as it goes.

A run is a stream of these. Whoever wants a progress bar, a plot, a checkpoint or a web page reads the stream;
the run itself calls nobody. Printed, an event is a line: the state that it carries is millions of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from glassnet.training.state import EpochRecord, TrainingState

__all__ = ["Epoch", "Event", "Finished", "Started", "Step", "Trouble"]


@dataclass(frozen=True, slots=True)
class Started:
    """The run is about to make its first step. ``first_epoch`` is above 1 where it was taken up again."""

    first_epoch: int
    epochs: int
    steps_per_epoch: int
    samples: int
    state: TrainingState = field(repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One update of the weights (for one example at a time: one block of updates).

    ``step`` counts from 1 within the epoch; ``loss`` is the mean over the step's samples and ``correct`` how many
    of them the network got right, both before the update.
    """

    epoch: int
    step: int
    steps_per_epoch: int
    samples: int
    correct: int
    loss: float
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training data is done. While the reader holds this event, ``state`` stands still."""

    record: EpochRecord
    seconds: float
    state: TrainingState = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something looks wrong, in words. ``fatal`` trouble ends the run."""

    kind: str
    message: str
    hint: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over and ``state.network`` holds the weights to keep.

    ``reason`` is "completed", "early stopping" or "diverged".
    """

    reason: str
    state: TrainingState = field(repr=False)


Event: TypeAlias = Started | Step | Epoch | Trouble | Finished
