"""What a run is about to do, and what came of it, as plain values: printed, kept and sent to programs alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import glassnet
from glassnet.training import Evaluation, TrainingState
from glassnet.training.training_data import TrainingData, about

__all__ = ["plan", "report"]


def plan(state: TrainingState, data: TrainingData, folder: Path) -> dict[str, Any]:
    """What can be said before the first step."""
    recipe, (height, width) = state.recipe, data.train.images.shape[1:]
    return {
        "run": str(folder),
        "recipe": recipe.name,
        "title": recipe.title,
        "layers": state.network.notation(),
        "parameters": state.over_pictures().parameter_count,
        "optimizer": recipe.optimizer.name,
        "learning_rate": recipe.optimizer.learning_rate,
        "batch_size": recipe.training.batch_size,
        "first_epoch": state.epoch + 1,
        "epochs": recipe.training.epochs,
        "picture": [height, width],
        **_parts(data),
    }


def report(
    state: TrainingState,
    data: TrainingData,
    folder: Path,
    outcome: str,
    seconds: float,
    evaluation: Evaluation | None,
) -> dict[str, Any]:
    """What came of it. ``test`` is ``None`` where the test part was not looked at, or there is none.

    ``seconds`` are those since the run began, or since it was last taken up.
    """
    return {
        "run": str(folder),
        "recipe": state.recipe.name,
        "outcome": outcome,
        "epochs_done": state.epoch,
        "epochs": state.recipe.training.epochs,
        "seconds": round(seconds, 3),
        **_parts(data),
        "last_epoch": state.history[-1].as_dict() if state.history else None,
        "test": None if evaluation is None else evaluation.summary(),
        "test_pictures_learned_from": None if evaluation is None else data.test_pictures_learned_from,
        "glassnet": glassnet.__version__,
    }


def _parts(data: TrainingData) -> dict[str, Any]:
    return {
        "source": data.source,
        "origin": data.origin,
        "notice": data.notice,
        "train_part": about(data.train),
        "validation_part": about(data.validation),
        "test_part": about(data.test),
    }
