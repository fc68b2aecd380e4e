"""The curves that the page shows before there is a run: recorded ones, and only of the recipe as it is now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glassnet.training import load_recipe, recipe_names
from glassnet.web import recorded as room
from glassnet.web.recorded import COLUMNS, record, recorded
from tests.web.conftest import Page


def test_the_recipe_to_begin_with_has_its_curve(page: Page):
    recipes = {one["name"]: one["recorded"] for one in page.get("about")["recipes"]}
    assert set(recipes) == set(recipe_names())
    told = recipes["quick"]
    assert told["data"] == "mnist"
    assert len(told["train_loss"]) == load_recipe("quick").training.epochs
    assert told["train_loss"][0] > told["train_loss"][-1]
    assert 0.97 < told["validation_accuracy"][-1] < 1


def test_every_curve_has_a_number_for_every_epoch():
    for name in recipe_names():
        recipe = load_recipe(name)
        if told := recorded(recipe):
            assert {len(told[column]) for column in COLUMNS} == {recipe.training.epochs}, name


def test_a_changed_recipe_has_no_curve_but_a_renamed_title_has():
    recipe = load_recipe("quick")
    assert recorded(recipe.changed(["optimizer.learning_rate=0.01"])) is None
    assert recorded(recipe.changed(["training.epochs=3"])) is None
    assert recorded(recipe.model_copy(update={"title": "another title"})) is not None


def test_a_run_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    recipe = load_recipe("quick", ["training.epochs=2"])
    content = {"source": "strokes:100", "recipe": recipe.model_dump(mode="json")}
    (tmp_path / "recipe.json").write_text(json.dumps(content))
    header = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy\n"
    (tmp_path / "history.csv").write_text(f"{header}1,0.1,0.5123456789,0.8,0.6,0.75\n2,0.1,0.25,0.9,,\n")
    name, told = record(tmp_path)
    assert name == "quick"
    assert told["train_loss"] == [0.51235, 0.25]
    assert told["validation_accuracy"] == [0.75, None]
    monkeypatch.setattr(room, "_all", lambda: {name: told})
    assert recorded(recipe) == {key: value for key, value in told.items() if key != "of"}
