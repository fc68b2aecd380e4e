"""Pooling: by hand, by its definition, by finite differences, by PyTorch, and what ties and borders do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.engine import (
    AveragePool2D,
    GlobalAveragePool2D,
    MaxPool2D,
    Network,
    SoftmaxCrossEntropy,
    check_gradients,
    parse_layer,
)
from glassnet.engine.layers import Layer
from glassnet.errors import RecipeError, ShapeError

close = np.testing.assert_allclose

PICTURE = np.array([[1.0, 2, 5, 3], [4, 3, 1, 0], [7, 7, -1, -2], [6, 7, -4, -3]]).reshape(1, 4, 4, 1)


def pooling(notation: str, input_shape: tuple[int, int, int]) -> Layer:
    layer = parse_layer(notation)
    layer.build(input_shape)
    return layer


def test_max_by_hand():
    layer = pooling("pool 2", (4, 4, 1))
    close(layer.forward(PICTURE, training=True)[0, :, :, 0], [[4, 5], [7, -1]])
    gradient = np.array([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1)
    # each goes to the pixel that was the largest; of the three sevens, to the first alone
    expected = [[0, 0, 2, 0], [1, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
    close(layer.backward(gradient)[0, :, :, 0], expected)


def test_average_by_hand():
    layer = pooling("average_pool 2", (4, 4, 1))
    close(layer.forward(PICTURE, training=True)[0, :, :, 0], [[2.5, 2.25], [6.75, -2.5]])
    gradient = np.array([[4.0, 8], [12, 16]]).reshape(1, 2, 2, 1)
    expected = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    close(layer.backward(gradient)[0, :, :, 0], expected)


def test_global_average_by_hand():
    layer = pooling("global_average_pool", (4, 4, 2))
    pictures = np.concatenate([PICTURE, 2 * PICTURE], axis=3)
    close(layer.forward(pictures, training=True), [[36 / 16, 72 / 16]])
    sent = layer.backward(np.array([[16.0, 32.0]]))
    close(sent[..., 0], 1)
    close(sent[..., 1], 2)


up_to_three = st.integers(1, 3)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 4), up_to_three, up_to_three, up_to_three, up_to_three, st.integers(0, 999))
def test_every_square_by_its_definition(size: int, high: int, wide: int, channels: int, count: int, seed: int):
    """Small whole numbers, so that ties are everywhere."""
    shape = (count, high * size, wide * size, channels)
    random = np.random.default_rng(seed)
    pictures = random.integers(0, 3, shape).astype(float)
    squares = pictures.reshape(count, high, size, wide, size, channels)
    largest, mean = pooling(f"pool {size}", shape[1:]), pooling(f"average_pool {size}", shape[1:])
    close(largest.forward(pictures, training=True), squares.max(axis=(2, 4)))
    close(mean.forward(pictures, training=True), squares.mean(axis=(2, 4)))

    gradient = random.normal(size=(count, high, wide, channels))
    sent = largest.backward(gradient.copy())
    in_squares = sent.reshape(squares.shape)
    close(in_squares.sum(axis=(2, 4)), gradient)  # all of it arrives,
    assert (np.count_nonzero(in_squares, axis=(2, 4)) == 1).all()  # at one pixel,
    close(
        (sent * pictures).reshape(squares.shape).sum(axis=(2, 4)), gradient * squares.max(axis=(2, 4))
    )  # the largest
    shares = mean.backward(gradient.copy()).reshape(squares.shape)
    close(shares, np.broadcast_to(gradient[:, :, None, :, None] / size**2, shares.shape))


@pytest.mark.parametrize("word", ["pool 2", "pool 3", "average_pool 3", "global_average_pool"])
def test_gradients_agree_with_finite_differences(word: str):
    network = Network(["conv 3 1x1", word, "dense 3"], (6, 12, 2), seed=1)
    inputs = np.random.default_rng(0).normal(size=(3, 6, 12, 2))
    results = check_gradients(network, SoftmaxCrossEntropy(), inputs, np.array([1, 0, 2]))
    assert [result.name for result in results if not result.passed] == []


def test_the_numbers_are_those_of_pytorch():
    # torch 2.13, float64: x = sin(7 * arange(32)) as (1, 4, 4, 2), permuted to channels first; max_pool2d(x, 2)
    # and avg_pool2d(x, 2); loss (y * cos(arange(8)).reshape(1, 2, 2, 2)).sum()
    pictures = np.sin(7 * np.arange(32.0)).reshape(1, 4, 4, 2)
    gradient = np.cos(np.arange(8.0)).reshape(1, 2, 2, 2)
    largest, mean = pooling("pool 2", (4, 4, 2)), pooling("average_pool 2", (4, 4, 2))
    of_largest = [
        *(0.990607356, 0.999520159, 0.733190320, 0.105987512),
        *(0.329990826, 0.868965756, 0.980239659, 0.933309700),
    ]
    of_mean = [
        *(0.310736759, 0.665129524, -0.121451828, -0.561620774),
        *(-0.441989783, 0.044936253, 0.581391974, 0.152966082),
    ]
    close(largest.forward(pictures, training=True).ravel(), of_largest, atol=1e-9)
    close(mean.forward(pictures, training=True).ravel(), of_mean, atol=1e-9)
    sent = np.zeros((16, 2))  # 16 pixels, two channels
    sent[[1, 6, 9, 10], 0] = 1.000000000, -0.416146837, -0.653643621, 0.960170287
    sent[[5, 6, 9, 14], 1] = 0.540302306, -0.989992497, 0.283662185, 0.753902254
    close(largest.backward(gradient.copy()).reshape(16, 2), sent, atol=1e-9)
    shares = [
        [[0.250000000, 0.135075576], [-0.104036709, -0.247498124]],
        [[-0.163410905, 0.070915546], [0.240042572, 0.188475564]],
    ]
    expected = np.repeat(np.repeat(shares, 2, axis=0), 2, axis=1)
    close(mean.backward(gradient.copy())[0], expected, atol=1e-9)


@pytest.mark.parametrize("size", [2, 3])
def test_agrees_with_pytorch(size: int):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    pictures = np.random.default_rng(1).normal(size=(5, 12, 6, 3))
    gradient = np.random.default_rng(2).normal(size=(5, 12 // size, 6 // size, 3))
    functional = torch.nn.functional
    for word, peer in (("pool", functional.max_pool2d), ("average_pool", functional.avg_pool2d)):
        layer = pooling(f"{word} {size}", (12, 6, 3))
        theirs = torch.tensor(pictures.transpose(0, 3, 1, 2).copy(), requires_grad=True)
        outputs = peer(theirs, size)
        outputs.backward(torch.tensor(gradient.transpose(0, 3, 1, 2).copy()))
        close(layer.forward(pictures, training=True), outputs.detach().numpy().transpose(0, 2, 3, 1))
        close(layer.backward(gradient.copy()), theirs.grad.numpy().transpose(0, 2, 3, 1))


def test_max_pooling_and_relu_may_change_places():
    """So a recipe puts the pool first: ReLU then has a quarter of the work."""
    pictures = np.random.default_rng(1).normal(size=(3, 6, 6, 2)).astype(np.float32)
    one, other = Network(["pool 2", "relu"], (6, 6, 2)), Network(["relu", "pool 2"], (6, 6, 2))
    np.testing.assert_array_equal(one.forward(pictures), other.forward(pictures))


@pytest.mark.parametrize("word", ["pool 2", "average_pool 2", "global_average_pool"])
def test_prediction_remembers_nothing_and_float32_stays(word: str):
    layer = pooling(word, (4, 6, 3))
    before = dict(vars(layer))
    pictures = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype(np.float32)
    outputs = layer.forward(pictures)
    assert vars(layer) == before
    trained = layer.forward(pictures, training=True)
    np.testing.assert_array_equal(trained, outputs)
    sent = layer.backward(np.ones_like(outputs))
    assert outputs.dtype == sent.dtype == np.float32
    assert sent.flags.writeable  # the layer before may work in place
    assert sent.shape == pictures.shape
    assert sent.flags.c_contiguous  # as the layer before wants it
    assert outputs.flags.c_contiguous


@pytest.mark.parametrize(
    ("layer", "notation"),
    [
        (MaxPool2D(2), "pool 2"),
        (AveragePool2D(4), "average_pool 4"),
        (GlobalAveragePool2D(), "global_average_pool"),
    ],
)
def test_notation(layer: Layer, notation: str):
    assert layer.notation() == notation
    assert type(parse_layer(notation)) is type(layer)


@pytest.mark.parametrize("word", ["pool", "average_pool"])
@pytest.mark.parametrize("size", ["0", "-2", "1.5", "2x2", "big"])
def test_a_size_that_is_none_is_refused(word: str, size: str):
    with pytest.raises(RecipeError, match=f"layer '{word} {size}': the size must be a whole number above 0"):
        parse_layer(f"{word} {size}")


@pytest.mark.parametrize("word", ["pool", "average_pool"])
def test_squares_that_do_not_tile_the_picture_are_refused_by_name(word: str):
    with pytest.raises(ShapeError) as caught:
        Network(["conv 8 5x5", f"{word} 5"], (28, 29, 1))
    assert str(caught.value) == f"layer '{word} 5' cannot tile pictures of 24 x 25 with squares of 5 x 5"
    assert "padding" in (caught.value.hint or "")


@pytest.mark.parametrize("word", ["pool 2", "average_pool 2", "global_average_pool"])
def test_vectors_are_refused_by_name(word: str):
    with pytest.raises(ShapeError, match=f"layer '{word}' works on pictures"):
        Network(["dense 10", word], (28, 28, 1))
