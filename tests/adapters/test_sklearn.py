"""The estimator keeps scikit-learn's contract, and works where one would put it."""

from __future__ import annotations

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
