"""What a step promises, and what it keeps."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.engine import Network, SigmoidSquaredError, SoftmaxCrossEntropy
from glassnet.explaining import one_step
from tests.explaining.conftest import make_network, make_sample

LOSS = SoftmaxCrossEntropy()


def test_a_step_by_hand():
    network = Network(["dense 2"], (1,), dtype=np.float64)
    network.parameters[:] = 0  # p = (½, ½), so ∂L/∂z = (½, −½), and the same for weight and bias
    step = one_step(network, LOSS, np.array([1.0]), target=1, learning_rate=0.1)
    assert step.loss_before == pytest.approx(np.log(2))
    assert step.gradient_norm == pytest.approx(1)
    assert step.promised == pytest.approx(-0.1)
    np.testing.assert_allclose(step.network.parameters, [-0.05, 0.05, -0.05, 0.05])
    assert step.loss_after == pytest.approx(np.log(1 + np.exp(-0.2)))
    assert step.actual == pytest.approx(step.loss_after - step.loss_before)
    np.testing.assert_allclose(step.before, [0.5, 0.5])
    np.testing.assert_allclose(step.after, [1 / (1 + np.exp(0.2)), 1 / (1 + np.exp(-0.2))])
    assert step.moved == 4
    assert step.numbers == "promised −0.1 = −0.1 · 1², actual −0.0950"


def test_a_short_step_keeps_its_promise(network: Network):
    step = one_step(network, LOSS, make_sample(), 1, 1e-6)
    assert step.actual == pytest.approx(step.promised, rel=1e-2)
    assert "short enough to trust it" in step.sentence


def test_a_long_step_does_not():
    network, sample = Network(["dense 2"], (1,), dtype=np.float64), np.array([1.0])
    network.parameters[:] = 0  # the loss is ln 2 and cannot fall by more, the gradient's norm is 1
    step = one_step(network, LOSS, sample, 1, 5)
    assert step.promised == pytest.approx(-5)
    assert -np.log(2) < step.actual < -0.69
    assert "14 % of what the gradient promised. Over so long a step the loss is not straight" in step.sentence
    assert "less than 1 %" in one_step(network, LOSS, sample, 1, 1000).sentence


def test_a_step_that_overshoots_says_so():
    network, sample = Network(["dense 1"], (1,), dtype=np.float64), np.array([1.0])
    network.parameters[:] = [3, 0]
    loss = SigmoidSquaredError(low=0, high=0.5)
    step = one_step(network, loss, sample, np.array([0.5]), 1e4)
    assert step.actual > 0 > step.promised
    assert "it did not fall at all" in step.sentence


def test_without_a_rate_nothing_moves():
    step = one_step(make_network("plain"), LOSS, make_sample(), 1, 0)
    assert step.moved == step.actual == step.promised == 0
    assert "there is no step" in step.sentence


def test_the_network_stays_and_the_copy_has_moved(network: Network):
    before, state, sample = network.parameters.copy(), network.state.copy(), make_sample()
    step = one_step(network, LOSS, sample, 3, 0.01)
    np.testing.assert_array_equal(network.parameters, before)
    np.testing.assert_array_equal(step.network.state, state)
    assert LOSS(step.network.forward(sample[None]), np.array([3]))[0] == step.loss_after


def test_float32_stays_float32():
    step = one_step(make_network("plain", np.float32), LOSS, make_sample(dtype=np.float32), 1, np.float64(0.1))
    assert step.network.dtype == step.network.parameters.dtype == step.after.dtype == np.float32


def test_a_step_is_fit_for_json():
    step = one_step(make_network("plain"), LOSS, make_sample(), 1, 0.1)
    again = json.loads(json.dumps(step.as_dict(), allow_nan=False))
    assert again["promised"] == step.promised
    assert again["actual"] == step.actual
    assert again["after"] == step.after.tolist()
