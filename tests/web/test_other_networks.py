"""Networks that do not read what is drawn here, and networks that are removed while somebody looks at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from glassnet.data import Dataset, export, strokes
from glassnet.engine import Network, Preparation
from glassnet.files import make_folder
from glassnet.models import Model
from glassnet.training import Recipe, RunFolder
from glassnet.web.box import Box
from glassnet.web.film import Film, FilmWriter
from tests.web.conftest import INK, Page, make_model


def network_for(shape: tuple[int, int, int]) -> Model:
    network = Network(["conv 4 3x3", "relu", "dense 10"], shape, seed=1)
    preparation = Preparation.fit("unit", np.zeros((1, *shape[:2]), np.uint8))
    return Model(network, preparation, tuple("0123456789"))


def opened(box: Box, model: Model, path: Path) -> str:
    model.save(path)
    return box.models.open_file(path)


@pytest.fixture
def small(box: Box, tmp_path: Path) -> str:
    """The address of a network for pictures of 16 × 20; a data set of that size is there too."""
    digits = strokes.generate(12, seed=4)
    images = np.ascontiguousarray(digits.images[:, 6:22, 4:24])
    export(Dataset(images, digits.labels), make_folder(tmp_path / "home" / "own" / "own-small"), "idx")
    return opened(box, network_for((16, 20, 1)), tmp_path / "small.safetensors")


def test_a_network_of_another_size_says_so(page: Page, small: str):
    assert page.get(f"models/{small}")["input"] == [16, 20, 1]
    for path, more in (("read", {}), ("gradients", {"target": 3}), ("explain", {"layer": 0, "index": [3, 3, 1]})):
        told = page.post(path, 422, ink=INK, model=small, **more)
        assert "16 × 20" in told["what"]
        assert "28 × 28" in told["what"]
        assert told["do"]
    told = page.get(f"sets/strokes-test?model={small}", 422)
    assert "16 × 20" in told["what"]
    assert told["do"]


def test_it_reads_and_explains_pictures_of_its_own_size(page: Page, small: str):
    ink = {"set": "own-small-train", "index": 3}
    tensors, told = page.post("read", ink=ink, model=small, layers="all", thread=True)
    assert tensors["normal/4"].shape == (16, 20)
    assert tensors["0/value"].shape == (14, 18, 4)
    assert told["index"] is not None
    explained = page.post("explain", ink=ink, model=small, layer=0, index=[3, 3, 1])
    assert explained["value"] == pytest.approx(tensors["0/value"][3, 3, 1], rel=1e-5)
    assert page.post("influence", ink=ink, model=small, layer=0, index=[3, 3, 1])[0]["pixels"].shape == (16, 20)
    assert page.post("edits", 201, ink=ink, model=small, step={"target": 3, "rate": 0.01})["after"]
    assert page.get(f"sets/own-small-train?model={small}")[1]["matching"] == 12
    body = {"figure": "values", "model": small, "ink": ink}
    assert page.client.post("/api/figures", json=body).content.startswith(b"\x89PNG")


def test_a_network_of_coloured_pictures_is_refused_when_it_is_opened(page: Page, tmp_path: Path):
    network_for((28, 28, 3)).save(tmp_path / "colour.safetensors")
    answer = page.client.put("/api/models", content=(tmp_path / "colour.safetensors").read_bytes())
    assert answer.status_code == 422
    assert "28 × 28 × 3" in answer.json()["what"]
    assert answer.json()["do"]


def test_a_file_that_was_removed_is_told_so(page: Page, box: Box, tmp_path: Path):
    address = opened(box, make_model("softmax"), tmp_path / "mine.safetensors")
    (tmp_path / "mine.safetensors").unlink()
    told = page.get(f"models/{address}", 404)
    assert told["what"] == "the model file mine.safetensors is not here any more"
    assert "another model" in told["do"]
    assert address not in [entry["address"] for entry in page.get("about")["models"]]


def test_a_run_that_was_removed_is_told_so(page: Page, box: Box):
    model = make_model("softmax")
    recipe = Recipe.model_validate({"name": "mine", "network": {"layers": ["dense 10"]}})
    run = RunFolder.create(box.runs_folder, recipe, None).path
    model.save(make_folder(run / "film") / "model.safetensors")
    writer = FilmWriter(Film.of_run(run))
    writer.snapshot(0, model.network)
    writer.close()
    moment = f"run:{run.name}@0"
    page.post("read", ink=INK, model=moment)
    shutil.rmtree(run)
    page.post("read", ink=INK, model=moment)  # what is in memory goes on
    box.models._loaded.clear()
    for path in (f"models/{moment}", f"runs/{run.name}", f"runs/{run.name}/history", f"runs/{run.name}/film/0"):
        told = page.get(path, 404)
        assert run.name in told["what"]
        assert told["do"]
    assert page.get("about")["runs"] == []
