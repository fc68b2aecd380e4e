"""One step of gradient descent, and whether it kept its promise.

The gradient g says how the loss changes *here*. A step of −η·g should change it by −η‖g‖², if the loss went on
as straight as it begins. It does not: with a small rate η promise and change agree, with a large one they part,
and that is all there is to know about learning rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.engine import Loss, Network
from glassnet.engine.layers import Array
from glassnet.explaining.questions import one_sample, one_target
from glassnet.explaining.writing import counted, written

__all__ = ["Step", "one_step"]


@dataclass(frozen=True, eq=False)
class Step:
    """What one step did to one sample's loss.

    ``network`` is the network after the step, a copy; ``before`` and ``after`` are its output probabilities
    ``(K,)``. ``moved`` counts the parameters that changed.
    """

    learning_rate: float
    gradient_norm: float
    loss_before: float
    loss_after: float
    promised: float
    moved: int
    before: Array
    after: Array
    network: Network

    @property
    def actual(self) -> float:
        """By how much the loss changed."""
        return self.loss_after - self.loss_before

    @property
    def numbers(self) -> str:
        """The promise with its numbers, and what became of it."""
        promise = f"{written(self.promised)} = −{written(self.learning_rate)} · {written(self.gradient_norm)}²"
        return f"promised {promise}, actual {written(self.actual)}"

    @property
    def sentence(self) -> str:
        """The same in words."""
        text = (
            f"The step moved {counted(self.moved, 'parameter')} and the loss "
            f"from {written(self.loss_before)} to {written(self.loss_after)}"
        )
        if self.promised == 0:
            return f"{text}: without a gradient or a rate there is no step."
        kept = self.actual / self.promised
        if kept <= 0:
            return f"{text}: it did not fall at all. The step was far too long."
        share = f"{100 * kept:.0f} %" if kept >= 0.01 else "less than 1 %"
        if 0.8 < kept < 1.25:
            return f"{text}: {share} of what the gradient promised. The step was short enough to trust it."
        return f"{text}: {share} of what the gradient promised. Over so long a step the loss is not straight."

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain numbers, without the network."""
        return {
            "learning_rate": self.learning_rate,
            "gradient_norm": self.gradient_norm,
            "loss_before": self.loss_before,
            "loss_after": self.loss_after,
            "promised": self.promised,
            "actual": self.actual,
            "moved": self.moved,
            "before": self.before.tolist(),
            "after": self.after.tolist(),
            "numbers": self.numbers,
            "sentence": self.sentence,
        }


def one_step(network: Network, loss: Loss, sample: Array, target: int | Array, learning_rate: float) -> Step:
    """Take ``parameters −= learning_rate · gradient`` once, on a copy, for one sample.

    Dropout is off and batch normalisation keeps its statistics, as in every trace. ``learning_rate`` may be any
    number. In float32, changes of the loss below about 10⁻⁷ are rounding.
    """
    inputs, targets = one_sample(network, sample), one_target(target)
    trace = network.trace(inputs, loss, targets)
    assert trace.loss is not None
    gradient = trace.parameter_gradients
    assert gradient is not None
    norm = float(np.linalg.norm(gradient.astype(np.float64)))
    stepped = network.astype(network.dtype)
    stepped.parameters -= float(learning_rate) * gradient
    logits = stepped.forward(inputs)
    loss_after, _ = loss(logits, targets)
    return Step(
        learning_rate=float(learning_rate),
        gradient_norm=norm,
        loss_before=trace.loss,
        loss_after=loss_after,
        promised=-float(learning_rate) * norm**2,
        moved=int(np.count_nonzero(stepped.parameters != network.parameters)),
        before=loss.probabilities(trace.values[-1])[0],
        after=loss.probabilities(logits)[0],
        network=stepped,
    )
