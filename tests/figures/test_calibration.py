"""The reliability diagram puts every answer into its bin."""

from __future__ import annotations

import numpy as np

from glassnet.figures import reliability
from glassnet.training import Evaluation, evaluate
from tests.figures.conftest import words


def points(figure) -> list[tuple[float, float]]:
    drawn = [line for line in figure.axes[0].get_lines() if line.get_marker() == "o"]
    return [(float(x), float(y)) for line in drawn for x, y in line.get_xydata()]


def test_points_are_confidence_against_accuracy(evaluation: Evaluation):
    figure = reliability(evaluation)
    (low, high) = points(figure)
    np.testing.assert_allclose(low, (80, 100 * 8 / 11))
    np.testing.assert_allclose(high, (90, 0))
    heights = [bar.get_height() for bar in figure.axes[1].patches]
    assert heights == [0, 0, 0, 0, 0, 0, 0, 0, 11, 1]
    assert {"11", "1"} <= set(words(figure))


def test_the_heading_compares_accuracy_with_confidence(evaluation: Evaluation):
    title, note = words(reliability(evaluation))[:2]
    assert title == "Right 66.7 % of the time, sure 80.8 % on average"
    assert (
        note
        == f"Calibration error {100 * evaluation.calibration_error:.1f} %: how far apart the two are on average."
    )


def test_complete_certainty_falls_into_the_last_bin():
    figure = reliability(evaluate(np.eye(2), np.array([0, 1], np.uint8), ("x", "y")))
    assert points(figure) == [(100, 100)]
    figure.canvas.draw()
