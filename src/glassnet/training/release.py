"""A model for others: trained from several seeds, calibrated, measured, and honest about what chose what.

Two kinds of run. *Validation* runs learn without the held-out rows and are judged on them: they are what anything
is chosen by. *Release* runs learn from everything, as they were decided to, and their test part is read once. The
model that is published is that of the first seed, whatever the others score.

Every run has a folder and a checkpoint. A command that was stopped goes on where it was when it is given again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.blas import one_blas_thread
from glassnet.data import DIGITS, Dataset
from glassnet.engine.layers import Array
from glassnet.errors import RecipeError, TrainingError
from glassnet.models import Committee, Model
from glassnet.training.calibration import fit_temperature
from glassnet.training.checkpoint import load_checkpoint, save_checkpoint
from glassnet.training.evaluation import Evaluation, score
from glassnet.training.events import Epoch, Event, Finished
from glassnet.training.recipe import Recipe
from glassnet.training.release_data import ReleaseData
from glassnet.training.reproduction import mean_interval
from glassnet.training.result import make_model
from glassnet.training.robustness import robustness
from glassnet.training.run_folder import RunFolder
from glassnet.training.state import begin
from glassnet.training.trainer import train
from glassnet.training.training_data import about

__all__ = [
    "calibrate",
    "calibration",
    "in_half_precision",
    "machine",
    "measures",
    "released",
    "run_in",
    "seed_rows",
]


def released(recipe: Recipe, seed: int) -> Recipe:
    """``recipe`` as it is run for a release: its own seed, and nothing set aside within the run.

    :class:`RecipeError` for one whose length or weights are chosen by a validation part, for there is none left.
    """
    if recipe.training.patience is not None or recipe.training.keeps_best:
        raise RecipeError(
            f"the recipe '{recipe.name}' picks its last epoch by a validation part, and a released model has none",
            hint="set training.keep = 'last', training.patience = none, and as many epochs as are needed",
        )
    return recipe.changed(["data.validation=0", f"training.seed={seed}"])


def run_in(folder: Path, recipe: Recipe, data: Dataset, validation: Dataset | None = None) -> Iterator[Event]:
    """Train in ``folder``, going on where an earlier call was stopped; a run that is finished has no events.

    Then the model lies in ``folder / "model.safetensors"``, with its time in the provenance: seconds by the clock
    and of the processor, over all sittings. Raises :class:`TrainingError` where the folder holds a run of another
    recipe, where another process is at work in it, or where the numbers overflow.
    """
    run = RunFolder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with run.alone():
        if run.model.exists() and not run.checkpoint.exists():
            _same(Recipe.model_validate(Model.load(run.model).recipe), recipe, folder)
            return
        state = load_checkpoint(run.checkpoint) if run.checkpoint.exists() else begin(recipe, data)
        _same(state.recipe, recipe, folder)
        clock = _Clock(folder / "time.json", resumed=state.epoch > 0)
        run.write_json("recipe.json", {"source": recipe.data.source, "recipe": recipe.model_dump()})
        for event in train(recipe, data, validation, state=state):
            if isinstance(event, Epoch):
                clock.save()  # before the checkpoint: a kill between the two counts an epoch twice, not never
                save_checkpoint(run.checkpoint, state)
            elif isinstance(event, Finished) and event.reason == "diverged":
                raise TrainingError(f"the numbers overflowed in {folder}", hint="lower the learning rate")
            yield event
        model = make_model(state, data.classes, trained_on=about(data), time=clock.read(), machine=machine())
        run.write_history(state.history)
        model.save(run.model)
        run.checkpoint.unlink(missing_ok=True)


def _same(found: Recipe, wanted: Recipe, folder: Path) -> None:
    if found != wanted:
        raise TrainingError(
            f"{folder} holds a run of another recipe than is wanted now",
            hint="remove that folder, or put the runs elsewhere",
        )


class _Clock:
    """Time spent on a run over all sittings, by the clock and of the processor."""

    def __init__(self, file: Path, *, resumed: bool) -> None:
        self._file = file
        earlier = json.loads(file.read_text()) if resumed and file.exists() else {}
        self._seconds = earlier.get("seconds", 0.0) - time.perf_counter()
        self._cpu_seconds = earlier.get("cpu_seconds", 0.0) - time.process_time()

    def read(self) -> dict[str, float]:
        return {
            "seconds": round(self._seconds + time.perf_counter(), 1),
            "cpu_seconds": round(self._cpu_seconds + time.process_time(), 1),
        }

    def save(self) -> None:
        RunFolder(self._file.parent).write_json(self._file.name, self.read())


def calibrate(model: Model, data: Dataset) -> float:
    """The temperature that suits ``model`` best on ``data``, which it has not learned from."""
    with one_blas_thread():
        logits = model.network.predict(data.images, prepare=model.prepare)
    return fit_temperature(logits, data.labels, model.output)


def in_half_precision(model: Model) -> Model:
    """The same model with its parameters rounded to what float16 can say, as a file of half precision holds it."""
    network = model.network.astype(model.network.dtype)
    network.parameters[...] = network.parameters.astype(np.float16)
    return Model(
        network, model.preparation, model.classes, model.output, model.temperature, model.recipe, model.provenance
    )


def seed_rows(evaluations: dict[int, Evaluation], models: dict[int, Model]) -> dict[str, Any]:
    """What every seed scored, how long it took, and the mean with its interval (``None`` for one seed)."""
    rows = [
        {
            "seed": seed,
            "accuracy": found.accuracy,
            "interval": list(found.interval),
            **models[seed].provenance["time"],
        }
        for seed, found in evaluations.items()
    ]
    accuracies = [found.accuracy for found in evaluations.values()]
    return {
        "seeds": rows,
        "mean_accuracy": float(np.mean(accuracies)),
        "mean_interval": list(mean_interval(accuracies)) if len(accuracies) > 1 else None,
    }


def measures(model: Model | Committee, data: ReleaseData) -> dict[str, Any]:
    """Everything that a card says of one finished model on test data: a look at the test part."""
    with one_blas_thread():
        answers = model.predict(data.test.images)

        def digits(images: Array) -> Array:
            columns = [model.classes.index(name) for name in DIGITS]
            likeliest: Array = model.probabilities(images)[:, columns].argmax(axis=1)
            return likeliest

        conditions = robustness(digits, data.test.images, data.test.labels)
    found, others = score(model, data.test), [(each, score(model, each)) for each in data.others]
    refused = int((answers >= len(DIGITS)).sum()) if len(model.classes) > len(DIGITS) else None
    return found.summary() | {
        "tested_on": about(data.test),
        "per_class": found.per_class(),
        "confusion": found.confusion.tolist(),
        "refused": refused,
        "others": [{"data": about(each), **result.summary()} for each, result in others],
        "robustness": conditions,
    }


def calibration(model: Model | Committee, data: ReleaseData) -> dict[str, Any]:
    """What the temperature did to the model's certainty on the test part, for its card."""
    before = score(replace(model, temperature=1.0), data.test)
    after = score(model, data.test)
    return {
        "temperature": model.temperature,
        "fitted_on": f"{data.held_out.name}, by a run that had not learned from them",
        "error_before": before.calibration_error,
        "error_after": after.calibration_error,
        "cross_entropy_before": before.cross_entropy,
        "cross_entropy_after": after.cross_entropy,
    }


def machine() -> str:
    """The processor and how many of its cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        import platform

        name = platform.machine()
    return f"{cores} core{'s' if cores > 1 else ''} of {name}"
