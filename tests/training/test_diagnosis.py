"""Trouble in words: each cause made on purpose, and a healthy network left in peace."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.engine import Network
from glassnet.training import Recipe, Trouble, begin, train
from glassnet.training.diagnosis import divergence, examine_layers, examine_progress
from glassnet.training.state import EpochRecord

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.random((200, 20), dtype=np.float32)


def kinds(troubles: object) -> list[str]:
    return [trouble.kind for trouble in troubles]  # type: ignore[attr-defined]


def history(*losses: float, accuracy: float = 0.5) -> list[EpochRecord]:
    return [EpochRecord(epoch, 0.1, loss, accuracy) for epoch, loss in enumerate(losses, start=1)]


@pytest.mark.parametrize(
    "layers", [["dense 8", "relu", "dense 3"], ["dense 8", "sigmoid", "dense 3"], ["dense 8", "tanh"]]
)
def test_a_fresh_network_is_healthy(layers: list[str]) -> None:
    assert kinds(examine_layers(Network(layers, (20,), initializer="lecun_normal"), INPUTS)) == []


def test_dead_relus() -> None:
    network = Network(["dense 8", "relu", "dense 3"], (20,))
    network.layers[0].bias[:5] = -100
    (trouble,) = examine_layers(network, INPUTS)
    assert "62% of the units" in trouble.message
    assert "layer 1 (relu)" in trouble.message
    assert "leaky_relu" in trouble.hint


@pytest.mark.parametrize("bend", ["sigmoid", "tanh"])
def test_saturation(bend: str) -> None:
    network = Network(["dense 8", bend, "dense 3"], (20,), initializer="normal 20")
    (trouble,) = examine_layers(network, INPUTS)
    assert f"layer 1 ({bend})" in trouble.message


def test_unscaled_input() -> None:
    (trouble,) = examine_layers(Network(["dense 3"], (20,)), INPUTS * 255)
    assert "255" in trouble.hint


def test_rising_loss() -> None:
    assert kinds(examine_progress(history(2.3, 0.5, 0.4, 1.3), 10, 400)) == ["rising loss"]
    assert kinds(examine_progress(history(0.05, 0.04, 0.06, accuracy=0.98), 10, 400)) == []


def test_slow() -> None:
    assert kinds(examine_progress(history(2.30, 2.299, 2.298), 10, 400)) == ["slow"]
    assert kinds(examine_progress(history(2.30, 1.9, 1.5), 10, 400)) == []
    # three steps are too few to call anybody slow, whatever they are called
    assert kinds(examine_progress(history(2.30, 2.299, 2.298), 10, 1)) == []
    assert kinds(examine_progress(history(*[2.3] * 100), 10, 1)) == ["slow"]


def test_stuck_at_guessing() -> None:
    assert kinds(examine_progress(history(2.31, 2.30, 2.30, accuracy=0.1), 10, 400)) == ["stuck"]


def test_each_trouble_is_told_once(recipe: Recipe, data: Dataset) -> None:
    recipe = recipe.changed(["network.layers=['dense 6','sigmoid','dense 4']", "network.initializer='normal 50'"])
    troubles = [event for event in train(recipe, data) if isinstance(event, Trouble)]
    assert len(troubles) == len({trouble.kind for trouble in troubles})
    assert any("saturated" in trouble.kind for trouble in troubles)


@pytest.mark.parametrize(
    ("rate", "written", "tenth"), [(932, "932", "90"), (1234.5, "1230", "100"), (0.00031, "0.00031", "0.00003")]
)
def test_a_rate_is_written_as_people_write_it(rate: float, written: str, tenth: str) -> None:
    recipe = Recipe.model_validate({"network": {"layers": ["dense 3"]}})
    data = Dataset(RANDOM.integers(0, 256, (9, 4, 4), dtype=np.uint8), np.arange(9, dtype=np.uint8) % 3, "", "abc")
    trouble = divergence(begin(recipe, data), np.zeros((1, 4, 4, 1), np.float32), rate)
    assert trouble.hint == f"the learning rate {written} is probably too high: try {tenth}, or set clip_norm"
