"""What is wrong with a run, in words, with the likely cause and what to try.

Numbers that go wrong silently are the worst teachers: a network stuck at 10 % looks like one that needs more
time. Every check here reads the numbers and says what they mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.engine import Network, ReLU, Sigmoid, Tanh
from glassnet.engine.layers import Array
from glassnet.training.events import Trouble
from glassnet.training.state import EpochRecord, TrainingState

__all__ = ["diagnose", "divergence", "examine_layers", "examine_progress"]

SAMPLE = 1000
"""Training pictures that the layers are looked at with."""


def diagnose(state: TrainingState, data: Dataset) -> Iterator[Trouble]:
    """Troubles visible after an epoch: in the course of the loss, and in the layers' values for training data.

    Looks after epochs 1 to 5 and then ever more rarely (10, 20, 50, 100 …): an epoch of one step takes less
    time than a look.
    """
    if state.epoch > 5 and state.epoch / 10 ** int(math.log10(state.epoch)) not in (1, 2, 5):
        return
    size = state.recipe.training.batch_size
    updates = 1 if size == "full" else math.ceil(len(data) / size)
    yield from examine_progress(state.history, len(data.classes), updates)
    inputs = state.prepare(data.images[:SAMPLE])
    yield from examine_layers(state.network, inputs)


def examine_progress(history: Sequence[EpochRecord], classes: int, updates: int) -> Iterator[Trouble]:
    """Read the course of the training loss: too fast, too slow, or stuck at guessing.

    ``updates`` is the number of steps in an epoch: nobody is called slow before three epochs and 100 steps.
    """
    losses = [record.train_loss for record in history]
    guessing = 1 / classes
    lowest = min(losses)
    had_its_chance = len(losses) >= 3 and len(losses) * updates >= 100
    if len(losses) > 1 and losses[-1] > 2 * lowest and losses[-1] > lowest + 0.1:
        yield Trouble(
            "rising loss",
            f"the training loss rose from {lowest:.3g} to {losses[-1]:.3g}",
            "the learning rate is probably too high: try a tenth of it",
        )
    if had_its_chance and history[-1].train_accuracy < 1.5 * guessing:
        yield Trouble(
            "stuck",
            f"after {len(losses)} epochs {history[-1].train_accuracy:.1%} of the training answers are right, "
            f"and guessing gives {guessing:.0%}",
            "a rate that is far too high or far too low does this, and so do weights that all start at 0",
        )
    elif had_its_chance and 0 <= losses[0] - losses[-1] < 0.01 * losses[0] and history[-1].train_accuracy < 0.9:
        yield Trouble(
            "slow",
            f"in {len(losses)} epochs the training loss fell by less than 1 %, to {losses[-1]:.4g}",
            "the learning rate is probably too low: try ten times as much",
        )


def examine_layers(network: Network, inputs: Array) -> Iterator[Trouble]:
    """Look at every layer's values for some inputs: unscaled input, dead ReLUs, saturated sigmoids."""
    values = network.trace(inputs).values
    largest = float(np.abs(values[0]).max(initial=0))
    if largest > 20:
        yield Trouble(
            "unscaled input",
            f"the network's inputs go up to {largest:.0f}",
            "divide pixels by 255: weights are drawn for inputs of about 1",
        )
    for index, layer in enumerate(network.layers):
        outputs = values[index + 1]
        units = outputs.reshape(-1, outputs.shape[-1])  # for pictures, a channel is a unit
        where = f"layer {index} ({layer.notation()})"
        if isinstance(layer, ReLU):
            dead = float(np.mean(~(units > 0).any(axis=0)))
            if dead > 0.4:
                yield Trouble(
                    f"dead units in {where}",
                    f"{where}: {dead:.0%} of the units are 0 for every one of {len(inputs):,} pictures",
                    "they have stopped learning; a smaller learning rate, He initialisation or leaky_relu helps",
                )
        elif isinstance(layer, Sigmoid | Tanh):
            low, high = (0.02, 0.98) if isinstance(layer, Sigmoid) else (-0.96, 0.96)
            flat = float(np.mean((units < low) | (units > high)))
            if flat > 0.7:
                yield Trouble(
                    f"saturated units in {where}",
                    f"{where}: {flat:.0%} of the outputs lie where the curve is flat and nothing is learned",
                    "smaller initial weights (lecun_normal, glorot_normal), scaled inputs or a smaller rate help",
                )


def divergence(state: TrainingState, inputs: Array, rate: float) -> Trouble:
    """The loss is no longer a number: name the layer where ``inputs`` broke the numbers, and the likely cause."""
    network = state.network
    where = "the loss"
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        values = network.trace(inputs[:SAMPLE]).values
    broken = [index for index, layer_values in enumerate(values) if not np.isfinite(layer_values).all()]
    if broken and broken[0] > 0:
        where = f"layer {broken[0] - 1} ({network.layers[broken[0] - 1].notation()})"
    largest = float(np.abs(values[0]).max(initial=0))
    if broken and broken[0] == 0:
        where, hint = "the input", "the pictures or their preparation hold infinite or missing values"
    elif largest > 20:
        hint = f"the inputs go up to {largest:.0f}: divide pixels by 255"
    else:
        lower = _written(rate / 10, 1) if rate > 0 and math.isfinite(rate) else "0.01"
        hint = f"the learning rate {_written(rate, 3)} is probably too high: try {lower}, or set clip_norm"
    return Trouble(
        "divergence",
        f"training diverged in epoch {state.epoch + 1}: the numbers overflowed in {where}; "
        f"the weights after epoch {state.epoch} are kept",
        hint,
        fatal=True,
    )


def _written(rate: float, digits: int) -> str:
    """So many digits of a rate, as people write them: ``"90"``, not ``"9e+01"``."""
    if not 1e-9 < rate < 1e9:
        return f"{rate:.{digits}g}"
    return np.format_float_positional(rate, digits, fractional=False, trim="-")
