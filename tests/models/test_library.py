"""The models that come with the package: whole, small, and as good as their cards say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassnet.data import open_path, strokes
from glassnet.errors import ModelError
from glassnet.models import (
    DEFAULT,
    BundledModel,
    Committee,
    Model,
    bundled,
    bundled_folder,
    bundled_model,
    bundled_models,
    card_text,
    load_model,
)

DIGITS = strokes.generate(300, seed=5)
EVERY = pytest.mark.parametrize("model", bundled_models(), ids=lambda model: model.name)


def test_the_default_is_there() -> None:
    assert DEFAULT in [model.name for model in bundled_models()]
    assert isinstance(bundled(DEFAULT), Model)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(ModelError, match="no model 'quikc' comes with Glassnet") as caught:
        bundled("quikc")
    assert DEFAULT in str(caught.value.hint)


@EVERY
def test_it_loads_and_reads_better_than_guessing(model: BundledModel) -> None:
    loaded = model.load()
    assert (loaded.predict(DIGITS.images) == DIGITS.labels).mean() > 0.6
    assert set("0123456789") <= set(loaded.classes)
    assert loaded.picture_shape == (28, 28)


@EVERY
def test_its_card_says_what_its_file_says(model: BundledModel) -> None:
    assert model.card == card_text(model.name, model.header, model.size)
    for part in ("What it is for", "How good it is", "less clean", "What chose what", "The command"):
        assert part in model.card
    assert f"{100 * model.metrics['accuracy']:.2f} %" in model.card
    assert "/tmp" not in model.card
    assert "/home" not in model.card


@EVERY
def test_the_header_agrees_with_the_network(model: BundledModel) -> None:
    loaded = model.load()
    members = loaded.members if isinstance(loaded, Committee) else [loaded]
    assert model.parameters == sum(member.network.parameter_count for member in members)
    assert model.title
    files = [model.path, *(model.path.parent / each["file"] for each in model.header.get("members", []))]
    assert model.size == sum(file.stat().st_size for file in files)


@EVERY
def test_half_precision_changed_next_to_no_answer(model: BundledModel) -> None:
    if model.path.suffix == ".json":
        pytest.skip("a committee has no numbers of its own")
    assert model.metrics["full_precision"]["agreement"] >= 0.999
    assert abs(model.metrics["full_precision"]["accuracy"] - model.metrics["accuracy"]) <= 0.0005


@EVERY
def test_it_scores_what_its_card_says(model: BundledModel, mnist: Path) -> None:
    """On the first 1,000 test digits, to within what the choice of a thousand can do."""
    test = open_path(mnist).test
    assert test is not None
    loaded = model.load()
    columns = [loaded.classes.index(name) for name in "0123456789"]
    right = (loaded.probabilities(test.images[:1000])[:, columns].argmax(axis=1) == test.labels[:1000]).mean()
    error = 1 - model.metrics["accuracy"]
    assert abs(right - model.metrics["accuracy"]) <= 4 * np.sqrt(error / 1000) + 0.002


def test_all_together_are_a_few_megabytes() -> None:
    assert sum(file.stat().st_size for file in bundled_folder().iterdir()) < 8e6


def test_every_file_there_is_a_model_or_the_card_of_one() -> None:
    models = {model.name for model in bundled_models()}
    assert {file.stem for file in bundled_folder().iterdir()} == models
    assert {file.suffix for file in bundled_folder().iterdir()} <= {".safetensors", ".json", ".md"}


def test_a_committee_is_listed_with_all_that_its_members_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from glassnet.models import library

    member = bundled_model(DEFAULT).path
    (tmp_path / member.name).write_bytes(member.read_bytes())
    two = Committee([bundled_model(DEFAULT).load()] * 2, ["plain", "rotate 8"])  # type: ignore[list-item]
    two.save(tmp_path / "two.json", [tmp_path / member.name] * 2, title="Twice the same")
    monkeypatch.setattr(library, "bundled_folder", lambda: tmp_path)
    first, second = bundled_models()
    assert (first.name, second.name, second.title) == (DEFAULT, "two", "Twice the same")
    assert second.parameters == 2 * first.parameters
    loaded = load_model(second.path)
    np.testing.assert_allclose(loaded.probabilities(DIGITS.images), two.probabilities(DIGITS.images))
    assert "rotate 8" in card_text("two", second.header, second.size)
