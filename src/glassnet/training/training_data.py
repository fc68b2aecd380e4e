"""From a recipe and what was typed after ``--data`` to what a run learns from, is watched on and is tested on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from glassnet.data import Dataset, split, take
from glassnet.data.sources import SOURCES, Event, open_source
from glassnet.data.sources.drawn import STROKES
from glassnet.training.recipe import Recipe

__all__ = ["TrainingData", "about", "open_training_data", "shared_pictures"]


@dataclass(frozen=True)
class TrainingData:
    """The parts of a data set as a run uses them.

    ``source`` opens the same data again, whatever can be reached then: where nothing was asked for, it is the
    name of what was found.
    """

    train: Dataset
    validation: Dataset | None
    test: Dataset | None
    source: str
    origin: str
    notice: str | None

    @cached_property
    def test_pictures_learned_from(self) -> int:
        """How many of the test pictures are in the training part too: it should be none."""
        return 0 if self.test is None else shared_pictures(self.test, self.train)


def shared_pictures(tested: Dataset, learned: Dataset) -> int:
    """How many pictures of ``tested`` are in ``learned`` too, pixel by pixel.

    Blank ones do not count: they are all alike.
    """
    known = {hash(image.tobytes()) for image in learned.images}
    return sum(hash(image.tobytes()) in known for image in tested.images if image.any())


def open_training_data(
    recipe: Recipe, source: str | None, *, offline: bool, progress: Callable[[Event], None]
) -> TrainingData:
    """Open ``source``, or the recipe's own; take what the recipe wants of it and set a validation part aside."""
    wanted = source or recipe.data.source
    bundle = open_source(wanted, offline=offline, progress=progress)
    drawn_instead = not bundle.train.name.startswith(SOURCES["mnist"].title)
    found = wanted or (STROKES if drawn_instead else "mnist")
    train, validation, seed = bundle.train, None, recipe.training.seed
    if recipe.data.limit is not None:
        train = take(train, recipe.data.limit, seed)
    if recipe.data.validation:
        train, validation = split(train, recipe.data.validation, seed)
    return TrainingData(train, validation, bundle.test, found, bundle.origin, bundle.notice)


def about(data: Dataset | None) -> dict[str, Any] | None:
    """A part in a report: what it is and how much of it there is."""
    return None if data is None else {"name": data.name, "count": len(data)}
