"""What a model has learned from is known again among the pictures that it is tested on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glassnet.data import DataBundle, Dataset
from glassnet.errors import DownloadError
from glassnet.models import Committee, Model
from glassnet.training import Finished, Recipe, learned_from, train, training_data
from glassnet.training.learned_from import pictures_learned_from
from glassnet.training.result import make_model
from glassnet.training.training_data import about, open_training_data

MNIST = "MNIST, training part"


@pytest.fixture
def published(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """The training part of an MNIST that is at hand."""
    part = replace(data, name=MNIST)

    def open_source(name: str, **_: object) -> DataBundle:
        if name != "mnist":
            raise DownloadError(f"{name} is not on this machine")
        return DataBundle(part, None, "here")

    monkeypatch.setattr(training_data, "open_source", open_source)
    monkeypatch.setattr(learned_from, "open_source", open_source)
    return part


def model_of(recipe: Recipe, part: Dataset, name: str | None = None) -> Model:
    recipe = recipe.changed(["training.epochs=1"])
    *_, finished = train(recipe, part)
    assert isinstance(finished, Finished)
    told = about(part if name is None else replace(part, name=name))
    return make_model(finished.state, part.classes, trained_on=told)


def test_of_a_split_part_those_that_were_learned_from(recipe: Recipe, published: Dataset) -> None:
    halved = recipe.changed(["data.validation=0.5"])
    parts = open_training_data(halved, "mnist", offline=True, progress=lambda event: None)
    assert 0 < len(parts.train) < len(published)
    assert pictures_learned_from(model_of(halved, parts.train), published) == len(parts.train)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (f"{MNIST} + strokes, 50 digits", True),
        (f"strokes, 50 digits + {MNIST}", True),
        ("Fashion-MNIST, training part", False),  # whose name ends like the other's, and which is not here
        ("my-digits", False),
    ],
)
def test_it_goes_by_the_name_of_what_was_learned_from(
    name: str, known: bool, recipe: Recipe, published: Dataset
) -> None:
    model = model_of(recipe, published, name)
    assert pictures_learned_from(model, published.subset([0, 1, 2])) == (3 if known else None)


def test_a_committee_knows_what_a_member_knows(recipe: Recipe, published: Dataset) -> None:
    members = [model_of(recipe, published, name) for name in ("my-digits", MNIST)]
    assert pictures_learned_from(Committee(members), published.subset([0, 1, 2])) == 3
    assert pictures_learned_from(Committee(members[:1]), published) is None
