"""Dense, Flatten and Dropout: the arithmetic by hand, and the contract that every layer keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engine import Dense, Dropout, Flatten, Network
from glassnet.errors import GlassnetError, RecipeError, ShapeError

close = np.testing.assert_allclose

CHAINS = {
    "dense": ["dense 5", "dense 3"],
    "dense without bias": ["dense 5 use_bias=false", "tanh", "dense 3 use_bias=false"],
    "relu": ["dense 5", "relu", "dense 3"],
    "leaky_relu": ["dense 5", "leaky_relu slope=0.2", "dense 3"],
    "sigmoid": ["dense 5", "sigmoid", "dense 3"],
    "tanh": ["dense 5", "tanh", "dense 3"],
    "gelu": ["dense 5", "gelu", "dense 3"],
    "softmax": ["dense 5", "softmax"],
    "dropout": ["dense 5", "dropout 0.4", "dense 3"],
    "batch_norm": ["dense 5", "batch_norm", "dense 3"],
    "flatten": ["flatten", "dense 3"],
}
"""A small network around each layer, for what every layer must keep."""

every_layer = pytest.mark.parametrize("word", CHAINS)


def dense(weight: list[list[float]], bias: list[float]) -> Dense:
    """The dense layer of a network, float64, with these weights."""
    network = Network([f"dense {len(bias)}"], (len(weight),), dtype=np.float64)
    _ = network.gradients
    layer = network.layers[0]
    assert isinstance(layer, Dense)
    layer.weight[...] = weight
    layer.bias[...] = bias
    return layer


# --- Dense ----------------------------------------------------------------------------------------


def test_dense_by_hand():
    layer = dense([[1, 2, 3], [4, 5, 6]], [10, 20, 30])
    inputs = np.array([[1.0, 2.0], [0.0, -1.0]])
    # first sample: 1·1 + 2·4 + 10 = 19, 1·2 + 2·5 + 20 = 32, 1·3 + 2·6 + 30 = 45; second: bias − second row
    close(layer.forward(inputs, training=True), [[19, 32, 45], [6, 15, 24]])
    gradient = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    # ∂L/∂inputs = gradient @ weightᵀ: [1 − 3, 4 − 6] and [2 + 2, 8 + 5]
    close(layer.backward(gradient), [[-2, -2], [4, 13]])
    # ∂L/∂weight = inputsᵀ @ gradient: row 0 is 1·first + 0·second, row 1 is 2·first − 1·second
    close(layer.weight_gradient, [[1, 0, -1], [0, -1, -2]])
    close(layer.bias_gradient, [3, 1, -1])


def test_backward_overwrites_and_does_not_add_up():
    layer = dense([[1], [2]], [0])
    for _ in range(2):
        layer.forward(np.array([[3.0, 4.0]]), training=True)
        layer.backward(np.array([[1.0]]))
        close(layer.weight_gradient, [[3], [4]])
        close(layer.bias_gradient, [1])


def test_the_input_gradient_is_left_out_where_nobody_needs_it():
    layer = dense([[1], [2]], [0])
    layer.forward(np.ones((1, 2)), training=True)
    assert layer.backward(np.ones((1, 1)), input_gradient_needed=False) is None
    close(layer.weight_gradient, 1)


@pytest.mark.parametrize("units", [0, -1, 1.5, "many"])
def test_a_number_of_units_that_is_none_is_refused(units: object):
    with pytest.raises(RecipeError, match=f"layer 'dense {units}': the number of units must be a whole number"):
        Dense(units)  # type: ignore[arg-type]


def test_dense_on_a_picture_says_to_flatten_first():
    with pytest.raises(ShapeError, match="works on vectors, but gets inputs of shape") as caught:
        Dense(3).build((28, 28, 1))
    assert caught.value.hint == "put 'flatten' before it"


# --- Flatten --------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(0, 4))
def test_flatten_reads_row_by_row_and_backward_restores(shape: list[int], count: int):
    layer = Flatten()
    inputs = np.random.default_rng(0).random((count, *shape))
    assert layer.build(tuple(shape)) == (int(np.prod(shape)),)
    if count:
        rows = layer.forward(inputs, training=True)
        assert rows.shape == (count, *layer.output_shape)
        np.testing.assert_array_equal(rows[0], inputs[0].ravel())
        np.testing.assert_array_equal(layer.backward(rows), inputs)


# --- Dropout --------------------------------------------------------------------------------------


def test_dropout_silences_the_share_it_says_and_scales_up_the_rest():
    layer = Dropout(0.2)
    outputs = layer.forward(np.ones((1000, 100), np.float32), training=True)
    assert set(np.unique(outputs)) == {np.float32(0), np.float32(1.25)}  # 1 / (1 − 0.2)
    # n = 100,000 draws: standard deviation of the share √(0.2 · 0.8 / n) = 0.0013, so 0.006 is more than four
    assert np.mean(outputs == 0) == pytest.approx(0.2, abs=0.006)


def test_dropout_sends_the_gradient_back_through_the_same_mask():
    layer = Dropout(0.5)
    outputs = layer.forward(np.ones((20, 20)), training=True)
    np.testing.assert_array_equal(layer.backward(np.ones((20, 20))), outputs)


def test_dropout_draws_another_mask_every_time():
    layer = Dropout(0.5)
    first, second = (layer.forward(np.ones((20, 20)), training=True) for _ in range(2))
    assert (first != second).any()


def test_dropout_does_nothing_in_prediction_or_when_frozen():
    layer, inputs = Dropout(0.9), np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(layer.forward(inputs), inputs)
    layer.frozen = True
    np.testing.assert_array_equal(layer.forward(inputs, training=True), inputs)
    np.testing.assert_array_equal(layer.backward(np.ones((2, 3))), 1)


def test_dropout_at_rate_zero_keeps_everything():
    inputs = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(Dropout(0).forward(inputs, training=True), inputs)


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan"), "half"])
def test_a_rate_outside_its_range_is_refused(rate: object):
    with pytest.raises(RecipeError, match="the rate must be a number from 0 up to, but not including, 1"):
        Dropout(rate)  # type: ignore[arg-type]


# --- What every layer keeps -----------------------------------------------------------------------


def chain(word: str, dtype: type = np.float32) -> tuple[Network, np.ndarray]:
    """A network around the layer, and inputs for it."""
    network = Network(CHAINS[word], (2, 2, 1) if word == "flatten" else (4,), dtype=dtype, seed=3)
    inputs = np.random.default_rng(4).normal(size=(6, *network.input_shape)).astype(dtype)
    return network, inputs


@every_layer
def test_prediction_changes_nothing_on_the_layers(word: str):
    network, inputs = chain(word)
    network.forward(inputs, training=True)  # so that there is something to be changed
    before = [{name: (id(value), repr(value)) for name, value in vars(layer).items()} for layer in network.layers]
    parameters, state = network.parameters.copy(), network.state.copy()
    network.forward(inputs)
    network.forward(inputs[:2])
    after = [{name: (id(value), repr(value)) for name, value in vars(layer).items()} for layer in network.layers]
    assert after == before
    np.testing.assert_array_equal(network.parameters, parameters)
    np.testing.assert_array_equal(network.state, state)


@every_layer
def test_each_sample_gets_its_own_answer(word: str):
    """In prediction a sample's outputs do not depend on its company in the batch."""
    network, inputs = chain(word, np.float64)
    together = network.forward(inputs)
    alone = np.concatenate([network.forward(inputs[row : row + 1]) for row in range(len(inputs))])
    close(together, alone, rtol=1e-12)


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_floating_type_stays(word: str, dtype: type):
    network, inputs = chain(word, dtype)
    outputs = network.forward(inputs, training=True)
    assert outputs.dtype == dtype
    assert network.backward(np.ones_like(outputs), input_gradient_needed=True).dtype == dtype
    arrays = [value for layer in network.layers for value in vars(layer).values() if isinstance(value, np.ndarray)]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


@every_layer
def test_training_does_not_touch_the_inputs(word: str):
    network, inputs = chain(word)
    before = inputs.copy()
    outputs = network.forward(inputs, training=True)
    network.backward(np.ones_like(outputs), input_gradient_needed=True)
    np.testing.assert_array_equal(inputs, before)


@every_layer
def test_shapes_are_what_the_layers_promise(word: str):
    network, inputs = chain(word)
    values = inputs
    for layer in network.layers:
        assert values.shape[1:] == layer.input_shape
        values = layer.forward(values)
        assert values.shape == (len(inputs), *layer.output_shape)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 6), st.integers(1, 5))
def test_any_stack_of_dense_layers_fits_together(sizes: list[int], width: int, count: int):
    network = Network([f"dense {size}" for size in sizes], (width,))
    outputs = network.forward(np.ones((count, width), np.float32), training=True)
    assert outputs.shape == (count, sizes[-1])
    assert network.backward(outputs, input_gradient_needed=True).shape == (count, width)
    fans = list(zip([width, *sizes], sizes, strict=False))
    assert network.parameter_count == sum(fan_in * size + size for fan_in, size in fans)
    assert network.weight_count == sum(fan_in * size for fan_in, size in fans)


def test_every_refusal_is_one_of_our_errors():
    with pytest.raises(GlassnetError):
        Dense(0)
    with pytest.raises(
        ValueError, match="works on vectors"
    ):  # a ShapeError is a ValueError for other people's code
        Dense(2).build((2, 2))


def test_dense_without_bias_is_one_product():
    network = Network(["dense 4 use_bias=false"], (3,), dtype=np.float64)
    assert network.notation() == ["dense 4 use_bias=false"]
    assert network.parameter_count == network.weight_count == 12
    inputs = np.array([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(network.forward(inputs), inputs @ network.layers[0].weight)
    for wrong in ("dense 4 use_bias=1", "dense true"):
        with pytest.raises(RecipeError, match="must be"):
            Network([wrong], (3,))
