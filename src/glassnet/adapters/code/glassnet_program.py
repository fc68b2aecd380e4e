"""A network in Glassnet's own words: the layers as a recipe has them, and what is done to a picture."""

from __future__ import annotations

from glassnet.adapters.code.plan import Plan, in_columns, sides

__all__ = ["written"]

PROGRAM = '''\
"""Reads pictures with a network of Glassnet, which made this file.

    python {name} digits.npy

digits.npy: pictures {pictures}, whole numbers from 0 to 255, bright ink on black.
Needs glassnet.
What the network learned lies beside this file, in a model file.
Shapes in the comments: N pictures first, then height, width, channels.
"""

import sys
from pathlib import Path

import numpy as np

from glassnet.engine import OUTPUTS, Network
from glassnet.models import Model

{title}MODEL = Path(__file__).with_name({weights})

LAYERS = [
{layers}
]

model = Model.load(MODEL)  # checked, number by number, to be what was saved
network = Network(LAYERS, model.network.input_shape, dtype="{dtype}")
network.parameters[...] = model.network.parameters  # {parameters:,} weights and biases, in one vector
{state}

def predict(pictures):
    """Probabilities (N, {classes}) for pictures {pictures}, whole numbers from 0 to 255, bright ink on black."""
    x = model.prepare(np.asarray(pictures))  # {inputs}, what the first layer reads
    logits = network.forward(x)  # (N, {classes}); network.trace(x) has every number on the way
    return OUTPUTS["{output}"](logits / model.temperature)  # {formula}


{main}    for row in predict(np.load(sys.argv[1])):
        print(model.classes[row.argmax()], f"{{row.max():.3f}}")
'''

STATE = "network.state[...] = model.network.state  # what training saw, for batch norm\n"


def written(plan: Plan) -> str:
    """The program."""
    rows = [
        (f'"{step.layer.notation()}",', f"{sides(step.layer.output_shape)}: {step.formula}") for step in plan.steps
    ]
    network = plan.model.network
    return PROGRAM.format(
        **plan.facts(),
        layers=in_columns(rows, 4),
        inputs=sides(network.input_shape),
        state=STATE if network.state.size else "",
        output=plan.model.output,
        formula="eᶻ / Σ eᶻ" if plan.model.output == "softmax" else "1 / (1 + e⁻ᶻ)",
    )
