"""A trained network as the teacher of another: its probabilities say more than a label does.

A label says "a 4". A network that reads well says "a 4, and a little like a 9", which tells how alike the classes
are in this very picture. Whoever learns that as well learns more from every picture: a network of dense layers, to
which a shifted picture is a new one, learns from one that looks through windows. (Hinton, Vinyals & Dean 2015,
"Distilling the Knowledge in a Neural Network", arXiv 1503.02531. There the pupil's logits are softened too; here
only the teacher's probabilities are, so that they are targets like any other.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import Dataset
from glassnet.engine.layers import Array
from glassnet.errors import ModelError, RecipeError
from glassnet.files import may_exist
from glassnet.models import Committee, Model, load_model
from glassnet.models.library import bundled_files, model_path
from glassnet.training.recipe_tables import TeacherRecipe

__all__ = ["Teacher"]


@dataclass(frozen=True)
class Teacher:
    """``teacher(images, labels)`` is what is wanted of a pupil: a probability for each class.

    A share of the targets comes from ``model``, softened by ``temperature``, the rest from the labels::

        target = (1 − share) · onehot(label) + share · p^(1/temperature) / Σₖ pₖ^(1/temperature)
    """

    model: Model | Committee
    share: float
    temperature: float

    @classmethod
    def of(cls, table: TeacherRecipe, data: Dataset) -> Teacher | None:
        """The teacher of a recipe, ``None`` where it has none.

        Raises :class:`ModelError` where there is no such model, :class:`RecipeError` where it was taught
        other classes than ``data`` has, or pictures of another size.
        """
        if table.model is None:
            return None
        path = model_path(table.model)
        if not may_exist(path):
            raise ModelError(
                f"teacher.model: there is no model {table.model}",
                hint=f"these come with Glassnet: {', '.join(bundled_files())}",
            )
        model = load_model(path)
        if tuple(model.classes) != tuple(data.classes) or model.picture_shape != data.images.shape[1:]:
            raise RecipeError(
                f"teacher.model: {table.model} reads {len(model.classes)} classes from pictures of "
                f"{_size(model.picture_shape)}, but {data.name} has {len(data.classes)} "
                f"and {_size(data.images.shape[1:])}",
                hint="take a teacher that was trained on such data, or none: teacher.model = none",
            )
        return cls(model, table.share, table.temperature)

    def __call__(self, images: NDArray[np.uint8], labels: Array) -> Array:
        """Targets ``(N, K)``, each row a distribution, for pictures ``(N, H, W)`` and labels ``(N,)``."""
        targets = self.model.probabilities(images) ** (1 / self.temperature)
        targets *= self.share / targets.sum(axis=1, keepdims=True)
        targets[np.arange(len(labels)), labels] += 1 - self.share
        return targets


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
