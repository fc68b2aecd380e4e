"""Scores against hand-worked numbers and published formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.training import evaluate, wilson_interval

CLASSES = ("a", "b", "c")
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.4, 0.3], [0.2, 0.2, 0.6]])
LABELS = np.array([0, 1, 2, 2], np.uint8)


def test_wilson_interval_against_the_literature() -> None:
    # Newcombe 1998, table I: 81 of 263 and 15 of 148, score method without continuity correction
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_counts_by_hand() -> None:
    result = evaluate(PROBABILITIES, LABELS, CLASSES)
    assert result.confusion.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert (result.count, result.correct, result.accuracy) == (4, 3, 0.75)
    assert result.interval == wilson_interval(3, 4)
    assert result.cross_entropy == pytest.approx(
        -(math.log(0.7) + math.log(0.8) + math.log(0.3) + math.log(0.6)) / 4
    )
    rows = {row["name"]: row for row in result.per_class()}
    assert (rows["b"]["recall"], rows["b"]["precision"]) == (1.0, 0.5)
    assert rows["c"]["f1"] == pytest.approx(2 / 3)
    assert result.worst(5).tolist() == [2]


def test_calibration_error_by_hand() -> None:
    # Confidences .7 and .6 hit, .8 hit, .4 missed; each alone in one of 15 bins: mean |hit − confidence|
    expected = (0.3 + 0.2 + 0.4 + 0.4) / 4
    assert evaluate(PROBABILITIES, LABELS, CLASSES).calibration_error == pytest.approx(expected)


def test_perfectly_sure_and_right_is_perfectly_calibrated() -> None:
    result = evaluate(np.eye(3)[[0, 1, 2]], np.array([0, 1, 2], np.uint8), CLASSES)
    assert result.calibration_error == 0
    assert result.cross_entropy == 0


def test_sigmoid_outputs_are_compared_by_their_share() -> None:
    result = evaluate(np.array([[0.9, 0.9, 0.2]]), np.array([0], np.uint8), CLASSES)
    assert result.cross_entropy == pytest.approx(-math.log(0.45))


def test_no_pictures_is_no_number() -> None:
    result = evaluate(np.zeros((0, 3)), np.zeros(0, np.uint8), CLASSES)
    assert math.isnan(result.accuracy)
    assert result.per_class()[0]["recall"] is None


def test_against_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs the extra 'peers'")
    random = np.random.default_rng(3)
    labels = random.integers(0, 3, 300).astype(np.uint8)
    probabilities = random.dirichlet([1, 1, 1], 300)
    result = evaluate(probabilities, labels, CLASSES)
    np.testing.assert_array_equal(result.confusion, metrics.confusion_matrix(labels, probabilities.argmax(1)))
    assert result.cross_entropy == pytest.approx(metrics.log_loss(labels, probabilities))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(labels, probabilities.argmax(1))
    for row, expected in zip(result.per_class(), zip(precision, recall, f1, strict=True), strict=True):
        assert (row["precision"], row["recall"], row["f1"]) == pytest.approx(expected)
