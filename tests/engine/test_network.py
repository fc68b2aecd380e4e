"""The network: forward and backward by hand, prediction, floating types, words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glassnet.engine import OPTIMIZERS, Dense, Network, Preparation, SoftmaxCrossEntropy
from glassnet.errors import RecipeError, ShapeError

from .conftest import EVERYTHING, problem, views_share_memory

close = np.testing.assert_allclose
equal = np.testing.assert_array_equal


# --- By hand --------------------------------------------------------------------------------------


def test_a_network_of_two_two_one_by_hand():
    network = Network(["dense 2", "relu", "dense 1"], (2,), dtype=np.float64)
    # the flat vector: both weight matrices (in, out) row by row, then both biases
    network.parameters[...] = [1, -1, 2, 1, 3, 2, 0.5, -1, 1]
    inputs = np.array([[1.0, 2.0], [-1.0, 1.0]])
    # first layer: z = x₁·[1, −1] + x₂·[2, 1] + [0.5, −1]
    #   [1 + 4 + 0.5, −1 + 2 − 1] = [5.5, 0];   [−1 + 2 + 0.5, 1 + 1 − 1] = [1.5, 1]
    # relu: [5.5, 0] and [1.5, 1];   second layer: 3·h₁ + 2·h₂ + 1 = 17.5 and 7.5
    close(network.forward(inputs, training=True), [[17.5], [7.5]])
    # the loss is first − 2 · second output: its gradient is [1], [−2]
    #   ∂/∂weight₂ = hᵀ g = [5.5 − 3, 0 − 2] = [2.5, −2];   ∂/∂bias₂ = −1
    #   ∂/∂h = g · [3, 2] = [3, 2], [−6, −4];   through the relu: [3, 0], [−6, −4]
    #   ∂/∂weight₁ = xᵀ · that = [[3 + 6, 4], [6 − 6, −4]];   ∂/∂bias₁ = [−3, −4]
    #   ∂/∂x = that · weight₁ᵀ = [3·1, 3·2] and [−6·1 + −4·−1, −6·2 + −4·1]
    input_gradient = network.backward(np.array([[1.0], [-2.0]]), input_gradient_needed=True)
    close(network.gradients, [9, 4, 0, -4, 2.5, -2, -3, -4, -1])
    close(input_gradient, [[3, 6], [-2, -16]])


# --- Forward and backward -------------------------------------------------------------------------


def test_flatten_is_put_between_a_picture_and_a_dense_layer():
    network = Network(["dense 3"], (4, 5, 1))
    assert network.notation() == ["flatten", "dense 3"]
    assert network.forward(np.zeros((2, 4, 5, 1), np.float32)).shape == (2, 3)
    assert Network(["flatten", "dense 3"], (4, 5, 1)).notation() == ["flatten", "dense 3"]


@pytest.mark.parametrize("shape", [(3, 4), (5,), (2, 5, 1), (0, 4)])
def test_inputs_of_another_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(ShapeError, match=r"the network reads inputs of shape \(N, 5\), got"):
        Network(["dense 3"], (5,)).forward(np.zeros(shape, np.float32))


def test_layers_that_do_not_exist_are_refused():
    with pytest.raises(RecipeError, match="there is no layer 'dens'"):
        Network(["dens 3"], (5,))
    with pytest.raises(RecipeError, match="there is no initialiser 'he'"):
        Network(["dense 3"], (5,), initializer="he")


def test_the_first_layer_is_asked_for_an_input_gradient_only_on_request():
    asked: list[tuple[str, bool]] = []

    class Watched(Dense):
        def backward(self, gradient: np.ndarray, input_gradient_needed: bool = True) -> np.ndarray | None:
            asked.append((self.notation(), input_gradient_needed))
            return super().backward(gradient, input_gradient_needed)

    network = Network(["flatten", Watched(4), "relu", Watched(3)], (5, 1, 1))
    inputs = np.ones((2, 5, 1, 1), np.float32)
    outputs = network.forward(inputs, training=True)
    assert network.backward(np.ones_like(outputs)) is None
    assert asked == [("dense 3", True), ("dense 4", False)]
    first = network.gradients.copy()
    network.forward(inputs, training=True)
    assert network.backward(np.ones_like(outputs), input_gradient_needed=True).shape == (2, 5, 1, 1)
    assert asked[2:] == [("dense 3", True), ("dense 4", True)]
    equal(network.gradients, first)


def test_a_network_without_anything_to_learn():
    network = Network(["flatten", "softmax"], (2, 2, 1), dtype=np.float64)
    outputs = network.forward(np.zeros((3, 2, 2, 1)), training=True)
    close(outputs, 0.25)
    assert network.parameter_count == 0
    assert network.backward(np.ones_like(outputs)) is None
    close(network.backward(np.ones_like(outputs), input_gradient_needed=True), 0)


# --- Prediction -----------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk_size", [1, 3, 12, 100])
def test_prediction_in_chunks_equals_one_pass(chunk_size: int):
    network, (inputs, _) = Network(EVERYTHING, (5,)), problem()
    predicted = network.predict(inputs, chunk_size=chunk_size)
    close(predicted, network.forward(inputs), rtol=1e-5, atol=1e-6)
    assert predicted.dtype == np.float32


def test_prediction_prepares_its_chunks():
    images = np.random.default_rng(0).integers(0, 256, (7, 3, 3), dtype=np.uint8)
    network, preparation = Network(["dense 4"], (3, 3, 1)), Preparation.fit("unit", images)
    expected = network.forward(preparation(images))
    close(network.predict(images, prepare=preparation, chunk_size=2), expected, rtol=1e-5, atol=1e-6)


def test_nothing_to_predict():
    assert Network(["dense 4"], (5,)).predict(np.zeros((0, 5), np.float32)).shape == (0, 4)


def test_many_threads_may_predict_while_nobody_trains():
    network = Network(EVERYTHING, (5,))
    batches = [np.random.default_rng(seed).normal(size=(64, 5)).astype(np.float32) for seed in range(8)]
    expected = [network.forward(batch) for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            for answer, wanted in zip(pool.map(network.forward, batches), expected, strict=True):
                equal(answer, wanted)


# --- Floating types -------------------------------------------------------------------------------


@pytest.mark.parametrize("word", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_training_step_widens_nothing(word: str, dtype: type):
    """A single float64 scalar in the wrong place makes everything after it several times slower."""
    layers = [
        "dense 8",
        "batch_norm",
        "gelu",
        "dropout 0.3",
        "dense 6",
        "leaky_relu",
        "dense 5",
        "sigmoid",
        "dense 3",
    ]
    images = np.random.default_rng(0).integers(0, 256, (10, 3, 3), dtype=np.uint8)
    labels = np.arange(10) % 3
    inputs = Preparation.fit("standard", images)(images, dtype)
    network, optimizer = Network(layers, (3, 3, 1), dtype=dtype), OPTIMIZERS[word]()
    loss = SoftmaxCrossEntropy(label_smoothing=0.1)
    for _ in range(2):
        logits = network.forward(inputs, training=True)
        _, gradient = loss(logits, labels)
        assert logits.dtype == gradient.dtype == dtype
        assert network.backward(gradient, input_gradient_needed=True).dtype == dtype
        optimizer.step(network.parameters, network.gradients, 0.01)
    arrays = [
        value
        for holder in (network, optimizer, *network.layers)
        for value in [*vars(holder).values(), *getattr(holder, "moments", {}).values()]
        if isinstance(value, np.ndarray)
    ]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}
    assert views_share_memory(network)


def test_inputs_of_another_type_are_refused_and_not_converted_in_silence():
    network = Network(["dense 3"], (5,))
    with pytest.raises(ShapeError, match="the network computes in float32, got inputs of float64") as caught:
        network.forward(np.zeros((1, 5)))
    assert caught.value.hint == "inputs.astype('float32'), or for pictures a Preparation"


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.complex64])
def test_a_network_is_made_of_floating_numbers(dtype: type):
    with pytest.raises(RecipeError, match="numbers must be of a floating type, not"):
        Network(["dense 3"], (5,), dtype=dtype)


# --- Words ----------------------------------------------------------------------------------------


def test_repr_and_summary():
    network = Network(["dense 128", "relu", "dense 10"], (28, 28, 1))
    assert repr(network) == (
        "<Network (28, 28, 1) → flatten → dense 128 → relu → dense 10: 101,770 parameters, float32>"
    )
    assert network.summary().splitlines() == [
        "   layer           output  parameters",
        "   input      28 × 28 × 1",
        "0  flatten            784",
        "1  dense 128          128     100,480",
        "2  relu               128",
        "3  dense 10            10       1,290",
        "                              101,770",
    ]


def test_a_slip_of_the_keyboard_is_refused_before_memory_is_taken():
    with pytest.raises(ShapeError, match="parameters, which take"):
        Network(["dense 1000000000000"], (784,))


@pytest.mark.parametrize("shape", [(0,), (-3,), (2.5,), (), (28, 0, 1)])
def test_impossible_input_shapes_are_refused(shape):
    with pytest.raises(ShapeError, match="whole numbers above 0"):
        Network(["dense 2"], shape)


def test_pictures_without_preparation_are_pointed_to_it():
    network = Network(["dense 2"], (4, 4, 1))
    with pytest.raises(ShapeError) as caught:
        network.predict(np.zeros((3, 4, 4), np.uint8))
    assert "prepare" in caught.value.hint
