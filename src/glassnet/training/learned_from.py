"""Which pictures of a test a model has seen before: its file says what it learned from, which may be at hand."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.data import Dataset
from glassnet.data.kaggle import KAGGLE, TITLE
from glassnet.data.sources import SOURCES, open_source
from glassnet.errors import DataError
from glassnet.models import Committee, Model
from glassnet.training.recipe import Recipe
from glassnet.training.training_data import open_training_data, shared_pictures

__all__ = ["pictures_learned_from"]

_NAMES = {f"{source.title}, training part": name for name, source in SOURCES.items()} | {TITLE: KAGGLE}
"""How the names of training parts begin, and what opens them."""


def pictures_learned_from(model: Model | Committee, tested: Dataset) -> int | None:
    """How many of ``tested`` the model has learned from, or that member of a committee that knows most of them.

    ``None`` where that cannot be told: what it learned from has no name of ours, or is not on this machine.
    """
    members = model.members if isinstance(model, Committee) else [model]
    counts = [shared_pictures(tested, part) for member in members for part in _published_parts(member)]
    return max(counts, default=None)


def _published_parts(model: Model) -> Iterator[Dataset]:
    """What a model has learned from of the published data sets; of one in a mixture, the whole training part."""
    parts = (model.provenance.get("trained_on") or {}).get("name", "").split(" + ")
    for name in {name for part in parts for start, name in _NAMES.items() if part.startswith(start)}:
        try:
            if len(parts) > 1:
                yield open_source(name, offline=True).train
            else:
                recipe = Recipe.model_validate(model.recipe)
                yield open_training_data(recipe, name, offline=True, progress=lambda event: None).train
        except (DataError, ValueError):  # not here, or a recipe of another time
            continue
