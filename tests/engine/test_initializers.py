"""Initialisers: spread and limits against their formulas, and how a recipe names them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.engine import INITIALIZERS, Network
from glassnet.engine.initializers import parse_initializer
from glassnet.errors import RecipeError

FAN_IN, FAN_OUT = 300, 200

# The standard deviation that each formula asks for, with fan_in = 300 and fan_out = 200.
DEVIATIONS = {
    "he_normal": math.sqrt(2 / 300),
    "he_uniform": math.sqrt(2 / 300),
    "glorot_normal": math.sqrt(2 / 500),
    "glorot_uniform": math.sqrt(2 / 500),
    "lecun_normal": math.sqrt(1 / 300),
    "lecun_uniform": math.sqrt(1 / 300),
    "normal": 0.01,
    "uniform": 0.5 / math.sqrt(3),  # a uniform number in ±a has the standard deviation a / √3
    "normal 0.2": 0.2,
    "uniform 0.1": 0.1 / math.sqrt(3),
    "normal scale=0.2": 0.2,
}
LIMITS = {
    "he_uniform": math.sqrt(6 / 300),
    "glorot_uniform": math.sqrt(6 / 500),
    "lecun_uniform": math.sqrt(3 / 300),
    "uniform": 0.5,
    "uniform 0.1": 0.1,
}


def draw(text: str, seed: int = 0) -> np.ndarray:
    return parse_initializer(text)(np.random.default_rng(seed), (FAN_IN, FAN_OUT), FAN_IN, FAN_OUT)


@pytest.mark.parametrize("text", DEVIATIONS)
def test_mean_and_spread(text: str):
    weights = draw(text)
    # n = 60,000 draws: the mean has the standard deviation σ/√n, the deviation at most σ/√(2n); five of each
    expected, n = DEVIATIONS[text], FAN_IN * FAN_OUT
    assert weights.shape == (FAN_IN, FAN_OUT)
    assert abs(weights.mean()) < 5 * expected / math.sqrt(n)
    assert abs(weights.std() - expected) < 5 * expected / math.sqrt(2 * n)


@pytest.mark.parametrize("text", LIMITS)
def test_uniform_ones_fill_their_range_and_stay_inside(text: str):
    largest = np.abs(draw(text)).max()
    assert 0.999 * LIMITS[text] < largest <= LIMITS[text]


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name.endswith("normal")])
def test_normal_ones_have_a_bell_shape(name: str):
    weights = draw(name)
    within = np.mean(np.abs(weights) < DEVIATIONS[name])
    assert within == pytest.approx(0.6827, abs=0.01)  # a uniform distribution has 0.577 there


def test_every_initialiser_has_its_formula_tested():
    assert set(INITIALIZERS) <= set(DEVIATIONS)


@pytest.mark.parametrize("text", DEVIATIONS)
def test_the_seed_decides(text: str):
    np.testing.assert_array_equal(draw(text, 1), draw(text, 1))
    assert (draw(text, 1) != draw(text, 2)).any()


def test_a_network_starts_with_these_weights_and_no_biases():
    network = Network(["dense 200", "batch_norm", "dense 10"], (300,), initializer="lecun_normal", seed=0)
    weights = dict(network.named_parameters())
    for name, fan_in in (("0.weight", 300), ("2.weight", 200)):
        n = weights[name].size
        assert weights[name].std() == pytest.approx(fan_in**-0.5, rel=5 / math.sqrt(2 * n))
    assert not weights["0.bias"].any()
    assert not weights["2.bias"].any()
    assert (weights["1.gamma"] == 1).all()
    assert not weights["1.beta"].any()


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("he", "there is no initialiser 'he'", "known: he_normal, he_uniform"),
        ("he_norml", "there is no initialiser 'he_norml'", "did you mean 'he_normal'?"),
        ("he_normal 0.1", "'he_normal 0.1' is not understood", "a scale goes with 'normal' and 'uniform' alone"),
        ("normal 0.1 0.2", "'normal 0.1 0.2' is not understood", "as in 'normal 0.01'"),
        ("normal wide", "'normal wide' is not understood", "as in 'normal 0.01'"),
        ("normal size=0.1", "'normal size=0.1' is not understood", "as in 'normal 0.01'"),
        ("normal 0", "the scale must be above 0", None),
        ("uniform -1", "the scale must be above 0", None),
        ("normal nan", "the scale must be above 0", None),
        ("normal inf", "the scale must be above 0 and finite", None),
        ("", "is not understood", "write a name, then its values"),
    ],
)
def test_names_that_mean_nothing_are_refused(text: str, complaint: str, hint: str | None):
    with pytest.raises(RecipeError, match=complaint) as caught:
        parse_initializer(text)
    assert caught.value.hint is None if hint is None else hint in str(caught.value.hint)
