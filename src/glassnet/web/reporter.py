"""What a run at work films and tells: every step into the film, a few lines a second to the server.

A run that is taken up repeats what it did after its last checkpoint, bit for bit. What is in the film already is
neither filmed nor told again.
"""

from __future__ import annotations

import json
import math
import time
from typing import Any, TextIO

import numpy as np

from glassnet.blas import one_blas_thread
from glassnet.data import Dataset
from glassnet.training import Epoch, Step, TrainingState, Trouble
from glassnet.training.training_data import TrainingData
from glassnet.web.film import FilmWriter

__all__ = ["Reporter", "tell"]

SECONDS_BETWEEN = 0.1
PROBE = 500
"""Pictures of the validation part, or else of the training part, that are looked at along the way."""
SHARE_FOR_LOOKING = 0.005
"""Of the processor's time that the run takes, what looking at them may."""
SECONDS_AT_FIRST = 0.005
"""And so much more, for runs that are over at once."""
TRY = {"rising loss": 0.1, "divergence": 0.1, "slow": 10.0}
"""By which factor to change the learning rate, for the kinds of trouble that call for it."""


def tell(channel: TextIO, kind: str, **content: Any) -> None:
    """One line to the server."""
    channel.write(json.dumps({"kind": kind, **content}) + "\n")
    channel.flush()


class Reporter:
    """Tells of one run. ``step`` is how far it has come, counted over all epochs."""

    def __init__(self, film: FilmWriter, state: TrainingState, data: TrainingData, channel: TextIO) -> None:
        self._film, self._state, self._channel = film, state, channel
        self._probe, self._of = _probe(data)
        self._events = {_key(event) for event in film.film.events()}
        self._losses: list[float] = []  # of steps that were not told of yet; events that are kept are work for gc
        self._samples = self._right = 0
        self._rate = 0.0
        self._said = time.monotonic()
        self._began, self._looking = time.process_time(), 0.0
        self.step = film.steps_written

    def tell(self, kind: str, **content: Any) -> None:
        """One line to the server, with where the run stands."""
        tell(self._channel, kind, step=self.step, epoch=self._state.epoch, **content)

    def follow(self, event: Step, step: int) -> None:
        """The run made a step."""
        self.step = step
        self._film.step(step, event.loss, event.learning_rate, event.correct / event.samples)
        self._losses.append(event.loss)
        self._samples += event.samples
        self._right += event.correct
        self._rate = event.learning_rate
        if time.monotonic() - self._said >= SECONDS_BETWEEN:
            self.progress()

    def progress(self) -> None:
        """Say how the steps went that were not told of yet."""
        self._film.flush()
        now = time.monotonic()
        losses, samples = self._losses, self._samples
        if losses:
            self.tell(
                "progress",
                loss=sum(losses) / len(losses),
                loss_min=min(losses),
                loss_max=max(losses),
                accuracy=self._right / samples,
                rate=self._rate,
                samples_per_second=samples / max(now - self._said, 1e-9),
            )
        losses.clear()
        self._samples = self._right = 0
        self._said = now

    def snapshot(self) -> None:
        """Keep the parameters of this moment, and look at the probe where there is time for it."""
        self._film.flush()
        found = self._film.snapshot(self.step, self._state.over_pictures())
        if found is None:
            return
        self.tell("snapshot", hash=found)
        began = time.process_time()  # on a busy machine, too, a share of what the run does
        if self._looking <= SHARE_FOR_LOOKING * (began - self._began) + SECONDS_AT_FIRST:
            with np.errstate(over="ignore", invalid="ignore"), one_blas_thread():
                logits = self._state.network.predict(self._probe.images, prepare=self._state.prepare)
                loss, _ = self._state.recipe.make_loss()(logits, self._probe.labels)
            right = float(np.mean(logits.argmax(axis=1) == self._probe.labels))
            self._keep("evaluated", accuracy=right, loss=_finite(loss), of=self._of)
            self._looking += time.process_time() - began

    def epoch(self, event: Epoch) -> None:
        """An epoch is over."""
        record = {key: _finite(value) for key, value in event.record.as_dict().items()}
        number = record.pop("epoch")
        self._keep("epoch", **record, number=number, seconds=event.seconds)

    def trouble(self, trouble: Trouble) -> None:
        """Something looks wrong; where a changed rate may help, say which."""
        factor, rate = TRY.get(trouble.kind), self._state.recipe.optimizer.learning_rate
        change = None if factor is None else {"optimizer.learning_rate": float(f"{rate * factor:.3g}")}
        told = {"trouble": trouble.kind, "text": trouble.message, "try": trouble.hint, "fatal": trouble.fatal}
        self._keep("diagnosis", **told, set=change)

    def waited(self, seconds: float) -> None:
        """The run stood still: that is no time of its own."""
        self._said += seconds

    def _keep(self, kind: str, **content: Any) -> None:
        event = {"kind": kind, "step": self.step, **content}
        if _key(event) not in self._events:
            self._events.add(_key(event))
            self._film.event(event)
            self.tell(kind, **content)


def _probe(data: TrainingData) -> tuple[Dataset, str]:
    part, name = (data.train, "probe") if data.validation is None else (data.validation, "validation")
    rows = np.linspace(0, len(part) - 1, min(PROBE, len(part))).astype(int)
    return part.subset(rows), name


def _key(event: dict[str, Any]) -> tuple[Any, ...]:
    """By which an event that comes again is recognised."""
    return event["kind"], event["step"], event.get("trouble")


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
