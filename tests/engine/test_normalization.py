"""Batch normalisation: by hand, against PyTorch's numbers, and against PyTorch over several steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engine import BatchNorm, Network
from glassnet.errors import RecipeError

close = np.testing.assert_allclose


def batch_norm(features: int, notation: str = "batch_norm", dtype: type = np.float64) -> BatchNorm:
    """The layer, bound to a network's vectors."""
    network = Network([notation], (features,), dtype=dtype)
    _ = network.gradients
    layer = network.layers[0]
    assert isinstance(layer, BatchNorm)
    return layer


def test_starts_as_the_identity_up_to_the_statistics():
    layer = batch_norm(2)
    close(layer.gamma, 1)
    close(layer.beta, 0)
    close(layer.running_mean, 0)
    close(layer.running_variance, 1)


def test_by_hand():
    layer = batch_norm(1, "batch_norm epsilon=1.25")
    layer.gamma[...], layer.beta[...] = 2, 10
    inputs = np.array([[1.0], [2.0], [3.0], [4.0]])
    # mean 5/2, variance (9 + 1 + 1 + 9)/4/4 = 5/4, root of (5/4 + 5/4) = √2.5, so x̂ = [−3, −1, 1, 3] / √10
    root = np.sqrt(10)
    close(layer.forward(inputs, training=True).ravel(), 10 + 2 * np.array([-3, -1, 1, 3]) / root)
    # running ← running + 0.1 · (batch − running), the variance as 5/4 · 4/3 = 5/3
    close(layer.running_mean, 0.25)
    close(layer.running_variance, 1 + 0.1 * (5 / 3 - 1))
    # g = [1, 0, 0, 0]: mean(g) = 1/4, mean(g·x̂) = −3/(4√10); factor gamma/√2.5 = 4/√10
    #   first: 1 − 1/4 − 9/40 = 21/40; others: −1/4 − x̂·mean(g·x̂) = −1/4 + [−3, 3, 9]/40 = [−13, −7, −1]/40
    gradient = layer.backward(np.array([[1.0], [0.0], [0.0], [0.0]]))
    close(gradient.ravel(), 4 / root * np.array([21, -13, -7, -1]) / 40)
    close(layer.gamma_gradient, -3 / root)
    close(layer.beta_gradient, 1)


def test_what_comes_out_is_centred_and_of_unit_size():
    layer = batch_norm(5)
    outputs = layer.forward(np.random.default_rng(0).normal(3, 7, (400, 5)), training=True)
    close(outputs.mean(axis=0), 0, atol=1e-12)
    close(outputs.std(axis=0), 1, rtol=1e-6)


def test_three_steps_are_those_of_pytorch():
    # torch 2.13, float64: BatchNorm1d(3) with weight [1, 2, -1] and bias [0, 1, .5]; at steps t = 0, 1, 2 the
    # input is sin(arange(12) + 12 t).reshape(4, 3) * (t + 1), the loss (y * cos(arange(12)).reshape(4, 3)).sum()
    layer = batch_norm(3)
    layer.gamma[...], layer.beta[...] = [1, 2, -1], [0, 1, 0.5]
    for step in range(3):
        inputs = np.sin(np.arange(12) + 12 * step).reshape(4, 3) * (step + 1)
        outputs = layer.forward(inputs, training=True)
        gradient = layer.backward(np.cos(np.arange(12)).reshape(4, 3))
    expected_outputs = [
        [-0.9566044784, -0.1031915146, -0.6557160939],
        [0.9768099497, 2.1407776358, 1.6755928452],
        [-1.0422222228, -1.6150163646, -0.3105919694],
        [1.0220167515, 3.5774302433, 1.2907152181],
    ]
    expected_gradient = [
        [0.0218687355, 0.3939260385, 0.04215195],
        [-0.0218827567, -0.3961937267, -0.0419581805],
        [-0.0204816868, -0.169594933, -0.0613206055],
        [0.020495708, 0.1718626212, 0.061126836],
    ]
    close(outputs, expected_outputs, atol=1e-9)
    close(gradient, expected_gradient, atol=1e-9)
    close(layer.gamma_gradient, [-3.8555402, -2.7379170057, -0.9358594578], atol=1e-9)
    close(layer.beta_gradient, [0.0590475282, -0.1985105897, -0.2735589869], atol=1e-9)
    close(layer.running_mean, [0.019218, 0.0360700519, 0.0197594645], atol=1e-9)
    close(layer.running_variance, [2.0844363436, 0.9695725446, 1.6929896594], atol=1e-9)


@pytest.mark.parametrize("shape", [(16, 5), (4, 3, 2, 5)], ids=["vectors", "pictures"])
def test_agrees_with_pytorch_over_several_steps(shape: tuple[int, ...]):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    network = Network(["batch_norm momentum=0.3 epsilon=0.001"], shape[1:], dtype=np.float64)
    layer = network.layers[0]
    assert isinstance(layer, BatchNorm)
    kind = torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    peer = kind(5, momentum=0.3, eps=0.001, dtype=torch.float64)

    def channels_first(array: np.ndarray) -> object:
        return torch.tensor(np.moveaxis(array, -1, 1).copy())

    random = np.random.default_rng(2)
    layer.gamma[...], layer.beta[...] = random.normal(size=(2, 5))
    with torch.no_grad():
        peer.weight.copy_(torch.tensor(layer.gamma))
        peer.bias.copy_(torch.tensor(layer.beta))
    for _ in range(5):
        inputs, gradient = random.normal(2, 3, (2, *shape))
        theirs = channels_first(inputs).requires_grad_()
        outputs = peer(theirs)
        peer.zero_grad()
        outputs.backward(channels_first(gradient))
        close(network.forward(inputs, training=True), np.moveaxis(outputs.detach().numpy(), 1, -1), atol=1e-12)
        ours = network.backward(gradient, input_gradient_needed=True)
        close(ours, np.moveaxis(theirs.grad.numpy(), 1, -1), atol=1e-12)
        close(layer.gamma_gradient, peer.weight.grad.numpy(), atol=1e-12)
        close(layer.beta_gradient, peer.bias.grad.numpy(), atol=1e-12)
    close(layer.running_mean, peer.running_mean.numpy())
    close(layer.running_variance, peer.running_var.numpy())
    peer.eval()
    expected = peer(channels_first(inputs)).detach().numpy()
    close(network.forward(inputs), np.moveaxis(expected, 1, -1), atol=1e-12)


def test_prediction_uses_the_running_statistics():
    layer = batch_norm(1, "batch_norm epsilon=1.0")
    layer.running_mean[...], layer.running_variance[...] = 5, 3
    close(layer.forward(np.array([[9.0], [5.0]])), [[2], [0]])  # (9 − 5) / √(3 + 1)


def test_running_statistics_come_to_those_of_the_data():
    layer = batch_norm(1)
    random = np.random.default_rng(0)
    for _ in range(300):
        layer.forward(random.normal(4, 2, (64, 1)), training=True)
    # an average over about 1/0.1 batches of 64: standard deviation of the mean near 2 / √(19 · 64) = 0.06
    assert layer.running_mean[0] == pytest.approx(4, abs=0.25)
    assert layer.running_variance[0] == pytest.approx(4, abs=0.8)


def test_frozen_is_prediction_that_remembers():
    layer = batch_norm(3)
    random = np.random.default_rng(1)
    layer.forward(random.normal(2, 3, (20, 3)), training=True)
    mean, variance = layer.running_mean.copy(), layer.running_variance.copy()
    layer.frozen = True
    inputs = random.normal(size=(4, 3))
    np.testing.assert_array_equal(layer.forward(inputs, training=True), layer.forward(inputs))
    np.testing.assert_array_equal(layer.running_mean, mean)
    np.testing.assert_array_equal(layer.running_variance, variance)
    # with the statistics fixed, the layer is a straight line: the slope is gamma / √(variance + ε)
    close(layer.backward(np.ones((4, 3))), np.tile(1 / np.sqrt(variance + 1e-5), (4, 1)))


def test_a_batch_of_one_is_all_mean_and_learns_only_beta():
    layer = batch_norm(2)
    layer.beta[...] = 7
    close(layer.forward(np.array([[3.0, -3.0]]), training=True), 7)
    close(layer.backward(np.ones((1, 2))), 0)
    close(layer.gamma_gradient, 0)
    close(layer.beta_gradient, 1)
    assert np.isfinite(layer.running_variance).all()


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
def test_every_pixel_of_a_picture_counts_as_a_sample(count: int, height: int, width: int, channels: int):
    pictures = np.random.default_rng(0).normal(size=(count, height, width, channels))
    of_pictures = Network(["batch_norm"], pictures.shape[1:], dtype=np.float64)
    of_vectors = Network(["batch_norm"], (channels,), dtype=np.float64)
    rows = pictures.reshape(-1, channels)
    outputs = of_pictures.forward(pictures, training=True)
    close(outputs.reshape(-1, channels), of_vectors.forward(rows, training=True), atol=1e-9)
    gradient = of_pictures.backward(np.sin(pictures), input_gradient_needed=True)
    expected = of_vectors.backward(np.sin(rows), input_gradient_needed=True)
    close(gradient.reshape(-1, channels), expected, atol=1e-9)
    close(of_pictures.gradients, of_vectors.gradients, atol=1e-9)


def test_a_first_layer_leaves_out_the_input_gradient():
    layer = batch_norm(2)
    layer.forward(np.random.default_rng(0).normal(size=(5, 2)), training=True)
    assert layer.backward(np.ones((5, 2)), input_gradient_needed=False) is None
    close(layer.beta_gradient, 5)


def test_an_epsilon_from_numpy_does_not_widen_the_network():
    network = Network([BatchNorm(epsilon=np.float64(1e-3))], (2,))
    assert network.forward(np.ones((3, 2), np.float32), training=True).dtype == np.float32


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"momentum": 0}, "momentum must be a number above 0 and at most 1"),
        ({"momentum": 1.1}, "momentum must be a number above 0 and at most 1"),
        ({"momentum": "slow"}, "momentum must be a number above 0 and at most 1"),
        ({"epsilon": 0}, "epsilon must be a number above 0"),
        ({"epsilon": float("nan")}, "epsilon must be a number above 0"),
    ],
)
def test_settings_outside_their_range_are_refused(settings: dict[str, float], complaint: str):
    with pytest.raises(RecipeError, match=complaint):
        BatchNorm(**settings)
