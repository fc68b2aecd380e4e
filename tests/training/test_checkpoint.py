"""Checkpoints: exact, and honest about damage. That a resumed run ends alike is tested with the trainer."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from glassnet.data.dataset import Dataset
from glassnet.errors import TrainingError
from glassnet.models.file import digest
from glassnet.training import Epoch, Recipe, TrainingState, load_checkpoint, save_checkpoint, train


@pytest.fixture
def state(recipe: Recipe, data: Dataset, validation: Dataset) -> TrainingState:
    run = train(recipe.changed(["data.validation=0.1"]), data, validation)
    return next(event.state for event in run if isinstance(event, Epoch))


def test_everything_comes_back(state: TrainingState, tmp_path) -> None:
    save_checkpoint(tmp_path / "it", state)
    back = load_checkpoint(tmp_path / "it")
    for name in ("recipe", "data", "epoch", "history", "reported"):
        assert getattr(back, name) == getattr(state, name)
    np.testing.assert_array_equal(back.network.parameters, state.network.parameters)
    assert back.optimizer.steps == state.optimizer.steps > 0
    for name, values in state.optimizer.moments.items():
        np.testing.assert_array_equal(back.optimizer.moments[name], values)
    assert back.best is not None
    assert state.best is not None
    np.testing.assert_array_equal(back.best.parameters, state.best.parameters)


def test_a_checkpoint_cut_anywhere_is_refused(state: TrainingState, tmp_path) -> None:
    save_checkpoint(tmp_path / "whole", state)
    blob = (tmp_path / "whole").read_bytes()
    for length in (0, 7, 100, len(blob) // 2, len(blob) - 1):
        (tmp_path / "part").write_bytes(blob[:length])
        with pytest.raises(TrainingError, match="cannot take up the run"):
            load_checkpoint(tmp_path / "part")


def test_a_flipped_bit_is_noticed(state: TrainingState, tmp_path) -> None:
    save_checkpoint(tmp_path / "whole", state)
    blob = bytearray((tmp_path / "whole").read_bytes())
    blob[-3] ^= 1
    (tmp_path / "flipped").write_bytes(blob)
    with pytest.raises(TrainingError, match="checksum"):
        load_checkpoint(tmp_path / "flipped")


def test_missing_foreign_and_future_files(state: TrainingState, tmp_path) -> None:
    with pytest.raises(TrainingError, match="cannot take up the run"):
        load_checkpoint(tmp_path / "none")
    save_file({"x": np.zeros(3)}, tmp_path / "foreign")
    with pytest.raises(TrainingError, match="cannot take up the run"):
        load_checkpoint(tmp_path / "foreign")
    save_file({"x": np.zeros(3)}, tmp_path / "future", {"glassnet-checkpoint": json.dumps({"format": 99})})
    with pytest.raises(TrainingError, match="later Glassnet"):
        load_checkpoint(tmp_path / "future")


def test_a_checkpoint_from_before_there_were_components_is_taken_up(state: TrainingState, tmp_path) -> None:
    save_checkpoint(tmp_path / "new", state)
    with safe_open(tmp_path / "new", framework="numpy") as file:
        header = json.loads(file.metadata()["glassnet-checkpoint"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dictionary
    del header["picture_shape"], header["recipe"]["data"]["components"]
    text = json.dumps(header)
    save_file(tensors, tmp_path / "old", {"glassnet-checkpoint": text, "sha256": digest(text, tensors)})
    old = load_checkpoint(tmp_path / "old")
    assert old.recipe == state.recipe
    assert (old.picture_shape, old.components) == ((8, 8, 1), None)
