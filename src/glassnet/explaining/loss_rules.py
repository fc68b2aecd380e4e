"""Where learning begins: what the losses say about the gradient that they send back into the network."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np

from glassnet.engine import BinaryCrossEntropy, Loss, SigmoidSquaredError, SoftmaxCrossEntropy
from glassnet.engine.layers import Array
from glassnet.engine.losses import target_rows
from glassnet.explaining.explanation import Terms
from glassnet.explaining.rules import Account
from glassnet.explaining.writing import added, counted, in_brackets, without_plus, written

__all__ = ["BinaryCrossEntropyRule", "CrossEntropyRule", "LossRule", "SquaredErrorRule"]

F = TypeVar("F", bound=Loss)


class LossRule(Generic[F]):
    """How one loss explains itself, for one sample with K logits."""

    symbols: str
    """The formula of the loss."""

    output_symbols: str
    """The formula from logits to outputs."""

    gradient_symbols: str
    """The formula of ∂loss/∂logit."""

    def wanted(self, loss: F, logits: Array, target: Array) -> Array:
        """What the outputs should have been, ``(K,)``; ``target`` is a batch of one, as a loss takes it."""
        row: Array = target_rows(target, logits[None])[0]
        return row

    def parts(self, output: Array, wanted: Array) -> Array:
        """What every class contributes to the loss, ``(K,)``: they add up to it."""
        raise NotImplementedError

    def loss_in_numbers(self, loss: F, logits: Array, target: Array, classes: tuple[str, ...]) -> str:
        """The right-hand side of the loss: the three classes that cost most, and the others together."""
        output = loss.probabilities(logits[None])[0]
        parts = self.parts(output.astype(np.float64), self.wanted(loss, logits, target).astype(np.float64))
        order = np.argsort(-parts, kind="stable")
        costly = [int(unit) for unit in order[:3] if parts[unit] > 0]
        text = "".join(f"{added(parts[unit])} for {classes[unit]}" for unit in costly)
        rest = float(np.delete(parts, costly).sum())
        if rest:
            text += f"{added(rest)} for {counted(len(parts) - len(costly), 'other')}"
        return without_plus(text) or "0"

    def account(self, loss: F, logits: Array, target: Array, unit: int) -> Account:
        """Where the gradient of logit ``unit`` comes from: output minus target."""
        output, wanted = loss.probabilities(logits[None])[0, unit], self.wanted(loss, logits, target)[unit]
        weight = self.slope(float(output))
        terms = Terms(
            places=np.array([[unit], [unit]], np.intp),
            shape=logits.shape,
            values=np.array([output, wanted], logits.dtype),
            weights=np.array([weight, -weight], logits.dtype),
        )
        return Account(terms, self.in_numbers(float(output), float(wanted)), _blame(float(output - wanted)))

    def slope(self, output: float) -> float:
        """What (output − target) is multiplied with: 1 where loss and output function melt into one."""
        return 1.0

    def in_numbers(self, output: float, wanted: float) -> str:
        """The right-hand side of ∂loss/∂logit."""
        return f"{written(output)} − {in_brackets(wanted)}"


def _blame(surplus: float) -> str:
    if surplus > 0:
        return f"It said {written(surplus)} more than it should have: a step of learning lowers this logit."
    if surplus < 0:
        return f"It said {written(-surplus)} less than it should have: a step of learning raises this logit."
    return "It said exactly what it should have: nothing to learn here."


class CrossEntropyRule(LossRule[SoftmaxCrossEntropy]):
    symbols = "L = −Σ t · log p"
    output_symbols = "p = e^z / Σ e^z"
    gradient_symbols = "∂L/∂z = p − t"

    def wanted(self, loss: SoftmaxCrossEntropy, logits: Array, target: Array) -> Array:
        smoothing = loss.label_smoothing
        return super().wanted(loss, logits, target) * (1 - smoothing) + smoothing / len(logits)

    def parts(self, output: Array, wanted: Array) -> Array:
        costs: Array = -wanted * _log(output)
        return costs


class SquaredErrorRule(LossRule[SigmoidSquaredError]):
    symbols = "L = ½ Σ (o − t)²"
    output_symbols = "o = 1 / (1 + e⁻ᶻ)"
    gradient_symbols = "∂L/∂z = (o − t) · o · (1 − o)"

    def wanted(self, loss: SigmoidSquaredError, logits: Array, target: Array) -> Array:
        rows = super().wanted(loss, logits, target)
        return loss.low + (loss.high - loss.low) * rows if target.ndim == 1 else rows

    def parts(self, output: Array, wanted: Array) -> Array:
        costs: Array = (output - wanted) ** 2 / 2
        return costs

    def slope(self, output: float) -> float:
        return output * (1 - output)

    def in_numbers(self, output: float, wanted: float) -> str:
        o = written(output)
        return f"({o} − {written(wanted)}) · {o} · (1 − {o})"


class BinaryCrossEntropyRule(LossRule[BinaryCrossEntropy]):
    symbols = "L = −Σ [t · log p + (1 − t) · log(1 − p)]"
    output_symbols = "p = 1 / (1 + e⁻ᶻ)"
    gradient_symbols = "∂L/∂z = p − t"

    def wanted(self, loss: BinaryCrossEntropy, logits: Array, target: Array) -> Array:
        if len(logits) == 1 and target.ndim == 1:  # one question of yes or no: the label itself is the answer
            return target.astype(logits.dtype)
        return super().wanted(loss, logits, target)

    def parts(self, output: Array, wanted: Array) -> Array:
        costs: Array = -(wanted * _log(output) + (1 - wanted) * _log(1 - output))
        return costs


def _log(probability: Array) -> Array:
    """The logarithm, of a probability that was rounded to 0 that of the smallest number there is."""
    logarithm: Array = np.log(np.maximum(probability, np.finfo(np.float64).tiny))
    return logarithm
