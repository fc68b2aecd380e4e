"""What is taken away works without us: the model file, programs in code, the figures."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.adapters.code import PROGRAMS, program
from glassnet.adapters.formats import FORMATS
from glassnet.data import strokes
from glassnet.figures.sheet import EDGE_WIDTH, HEADING, Sheet
from glassnet.models import Model
from glassnet.web.view_picture import view_picture
from tests.web.conftest import INK, KINDS, Page, make_model

IMAGES = strokes.generate(8, seed=4).images


@pytest.mark.parametrize("name", KINDS)
def test_plain_numpy_says_what_the_model_says(page: Page, models: dict[str, str], name: str, tmp_path: Path):
    answer = page.client.get(f"/api/export/{models[name]}?as=numpy")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    np.save(tmp_path / "digits.npy", IMAGES)
    command = [sys.executable, "-I", "predict.py", "digits.npy"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    said = make_model(name).probabilities(IMAGES)
    lines = [line.split() for line in told.splitlines()]
    assert [line[0] for line in lines] == [str(row.argmax()) for row in said]
    assert [float(line[1]) for line in lines] == pytest.approx(said.max(axis=1).tolist(), abs=6e-4)


@pytest.mark.parametrize("framework", PROGRAMS)
def test_a_program_comes_with_the_numbers_that_it_reads(
    page: Page, models: dict[str, str], framework: str, tmp_path: Path
):
    answer = page.client.get(f"/api/export/{models['lenet']}?as={framework}")
    assert answer.headers["content-disposition"].endswith(f'-{framework}.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["predict.py", "predict.safetensors"]
        archive.extractall(tmp_path)
    assert (tmp_path / "predict.py").read_text(encoding="utf-8") == program(
        make_model("lenet"), framework, "predict.safetensors"
    )
    np.testing.assert_array_equal(
        Model.load(tmp_path / "predict.safetensors").network.parameters, make_model("lenet").network.parameters
    )


def test_a_model_file_is_the_model(page: Page, models: dict[str, str], tmp_path: Path):
    answer = page.client.get(f"/api/export/{models['lenet']}")
    assert answer.headers["content-disposition"].endswith('.safetensors"')
    (tmp_path / "m.safetensors").write_bytes(answer.content)
    np.testing.assert_array_equal(
        Model.load(tmp_path / "m.safetensors").network.parameters, make_model("lenet").network.parameters
    )
    assert page.client.get(f"/api/export/{models['lenet']}?as=exe").status_code == 400


def test_figures_are_pictures(page: Page, models: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("glassnet.web.sets.DRAWN_SOURCE", "strokes:50")
    for body in (
        {"figure": "confusion", "set": "strokes-train"},
        {"figure": "mistakes", "set": "strokes-train"},
    ):
        answer = page.client.post("/api/figures", json={**body, "model": models["wide"]})
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
    assert page.post("figures", 400, figure="weights")["what"]
    assert page.post("figures", 400, figure="learning")["what"]
    assert page.post("figures", 404, figure="learning", run="nothing")["what"]
    assert "ink" in page.post("figures", 400, figure="values", model=models["wide"])["what"]
    nothing = page.post("figures", 400, figure="values", model=models["wide"], ink={"strokes": []})
    assert nothing["do"] == "draw one first"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("view", ["values", "weights", "gradients"])
def test_a_view_is_a_picture_with_its_titles_and_scales(page: Page, models: dict[str, str], name: str, view: str):
    body = {"figure": view, "model": models[name], "ink": INK, "target": 9}
    answer = page.client.post("/api/figures", json=body)
    assert answer.headers["content-disposition"].endswith(f'"{view}.png"')
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)
    assert pixels.shape[1] == 1200
    signed = pixels[..., 2] - pixels[..., 0]
    assert (signed > 60).any(), "no blue"
    assert (signed < -60).any(), "no orange"


def test_every_row_of_a_view_has_its_title_and_scale(monkeypatch: pytest.MonkeyPatch):
    words: list[str] = []
    monkeypatch.setattr(Sheet, "write", lambda self, x, y, text, **looks: words.append(text))
    view_picture("mine", make_model("lenet"), IMAGES, "values", IMAGES[0])
    text = "\n".join(words)
    assert "Convolution 5 × 5, 1 → 4\n24 × 24 × 4; full colour at ±" in text
    assert "Dense 16 → 10\n10 classes" in text
    assert "ReLU: " in text
    words.clear()
    view_picture("mine", make_model("wide"), IMAGES, "weights")
    assert any("units 0 to 63 of 300; full colour at ±" in one for one in words)


def test_a_picture_shows_the_values_themselves(page: Page, models: dict[str, str]):
    tensors, _ = page.post("read", ink=INK, model=models["lenet"], layers=[0])
    answer = page.client.post("/api/figures", json={"figure": "values", "model": models["lenet"], "ink": INK})
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)
    values = tensors["0/value"]
    size = (1120 + 4) // 4 // 24 - 1  # four maps of 24 × 24 in a line, and gaps
    left, top = EDGE_WIDTH, HEADING + 168 + 30 + 44
    for row, column in ((12, 12), (3, 20), (20, 4)):
        red, _, blue = pixels[top + row * size + size // 2, left + column * size + size // 2]
        assert np.sign(blue - red) == np.sign(values[row, column, 0]) or abs(blue - red) < 12


def test_onnx_is_offered_where_it_can_be_made(page: Page, models: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    onnx = pytest.importorskip("onnx")
    offered = page.get("about")["exports"]["models"]
    assert offered == [{"format": name, "title": form.title} for name, form in FORMATS.items()]
    answer = page.client.get(f"/api/export/{models['lenet']}?as=onnx")
    assert answer.headers["content-disposition"].endswith('.onnx"')
    assert onnx.load_model_from_string(answer.content).graph.output[0].name == "probabilities"
    monkeypatch.setattr("glassnet.adapters.formats.find_spec", lambda name: None)
    offered = [form["format"] for form in page.get("about")["exports"]["models"]]
    assert offered == ["safetensors", "numpy", "glassnet", "pytorch", "keras"]
