"""Activations: values and slopes by hand, against PyTorch's numbers, and against PyTorch itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.engine import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh, sigmoid, softmax
from glassnet.engine.layers import Layer
from glassnet.errors import RecipeError

close = np.testing.assert_allclose

LAYERS = [ReLU(), LeakyReLU(0.1), Sigmoid(), Tanh(), GELU(), Softmax()]
by_word = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.word)

# torch 2.13, float64: z = [-3, -1, -.5, .5, 1, 3], y = f(z), (y * [1, 2, 3, 4, 5, 6]).sum().backward(); y, z.grad.
# GELU with approximate="tanh", leaky_relu with negative_slope=0.1.
FROM_PYTORCH = {
    "relu": ([0, 0, 0, 0.5, 1, 3], [0, 0, 0, 4, 5, 6]),
    "leaky_relu": ([-0.3, -0.1, -0.05, 0.5, 1, 3], [0.1, 0.2, 0.3, 4, 5, 6]),
    "sigmoid": (
        [0.0474258732, 0.2689414214, 0.3775406688, 0.6224593312, 0.7310585786, 0.9525741268],
        [0.0451766597, 0.3932238665, 0.7050111366, 0.9400148488, 0.9830596662, 0.2710599584],
    ),
    "tanh": (
        [-0.9950547537, -0.761594156, -0.4621171573, 0.4621171573, 0.761594156, 0.9950547537],
        [0.0098660372, 0.8399486832, 2.3593431989, 3.1457909319, 2.0998717081, 0.059196223],
    ),
    "gelu": (
        [-0.0036373921, -0.1588080094, -0.1542859902, 0.3457140098, 0.8411919906, 2.9963626079],
        [-0.0115841666, -0.1659281677, 0.3978902894, 3.4694796141, 5.4148204192, 6.0695049998],
    ),
    "softmax": (
        [0.0019542168, 0.0144398177, 0.0238072346, 0.0647147733, 0.1066966232, 0.7883873344],
        [-0.0090380999, -0.0523432096, -0.0624921285, -0.105156444, -0.0666770428, 0.2957069248],
    ),
}


@by_word
def test_values_and_slopes_are_those_of_pytorch(layer: Layer):
    z = np.array([[-3, -1, -0.5, 0.5, 1, 3]])
    outputs, gradient = FROM_PYTORCH[layer.word]
    close(layer.forward(z, training=True), [outputs], atol=1e-10)
    close(layer.backward(np.arange(1.0, 7.0)[None]), [gradient], atol=1e-10)


def test_sigmoid_by_hand():
    # σ(ln 3) = 1 / (1 + 1/3) = 3/4, with slope 3/4 · 1/4 = 3/16; σ(0) = 1/2, with slope 1/4
    layer = Sigmoid()
    close(layer.forward(np.array([[math.log(3), 0]]), training=True), [[3 / 4, 1 / 2]])
    close(layer.backward(np.ones((1, 2))), [[3 / 16, 1 / 4]])


def test_tanh_by_hand():
    # tanh(ln 2) = (2 − 1/2) / (2 + 1/2) = 3/5, with slope 1 − 9/25 = 16/25
    layer = Tanh()
    close(layer.forward(np.array([[math.log(2)]]), training=True), [[3 / 5]])
    close(layer.backward(np.full((1, 1), 2.0)), [[32 / 25]])


def test_softmax_by_hand():
    # e^[0, ln 2, ln 5] = [1, 2, 5], which add up to 8. For g = [8, 0, 0], Σ g·f = 1, so f·(g − 1):
    layer = Softmax()
    close(layer.forward(np.log([[1.0, 2.0, 5.0]]), training=True), [[1 / 8, 2 / 8, 5 / 8]])
    close(layer.backward(np.array([[8.0, 0.0, 0.0]])), [[7 / 8, -2 / 8, -5 / 8]])


def test_at_the_corner_relu_stops_and_leaky_relu_leaks():
    zero = np.zeros((1, 1))
    for layer, slope in ((ReLU(), 0), (LeakyReLU(0.1), 0.1)):
        layer.forward(zero, training=True)
        assert layer.backward(np.ones((1, 1))) == slope


@pytest.mark.parametrize("slope", [-0.1, 1, 2, math.nan, "steep"])
def test_a_slope_outside_its_range_is_refused(slope: object):
    with pytest.raises(RecipeError, match="slope must be a number from 0 up to, but not including, 1"):
        LeakyReLU(slope)  # type: ignore[arg-type]


@by_word
def test_no_overflow_however_large_the_input(layer: Layer):
    huge = np.array([[-1e4, 1e4, 0]], np.float32)
    assert np.isfinite(layer.forward(huge, training=True)).all()
    assert np.isfinite(layer.backward(np.ones_like(huge))).all()


@by_word
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_floating_type_stays(layer: Layer, dtype: type):
    z = np.linspace(-2, 2, 12, dtype=dtype).reshape(3, 4)
    assert layer.forward(z, training=True).dtype == dtype
    assert layer.backward(np.ones_like(z)).dtype == dtype


def test_a_slope_from_numpy_does_not_widen_the_network():
    layer = LeakyReLU(np.float64(0.1))
    assert layer.forward(np.ones((1, 1), np.float32)).dtype == np.float32
    assert layer.notation() == "leaky_relu slope=0.1"


@by_word
def test_inputs_are_left_alone(layer: Layer):
    z = np.linspace(-2, 2, 12).reshape(3, 4)
    before = z.copy()
    layer.forward(z, training=True)
    layer.backward(np.ones_like(z))
    np.testing.assert_array_equal(z, before)


def test_functions_keep_their_input_and_agree_with_the_layers():
    z = np.linspace(-4, 4, 15).reshape(5, 3)
    before = z.copy()
    np.testing.assert_array_equal(sigmoid(z), Sigmoid().forward(z))
    np.testing.assert_array_equal(softmax(z), Softmax().forward(z))
    np.testing.assert_array_equal(z, before)
    close(softmax(z).sum(axis=1), 1)
    close(softmax(z + 1000), softmax(z))


@by_word
def test_agrees_with_pytorch(layer: Layer):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    peers = {
        "relu": torch.nn.functional.relu,
        "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.1),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
        "softmax": lambda z: torch.softmax(z, dim=-1),
    }
    random = np.random.default_rng(1)
    z, gradient = random.normal(0, 3, (2, 50, 7))
    theirs = torch.tensor(z, requires_grad=True)
    outputs = peers[layer.word](theirs)
    outputs.backward(torch.tensor(gradient))
    close(layer.forward(z, training=True), outputs.detach().numpy(), atol=1e-12)
    close(layer.backward(gradient), theirs.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 5), (100, 60), (10, 28, 28, 2), (0, 9000)])
def test_relu_is_the_same_for_few_numbers_and_for_many(shape: tuple[int, ...]):
    inputs = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    outputs = ReLU().forward(inputs)
    np.testing.assert_array_equal(outputs, np.maximum(inputs, 0))
    assert outputs.dtype == np.float32
    assert not np.shares_memory(outputs, inputs)
