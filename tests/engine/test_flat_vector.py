"""One flat vector: the layers hold views into it, in every copy of a network, whichever way it was made."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glassnet.engine import Adam, Dense, Layer, Network, ReLU, SoftmaxCrossEntropy
from glassnet.engine.layout import CACHE_LINE
from glassnet.errors import ShapeError

from .conftest import EVERYTHING, learn, problem, views_share_memory

close = np.testing.assert_allclose
equal = np.testing.assert_array_equal


def test_weights_come_first_and_the_rest_after():
    network = Network(EVERYTHING, (5,))
    names = [name for name, _ in network.named_parameters()]
    assert names[:3] == ["0.weight", "4.weight", "6.weight"]
    assert names[3:] == ["0.bias", "1.gamma", "1.beta", "4.bias", "6.bias"]
    assert network.weight_count == 5 * 8 + 8 * 6 + 6 * 3
    assert network.parameter_count == network.weight_count + 8 + 8 + 8 + 6 + 3 == len(network.parameters)
    assert [name for name, _ in network.named_state()] == ["1.running_mean", "1.running_variance"]
    equal(np.concatenate([view.ravel() for _, view in network.named_parameters()]), network.parameters)


def test_changing_the_vector_changes_the_layers():
    network = Network(["dense 2"], (2,))
    network.parameters[...] = 1
    close(network.forward(np.ones((1, 2), np.float32)), 3)
    network.layers[0].bias += 1  # and the other way round
    close(network.parameters, [1, 1, 1, 1, 2, 2])


COPIES: dict[str, Callable[[Network], Network]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda network: pickle.loads(pickle.dumps(network)),
    "float64": lambda network: network.astype(np.float64),
    "from vectors": lambda network: Network.from_vectors(
        network.notation(), network.input_shape, network.parameters.copy(), network.state.copy()
    ),
}


@pytest.mark.parametrize("make", COPIES.values(), ids=list(COPIES))
def test_copies_are_equal_and_independent_and_their_layers_hold_views(make: Callable[[Network], Network]):
    inputs, labels = problem()
    network = Network(EVERYTHING, (5,), seed=1)
    learn(network, inputs, labels, 3)
    assert views_share_memory(network)
    twin = make(network)
    assert views_share_memory(twin)
    assert not np.shares_memory(twin.parameters, network.parameters)
    assert not np.shares_memory(twin.state, network.state)
    assert not np.shares_memory(twin.gradients, network.gradients)
    assert twin.notation() == network.notation()
    equal(twin.parameters, network.parameters)
    equal(twin.state, network.state)
    before = network.forward(inputs)
    close(twin.forward(inputs.astype(twin.dtype)), before, rtol=1e-4, atol=1e-6)
    learn(twin, inputs.astype(twin.dtype), labels, 2)
    equal(network.forward(inputs), before)
    assert (twin.parameters != network.parameters).any()


def test_a_replica_shares_parameters_and_nothing_else():
    inputs, labels = problem()
    network = Network(EVERYTHING, (5,), seed=1)
    replica = network.replica()
    assert replica.parameters is network.parameters
    assert views_share_memory(network)
    assert views_share_memory(replica)
    assert not np.shares_memory(replica.gradients, network.gradients)
    assert not np.shares_memory(replica.state, network.state)
    state, gradients = network.state.copy(), network.gradients.copy()
    _, gradient = SoftmaxCrossEntropy()(replica.forward(inputs, training=True), labels)
    replica.backward(gradient)
    equal(network.state, state)
    equal(network.gradients, gradients)
    assert replica.gradients.any()


def test_two_replicas_with_half_a_batch_each_add_up_to_the_batch():
    inputs, labels = problem(dtype=np.float64)
    network = Network(["dense 8", "relu", "dense 3"], (5,), dtype=np.float64)
    loss = SoftmaxCrossEntropy()
    whole, gradient = loss(network.forward(inputs, training=True), labels)
    network.backward(gradient)

    def half(rows: slice) -> tuple[float, np.ndarray]:
        replica = network.replica()
        value, gradient = loss(replica.forward(inputs[rows], training=True), labels[rows])
        replica.backward(gradient)
        return value, replica.gradients

    with ThreadPoolExecutor(2) as pool:
        (first, ours), (second, theirs) = pool.map(half, [slice(0, 6), slice(6, 12)])
    assert (first + second) / 2 == pytest.approx(whole)
    close((ours + theirs) / 2, network.gradients)


@pytest.mark.parametrize("make", COPIES.values(), ids=list(COPIES))
def test_frozen_layers_stay_frozen_in_copies_of_the_network(make: Callable[[Network], Network]):
    frozen = Network(EVERYTHING, (5,)).replica(frozen=True)
    twin = make(frozen)
    expected = make is not COPIES["from vectors"]  # which is given words, and words say nothing of it
    assert {layer.frozen for layer in twin.layers} == {expected}


def test_a_frozen_replica_computes_as_in_prediction():
    inputs, labels = problem()
    network = Network(EVERYTHING, (5,), seed=1)
    learn(network, inputs, labels, 3)
    equal(network.replica(frozen=True).forward(inputs, training=True), network.forward(inputs))
    assert (network.forward(inputs, training=True) != network.forward(inputs)).any()


def test_from_vectors_uses_what_it_is_given_and_checks_the_lengths():
    network = Network(EVERYTHING, (5,))
    twin = Network.from_vectors(EVERYTHING, (5,), network.parameters, network.state)
    assert twin.parameters is network.parameters
    assert twin.state is network.state
    with pytest.raises(ShapeError, match=r"parameters: these layers need 139 numbers, got a vector of \(3,\)"):
        Network.from_vectors(EVERYTHING, (5,), network.parameters[:3], network.state)
    with pytest.raises(ShapeError, match=r"state: these layers need 16 numbers, got a vector of \(2,\)"):
        Network.from_vectors(EVERYTHING, (5,), network.parameters, network.state[:2])


def test_a_network_makes_its_own_layers():
    """One layer object twice in a network, or in two networks, would overwrite its own memory."""
    inputs, labels = problem(dtype=np.float64)
    layer, bend = Dense(5), ReLU()
    network = Network([layer, bend, layer, bend, "dense 3"], (5,), dtype=np.float64, seed=4)
    other = Network([layer, "dense 3"], (5,), dtype=np.float64, seed=5)
    written = Network(network.notation(), (5,), dtype=np.float64, seed=4)
    for each in (network, other, written):
        _, gradient = SoftmaxCrossEntropy()(each.forward(inputs, training=True), labels)
        each.backward(gradient)
    assert views_share_memory(network)
    assert views_share_memory(other)
    equal(network.parameters, written.parameters)
    equal(network.gradients, written.gradients)


def test_a_layer_of_ones_own_survives_every_copy():
    network = Network(["dense 4", Doubled(), "dense 3"], (5,))
    for make in (copy.copy, copy.deepcopy, COPIES["pickle"], COPIES["float64"], Network.replica):
        assert type(make(network).layers[1]) is Doubled


class Doubled(Layer):
    """f(z) = 2z, as somebody else might write it."""

    word = "doubled"

    def forward(self, inputs: np.ndarray, training: bool = False) -> np.ndarray:
        return 2 * inputs

    def backward(self, gradient: np.ndarray, input_gradient_needed: bool = True) -> np.ndarray:
        return 2 * gradient


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_vectors_begin_on_cache_lines(dtype: type):
    network, optimizer = Network(["dense 3", "relu", "dense 2"], (5,), dtype=dtype), Adam()
    optimizer.step(network.parameters, network.gradients, 0.1)
    vectors = [network.parameters, network.gradients, *optimizer.moments.values()]
    assert [vector.ctypes.data % CACHE_LINE for vector in vectors] == [0, 0, 0, 0]
    assert all(vector.shape == (network.parameter_count,) and vector.dtype == dtype for vector in vectors)
