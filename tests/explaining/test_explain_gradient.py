"""An explanation of a gradient has to add up to the trace's gradient, and that to what a nudge shows."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.engine import (
    BinaryCrossEntropy,
    Loss,
    Network,
    SigmoidSquaredError,
    SoftmaxCrossEntropy,
)
from glassnet.errors import ShapeError
from glassnet.explaining import explain_gradient
from tests.explaining.conftest import LAYERS, make_network, make_sample

NUDGE = 1e-6
TARGET = 2
EVERY_LOSS = [
    SoftmaxCrossEntropy(),
    SoftmaxCrossEntropy(label_smoothing=0.1),
    SigmoidSquaredError(),
    BinaryCrossEntropy(),
]


def loss_from(network: Network, loss: Loss, values: np.ndarray, first_layer: int) -> float:
    """The loss, if the values that enter ``first_layer`` were these."""
    for layer in network.layers[first_layer:]:
        values = layer.forward(values)
    return loss(values, np.array([TARGET]))[0]


def check_slope(gradient: float, below: float, here: float, above: float) -> None:
    """Compare a gradient with the loss at −NUDGE, 0 and +NUDGE.

    At a kink (two pixels of a pool that are equal, as zeros after a ReLU are) the loss has two slopes, and any
    number between them is a gradient: the central difference, half way, is not the one that the layer chose.
    """
    left, right = (here - below) / NUDGE, (above - here) / NUDGE
    if abs(right - left) < 1e-3 * max(abs(left), abs(right)) + 1e-5:
        assert gradient == pytest.approx((left + right) / 2, rel=1e-4, abs=1e-8)
    else:
        slack = 1e-3 * max(abs(left), abs(right))
        assert min(left, right) - slack <= gradient <= max(left, right) + slack


def nudged(array: np.ndarray, index: tuple[int, ...], by: float) -> np.ndarray:
    copy = array.copy()
    copy[index] += by
    return copy


@given(name=st.sampled_from(list(LAYERS)), seed=st.integers(0, 2**32 - 1), data=st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_gradient_of_any_value_adds_up_and_is_what_a_nudge_shows(name: str, seed: int, data: st.DataObject):
    network, sample, loss = make_network(name), make_sample(seed), data.draw(st.sampled_from(EVERY_LOSS))
    layer = data.draw(st.integers(-1, len(network.layers) - 1))
    trace = network.trace(sample[None], loss, np.array([TARGET]))
    values = trace.values[layer + 1]
    index = tuple(data.draw(st.integers(0, size - 1)) for size in values.shape[1:])
    explanation = explain_gradient(network, loss, sample, TARGET, layer, index)
    assert trace.gradients is not None
    assert explanation.value == trace.gradients[layer + 1][0][index]
    assert explanation.terms.total == pytest.approx(explanation.value, rel=1e-9, abs=1e-12)
    below, here, above = (
        loss_from(network, loss, nudged(values, (0, *index), by), layer + 1) for by in (-NUDGE, 0, NUDGE)
    )
    check_slope(explanation.value, below, here, above)


@given(name=st.sampled_from(list(LAYERS)), seed=st.integers(0, 2**32 - 1), data=st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_gradient_of_any_parameter_adds_up_and_is_what_a_nudge_shows(
    name: str, seed: int, data: st.DataObject
):
    network, sample, loss = make_network(name), make_sample(seed), data.draw(st.sampled_from(EVERY_LOSS))
    full_name, view = data.draw(st.sampled_from(list(network.named_parameters())))
    layer, parameter = full_name.split(".")
    index = tuple(data.draw(st.integers(0, size - 1)) for size in view.shape)
    explanation = explain_gradient(network, loss, sample, TARGET, int(layer), index, parameter)
    assert explanation.terms.total == pytest.approx(explanation.value, rel=1e-9, abs=1e-12)
    before, losses = view[index], []
    for by in (-NUDGE, 0, NUDGE):
        view[index] = before + by
        losses.append(loss_from(network, loss, sample[None], 0))
    check_slope(explanation.value, *losses)


def two_units() -> tuple[Network, np.ndarray]:
    """Logits z = (2, −1) and so p = (0.9526, 0.0474); wanted is class 1."""
    network = Network(["dense 2"], (2,), dtype=np.float64)
    network.parameters[:] = [1, 0, 0.5, -0.5, 0, 0]
    return network, np.array([1.0, 2.0])


def test_blame_begins_with_what_it_said_minus_what_it_should_have_said():
    network, sample = two_units()
    first, second = (explain_gradient(network, SoftmaxCrossEntropy(), sample, 1, 0, unit) for unit in (0, 1))
    assert first.symbols == "∂L/∂z = p − t"
    assert first.numbers == "0.953 = 0.953 − 0"
    assert second.numbers == "−0.953 = 0.0474 − 1"
    assert first.sentence == "It said 0.953 more than it should have: a step of learning lowers this logit."
    assert second.sentence == "It said 0.953 less than it should have: a step of learning raises this logit."
    squared = explain_gradient(network, SigmoidSquaredError(), sample, 1, 0, 0)
    assert squared.numbers == "0.0914 = (0.881 − 0.01) · 0.881 · (1 − 0.881)"


def test_a_weight_is_blamed_by_what_came_in_times_how_wrong_it_came_out():
    network, sample = two_units()
    weight = explain_gradient(network, SoftmaxCrossEntropy(), sample, 1, 0, (1, 0), "weight")
    assert weight.title == "gradient of layer 0 (dense 2), weight[1, 0]"
    assert weight.symbols == "∂L/∂w = δ · x"
    assert weight.numbers == "1.91 = 0.953 · 2"
    assert weight.sentence == "Making this number a little larger raises the loss, by 1.91 times as much."
    pixel = explain_gradient(network, SoftmaxCrossEntropy(), sample, 1, -1, 1)
    assert pixel.title == "gradient of input, unit 1"
    assert pixel.origin == "gradient of layer 0 (dense 2)"
    assert pixel.numbers == "0.953 = 0.953 · 0.5 − 0.953 · (−0.5)"


def test_a_shut_gate_lets_no_blame_through():
    network = Network(["relu", "dense 2"], (1,))
    explanation = explain_gradient(network, SoftmaxCrossEntropy(), np.array([-1], np.float32), 0, -1, 0)
    assert explanation.value == 0
    assert explanation.sentence == "A small change of this number would not change the loss."


def test_of_equal_pixels_in_a_pool_the_first_takes_the_blame():
    network = Network(["pool 2", "dense 2"], (2, 2, 1))
    explanations = [
        explain_gradient(network, SoftmaxCrossEntropy(), np.zeros((2, 2, 1), np.float32), 0, -1, (row, column, 0))
        for row in (0, 1)
        for column in (0, 1)
    ]
    assert [explanation.terms.weights.tolist() for explanation in explanations] == [[1], [0], [0], [0]]
    assert explanations[0].value != 0


def test_a_pixel_that_no_kernel_saw_has_no_terms():
    network, sample = make_network("skipping"), make_sample()
    explanation = explain_gradient(network, SoftmaxCrossEntropy(), sample, 0, -1, (2, 2, 0))
    assert len(explanation.terms) == 0
    assert explanation.value == explanation.terms.total == 0
    assert explanation.numbers == "0 = 0"
    assert explanation.terms.strongest is None


def test_more_terms_than_are_shown_are_added_up():
    network, sample = make_network("plain"), make_sample()
    explanation = explain_gradient(network, SoftmaxCrossEntropy(), sample, 0, 0, 0)
    assert explanation.numbers.endswith("from 4 others")


def test_a_row_of_targets_serves_as_well_as_a_label():
    network, sample = make_network("plain"), make_sample()
    label = explain_gradient(network, SoftmaxCrossEntropy(), sample, 2, 3, 1)
    row = explain_gradient(network, SoftmaxCrossEntropy(), sample, np.eye(4)[2], 3, 1)
    assert row.value == label.value
    soft = explain_gradient(network, SigmoidSquaredError(), sample, np.full(4, 0.5), 4, 1)
    assert soft.terms.total == pytest.approx(soft.value)
    question = Network(["dense 1"], (3,))
    yes = explain_gradient(question, BinaryCrossEntropy(), np.ones(3, np.float32), 1, 0, 0)
    assert yes.value == pytest.approx(yes.terms.values[0] - 1)


def test_a_parameter_that_does_not_exist_is_refused():
    network, sample = make_network("plain"), make_sample()
    for layer, hint in ((1, "it has weight and bias"), (2, "it learns nothing"), (-1, "it learns nothing")):
        with pytest.raises(ShapeError, match="has no parameter 'gamma'") as caught:
            explain_gradient(network, SoftmaxCrossEntropy(), sample, 0, layer, 0, "gamma")
        assert caught.value.hint == hint
    with pytest.raises(ShapeError, match=r"there is no place \(128, 0\) among 128 × 7 values"):
        explain_gradient(network, SoftmaxCrossEntropy(), sample, 0, 1, (128, 0), "weight")


def test_explaining_leaves_the_network_as_it_was():
    network, sample = make_network("modern"), make_sample()
    parameters, state = network.parameters.copy(), network.state.copy()
    remembered = [dict(vars(layer)) for layer in network.layers]
    explanation = explain_gradient(network, SoftmaxCrossEntropy(), sample, 1, 2, 0)
    json.dumps(explanation.as_dict(), allow_nan=False)
    np.testing.assert_array_equal(network.parameters, parameters)
    np.testing.assert_array_equal(network.state, state)
    assert [set(vars(layer)) for layer in network.layers] == [set(names) for names in remembered]
