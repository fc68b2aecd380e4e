"""The gradient check: it passes every layer and loss that is right, and catches those that are wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from glassnet.engine import (
    BatchNorm,
    BinaryCrossEntropy,
    Conv2D,
    Dense,
    GradientCheck,
    Layer,
    Loss,
    MaxPool2D,
    Network,
    ReLU,
    SigmoidSquaredError,
    SoftmaxCrossEntropy,
    check_gradients,
)
from glassnet.engine.layers import Array

CHAINS = [
    ["dense 3"],
    ["dense 6", "relu", "dense 3"],
    ["dense 6", "leaky_relu slope=0.3", "dense 3"],
    ["dense 6", "sigmoid", "dense 3"],
    ["dense 6", "tanh", "dense 3"],
    ["dense 6", "gelu", "dense 3"],
    ["dense 6", "softmax", "dense 3"],
    ["dense 6", "dropout 0.4", "dense 3"],
    ["dense 6", "batch_norm", "dense 3"],
    ["batch_norm", "dense 3"],
    ["dense 6", "batch_norm", "relu", "dropout 0.2", "dense 5", "tanh", "dense 3"],
]
LOSSES = [
    SoftmaxCrossEntropy(),
    SoftmaxCrossEntropy(label_smoothing=0.1),
    SigmoidSquaredError(),
    SigmoidSquaredError(low=0, high=1),
    BinaryCrossEntropy(),
]


def problem(shape: tuple[int, ...] = (4,), count: int = 7) -> tuple[Array, Array]:
    """Inputs and labels of three classes."""
    random = np.random.default_rng(10)
    return random.normal(size=(count, *shape)), random.integers(0, 3, count)


def failures(checks: list[GradientCheck]) -> list[str]:
    return [check.name for check in checks if not check.passed]


@pytest.mark.parametrize("layers", CHAINS, ids=" → ".join)
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_every_layer_and_loss_is_right(layers: list[str], loss: Loss):
    checks = check_gradients(Network(layers, (4,), seed=1), loss, *problem(), samples=8)
    assert failures(checks) == []
    assert checks[-1].name == "inputs"


@pytest.mark.parametrize("layers", [["batch_norm", "flatten", "dense 3"], ["dense 5", "relu", "dense 3"]])
def test_pictures(layers: list[str]):
    checks = check_gradients(Network(layers, (3, 2, 2), seed=1), SoftmaxCrossEntropy(), *problem((3, 2, 2)))
    assert failures(checks) == []


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_target_rows(loss: Loss):
    inputs, labels = problem()
    rows = np.random.default_rng(2).dirichlet(np.ones(3), len(labels))  # soft targets, each adding up to 1
    assert failures(check_gradients(Network(["dense 3"], (4,)), loss, inputs, rows)) == []


def test_frozen_batch_normalisation_and_dropout():
    inputs, labels = problem()
    network = Network(["dense 6", "batch_norm", "relu", "dropout 0.5", "dense 3"], (4,), dtype=np.float64)
    network.forward(inputs, training=True)  # running statistics that differ from those of the batch
    frozen = network.replica(frozen=True)
    checks = check_gradients(frozen, SoftmaxCrossEntropy(), inputs, labels)
    assert failures(checks) == []
    # Frozen and free layers must not give the same numbers, or the check looked at the wrong network.
    free = check_gradients(network, SoftmaxCrossEntropy(), inputs, labels)
    assert [check.numeric for check in checks] != [check.numeric for check in free]


def test_results_name_every_array_in_the_order_of_the_layers():
    network = Network(["dense 6", "batch_norm", "relu", "dense 3"], (4,))
    checks = check_gradients(network, SoftmaxCrossEntropy(), *problem(), samples=5)
    assert [(check.name, check.layer, check.checked) for check in checks] == [
        ("0.weight", "dense 6", 5),
        ("0.bias", "dense 6", 5),
        ("1.gamma", "batch_norm", 5),
        ("1.beta", "batch_norm", 5),
        ("3.weight", "dense 3", 5),
        ("3.bias", "dense 3", 3),  # there are no more than three
        ("inputs", "", 5),
    ]


def test_numbers_by_hand():
    # One weight w = 0, one input x = 2, sigmoid output ½ for the target 1 (t = high = 1):
    # ∂L/∂w = (½ − 1) · ½ · ½ · 2 = −¼, ∂L/∂bias = −⅛, ∂L/∂x = −⅛ · w = 0
    network = Network(["dense 1"], (1,))
    network.parameters[...] = 0
    loss = SigmoidSquaredError(low=0, high=1)
    weight, bias, inputs = check_gradients(network, loss, np.array([[2.0]]), np.array([0]))
    assert (weight.analytic, bias.analytic, inputs.analytic) == (-0.25, -0.125, 0)
    assert weight.numeric == pytest.approx(-0.25, abs=1e-9)
    assert bias.numeric == pytest.approx(-0.125, abs=1e-9)


def test_the_network_and_the_inputs_are_left_as_they_were():
    inputs, labels = problem()
    network = Network(["dense 6", "batch_norm", "dropout 0.5", "dense 3"], (4,))
    parameters, state, pixels = network.parameters.copy(), network.state.copy(), inputs.copy()
    check_gradients(network, SoftmaxCrossEntropy(), inputs, labels)
    np.testing.assert_array_equal(network.parameters, parameters)
    np.testing.assert_array_equal(network.state, state)
    np.testing.assert_array_equal(inputs, pixels)
    assert network.dtype == np.float32


def test_the_seed_decides_what_is_checked():
    def checks(seed: int) -> list[GradientCheck]:
        network = Network(["dense 6", "dropout 0.5", "dense 3"], (4,))
        return check_gradients(network, SoftmaxCrossEntropy(), *problem(), samples=3, seed=seed)

    assert checks(1) == checks(1)
    assert checks(1) != checks(2)


# --- What spoils a quotient where nothing is wrong -------------------------------------------------


@pytest.mark.parametrize("epsilon", [1e-5, 1e-6, 1e-7])
def test_rounding_is_no_mistake(epsilon: float):
    """A bias in front of batch normalisation has no influence; the quotient is rounding, made large by 1 / ε."""
    for seed in range(5):
        network = Network(["dense 9", "batch_norm", "tanh", "dense 3"], (4,), seed=seed)
        checks = check_gradients(network, SoftmaxCrossEntropy(), *problem(), epsilon=epsilon, seed=seed)
        assert failures(checks) == []
        assert [check.checked for check in checks] == [20, 9, 9, 9, 20, 3, 20]


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("distance", [0.001, 0.2, 1 / 3, 0.5, 2 / 3, 0.8, 0.99])
def test_a_place_with_a_kink_is_no_witness(distance: float, side: int):
    epsilon = 1e-5
    inputs, labels = problem()
    inputs[np.abs(inputs) < 0.01] = 0.01
    inputs[:2] = side * distance * epsilon  # eight of the 28 numbers
    network = Network(["relu", "dense 3"], (4,), seed=1)
    *_, found = check_gradients(network, SoftmaxCrossEntropy(), inputs, labels, samples=28, epsilon=epsilon)
    assert (found.passed, found.checked) == (True, 20)


def test_where_all_is_kinks_nothing_has_been_shown():
    network = Network(["relu", "dense 3"], (4,), seed=1)
    *_, found = check_gradients(network, SoftmaxCrossEntropy(), np.full((2, 4), 1e-7), np.array([0, 1]))
    assert (found.passed, found.checked) == (False, 0)


# --- Wrong layers are caught ----------------------------------------------------------------------


@dataclass(eq=False, repr=False)
class ForgetsItsBias(Dense):
    """The bias gradient is that of the first sample alone."""

    word = "forgets_its_bias"

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        result = super().backward(gradient, input_gradient_needed)
        self.bias_gradient[...] = gradient[0]
        return result


@dataclass(eq=False, repr=False)
class ForgetsTheMean(Dense):
    """The weight gradient is divided by N a second time, as books that put 1/m in two places do."""

    word = "forgets_the_mean"

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        result = super().backward(gradient, input_gradient_needed)
        self.weight_gradient /= len(gradient)
        return result


@dataclass(eq=False, repr=False)
class LetsEverythingBack(ReLU):
    """Backward without the mask."""

    word = "relu"  # the word of a real layer: the check must look at this one all the same

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        return gradient


@dataclass(frozen=True)
class SumInsteadOfMean(SoftmaxCrossEntropy):
    """The value is a mean, the gradient a sum."""

    def __call__(self, logits: Array, targets: Array) -> tuple[float, Array]:
        value, gradient = super().__call__(logits, targets)
        return value, gradient * len(logits)


@pytest.mark.parametrize(
    ("layers", "wrong"),
    [
        (["dense 6", "relu", ForgetsItsBias(3)], ["2.bias"]),
        (["dense 6", "relu", ForgetsTheMean(3)], ["2.weight"]),
        (["dense 6", LetsEverythingBack(), "dense 3"], ["0.weight", "0.bias", "inputs"]),
    ],
    ids=["bias", "weight", "input gradient"],
)
def test_a_broken_layer_is_caught_and_named(layers: list[object], wrong: list[str]):
    network = Network(layers, (4,), seed=1)  # type: ignore[arg-type]
    checks = check_gradients(network, SoftmaxCrossEntropy(), *problem())
    assert failures(checks) == wrong


def test_a_broken_loss_is_caught():
    checks = check_gradients(Network(["dense 3"], (4,)), SumInsteadOfMean(), *problem())
    assert failures(checks) == ["0.weight", "0.bias", "inputs"]
    worst = checks[0]
    assert worst.analytic == pytest.approx(7 * worst.numeric, rel=1e-6)


def test_a_small_mistake_is_caught_too():
    """A slope wrong by one in ten thousand."""

    @dataclass(eq=False, repr=False)
    class AlmostReLU(ReLU):
        def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
            result = super().backward(gradient, input_gradient_needed)
            assert result is not None
            return result * 1.0001

    network = Network(["dense 6", AlmostReLU(), "dense 3"], (4,), seed=1)
    checks = check_gradients(network, SoftmaxCrossEntropy(), *problem())
    assert failures(checks) == ["0.weight", "0.bias", "inputs"]


def full_of_kinks() -> tuple[Network, Loss, Array, Array]:
    random = np.random.default_rng(4)
    layers = ["conv 4 3x3", "pool 2", "batch_norm", "relu", "conv 5 3x3", "relu", "dense 3"]
    network = Network(layers, (12, 12, 1), seed=1, dtype=np.float64)
    for name, values in network.named_parameters():
        if name.endswith("bias"):
            values += random.normal(0, 0.1, values.shape)
    return network, SoftmaxCrossEntropy(), random.normal(size=(6, 12, 12, 1)), random.integers(0, 3, 6)


@pytest.mark.parametrize("kind", [MaxPool2D, ReLU, BatchNorm, Conv2D])
@pytest.mark.parametrize("epsilon", [1e-5, 1e-6])
def test_kinks_excuse_no_mistake(kind: type[Layer], epsilon: float, monkeypatch: pytest.MonkeyPatch):
    """One in a hundred too much of what goes back through a layer."""
    assert failures(check_gradients(*full_of_kinks(), epsilon=epsilon)) == []
    right = kind.backward

    def too_much(self: Layer, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        result = right(self, gradient, input_gradient_needed)
        return None if result is None else 1.01 * result

    monkeypatch.setattr(kind, "backward", too_much)
    assert "inputs" in failures(check_gradients(*full_of_kinks(), epsilon=epsilon))


def test_a_transposed_kernel_is_caught(monkeypatch: pytest.MonkeyPatch):
    right = Conv2D.backward

    def transposed(self: Conv2D, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        result = right(self, gradient, input_gradient_needed)
        kernels = self.weight_gradient.reshape(3, 3, -1)
        kernels[...] = kernels.transpose(1, 0, 2).copy()
        return result

    monkeypatch.setattr(Conv2D, "backward", transposed)
    assert failures(check_gradients(*full_of_kinks())) == ["0.weight", "4.weight"]
