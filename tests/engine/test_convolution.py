"""Convolution: by hand, by its definition, by finite differences, by PyTorch, and the contract of a layer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.engine import (
    Conv2D,
    Nesterov,
    Network,
    SoftmaxCrossEntropy,
    check_gradients,
    parse_layer,
)
from glassnet.errors import RecipeError, ShapeError

close = np.testing.assert_allclose
equal = np.testing.assert_array_equal


def convolution(notation: str, input_shape: tuple[int, int, int], dtype: type = np.float64) -> Conv2D:
    """The layer, bound to a network's vectors, with weights and biases that are anything but round."""
    network = Network([notation], input_shape, dtype=dtype)
    _ = network.gradients
    layer = network.layers[0]
    assert isinstance(layer, Conv2D)
    layer.weight[...] = np.cos(np.arange(layer.weight.size)).reshape(layer.weight.shape)
    layer.bias[...] = np.linspace(0.5, -1, layer.filters)
    return layer


def waves(*shape: int) -> np.ndarray:
    return np.sin(np.arange(np.prod(shape), dtype=float)).reshape(shape)


def by_definition(layer: Conv2D, inputs: np.ndarray) -> np.ndarray:
    """The sum of the docstring, one output at a time."""
    (kh, kw), step = layer.size, layer.stride
    if layer.padding == "same":
        inputs = np.pad(inputs, ((0, 0), ((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2), (0, 0)))
    outputs = np.empty((len(inputs), *layer.output_shape))
    for n, y, x, f in np.ndindex(outputs.shape):
        patch = inputs[n, y * step : y * step + kh, x * step : x * step + kw]
        outputs[n, y, x, f] = layer.bias[f] + (patch * layer.weight[..., f]).sum()
    return outputs


# --- By hand --------------------------------------------------------------------------------------


def test_by_hand():
    layer = convolution("conv 1 2x2", (3, 3, 1))
    layer.weight[...] = np.array([[1, 2], [3, 4]]).reshape(2, 2, 1, 1)
    layer.bias[...] = 100
    inputs = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]).reshape(1, 3, 3, 1)
    # top left: 1·1 + 2·2 + 4·3 + 5·4 = 37, top right: 2·1 + 3·2 + 5·3 + 6·4 = 47,
    # bottom:   4·1 + 5·2 + 7·3 + 8·4 = 67,               5·1 + 6·2 + 8·3 + 9·4 = 77
    close(layer.forward(inputs, training=True)[0, :, :, 0], [[137, 147], [167, 177]])
    gradient = np.array([[1.0, 0], [0, -1]]).reshape(1, 2, 2, 1)
    # the first output sends +kernel to the patch at the top left, the last −kernel to that at the bottom right
    sent = layer.backward(gradient)
    close(sent[0, :, :, 0], [[1, 2, 0], [3, 4 - 1, -2], [0, -3, -4]])
    # each weight: what it saw at the first output minus what it saw at the last, 1 − 5 = 2 − 6 = 4 − 8 = 5 − 9
    close(layer.weight_gradient[:, :, 0, 0], -4)
    close(layer.bias_gradient, 1 - 1)


def test_a_kernel_of_one_pixel_is_a_dense_layer_at_every_pixel():
    layer = convolution("conv 3 1x1", (4, 5, 2))
    inputs = waves(2, 4, 5, 2)
    close(layer.forward(inputs), inputs @ layer.weight[0, 0] + layer.bias)


def test_a_pattern_is_found_wherever_it_is():
    layer = convolution("conv 2 3x3", (12, 12, 1))
    pattern = waves(1, 5, 5, 1)
    here, there = np.zeros((2, 1, 12, 12, 1))
    here[:, 2:7, 3:8], there[:, 5:10, 4:9] = pattern, pattern
    close(layer.forward(here)[:, 0:7, 1:8], layer.forward(there)[:, 3:10, 2:9])


# --- By the definition, by numbers, by PyTorch ----------------------------------------------------

sides = st.integers(1, 7)


@st.composite
def layers(draw: st.DrawFn) -> Conv2D:
    """A convolution that fits its pictures."""
    height, width, kh, kw = draw(sides), draw(sides), draw(sides), draw(sides)
    padding = draw(st.sampled_from(["valid", "same"]))
    if padding == "valid":
        height, width = max(height, kh), max(width, kw)
    filters, channels, stride = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    return convolution(f"conv {filters} {kh}x{kw} stride={stride} padding={padding}", (height, width, channels))


@settings(deadline=None, max_examples=60)
@given(layers(), st.integers(1, 3))
def test_forward_is_the_sum_of_the_definition(layer: Conv2D, count: int):
    inputs = waves(count, *layer.input_shape)
    close(layer.forward(inputs), by_definition(layer, inputs), atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(layers(), st.integers(1, 3))
def test_backward_is_the_transpose_of_forward(layer: Conv2D, count: int):
    """Forward is linear in the inputs and in the weights: ⟨A v, g⟩ = ⟨v, Aᵀ g⟩ for both, exactly."""
    layer.bias[...] = 0
    inputs = waves(count, *layer.input_shape)
    outputs = layer.forward(inputs, training=True)
    gradient = np.cos(np.arange(outputs.size)).reshape(outputs.shape)
    sent = layer.backward(gradient.copy())
    assert sent is not None
    assert sent.shape == inputs.shape
    product = np.vdot(outputs, gradient)
    assert np.vdot(inputs, sent) == pytest.approx(product, abs=1e-9)
    assert np.vdot(layer.weight, layer.weight_gradient) == pytest.approx(product, abs=1e-9)
    close(layer.bias_gradient, gradient.sum(axis=(0, 1, 2)), atol=1e-12)


@pytest.mark.parametrize(
    "chain",
    [
        ["conv 3 3x3", "dense 3"],
        ["conv 3 2x3 padding=same", "relu", "conv 2 3x3 stride=2", "tanh", "dense 3"],
        ["conv 3 3x3 stride=2 padding=same", "batch_norm", "relu", "conv 2 1x1 stride=3", "dense 3"],
        ["conv 2 2x2 stride=4", "dense 3"],
    ],
    ids=" → ".join,
)
def test_gradients_agree_with_finite_differences(chain: list[str]):
    network = Network(chain, (7, 8, 2), seed=1)
    inputs = np.random.default_rng(0).normal(size=(3, 7, 8, 2))
    results = check_gradients(network, SoftmaxCrossEntropy(), inputs, np.array([1, 0, 2]))
    assert [result.name for result in results if not result.passed] == []


def test_the_numbers_are_those_of_pytorch():
    # torch 2.13, float64: x = sin(arange(24)) as (1, 4, 3, 2), weight cos(arange(24)) as (3, 2, 2, 2), bias
    # [.5, -1]; conv2d(pad(x, left 0, right 1, above 1, below 1), weight, bias, stride=2), all permuted to
    # channels first; loss (y * cos(arange(8)).reshape(1, 2, 2, 2)).sum()
    layer = convolution("conv 2 3x2 stride=2 padding=same", (4, 3, 2))
    outputs = layer.forward(waves(1, 4, 3, 2), training=True)
    sent = layer.backward(np.cos(np.arange(8.0)).reshape(1, 2, 2, 2))
    assert sent is not None
    expected_outputs = [
        *(1.273597386, -0.313384257, 1.275397579, -1.153698524),
        *(0.700655692, -0.905401194, 0.670395925, -0.880116956),
    ]
    expected_sent = [
        *(-0.637785815, -0.836680314, 1.334149547, -0.273723913, 0.962561501, 0.344795555),
        *(-1.606711154, 1.185704383, 0.619856898, -1.701607358, 2.038442016, -2.399528265),
        *(-0.163348032, 0.549709156, -0.294171420, -0.304872144, -0.826607968, -0.802315007),
        *(0.547914576, -0.151153691, -0.422110315, 0.502473436, -1.126962439, 1.379403124),
    ]
    expected_weight_gradient = [
        *(-0.339714748, -0.489398353, -1.389595983, -0.567532617, -0.646687707, 0.280643522),
        *(-0.269378619, 0.116902430, 0.389232219, 0.379972386, 0.042779480, 0.798362314),
        *(0.261793248, 0.772293344, -0.283936490, 0.260709536, 0.429356425, 0.167908274),
        *(0.162647390, 0.749501202, 0.392617407, 0.793520587, -0.134756136, 0.459996135),
    ]
    close(outputs.ravel(), expected_outputs, atol=1e-9)
    close(sent.ravel(), expected_sent, atol=1e-9)
    close(layer.weight_gradient.ravel(), expected_weight_gradient, atol=1e-9)
    close(layer.bias_gradient, [0.8903798292, 0.5878742491], atol=1e-9)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 2e-4)])
@pytest.mark.parametrize("notation", ["conv 4 5x5", "conv 4 3x3 padding=same", "conv 4 3x5 stride=2 padding=same"])
def test_agrees_with_pytorch(notation: str, dtype: type, tolerance: float):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    layer = convolution(notation, (12, 11, 3), dtype)
    (kh, kw), border = layer.size, layer.padding == "same"
    padding = (kh // 2, kw // 2) if border else 0
    inputs = np.random.default_rng(3).normal(size=(6, 12, 11, 3)).astype(dtype)
    theirs = torch.tensor(inputs.transpose(0, 3, 1, 2).copy(), requires_grad=True)
    weight = torch.tensor(layer.weight.transpose(3, 2, 0, 1).copy(), requires_grad=True)
    bias = torch.tensor(layer.bias, requires_grad=True)
    expected = torch.nn.functional.conv2d(theirs, weight, bias, stride=layer.stride, padding=padding)
    outputs = layer.forward(inputs, training=True)
    close(outputs, expected.detach().numpy().transpose(0, 2, 3, 1), atol=tolerance)
    gradient = np.random.default_rng(4).normal(size=outputs.shape).astype(dtype)
    expected.backward(torch.tensor(gradient.transpose(0, 3, 1, 2).copy()))
    close(layer.backward(gradient), theirs.grad.numpy().transpose(0, 2, 3, 1), atol=tolerance)
    close(layer.weight_gradient, weight.grad.numpy().transpose(2, 3, 1, 0), atol=tolerance)
    close(layer.bias_gradient, bias.grad.numpy(), atol=tolerance)


def test_a_whole_training_agrees_with_pytorch():
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    torch.set_num_threads(1)  # on a busy machine, its threads wait for each other longer than they work
    nn = torch.nn
    network = Network(
        [
            "conv 4 3x3",
            "batch_norm",
            "relu",
            "pool 2",
            "conv 6 3x3 padding=same",
            "relu",
            "average_pool 2",
            "dense 3",
        ],
        (10, 10, 1),
        seed=5,
        dtype=np.float64,
    )
    peer = nn.Sequential(
        *(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(24, 3)),
    ).double()
    first, second, dense = network.layers[0], network.layers[4], network.layers[-1]
    with torch.no_grad():
        for ours, theirs in ((first, peer[0]), (second, peer[4])):
            theirs.weight.copy_(torch.tensor(ours.weight.transpose(3, 2, 0, 1).copy()))
            theirs.bias.zero_()
        # flatten reads rows, columns, channels here and channels, rows, columns there
        rows = dense.weight.reshape(2, 2, 6, 3).transpose(3, 2, 0, 1).reshape(3, 24)
        peer[8].weight.copy_(torch.tensor(rows))
        peer[8].bias.zero_()
    random = np.random.default_rng(6)
    inputs, labels = random.normal(size=(16, 10, 10, 1)), random.integers(0, 3, 16)
    theirs, targets = torch.tensor(inputs.transpose(0, 3, 1, 2).copy()), torch.tensor(labels)
    optimizer, loss = Nesterov(), SoftmaxCrossEntropy()
    peer_optimizer = torch.optim.SGD(peer.parameters(), 0.05, momentum=0.9, nesterov=True)
    for _ in range(15):
        value, gradient = loss(network.forward(inputs, training=True), labels)
        network.backward(gradient)
        optimizer.step(network.parameters, network.gradients, 0.05)
        peer_optimizer.zero_grad()
        peer_loss = nn.functional.cross_entropy(peer(theirs), targets)
        peer_loss.backward()
        peer_optimizer.step()
        assert value == pytest.approx(peer_loss.item(), abs=1e-9)
    close(first.weight, peer[0].weight.detach().numpy().transpose(2, 3, 1, 0), atol=1e-9)
    peer.eval()
    close(network.forward(inputs), peer(theirs).detach().numpy(), atol=1e-8)


# --- The contract of a layer ----------------------------------------------------------------------

DEEP = [
    "conv 4 3x3 padding=same",
    "relu",
    "pool 2",
    "conv 5 3x3",
    "batch_norm",
    "relu",
    "global_average_pool",
    "dense 3",
]


def test_what_comes_out_lies_in_memory_as_its_shape_says():
    """And the inputs are remembered, not copied: so between picture layers nothing is."""
    layer = convolution("conv 3 3x3 padding=same", (6, 6, 2))
    inputs = waves(4, 6, 6, 2)
    outputs = layer.forward(inputs, training=True)
    sent = layer.backward(np.ones_like(outputs))
    assert outputs.flags.c_contiguous
    assert sent.flags.c_contiguous
    assert layer._inputs is inputs


def test_a_batch_is_computed_a_few_pictures_at_a_time(monkeypatch: pytest.MonkeyPatch):
    layer = convolution("conv 3 3x3 padding=same", (9, 6, 3))
    inputs = waves(5, 9, 6, 3)
    outputs = layer.forward(inputs, training=True)
    gradient = waves(*outputs.shape)
    expected = outputs, layer.backward(gradient), layer.weight_gradient.copy()
    for numbers in (1, 1500):  # one picture at a time, and two of five
        monkeypatch.setattr("glassnet.engine.convolution.CHUNK", numbers)
        results = layer.forward(inputs, training=True), layer.backward(gradient), layer.weight_gradient
        for ours, theirs in zip(results, expected, strict=True):
            close(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("order", ["C", "F", "channels first", "every other"])
def test_the_result_does_not_depend_on_how_the_arrays_lie_in_memory(order: str):
    def laid_out(values: np.ndarray) -> np.ndarray:
        if order == "channels first":
            return np.ascontiguousarray(np.moveaxis(values, 3, 1)).transpose(0, 2, 3, 1)
        if order == "every other":
            return np.repeat(values, 2, axis=2)[:, :, ::2]
        return np.array(values, order=order)

    layer = convolution("conv 3 3x2 stride=2 padding=same", (5, 6, 2))
    inputs = waves(3, 5, 6, 2)
    expected = layer.forward(inputs, training=True)
    gradient = waves(*expected.shape)
    expected_sent = layer.backward(gradient.copy())
    expected_weights = layer.weight_gradient.copy()
    close(layer.forward(laid_out(inputs), training=True), expected)
    close(layer.backward(laid_out(gradient)), expected_sent)
    close(layer.weight_gradient, expected_weights)


def test_prediction_changes_nothing_and_many_threads_may_predict_at_once():
    network = Network(DEEP, (12, 12, 1), seed=2)
    random = np.random.default_rng(1)
    batches = [random.normal(size=(4, 12, 12, 1)).astype(np.float32) for _ in range(24)]
    expected = [network.forward(batch) for batch in batches]
    before = [dict(vars(layer)) for layer in network.layers]
    with ThreadPoolExecutor(4) as pool:
        for ours, theirs in zip(pool.map(network.forward, batches), expected, strict=True):
            equal(ours, theirs)
    for layer, then in zip(network.layers, before, strict=True):
        assert vars(layer).keys() == then.keys()
        assert all(value is then[name] for name, value in vars(layer).items())


def test_replicas_with_a_shard_each_give_the_gradient_of_the_whole_batch():
    network = Network(["conv 4 3x3", "relu", "pool 2", "dense 3"], (10, 10, 1), seed=3, dtype=np.float64)
    random = np.random.default_rng(2)
    inputs, labels = random.normal(size=(12, 10, 10, 1)), random.integers(0, 3, 12)
    loss = SoftmaxCrossEntropy()

    def gradient_of(twin: Network, rows: slice) -> np.ndarray:
        _, gradient = loss(twin.forward(inputs[rows], training=True), labels[rows])
        twin.backward(gradient)
        return twin.gradients

    expected = gradient_of(network, slice(None)).copy()
    with ThreadPoolExecutor(2) as pool:
        shares = pool.map(gradient_of, [network.replica(), network.replica()], [slice(0, 6), slice(6, 12)])
        close(sum(shares) / 2, expected, atol=1e-12)


def test_everything_stays_float32():
    network = Network(DEEP, (12, 12, 1), seed=2)
    values = np.random.default_rng(1).normal(size=(4, 12, 12, 1)).astype(np.float32)
    gradients = []
    for layer in network.layers:
        _ = network.gradients
        values = layer.forward(values, training=True)
        assert values.dtype == np.float32, layer
    gradient = np.ones_like(values)
    for layer in reversed(network.layers):
        gradient = layer.backward(gradient)
        gradients.append(gradient.dtype)
    assert set(gradients) == {np.dtype(np.float32)}


def test_backward_overwrites_and_may_leave_out_the_input_gradient():
    layer = convolution("conv 2 3x3", (5, 5, 1))
    outputs = layer.forward(waves(2, 5, 5, 1), training=True)
    layer.backward(np.ones_like(outputs))
    once = layer.weight_gradient.copy()
    assert layer.backward(np.ones_like(outputs), input_gradient_needed=False) is None
    equal(layer.weight_gradient, once)


def test_an_empty_batch_gives_an_empty_answer():
    network = Network(DEEP, (12, 12, 1))
    assert network.forward(np.empty((0, 12, 12, 1), np.float32)).shape == (0, 3)


def test_weights_start_at_the_size_that_the_patch_asks_for():
    network = Network(["conv 64 5x5"], (9, 9, 8), seed=0)
    layer = network.layers[0]
    assert layer.fans() == (5 * 5 * 8, 5 * 5 * 64)
    # he_normal: standard deviation √(2 / fan_in) = 0.1, estimated from 12,800 weights to within 0.6 %
    assert layer.weight.std() == pytest.approx(0.1, rel=0.03)
    equal(layer.bias, 0)
    assert network.weight_count == layer.weight.size


def test_a_small_network_learns_where_a_bar_is_and_not_where_it_stands():
    """Upright or lying bars at random places: twenty to learn from, forty more to be asked about."""
    random = np.random.default_rng(7)
    pictures, labels = np.zeros((60, 8, 8, 1), np.float32), random.integers(0, 2, 60)
    for picture, label in zip(pictures, labels, strict=True):
        y, x = random.integers(0, 4, 2)
        picture[(slice(y, y + 4), x) if label else (y, slice(x, x + 4))] = 1
    network = Network(["conv 4 3x3", "relu", "global_average_pool", "dense 2"], (8, 8, 1), seed=1)
    loss, optimizer = SoftmaxCrossEntropy(), Nesterov()
    for _ in range(300):
        _, gradient = loss(network.forward(pictures[:20], training=True), labels[:20])
        network.backward(gradient)
        optimizer.step(network.parameters, network.gradients, 0.1)
    assert (network.forward(pictures).argmax(axis=1) == labels).mean() == 1


# --- Notation and errors --------------------------------------------------------------------------


def test_notation():
    layer = parse_layer("conv 32 3x5 stride=2 padding=same")
    assert isinstance(layer, Conv2D)
    assert (layer.filters, layer.size, layer.stride, layer.padding) == (32, (3, 5), 2, "same")
    assert layer.notation() == "conv 32 3x5 stride=2 padding=same"
    assert Conv2D(16, (5, 5)).notation() == "conv 16 5x5"


@pytest.mark.parametrize(
    ("notation", "input_shape", "output_shape"),
    [
        ("conv 6 5x5", (28, 28, 1), (24, 24, 6)),
        ("conv 6 3x3 padding=same", (28, 28, 1), (28, 28, 6)),
        ("conv 6 2x4 padding=same", (7, 9, 3), (7, 9, 6)),
        ("conv 6 3x3 stride=2", (28, 27, 1), (13, 13, 6)),
        ("conv 6 3x3 stride=2 padding=same", (28, 27, 1), (14, 14, 6)),
        ("conv 6 7x7 padding=same", (3, 3, 1), (3, 3, 6)),
    ],
)
def test_shapes(notation: str, input_shape: tuple[int, ...], output_shape: tuple[int, ...]):
    network = Network([notation], input_shape)
    assert network.output_shape == output_shape
    assert network.forward(np.zeros((2, *input_shape), np.float32)).shape == (2, *output_shape)


@pytest.mark.parametrize(
    ("notation", "complaint"),
    [
        ("conv 0 3x3", "layer 'conv 0 3x3': the number of filters must be a whole number above 0"),
        ("conv many 3x3", "the number of filters must be a whole number above 0"),
        ("conv 8 3", "the size must be height x width of the kernel, as in 'conv 32 3x3'"),
        ("conv 8 3x3x3", "the size must be height x width"),
        ("conv 8 0x3", "the size must be height x width"),
        ("conv 8 3x3 stride=0", "the stride must be a whole number above 0"),
        ("conv 8 3x3 stride=1.5", "the stride must be a whole number above 0"),
        ("conv 8 3x3 padding=full", "padding must be 'valid' or 'same'"),
        ("conv 8 3x3 padding=1", "padding must be 'valid' or 'same'"),
        ("conv 8", "layer 'conv 8' lacks a value"),
    ],
)
def test_settings_that_make_no_sense_are_refused(notation: str, complaint: str):
    with pytest.raises(RecipeError, match=complaint):
        parse_layer(notation)


def test_a_kernel_larger_than_the_picture_is_refused_by_name():
    with pytest.raises(ShapeError) as caught:
        Network(["pool 4", "conv 8 5x5"], (28, 16, 1))
    assert str(caught.value) == (
        "layer 'conv 8 5x5' has a kernel of 5 x 5, larger than the pictures it gets, 7 x 4"
    )
    assert "padding=same" in (caught.value.hint or "")


def test_vectors_are_refused_by_name():
    with pytest.raises(ShapeError, match=r"layer 'conv 8 3x3' works on pictures .* shape \(10,\)") as caught:
        Network(["dense 10", "conv 8 3x3"], (28, 28, 1))
    assert caught.value.hint == "put it before 'flatten' and the dense layers"
