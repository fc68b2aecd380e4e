"""``glassnet recipes``."""

from __future__ import annotations

import tomllib

import pytest

from glassnet.training import load_recipe, recipe_names
from tests.cli.conftest import Run


def test_the_list_has_every_recipe_with_its_network(run: Run) -> None:
    result = run("recipes")
    assert result.code == 0
    for name in recipe_names():
        assert name in result.out
    assert "83.00 %, validation part" in result.out
    assert "88.17 % (87.48 to 88.85)" in result.out


def test_one_is_shown_as_it_was_written(run: Run) -> None:
    result = run("recipes", "quick")
    assert "#" in result.out, "without the reasons"
    assert tomllib.loads(result.out)["network"]["layers"] == load_recipe("quick").network.layers


def test_what_is_shown_can_be_saved_changed_and_trained(run: Run, tmp_path) -> None:
    (tmp_path / "mine.toml").write_text(run("recipes", "quick").out, encoding="utf-8")
    assert load_recipe(tmp_path / "mine.toml").network == load_recipe("quick").network


def test_a_name_that_is_nearly_right(run: Run) -> None:
    result = run("recipes", "quikc")
    assert result.code == 4
    assert "there is no recipe 'quikc'" in result.error
    assert "did you mean 'quick'?" in result.err


@pytest.mark.parametrize("name", [[], ["quick"]])
def test_json_has_every_value(name: list[str], run: Run) -> None:
    (found,) = run("recipes", *name, "--json").objects
    assert [each["name"] for each in found["recipes"]] == (name or recipe_names())
    assert found["recipes"][0]["training"]["batch_size"] == load_recipe("quick").training.batch_size
