"""The estimator keeps scikit-learn's contract, and works where one would put it."""

from __future__ import annotations

import importlib
import re
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra sklearn")

from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from glassnet.adapters.sklearn import GlassnetClassifier
from glassnet.errors import RecipeError

X, Y = load_digits(return_X_y=True)


@parametrize_with_checks([GlassnetClassifier(("dense 16", "relu"), random_state=0)])
def test_scikit_learn_s_own_checks(estimator, check):
    check(estimator)


def test_in_a_pipeline_and_a_search():
    pipeline = make_pipeline(MinMaxScaler(), GlassnetClassifier(epochs=10, random_state=0))
    settings = {"glassnetclassifier__layers": [("dense 4", "relu"), ("dense 40", "relu")]}
    search = GridSearchCV(pipeline, settings, cv=2).fit(X[:600], Y[:600])
    assert search.best_params_["glassnetclassifier__layers"] == ("dense 40", "relu")
    assert search.score(X[600:900], Y[600:900]) > 0.8
    assert cross_val_score(clone(pipeline), X[:600], Y[:600], cv=2).min() > 0.8


def test_pictures_go_through_convolutions_and_names_stay_names():
    network = GlassnetClassifier(
        ("conv 8 3x3", "relu", "pool 2"), picture=(8, 8), epochs=8, optimizer="momentum", learning_rate=0.05,
        random_state=1,
    )  # fmt: skip
    names = np.array(["even", "odd"])[Y % 2]
    network.fit((X[:800] / 16).astype(np.float32), names[:800])
    assert network.network_.dtype == np.float32
    assert network.network_.notation()[0] == "conv 8 3x3"
    assert network.loss_curve_[-1] < network.loss_curve_[0]
    assert network.score((X[800:1000] / 16).astype(np.float32), names[800:1000]) > 0.8
    assert set(network.predict(X[:50] / 16)) <= {"even", "odd"}


def test_a_seed_decides_everything():
    first, again, other = (
        GlassnetClassifier(epochs=1, random_state=seed).fit(X[:100] / 16, Y[:100]).network_.parameters
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_what_does_not_exist_or_fit():
    with pytest.raises(RecipeError, match="there is no optimizer 'adma'") as caught:
        GlassnetClassifier(optimizer="adma").fit(X, Y)
    assert "adam" in str(caught.value.hint)
    with pytest.raises(ValueError, match="X has 64 features, a picture of 8 × 9 has 72"):
        GlassnetClassifier(picture=(8, 9)).fit(X, Y)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"epochs": 0}, "epochs must be a whole number from 1, got 0"),
        ({"epochs": -3}, "epochs must be a whole number from 1, got -3"),
        ({"epochs": 2.5}, "epochs must be a whole number from 1, got 2.5"),
        ({"learning_rate": -1}, "learning_rate must be a number above 0, got -1"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number above 0, got nan"),
        ({"learning_rate": "fast"}, "learning_rate must be a number above 0, got 'fast'"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1, or 'auto', got 0"),
        ({"batch_size": "full"}, "batch_size must be a whole number from 1, or 'auto', got 'full'"),
    ],
)
def test_numbers_that_nothing_can_be_learned_with(settings, error):
    with pytest.raises(ValueError, match=re.escape(error)):
        GlassnetClassifier(**settings).fit(X[:50], Y[:50])


def test_numbers_of_numpy_are_numbers():
    settings = {"epochs": np.int64(1), "learning_rate": np.float32(0.01), "batch_size": np.int32(20)}
    assert len(GlassnetClassifier(**settings).fit(X[:50], Y[:50]).loss_curve_) == 1


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "glassnet.adapters.sklearn")
    with pytest.raises(ModuleNotFoundError, match=re.escape("pip install 'glassnet[sklearn]'")):
        importlib.import_module("glassnet.adapters.sklearn")
