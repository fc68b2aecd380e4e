"""Every recipe that ships runs, from its data to a model that answers, on a small scale and without MNIST."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.sources import open_source
from glassnet.training import Finished, Step, load_recipe, make_model, recipe_names, train

DRAWN = {10: "strokes:320", 12: "strokes:240+nondigits:80"}


@pytest.mark.parametrize("name", recipe_names())
def test_a_small_version_of_every_recipe(name: str) -> None:
    recipe = load_recipe(name)
    classes = int(recipe.network.layers[-1].split()[1])
    epochs = 3 if recipe.training.batch_size == "full" else 1
    small = recipe.changed([f"training.epochs={epochs}", "data.validation=0", "training.patience=none"])
    data = open_source(DRAWN[classes])
    losses = []
    for event in train(small, data.train):
        if isinstance(event, Step):
            losses.append(event.loss)
    assert isinstance(event, Finished)
    assert event.reason == "completed"
    assert np.isfinite(losses).all()
    probabilities = make_model(event.state, data.train.classes).probabilities(data.train.images[:50])
    assert probabilities.shape == (50, classes)
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1
    untouched = small.make_network((28, 28, 1), classes)
    assert not np.array_equal(event.state.network.parameters, untouched.parameters)
