"""Write it the way the introductory texts do, as the yardstick for the speed of the same arithmetic.

Everything is double precision, pictures are stored as columns, each line makes fresh arrays, and BLAS has its
own way with threads. Nothing here is to be made faster; it is what a careful reader of the texts would type.
Two things are corrected, because a comparison must compute the same numbers: softmax subtracts the largest
score, and the slope of the output sigmoid is sent back to the hidden layer.

Run it for seconds per iteration and per example: ``python benchmarks/texts_baseline.py``. Pictures are noise
with the sizes of MNIST; the time of dense products does not depend on what is in them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

__all__ = ["ColumnNetwork", "columns", "full_batch_step", "seconds_per_call"]


def columns(images: np.ndarray) -> np.ndarray:
    """Pictures (m, 28, 28) ``uint8`` as the texts hold them: (784, m) ``float64`` from 0 to 1."""
    return images.reshape(len(images), -1).T / 255.0


def full_batch_step(W1, b1, W2, b2, X, Y, alpha):
    """One iteration of gradient descent on all pictures X (784, m): new W1, b1, W2, b2."""
    m = Y.size
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2.dot(A1) + b2
    E = np.exp(Z2 - Z2.max(axis=0))
    A2 = E / E.sum(axis=0)

    one_hot_Y = np.zeros((Y.size, Y.max() + 1))
    one_hot_Y[np.arange(Y.size), Y] = 1
    dZ2 = A2 - one_hot_Y.T
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)

    return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2


class ColumnNetwork:
    """784-100-10 sigmoids without biases, squared error, one example at a time; needs SciPy."""

    def __init__(self, input_nodes, hidden_nodes, output_nodes, learning_rate, seed=0):
        from scipy.special import expit  # the texts' sigmoid

        rng = np.random.default_rng(seed)
        self.wih = rng.normal(0.0, pow(input_nodes, -0.5), (hidden_nodes, input_nodes))
        self.who = rng.normal(0.0, pow(hidden_nodes, -0.5), (output_nodes, hidden_nodes))
        self.lr = learning_rate
        self.activation_function = lambda x: expit(x)

    def train(self, inputs_list, targets_list):
        inputs = np.array(inputs_list, ndmin=2).T
        targets = np.array(targets_list, ndmin=2).T

        hidden_inputs = np.dot(self.wih, inputs)
        hidden_outputs = self.activation_function(hidden_inputs)
        final_inputs = np.dot(self.who, hidden_outputs)
        final_outputs = self.activation_function(final_inputs)

        output_deltas = (targets - final_outputs) * final_outputs * (1.0 - final_outputs)
        hidden_deltas = np.dot(self.who.T, output_deltas) * hidden_outputs * (1.0 - hidden_outputs)
        self.who += self.lr * np.dot(output_deltas, np.transpose(hidden_outputs))
        self.wih += self.lr * np.dot(hidden_deltas, np.transpose(inputs))

    def query(self, inputs_list):
        inputs = np.array(inputs_list, ndmin=2).T
        hidden_outputs = self.activation_function(np.dot(self.wih, inputs))
        return self.activation_function(np.dot(self.who, hidden_outputs))


def seconds_per_call(work: Callable[[], object], repeats: int) -> list[float]:
    """Wall time of each of ``repeats`` calls."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60_000, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 60_000)

    X = columns(images)
    start = (
        rng.standard_normal((10, 784)) * np.sqrt(2 / 784),
        np.zeros((10, 1)),
        rng.standard_normal((10, 10)) * np.sqrt(2 / 10),
        np.zeros((10, 1)),
    )
    iteration = seconds_per_call(lambda: full_batch_step(*start, X, labels, 0.1), 12)[2:]

    network = ColumnNetwork(784, 100, 10, 0.1)
    rows = images[:3000].reshape(-1, 784) / 255.0 * 0.99 + 0.01
    targets = np.full((10, 10), 0.01) + 0.98 * np.eye(10)

    def examples() -> None:
        for row, label in zip(rows, labels, strict=False):
            network.train(row, targets[label])

    epoch = seconds_per_call(examples, 6)[1:]
    for name, times, scale, unit in (
        ("full batch 784-10-10, 60,000 pictures", iteration, 1e3, "ms per iteration"),
        ("one at a time 784-100-10", epoch, 1e6 / len(rows), "µs per example"),
    ):
        low, middle, high = (scale * f(times) for f in (min, statistics.median, max))
        print(f"{name}: {middle:.1f} {unit} (from {low:.1f} to {high:.1f}, n = {len(times)})")


if __name__ == "__main__":
    main()
