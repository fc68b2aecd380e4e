"""``glassnet evaluate``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from glassnet.data import open_path
from glassnet.models import Model
from tests.cli.conftest import Run


def test_it_repeats_what_the_training_measured(run: Run, trained: Path, digits: Path) -> None:
    (found,) = run("evaluate", trained, "--data", digits, "--json").objects
    assert {key: found[key] for key in Model.load(trained).metrics} == Model.load(trained).metrics
    assert found["accuracy"] > 0.3, "hardly better than guessing"
    assert sum(row["count"] for row in found["classes"]) == sum(map(sum, found["confusion"])) == 100


def test_the_tables_agree_with_the_predictions(run: Run, trained: Path, digits: Path) -> None:
    result = run("evaluate", trained, "--data", digits)
    assert (result.code, result.err) == (0, "")
    test = open_path(digits).test
    assert test is not None
    right = int((Model.load(trained).predict(test.images) == test.labels).sum())
    assert f"{right}.00 % (95 % interval " in result.out
    classes = [line.split() for line in result.out.splitlines() if re.match(r"\d ", line)]
    assert [int(row[1]) for row in classes[:10]] == [int((test.labels == digit).sum()) for digit in range(10)]
    diagonal = [row[1 + digit] for digit, row in enumerate(classes[10:])]
    assert sum(int(count) for count in diagonal if count != "·") == right


def test_the_folder_of_a_run_is_as_good_as_its_model(run: Run, trained: Path, digits: Path) -> None:
    assert run("evaluate", trained.parent, "--data", digits).out == run("evaluate", trained, "--data", digits).out


def test_a_lone_part_comes_with_a_warning(run: Run, trained: Path, digits: Path) -> None:
    result = run("evaluate", trained, "--data", digits / "train-images-idx3-ubyte.gz")
    assert result.code == 0
    assert "if the model learned from it" in result.err


def test_a_model_that_is_not_there(run: Run, trained: Path) -> None:
    result = run("evaluate", "nope", "--data", "strokes")
    assert result.code == 5
    assert result.error.startswith(
        "there is no model nope\nhint: make one with 'glassnet train'; these come with "
    )
    Path("runs").symlink_to(trained.parents[1])
    assert "the latest one here is runs/" in run("evaluate", "nope", "--data", "strokes").err


def cut_short(content: bytes) -> bytes:
    return content[:-100]


def edited(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def something_else(content: bytes) -> bytes:
    return b"PK\x03\x04 a zip file"


def nothing(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut_short, edited, something_else, nothing])
@pytest.mark.parametrize("words", [["evaluate", "--data", "strokes"], ["predict", "three.png"]], ids="-".join)
def test_a_damaged_model(damage, words: list[str], run: Run, trained: Path) -> None:  # type: ignore[no-untyped-def]
    Path("model.safetensors").write_bytes(damage(trained.read_bytes()))
    result = run(words[0], "model.safetensors", *words[1:])
    assert result.code == 5
    assert "model.safetensors" in result.error
    assert "hint: " in result.err


def test_a_model_from_the_future(run: Run, trained: Path) -> None:
    from safetensors.numpy import load, save

    from glassnet.models import file

    content = trained.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["glassnet"])
    text, tensors = json.dumps(header | {"format": 99}), load(content)
    digest = file.digest(text, tensors)  # as a later Glassnet would sign it
    Path("later.safetensors").write_bytes(save(tensors, {"glassnet": text, "sha256": digest}))
    result = run("evaluate", "later.safetensors", "--data", "strokes")
    assert result.code == 5
    assert "format 99" in result.error
    assert "pip install --upgrade glassnet" in result.err


def test_data_that_are_not_there(run: Run, trained: Path) -> None:
    result = run("evaluate", trained, "--data", "mnits", "--json")
    assert result.code == 3
    assert result.objects[0]["hint"] == "did you mean mnist?"


def test_pictures_of_another_size(run: Run, trained: Path) -> None:
    import numpy as np

    from glassnet.data import Dataset, export

    export(Dataset(np.zeros((20, 8, 8), np.uint8), np.arange(20, dtype=np.uint8) % 10, "small"), "small")
    result = run("evaluate", trained, "--data", "small")
    assert result.code == 3
    assert "pictures of 8 × 8, the model reads 28 × 28" in result.error


def test_figures_are_drawn_where_they_are_wanted(run: Run, trained: Path, digits: Path) -> None:
    result = run("evaluate", trained, "--data", digits, "--figures", "drawn")
    assert result.code == 0
    drawn = sorted(Path("drawn").iterdir())
    assert [path.name for path in drawn] == ["confusion-matrix.png", "reliability.png", "worst-digits.png"]
    assert all(f"note: drawn: {path}" in result.err for path in drawn)


def test_data_of_a_class_that_the_model_does_not_know(run: Run) -> None:
    result = run("evaluate", "quick", "--data", "strokes:20+nondigits:20")
    assert result.code == 3
    assert "pictures of class 'none', 'several', the model knows 0, 1, 2" in result.err
    assert "glassnet models" in result.err


def test_pictures_that_the_model_has_learned_from_are_counted(
    run: Run, mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kaggle's layout deals all of MNIST anew: most of its test part is in the training part of MNIST."""
    monkeypatch.setenv("GLASSNET_DATA", str(mnist))
    result = run("evaluate", "quick", "--data", "kaggle")
    assert (result.code, "99." in result.out) == (0, True)
    assert "learned from 23,956 of these 28,000 pictures" in result.err
    (found,) = run("evaluate", "quick", "--data", "mnist", "--json").objects
    assert found["test_pictures_learned_from"] == 0


def test_where_it_cannot_be_told_nothing_is_said(run: Run, trained: Path, digits: Path) -> None:
    (found,) = run("evaluate", trained, "--data", digits, "--json").objects
    assert found["test_pictures_learned_from"] is None
