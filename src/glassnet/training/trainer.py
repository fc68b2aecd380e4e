"""The loop: predict, measure, send the blame back, take a step, and tell what happened.

``train`` is a generator of events. It prints nothing, saves nothing and calls nobody::

    for event in train(recipe, data):
        print(event)
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from glassnet.blas import one_blas_thread
from glassnet.data.dataset import Dataset
from glassnet.engine import clip_by_norm, penalise
from glassnet.engine.layers import Array
from glassnet.errors import TrainingError
from glassnet.memory import keep_freed_memory
from glassnet.training import one_at_a_time
from glassnet.training.batches import ahead, batches, deformed, taught
from glassnet.training.diagnosis import diagnose, divergence
from glassnet.training.events import Epoch, Event, Finished, Started, Step
from glassnet.training.one_at_a_time import OneAtATime
from glassnet.training.parallel import BatchGradient, BatchResult
from glassnet.training.recipe import Recipe
from glassnet.training.state import EpochRecord, TrainingState, Weights, begin
from glassnet.training.teacher import Teacher

__all__ = ["train"]


def train(
    recipe: Recipe, data: Dataset, validation: Dataset | None = None, *, state: TrainingState | None = None
) -> Iterator[Event]:
    """Train as ``recipe`` says on ``data``, watching ``validation`` where there is one.

    ``state`` takes a run up where it stood; without one a fresh run begins. A seeded run gives the same bits
    again on the same machine and number of threads, whether or not it was interrupted between. The weights of
    ``event.state.network`` may be read while the reader holds an event; after :class:`Finished` they are the
    reader's own.

    Raises :class:`TrainingError` where ``state`` has learned from other data than ``data``.
    """
    if not len(data):
        raise TrainingError(f"{data.name} holds no pictures to learn from")
    if state is None:
        state = begin(recipe, data)
    elif state.data != data.fingerprint():
        raise TrainingError(
            f"this run learned from other data than {data.name}",
            hint="take it up with the data set it began with, or begin a new run",
        )
    run = _Run(recipe, data, validation, state)
    keep_freed_memory()
    try:
        with one_blas_thread():
            yield from run.events()
    finally:
        run.gradient_of_batch.close()


class _Run:
    """What the loop holds in its hands while it runs."""

    def __init__(self, recipe: Recipe, data: Dataset, validation: Dataset | None, state: TrainingState) -> None:
        self.recipe, self.data, self.validation, self.state = recipe, data, validation, state
        self.loss = recipe.make_loss()
        self.schedule = recipe.make_schedule()
        self.augmentation = recipe.make_augmentation()
        self.teacher = Teacher.of(recipe.teacher, data)
        self.given: tuple[Dataset, Array] | None = None
        self.prepare = state.prepare if state.components is None else _as_they_are
        self.gradient_of_batch = BatchGradient(state.network, self.loss, self.prepare, recipe.training.threads)
        self.learn: Callable[[Array, Array, float], BatchResult] = self._learn_from_batch
        size = recipe.training.batch_size
        if OneAtATime.fits(recipe, state.network):
            self.learn = OneAtATime(state.network, self.loss, self.prepare)
            size = one_at_a_time.BLOCK
        self.batch_size = len(data) if size == "full" else min(size, len(data))
        self.steps_per_epoch = math.ceil(len(data) / self.batch_size)

    def events(self) -> Iterator[Event]:
        state, epochs = self.state, self.recipe.training.epochs
        yield Started(state.epoch + 1, epochs, self.steps_per_epoch, len(self.data), state)
        good = Weights.of(state.network, state.epoch)
        while state.epoch < epochs and not self._patience_is_over():
            began = time.perf_counter()
            epoch = state.epoch + 1
            loss = correct = 0.0
            for step, (images, labels) in enumerate(self._batches(epoch), start=1):
                rate = self._rate(epoch, step)
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # overflow is told in words
                    result = self.learn(images, labels, rate)
                if not math.isfinite(result.loss):
                    yield from self._give_up(good, images, rate)
                    return
                loss += result.loss * len(labels)
                correct += result.correct
                yield Step(epoch, step, self.steps_per_epoch, len(labels), result.correct, result.loss, rate)
            good_after = Weights.of(state.network, epoch)
            if not good_after.are_finite:  # the last step's loss is from before that step
                yield from self._give_up(good, images, rate)
                return
            good = good_after
            self._close_epoch(EpochRecord(epoch, rate, loss / len(self.data), correct / len(self.data)))
            yield Epoch(state.history[-1], time.perf_counter() - began, state)
            for trouble in diagnose(state, self.data):
                if trouble.kind not in state.reported:
                    state.reported.add(trouble.kind)
                    yield trouble
        self._weights_to_keep(self._average_or(good)).put_into(state.network)
        yield Finished("completed" if state.epoch >= epochs else "early stopping", state)

    def _give_up(self, good: Weights, images: Array, rate: float) -> Iterator[Event]:
        """The numbers overflowed: say where and why, and keep the last weights that were sound."""
        yield divergence(self.state, self.prepare(images), rate)
        self._weights_to_keep(good).put_into(self.state.network)
        yield Finished("diverged", self.state)

    def _weights_to_keep(self, last: Weights) -> Weights:
        best = self.state.best
        return best if self.recipe.training.keeps_best and best is not None else last

    def _average_or(self, last: Weights) -> Weights:
        average = self.state.average
        return Weights(last.epoch, average.parameters, average.state) if average and average.count else last

    def _batches(self, epoch: int) -> Iterator[tuple[Array, Array]]:
        """The epoch's batches, which follow from the seed and the epoch's number alone; so do dropout's masks."""
        seed = self.recipe.training.seed
        self.gradient_of_batch.reseed(seed, epoch)
        data = self.data.of_epoch(epoch)
        portions = batches(self._given(data), data.labels, self.batch_size, seed, epoch)
        if self.augmentation is None and self.teacher is None:
            return portions
        if self.augmentation is not None:
            table, steps = self.recipe.augmentation, range(1, self.steps_per_epoch + 1)
            strengths = (table.strength(self._progress(epoch, step)) for step in steps)
            portions = deformed(portions, self.augmentation, strengths, seed, epoch)
        return ahead(taught(portions, self.teacher) if self.teacher is not None else portions)

    def _given(self, data: Dataset) -> Array:
        """What batches are taken from: the pictures, or where it learns from components those, computed once."""
        if self.state.components is None:
            return data.images
        if self.given is None or self.given[0] is not data:
            self.given = data, self.state.prepare(data.images)
        return self.given[1]

    def _progress(self, epoch: int, step: int) -> float:
        """The share of the run done in the middle of the step: neither the first nor the last is wasted at 0."""
        done = (epoch - 1) * self.steps_per_epoch + step - 0.5
        return done / (self.recipe.training.epochs * self.steps_per_epoch)

    def _rate(self, epoch: int, step: int) -> float:
        return self.recipe.optimizer.learning_rate * self.schedule(self._progress(epoch, step))

    def _learn_from_batch(self, images: Array, labels: Array, rate: float) -> BatchResult:
        """Predict, measure, send the blame back, take one step."""
        network, settings = self.state.network, self.recipe.optimizer
        result = self.gradient_of_batch(images, labels)
        if settings.l1 or settings.l2:
            weights = slice(network.weight_count)
            penalise(network.parameters[weights], network.gradients[weights], l1=settings.l1, l2=settings.l2)
        if settings.clip_norm:
            clip_by_norm(network.gradients, settings.clip_norm)
        self.state.optimizer.step(network.parameters, network.gradients, rate)
        if self.state.average is not None and self.recipe.averaging.name == "ema":
            self.state.average.follow(network, self.recipe.averaging.decay)
        return result

    def _close_epoch(self, record: EpochRecord) -> None:
        """Look at the validation part where it is its turn, and write the epoch into the history."""
        state, training, averaging = self.state, self.recipe.training, self.recipe.averaging
        last = record.epoch == training.epochs
        network, average = state.network, state.average
        if average is not None and averaging.name == "swa" and record.epoch > averaging.start * training.epochs:
            average.include(network)
        if average is not None and average.count:
            network = average.network_like(network)
        if self.validation is not None and (record.epoch % training.validate_every == 0 or last):
            logits = network.predict(self.validation.images, prepare=state.prepare)
            loss, _ = self.loss(logits, self.validation.labels)
            accuracy = float(np.mean(logits.argmax(axis=1) == self.validation.labels))
            record = record.validated(loss, accuracy)
            before = state.best_record
            if before is None or before.validation_loss is None or loss < before.validation_loss:
                state.best = Weights.of(network, record.epoch)
        state.history.append(record)
        state.epoch = record.epoch

    def _patience_is_over(self) -> bool:
        patience, best = self.recipe.training.patience, self.state.best
        if patience is None or best is None:
            return False
        looks = [record for record in self.state.history if record.validation_loss is not None]
        return sum(record.epoch > best.epoch for record in looks) >= patience


def _as_they_are(inputs: Array) -> Array:
    """How components are prepared: they have been."""
    return inputs
