"""One example at a time, as the oldest texts train, without touching the large weight matrix each time.

A step for one example changes the first layer's weights by −rate · x ⊗ δ: x its inputs, δ the loss's gradient
at its hidden units. Done plainly that reads and writes all 78,400 weights for every example. But the next
example x′ need not see the new weights, only what they do to it: its hidden units receive −rate · (x · x′) δ
more than before. So a block of examples needs three matrix products: what each would see if the others were
not there (``inputs @ weight``), how alike each two are (``inputs @ inputsᵀ``), and at the end the sum of all
steps (``inputsᵀ @ δ``). In between the examples go one after the other, with their short vectors alone.

That is the same algorithm in the same order, not mini-batches: the results agree to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from glassnet.engine import Dense, Flatten, Loss, Network
from glassnet.engine.layers import Array
from glassnet.engine.losses import SigmoidSquaredError, target_rows
from glassnet.training.parallel import BatchResult, Prepare
from glassnet.training.recipe import Recipe

__all__ = ["BLOCK", "GRADIENTS", "HIDDEN", "OneAtATime", "learn_one_at_a_time"]

BLOCK = 32
"""Examples in a block: enough for the matrix products, few enough that likeness, which grows as B², is cheap."""

Elementwise: TypeAlias = Callable[[Array, Array], object]  # from, into
Pair: TypeAlias = tuple[Elementwise, Callable[[Array], Array]]


class OneAtATime:
    """``learn(images, labels, rate)``: one step of gradient descent for each picture of a block in turn.

    For the networks that :meth:`fits` names; others take their single steps the common way.
    """

    def __init__(self, network: Network, loss: Loss, prepare: Prepare) -> None:
        first, self._bend, last = (layer for layer in network.layers if not isinstance(layer, Flatten))
        assert isinstance(first, Dense)
        assert isinstance(last, Dense)
        self._dense = first, last
        self._network, self._loss, self._prepare = network, loss, prepare

    @staticmethod
    def fits(recipe: Recipe, network: Network) -> bool:
        """One hidden layer, plain gradient descent at a steady rate, and a loss with a short formula."""
        words = [layer.word for layer in network.layers if not isinstance(layer, Flatten)]
        optimizer, loss = recipe.optimizer, recipe.make_loss()
        return (
            recipe.training.batch_size == 1
            and recipe.teacher.model is None
            and recipe.averaging.name != "ema"  # which wants a look at the weights after every single step
            and len(words) == 3
            and words[0] == words[2] == "dense"
            and words[1] in HIDDEN
            and loss.word in GRADIENTS
            and not getattr(loss, "label_smoothing", 0)
            and optimizer.name == "sgd"
            and not (optimizer.l1 or optimizer.l2 or optimizer.clip_norm)
            and recipe.schedule.name == "constant"
            and not recipe.schedule.warm_up
        )

    def __call__(self, samples: Array, labels: Array, rate: float) -> BatchResult:
        first, last = self._dense
        dtype = self._network.dtype
        inputs = self._prepare(samples).reshape(len(samples), -1)
        targets = target_rows(labels, np.empty((len(labels), last.units), dtype))
        if isinstance(self._loss, SigmoidSquaredError):
            targets = self._loss.low + (self._loss.high - self._loss.low) * targets
        logits = learn_one_at_a_time(
            inputs,
            targets,
            rate,
            first.weight,
            last.weight,
            first.bias if first.use_bias else None,
            last.bias if last.use_bias else None,
            hidden=self._bend.word,
            output=self._loss.word,
        )
        loss, _ = self._loss(logits, labels)
        return BatchResult(loss, int(np.count_nonzero(logits.argmax(axis=1) == labels)))


def learn_one_at_a_time(
    inputs: Array,
    targets: Array,
    learning_rate: float,
    weight0: Array,
    weight1: Array,
    bias0: Array | None = None,
    bias1: Array | None = None,
    *,
    hidden: str = "sigmoid",
    output: str = "squared_error",
) -> Array:
    """One step of gradient descent for each of B examples in turn, changing weights and biases in place.

    Shapes: inputs ``(B, D)``, target rows ``(B, K)``, weight0 ``(D, H)``, weight1 ``(H, K)``, bias0 ``(H,)``,
    bias1 ``(K,)`` (or none), all of one floating type. ``hidden`` is a name in :data:`HIDDEN`, ``output`` one in
    :data:`GRADIENTS`. Call it block after block of about :data:`BLOCK` examples.

    Returns the logits ``(B, K)``, those of each example before its own step.
    """
    dtype = weight0.dtype
    activate, slope = HIDDEN[hidden](dtype)
    gradient_at = GRADIENTS[output](dtype)
    rate = np.array(learning_rate, dtype)

    # rows[j] begins as what the hidden units of example j would see if the block changed nothing. When its
    # turn is over the row holds its δ instead. So example j really sees
    #     rows[j] − rate · Σ_{i<j} likeness[j, i] · rows[i]  =  sees[j] · rows.
    rows = inputs @ weight0
    likeness = inputs @ inputs.copy().T  # of a copy: NumPy's own product of A and Aᵀ is slower at this size
    if bias0 is not None:
        rows += bias0
        likeness += 1  # a bias is a weight at an input that is always 1
    sees = np.tri(len(inputs), k=-1, dtype=dtype)
    sees *= likeness
    sees *= -rate
    np.fill_diagonal(sees, 1)

    upper = np.ascontiguousarray(weight1.T)  # (K, H): rows of the length that products run along
    logits = np.empty((len(inputs), len(upper)), dtype)
    units, delta, change = np.empty(upper.shape[1], dtype), np.empty(len(upper), dtype), np.empty_like(upper)
    delta_column, units_row = delta[:, None], units[None, :]
    for seen, row, logit, target in zip(sees, rows, logits, targets, strict=True):
        np.dot(seen, rows, out=units)
        activate(units, units)
        np.dot(upper, units, out=logit)
        if bias1 is not None:
            logit += bias1
        gradient_at(logit, target, delta)
        np.dot(delta, upper, out=row)  # through the weights as they were when they made the error
        row *= slope(units)
        delta *= rate
        np.dot(delta_column, units_row, out=change)
        upper -= change
        if bias1 is not None:
            bias1 -= delta

    weight1[...] = upper.T
    rows *= -rate
    weight0 += inputs.T @ rows
    if bias0 is not None:
        bias0 += rows.sum(axis=0)
    return logits


# Numbers that meet short vectors are arrays of no dimension: a Python number in their place takes NumPy twice
# as long, and here that is a tenth of the whole.


def _sigmoid(dtype: DTypeLike) -> Pair:
    half, one = np.array(0.5, dtype), np.array(1, dtype)

    def activate(z: Array, out: Array) -> None:
        np.multiply(z, half, out)
        np.tanh(out, out)
        np.multiply(out, half, out)
        np.add(out, half, out)

    return activate, lambda a: a * (one - a)


def _tanh(dtype: DTypeLike) -> Pair:
    one = np.array(1, dtype)
    return lambda z, out: np.tanh(z, out), lambda a: one - a * a


def _relu(dtype: DTypeLike) -> Pair:
    zero = np.array(0, dtype)
    return lambda z, out: np.maximum(z, zero, out=out), lambda a: (a > zero).astype(dtype)


def _squared_error(dtype: DTypeLike) -> Callable[[Array, Array, Array], None]:
    """The gradient of ½ Σ (σ(z) − t)² along z: (o − t) · o · (1 − o) with o = σ(z)."""
    activate, slope = _sigmoid(dtype)

    def gradient_at(logit: Array, target: Array, out: Array) -> None:
        activate(logit, out)
        factor = slope(out)
        out -= target
        out *= factor

    return gradient_at


def _cross_entropy(dtype: DTypeLike) -> Callable[[Array, Array, Array], None]:
    """The gradient of −Σ t log softmax(z) along z: softmax(z) − t."""

    def gradient_at(logit: Array, target: Array, out: Array) -> None:
        np.exp(logit - logit.max(), out)
        out /= out.sum()
        out -= target

    return gradient_at


HIDDEN: dict[str, Callable[[DTypeLike], Pair]] = {"sigmoid": _sigmoid, "tanh": _tanh, "relu": _relu}
"""The bend of the hidden layer, by name: for a dtype, the function and its slope as a function of its output."""

GRADIENTS: dict[str, Callable[[DTypeLike], Callable[[Array, Array, Array], None]]] = {
    "squared_error": _squared_error,
    "cross_entropy": _cross_entropy,
}
"""The loss, by name: for a dtype, a function from logits and target to the gradient at the logits."""
