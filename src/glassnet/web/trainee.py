"""A run in a process of its own, so that nothing it does makes the page wait, and killing it harms nobody.

``python -m glassnet.web.trainee`` reads an order from its standard input, one JSON line, and then commands; it
tells what happens on its standard output, one JSON line each. When its input ends, because the server did, in
whatever way, the process ends too: what it has learned up to the last epoch or so is in the run's folder, and
from there it can be taken up, here or with ``glassnet train --resume``. The order may also be to recompute a step
of a run, which is then told in one line.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from glassnet.blas import one_blas_thread
from glassnet.errors import GlassnetError, TrainingError
from glassnet.models import Model
from glassnet.training import (
    Epoch,
    Evaluation,
    Finished,
    Recipe,
    RunFolder,
    Started,
    Step,
    TrainingState,
    Trouble,
    begin,
    evaluate,
    load_checkpoint,
    make_model,
    save_checkpoint,
    train,
)
from glassnet.training.diagnosis import diagnose
from glassnet.training.training_data import TrainingData, about, open_training_data
from glassnet.web.control import Control, Ended
from glassnet.web.exact_steps import keep_state, recompute
from glassnet.web.film import Film, FilmWriter, moments
from glassnet.web.reporter import Reporter, tell

__all__ = ["main"]

SECONDS_BETWEEN_CHECKPOINTS = 2.0


class Trainee:
    """One run at work: follows the trainer's events, has them reported, and obeys."""

    def __init__(self, folder: RunFolder, control: Control, channel: TextIO) -> None:
        self.folder, self.control = folder, control
        self.state, self.data = _opened(folder)
        film = Film.of_run(folder.path)
        if not film.exists:
            save_checkpoint(folder.checkpoint, self.state)
            self._model(None).save(film.folder / "model.safetensors")
            keep_state(folder, self.state.epoch, self.state.recipe.training.epochs)
        self.film = FilmWriter(film)
        self.reporter = Reporter(self.film, self.state, self.data, channel)
        self.at = 0
        """The step that the network stands at: behind the reporter's while the run repeats itself."""
        self.began = self.saved = time.monotonic()

    def work(self) -> None:
        """Train to the end, pausing where that is wanted; to be called once."""
        with contextlib.closing(self.film), contextlib.suppress(Ended):
            self._work()

    def _work(self) -> None:
        state, reached = self.state, 0
        for event in train(state.recipe, self.data.train, self.data.validation, state=state):
            if isinstance(event, Started):
                self._start(event)
                reached = self.reporter.step
            elif isinstance(event, Step):
                self.at = (event.epoch - 1) * self.per_epoch + event.step
                if self.at <= reached:
                    continue  # what was done before it was taken up is done again, bit for bit
                self.reporter.follow(event, self.at)
                if self.at in self.kept:
                    self.reporter.snapshot()
                if event.step < event.steps_per_epoch:  # an epoch's last step is not over before its end is
                    self._wait_if_wanted()
            elif isinstance(event, Epoch) and self.at >= reached:
                self._end_epoch(event)
            elif isinstance(event, Trouble):
                self.reporter.trouble(event)
            elif isinstance(event, Finished):
                self._finish(event.reason)

    def _start(self, event: Started) -> None:
        self.per_epoch = event.steps_per_epoch
        self.at = self.state.epoch * self.per_epoch
        total, network = event.epochs * event.steps_per_epoch, self.state.over_pictures()
        record = network.parameters.nbytes + network.state.nbytes
        self.kept = set(moments(total, self.per_epoch, record, event.epochs * event.samples))
        facts = {
            "steps": total,
            "steps_per_epoch": self.per_epoch,
            "samples": event.samples,
            "data": self.data.source,
            "data_title": self.data.train.name,
            "notice": self.data.notice,
            "parameters": network.parameter_count,
        }
        self.folder.write_json("film/facts.json", facts)
        self.reporter.step = max(self.reporter.step, self.at)  # of a run without a film, begun by 'glassnet train'
        if self.reporter.step == self.at:
            self.reporter.snapshot()
        self.reporter.tell("state", state="running")
        self._wait_if_wanted()

    def _end_epoch(self, event: Epoch) -> None:
        self.reporter.progress()
        self.reporter.epoch(event)
        if time.monotonic() - self.saved >= SECONDS_BETWEEN_CHECKPOINTS:
            self._save()
        self._wait_if_wanted()

    def _save(self) -> None:
        save_checkpoint(self.folder.checkpoint, self.state)
        keep_state(self.folder, self.state.epoch, self.state.recipe.training.epochs)
        self.saved = time.monotonic()

    def _wait_if_wanted(self) -> None:
        """Obey what was commanded; stay here until the run may go on."""
        reporter = self.reporter
        self.control.obey_all(reporter.step, self.per_epoch)
        if not self.control.pauses_at(reporter.step):
            return
        began = time.monotonic()
        reporter.progress()
        if self.at == reporter.step:
            reporter.snapshot()
        if self.at and self.at == self.state.epoch * self.per_epoch:
            self._save()
            self._look_for_trouble()
        reporter.tell("state", state="paused")
        while self.control.pauses_at(reporter.step):
            self.control.obey(self.control.commands.get(), reporter.step, self.per_epoch)
        reporter.waited(time.monotonic() - began)
        self.began += time.monotonic() - began
        reporter.tell("state", state="running")

    def _look_for_trouble(self) -> None:
        """The trainer would say so before its next step, which may never come."""
        for trouble in diagnose(self.state, self.data.train):
            if trouble.kind not in self.state.reported:
                self.state.reported.add(trouble.kind)
                self.reporter.trouble(trouble)

    def _finish(self, outcome: str) -> None:
        """Test once, and keep what ``glassnet train`` keeps."""
        self.reporter.progress()
        seconds, evaluation = time.monotonic() - self.began, None
        if outcome != "diverged" and self.data.test is not None:
            test = self.data.test
            with one_blas_thread():
                evaluation = evaluate(self._model(None).probabilities(test.images), test.labels, test.classes)
        self._model(evaluation, seconds=seconds).save(self.folder.model)
        self.folder.write_history(self.state.history)
        report = {
            "run": str(self.folder.path),
            "recipe": self.state.recipe.name,
            "outcome": outcome,
            "epochs_done": self.state.epoch,
            "epochs": self.state.recipe.training.epochs,
            "seconds": round(seconds, 3),
            "origin": self.data.origin,
            "test": None if evaluation is None else evaluation.summary(),
        }
        self.folder.write_json("report.json", report)
        self.folder.checkpoint.unlink(missing_ok=True)
        self.reporter.tell("state", state="finished")

    def _model(self, evaluation: Evaluation | None, **facts: Any) -> Model:
        parts = {
            "trained_on": about(self.data.train),
            "tested_on": about(self.data.test if evaluation else None),
        }
        return make_model(
            self.state, self.data.train.classes, evaluation, **parts, origin=self.data.origin, **facts
        )


def _opened(folder: RunFolder) -> tuple[TrainingState, TrainingData]:
    """The run as it was left, or as it begins: with new weights, or as a branch with those of another model."""

    def data_of(recipe: Recipe) -> TrainingData:
        return open_training_data(recipe, folder.source, offline=True, progress=lambda event: None)

    if folder.checkpoint.is_file():
        state = load_checkpoint(folder.checkpoint)
        return state, data_of(state.recipe)
    content = json.loads((folder.path / "recipe.json").read_text(encoding="utf-8"))
    recipe = Recipe.model_validate(content["recipe"])
    data = data_of(recipe)
    state = begin(recipe, data.train)
    origin = folder.path / "film" / "origin.safetensors"
    if origin.is_file():
        model = Model.load(origin)
        if model.network.notation() != state.network.notation():
            raise TrainingError("a branch has the layers of the run that it comes from, and no others")
        state.take_over(model.network, model.preparation)
    return state, data


def main() -> int:
    """Wait for an order and work on it."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed must not be taken for a message
    line = sys.stdin.readline()
    if not line:
        return 0
    order = json.loads(line)
    control = Control(goal=0 if order.get("paused") else None)
    control.listen(sys.stdin)
    folder = RunFolder(Path(order["folder"]))
    try:
        if "recompute" in order:  # beside the run, whether that is at work or not: it only reads what is written
            tell(channel, "recomputed", **recompute(folder, order["recompute"]))
            return 0
        with folder.alone():
            Trainee(folder, control, channel).work()
    except GlassnetError as error:
        told = {"kind": type(error).__name__, "what": str(error), "do": error.hint}
        tell(channel, "state", state="failed", error=told)
    channel.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
