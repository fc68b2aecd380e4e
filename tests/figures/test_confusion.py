"""The matrix has every count, the score with its interval, and names that are drawn as they are."""

from __future__ import annotations

import numpy as np

from glassnet.figures import confusion_matrix
from glassnet.figures.style import INK
from glassnet.training import Evaluation, evaluate
from tests.figures.conftest import has_colour, pixels, words


def test_every_count_is_written(evaluation: Evaluation):
    written = words(confusion_matrix(evaluation))
    assert written.count("6") == 1
    assert written.count("2") == 2  # two b's read right, two c's read as b
    assert written.count("1") == 2
    assert written.count("·") == 3
    assert written.count("0") == 1  # not one c was read right: on the diagonal a 0, not a dot
    assert [share for share in written if share.endswith(" %")] == ["100.0 %", "66.7 %", "0.0 %"]
    for name in evaluation.classes:
        assert written.count(name) == 2


def test_the_heading_says_the_score_and_the_worst_confusion(evaluation: Evaluation):
    written = words(confusion_matrix(evaluation))
    assert "66.67 % right on 12 pictures" in written
    note = next(text for text in written if text.startswith("95 % interval"))
    assert note == "95 % interval: 39.06 % to 86.19 %. The most frequent mistake: c read as b, 2 times."


def test_mistakes_are_darker_and_the_diagonal_is_framed(evaluation: Evaluation):
    picture = pixels(confusion_matrix(evaluation))
    assert has_colour(picture, INK)  # frames
    greys = {int(grey) for grey in np.unique(picture[(picture == picture[..., :1]).all(axis=-1)])}
    assert round(255 * 0.3) in greys or int(255 * 0.3) in greys  # the most frequent
    assert any(abs(grey - 255 * (1 - 0.7 * 0.5**0.6)) <= 1 for grey in greys)  # half as frequent


def test_a_model_that_errs_never_is_not_accused():
    perfect = evaluate(np.eye(3)[[0, 1, 2]], np.arange(3, dtype=np.uint8), ("x", "y", "z"))
    written = words(confusion_matrix(perfect))
    assert "100.00 % right on 3 pictures" in written
    assert not any("mistake" in text for text in written)


def test_classes_without_pictures_and_nothing_at_all_can_be_drawn():
    one = evaluate(np.eye(3)[:1], np.zeros(1, np.uint8), ("x", "y", "z"))
    assert words(confusion_matrix(one)).count("–") == 2
    nothing = evaluate(np.zeros((0, 3)), np.zeros(0, np.uint8), ("x", "y", "z"))
    assert "No pictures were read" in words(confusion_matrix(nothing))


def test_long_names_and_names_that_look_like_formulas_are_drawn():
    names = ("$1_{", "ankle boot", "a name beyond all measure")
    figure = confusion_matrix(evaluate(np.eye(3), np.array([1, 1, 2], np.uint8), names))
    figure.canvas.draw()  # a formula cut short would raise here
    written = words(figure)
    assert written.count("$1_{") == 2
    assert written.count("a name beyond…") == 2
    assert any(text.endswith("ankle boot read as $1_{, once.") for text in written)
