"""Page one of the course: every name is there, every gradient is right, and it learns."""

from __future__ import annotations

import doctest
import gzip
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet import scratch

close = np.testing.assert_allclose

# --- The names ------------------------------------------------------------------------------------


NAMES = """init_params forward_prop forward_propagation backward_prop back_propagation update_params
gradient_descent ReLU ReLU_deriv sigmoid softmax one_hot get_predictions get_accuracy make_predictions
test_model test_prediction inference array_to_image NeuralNetwork"""


def test_every_name_of_the_texts_is_public():
    assert set(NAMES.split()) <= set(scratch.__all__)


def test_public_names_are_sorted_and_exist():
    assert scratch.__all__ == sorted(scratch.__all__)
    assert all(hasattr(scratch, name) for name in scratch.__all__)


def test_synonyms_are_one_implementation():
    assert scratch.forward_propagation is scratch.forward_prop
    assert scratch.back_propagation is scratch.backward_prop


def test_imports_numpy_and_nothing_else_of_glassnet():
    """Neither another room nor Matplotlib is loaded by reading page one."""
    code = (
        "import sys, glassnet.scratch\n"
        "print(*sorted(m for m in sys.modules if m.startswith(('glassnet', 'matplotlib', 'scipy', 'PIL'))))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["glassnet", "glassnet.scratch"]


# --- Where a network starts -----------------------------------------------------------------------


def test_he_start_has_the_width_that_fan_in_asks_for():
    W1, b1, W2, b2 = scratch.init_params(200, rng=0)
    assert W1.shape == (200, 784)
    assert W2.shape == (10, 200)
    assert W1.std() == pytest.approx(math.sqrt(2 / 784), rel=0.01)
    assert W2.std() == pytest.approx(math.sqrt(2 / 200), rel=0.05)
    assert abs(W1.mean()) < 0.001
    assert b1.shape == (200, 1)
    assert b2.shape == (10, 1)
    assert not b1.any()
    assert not b2.any()


def test_uniform_start_fills_minus_half_to_half_biases_too():
    parameters = scratch.init_params(100, init="uniform", rng=0)
    assert [p.shape for p in parameters] == [(100, 784), (100, 1), (10, 100), (10, 1)]
    for p in parameters:
        assert p.min() >= -0.5
        assert p.max() < 0.5
        assert p.min() < 0 < p.max()
    assert parameters[0].std() == pytest.approx(math.sqrt(1 / 12), rel=0.01)


@pytest.mark.parametrize("init", ["he", "uniform"])
def test_same_seed_same_start(init):
    first = scratch.init_params(init=init, rng=3)
    again = scratch.init_params(init=init, rng=np.random.default_rng(3))
    other = scratch.init_params(init=init, rng=4)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_unknown_choices_name_the_known_ones():
    with pytest.raises(ValueError, match="'he' or 'uniform', got 'xavier'"):
        scratch.init_params(init="xavier")
    with pytest.raises(ValueError, match="'relu', 'sigmoid', got 'tanh'"):
        scratch.make_predictions(np.zeros((784, 1)), *scratch.init_params(rng=0), "tanh")


# --- Activations and softmax ----------------------------------------------------------------------


def test_relu_and_its_slope():
    Z = np.array([[-2.0, 0.0, 3.0]])
    assert scratch.ReLU(Z).tolist() == [[0, 0, 3]]
    assert scratch.ReLU_deriv(Z).tolist() == [[0, 0, 1]]


def test_sigmoid_and_its_slope():
    Z = np.array([0.0, math.log(3), -math.log(3)])
    assert scratch.sigmoid(Z) == pytest.approx([0.5, 0.75, 0.25], abs=1e-15)
    assert scratch.sigmoid_deriv(Z) == pytest.approx([0.25, 0.1875, 0.1875], abs=1e-15)


def test_sigmoid_of_huge_numbers_is_finite_and_silent():
    assert scratch.sigmoid(np.array([-1e308, -800.0, 800.0, 1e308])).tolist() == [0, 0, 1, 1]


def test_softmax_by_hand():
    # e^0 : e^log 2 : e^log 5 = 1 : 2 : 5
    assert scratch.softmax(np.log([[1.0], [2.0], [5.0]])).ravel() == pytest.approx([1 / 8, 2 / 8, 5 / 8])


def test_softmax_of_huge_scores_is_finite_and_silent():
    A = scratch.softmax(np.array([[1e4, -1e4, 1e300], [1e4, 0.0, -1e300], [-1e4, 1e4, 0.0]]))
    assert A.T.tolist() == [[0.5, 0.5, 0], [0, 0, 1], [1, 0, 0]]


@settings(derandomize=True, deadline=None)
@given(arrays(np.float64, (10, 3), elements=st.floats(-1e3, 1e3)), st.floats(-1e3, 1e3))
def test_softmax_columns_are_probabilities_and_ignore_a_shift(Z, shift):
    A = scratch.softmax(Z)
    assert (A >= 0).all()
    close(A.sum(axis=0), 1, rtol=1e-12)
    close(scratch.softmax(Z + shift), A, atol=1e-9)


def test_one_hot_has_a_row_for_every_class_even_the_missing():
    assert scratch.one_hot(np.array([1, 0, 1]), classes=3).tolist() == [[0, 1, 0], [1, 0, 1], [0, 0, 0]]
    assert scratch.one_hot(np.array([1, 0])).shape == (10, 2)


def test_cross_entropy_is_the_mean_surprise_and_finite_when_surely_wrong():
    A2 = np.array([[0.5, 0.25], [0.5, 0.75]])
    assert scratch.cross_entropy(A2, np.array([0, 0])) == pytest.approx((math.log(2) + math.log(4)) / 2)
    assert scratch.cross_entropy(np.full((10, 4), 0.1), np.arange(4)) == pytest.approx(math.log(10))
    assert 700 < scratch.cross_entropy(np.array([[0.0], [1.0]]), np.array([0])) < math.inf


# --- Forward and backward -------------------------------------------------------------------------

# Two pictures of two pixels, two hidden units, two classes, worked by hand:
#   Z1 = W1·X + b1 = [1·1 + 0·2 + 0, 1·0 + 0·1 + 0; 1·1 − 1·2 + 0, 0 − 1 + 0] = [1 0; −1 −1]
#   A1 = [1 0; 0 0]         the second unit is silent for both pictures
#   Z2 = W2·A1 + b2 = [log 3·1 + 0, 0; 0, 0]
#   A2 = [3/4 1/2; 1/4 1/2]
BY_HAND = (
    np.array([[1.0, 0.0], [1.0, -1.0]]),  # W1
    np.zeros((2, 1)),
    np.array([[math.log(3), 5.0], [0.0, 7.0]]),  # W2
    np.zeros((2, 1)),
)
BY_HAND_X = np.array([[1.0, 0.0], [2.0, 1.0]])
BY_HAND_Y = np.array([1, 0])


def test_forward_by_hand():
    Z1, A1, Z2, A2 = scratch.forward_prop(*BY_HAND, BY_HAND_X)
    assert Z1.tolist() == [[1, 0], [-1, -1]]
    assert A1.tolist() == [[1, 0], [0, 0]]
    close(Z2, [[math.log(3), 0], [0, 0]])
    close(A2, [[0.75, 0.5], [0.25, 0.5]])
    assert scratch.cross_entropy(A2, BY_HAND_Y) == pytest.approx((math.log(4) + math.log(2)) / 2)


def test_backward_and_step_by_hand():
    Z1, A1, _, A2 = scratch.forward_prop(*BY_HAND, BY_HAND_X)
    gradients = scratch.backward_prop(Z1, A1, A2, BY_HAND[2], BY_HAND_X, BY_HAND_Y)
    dW1, db1, dW2, db2 = gradients
    # dZ2 = A2 − T = [3/4 −1/2; −3/4 1/2], so db2 = its row means and dW2 = dZ2·A1ᵀ / 2:
    close(db2, [[1 / 8], [-1 / 8]])
    close(dW2, [[3 / 8, 0], [-3 / 8, 0]])
    # W2ᵀ·dZ2 has the first row [3/4 log 3, −1/2 log 3]; of it only where Z1 > 0 comes through: the first picture.
    close(db1, [[3 / 8 * math.log(3)], [0]])
    close(dW1, [[3 / 8 * math.log(3), 3 / 4 * math.log(3)], [0, 0]])

    W1, b1, W2, b2 = scratch.update_params(*BY_HAND, *gradients, 0.8)
    close(W1, [[1 - 0.3 * math.log(3), -0.6 * math.log(3)], [1, -1]])
    close(b1, [[-0.3 * math.log(3)], [0]])
    close(W2, [[math.log(3) - 0.3, 5], [0.3, 7]])
    close(b2, [[-0.1], [0.1]])


def small_problem(classes: int = 4, m: int = 30):
    rng = np.random.default_rng(0)
    parameters = scratch.init_params(6, 5, classes, init="uniform", rng=rng)
    return parameters, rng.normal(size=(5, m)), rng.integers(0, classes, m)


def numerical_gradient(loss, parameter, h: float = 1e-5):
    """(L(p + h) − L(p − h)) / 2h for each number in the parameter in turn."""
    slope = np.empty_like(parameter)
    for place in np.ndindex(parameter.shape):
        here = parameter[place]
        parameter[place] = here + h
        above = loss()
        parameter[place] = here - h
        slope[place] = (above - loss()) / (2 * h)
        parameter[place] = here
    return slope


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_every_gradient_equals_the_numerical_one(activation):
    parameters, X, Y = small_problem()

    def loss() -> float:
        return scratch.cross_entropy(scratch.forward_prop(*parameters, X, activation)[3], Y)

    Z1, A1, _, A2 = scratch.forward_prop(*parameters, X, activation)
    gradients = scratch.backward_prop(Z1, A1, A2, parameters[2], X, Y, activation)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        assert gradient.shape == parameter.shape
        close(gradient, numerical_gradient(loss, parameter), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_ten_steps_agree_with_torch(activation):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    parameters, X, Y = small_problem()
    W1, b1, W2, b2 = (torch.tensor(p, requires_grad=True) for p in parameters)
    activate = {"relu": torch.relu, "sigmoid": torch.sigmoid}[activation]
    optimizer = torch.optim.SGD([W1, b1, W2, b2], lr=0.5)
    losses = []
    for _ in range(10):
        scores = W2 @ activate(W1 @ torch.tensor(X) + b1) + b2
        loss = torch.nn.functional.cross_entropy(scores.T, torch.tensor(Y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    history: list[scratch.Progress] = []
    ours = scratch.gradient_descent(
        X, Y, 0.5, 10, parameters, activation=activation, every=1, report=history.append
    )
    close([p.loss for p in history], losses, rtol=1e-12)
    for mine, theirs in zip(ours, (W1, b1, W2, b2), strict=True):
        close(mine, theirs.detach().numpy(), rtol=1e-10, atol=1e-13)


def test_the_page_on_notation_tells_the_truth():
    """Its example puts the same weights into scratch and engine and finds the same gradients."""
    page = Path(__file__).resolve().parents[1] / "docs" / "notation.md"
    outcome = doctest.testfile(str(page), module_relative=False)
    assert outcome.attempted > 10
    assert outcome.failed == 0


# --- Learning -------------------------------------------------------------------------------------


def islands(m: int = 300):
    """Ten clouds in 784 dimensions, as far apart as clouds can be."""
    rng = np.random.default_rng(1)
    Y = np.arange(m) % 10
    return rng.random((784, 10))[:, Y] * 0.9 + 0.1 * rng.random((784, m)), Y


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_learns_ten_islands(activation):
    X, Y = islands()
    start = scratch.init_params(32, rng=0)
    trained = scratch.gradient_descent(X, Y, 0.1, 200, start, activation=activation, report=None)
    assert scratch.test_model(X, Y, *start, activation) < 0.5
    assert scratch.test_model(X, Y, *trained, activation) == 1
    assert np.array_equal(scratch.make_predictions(X, *trained, activation), Y)


def test_training_leaves_its_start_as_it_was():
    X, Y = islands(50)
    start = scratch.init_params(rng=0)
    kept = [p.copy() for p in start]
    scratch.gradient_descent(X, Y, 0.1, 2, start, report=None)
    assert all(np.array_equal(p, k) for p, k in zip(start, kept, strict=True))


def test_the_texts_own_call_prints_accuracy_as_it_goes(capsys):
    X, Y = islands(50)
    W1, b1, W2, b2 = scratch.gradient_descent(X, Y, alpha=0.10, iterations=101)
    assert (W1.shape, b1.shape, W2.shape, b2.shape) == ((10, 784), (10, 1), (10, 10), (10, 1))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" - ")[0] for line in lines] == ["Iteration: 0  ", "Iteration: 50 ", "Iteration: 100"]
    assert all(line.split(" - ")[1].startswith("Accuracy: ") and line.endswith("%") for line in lines)


def test_progress_reads_like_the_texts():
    assert str(scratch.Progress(50, 2.1, 0.4223)) == "Iteration: 50  - Accuracy: 42.23%"


def test_history_for_a_curve_and_silence(capsys):
    X, Y = islands(100)
    history: list[scratch.Progress] = []
    scratch.gradient_descent(X, Y, 0.1, 100, scratch.init_params(rng=0), every=10, report=history.append)
    iteration, loss, accuracy = zip(*history, strict=True)
    assert iteration == tuple(range(0, 100, 10))
    assert loss[-1] < loss[0]
    assert accuracy[-1] > accuracy[0]
    assert capsys.readouterr().out == ""


def test_accuracy_is_the_share_of_equal_labels():
    assert scratch.get_predictions(np.array([[0.1, 0.7], [0.9, 0.3]])).tolist() == [1, 0]
    assert scratch.get_accuracy(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 0])) == 0.75


# --- One picture at a time ------------------------------------------------------------------------


def test_one_example_by_hand():
    """One input, one hidden unit, one output, all weights 0: A1 = A2 = 1/2."""
    network = scratch.NeuralNetwork(1, 1, 1, learning_rate=1.0, rng=0)
    network.W1[:] = 0
    network.W2[:] = 0
    assert network.query([1.0]).tolist() == [[0.5]]
    network.train([1.0], [1.0])
    # dZ2 = (1/2 − 1)·1/4 = −1/8, so W2 −= −1/8·1/2; W2 was 0, so nothing reaches W1.
    assert network.W2.tolist() == [[0.0625]]
    assert network.W1.tolist() == [[0.0]]


def test_one_example_steps_along_the_numerical_gradient():
    rng = np.random.default_rng(0)
    network = scratch.NeuralNetwork(5, 4, 3, learning_rate=1e-3, rng=rng)
    x, t = rng.random(5), rng.random(3)

    def error() -> float:
        return 0.5 * float(((network.query(x).ravel() - t) ** 2).sum())

    before = network.W1.copy(), network.W2.copy()
    slopes = numerical_gradient(error, network.W1), numerical_gradient(error, network.W2)
    network.train(x, t)
    close((before[0] - network.W1) / 1e-3, slopes[0], rtol=1e-6, atol=1e-10)
    close((before[1] - network.W2) / 1e-3, slopes[1], rtol=1e-6, atol=1e-10)


def test_one_example_agrees_with_torch():
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    rng = np.random.default_rng(0)
    network = scratch.NeuralNetwork(12, 7, 4, learning_rate=0.3, rng=rng)
    W1, W2 = (torch.tensor(W.copy(), requires_grad=True) for W in (network.W1, network.W2))
    for x, t in zip(rng.random((20, 12)), rng.random((20, 4)), strict=True):
        output = torch.sigmoid(W2 @ torch.sigmoid(W1 @ torch.tensor(x)))
        loss = 0.5 * ((output - torch.tensor(t)) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            for W in (W1, W2):
                W -= 0.3 * W.grad
                W.grad = None
        network.train(x, t)
    close(network.W1, W1.detach().numpy(), rtol=1e-12)
    close(network.W2, W2.detach().numpy(), rtol=1e-12)


def test_one_example_takes_lists_and_answers_with_a_column():
    network = scratch.NeuralNetwork(3, 4, 2, learning_rate=0.1, rng=0)
    twin = scratch.NeuralNetwork(3, 4, 2, learning_rate=0.1, rng=0)
    network.train([0.1, 0.5, 1.0], [0.01, 0.99])
    twin.train(np.array([0.1, 0.5, 1.0]), np.array([0.01, 0.99]))
    assert np.array_equal(network.W1, twin.W1)
    assert network.query([0.1, 0.5, 1.0]).shape == (2, 1)
    assert repr(network) == "NeuralNetwork(3, 4, 2, learning_rate=0.1)"


def test_one_example_weights_scale_with_incoming_nodes():
    network = scratch.NeuralNetwork(784, 100, 10, learning_rate=0.1, rng=0)
    assert network.W1.std() == pytest.approx(784**-0.5, rel=0.02)
    assert network.W2.std() == pytest.approx(100**-0.5, rel=0.1)


def test_one_example_at_a_time_learns_ten_islands():
    X, Y = islands(100)
    network = scratch.NeuralNetwork(784, 30, 10, learning_rate=0.3, rng=0)
    targets = np.full((10, 10), 0.01) + 0.98 * np.eye(10)
    for _ in range(20):
        for x, y in zip(X.T, Y, strict=True):
            network.train(x, targets[y])
    assert all(network.query(x).argmax() == y for x, y in zip(X.T, Y, strict=True))


# --- Pictures -------------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """Matplotlib without a screen; a list with the title and the picture of every figure that is shown."""
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    figures = []

    def show() -> None:
        axes = plt.gca()
        figures.append((axes.get_title(), np.asarray(axes.images[0].get_array())))
        plt.close()

    monkeypatch.setattr(plt, "show", show)
    return figures


def sure_of_seven():
    W1, b1, W2, b2 = scratch.init_params(rng=0)
    b2[7] = 100
    return W1, b1, W2, b2


def test_pictures_are_shown_with_what_is_read_in_them(shown):
    X, Y = islands(20)
    network = sure_of_seven()
    assert scratch.test_prediction(3, *network, X, Y) == 7
    assert scratch.inference(X[:, 4], *network) == 7
    assert scratch.inference(X[:, 4].reshape(28, 28), *network, activation="sigmoid") == 7
    assert scratch.array_to_image(5, X, Y) == 5
    titles, pictures = zip(*shown, strict=True)
    assert titles == ("Prediction: 7, Label: 3", "Prediction: 7", "Prediction: 7", "Label: 5")
    for index, picture in zip((3, 4, 4, 5), pictures, strict=True):
        assert np.array_equal(picture, X[:, index].reshape(28, 28))


# --- Real digits ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mnist():
    """The first 5,000 digits of each part, X (784, m) from 0 to 1 and Y (m,)."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
    folder = Path(os.environ.get("GLASSNET_DATA") or beside)

    def read(name: str, offset: int, count: int):
        for path, opener in ((folder / f"{name}.gz", gzip.open), (folder / name, open)):
            if path.exists():
                with opener(path, "rb") as file:
                    return np.frombuffer(file.read(offset + count)[offset:], dtype=np.uint8)
        pytest.skip(f"needs MNIST in the folder GLASSNET_DATA or in ../shared/data/mnist: no {name} in {folder}")

    def part(prefix: str, m: int = 5000):
        pixels = read(f"{prefix}-images-idx3-ubyte", 16, 784 * m)
        return pixels.reshape(m, 784).T / 255, read(f"{prefix}-labels-idx1-ubyte", 8, m)

    return part("train"), part("t10k")


def test_learns_real_digits(mnist):
    (X, Y), (X_test, Y_test) = mnist
    trained = scratch.gradient_descent(X, Y, 0.5, 100, scratch.init_params(32, rng=0), report=None)
    assert scratch.test_model(X_test, Y_test, *trained) > 0.8


def test_learns_real_digits_one_at_a_time(mnist):
    (X, Y), (X_test, Y_test) = mnist
    network = scratch.NeuralNetwork(784, 50, 10, learning_rate=0.3, rng=0)
    targets = np.full((10, 10), 0.01) + 0.98 * np.eye(10)
    for x, y in zip(X.T * 0.99 + 0.01, Y, strict=True):
        network.train(x, targets[y])
    answers = [int(network.query(x * 0.99 + 0.01).argmax()) for x in X_test.T[:1000]]
    assert np.mean(answers == Y_test[:1000]) > 0.8
