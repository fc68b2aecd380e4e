"""Temperatures: the one that was put in is the one that is found."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import OUTPUTS, softmax
from glassnet.training.calibration import HIGHEST, LOWEST, fit_temperature
from glassnet.training.evaluation import evaluate


def sampled(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from softmax(logits), and those logits multiplied by ``temperature``: too sure above 1."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20_000, 5))
    chances = softmax(logits).cumsum(axis=1)
    labels = (random.random((20_000, 1)) > chances).sum(axis=1).clip(0, 4).astype(np.uint8)
    return (logits * temperature).astype(np.float32), labels


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_that_was_put_in(temperature: float) -> None:
    logits, labels = sampled(temperature)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(temperature, rel=0.03)
    classes = tuple("abcde")
    calibrated = evaluate(softmax(logits / found), labels, classes)
    assert calibrated.calibration_error < 0.015
    if temperature != 1:
        plain = evaluate(softmax(logits), labels, classes)
        assert plain.calibration_error > 3 * calibrated.calibration_error
        assert plain.cross_entropy > calibrated.cross_entropy


def test_no_other_temperature_is_better() -> None:
    logits, labels = sampled(1.7)
    found = fit_temperature(logits, labels)

    def cross_entropy(temperature: float) -> float:
        return evaluate(softmax(logits.astype(np.float64) / temperature), labels, tuple("abcde")).cross_entropy

    best = cross_entropy(found)
    assert all(best <= cross_entropy(found * factor) for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2))


def test_sigmoid_outputs_are_compared_as_shares() -> None:
    logits, labels = sampled(3.0)
    found = fit_temperature(logits, labels, "sigmoid")

    def cross_entropy(temperature: float) -> float:
        return evaluate(OUTPUTS["sigmoid"](logits / temperature), labels, tuple("abcde")).cross_entropy

    assert all(cross_entropy(found) <= cross_entropy(found * factor) + 1e-6 for factor in (0.8, 1.25))


def test_a_network_that_is_always_right_gets_the_lowest() -> None:
    logits = np.eye(3, dtype=np.float32)
    assert fit_temperature(logits, np.arange(3, dtype=np.uint8)) == pytest.approx(LOWEST, rel=0.01)
    assert fit_temperature(-logits, np.arange(3, dtype=np.uint8)) == pytest.approx(HIGHEST, rel=0.01)
