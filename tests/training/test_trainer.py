"""The loop: what it tells, what it learns, and that the same seed gives the same bits."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from glassnet.data.dataset import Dataset
from glassnet.errors import RecipeError, TrainingError
from glassnet.training import (
    Epoch,
    Finished,
    Recipe,
    Started,
    Step,
    TrainingState,
    Trouble,
    begin,
    load_checkpoint,
    save_checkpoint,
    train,
)
from glassnet.training.batches import batches

from .conftest import quarters


def last_state(events: list[object]) -> TrainingState:
    finished = events[-1]
    assert isinstance(finished, Finished)
    return finished.state


def test_tells_a_run_from_start_to_finish(recipe: Recipe, data: Dataset) -> None:
    events = list(train(recipe, data))
    steps = math.ceil(200 / 32)
    first_epoch = [event for event in events if isinstance(event, Step) and event.epoch == 1]
    record = next(event.record for event in events if isinstance(event, Epoch))
    assert sum(event.correct for event in first_epoch) / 200 == pytest.approx(record.train_accuracy)
    assert isinstance(events[0], Started)
    assert (events[0].first_epoch, events[0].epochs, events[0].steps_per_epoch) == (1, 6, steps)
    assert sum(isinstance(event, Step) for event in events) == 6 * steps
    assert [event.record.epoch for event in events if isinstance(event, Epoch)] == [1, 2, 3, 4, 5, 6]
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "completed"


def test_learns(recipe: Recipe, data: Dataset, validation: Dataset) -> None:
    state = last_state(list(train(recipe, data, validation)))
    record = state.history[-1]
    assert record.train_loss < state.history[0].train_loss / 2
    assert record.validation_accuracy == 1.0


def test_every_sample_is_seen_once_an_epoch_and_in_a_new_order(recipe: Recipe, data: Dataset) -> None:
    marked = data.images.copy()
    marked[:, 0, 0] = np.arange(200)  # every picture carries its number
    numbered = Dataset(marked, data.labels, "marked", data.classes)
    seen = [
        np.concatenate(
            [images[:, 0, 0] for images, _ in batches(numbered.images, numbered.labels, 32, 0, epoch)]
        ).tolist()
        for epoch in (1, 2)
    ]
    assert sorted(seen[0]) == list(range(200))
    assert sorted(seen[1]) == list(range(200))
    assert seen[0] != seen[1]


def test_same_seed_same_bits_and_another_seed_another_run(recipe: Recipe, data: Dataset) -> None:
    first, second = (last_state(list(train(recipe, data))) for _ in range(2))
    np.testing.assert_array_equal(first.network.parameters, second.network.parameters)
    assert first.history == second.history
    other = last_state(list(train(recipe.changed(["training.seed=1"]), data)))
    assert not np.array_equal(first.network.parameters, other.network.parameters)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_a_run_taken_up_ends_like_one_that_never_stopped(
    optimizer: str, recipe: Recipe, data: Dataset, validation: Dataset, tmp_path
) -> None:
    recipe = recipe.changed(
        [
            f"optimizer.name={optimizer}",
            'network.layers=["dense 12", "batch_norm", "relu", "dropout 0.2", "dense 4"]',
            "data.validation=0.2",
            "training.keep=best",
            "schedule.name=cosine",
        ]
    )
    whole = last_state(list(train(recipe, data, validation)))
    for event in train(recipe, data, validation):
        if isinstance(event, Epoch) and event.record.epoch == 3:
            save_checkpoint(tmp_path / "half", event.state)
            break
    resumed = load_checkpoint(tmp_path / "half")
    events = list(train(resumed.recipe, data, validation, state=resumed))
    assert isinstance(events[0], Started)
    assert events[0].first_epoch == 4
    np.testing.assert_array_equal(last_state(events).network.parameters, whole.network.parameters)
    np.testing.assert_array_equal(last_state(events).network.state, whole.network.state)
    assert last_state(events).history == whole.history


def test_a_run_in_blocks_and_threads_with_dropout_can_be_taken_up_too(recipe: Recipe, tmp_path) -> None:
    data = quarters(2300)
    recipe = recipe.changed(["training.batch_size=full", "training.epochs=4"])
    whole = last_state(list(train(recipe, data)))
    for event in train(recipe, data):
        if isinstance(event, Epoch) and event.record.epoch == 2:
            save_checkpoint(tmp_path / "half", event.state)
            break
    resumed = load_checkpoint(tmp_path / "half")
    state = last_state(list(train(recipe, data, state=resumed)))
    np.testing.assert_array_equal(state.network.parameters, whole.network.parameters)


def test_refuses_to_go_on_with_other_data(recipe: Recipe, data: Dataset) -> None:
    state = begin(recipe, data)
    with pytest.raises(TrainingError, match="other data"):
        next(train(recipe, quarters(200, seed=9), state=state))


def test_full_batch_is_one_step_an_epoch_in_the_data_s_own_order(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(["training.batch_size=full", "network.layers=['dense 4']", "optimizer.name=sgd"])
    state = begin(recipe, data)
    before = state.network.parameters.copy()
    events = list(train(recipe.changed(["training.epochs=1"]), data, state=state))
    assert sum(isinstance(event, Step) for event in events) == 1
    # by hand: one step of gradient descent on the mean loss over all 200 pictures
    network = begin(recipe, data).network
    np.testing.assert_array_equal(network.parameters, before)
    _, gradient = recipe.make_loss()(network.forward(state.prepare(data.images), training=True), data.labels)
    network.backward(gradient)
    np.testing.assert_allclose(state.network.parameters, before - 0.01 * network.gradients, rtol=1e-6)


def test_one_example_at_a_time(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(["training.batch_size=1", "training.epochs=2", "optimizer.name=sgd"])
    events = list(train(recipe, data))
    assert sum(event.samples for event in events if isinstance(event, Step)) == 400
    assert last_state(events).history[-1].train_accuracy > 0.9


def test_a_batch_larger_than_the_data_is_the_data(recipe: Recipe, data: Dataset) -> None:
    events = list(train(recipe.changed(["training.batch_size=1000"]), data))
    assert isinstance(events[0], Started)
    assert events[0].steps_per_epoch == 1


def test_the_rate_follows_the_schedule_at_the_middle_of_each_step(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(["schedule.name=linear", "training.epochs=1", "optimizer.learning_rate=0.14"])
    rates = [event.learning_rate for event in train(recipe, data) if isinstance(event, Step)]
    np.testing.assert_allclose(rates, 0.14 * (1 - (np.arange(7) + 0.5) / 7))


def test_l2_keeps_weights_smaller_and_leaves_biases_alone(recipe: Recipe, data: Dataset) -> None:
    plain = last_state(list(train(recipe, data))).network
    decayed = last_state(list(train(recipe.changed(["optimizer.l2=0.1"]), data))).network
    weights = slice(plain.weight_count)
    assert np.abs(decayed.parameters[weights]).sum() < 0.7 * np.abs(plain.parameters[weights]).sum()


def test_clipping_bounds_the_step(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(
        ["optimizer.name=sgd", "optimizer.clip_norm=0.01", "optimizer.learning_rate=1", "training.epochs=1"]
    )
    state = begin(recipe, data)
    before = state.network.parameters.copy()
    for event in train(recipe, data, state=state):
        if isinstance(event, Step):
            assert np.linalg.norm(state.network.parameters - before) <= 0.01 * 1.001
            before = state.network.parameters.copy()


def test_early_stopping_keeps_the_best_weights(recipe: Recipe, data: Dataset) -> None:
    noise = quarters(60, seed=3)
    noise = Dataset(noise.images, np.roll(noise.labels, 1), "nonsense", noise.classes)  # can only get worse
    recipe = recipe.changed(
        ["data.validation=0.1", "training.patience=2", "training.keep=best", "training.epochs=50"]
    )
    parameters = {}
    for event in train(recipe, data, noise):
        if isinstance(event, Epoch):
            parameters[event.record.epoch] = event.state.network.parameters.copy()
    assert isinstance(event, Finished)
    assert event.reason == "early stopping"
    losses = [record.validation_loss for record in event.state.history]
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + 2
    np.testing.assert_array_equal(event.state.network.parameters, parameters[best])


def test_patience_without_validation_is_refused(recipe: Recipe) -> None:
    with pytest.raises(RecipeError, match="validation part"):
        recipe.changed(["training.patience=2"])


def test_validation_only_when_it_is_its_turn(recipe: Recipe, data: Dataset, validation: Dataset) -> None:
    state = last_state(list(train(recipe.changed(["training.validate_every=4"]), data, validation)))
    assert [record.epoch for record in state.history if record.validation_loss is not None] == [4, 6]


def test_divergence_names_layer_and_cause_and_keeps_the_last_good_weights(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(["optimizer.name=sgd", "optimizer.learning_rate=1e30"])
    events = list(train(recipe, data))
    trouble = next(event for event in events if isinstance(event, Trouble) and event.fatal)
    assert "dense" in trouble.message
    assert "learning rate" in trouble.hint
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "diverged"
    np.testing.assert_array_equal(events[-1].state.network.parameters, begin(recipe, data).network.parameters)


@pytest.mark.parametrize("epochs", [1, 3])
def test_weights_that_break_in_the_very_last_step_are_not_kept(epochs: int, recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(
        [
            "optimizer.name=sgd",
            "optimizer.learning_rate=1e39",
            "training.batch_size=full",
            f"training.epochs={epochs}",
        ]
    )
    events = list(train(recipe, data, data))
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "diverged"
    assert events[-1].state.history == []
    np.testing.assert_array_equal(events[-1].state.network.parameters, begin(recipe, data).network.parameters)


def test_patience_alone_keeps_the_best_weights(recipe: Recipe) -> None:
    patient = recipe.changed(["data.validation=0.1", "training.patience=2"])
    assert patient.training.keeps_best
    assert not patient.changed(["training.keep=last"]).training.keeps_best
    assert not recipe.training.keeps_best


def test_nothing_to_learn_from(recipe: Recipe, data: Dataset) -> None:
    with pytest.raises(TrainingError, match="no pictures"):
        next(train(recipe, data.subset(slice(0))))


def test_runs_that_take_turns_leave_blas_as_it_was(recipe: Recipe, data: Dataset) -> None:
    def threads() -> list[int]:  # of NumPy's own BLAS: SciPy may have brought another one since
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas" and "numpy" in pool["filepath"]]
        return [pool["num_threads"] for pool in pools]

    with threadpool_limits(2, user_api="blas"):
        before = threads()
        first, second = train(recipe, data), train(recipe, data)
        next(first), next(second)
        assert set(threads()) <= {1}
        list(first)
        assert set(threads()) <= {1}
        list(second)
        assert threads() == before


def test_stays_float32(recipe: Recipe, data: Dataset) -> None:
    state = last_state(list(train(recipe.changed(["optimizer.l2=0.001", "optimizer.l1=0.001"]), data)))
    arrays = [state.network.parameters, state.network.gradients, state.network.state]
    arrays += state.optimizer.moments.values()
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_leaves_no_thread_behind(recipe: Recipe) -> None:
    data = quarters(2000)  # more than one block
    list(train(recipe.changed(["training.batch_size=full", "training.epochs=1"]), data))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("glassnet")]
