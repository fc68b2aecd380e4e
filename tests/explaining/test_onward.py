"""Asked forwards, a number is followed to where others are made with it; its formula is cut for two lines."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network
from glassnet.explaining import explain
from glassnet.explaining.writing import cut_at_operators
from tests.explaining.conftest import make_network, make_sample


def test_a_number_is_followed_to_the_layer_that_uses_it():
    network, sample = make_network("pictures"), make_sample()
    explanation = explain(network, sample, 0, (2, 5, 1))  # conv, then batch_norm, relu, pool, and conv again
    assert [(step.layer, step.index) for step in explanation.then] == [
        (1, (2, 5, 1)),
        (2, (2, 5, 1)),
        (3, (1, 2, 1)),
    ]
    values = network.trace(sample[None]).values
    gate = explain(network, sample, 2, (2, 5, 1))
    assert explanation.then[1].text == f"relu: {gate.numbers}"
    assert explanation.feeds is not None
    assert (explanation.feeds.layer, explanation.feeds.title) == (4, "layer 4 (conv 4 2x3)")
    nudged = values[4].copy()  # how many outputs of layer 4 change with it, found by changing it
    nudged[0, 1, 2, 1] += 1
    changed = network.layers[4].forward(nudged) != values[5]
    assert explanation.feeds.count == changed.sum() == 2 * 2 * 4


def test_the_last_numbers_feed_nothing():
    explanation = explain(make_network("plain"), make_sample(), 4, 0)
    assert explanation.then == ()
    assert explanation.feeds is None


def test_the_dictionary_tells_where_the_terms_are_and_where_the_number_goes():
    network = Network(["dense 2", "relu", "dense 3"], (3,))
    network.parameters[:6] = [1, 2, 3, 4, 5, 6]
    told = explain(network, np.array([1, 0, 2], np.float32), 0, 1).as_dict()
    assert told["terms"]["layer"] == -1
    assert told["then"] == [{"layer": 1, "index": [1], "text": "relu: 14 = max(0, 14)"}]
    assert told["feeds"] == {"layer": 2, "title": "layer 2 (dense 3)", "count": 3}
    assert told["lines"] == [["z", "=", "b", "+", "Σ x · w"], ["14", "=", "0", "+", "14"]]


@pytest.mark.parametrize(
    ("formula", "pieces"),
    [
        ("∂L/∂z = p − t", ["∂L/∂z", "=", "p", "−", "t"]),
        ("y = γ · (x − μ) / √(σ² + ε) + β", ["y", "=", "γ · (x − μ) / √(σ² + ε)", "+", "β"]),
        ("1.66 = −0.61 + 2.28", ["1.66", "=", "−0.61", "+", "2.28"]),
        ("L = −Σ [t · log p + (1 − t) · log(1 − p)]", ["L", "=", "−Σ [t · log p + (1 − t) · log(1 − p)]"]),
    ],
)
def test_formulas_are_cut_at_their_outermost_operators(formula: str, pieces: list[str]):
    assert cut_at_operators(formula) == pieces
    assert " ".join(pieces) == formula
