"""Recipes: what they accept, how they say no, and that the shipped ones are sound."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engine import AdamW, Nesterov, SoftmaxCrossEntropy
from glassnet.errors import RecipeError
from glassnet.training import Recipe, load_recipe, recipe_names
from glassnet.training.recipe import recipe_text


def test_the_default_comes_first() -> None:
    assert recipe_names()[0] == "quick"
    assert load_recipe().name == "quick"


@pytest.mark.parametrize("name", recipe_names())
def test_shipped_recipes_build_a_network_for_digits(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.title
    classes = 12 if name == "reader" else 10
    assert recipe.make_network((28, 28, 1), classes).output_shape == (classes,)


@pytest.mark.parametrize("name", recipe_names())
def test_shipped_recipes_hold_only_what_differs_from_the_defaults(name: str) -> None:
    written = tomllib.loads(recipe_text(name))
    defaults = Recipe().model_dump()
    for table, values in written.items():
        if isinstance(defaults[table], dict):
            chosen = {key: value for key, value in values.items() if key != "layers"}  # a recipe is its network
            same = [key for key, value in chosen.items() if defaults[table][key] == value]
            assert not same, f"[{table}] repeats the default of {same}"


def test_a_recipe_survives_the_way_through_a_model_s_header() -> None:
    recipe = load_recipe("quick", ["optimizer.l2=0.5", "data.validation=0.1", "training.batch_size=full"])
    assert Recipe.model_validate(recipe.model_dump()) == recipe


def test_settings_reach_the_parts() -> None:
    recipe = load_recipe(
        "quick",
        ["optimizer.name=adamw", "optimizer.momentum=none", "optimizer.beta1=0.8", "optimizer.weight_decay=0.1",
         "loss.label_smoothing=0.2", "schedule.name=cosine", "schedule.final=0.5", "schedule.warm_up=none"],
    )  # fmt: skip
    network = recipe.make_network((28, 28, 1), 10)
    optimizer = recipe.make_optimizer(network)
    assert isinstance(optimizer, AdamW)
    assert (optimizer.beta1, optimizer.weight_decay, optimizer.decayed) == (0.8, 0.1, network.weight_count)
    assert recipe.make_loss() == SoftmaxCrossEntropy(label_smoothing=0.2)
    assert recipe.make_schedule()(1.0) == pytest.approx(0.5)
    assert load_recipe("quick", ["network.dtype=float64"]).make_network((28, 28, 1), 10).dtype == np.float64
    assert isinstance(load_recipe("quick").make_optimizer(network), Nesterov)


@pytest.mark.parametrize(
    ("assignment", "message", "hint"),
    [
        ("optimizer.learning_rte=0.1", "no setting 'optimizer.learning_rte'", "optimizer.learning_rate"),
        ("learning_rate=0.1", "no setting 'learning_rate'", "optimizer.learning_rate"),
        ("optimiser.l2=1", "no setting 'optimiser.l2'", "optimizer.l2"),
        ("optimizer.learning_rate", "expected KEY=VALUE", "optimizer.learning_rate=0.003"),
        ("optimizer.learning_rate=-1", "optimizer.learning_rate", None),
        ("optimizer.learning_rate=fast", "optimizer.learning_rate", None),
        ("optimizer.name=adamm", "there is no 'adamm'", "'adam'"),
        ("optimizer.beta1=0.5", "'nesterov' has no such setting", "'nesterov' has momentum"),
        ("name='a/b'", "name", None),
        ("optimizer.momentum=1.5", "momentum must be", None),
        ("network.layers=['dens 3']", "there is no layer 'dens'", "'dense'"),
        ("network.layers=['dense 0']", "above 0", None),
        ("network.layers=[]", "network.layers", None),
        ("network.initializer=he", "there is no initialiser 'he'", "he_normal"),
        ("data.preparation=centered", "there is no preparation 'centered'", "'centred'"),
        ("loss.name=entropy", "there is no 'entropy'", "cross_entropy"),
        ("schedule.name=cosin", "there is no schedule 'cosin'", "'cosine'"),
        ("schedule.rise=0.1", "no setting 'rise'", None),
        ("training.batch_size=0", "batch_size", None),
        ("training.batch_size=all", "training.batch_size", None),
        ("training.epochs=0", "training.epochs", None),
    ],
)
def test_says_what_is_wrong_and_what_was_meant(assignment: str, message: str, hint: str | None) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("quick", [assignment])
    assert message in str(caught.value)
    if hint is not None:
        assert caught.value.hint is not None
        assert hint in caught.value.hint


def test_none_is_a_word_where_it_names_a_choice() -> None:
    assert load_recipe("quick", ["averaging.name=swa", "averaging.name=none"]).averaging.name == "none"


def test_a_choice_without_settings_says_so() -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("one-hidden-layer", ["optimizer.momentum=0.5"])
    assert caught.value.hint == "'sgd' has no settings of its own"


def test_results_of_the_claimed_recipes_stand_on_the_page_too() -> None:
    """``reproduce --write`` makes the page; what recipes say of themselves is copied from it."""
    page = (Path(__file__).parents[2] / "docs" / "reproduction.md").read_text(encoding="utf-8")
    for name in recipe_names():
        claim = load_recipe(name).claim
        if claim is not None:
            (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
            assert claim.reached
            assert claim.reached in row


def test_keeping_the_best_needs_something_to_judge_by() -> None:
    with pytest.raises(RecipeError, match="validation part") as caught:
        load_recipe("one-hidden-layer", ["training.keep=best"])
    assert caught.value.hint is not None
    assert "data.validation" in caught.value.hint


@given(st.text())
def test_any_assignment_is_taken_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(RecipeError):  # any other error fails the test
        load_recipe("quick", [text])


def test_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("quik")
    assert caught.value.hint == "did you mean 'quick'?"


def test_own_recipe_from_a_file(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[training]\nepochs = 2\n[network]\nlayers = ["dense 10"]\n')
    recipe = load_recipe(path)
    assert (recipe.name, recipe.training.epochs) == ("mine", 2)


@pytest.mark.parametrize(
    ("stem", "name"), [("mine (1)", "mine 1"), ("it's", "its"), ("(?)", "recipe"), ("é" * 80, "é" * 60)]
)
def test_a_file_of_any_name_is_a_recipe(stem: str, name: str, tmp_path) -> None:
    (tmp_path / f"{stem}.toml").write_text("")
    assert load_recipe(tmp_path / f"{stem}.toml").name == name


@pytest.mark.parametrize("name", ["a/b", "it's", "", "x" * 61])
def test_a_name_that_cannot_name_a_folder_is_refused(name: str, tmp_path) -> None:
    (tmp_path / "mine.toml").write_text(f'name = "{name}"')
    with pytest.raises(RecipeError, match=r"mine\.toml: name: .* cannot name the folder of a run") as caught:
        load_recipe(tmp_path / "mine.toml")
    assert "60 letters" in str(caught.value.hint)


@pytest.mark.parametrize("content", ["[training\n", "training = 3\n", "[trainig]\nepochs = 1\n", "\x00"])
def test_bad_files_are_refused_by_name(tmp_path, content: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(RecipeError, match=r"mine\.toml"):
        load_recipe(path)


def test_missing_and_undecodable_files(tmp_path) -> None:
    with pytest.raises(RecipeError, match="cannot read"):
        load_recipe(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(RecipeError, match="cannot read"):
        load_recipe(tmp_path / "latin.toml")


def test_a_network_that_ends_wrongly_names_the_classes() -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("quick", ["network.layers=['dense 7']"]).make_network((28, 28, 1), 10)
    assert "10 classes" in str(caught.value)
    assert caught.value.hint == "end network.layers with 'dense 10'"


@pytest.mark.parametrize(
    ("name", "classes", "hint"),
    [("reader", 10, "add +nondigits:20000 to the data"), ("quick", 12, "take the recipe 'reader'")],
)
def test_what_is_no_digit_is_not_a_slip_of_the_layers(name: str, classes: int, hint: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe(name).make_network((28, 28, 1), classes)
    assert hint in str(caught.value.hint)
