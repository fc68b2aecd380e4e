"""The trace: every value and every gradient of one pass, and the network as it was before."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network, SoftmaxCrossEntropy

from .conftest import EVERYTHING, learn, problem

equal = np.testing.assert_array_equal


def test_a_trace_holds_every_value_between_the_layers():
    network, (inputs, _) = Network(EVERYTHING, (5,)), problem()
    trace = network.trace(inputs)
    assert len(trace.values) == len(network.layers) + 1
    equal(trace.values[0], inputs)
    for index, layer in enumerate(network.layers):
        equal(trace.values[index + 1], layer.forward(trace.values[index]))
    equal(trace.values[-1], network.forward(inputs))
    assert trace.loss is trace.gradients is trace.parameter_gradients is None


def test_a_trace_holds_every_gradient_of_the_frozen_network():
    inputs, labels = problem()
    network, loss = Network(EVERYTHING, (5,), seed=1), SoftmaxCrossEntropy()
    learn(network, inputs, labels, 3)
    trace = network.trace(inputs, loss, labels)
    for values, gradients in zip(trace.values, trace.gradients, strict=True):
        assert values.shape == gradients.shape
    for values, expected in zip(trace.values, network.trace(inputs).values, strict=True):
        equal(values, expected)
    replica = network.replica(frozen=True)
    value, gradient = loss(replica.forward(inputs, training=True), labels)
    equal(trace.gradients[-1], gradient)
    equal(trace.gradients[0], replica.backward(gradient, input_gradient_needed=True))
    equal(trace.parameter_gradients, replica.gradients)
    assert trace.loss == value == loss(network.forward(inputs), labels)[0]


def test_gradients_in_the_middle_of_a_trace_are_right():
    """∂loss/∂values[i], by nudging values[i] and running the rest of the network."""
    inputs, labels = problem(count=2, dtype=np.float64)
    network, loss = Network(["dense 4", "tanh", "dense 3"], (5,), dtype=np.float64), SoftmaxCrossEntropy()
    trace = network.trace(inputs, loss, labels)

    def rest(start: int, values: np.ndarray) -> float:
        for layer in network.layers[start:]:
            values = layer.forward(values)
        return loss(values, labels)[0]

    for start, (values, gradients) in enumerate(zip(trace.values, trace.gradients, strict=True)):
        for place in np.ndindex(values.shape):
            nudge = np.zeros_like(values)
            nudge[place] = 1e-6
            numeric = (rest(start, values + nudge) - rest(start, values - nudge)) / 2e-6
            assert gradients[place] == pytest.approx(numeric, abs=1e-8)


def test_a_trace_leaves_the_network_as_it_was():
    """Parameters, running statistics, gradients, what backward needs, and the next dropout mask."""
    inputs, labels = problem()
    network, twin = (Network(EVERYTHING, (5,), seed=1) for _ in range(2))
    for each in (network, twin):
        each.forward(inputs, training=True)
    before = [{name: id(value) for name, value in vars(layer).items()} for layer in network.layers]
    network.trace(inputs[:2], SoftmaxCrossEntropy(), labels[:2])
    network.trace(inputs[:2])
    assert [{name: id(value) for name, value in vars(layer).items()} for layer in network.layers] == before
    gradient = SoftmaxCrossEntropy()(network.forward(inputs), labels)[1]
    for each in (network, twin):
        each.backward(gradient.copy())
    equal(network.gradients, twin.gradients)
    equal(network.parameters, twin.parameters)
    equal(network.state, twin.state)
    equal(network.forward(inputs, training=True), twin.forward(inputs, training=True))
