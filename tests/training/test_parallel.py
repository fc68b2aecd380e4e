"""A batch in blocks and threads gives the gradient of the batch in one piece."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from glassnet.engine import Network, Preparation, SoftmaxCrossEntropy
from glassnet.engine.layers import Array
from glassnet.training.parallel import BLOCK, LARGE_BLOCK, MANY_WEIGHTS, BatchGradient

from .conftest import quarters


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("count", [BLOCK, BLOCK + 1, 4 * BLOCK + 17])
def test_blocks_add_up_to_the_batch(threads: int, count: int) -> None:
    data = quarters(count)
    network = Network(["dense 12", "tanh", "dense 4"], (8, 8, 1), dtype=np.float64)
    preparation = Preparation.fit("unit", data.images)
    loss = SoftmaxCrossEntropy()
    logits = network.forward(preparation(data.images, np.float64), training=True)
    value, gradient = loss(logits, data.labels)
    network.backward(gradient)
    expected = network.gradients.copy()

    batch_gradient = BatchGradient(network, loss, lambda some: preparation(some, np.float64), threads)
    result = batch_gradient(data.images, data.labels)
    batch_gradient.close()
    assert result.loss == pytest.approx(value, rel=1e-12)
    assert result.correct == np.count_nonzero(logits.argmax(axis=1) == data.labels)
    np.testing.assert_allclose(network.gradients, expected, rtol=1e-10, atol=1e-14)


def test_a_convolutional_network_is_shared_among_threads_batch_by_batch() -> None:
    data = quarters(2 * LARGE_BLOCK)
    network = Network(["conv 3 3x3", "relu", "pool 2", "dense 4"], (8, 8, 1), dtype=np.float64)
    preparation, loss = Preparation.fit("unit", data.images), SoftmaxCrossEntropy()
    value, gradient = loss(network.forward(preparation(data.images, np.float64), training=True), data.labels)
    network.backward(gradient)
    expected = network.gradients.copy()
    batch_gradient = BatchGradient(network, loss, lambda some: preparation(some, np.float64), 2)
    assert batch_gradient(data.images, data.labels).loss == pytest.approx(value, rel=1e-12)
    assert len(batch_gradient._replicas) == 2
    batch_gradient.close()
    np.testing.assert_allclose(network.gradients, expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_calling_thread_works_too(threads: int) -> None:
    data = quarters(6 * BLOCK)
    network = Network(["dense 4"], (8, 8, 1))
    preparation, workers = Preparation.fit("unit", data.images), []

    def prepare(images: Array) -> Array:
        workers.append(threading.get_ident())
        return preparation(images)

    batch_gradient = BatchGradient(network, SoftmaxCrossEntropy(), prepare, threads)
    batch_gradient(data.images, data.labels)
    batch_gradient.close()
    assert len(workers) == 6
    assert workers.count(threading.get_ident()) == 6 // threads
    assert len(set(workers)) <= threads


def test_the_same_bits_every_time() -> None:
    data = quarters(5 * BLOCK)
    network = Network(["dense 12", "relu", "dense 4"], (8, 8, 1))
    batch_gradient = BatchGradient(network, SoftmaxCrossEntropy(), Preparation.fit("unit", data.images), 2)
    batch_gradient(data.images, data.labels)
    first = network.gradients.copy()
    for _ in range(5):
        batch_gradient(data.images, data.labels)
        np.testing.assert_array_equal(network.gradients, first)
    batch_gradient.close()


def test_dropout_in_threads_follows_the_seed_and_no_two_threads_are_alike() -> None:
    data = quarters(4 * BLOCK)
    network = Network(["dropout 0.5", "dense 4"], (8, 8, 1), dtype=np.float64)
    preparation = Preparation.fit("unit", np.full((1, 8, 8), 255, np.uint8))
    batch_gradient = BatchGradient(network, SoftmaxCrossEntropy(), lambda some: preparation(some, np.float64), 2)
    gradients = []
    for entropy in ((7, 1), (7, 1), (7, 2)):
        batch_gradient.reseed(*entropy)
        batch_gradient(data.images, data.labels)
        gradients.append(network.gradients.copy())
    first, second = (replica.layers[0]._mask for replica in batch_gradient._replicas)  # type: ignore[attr-defined]
    batch_gradient.close()
    np.testing.assert_array_equal(gradients[0], gradients[1])
    assert not np.array_equal(gradients[0], gradients[2])
    assert not np.array_equal(first, second)


def test_a_dense_network_with_very_many_weights_is_shared_as_well() -> None:
    network = Network(["dense 5000", "relu", "dense 4"], (8, 8, 1))
    assert network.weight_count > MANY_WEIGHTS
    data = quarters(LARGE_BLOCK + 2)
    batch_gradient = BatchGradient(network, SoftmaxCrossEntropy(), Preparation.fit("unit", data.images), 2)
    batch_gradient(data.images, data.labels)
    assert len(batch_gradient._replicas) == 2
    batch_gradient.close()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_each_block_is_normalised_by_its_own_statistics_whatever_the_number_of_threads(threads: int) -> None:
    """Three equal blocks: gradients are the mean of the blocks', running averages follow the blocks' mean."""
    count = 3 * LARGE_BLOCK - 30  # not a multiple: three blocks of 54
    data = quarters(count)
    layers = ["conv 3 3x3", "batch_norm momentum=0.3", "relu", "pool 2", "dense 4"]
    network = Network(layers, (8, 8, 1), dtype=np.float64)
    preparation, loss = Preparation.fit("unit", data.images), SoftmaxCrossEntropy()
    gradients, states, values = [], [], []
    for rows in np.split(np.arange(count), 3):
        alone = network.replica()
        inputs = preparation(data.images[rows], np.float64)
        value, gradient = loss(alone.forward(inputs, training=True), data.labels[rows])
        alone.backward(gradient)
        gradients.append(alone.gradients.copy())
        states.append(alone.state.copy())
        values.append(value)
    assert not np.allclose(states[0], states[1])

    batch_gradient = BatchGradient(network, loss, lambda some: preparation(some, np.float64), threads)
    result = batch_gradient(data.images, data.labels)
    batch_gradient.close()
    assert result.loss == pytest.approx(np.mean(values), rel=1e-12)
    np.testing.assert_allclose(network.gradients, np.mean(gradients, axis=0), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(network.state, np.mean(states, axis=0), rtol=1e-12)


def test_a_batch_of_one_block_is_normalised_as_a_whole() -> None:
    data = quarters(BLOCK)
    network = Network(["dense 6", "batch_norm momentum=1", "relu", "dense 4"], (8, 8, 1), dtype=np.float64)
    preparation = Preparation.fit("unit", data.images)
    BatchGradient(network, SoftmaxCrossEntropy(), lambda some: preparation(some, np.float64), 2)(
        data.images, data.labels
    )
    before = network.trace(preparation(data.images, np.float64)).values[2]
    np.testing.assert_allclose(dict(network.named_state())["2.running_mean"], before.mean(axis=0))
