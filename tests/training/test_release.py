"""Releases: nothing held out is learned from, a killed run goes on, and the card tells what was done."""

from __future__ import annotations

import itertools
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet.data import DataBundle, Dataset, export, strokes
from glassnet.engine import Network, Preparation
from glassnet.errors import DataError, RecipeError, TrainingError
from glassnet.models import Committee, Model, read_header
from glassnet.training import Epoch, Recipe, load_recipe, score
from glassnet.training.release import in_half_precision, measures, released, run_in, seed_rows
from glassnet.training.release_data import open_release_data

TINY = [
    "network.layers=['dense 12', 'relu', 'dense 10']",
    "training.epochs=3",
    "training.batch_size=50",
    "optimizer.learning_rate=0.05",
]


@pytest.fixture(scope="module")
def mnist_like() -> DataBundle:
    return DataBundle(strokes.generate(600, seed=1), strokes.generate(200, seed=2), "drawn")


@pytest.fixture
def recipe() -> Recipe:
    return load_recipe("quick", TINY)


def nondigits(name: str) -> DataBundle:
    """Twenty pictures of class "none"."""
    assert name == "nondigits:20"
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    part = Dataset(images, np.full(20, 10, np.uint8), "no digits", (*map(str, range(10)), "none"))
    return DataBundle(part, part, "made up")


def test_the_last_sixth_is_held_out(mnist_like: DataBundle) -> None:
    data = open_release_data("mnist", mnist_like)
    assert (len(data.whole), len(data.part), len(data.held_out), len(data.test)) == (600, 500, 100, 200)
    np.testing.assert_array_equal(data.part.images, mnist_like.train.images[:500])
    np.testing.assert_array_equal(data.held_out.labels, mnist_like.train.labels[500:])
    assert data.held_out.name.endswith("rows 500 to 599")


def test_it_is_held_out_of_a_mixture_too(mnist_like: DataBundle) -> None:
    data = open_release_data("nondigits:20 + mnist", mnist_like, open_part=nondigits)
    assert (len(data.whole), len(data.part)) == (620, 520)
    assert data.whole.classes[-1] == "none"
    assert [each.name for each in data.others] == ["no digits"]


def test_held_out_rows_under_another_name_are_noticed(mnist_like: DataBundle) -> None:
    with pytest.raises(DataError, match="100 of the pictures that are to be held out"):
        open_release_data("copy", mnist_like, open_part=lambda name: mnist_like)
    with pytest.raises(DataError, match="no test part"):
        open_release_data("mnist", DataBundle(mnist_like.train, None, "drawn"))


def test_a_released_recipe_sets_nothing_aside(recipe: Recipe) -> None:
    assert released(recipe, 7).data.validation == 0
    assert released(recipe, 7).training.seed == 7
    with pytest.raises(RecipeError, match="picks its last epoch by a validation part"):
        released(recipe.changed(["training.keep=best"]), 0)


def finish(folder: Path, recipe: Recipe, data: Dataset) -> Model:
    for _ in run_in(folder, recipe, data):
        pass
    return Model.load(folder / "model.safetensors")


def test_a_run_that_was_stopped_goes_on_to_the_same_bits(
    tmp_path: Path, recipe: Recipe, mnist_like: DataBundle
) -> None:
    whole = finish(tmp_path / "whole", released(recipe, 0), mnist_like.train)
    events = run_in(tmp_path / "cut", released(recipe, 0), mnist_like.train)
    epochs = (event for event in events if isinstance(event, Epoch))
    assert len(list(itertools.islice(epochs, 2))) == 2
    events.close()  # as Ctrl-C does
    assert not (tmp_path / "cut" / "model.safetensors").exists()
    rest = [
        event.record.epoch
        for event in run_in(tmp_path / "cut", released(recipe, 0), mnist_like.train)
        if isinstance(event, Epoch)
    ]
    assert rest == [3]
    cut = Model.load(tmp_path / "cut" / "model.safetensors")
    np.testing.assert_array_equal(cut.network.parameters, whole.network.parameters)
    assert cut.provenance["time"].keys() == {"seconds", "cpu_seconds"}
    assert list(run_in(tmp_path / "cut", released(recipe, 0), mnist_like.train)) == []
    assert not (tmp_path / "cut" / "checkpoint.safetensors").exists()


def test_a_folder_belongs_to_one_recipe(tmp_path: Path, recipe: Recipe, mnist_like: DataBundle) -> None:
    finish(tmp_path, recipe, mnist_like.train)
    with pytest.raises(TrainingError, match="holds a run of another recipe"):
        finish(tmp_path, recipe.changed(["training.seed=1"]), mnist_like.train)


def test_a_run_that_overflows_leaves_no_model(tmp_path: Path, recipe: Recipe, mnist_like: DataBundle) -> None:
    with pytest.raises(TrainingError, match="the numbers overflowed"):
        finish(tmp_path, recipe.changed(["optimizer.learning_rate=1e30"]), mnist_like.train)
    assert not (tmp_path / "model.safetensors").exists()


def eleven(temperature: float = 1.0) -> Model:
    """A network that nothing taught, of eleven classes."""
    network = Network(["dense 11"], (28, 28, 1), seed=1)
    classes = (*map(str, range(10)), "none")
    return Model(
        network, Preparation.fit("unit", np.zeros((1, 28, 28), np.uint8)), classes, temperature=temperature
    )


def test_a_reader_of_eleven_classes_is_scored_among_the_ten(mnist_like: DataBundle) -> None:
    model, test = eleven(), mnist_like.test
    assert test is not None
    found = score(model, test)
    probabilities = model.probabilities(test.images)
    assert len(found.classes) == 10
    assert found.correct == (probabilities[:, :10].argmax(axis=1) == test.labels).sum()
    data = open_release_data("mnist+nondigits:20", mnist_like, open_part=nondigits)
    all_of_it = measures(model, data)
    assert all_of_it["accuracy"] == found.accuracy
    assert all_of_it["refused"] == (probabilities.argmax(axis=1) == 10).sum()
    (other,) = all_of_it["others"]
    assert other["accuracy"] == (model.predict(data.others[0].images) == 10).mean()


def test_half_precision_in_memory_is_half_precision_on_disk(tmp_path: Path) -> None:
    model = eleven(1.5)
    rounded = in_half_precision(model)
    model.save(tmp_path / "half", half=True)
    np.testing.assert_array_equal(rounded.network.parameters, Model.load(tmp_path / "half").network.parameters)
    assert (rounded.network.parameters != model.network.parameters).any()
    assert rounded.temperature == 1.5


def test_a_single_seed_has_no_interval(mnist_like: DataBundle) -> None:
    model = eleven()
    model.provenance = {"time": {"seconds": 1.0, "cpu_seconds": 2.0}}
    assert mnist_like.test is not None
    found = score(model, mnist_like.test)
    one, two = seed_rows({0: found}, {0: model}), seed_rows({0: found, 1: found}, {0: model, 1: model})
    assert one["mean_interval"] is None
    assert two["mean_interval"] == [pytest.approx(found.accuracy)] * 2
    assert one["seeds"][0]["cpu_seconds"] == 2.0


def test_the_command(
    tmp_path: Path, mnist_like: DataBundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Validation first, which reads no test part; then the release, with its model and card."""
    export(mnist_like, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    settings = [word for each in TINY for word in ("--set", each)]
    words = ["quick", "--seeds", "2", "--mnist", str(tmp_path / "data"), "--into", "made", *settings]
    command(monkeypatch, "bundle.py", *words, "--validate")
    said = capsys.readouterr().out
    assert "mean over 2 seeds" in said
    assert not Path("made").exists()
    assert not list(Path("runs/bundle/quick").glob("release-*"))
    command(monkeypatch, "bundle.py", *words)
    said = capsys.readouterr().out
    assert "validate-0" not in said, "it was made already"
    header = read_header("made/quick.safetensors")
    metrics = header["metrics"]
    assert [row["seed"] for row in metrics["seeds"]] == [0, 1]
    assert metrics["seeds"][0]["accuracy"] == pytest.approx(metrics["accuracy"], abs=0.02)
    assert (metrics["count"], metrics["validation"]["runs"][0]["seed"]) == (200, 0)
    assert header["temperature"] == metrics["calibration"]["temperature"]
    assert header["recipe"]["training"]["epochs"] == 3
    assert header["provenance"]["trained_on"]["count"] == 600
    card = Path("made/quick.md").read_text(encoding="utf-8")
    assert "# and: training.epochs=3" in card
    assert str(tmp_path) not in card


def test_the_committee_s_command(
    tmp_path: Path, mnist_like: DataBundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    export(mnist_like, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    common = ["--mnist", str(tmp_path / "data"), "--into", "made"]
    settings = [word for each in TINY for word in ("--set", each)]
    for seed in ("0", "1"):
        more = ["--seeds", "1", "--first-seed", seed, "--name", f"tiny{seed}", *settings]
        command(monkeypatch, "bundle.py", "quick", *common, *more)
    capsys.readouterr()
    words = ["bundle_committee.py", "both", "tiny0", "tiny1", *common, "--views", "plain", "rotate 8"]
    command(monkeypatch, *words, "--validate")
    said = capsys.readouterr().out.splitlines()
    assert [line.split("   ")[-1] for line in said[1:]] == ["tiny0", "tiny1", "tiny0 + tiny1"]
    assert not Path("made/both.json").exists()
    command(monkeypatch, *words)
    committee = Committee.load("made/both.json")
    assert (len(committee.members), committee.views) == (2, ["plain", "rotate 8"])
    assert mnist_like.test is not None
    assert committee.metrics["accuracy"] == score(committee, mnist_like.test).accuracy
    assert committee.temperature == committee.metrics["calibration"]["temperature"] != 1
    card = Path("made/both.md").read_text(encoding="utf-8")
    assert "| members | `tiny0`, `tiny1` |" in card
    assert "| the committee | " in card


def command(monkeypatch: pytest.MonkeyPatch, script: str, *words: str) -> None:
    """Run a benchmark's script as a person does."""
    monkeypatch.setattr(sys, "argv", [script, *words])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / script), run_name="__main__")
    assert left.value.code == 0
