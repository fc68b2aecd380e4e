"""How wrong the network is, as one number, and the gradient with which learning begins.

A network ends in *logits*: any real numbers, one per class. The loss holds the last step, from logits to
probabilities, because its derivative and that step's melt into something simple and safe. In every loss

* the value is the **mean over the N samples** of a batch, and so is the gradient: each sample's gradient is
  divided by N, here and nowhere else (books that write 1/m in front of every update mean the same thing);
* ``targets`` are labels ``(N,)`` of an integer type, or target rows ``(N, K)``; for softmax each row adds up
  to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.engine.activations import sigmoid, softmax
from glassnet.engine.layers import Array
from glassnet.errors import RecipeError, ShapeError

__all__ = ["LOSSES", "BinaryCrossEntropy", "Loss", "SigmoidSquaredError", "SoftmaxCrossEntropy"]


@dataclass(frozen=True)
class Loss:
    """Call it with logits ``(N, K)`` and targets: it returns the loss and its gradient ``(N, K)``."""

    word: ClassVar[str]
    output: ClassVar[str]
    """The step from logits to probabilities, "softmax" or "sigmoid": what a saved model has to know."""

    def __call__(self, logits: Array, targets: Array) -> tuple[float, Array]:
        raise NotImplementedError

    def probabilities(self, logits: Array) -> Array:
        """What the logits say, as probabilities ``(N, K)``."""
        return OUTPUTS[self.output](logits)


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    """One class out of K: L = −Σₖ tₖ log pₖ with p = softmax(logits), mean over N.

    The gradient is the plainest there is, **what it said minus what it should have said**::

        ∂L/∂logits = (p − t) / N

    Label smoothing s mixes the target with the uniform one: tₖ = (1 − s) [k is right] + s / K
    (Szegedy et al. 2016, section 7).
    """

    label_smoothing: float = 0.0

    word = "cross_entropy"
    output = "softmax"

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing < 1:
            raise RecipeError(
                f"label_smoothing must be from 0 up to, but not including, 1, got {self.label_smoothing}"
            )

    def __call__(self, logits: Array, targets: Array) -> tuple[float, Array]:
        count, classes = logits.shape
        wanted = target_rows(targets, logits)
        if self.label_smoothing:
            wanted = wanted * (1 - self.label_smoothing) + self.label_smoothing / classes
        # Columns (K, N) from here on: NumPy takes the maximum and the sum of ten numbers eight times faster when
        # the thousand samples lie side by side.
        shifted = logits.T.copy()
        shifted -= shifted.max(axis=0)
        powers = np.exp(shifted)
        total = powers.sum(axis=0)
        # log p = shifted − log total: never the logarithm of a probability that was rounded to 0.
        value = float(np.log(total).sum() - np.vdot(wanted.T, shifted)) / count
        powers /= total
        powers -= wanted.T
        powers /= count
        return value, powers.T


@dataclass(frozen=True)
class SigmoidSquaredError(Loss):
    """Sigmoid outputs, squared error: L = ½ Σₖ (oₖ − tₖ)² with o = σ(logits), mean over N.

    The target of the right class is ``high``, of the others ``low``: 0.99 and 0.01, which a sigmoid can reach,
    where 1 and 0 would drive the weights to infinity (Rashid 2016, "Make Your Own Neural Network")::

        ∂L/∂logits = (o − t) · o · (1 − o) / N
    """

    low: float = 0.01
    high: float = 0.99

    word = "squared_error"
    output = "sigmoid"

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 1:
            raise RecipeError(f"the targets must have 0 ≤ low < high ≤ 1, got low={self.low}, high={self.high}")

    def __call__(self, logits: Array, targets: Array) -> tuple[float, Array]:
        outputs = sigmoid(logits)
        wanted = target_rows(targets, logits)
        if targets.ndim == 1:
            wanted = self.low + (self.high - self.low) * wanted
        gradient = (outputs - wanted).astype(logits.dtype, copy=False)
        count = len(logits)
        value = float(np.vdot(gradient, gradient)) / (2 * count)
        gradient *= outputs
        gradient *= 1 - outputs
        gradient /= count
        return value, gradient


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """K questions of yes or no: L = −Σₖ [tₖ log pₖ + (1 − tₖ) log(1 − pₖ)] with p = σ(logits), mean over N.

    Targets are 0 or 1, or anything between: ``(N, K)``, or ``(N,)`` where there is one question. Written as
    max(z, 0) − z·t + log(1 + e^−|z|), which neither overflows nor loses digits::

        ∂L/∂logits = (p − t) / N
    """

    word = "binary_cross_entropy"
    output = "sigmoid"

    def __call__(self, logits: Array, targets: Array) -> tuple[float, Array]:
        one_question = logits.shape[1] == 1 and targets.ndim == 1
        wanted = targets[:, None].astype(logits.dtype) if one_question else target_rows(targets, logits)
        count = len(logits)
        terms = np.maximum(logits, 0) - logits * wanted + np.log1p(np.exp(-np.abs(logits)))
        return float(terms.sum()) / count, (sigmoid(logits) - wanted) / count


def target_rows(targets: Array, logits: Array) -> Array:
    """Labels ``(N,)`` as one-hot rows ``(N, K)``; rows stay as they are. In the dtype of the logits."""
    count, classes = logits.shape
    if targets.shape == logits.shape:
        return targets.astype(logits.dtype, copy=False)
    if targets.shape != (count,) or targets.dtype.kind not in "iu":
        raise ShapeError(
            f"for logits of shape {logits.shape}, targets must be {count} integer labels "
            f"or rows of the same shape, got {targets.dtype} of shape {targets.shape}"
        )
    if count and not 0 <= targets.min() <= targets.max() < classes:
        raise ShapeError(f"labels must be from 0 to {classes - 1}, got {targets.min()} to {targets.max()}")
    # By columns (K, N), as softmax wants them: each comparison runs along all samples.
    columns: Array = np.arange(classes)[:, None] == targets
    return columns.astype(logits.dtype).T


OUTPUTS = {"softmax": softmax, "sigmoid": sigmoid}
"""From logits to probabilities, by the name that a saved model carries."""

LOSSES: dict[str, type[Loss]] = {
    loss.word: loss for loss in (SoftmaxCrossEntropy, SigmoidSquaredError, BinaryCrossEntropy)
}
"""Every loss by its name in recipes."""
