"""The whole idea in one file: a network that learns to read digits, in plain functions on NumPy arrays.

Read it from top to bottom. A picture of 28 × 28 pixels is a column of 784 numbers between 0 and 1, and m
pictures side by side are a matrix X of shape (784, m), as in most books. A network with one hidden layer is
four arrays, and reading all m pictures takes two matrix products::

    Z1 = W1·X  + b1     A1 = ReLU(Z1)       (hidden, m)    what each hidden unit sees
    Z2 = W2·A1 + b2     A2 = softmax(Z2)    (10, m)        a probability for each digit

Learning is one question, asked again and again: if this weight were a little larger, would the answers get
better or worse, and how fast? That is the gradient. Walk a small step against it, and ask again. ::

    W1, b1, W2, b2 = gradient_descent(X, Y, alpha=0.1, iterations=500)
    print(test_model(X_test, Y_test, W1, b1, W2, b2))

:class:`NeuralNetwork`, at the end, is the same idea in its oldest form: one picture at a time, sigmoids and
squared errors. The rest of Glassnet stores pictures as rows, in single precision, and is much faster; it
computes the same numbers.
"""

# ruff: noqa: PT028 - test_model and test_prediction are names from the texts, not tests

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ACTIVATIONS",
    "NeuralNetwork",
    "Progress",
    "ReLU",
    "ReLU_deriv",
    "array_to_image",
    "back_propagation",
    "backward_prop",
    "cross_entropy",
    "forward_prop",
    "forward_propagation",
    "get_accuracy",
    "get_predictions",
    "gradient_descent",
    "inference",
    "init_params",
    "make_predictions",
    "one_hot",
    "sigmoid",
    "sigmoid_deriv",
    "softmax",
    "test_model",
    "test_prediction",
    "update_params",
]

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.integer[Any]]
Parameters: TypeAlias = tuple[Array, Array, Array, Array]  # W1, b1, W2, b2, or their gradients
Seed: TypeAlias = int | np.random.Generator | None

# --- Where a network starts -----------------------------------------------------------------------


def init_params(
    hidden: int = 10, inputs: int = 784, classes: int = 10, *, init: str = "he", rng: Seed = None
) -> Parameters:
    """W1 (hidden, inputs), b1 (hidden, 1), W2 (classes, hidden), b2 (classes, 1), drawn at random.

    All weights equal would make all hidden units equal for ever, so they start at random. ``rng`` is a seed
    or a generator; the same seed gives the same weights.

    * ``init="he"``: weights from a normal distribution of standard deviation √(2 / fan-in), biases 0. The sum
      of n terms is √n times as wide as one of them; this width keeps signals the same size from layer to
      layer behind ReLU (He et al. 2015, arXiv 1502.01852).
    * ``init="uniform"``: everything between −0.5 and 0.5, the ``rand() - 0.5`` of many first attempts. It
      learns too, more slowly: the sums are so wide that the first answers are sure of themselves, and wrong.
    """
    rng = np.random.default_rng(rng)
    if init == "he":
        W1 = rng.standard_normal((hidden, inputs)) * np.sqrt(2 / inputs)
        b1 = np.zeros((hidden, 1))
        W2 = rng.standard_normal((classes, hidden)) * np.sqrt(2 / hidden)
        b2 = np.zeros((classes, 1))
    elif init == "uniform":
        W1 = rng.random((hidden, inputs)) - 0.5
        b1 = rng.random((hidden, 1)) - 0.5
        W2 = rng.random((classes, hidden)) - 0.5
        b2 = rng.random((classes, 1)) - 0.5
    else:
        raise ValueError(f"init must be 'he' or 'uniform', got {init!r}")
    return W1, b1, W2, b2


# --- Activations: what makes two layers more than one ---------------------------------------------


def ReLU(Z: Array) -> Array:
    """max(0, z): let the positive through, stop the negative."""
    return np.maximum(Z, 0)


def ReLU_deriv(Z: Array) -> Array:
    """The slope of ReLU: 1 where z > 0, else 0 (at the corner itself any value between would do)."""
    return (Z > 0).astype(Z.dtype)


def sigmoid(Z: Array) -> Array:
    """σ(z) = 1 / (1 + e⁻ᶻ): a switch with a smooth lever, from 0 to 1.

    Written as (1 + tanh(z/2)) / 2, which is the same function and never computes an e⁻ᶻ that overflows.
    """
    return 0.5 + 0.5 * np.tanh(0.5 * Z)


def sigmoid_deriv(Z: Array) -> Array:
    """The slope of the sigmoid, σ(z)·(1 − σ(z)): at most 1/4, and almost nothing far from 0."""
    A = sigmoid(Z)
    return A * (1 - A)


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "relu": (ReLU, ReLU_deriv),
    "sigmoid": (sigmoid, sigmoid_deriv),
}
"""By name: a function and its slope."""


def _activation(name: str) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(map(repr, ACTIVATIONS))}, got {name!r}")
    return ACTIVATIONS[name]


def softmax(Z: Array) -> Array:
    """Turn each column of scores (10, m) into probabilities: softmax(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ.

    Subtracting the same number from a whole column changes nothing, for it cancels in the fraction. With the
    column's largest score subtracted every exponent is at most 0, so no e^z can overflow.
    """
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    probabilities: Array = E / E.sum(axis=0, keepdims=True)
    return probabilities


# --- Forward: from pixels to probabilities --------------------------------------------------------


def forward_prop(
    W1: Array, b1: Array, W2: Array, b2: Array, X: Array, activation: str = "relu"
) -> tuple[Array, Array, Array, Array]:
    """Z1, A1 (hidden, m) and Z2, A2 (10, m) for the pictures X (784, m), whose pixels lie between 0 and 1."""
    activate, _ = _activation(activation)
    Z1 = W1.dot(X) + b1  # each hidden unit weighs all 784 pixels; b1 is added to every column
    A1 = activate(Z1)
    Z2 = W2.dot(A1) + b2  # each digit weighs all hidden units
    A2 = softmax(Z2)  # every column sums to 1
    return Z1, A1, Z2, A2


def one_hot(Y: Labels, classes: int = 10) -> Array:
    """The labels (m,) as columns of the answer we want (classes, m): 1 in the row of the label, else 0."""
    T = np.zeros((classes, Y.size))
    T[Y, np.arange(Y.size)] = 1
    return T


def cross_entropy(A2: Array, Y: Labels) -> float:
    """The loss L = −(1/m) Σ log(probability given to the true digit), over the m pictures.

    0 for a network that is sure and right, log 10 ≈ 2.303 for one that gives all ten digits the same chance,
    without limit for one that is sure and wrong.
    """
    true = A2[Y, np.arange(Y.size)]
    return float(-np.log(np.maximum(true, np.finfo(A2.dtype).tiny)).mean())  # a probability may round to 0


# --- Backward: who is to blame for the loss, and by how much --------------------------------------


def backward_prop(
    Z1: Array, A1: Array, A2: Array, W2: Array, X: Array, Y: Labels, activation: str = "relu"
) -> Parameters:
    """dW1, db1, dW2, db2: the slope of the loss along every weight and bias, in their shapes.

    The chain rule, from the loss back to the pixels. dZ means m·∂L/∂Z, a column of blame for each picture;
    the 1/m that makes L a mean comes in when the columns are added up.
    """
    _, slope = _activation(activation)
    m = Y.size
    # Through cross-entropy and softmax at once: for L = −log(e^zᵧ / Σ e^zⱼ) = log Σ e^zⱼ − zᵧ the slope along
    # zᵢ is softmax(z)ᵢ, less 1 for the true digit. What was said minus what was right, no more:
    dZ2 = A2 - one_hot(Y, classes=len(A2))
    # Z2 = W2·A1 + b2, so a weight's blame is that of the unit it feeds times the signal it carried,
    dW2 = (1 / m) * dZ2.dot(A1.T)
    # and a bias carries the signal 1. Each unit has a bias of its own: add over pictures, not over units.
    db2 = (1 / m) * dZ2.sum(axis=1, keepdims=True)
    # A hidden unit answers for all that it fed, through the same weights backwards, as far as its slope lets
    # a change through: a silent ReLU passes nothing and learns nothing from this picture.
    dZ1 = W2.T.dot(dZ2) * slope(Z1)
    # The first layer is the second once more, with X in the place of A1.
    dW1 = (1 / m) * dZ1.dot(X.T)
    db1 = (1 / m) * dZ1.sum(axis=1, keepdims=True)
    return dW1, db1, dW2, db2


def update_params(
    W1: Array, b1: Array, W2: Array, b2: Array, dW1: Array, db1: Array, dW2: Array, db2: Array, alpha: float
) -> Parameters:
    """One step downhill: each parameter minus alpha (the learning rate) times its slope."""
    return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2


# --- Learning: forward, backward, step, again -----------------------------------------------------


class Progress(NamedTuple):
    """How well a network did before the step of this iteration; printed, the line that readers know."""

    iteration: int
    loss: float
    accuracy: float

    def __str__(self) -> str:
        return f"Iteration: {self.iteration:<3} - Accuracy: {self.accuracy:.2%}"


def gradient_descent(
    X: Array,
    Y: Labels,
    alpha: float,
    iterations: int,
    params: Parameters | None = None,
    *,
    activation: str = "relu",
    every: int = 50,
    report: Callable[[Progress], object] | None = print,
    rng: Seed = None,
) -> Parameters:
    """Learn from all pictures X (784, m) and labels Y (m,) at once, ``iterations`` times; W1, b1, W2, b2.

    Starts from ``params``, or at random (from the seed ``rng``) with 10 hidden units: ``init_params(128)`` makes
    another start. Each ``every`` iterations a :class:`Progress` goes to ``report``: to be printed, or with
    ``report=history.append`` into a list for a curve (``iteration, loss, accuracy = zip(*history)``), or
    nowhere with ``None``.
    """
    W1, b1, W2, b2 = init_params(inputs=len(X), rng=rng) if params is None else params
    for i in range(iterations):
        Z1, A1, _, A2 = forward_prop(W1, b1, W2, b2, X, activation)
        if report is not None and i % every == 0:
            report(Progress(i, cross_entropy(A2, Y), get_accuracy(get_predictions(A2), Y)))
        dW1, db1, dW2, db2 = backward_prop(Z1, A1, A2, W2, X, Y, activation)
        W1, b1, W2, b2 = update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha)
    return W1, b1, W2, b2


# --- Asking the network ---------------------------------------------------------------------------


def get_predictions(A2: Array) -> Labels:
    """The most probable digit of each column of A2 (10, m): (m,)."""
    predictions: Labels = A2.argmax(axis=0)
    return predictions


def get_accuracy(predictions: Labels, Y: Labels) -> float:
    """The share of predictions (m,) that equal the labels Y (m,), from 0 to 1."""
    return float(np.mean(predictions == Y))


def make_predictions(X: Array, W1: Array, b1: Array, W2: Array, b2: Array, activation: str = "relu") -> Labels:
    """The digits (m,) that the network reads in the pictures X (784, m)."""
    *_, A2 = forward_prop(W1, b1, W2, b2, X, activation)
    return get_predictions(A2)


def test_model(X: Array, Y: Labels, W1: Array, b1: Array, W2: Array, b2: Array, activation: str = "relu") -> float:
    """The accuracy on pictures X (784, m) with labels Y (m,), best on ones it has not learnt from."""
    return get_accuracy(make_predictions(X, W1, b1, W2, b2, activation), Y)


def inference(picture: Array, W1: Array, b1: Array, W2: Array, b2: Array, activation: str = "relu") -> int:
    """Show one picture (784 pixels) with the digit that the network reads in it; that digit."""
    prediction = int(make_predictions(picture.reshape(-1, 1), W1, b1, W2, b2, activation)[0])
    _show(picture, f"Prediction: {prediction}")
    return prediction


def test_prediction(
    index: int, W1: Array, b1: Array, W2: Array, b2: Array, X: Array, Y: Labels, activation: str = "relu"
) -> int:
    """Show picture ``index`` of X (784, m) with prediction and label; the prediction."""
    prediction = int(make_predictions(X[:, [index]], W1, b1, W2, b2, activation)[0])
    _show(X[:, index], f"Prediction: {prediction}, Label: {Y[index]}")
    return prediction


def array_to_image(index: int, X: Array, Y: Labels) -> int:
    """Show picture ``index`` of X (784, m) with its label; the label."""
    _show(X[:, index], f"Label: {Y[index]}")
    return int(Y[index])


def _show(picture: Array, title: str) -> None:
    import matplotlib.pyplot as plt  # only who wants to see something needs it

    _, axes = plt.subplots(figsize=(3, 3))
    axes.imshow(picture.reshape(28, 28), cmap="gray")
    axes.set_title(title)
    axes.axis("off")
    plt.show()


# --- The names that other texts give to the same things -------------------------------------------

forward_propagation = forward_prop
back_propagation = backward_prop


# --- One picture at a time ------------------------------------------------------------------------


class NeuralNetwork:
    """Two layers of sigmoids without biases that learn from one example at a time, by the squared error.

    ``W1`` is (hidden_nodes, input_nodes) and ``W2`` (output_nodes, hidden_nodes), drawn from a normal
    distribution of standard deviation 1/√(incoming nodes), so that no sigmoid starts out at the end of its
    range, where it has no slope to learn by. Inputs do best between 0.01 and 1 (a weight at an input of 0
    does not learn) and targets at 0.01 and 0.99 (a sigmoid never reaches 0 or 1)::

        network = NeuralNetwork(784, 100, 10, learning_rate=0.1)
        targets = np.full(10, 0.01)
        targets[label] = 0.99
        network.train(pixels / 255 * 0.99 + 0.01, targets)
    """

    def __init__(
        self, input_nodes: int, hidden_nodes: int, output_nodes: int, learning_rate: float, rng: Seed = None
    ) -> None:
        rng = np.random.default_rng(rng)
        self.learning_rate = learning_rate
        self.W1 = rng.normal(0, input_nodes**-0.5, (hidden_nodes, input_nodes))
        self.W2 = rng.normal(0, hidden_nodes**-0.5, (output_nodes, hidden_nodes))

    def __repr__(self) -> str:
        hidden, inputs = self.W1.shape
        return f"NeuralNetwork({inputs}, {hidden}, {len(self.W2)}, learning_rate={self.learning_rate})"

    def train(self, inputs_list: Sequence[float] | Array, targets_list: Sequence[float] | Array) -> None:
        """One step downhill on E = ½ Σ (output − target)² of this one example."""
        X = _column(inputs_list)
        A1 = sigmoid(self.W1.dot(X))  # (hidden_nodes, 1)
        A2 = sigmoid(self.W2.dot(A1))  # (output_nodes, 1)
        # The slope of E along an output is the error; the output's own slope is A2·(1 − A2). Scripts often
        # send the bare error back to the hidden layer instead. That is not the gradient of any loss, and
        # ends half a point or more lower on the test digits.
        dZ2 = (A2 - _column(targets_list)) * A2 * (1 - A2)
        dZ1 = self.W2.T.dot(dZ2) * A1 * (1 - A1)  # with W2 as it was when it made the error
        self.W2 -= self.learning_rate * dZ2.dot(A1.T)
        self.W1 -= self.learning_rate * dZ1.dot(X.T)

    def query(self, inputs_list: Sequence[float] | Array) -> Array:
        """The outputs (output_nodes, 1) for one example; ``argmax`` of them is the answer."""
        return sigmoid(self.W2.dot(sigmoid(self.W1.dot(_column(inputs_list)))))


def _column(values: Sequence[float] | Array) -> Array:
    return np.asarray(values, dtype=np.float64).reshape(-1, 1)
