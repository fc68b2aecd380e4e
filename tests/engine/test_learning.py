"""A network learns: the same from the same seed, by heart, in general, and as PyTorch and scikit-learn do."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Adam, Network, SoftmaxCrossEntropy

from .conftest import EVERYTHING, learn, problem

close = np.testing.assert_allclose
equal = np.testing.assert_array_equal


# --- Chance ---------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bits():
    inputs, labels = problem()
    runs = [Network(EVERYTHING, (5,), seed=seed) for seed in (7, 7, 8)]
    losses = [learn(network, inputs, labels, 10) for network in runs]
    assert losses[0] == losses[1] != losses[2]
    equal(runs[0].parameters, runs[1].parameters)
    equal(runs[0].state, runs[1].state)


def test_reseeding_brings_the_masks_back():
    network = Network(["dropout 0.5", "dropout 0.5"], (50,))
    ones = np.ones((4, 50), np.float32)

    def masks(*entropy: int) -> list[np.ndarray]:
        network.reseed(*entropy)
        return [network.forward(ones, training=True) for _ in range(2)]

    first = masks(3, 1)
    masks(3, 2)
    equal(masks(3, 1), first)
    assert (masks(3, 2)[0] != first[0]).any()
    assert (first[0] != first[1]).any()
    assert set(np.unique(first[0])) == {0, 4}  # what either layer stops is 0, the rest 2 · 2


def test_each_dropout_layer_has_masks_of_its_own():
    network = Network(["dropout 0.5", "relu", "dropout 0.5"], (200,))
    network.forward(np.ones((1, 200), np.float32), training=True)
    first, _, second = network.layers
    assert (first._mask != second._mask).any()


# --- Learning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers",
    [
        ["dense 32", "relu", "dense 3"],
        ["dense 32", "tanh", "dense 3"],
        ["dense 32", "batch_norm", "gelu", "dense 3"],
        ["dense 32", "leaky_relu", "dense 32", "sigmoid", "dense 3"],
    ],
    ids=" → ".join,
)
def test_learns_twenty_samples_by_heart(layers: list[str]):
    inputs, labels = problem(count=20)
    network = Network(layers, (5,), seed=0)
    losses = learn(network, inputs, labels, 300)
    assert losses[-1] < 0.05 < losses[0]
    assert (network.predict(inputs).argmax(axis=1) == labels).all()


def test_learns_what_can_be_told_apart():
    """Three clouds of points, and points that it has not seen."""
    random = np.random.default_rng(1)
    centres = np.array([[3, 0], [-2, 2.5], [-2, -2.5]])
    labels = random.integers(0, 3, 600)
    inputs = (centres[labels] + random.normal(0, 0.7, (600, 2))).astype(np.float32)
    network = Network(["dense 16", "relu", "dropout 0.2", "dense 3"], (2,))
    learn(network, inputs[:300], labels[:300], 200)
    assert np.mean(network.predict(inputs[300:]).argmax(axis=1) == labels[300:]) > 0.98


# torch 2.13, float64: Linear(3, 4), ReLU, Linear(4, 3), biases 0, weights (in, out) sin(arange(12)).reshape(3, 4)
# and cos(arange(12)).reshape(4, 3); X = sin(arange(18) ** 2).reshape(6, 3), y = [0, 1, 2, 0, 1, 2]; 20 steps of
# Adam(lr=.05) on cross_entropy. The losses before steps 1, 2, 10, 20; the last bias; the first row of weights.
LOSSES = {0: 1.3726274007, 1: 1.1976042542, 9: 0.8196058104, 19: 0.6168360126}
LAST_BIAS = [0.3086387523, -0.4116896976, -0.2193936559]
FIRST_WEIGHTS = [0.4012383419, 0.3528990195, 1.7681106012, -0.1240463619]


def test_twenty_steps_are_those_of_pytorch():
    network = Network(["dense 4", "relu", "dense 3"], (3,), dtype=np.float64)
    network.parameters[...] = 0
    network.layers[0].weight[...] = np.sin(np.arange(12)).reshape(3, 4)
    network.layers[2].weight[...] = np.cos(np.arange(12)).reshape(4, 3)
    inputs = np.sin(np.arange(18) ** 2).reshape(6, 3)
    losses = learn(network, inputs, np.array([0, 1, 2, 0, 1, 2]), 20, rate=0.05)
    for step, expected in LOSSES.items():
        assert losses[step] == pytest.approx(expected, abs=1e-9)
    close(network.layers[2].bias, LAST_BIAS, atol=1e-9)
    close(network.layers[0].weight[0], FIRST_WEIGHTS, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_whole_training_agrees_with_pytorch(dtype: str):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    random = np.random.default_rng(9)
    inputs, labels = random.normal(size=(20, 16, 12)).astype(dtype), random.integers(0, 5, (20, 16))
    # No bias right in front of batch_norm: its gradient is 0 but for rounding, which Adam would blow up.
    network = Network(
        ["dense 24", "relu", "batch_norm", "dense 16", "tanh", "dense 5"], (12,), dtype=dtype, seed=2
    )
    kind = getattr(torch, dtype)
    peer = torch.nn.Sequential(
        torch.nn.Linear(12, 24),
        torch.nn.ReLU(),
        torch.nn.BatchNorm1d(24),
        torch.nn.Linear(24, 16),
        torch.nn.Tanh(),
        torch.nn.Linear(16, 5),
    ).to(kind)
    with torch.no_grad():
        for index in (0, 3, 5):
            peer[index].weight.copy_(torch.tensor(network.layers[index].weight.T))
            peer[index].bias.copy_(torch.tensor(network.layers[index].bias))
    loss, optimizer = SoftmaxCrossEntropy(label_smoothing=0.1), Adam()
    theirs = torch.optim.Adam(peer.parameters(), lr=0.01)
    tolerance = {"rtol": 1e-9, "atol": 1e-9} if dtype == "float64" else {"rtol": 1e-3, "atol": 1e-4}
    for batch, targets in zip(inputs, labels, strict=True):
        value, gradient = loss(network.forward(batch, training=True), targets)
        network.backward(gradient)
        optimizer.step(network.parameters, network.gradients, 0.01)
        theirs.zero_grad()
        expected = torch.nn.functional.cross_entropy(
            peer(torch.tensor(batch)), torch.tensor(targets), label_smoothing=0.1
        )
        expected.backward()
        theirs.step()
        close(value, expected.item(), **tolerance)
    for index in (0, 3, 5):
        close(network.layers[index].weight, peer[index].weight.detach().numpy().T, **tolerance)
    peer.eval()
    close(network.forward(inputs[0]), peer(torch.tensor(inputs[0])).detach().numpy(), **tolerance)


def test_a_training_agrees_with_scikit_learn():
    """MLPClassifier on full batches. A small ε, because it does not correct ε for the start of the moments."""
    neural_network = pytest.importorskip("sklearn.neural_network", reason="needs the extra 'peers'")
    inputs, labels = problem(count=40, dtype=np.float64)
    peer = neural_network.MLPClassifier(
        (8,), alpha=0, batch_size=40, shuffle=False, learning_rate_init=0.02, epsilon=1e-15, random_state=0
    )
    peer.partial_fit(inputs, labels, classes=[0, 1, 2])  # it draws its weights at the first step
    network = Network(["dense 8", "relu", "dense 3"], (5,), dtype=np.float64)
    for index, layer in enumerate((network.layers[0], network.layers[2])):
        layer.weight[...] = peer.coefs_[index]
        layer.bias[...] = peer.intercepts_[index]
    del peer._optimizer  # begins again, from the weights that both have now
    peer.loss_curve_.clear()
    for _ in range(20):
        peer.partial_fit(inputs, labels)
    close(learn(network, inputs, labels, 20, Adam(epsilon=1e-15), rate=0.02), peer.loss_curve_, rtol=1e-9)
    close(network.layers[0].weight, peer.coefs_[0], rtol=1e-9, atol=1e-9)
    close(network.layers[2].bias, peer.intercepts_[1], rtol=1e-9, atol=1e-9)
