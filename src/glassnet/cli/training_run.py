"""A run from its data to a kept model: reads the trainer's events, shows them, and sees that nothing is lost.

Whatever ends a run (its last epoch, patience, Ctrl-C, numbers that overflow, a full disk, ``kill -9``), what it
has learned is either in ``model.safetensors`` or can be taken up from ``checkpoint.safetensors``.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.blas import one_blas_thread
from glassnet.cli.checkpoints import Checkpoints
from glassnet.cli.exits import EXIT_CODES, INTERRUPTED
from glassnet.cli.interruption import Interruption
from glassnet.cli.training_report import plan, report
from glassnet.cli.training_windows import Window
from glassnet.errors import OutputError, TrainingError
from glassnet.models import Model
from glassnet.training import (
    Epoch,
    Evaluation,
    Finished,
    Recipe,
    RunFolder,
    TrainingState,
    begin,
    evaluate,
    load_checkpoint,
    make_model,
    train,
)
from glassnet.training.training_data import TrainingData, about, open_training_data

__all__ = ["TrainingRun"]

_HAPPY_ENDS = ("completed", "early stopping")
_EXIT_CODES = dict.fromkeys(_HAPPY_ENDS, 0) | {"interrupted": INTERRUPTED, "diverged": EXIT_CODES[TrainingError]}


@dataclass
class TrainingRun:
    """One run: what it learns from, where it stands, where it is kept, and who watches it."""

    data: TrainingData
    state: TrainingState
    folder: RunFolder
    window: Window
    seconds: float = field(default=0.0, init=False)

    @classmethod
    def new(cls, runs: Path, recipe: Recipe, source: str | None, *, offline: bool, window: Window) -> TrainingRun:
        """A fresh run, in a folder of its own that is made once it is known that data and network fit."""
        with window.fetching() as progress:
            data = open_training_data(recipe, source, offline=offline, progress=progress)
        state = begin(recipe, data.train)
        return cls(data, state, RunFolder.create(runs, recipe, data.source), window)

    @classmethod
    def resumed(
        cls, runs: Path, name: str | None, source: str | None, *, offline: bool, window: Window
    ) -> TrainingRun:
        """An unfinished run, with the data it began with: ``source`` says where they lie now, if they moved."""
        folder = RunFolder.unfinished(runs, name)
        state = load_checkpoint(folder.checkpoint)
        with window.fetching() as progress:
            data = open_training_data(state.recipe, source or folder.source, offline=offline, progress=progress)
        return cls(data, state, folder, window)

    def train(self, *, figures: bool) -> int:
        """Learn, test once, keep everything; returns the exit code."""
        with np.errstate(over="ignore", invalid="ignore"):  # numbers that overflow are told of in words
            return self._train(figures=figures)

    def _train(self, *, figures: bool) -> int:
        checkpoints = Checkpoints(self.folder.checkpoint)
        with self.folder.alone(), self._can_be_taken_up():
            checkpoints.keep(self.state)  # from here on, whatever kills the run, it can be taken up
            self.window.begin(plan(self.state, self.data, self.folder.path))
            outcome = self._learn(checkpoints)
            evaluation = self._test() if outcome in _HAPPY_ENDS else None
            self._keep(outcome, evaluation)
        try:
            if figures and outcome in _HAPPY_ENDS:
                self._draw(evaluation)
        finally:  # a picture that cannot be drawn takes nothing away from the result
            self.window.finish(self._report(outcome, evaluation) | {"files": self._files()})
        return _EXIT_CODES[outcome]

    def _learn(self, checkpoints: Checkpoints) -> str:
        """Follow the events to their end or to Ctrl-C; says which it was."""
        state, outcome = self.state, "interrupted"
        began = time.perf_counter()
        events = train(state.recipe, self.data.train, self.data.validation, state=state)
        with self.window, Interruption() as stop:
            for event in events:
                self.window.show(event)
                if isinstance(event, Epoch):
                    checkpoints.keep(state)
                elif isinstance(event, Finished):
                    outcome = event.reason
                if stop.wished and state.epoch < state.recipe.training.epochs:
                    break
        self.seconds = time.perf_counter() - began
        checkpoints.flush()
        return outcome

    def _test(self) -> Evaluation | None:
        """The one look at the test part, after the last decision has been made."""
        test = self.data.test
        if test is None:
            return None
        with one_blas_thread():
            probabilities = self._model(None).probabilities(test.images)
        return evaluate(probabilities, test.labels, test.classes)

    def _keep(self, outcome: str, evaluation: Evaluation | None) -> None:
        """The model first; the checkpoint goes when nothing needs it any more."""
        self._model(evaluation).save(self.folder.model)
        self.folder.write_history(self.state.history)
        details: dict[str, Any] = {}
        if evaluation is not None:
            details = {"classes": evaluation.per_class(), "confusion": evaluation.confusion.tolist()}
        self.folder.write_json("report.json", self._report(outcome, evaluation) | details)
        if outcome != "interrupted":
            self.folder.checkpoint.unlink(missing_ok=True)

    def _draw(self, evaluation: Evaluation | None) -> None:
        from glassnet.figures import run_figures

        shown = self.data.train if self.data.test is None else self.data.test
        run_figures(self.folder.path, self.state.history, evaluation, shown.images, self._model(evaluation))

    def _model(self, evaluation: Evaluation | None) -> Model:
        parts = {"trained_on": about(self.data.train), "tested_on": about(self.data.test if evaluation else None)}
        return make_model(
            self.state, self.data.train.classes, evaluation, **parts, origin=self.data.origin, seconds=self.seconds
        )

    def _report(self, outcome: str, evaluation: Evaluation | None) -> dict[str, Any]:
        return report(self.state, self.data, self.folder.path, outcome, self.seconds, evaluation)

    def _files(self) -> list[str]:
        return sorted(path.name for path in self.folder.path.iterdir() if not path.name.startswith("."))

    @contextlib.contextmanager
    def _can_be_taken_up(self) -> Iterator[None]:
        """An error in writing does not end the run for good: say how to go on."""
        try:
            yield
        except OutputError as error:
            again = f"then go on with: glassnet train --resume {self.folder.path}"
            raise OutputError(str(error), hint=f"{error.hint}; {again}" if error.hint else again) from error
