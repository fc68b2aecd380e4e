"""``glassnet gradient-check``."""

from __future__ import annotations

import pytest

from glassnet.engine import ReLU
from tests.cli.conftest import Run

SMALL = ("--layers", "dense 5, relu, batch_norm, dense 10")


def test_every_array_has_its_line(run: Run) -> None:
    result = run("gradient-check", *SMALL)
    assert (result.code, result.err) == (0, "")
    names = [line.split()[0] for line in result.out.splitlines() if "agrees" in line]
    assert names == ["1.weight", "1.bias", "3.gamma", "3.beta", "4.weight", "4.bias", "inputs"]


def test_a_wrong_derivative_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    right = ReLU.backward
    monkeypatch.setattr(ReLU, "backward", lambda self, *arguments: 1.01 * right(self, *arguments))
    result = run("gradient-check", *SMALL)
    assert result.code == 1
    assert "differs" in result.out
    (found,) = run("gradient-check", *SMALL, "--json").objects
    assert not found["passed"]
    assert [check["passed"] for check in found["checks"]] == [False, False, True, True, True, True, False]


@pytest.mark.parametrize("recipe", ["one-at-a-time", "ten-hidden", "cnn-small"])
def test_recipes_bring_their_own_loss(recipe: str, run: Run) -> None:
    from glassnet.training import load_recipe

    (found,) = run("gradient-check", recipe, "--json").objects
    assert (found["passed"], found["loss"]) == (True, load_recipe(recipe).loss.name)


def test_as_many_classes_as_the_network_has(run: Run) -> None:
    """``reader`` also knows what is no digit, and what is several."""
    (found,) = run("gradient-check", "reader", "--layers", "dense 5, relu, dense 12", "--json").objects
    assert found["passed"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--layers", "dens 5"], "no layer 'dens'"),
        (["--layers", "conv 3 5x5"], "a class needs one number"),
        (["--loss", "hinge"], "hinge"),
    ],
)
def test_mistakes(words: list[str], error: str, run: Run) -> None:
    result = run("gradient-check", *words)
    assert result.code == 4
    assert error in result.error
