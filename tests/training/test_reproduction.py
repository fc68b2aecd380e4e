"""Claims against results: what counts as met, and what the page says."""

from __future__ import annotations

import pytest

from glassnet.data.dataset import Dataset
from glassnet.errors import RecipeError
from glassnet.training import Epoch, Recipe
from glassnet.training.recipe_tables import Claim
from glassnet.training.reproduction import (
    Reproduction,
    SeedResult,
    claimed_recipes,
    hurried,
    percent_with_interval,
    report,
    reproduce,
)
from glassnet.training.training_data import TrainingData


def result(*accuracies: float, claim: float = 0.9, quick: bool = False) -> Reproduction:
    recipe = Recipe(
        name="some", title="Some network", claim=Claim(accuracy=claim, said_by="a text", assumed="a rate")
    )
    assert recipe.claim is not None
    seeds = tuple(SeedResult(seed, accuracy, 1.5) for seed, accuracy in enumerate(accuracies))
    return Reproduction(recipe, recipe.claim, seeds, "MNIST, training part", quick)


def test_the_five_systems_and_their_variants() -> None:
    assert claimed_recipes() == [
        "kaggle-relu",
        "kaggle-sigmoid",
        "one-at-a-time",
        "one-hidden-layer",
        "ten-hidden",
        "ten-hidden-kaggle",
    ]


def test_interval_of_the_mean_by_hand() -> None:
    # three values .90 .92 .94: sd .02, standard error .02/√3, t = 4.303 (two degrees of freedom)
    low, high = result(0.90, 0.92, 0.94).interval or (0, 0)
    assert low == pytest.approx(0.92 - 4.303 * 0.02 / 3**0.5)
    assert high == pytest.approx(0.92 + 4.303 * 0.02 / 3**0.5)
    assert result(0.9).interval is None
    assert percent_with_interval(result(0.9)) == "90.00%"


@pytest.mark.parametrize(
    ("accuracy", "quick", "verdict"),
    [(0.91, False, "met"), (0.8951, False, "met"), (0.8949, False, "not met"), (0.5, True, "on the way")],
)
def test_verdicts(accuracy: float, quick: bool, verdict: str) -> None:
    assert result(accuracy, quick=quick).verdict == verdict


def test_runs_every_seed_and_reads_the_claim_s_part(recipe: Recipe, data: Dataset, validation: Dataset) -> None:
    parts = TrainingData(data, validation, None, "quarters", "drawn here", None)
    claimed = recipe.model_copy(update={"claim": Claim(accuracy=0.9, part="validation")})
    *events, last = reproduce(claimed, parts, seeds=[4, 5])
    assert sum(isinstance(event, Epoch) for event in events) == 12
    assert isinstance(last, Reproduction)
    assert [each.seed for each in last.results] == [4, 5]
    assert last.met


def test_a_hurried_run_is_a_tenth_and_says_so(recipe: Recipe, data: Dataset) -> None:
    long = recipe.changed(["training.epochs=30"]).model_copy(update={"claim": Claim(accuracy=1, part="train")})
    assert hurried(long).training.epochs == 3
    *events, last = reproduce(long, TrainingData(data, None, None, "", "drawn here", None), [0], quick=True)
    assert sum(isinstance(event, Epoch) for event in events) == 3
    assert isinstance(last, Reproduction)
    assert "hurried run" in report([last], "glassnet reproduce --quick")


def test_says_what_is_missing(recipe: Recipe, data: Dataset) -> None:
    parts = TrainingData(data, None, None, "", "drawn here", None)
    with pytest.raises(RecipeError, match="nobody claims"):
        next(reproduce(recipe, parts, [0]))
    with pytest.raises(RecipeError, match="drawn here has none"):
        next(reproduce(recipe.model_copy(update={"claim": Claim(accuracy=1)}), parts, [0]))


def test_the_page_holds_claim_result_assumption_and_command() -> None:
    page = report([result(0.90, 0.92, 0.94), result(0.5)], "glassnet reproduce some")
    assert "| `some` | Some network | 90.00% test | 92.00% (87.03 to 96.97) | 3 | 1.5 | met |" in page
    assert "not met" in page
    assert "glassnet reproduce some" in page
    assert "a text. Assumed: a rate." in page
    assert page.count("* MNIST, training part") == 1
    assert "hurried" not in page
