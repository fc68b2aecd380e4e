"""A model as a program: each is run, and says what the model says, in every framework that is here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from glassnet.adapters.code import (
    PROGRAMS,
    keras_program,
    numpy_program,
    plan,
    program,
    save_program,
    torch_program,
)
from glassnet.data import strokes
from glassnet.engine import LAYERS, Network, Preparation
from glassnet.errors import ModelError, OutputError
from glassnet.models import Committee, Model, bundled, bundled_models
from glassnet.models.file import digest

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # keras's own

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 12, 12)).astype(np.uint8)

NETWORKS = {
    "dense": ["dense 5 use_bias=false", "relu", "dropout 0.5", "dense 4"],
    "vectors": ["dense 6", "batch_norm", "leaky_relu 0.1", "dense 5", "gelu", "dense 5", "tanh", "dense 4"],
    "valid": ["conv 3 3x3", "sigmoid", "pool 2", "dense 4"],
    "even": [
        "conv 3 4x3 padding=same",
        "batch_norm epsilon=0.01",
        "relu",
        "average_pool 2",
        "conv 2 2x2",
        "dense 4",
    ],
    "stride": ["conv 3 5x3 stride=2 padding=same", "softmax", "conv 2 2x2 stride=2", "dense 4"],
    "even stride": ["conv 3 4x4 stride=3 padding=same", "gelu", "dropout 0.1", "flatten", "batch_norm", "dense 4"],
    "global": ["conv 8 3x3 padding=same", "batch_norm momentum=0.2", "pool 2", "global_average_pool", "dense 4"],
    "nothing learned but the last": ["average_pool 3", "tanh", "flatten", "softmax", "dense 4"],
}
FRAMEWORKS = {"numpy": "numpy", "glassnet": "glassnet", "pytorch": "torch", "keras": "keras"}
"""By the name of a framework, the package that runs its programs."""


def make_model(layers: list[str], *, preparation: str = "unit", dtype: str = "float32", **facts: Any) -> Model:
    network = Network(layers, (12, 12, 1), seed=3, dtype=dtype)
    rng = np.random.default_rng(1)
    for name, view in [*network.named_parameters(), *network.named_state()]:  # statistics that do something
        if view.ndim == 1:
            view[...] = rng.uniform(0.5, 1.5, view.shape) * (1 if "variance" in name else rng.choice([-1, 1]))
    facts = {"classes": tuple("abcd"), **facts}
    return Model(network, Preparation.fit(preparation, IMAGES), **facts)


def needs(framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # where it writes its settings
    if framework == "keras":
        pytest.importorskip("torch", reason="needs torch, on which keras computes")
    package = FRAMEWORKS[framework]
    pytest.importorskip(package, reason=f"needs {package}, to run what was written for it")


def run(path: Path) -> Any:
    """The program as a module: what it defines, by name."""
    scope = {"__file__": str(path), "__name__": path.stem}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), scope)
    return scope


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_a_program_says_what_the_model_says(
    layers: list[str], framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    needs(framework, tmp_path, monkeypatch)
    model = make_model(layers)
    program, weights = save_program(model, framework, tmp_path / "predict.py")
    assert weights == tmp_path / "predict.safetensors"
    said = np.asarray(run(program)["predict"](IMAGES))
    np.testing.assert_allclose(said, model.probabilities(IMAGES), atol=1e-5)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("preparation", ["unit", "interval", "centred", "standard"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_both_ends_are_in_the_program(
    preparation: str, output: str, framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    needs(framework, tmp_path, monkeypatch)
    eleven = ("no digit", *"0123456789")
    facts = {"output": output, "temperature": 1.7, "classes": eleven, "dtype": "float64"}
    model = make_model(["dense 11"], preparation=preparation, **facts)
    scope = run(save_program(model, framework, tmp_path / "mine.py")[0])
    said = np.asarray(scope["predict"](IMAGES))
    np.testing.assert_allclose(said, model.probabilities(IMAGES), atol=1e-5)
    if framework != "glassnet":
        assert tuple(scope["classes"]) == eleven


def test_every_kind_of_layer_is_in_every_framework():
    used = {line.split()[0] for layers in NETWORKS.values() for line in layers} | {"flatten"}
    assert used == set(LAYERS) == set(plan.FORMULAS)
    assert set(LAYERS) == set(torch_program.LINES) == set(keras_program.LINES)
    assert set(LAYERS) == set(numpy_program.FUNCTIONS) - {"squares"} | {"dropout"}
    assert set(PROGRAMS) == set(FRAMEWORKS)


@pytest.mark.parametrize("name", [each.name for each in bundled_models() if each.path.suffix == ".safetensors"])
def test_bundled_models_read_digits_as_they_do_here(name: str, tmp_path: Path):
    model = bundled(name)
    assert isinstance(model, Model)
    images = strokes.generate(20, seed=3).images
    path, _ = save_program(model, "numpy", tmp_path / "predict.py")
    np.testing.assert_allclose(run(path)["predict"](images), model.probabilities(images), atol=1e-5)
    for framework in PROGRAMS:
        lines = program(model, framework).splitlines()
        assert max(map(len, lines)) <= 120, framework
        assert not any(line != line.rstrip() for line in lines)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_program_runs_from_the_command_line(framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    needs(framework, tmp_path, monkeypatch)
    model = make_model(NETWORKS["valid"], classes=("ä", "b", "c", "d"))
    save_program(model, framework, tmp_path / "predict.py")
    np.save(tmp_path / "digits.npy", IMAGES)
    alone = ["-I"] if framework == "numpy" else []  # nothing but what is installed: not even this folder
    command = [sys.executable, *alone, "-X", "utf8", "predict.py", "digits.npy"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    told = subprocess.run(
        command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True, env=environment
    ).stdout
    said = [model.classes[row.argmax()] for row in model.probabilities(IMAGES)]
    assert [line.split()[0] for line in told.splitlines()] == said
    for words in ([], ["three.png"], ["digits.npy", "digits.npy"]):
        ended = subprocess.run(
            [*command[:-1], *words],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment,
        )
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == "usage: python predict.py digits.npy\n"
    text = (tmp_path / "predict.py").read_text(encoding="utf-8")
    assert ("glassnet." in text.replace("glassnet.models", "")) == (framework == "glassnet")


def test_the_plain_one_reads_models_in_half_precision_too(tmp_path: Path):
    model = make_model(NETWORKS["valid"])
    path, weights = save_program(model, "numpy", tmp_path / "predict.py")
    model.save(weights, half=True)
    np.testing.assert_allclose(run(path)["predict"](IMAGES), model.probabilities(IMAGES), atol=2e-3)


EVIL = '"""\'\'\'\n\rimport os; os.environ["GLASSNET_EVIL"] = "1"  \\'


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("evil", [EVIL, f"{{{EVIL}}}", "\u2028\x0c" + EVIL, "{0.__class__}", "%s \\N{DIGIT ONE}"])
def test_what_a_model_file_says_never_becomes_code(
    evil: str, framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """All texts of a hostile file, the checksum being right; and the tokens of the program stay what they were."""
    monkeypatch.delenv("GLASSNET_EVIL", raising=False)
    harmless = make_model(NETWORKS["valid"], classes=tuple("abcd"), recipe={"name": "quick"})
    harmless.save(tmp_path / "hostile.safetensors")
    tensors = load_file(tmp_path / "hostile.safetensors")
    with (tmp_path / "hostile.safetensors").open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    about = json.loads(header["__metadata__"]["glassnet"])
    about["classes"] = [evil + letter for letter in "abcd"]
    about["recipe"] = {"name": evil, "title": evil, evil: evil}
    about["provenance"] = about["metrics"] = {evil: evil}
    text = json.dumps(about)
    save_file(tensors, tmp_path / "hostile.safetensors", {"glassnet": text, "sha256": digest(text, tensors)})
    model = Model.load(tmp_path / "hostile.safetensors")
    written = save_program(model, framework, tmp_path / "predict.py")[0]

    def tokens(text: str) -> list[str]:
        (tmp_path / "read.py").write_text(text, encoding="utf-8")
        with (tmp_path / "read.py").open("rb") as file:
            return [token.string for token in tokenize.tokenize(file.readline) if token.type != tokenize.COMMENT]

    assert tokens(written.read_text(encoding="utf-8")) == tokens(
        program(harmless, framework, "predict.safetensors")
    )
    needs(framework, tmp_path, monkeypatch)
    scope = run(written)
    np.testing.assert_allclose(np.asarray(scope["predict"](IMAGES)), model.probabilities(IMAGES), atol=1e-5)
    assert "GLASSNET_EVIL" not in os.environ


@pytest.mark.parametrize("framework", PROGRAMS)
@pytest.mark.parametrize("name", ['a"b', "it's", 'x"""y', "drei ä 😀", "back\\slash"])
def test_any_file_name_is_a_literal(name: str, framework: str):
    text = program(make_model(["dense 4"]), framework, f"{name}.safetensors")
    given = compile(text, "predict.py", "exec")
    assert f"{name}.safetensors" in given.co_consts


def test_committees_and_coloured_pictures_are_refused():
    member = make_model(["dense 4"])
    with pytest.raises(ModelError, match="a committee of 2 networks") as caught:
        program(Committee([member, member], ["plain", "rotate 8"]), "numpy")  # type: ignore[arg-type]
    assert caught.value.hint == "write its members, each by itself"
    coloured = Model(Network(["dense 4"], (12, 12, 3), seed=0), Preparation.fit("unit", IMAGES), tuple("abcd"))
    with pytest.raises(ModelError, match="reads pictures of 12 x 12 x 3"):
        program(coloured, "numpy")


def test_another_model_beside_the_program_is_not_lost(tmp_path: Path):
    model, other = make_model(["dense 4"]), make_model(["dense 3", "dense 4"])
    other.save(tmp_path / "mine.safetensors")
    before = (tmp_path / "mine.safetensors").read_bytes()
    with pytest.raises(OutputError, match="there already, and holds another model"):
        save_program(model, "numpy", tmp_path / "mine.py")
    assert not (tmp_path / "mine.py").exists()
    save_program(other, "numpy", tmp_path / "mine.py")
    assert (tmp_path / "mine.safetensors").read_bytes() == before
    calibrated = make_model(["dense 3", "dense 4"], temperature=2.0)
    with pytest.raises(OutputError):
        save_program(calibrated, "numpy", tmp_path / "mine.py")
    (tmp_path / "mine.safetensors").write_bytes(b"something else")
    with pytest.raises(OutputError):
        save_program(other, "numpy", tmp_path / "mine.py")


def test_weights_of_another_network_are_refused(tmp_path: Path):
    path, weights = save_program(make_model(["dense 4"]), "numpy", tmp_path / "predict.py")
    make_model(["dense 3", "dense 4"]).save(weights)
    with pytest.raises(ValueError, match="another network than this one"):
        run(path)
