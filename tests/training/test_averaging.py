"""The average of the weights: its arithmetic, and that a run looks at it, ends with it and goes on with it."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.engine import Network
from glassnet.training import Epoch, Finished, Recipe, Started, Step, load_checkpoint, save_checkpoint, train
from glassnet.training.averaging import AveragedWeights


def test_the_mean_of_what_was_included() -> None:
    network = Network(["dense 3", "batch_norm", "dense 2"], (4,), dtype=np.float64)
    average = AveragedWeights.like(network)
    seen = []
    for value in (1.0, 2.0, 6.0):
        network.parameters[...] = value
        network.state[...] = 10 * value
        average.include(network)
        seen.append(value)
        np.testing.assert_allclose(average.parameters, np.mean(seen))
        np.testing.assert_allclose(average.state, 10 * np.mean(seen))
    twin = average.network_like(network)
    np.testing.assert_allclose(twin.parameters, 3)
    assert twin.notation() == network.notation()


def test_the_exponential_average_begins_at_the_first_weights_and_follows() -> None:
    network = Network(["dense 2"], (4,), dtype=np.float64)
    average = AveragedWeights.like(network)
    network.parameters[...] = 5
    average.follow(network, 0.9)
    np.testing.assert_allclose(average.parameters, 5)
    expected = 5.0
    for step in range(1, 200):
        network.parameters[...] = step
        average.follow(network, 0.9)
        decay = min(0.9, step / (step + 9))
        expected = decay * expected + (1 - decay) * step
    np.testing.assert_allclose(average.parameters, expected)
    assert 188 < expected < 199 - 8


def test_swa_ends_with_the_mean_of_the_last_epochs(recipe: Recipe, data: Dataset, validation: Dataset) -> None:
    swa = recipe.changed(["averaging.name=swa", "averaging.start=0.5", "data.validation=0.1"])
    ends, last = [], None
    for event in train(swa, data, validation):
        if isinstance(event, Epoch):
            ends.append(event.state.network.parameters.copy())
        last = event
    assert isinstance(last, Finished)
    np.testing.assert_allclose(last.state.network.parameters, np.mean(ends[3:], axis=0), rtol=1e-5, atol=1e-7)
    logits = last.state.network.predict(validation.images, prepare=last.state.prepare)
    assert last.state.history[-1].validation_accuracy == pytest.approx(
        np.mean(logits.argmax(axis=1) == validation.labels)
    )


def test_ema_follows_every_step(recipe: Recipe, data: Dataset) -> None:
    ema = recipe.changed(["averaging.name=ema", "averaging.decay=0.95"])
    events = train(ema, data)
    started = next(events)
    assert isinstance(started, Started)
    network = started.state.network
    average = AveragedWeights.like(network)
    for event in events:
        if isinstance(event, Step):
            average.follow(network, 0.95)
    np.testing.assert_allclose(network.parameters, average.parameters, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["ema", "swa"])
def test_a_run_taken_up_again_ends_with_the_same_average(
    name: str, recipe: Recipe, data: Dataset, tmp_path
) -> None:
    averaging = recipe.changed([f"averaging.name={name}", "averaging.start=0.2"])
    *_, whole = train(averaging, data)
    for event in train(averaging, data):
        if isinstance(event, Epoch) and event.record.epoch == 3:
            save_checkpoint(tmp_path / "half", event.state)
            break
    *_, rest = train(averaging, data, state=load_checkpoint(tmp_path / "half"))
    assert isinstance(whole, Finished)
    assert isinstance(rest, Finished)
    np.testing.assert_array_equal(whole.state.network.parameters, rest.state.network.parameters)


def test_one_picture_at_a_time_is_averaged_as_well(data: Dataset) -> None:
    recipe = Recipe.model_validate(
        {
            "network": {"layers": ["dense 6", "sigmoid", "dense 4"]},
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
            "averaging": {"name": "ema", "decay": 0.99},
            "training": {"epochs": 1, "batch_size": 1},
        }
    )
    *_, finished = train(recipe, data)
    assert isinstance(finished, Finished)
    assert finished.state.average is not None
    assert finished.state.average.count == len(data)
