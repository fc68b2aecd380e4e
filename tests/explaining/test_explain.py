"""An explanation of a value has to add up to the value that the network computed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.engine import LAYERS as ENGINE_LAYERS
from glassnet.engine import LOSSES, Network, Sigmoid, Softmax, Tanh
from glassnet.errors import ShapeError
from glassnet.explaining import explain
from glassnet.explaining.catalogue import LAYER_RULES, LOSS_RULES
from tests.explaining.conftest import LAYERS, make_network, make_sample


def test_every_layer_and_every_loss_of_the_engine_has_a_rule():
    assert set(LAYER_RULES) == set(ENGINE_LAYERS.values())
    assert set(LOSS_RULES) == set(LOSSES.values())


def test_the_networks_here_have_every_kind_of_layer():
    kinds = {type(layer) for name in LAYERS for layer in make_network(name).layers}
    assert kinds == set(ENGINE_LAYERS.values())


def test_a_dense_unit_by_hand():
    network = Network(["dense 2"], input_shape=(3,))
    network.parameters[:] = [1, 2, 3, 4, 5, 6, 0.5, -2]  # weight (3, 2) row by row, then bias
    explanation = explain(network, np.array([1, 0, 2], np.float32), layer=0, index=1)
    assert explanation.value == 12
    assert explanation.title == "layer 0 (dense 2), unit 1"
    assert explanation.symbols == "z = b + Σ x · w"
    assert explanation.numbers == "12 = −2 + 14"
    assert explanation.origin == "input"
    assert explanation.sentence == (
        "12 is the bias −2 plus 3 products, the largest of them 2 · 6 = 12 from unit 2."
    )
    assert explanation.terms.products.tolist() == [2, 0, 12]
    assert [term.place for term in explanation.terms.largest(2)] == [(2,), (0,)]
    assert explanation.terms.strongest == (2,)


def test_a_dense_unit_without_bias_by_hand():
    network = Network(["dense 2 use_bias=false"], input_shape=(3,))
    network.parameters[:] = [1, 2, 3, 4, 5, 6]
    explanation = explain(network, np.array([1, 0, 2], np.float32), layer=0, index=1)
    assert explanation.symbols == "z = Σ x · w"
    assert explanation.sentence == "14 is 3 products, the largest of them 2 · 6 = 12 from unit 2."
    assert explanation.terms.total == explanation.value == 14


@given(name=st.sampled_from(list(LAYERS)), seed=st.integers(0, 2**32 - 1), data=st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_terms_add_up_to_the_value_of_any_place(name: str, seed: int, data: st.DataObject):
    network, sample = make_network(name), make_sample(seed)
    layer = data.draw(st.integers(0, len(network.layers) - 1))
    shape = network.layers[layer].output_shape
    index = tuple(data.draw(st.integers(0, size - 1)) for size in shape)
    explanation = explain(network, sample, layer, index)
    trace = network.trace(sample[None])
    assert explanation.value == trace.values[layer + 1][0][index]
    terms = explanation.terms
    inputs = trace.values[layer][0]
    assert terms.shape == inputs.shape
    np.testing.assert_array_equal(terms.values, inputs[tuple(terms.places.T)])
    if isinstance(network.layers[layer], Sigmoid | Tanh | Softmax):
        assert terms.total is None
        assert terms.largest(5) == []
    else:
        assert terms.total == pytest.approx(explanation.value, rel=1e-12, abs=1e-12)


def test_terms_add_up_in_float32_too():
    network, sample = make_network("pictures", np.float32), make_sample(dtype=np.float32)
    for layer, kind in enumerate(network.layers):
        explanation = explain(network, sample, layer, tuple(size // 2 for size in kind.output_shape))
        assert explanation.terms.total == pytest.approx(explanation.value, rel=1e-5, abs=1e-6)
        assert explanation.terms.weights is not None
        assert explanation.terms.weights.dtype == explanation.terms.values.dtype == np.float32


def test_values_that_are_no_sums_follow_their_formula():
    network, sample = make_network("sigmoids"), make_sample()
    sigmoid, tanh = explain(network, sample, 2, 0), explain(network, sample, 4, 0)
    assert sigmoid.value == pytest.approx(1 / (1 + np.exp(-sigmoid.terms.values[0])))
    assert tanh.value == pytest.approx(np.tanh(tanh.terms.values[0]))
    network = make_network("softmax")
    softmax = explain(network, sample, 2, 3)
    powers = np.exp(softmax.terms.values)
    assert len(powers) == 5
    assert softmax.value == pytest.approx(powers[3] / powers.sum())


def test_a_convolution_at_the_border_names_only_pixels_that_exist():
    network = make_network("pictures")
    corner, middle = explain(network, make_sample(), 0, (0, 0, 1)), explain(network, make_sample(), 0, (4, 4, 1))
    assert len(corner.terms) == 2 * 2 * 2
    assert len(middle.terms) == 3 * 3 * 2
    assert corner.terms.places.min() == 0


@pytest.mark.parametrize(
    ("name", "layer", "numbers", "words"),
    [
        ("plain", 2, "max(0, ", "ositive, so it"),
        ("plain", 3, " = ", "30 % of the values, drawn at random, are set to 0 and the others divided by 0.7"),
        ("plain", 0, " = ", "row 0, column 1, channel 1 is unit 3 of the flattened vector"),
        ("sigmoids", 2, "1 / (1 + exp(", "curve"),
        ("sigmoids", 4, "tanh(", "curve"),
        ("modern", 2, "/ √(", "not over this sample"),
        ("modern", 3, "· Φ(", "normal distribution"),
        ("modern", 5, ", 0.1 · ", "ositive, so"),
        ("softmax", 2, " / ", "5 shares of a whole"),
    ],
)
def test_the_formula_is_shown_with_the_numbers_in_it(name: str, layer: int, numbers: str, words: str):
    explanation = explain(make_network(name), make_sample(), layer, 3)
    assert numbers in explanation.numbers
    assert words in explanation.sentence


def test_pooling_says_which_pixel_won_and_what_was_averaged():
    network = Network(["pool 2"], (2, 2, 1))
    picture = np.array([[1, 5], [-3, 5]], np.float32)[..., None]
    explanation = explain(network, picture, 0, (0, 0, 0))
    assert explanation.numbers == "5 = max(1, 5, −3, 5)"
    assert explanation.sentence == "The largest of 4 values, the one at row 0, column 1."  # the first of equals
    assert explanation.terms.weights is not None
    assert explanation.terms.weights.tolist() == [0, 1, 0, 0]
    mean = explain(Network(["average_pool 2"], (2, 2, 1)), picture, 0, (0, 0, 0))
    assert mean.numbers == "2 = (1 + 5 − 3 + 5) / 4"
    everywhere = explain(Network(["global_average_pool"], (2, 2, 1)), picture, 0, 0)
    assert everywhere.value == everywhere.terms.total == 2


def test_gates_say_what_passes():
    network = Network(["relu"], (2,))
    positive, negative = (explain(network, np.array([1, -1], np.float32), 0, unit) for unit in (0, 1))
    assert positive.sentence.startswith("Positive, so it passes unchanged")
    assert negative.sentence.startswith("Not positive, so it is stopped at 0")
    saturated = explain(Network(["sigmoid"], (1,)), np.array([9], np.float32), 0, 0)
    assert "the curve is flat" in saturated.sentence


@pytest.mark.parametrize(
    ("layer", "index", "what"),
    [
        (4, 0, "there is no layer 4: this network has the layers 0 to 3"),
        (-2, 0, "there is no layer -2"),
        (-1, 0, "the network's input is given, not computed"),
        (1, 7, r"there is no place \(7,\) among 7 values"),
        (1, -1, r"there is no place \(-1,\)"),
        (1, (1, 2), r"there is no place \(1, 2\) among 7 values"),
    ],
)
def test_a_place_that_does_not_exist_is_refused(layer: int, index: int | tuple[int, ...], what: str):
    network = Network(["dense 7", "relu", "dense 4", "relu"], (6,))
    with pytest.raises(ShapeError, match=what) as caught:
        explain(network, np.zeros(6, np.float32), layer, index)
    assert caught.value.hint


def test_a_batch_in_the_place_of_a_sample_is_refused():
    network = Network(["dense 2"], (3,))
    with pytest.raises(ShapeError, match=r"one sample .* shape \(3,\), got \(5, 3\)") as caught:
        explain(network, np.zeros((5, 3), np.float32), 0, 0)
    assert caught.value.hint == "take one row of a batch: inputs[0]"


def test_an_explanation_is_fit_for_json(network: Network):
    for layer, kind in enumerate(network.layers):
        explanation = explain(network, make_sample(), layer, tuple(0 for _ in kind.output_shape))
        again = json.loads(json.dumps(explanation.as_dict(), allow_nan=False))
        assert again["value"] == explanation.value
        assert again["terms"]["count"] == len(again["terms"]["values"]) == len(explanation.terms)
        assert again["terms"]["rest"] == 0
        if explanation.terms.total is not None:
            products = np.multiply(again["terms"]["values"], again["terms"]["weights"])
            assert (again["bias"] or 0) + products.sum() == pytest.approx(explanation.value)


def test_of_very_many_terms_json_has_the_largest_and_the_rest():
    network = Network(["dense 2"], (5000,), dtype=np.float64)
    sample = np.random.default_rng(0).normal(size=5000)
    explanation = explain(network, sample, 0, 1)
    terms = explanation.as_dict()["terms"]
    products = np.multiply(terms["values"], terms["weights"])
    assert len(products) == 512
    assert terms["count"] == 5000
    assert abs(products).min() >= np.sort(abs(explanation.terms.products))[-512]
    assert products.sum() + terms["rest"] == pytest.approx(explanation.value)


def test_numbers_that_broke_are_null_in_json():
    network = Network(["dense 1"], (2,))
    network.parameters[:] = [np.nan, 1, 0]
    explanation = explain(network, np.ones(2, np.float32), 0, 0)
    assert explanation.numbers == "not a number = 0 + not a number"
    assert json.loads(json.dumps(explanation.as_dict(), allow_nan=False))["value"] is None
