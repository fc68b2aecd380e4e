"""Model files: one file is enough to predict, and damage never goes unnoticed."""

from __future__ import annotations

import errno
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from glassnet.engine import Network, Preparation
from glassnet.errors import ModelError, OutputError
from glassnet.models import Model, provenance
from glassnet.models.file import read_header

IMAGES = np.random.default_rng(0).integers(0, 256, (30, 6, 5), dtype=np.uint8)


def make_model(preparation: str = "centred", output: str = "softmax") -> Model:
    network = Network(["dense 7", "batch_norm", "gelu", "dropout 0.5", "dense 3"], (6, 5, 1), seed=3)
    network.state[...] = np.random.default_rng(1).random(network.state.shape) + 0.5
    return Model(
        network=network,
        preparation=Preparation.fit(preparation, IMAGES),
        classes=("zero", "ëins", "2"),
        output=output,
        recipe={"name": "test"},
        provenance=provenance(trained_on="noise"),
        metrics={"accuracy": 0.5},
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    make_model().save(path)
    return path


@pytest.mark.parametrize("preparation", ["unit", "interval", "centred", "standard"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_one_file_is_enough_to_predict(tmp_path: Path, preparation: str, output: str) -> None:
    model = make_model(preparation, output)
    model.save(tmp_path / "m")
    loaded = Model.load(tmp_path / "m")
    np.testing.assert_array_equal(loaded.probabilities(IMAGES), model.probabilities(IMAGES))
    np.testing.assert_array_equal(loaded.predict(IMAGES), model.probabilities(IMAGES).argmax(axis=1))
    for name in ("classes", "output", "recipe", "provenance", "metrics", "picture_shape"):
        assert getattr(loaded, name) == getattr(model, name)
    assert np.shares_memory(loaded.network.layers[1].weight, loaded.network.parameters)


def test_softmax_probabilities_add_up_to_one() -> None:
    np.testing.assert_allclose(make_model().probabilities(IMAGES).sum(axis=1), 1, rtol=1e-5)


def test_sure_answers_keep_their_order() -> None:
    model = make_model(output="sigmoid")
    model.network.layers[-1].weight[...] = 0
    model.network.layers[-1].bias[...] = [18, 25, 30]  # sigmoids that are all 1 in float32
    assert (model.probabilities(IMAGES).argmax(axis=1) == model.predict(IMAGES)).all()


def test_provenance_says_who_and_when() -> None:
    assert {"glassnet", "numpy", "python", "created", "trained_on"} <= make_model().provenance.keys()


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_cut_short_anywhere(saved: Path, data: st.DataObject) -> None:
    blob = saved.read_bytes()
    part = saved.with_name("part")
    part.write_bytes(blob[: data.draw(st.integers(0, len(blob) - 1))])
    with pytest.raises(ModelError):
        Model.load(part)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_edited_anywhere(saved: Path, data: st.DataObject) -> None:
    blob = bytearray(saved.read_bytes())
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    edited = saved.with_name("edited")
    edited.write_bytes(blob)
    try:
        model = Model.load(edited)
    except ModelError:
        return
    # A changed space between the header's words or the like: nothing that counts may differ.
    np.testing.assert_array_equal(model.probabilities(IMAGES), make_model().probabilities(IMAGES))


def rewritten(saved: Path, **changes: object) -> Path:
    """The file with its description changed by someone who also mended the checksum."""
    from glassnet.models.file import _read, digest

    text, tensors = _read(saved)
    text = json.dumps(json.loads(text) | changes)
    path = saved.with_name("rewritten")
    save_file(tensors, path, {"glassnet": text, "sha256": digest(text, tensors)})
    return path


def test_from_the_future(saved: Path) -> None:
    with pytest.raises(ModelError, match="format 99") as caught:
        Model.load(rewritten(saved, format=99))
    assert "upgrade" in str(caught.value.hint)


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": ["dense 3"]},
        {"layers": ["exec 3"]},
        {"layers": "dense 3"},
        {"layers": ["dense 99999999999"]},
        {"output": "argmax"},
        {"input_shape": [6, 5]},
        {"input_shape": "large"},
        {"preparation": {}},
        {"classes": 3},
        {"classes": ["zero", "one"]},
        {"format": "new"},
        {"dtype": "float16"},
    ],
)
def test_descriptions_that_make_no_sense(saved: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="rewritten"):
        Model.load(rewritten(saved, **changes))


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot read the model"):
        Model.load(tmp_path / "none")
    with pytest.raises(ModelError, match="cannot read the model"):
        Model.load(tmp_path)
    save_file({"x": np.zeros(3)}, tmp_path / "foreign")
    with pytest.raises(ModelError, match="not one that Glassnet saved"):
        Model.load(tmp_path / "foreign")
    (tmp_path / "bomb").write_bytes(struct.pack("<Q", 2**60) + b"{}")
    with pytest.raises(ModelError, match="not a model"):
        Model.load(tmp_path / "bomb")


def test_a_full_disk_leaves_the_old_model_alone(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def full(self: Path, blob: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="no space left"):
        make_model("unit").save(saved)
    assert saved.read_bytes() == before
    assert [entry.name for entry in saved.parent.iterdir()] == [saved.name]


def test_half_precision_halves_the_file_and_hardly_moves_an_answer(tmp_path: Path) -> None:
    model = make_model()
    model.network = Network(["dense 400", "relu", "dense 3"], (6, 5, 1), seed=3)
    model.save(tmp_path / "full")
    model.save(tmp_path / "half", half=True)
    saved_bytes = (tmp_path / "full").stat().st_size - (tmp_path / "half").stat().st_size
    assert saved_bytes == pytest.approx(2 * model.network.parameter_count, abs=16)
    loaded = Model.load(tmp_path / "half")
    assert loaded.network.dtype == np.float32
    assert loaded.network.parameters.dtype == loaded.network.state.dtype == np.float32
    np.testing.assert_allclose(loaded.probabilities(IMAGES), model.probabilities(IMAGES), atol=0.005)
    np.testing.assert_array_equal(
        loaded.network.parameters, model.network.parameters.astype(np.float16).astype(np.float32)
    )


def test_half_precision_keeps_float64(tmp_path: Path) -> None:
    model = make_model()
    model.network = model.network.astype(np.float64)
    model.save(tmp_path / "half", half=True)
    assert Model.load(tmp_path / "half").network.dtype == np.float64


def test_a_parameter_beyond_half_precision(tmp_path: Path) -> None:
    model = make_model()
    model.network.parameters[5] = -70_000
    with pytest.raises(ModelError, match="too large for half precision"):
        model.save(tmp_path / "half", half=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_temperature_changes_how_sure_and_not_what(tmp_path: Path, output: str) -> None:
    model = make_model(output=output)
    logits = model.network.predict(IMAGES, prepare=model.prepare)
    plain = model.probabilities(IMAGES)
    model.temperature = 2.5
    model.save(tmp_path / "m")
    loaded = Model.load(tmp_path / "m")
    assert loaded.temperature == 2.5
    cooled = loaded.probabilities(IMAGES)
    np.testing.assert_array_equal(cooled.argmax(axis=1), plain.argmax(axis=1))
    if output == "softmax":
        powers = np.exp(logits.astype(np.float64) / 2.5)
        np.testing.assert_allclose(cooled, powers / powers.sum(axis=1, keepdims=True), rtol=1e-6)
        assert (cooled.max(axis=1) < plain.max(axis=1)).all()


@pytest.mark.parametrize("temperature", [0, -1, float("nan"), float("inf"), "warm"])
def test_no_temperature_at_all(saved: Path, temperature: object) -> None:
    with pytest.raises(ModelError, match="rewritten"):
        Model.load(rewritten(saved, temperature=temperature))


def test_files_of_format_1_are_read(saved: Path) -> None:
    """They had no temperature, and stored parameters in the type that they are computed in."""
    from glassnet.models.file import _read, digest

    text, tensors = _read(saved)
    old = {key: value for key, value in json.loads(text).items() if key not in ("temperature", "dtype")}
    text = json.dumps(old | {"format": 1})
    save_file(tensors, saved, {"glassnet": text, "sha256": digest(text, tensors)})
    loaded = Model.load(saved)
    assert loaded.temperature == 1.0
    np.testing.assert_array_equal(loaded.probabilities(IMAGES), make_model().probabilities(IMAGES))


def test_the_header_alone(saved: Path) -> None:
    header = read_header(saved)
    assert header["parameter_count"] == make_model().network.parameter_count
    assert (header["metrics"], header["classes"]) == ({"accuracy": 0.5}, ["zero", "ëins", "2"])
    with pytest.raises(ModelError, match="format 99"):
        read_header(rewritten(saved, format=99))
    with pytest.raises(ModelError, match="cannot read the model"):
        read_header(saved.with_name("none"))


def test_what_is_no_model_at_all_is_told_without_the_format_s_own_words(tmp_path: Path) -> None:
    for name, words in (
        ("note.txt", "is not a model"),
        ("cut.safetensors", "is not a model, or only part of one ("),
    ):
        (tmp_path / name).write_text("hello")
        with pytest.raises(ModelError, match=r"is not a model") as caught:
            Model.load(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name} {words}")
        assert ("header" in str(caught.value)) == (name == "cut.safetensors")
