"""An ONNX file says what its model says: held against another runtime, layer by layer and model by model."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet.adapters.onnx import _WRITERS, save_onnx, to_onnx
from glassnet.engine import LAYERS, Network, Preparation
from glassnet.errors import ModelError
from glassnet.models import Model, bundled, bundled_models

pytest.importorskip("onnx", reason="needs the extra onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnxruntime, the independent judge")

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 12, 12)).astype(np.uint8)

NETWORKS = {
    "dense": ["dense 5 use_bias=false", "relu", "dropout 0.5", "dense 4"],
    "vectors": ["dense 6", "batch_norm", "leaky_relu 0.1", "dense 5", "gelu", "dense 5", "tanh", "dense 4"],
    "valid": ["conv 3 3x3", "sigmoid", "pool 2", "dense 4"],
    "same": [
        "conv 3 4x3 padding=same",
        "batch_norm",
        "relu",
        "average_pool 2",
        "conv 2 3x3 padding=same",
        "dense 4",
    ],
    "stride": ["conv 3 5x3 stride=2 padding=same", "softmax", "conv 2 2x2 stride=2", "dense 4"],
    "global": ["conv 8 3x3 padding=same", "batch_norm", "relu", "pool 2", "global_average_pool", "dense 4"],
}


def make_model(layers: list[str], *, preparation: str = "unit", dtype: str = "float32", **facts: object) -> Model:
    network = Network(layers, (12, 12, 1), seed=3, dtype=dtype)
    rng = np.random.default_rng(1)
    for name, view in [*network.named_parameters(), *network.named_state()]:  # statistics that do something
        if view.ndim == 1:
            view[...] = rng.uniform(0.5, 1.5, view.shape) * (1 if "variance" in name else rng.choice([-1, 1]))
    return Model(network, Preparation.fit(preparation, IMAGES), tuple("abcd"), **facts)  # type: ignore[arg-type]


def run(content: bytes, images: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"pictures": images})
    return np.asarray(answer)


@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_every_layer_says_the_same(layers: list[str]):
    model = make_model(layers)
    answer = run(to_onnx(model).SerializeToString(), IMAGES)
    np.testing.assert_allclose(answer, model.probabilities(IMAGES), atol=2e-6)


def test_every_kind_of_layer_is_among_them():
    used = {line.split()[0] for layers in NETWORKS.values() for line in layers} | {"flatten"}
    assert used == set(LAYERS) == set(_WRITERS)


@pytest.mark.parametrize("preparation", ["unit", "interval", "centred", "standard"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_both_ends_are_in_the_file(preparation: str, output: str):
    model = make_model(["dense 4"], preparation=preparation, output=output, temperature=1.7, dtype="float64")
    answer = run(to_onnx(model).SerializeToString(), IMAGES)
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer, model.probabilities(IMAGES), atol=2e-6)


@pytest.mark.parametrize("name", [each.name for each in bundled_models() if each.path.suffix == ".safetensors"])
def test_bundled_models_read_digits_elsewhere_as_they_do_here(name: str, tmp_path: Path):
    import onnx

    from glassnet.data import strokes

    model = bundled(name)
    assert isinstance(model, Model)
    images = strokes.generate(50, seed=3).images
    save_onnx(model, tmp_path / "model.onnx")
    np.testing.assert_allclose(
        run((tmp_path / "model.onnx").read_bytes(), images), model.probabilities(images), atol=5e-5
    )
    made = onnx.load(tmp_path / "model.onnx")
    assert (made.ir_version, made.opset_import[0].version) == (8, 17)
    facts = {each.key: each.value for each in made.metadata_props}
    assert json.loads(facts["classes"]) == list(model.classes)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModelError, match="need the package onnx") as caught:
        to_onnx(make_model(["dense 4"]))
    assert caught.value.hint == "pip install 'glassnet[onnx]'"
