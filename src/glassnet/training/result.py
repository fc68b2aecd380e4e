"""From a finished run to a model that can be kept."""

from __future__ import annotations

from typing import Any

from glassnet.models import Model, provenance
from glassnet.training.evaluation import Evaluation
from glassnet.training.state import TrainingState

__all__ = ["make_model"]


def make_model(
    state: TrainingState,
    classes: tuple[str, ...],
    evaluation: Evaluation | None = None,
    **facts: Any,
) -> Model:
    """The model that ``state`` holds, with its recipe, where it came from, and what it scored.

    ``facts`` go into the provenance: ``trained_on``, ``tested_on``, ``seconds`` and the like.
    """
    return Model(
        network=state.over_pictures(),
        preparation=state.preparation,
        classes=classes,
        output=state.recipe.make_loss().output,
        recipe=state.recipe.model_dump(),
        provenance=provenance(epochs=state.epoch, data_sha256=state.data, **facts),
        metrics=evaluation.summary() if evaluation is not None else {},
    )
