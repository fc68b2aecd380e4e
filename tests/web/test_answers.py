"""The sentence beside the bars."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.composites import CLASSES
from glassnet.engine import Network, Preparation
from glassnet.models import Model
from glassnet.web.answers import answer

TEN = tuple("0123456789")


def told(shares: dict[int, float], classes: tuple[str, ...] = TEN, output: str = "softmax") -> dict[str, object]:
    network = Network([f"dense {len(classes)}"], (2, 2, 1))
    model = Model(network, Preparation("unit", 1 / 255, np.zeros((), np.float32)), classes, output)
    probabilities = np.zeros(len(classes))
    for unit, share in shares.items():
        probabilities[unit] = share
    return answer(model, np.zeros(len(classes)), probabilities)


@pytest.mark.parametrize(
    ("shares", "state", "sentence", "more"),
    [
        ({4: 0.971, 9: 0.029}, "read", "Reads as 4, sure: 97 %.", "Next: 9 (2.9 %)."),
        ({4: 0.8, 9: 0.2}, "read", "Reads as 4, fairly sure: 80 %.", "Next: 9 (20 %)."),
        ({4: 0.52, 9: 0.45}, "unsure", "4 or 9? 52 % against 45 %.", ""),
        ({4: 0.99999, 9: 0.00001}, "read", "Reads as 4, sure: 99.9 %.", "No other comes near."),
        ({4: 0.9994, 9: 0.0006}, "read", "Reads as 4, sure: 99.9 %.", "Next: 9 (0.06 %)."),
        ({4: 1.0}, "read", "Reads as 4, sure: 100 %.", "No other comes near."),
    ],
)
def test_how_sure_it_is_in_words(shares: dict[int, float], state: str, sentence: str, more: str):
    said = told(shares)
    assert (said["state"], said["sentence"], said["more"]) == (state, sentence, more)


def test_a_model_that_knows_what_is_no_digit_says_so():
    said = told({10: 0.83, 4: 0.17}, (*TEN, "none"))
    assert (said["state"], said["index"]) == ("none", 10)
    assert said["sentence"] == "No digit (83 % sure)."
    assert said["more"] == "Best guess: 4."


def test_a_model_that_knows_what_is_more_than_one_digit_says_so_and_guesses_at_a_digit():
    said = told({10: 0.19, 11: 0.8, 4: 0.01}, CLASSES)
    assert (said["state"], said["index"]) == ("none", 11)
    assert said["sentence"] == "More than one digit (80 % sure)."
    assert said["more"] == "Best guess: 4."


def test_outputs_that_are_no_shares_get_no_percent():
    said = told({4: 0.97, 9: 0.41}, output="sigmoid")
    assert said["sentence"] == "Reads as 4: its output, 0.97, is the largest."
    assert said["more"] == "Next: 9 (0.41)."


def test_broken_numbers_are_no_answer():
    said = told({3: float("nan")})
    assert said["index"] is None
    assert "broken" in str(said["sentence"])
