"""A committee that comes with the package, wherever a model is named: in a small folder of bundled models."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.data import open_path, strokes
from glassnet.models import Committee, Model, bundled_folder, bundled_model, card_text
from glassnet.models.certainty import certainty
from tests.cli.conftest import Run

MEMBERS = ("quick", "cnn-small")


@pytest.fixture
def committee(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committee:
    """Two bundled models as the bundled committee ``pair``, and a digit in ``digit.png``."""
    folder = tmp_path / "bundled"
    folder.mkdir()
    for name in MEMBERS:
        for ending in (".safetensors", ".md"):
            shutil.copy(bundled_folder() / f"{name}{ending}", folder)
    monkeypatch.setattr("glassnet.models.library.bundled_folder", lambda: folder)
    files = [folder / f"{name}.safetensors" for name in MEMBERS]
    metrics = {
        "accuracy": 0.9971,
        "interval": [0.996, 0.998],
        "count": 10_000,
        "correct": 9971,
        "cross_entropy": 0.01,
    }
    pair = Committee([Model.load(file) for file in files], ["plain", "rotate 8"], metrics=metrics)
    pair.save(folder / "pair.json", files, title="Two networks that vote")
    made = bundled_model("pair")
    (folder / "pair.md").write_text(card_text("pair", made.header, made.size), encoding="utf-8")
    Image.fromarray(strokes.generate(1, seed=5).images[0]).save("digit.png")
    return pair


@pytest.mark.usefixtures("committee")
def test_it_stands_last_in_the_list_with_the_size_of_all_its_files(run: Run) -> None:
    lines = run("models").out.splitlines()
    assert lines[-2].startswith("pair  ")
    for figure in ("99.71 %", "99.60 to 99.80", "305,940", "0.6 MB"):
        assert figure in lines[-2]
    assert lines[-1].split() == ["Two", "networks", "that", "vote"]
    row = run("models", "--json").objects[0]["models"][-1]
    sizes = [bundled_model(name).size for name in MEMBERS]
    assert row["size"] == sum(sizes) + Path(row["path"]).stat().st_size


@pytest.mark.usefixtures("committee")
def test_its_card_names_its_members(run: Run) -> None:
    card = run("models", "show", "pair").out
    assert "| members | `quick`, `cnn-small` |" in card
    assert "| views | plain, rotate 8 |" in card
    assert "bytes, its members' files included |" in card
    (found,) = run("models", "show", "pair", "--json").objects
    assert [member["file"] for member in found["members"]] == [f"{name}.safetensors" for name in MEMBERS]


@pytest.mark.parametrize("words", [["--model", "pair"], ["pair"]], ids=["option", "argument"])
def test_it_reads_one_digit(run: Run, committee: Committee, words: list[str]) -> None:
    (found,) = run("predict", *words, "digit.png", "--json").objects
    said = committee.probabilities(np.asarray(Image.open("digit.png"))[None])[0]
    assert found["label"] == committee.classes[said.argmax()]
    assert found["confidence"] == pytest.approx(said.max())
    people = run("predict", *words, "digit.png", "--show")
    assert people.code == 0
    assert certainty(float(said.max())) in people.out


def test_it_is_evaluated(run: Run, committee: Committee, digits: Path) -> None:
    (found,) = run("evaluate", "--model", "pair", "--data", digits, "--json").objects
    test = open_path(digits).test
    assert test is not None
    assert found["accuracy"] == pytest.approx((committee.predict(test.images) == test.labels).mean())


@pytest.mark.usefixtures("committee")
def test_it_is_not_explained_but_its_members_are(run: Run) -> None:
    result = run("explain", "--model", "pair", "digit.png")
    assert result.code == 5
    assert (
        result.err == "error: pair is a committee of several networks\nhint: name one of them: quick, cnn-small\n"
    )
    for name in MEMBERS:
        assert run("explain", "--model", name, "digit.png").code == 0
    elsewhere = run("explain", "bundled/pair.json", "digit.png")
    assert "name one of them: quick, cnn-small" in elsewhere.err
