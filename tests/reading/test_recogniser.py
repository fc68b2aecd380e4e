"""The network's answers, in one order and calibrated, from any model that reads digits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from glassnet.errors import ModelError
from glassnet.reading.recogniser import NONE, SEVERAL, Recogniser, recogniser_for

TILES = [np.zeros((28, 28), np.uint8)] * 3


@dataclass
class FixedModel:
    """A model that always gives the same answer."""

    classes: tuple[str, ...]
    answer: list[float]
    metrics: dict[str, Any] = field(default_factory=dict)
    picture_shape: tuple[int, int] = (28, 28)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        return np.tile(self.answer, (len(images), 1))


def test_ten_classes_are_never_none() -> None:
    answers = Recogniser(FixedModel(tuple("0123456789"), [0.1] * 10)).probabilities(TILES)
    assert answers.shape == (3, 12)
    assert np.allclose(answers[:, :NONE], 0.1)
    assert not answers[:, NONE:].any()


def test_classes_may_stand_in_any_order() -> None:
    classes = ("none", *"9876543210", "several")
    answers = Recogniser(FixedModel(classes, [0.4, 0.3, *[0.2 / 9] * 9, 0.1])).probabilities(TILES)
    assert answers[0, NONE] == pytest.approx(0.4)
    assert answers[0, SEVERAL] == pytest.approx(0.1)
    assert answers[0, 9] == pytest.approx(0.3)


def test_what_one_model_calls_none_may_be_several_to_another() -> None:
    answers = Recogniser(FixedModel(("none", *"0123456789"), [0.5, *[0.05] * 10])).probabilities(TILES)
    assert answers[0, NONE] == answers[0, SEVERAL] == pytest.approx(0.25)


def test_no_tiles_no_answers() -> None:
    assert Recogniser(FixedModel(tuple("0123456789"), [0.1] * 10)).probabilities([]).shape == (0, 12)


def test_a_model_of_something_else_is_refused() -> None:
    with pytest.raises(ModelError, match="does not read digits"):
        Recogniser(FixedModel(("cat", "dog"), [0.5, 0.5]))
    with pytest.raises(ModelError, match="does not read digits"):
        Recogniser(FixedModel((*"0123456789", "none", "dog"), [1 / 12] * 12))
    with pytest.raises(ModelError, match="28 × 28"):
        Recogniser(FixedModel(tuple("0123456789"), [0.1] * 10, picture_shape=(8, 8)))


def test_a_name_is_no_model() -> None:
    with pytest.raises(ModelError, match="must be a Model or a Committee, got str") as caught:
        recogniser_for("reader")  # type: ignore[arg-type]
    assert "bundled" in str(caught.value.hint)


def test_what_is_filled_is_no_digit_whatever_a_network_says_that_knows_only_digits() -> None:
    answers = Recogniser(FixedModel(tuple("0123456789"), [0.1] * 10)).probabilities(shapes())
    assert answers[:, NONE].tolist() == [1, 0, 0]


@pytest.mark.parametrize(("digit", "none"), [(0, [1, 0, 0]), (8, [0, 0, 0])])
def test_of_filled_digits_only_a_nought_is_none_to_one_that_knows_more(digit: int, none: list[float]) -> None:
    sure = np.eye(11)[digit].tolist()
    answers = Recogniser(FixedModel((*"0123456789", "none"), sure)).probabilities(shapes())
    assert answers[:, NONE].tolist() == none


def shapes() -> list[np.ndarray]:
    """A disc, a bar and a ring."""
    disc, bar, ring = (np.zeros((28, 28), np.uint8) for _ in range(3))
    y, x = np.indices((28, 28)) - 13.5
    disc[np.hypot(x, y) < 10] = 255
    bar[4:24, 12:16] = 255
    ring[(np.hypot(x, y) < 10) & (np.hypot(x, y) > 5)] = 255
    return [disc, bar, ring]
