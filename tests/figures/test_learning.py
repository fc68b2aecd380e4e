"""Learning curves draw the history, all of it and nothing else."""

from __future__ import annotations

from glassnet.figures import learning_curves
from glassnet.training.state import EpochRecord
from tests.figures.conftest import words


def lines(figure, axes: int) -> dict[str, list[tuple[float, float]]]:
    drawn = figure.axes[axes].get_lines()
    return {line.get_label(): [(float(x), float(y)) for x, y in line.get_xydata()] for line in drawn}


def test_every_measurement_is_drawn_and_gaps_are_left_out(history: list[EpochRecord]):
    figure = learning_curves(history)
    assert lines(figure, 0) == {
        "training": [(1, 0.9), (2, 0.5), (3, 0.3)],
        "validation": [(1, 0.8), (3, 0.4)],
    }
    assert lines(figure, 1) == {
        "training": [(1, 50), (2, 70), (3, 90)],
        "validation": [(1, 60), (3, 87.5)],
    }
    assert figure.axes[0].get_ylim()[0] == 0
    assert figure.axes[1].get_ylim()[1] == 100
    assert "87.50 % of the validation answers are right after 3 epochs" in words(figure)


def test_without_validation_it_speaks_of_training_only(history: list[EpochRecord]):
    figure = learning_curves([history[1]])
    assert list(lines(figure, 0)) == ["training"]
    title, note = words(figure)
    assert title == "70.00 % of the training answers are right after one epoch"
    assert "validation" not in note
    assert [tick for tick in figure.axes[0].get_xticks() if 0.5 < tick < 1.5] == [1]


def test_a_single_epoch_is_a_visible_point(history: list[EpochRecord]):
    line = learning_curves(history[:1]).axes[0].get_lines()[0]
    assert line.get_marker() == "o"


def test_points_of_a_long_run_are_not_marked():
    history = [EpochRecord(epoch, 0.1, 1 / epoch, 0.5) for epoch in range(1, 101)]
    line = learning_curves(history).axes[0].get_lines()[0]
    assert line.get_marker() in (None, "None")


def test_a_best_loss_that_is_not_finite_does_not_stop_the_drawing():
    history = [EpochRecord(1, 0.1, 2.3, 0.1), EpochRecord(2, 0.1, float("nan"), 0.1)]
    learning_curves(history).canvas.draw()
