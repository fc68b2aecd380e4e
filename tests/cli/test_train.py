"""``glassnet train``: what it says, what it leaves behind, and that a mistake costs nothing."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import pytest

from glassnet import files
from glassnet.data import DataBundle, export, strokes
from glassnet.data.sources import drawn
from glassnet.errors import OutputError
from glassnet.models import Model
from glassnet.training import RunFolder
from tests.cli.conftest import SMALL, Run

FILES = {"history.csv", "model.safetensors", "recipe.json", "report.json"}


def only_run(runs: Path) -> Path:
    (folder,) = runs.iterdir()
    return folder


def test_a_run_says_what_it_does_and_keeps_it(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits, "--epochs", 3, *SMALL)
    assert (result.code, result.err) == (0, "")
    folder = only_run(Path("runs"))
    assert {path.name for path in folder.iterdir()} == FILES
    assert "400 pictures of 28\u00a0×\u00a028" in result.out
    assert "flatten → dense 12 → relu → dense 10 (9,550 parameters)" in result.out
    assert [line.split()[0] for line in result.out.splitlines() if line.strip()[:1].isdigit()][:3] == [
        "1",
        "2",
        "3",
    ]
    assert "95 % interval" in result.out
    assert "100 pictures that it has not learned from" in result.out
    assert f"glassnet predict {folder}/model.safetensors PICTURE" in result.out
    assert f"glassnet evaluate {folder}/model.safetensors --data {digits}" in result.out


def test_what_to_type_next_is_what_was_typed(run: Run) -> None:
    """Rich would take a folder for a style, and ``:100:`` for an emoji."""
    out = run("train", "--data", "strokes:100:seed=3", "--epochs", 1, "--runs", "[bold]", *SMALL).out
    run_folder = next(Path("[bold]").iterdir())
    assert f"kept in      {run_folder}\n" in out
    assert f"glassnet evaluate '{run_folder}/model.safetensors' --data strokes:100:seed=3" in out


def test_the_report_says_what_it_was_trained_and_tested_on(run: Run, digits: Path) -> None:
    run("train", "--data", digits, "--epochs", 2, *SMALL, "--set", "data.validation=50")
    folder = only_run(Path("runs"))
    report = json.loads((folder / "report.json").read_text())
    assert (report["outcome"], report["epochs_done"], report["source"]) == ("completed", 2, str(digits))
    assert [report[part]["count"] for part in ("train_part", "validation_part", "test_part")] == [350, 50, 100]
    assert sum(map(sum, report["confusion"])) == report["test"]["count"] == 100
    low, high = report["test"]["interval"]
    assert low < report["test"]["accuracy"] < high
    model = Model.load(folder / "model.safetensors")
    assert model.metrics == report["test"]
    assert model.provenance["trained_on"] == report["train_part"]
    assert model.provenance["tested_on"] == report["test_part"]
    with (folder / "history.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2"]


def test_the_test_part_has_no_say_in_what_is_learned(run: Run, digits: Path) -> None:
    """A run with another test part ends in the same weights."""
    from glassnet.data import DataBundle, export, open_path, strokes

    export(DataBundle(open_path(digits).train, strokes.generate(77, seed=9), "other"), "other")
    for source in (digits, "other"):
        run("train", "--data", source, "--epochs", 2, "--runs", f"of-{Path(source).name}", *SMALL)
    one, two = (
        Model.load(next(Path(f"of-{name}").glob("*/model.safetensors"))) for name in (digits.name, "other")
    )
    assert (one.network.parameters == two.network.parameters).all()


def test_without_a_test_part_nothing_is_claimed(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits / "train-images-idx3-ubyte.gz", "--epochs", 1, *SMALL)
    assert result.code == 0
    assert "not tested" in result.out
    assert "interval" not in result.out
    assert "glassnet predict" in result.out
    assert "glassnet evaluate" not in result.out, "on what it has learned from"
    report = json.loads((only_run(Path("runs")) / "report.json").read_text())
    assert report["test"] is report["test_part"] is None


def test_where_mnist_cannot_be_had_it_says_so_and_never_pretends(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "TRAIN_COUNT", 300)
    monkeypatch.setattr(drawn, "TEST_COUNT", 100)
    result = run("train", "--offline", "--epochs", 1, *SMALL)
    assert result.code == 0
    assert result.err.startswith("note: ")
    assert len(result.err.splitlines()) == 1
    assert "so Glassnet draws digits itself" in result.err
    assert "glassnet data fetch mnist" in result.err
    assert "tested on strokes" in result.out
    folder = RunFolder(only_run(Path("runs")))
    assert folder.source == "strokes", "to be taken up with the same data, whatever can be reached by then"
    assert "strokes" in Model.load(folder.model).provenance["trained_on"]["name"]


def test_test_pictures_that_were_learned_from_are_counted(run: Run, tmp_path: Path) -> None:
    same = strokes.generate(60, seed=1)
    export(DataBundle(same, same.subset(slice(0, 40)), "twice"), tmp_path / "twice")
    result = run("train", "--data", tmp_path / "twice", "--epochs", 1, *SMALL)
    assert "40 pictures, 40 of which it has learned from" in result.out
    assert "says little" in result.err


def test_quiet_says_only_what_came_of_it(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits, "--epochs", 2, "--quiet", *SMALL)
    assert result.out.startswith("tested on ")
    assert "epoch" not in result.out


def test_json_is_one_object_a_line(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits, "--epochs", 2, "--json", *SMALL)
    assert result.err == ""
    events = [each["event"] for each in result.objects]
    assert events[0] == "started"
    assert events[-1] == "finished"
    assert events.count("epoch") == 2
    assert "step" in events
    started, finished = result.objects[0], result.objects[-1]
    assert started["layers"] == ["flatten", "dense 12", "relu", "dense 10"]
    assert set(finished["files"]) == FILES
    assert finished["test"]["count"] == 100


def test_a_long_run_is_told_in_some_twenty_lines(run: Run, digits: Path) -> None:
    changes = ("--set", "training.batch_size=full", "--set", "data.limit=20")
    result = run("train", "--data", digits, "--epochs", 430, *SMALL, *changes)
    lines = [line.split()[0] for line in result.out.splitlines() if line[:7].strip().isdigit()]
    assert lines[:3] == ["1", "50", "100"]
    assert lines[-1] == "430"
    assert len(lines) <= 22


def test_early_stopping_is_a_good_end(run: Run, digits: Path) -> None:
    changes = ("--set", "data.validation=0.2", "--set", "training.patience=1", "--set", "training.keep=best")
    result = run("train", "--data", digits, "--epochs", 200, *SMALL, *changes)
    assert result.code == 0
    report = json.loads((only_run(Path("runs")) / "report.json").read_text())
    assert report["outcome"] == "early stopping"
    assert report["epochs_done"] < 200
    assert f"\n{report['epochs_done']:>7}" in result.out, "its last epoch has a line"


def test_divergence_keeps_the_last_good_weights(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits, "--set", "optimizer.learning_rate=1e30", *SMALL)
    assert result.code == 6
    assert "training diverged in epoch 1" in result.error
    assert "hint: the learning rate" in result.err
    assert "\nnext" not in result.out, "there is nothing to do with such a model"
    model = Model.load(only_run(Path("runs")) / "model.safetensors")
    assert abs(model.network.parameters).max() < 10
    assert model.metrics == {}, "it was not tested"


def test_trouble_is_told_in_a_sentence(run: Run, digits: Path) -> None:
    changes = (
        "--set",
        "optimizer.learning_rate=1e-9",
        "--set",
        "schedule.warm_up=0",
        "--set",
        "training.batch_size=10",
    )
    result = run("train", "--data", digits, "--epochs", 3, *SMALL, *changes)
    assert result.code == 0
    (sentence,) = (line for line in result.out.splitlines() if line.startswith("note: "))
    assert "epochs" in sentence
    assert "rate" in sentence


@pytest.mark.parametrize(
    ("words", "code", "error", "hint"),
    [
        (["nope"], 4, "there is no recipe 'nope'", "known: "),
        (["mine.toml"], 4, "cannot read the recipe mine.toml", ""),
        (
            ["--set", "optimiser.learning_rate=1"],
            4,
            "no setting 'optimiser.learning_rate'",
            "'optimizer.learning_rate'",
        ),
        (["--set", "training.epoch=1"], 4, "no setting 'training.epoch'", "'training.epochs'"),
        (["--set", "network.layers=['dens 10']"], 4, "there is no layer 'dens'", "'dense'"),
        (["--set", "network.layers=['dense 7']"], 4, "the data has 10 classes", "'dense 10'"),
        (["--data", "nope"], 3, "there is no data set called 'nope'", ""),
        (["--data", "./nope"], 3, "nope", ""),
        (
            ["--set", "training.batch_size=0"],
            4,
            "training.batch_size must be a whole number from 1, or 'full'",
            "",
        ),
        (["--epochs", "0"], 4, "training.epochs must be greater than or equal to 1, got 0", ""),
        (["--data", "strokes:0"], 3, "the number of digits", "strokes:60000"),
        (["--set", "data.limit=1000"], 3, "cannot take 1,000 of 400", ""),
        (["--set", "teacher.model=nope"], 5, "there is no model nope", "these come with Glassnet"),
        (["--set", "teacher.model=reader"], 4, "reader reads 12 classes", "teacher.model = none"),
        (["--resume"], 6, "there is no unfinished run in runs", "glassnet train"),
        (["nope", "--resume"], 6, "there is no unfinished run in nope", "checkpoint"),
        (["--resume", "--epochs", "9"], 2, "--resume allows no changes", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_before_anything_is_made(
    words: list[str], code: int, error: str, hint: str, run: Run, digits: Path
) -> None:
    data = [] if "--data" in words else ["--data", digits]
    small = [] if "--resume" in words else ["--set", "data.validation=0"]
    result = run("train", *data, *small, *words)
    assert result.code == code
    assert error in result.error
    assert (f"hint: {hint}" in result.err) if hint == "known: " else hint in result.err
    assert not Path("runs").exists()
    assert "Traceback" not in result.err


def test_with_json_a_mistake_is_json(run: Run) -> None:
    result = run("train", "nope", "--json")
    assert (result.code, result.err) == (4, "")
    (error,) = result.objects
    assert (error["event"], error["kind"], error["exit_code"]) == ("error", "RecipeError", 4)
    assert error["hint"].startswith("known: ")


def test_damaged_data_is_told_of(run: Run, digits: Path) -> None:
    Path("cut").mkdir()
    for path in digits.iterdir():
        Path("cut", path.name).write_bytes(path.read_bytes()[:60])
    result = run("train", "--data", "cut")
    assert result.code == 3
    assert "cut/" in result.error
    assert not Path("runs").exists()


def test_a_place_that_cannot_be_written(run: Run, digits: Path) -> None:
    Path("runs").write_text("a file where a folder should be")
    result = run("train", "--data", digits, *SMALL)
    assert result.code == 7
    assert "cannot make the folder runs" in result.error
    assert "hint: " in result.err


def test_a_disk_that_is_full_at_the_end_costs_nothing(
    run: Run, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(handle: int) -> None:
        if "model.safetensors" in os.readlink(f"/proc/self/fd/{handle}"):
            raise OSError(errno.ENOSPC, "No space left on device")

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs Linux to know which file is written")
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", no_space)
        result = run("train", "--data", digits, "--epochs", 2, *SMALL)
    assert result.code == 7
    assert "no space left on device" in result.error
    folder = only_run(Path("runs"))
    assert f"then go on with: glassnet train --resume {folder}" in result.err
    assert {path.name for path in folder.iterdir()} == {"recipe.json", "checkpoint.safetensors"}
    assert run("train", "--resume", folder, "--no-figures").code == 0
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_pictures_of_a_run_are_drawn_at_its_end(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits, "--epochs", 2, *SMALL[:-1])
    assert result.code == 0
    drawn = {path.name for path in only_run(Path("runs")).iterdir()} - FILES
    assert {"learning-curves.png", "confusion-matrix.png", "weights.png"} <= drawn
    assert all(name in result.out for name in drawn)


def test_pictures_that_cannot_be_drawn_take_nothing_away(
    run: Run, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("cannot write weights.png: no space left on device")

    monkeypatch.setattr("glassnet.figures.run_figures", full)
    result = run("train", "--data", digits, "--epochs", 2, *SMALL[:-1])
    assert result.code == 7
    assert "95 % interval" in result.out
    assert "weights.png" in result.error
    assert {path.name for path in only_run(Path("runs")).iterdir()} == FILES


def test_numbers_that_run_away_are_told_of_in_words_alone(run: Run, digits: Path) -> None:
    result = run("train", "--data", digits, "--epochs", 2, "--set", "optimizer.learning_rate=1e9", *SMALL)
    assert "learning rate" in result.out + result.err
    assert "RuntimeWarning" not in result.err
