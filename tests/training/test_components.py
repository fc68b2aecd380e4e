"""Learning from principal components: the network that comes out reads pictures, and nothing else is different."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.errors import RecipeError, ShapeError
from glassnet.training import (
    Epoch,
    Event,
    Finished,
    Recipe,
    TrainingState,
    begin,
    load_checkpoint,
    save_checkpoint,
    score,
    train,
)
from glassnet.training.result import make_model

from .conftest import CLASSES, quarters


@pytest.fixture
def recipe(recipe: Recipe) -> Recipe:
    """Six numbers of 64; everything that has to be folded or taken up is in it."""
    return recipe.changed(
        [
            "data.components=6",
            "data.validation=0.2",
            'network.layers=["dense 12", "batch_norm", "relu", "dropout 0.2", "dense 4"]',
            "data.preparation=centred",
            "averaging.name=ema",
            "averaging.decay=0.9",
            "training.keep=best",
        ]
    )


def state_after(events: list[Event]) -> TrainingState:
    finished = events[-1]
    assert isinstance(finished, Finished)
    return finished.state


def test_it_learns_and_the_model_reads_pictures(recipe: Recipe, data: Dataset, validation: Dataset) -> None:
    state = state_after(list(train(recipe, data, validation)))
    assert state.network.input_shape == (1, 6, 1)
    model = make_model(state, CLASSES)
    assert model.network.input_shape == (8, 8, 1)
    assert score(model, validation).accuracy == 1.0


def test_folded_and_unfolded_predict_the_same(recipe: Recipe, data: Dataset, validation: Dataset) -> None:
    state = state_after(list(train(recipe, data, validation)))
    whole, images = state.over_pictures(), validation.images
    np.testing.assert_allclose(
        whole.predict(images, prepare=lambda some: state.preparation(some)),
        state.network.predict(images, prepare=state.prepare),
        atol=1e-4,
    )
    assert [layer.notation() for layer in whole.layers] == [layer.notation() for layer in state.network.layers]


def test_validation_figures_are_those_of_the_folded_network(
    recipe: Recipe, data: Dataset, validation: Dataset
) -> None:
    recipe = recipe.changed(["averaging.name=none"])
    looked = 0
    for event in train(recipe, data, validation):
        if isinstance(event, Epoch):
            network, prepare = event.state.over_pictures(), event.state.preparation
            logits = network.predict(validation.images, prepare=lambda some, prepare=prepare: prepare(some))
            loss, _ = recipe.make_loss()(logits, validation.labels)
            assert event.record.validation_loss == pytest.approx(loss, rel=1e-3)
            looked += 1
    assert looked == 6


@pytest.mark.parametrize("cut", [1, 3])
def test_a_run_taken_up_ends_with_the_same_bits(
    cut: int, recipe: Recipe, data: Dataset, validation: Dataset, tmp_path: Path
) -> None:
    whole = state_after(list(train(recipe, data, validation)))
    for event in train(recipe, data, validation):
        if isinstance(event, Epoch) and event.record.epoch == cut:
            save_checkpoint(tmp_path / "half", event.state)
            break
    resumed = load_checkpoint(tmp_path / "half")
    assert resumed.picture_shape == (8, 8, 1)
    again = state_after(list(train(resumed.recipe, data, validation, state=resumed)))
    np.testing.assert_array_equal(again.over_pictures().parameters, whole.over_pictures().parameters)
    assert again.history == whole.history


def test_another_run_s_weights_are_taken_over_exactly_where_the_components_are_the_same(
    recipe: Recipe, data: Dataset
) -> None:
    earlier = state_after(list(train(recipe.changed(["data.validation=0", "training.keep=last"]), data)))
    branch = begin(recipe, data)
    branch.take_over(earlier.over_pictures(), earlier.preparation)
    np.testing.assert_allclose(branch.network.parameters, earlier.network.parameters, atol=1e-5)
    np.testing.assert_array_equal(branch.network.state, earlier.network.state)


def test_without_components_the_weights_are_taken_over_as_they_are(recipe: Recipe, data: Dataset) -> None:
    plain = recipe.changed(["data.components=none", "training.seed=3"])
    earlier, branch = begin(plain, data), begin(plain.changed(["training.seed=4"]), data)
    branch.take_over(earlier.over_pictures(), earlier.preparation)
    np.testing.assert_array_equal(branch.network.parameters, earlier.network.parameters)
    assert branch.preparation is earlier.preparation


def test_the_components_of_endless_data_are_computed_anew_in_every_epoch(recipe: Recipe) -> None:
    class Endless(Dataset):
        def of_epoch(self, epoch: int) -> Dataset:
            return quarters(200, seed=epoch)

    first, last = quarters(200, seed=1), quarters(200, seed=6)
    data = Endless(first.images, first.labels, "endless", CLASSES)
    state = state_after(list(train(recipe.changed(["data.validation=0", "training.keep=last"]), data)))
    assert score(make_model(state, CLASSES), last).accuracy > 0.95


@pytest.mark.parametrize(
    ("assignments", "message"),
    [
        (["augmentation.shift=1"], r"data.components and \[augmentation\] exclude each other"),
        (["network.layers=['conv 4 3x3', 'dense 4']"], "must begin with a dense layer with a bias"),
        (["network.layers=['dropout 0.1', 'dense 4']"], "begins with 'dropout 0.1'"),
        (["network.layers=['dense 4 use_bias=false']"], "begins with 'dense 4 use_bias=false'"),
        (["data.components=0"], "data.components"),
    ],
)
def test_what_cannot_be_folded_is_refused_when_the_recipe_is_read(
    assignments: list[str], message: str, recipe: Recipe
) -> None:
    with pytest.raises(RecipeError, match=message):
        recipe.changed(assignments)


def test_more_components_than_pixels_are_refused_at_the_start(recipe: Recipe, data: Dataset) -> None:
    with pytest.raises(ShapeError, match="pictures of 64 pixels have 1 to 64 components, not 65"):
        begin(recipe.changed(["data.components=65"]), data)


def test_one_example_at_a_time_from_components(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(
        ["training.batch_size=1", "optimizer.name=sgd", "network.layers=['dense 12', 'tanh', 'dense 4']",
         "averaging.name=none", "data.validation=0", "training.keep=last"]
    )  # fmt: skip
    state = state_after(list(train(recipe, data)))
    assert state.history[-1].train_accuracy > 0.9
