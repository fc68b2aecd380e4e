"""Learning in slow motion: one digit of a run's training data, taken, read, judged, and learned from.

The run itself is not changed: what the digit alone would do is an edit like any other.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from glassnet.data import Dataset
from glassnet.engine.layers import Array
from glassnet.errors import TrainingError
from glassnet.training import Recipe, RunFolder
from glassnet.training.training_data import open_training_data
from glassnet.web import seeing
from glassnet.web.addresses import Models

__all__ = ["SlowMotion"]


class SlowMotion:
    """Deals the digits of a run's training data, in the order that the run takes them."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._opened: tuple[str, Dataset] | None = None
        self._taken: dict[tuple[str, int | None], int] = {}
        self._lock = threading.Lock()

    def training_part(self, run: str) -> Dataset:
        """What a run learns from; the last one asked for is kept."""
        with self._lock:
            if self._opened is None or self._opened[0] != run:
                folder = RunFolder(self._models.run_folder(run))
                _, model = self._models.get(f"run:{run}")
                recipe = Recipe.model_validate(model.recipe)
                data = open_training_data(recipe, folder.source, offline=True, progress=lambda event: None)
                self._opened = run, data.train
            return self._opened[1]

    def next_digit(self, run: str, step: int | None) -> dict[str, Any]:
        """The next digit that the run would take after ``step``, and what one step for it alone would do."""
        base, model = self._models.get(f"run:{run}" if step is None else f"run:{run}@{step}")
        recipe = Recipe.model_validate(model.recipe)
        data = self.training_part(run)
        taken = self._taken.get((run, step), 0)
        self._taken[run, step] = taken + 1
        row = int(_order(recipe, data)[self._place(recipe, data, base) + taken])
        target, rate = int(data.labels[row]), recipe.optimizer.learning_rate
        edit, other, told = seeing.edit(base, model, data.images[row], (target, rate), None)
        self._models.keep_edit(edit, other)
        size = len(data) if recipe.training.batch_size == "full" else min(recipe.training.batch_size, len(data))
        return {
            "model": base,
            "ink": {"set": f"run:{run}", "index": row},
            "label": data.classes[target],
            "target": target,
            "rate": rate,
            "after": told["address"],
            "edit": told,
            "batch_size": size,
            "sentence": _sentence(size),
        }

    @staticmethod
    def _place(recipe: Recipe, data: Dataset, base: str) -> int:
        """How many digits of the epoch were taken before the moment that ``base`` names."""
        _, at, step = base.partition("@")
        if recipe.training.batch_size == "full" or not at:
            return 0
        return int(step) * recipe.training.batch_size % len(data)


def _order(recipe: Recipe, data: Dataset) -> Array:
    """The order of the first epoch, twice, so that one can go on at its end."""
    if not len(data):
        raise TrainingError(f"{data.name} holds no pictures to learn from")
    order = np.random.default_rng([recipe.training.seed, 1]).permutation(len(data))
    return np.concatenate([order, order])


def _sentence(batch_size: int) -> str:
    if batch_size == 1:
        return "One digit, one step: the weights move by all of its blame."
    return (
        f"A digit alone moves the weights by all of its blame; in a batch of {batch_size:,} "
        f"it is one voice in {batch_size:,}."
    )
