"""A network in plain NumPy: a function for each kind of layer, and one line for each layer.

The program reads the model file with the standard library: the format is a header in JSON and then the numbers,
and those ten lines show a learner that there is no magic in a file of weights.
"""

from __future__ import annotations

from typing import Any

from glassnet.adapters.code.plan import Plan, Step, in_columns, sides

__all__ = ["written"]

PROGRAM = '''\
"""Reads pictures with a network in plain NumPy: every formula is written out. Made by Glassnet.

    python {name} digits.npy

digits.npy: pictures {pictures}, whole numbers from 0 to 255, bright ink on black.
Needs numpy alone.
What the network learned lies beside this file, in a model file of Glassnet.
Shapes in the comments: N pictures first, then height, width, channels.
"""

import json
import sys
from pathlib import Path

import numpy as np

{title}MODEL = Path(__file__).with_name({weights})


def read_safetensors(path):
    """Arrays by name, and what Glassnet wrote about them.

    The format: 8 bytes that say how long the header is, the header in JSON, then the numbers of all arrays.
    """
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header, numbers = json.loads(content[8 : 8 + length]), content[8 + length :]
    about = json.loads(header.pop("__metadata__")["glassnet"])
    kinds = {{"F16": "<f2", "F32": "<f4", "F64": "<f8"}}
    arrays = {{}}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(numbers[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"])
    return arrays, about


arrays, about = read_safetensors(MODEL)
classes = about["classes"]  # {classes} names
scale, offset = about["preparation"]["scale"], arrays["preparation.offset"]  # from pixels to inputs
temperature = about["temperature"]  # 1, unless the model was calibrated: above 1 it is less sure

# Everything that was learned lies in one vector, weights first. Each layer takes its own numbers out of it.
parameters = arrays["parameters"].astype(np.{dtype})
if parameters.shape != ({parameters},):
    raise ValueError(f"{{MODEL}} holds {{len(parameters):,}} parameters: another network than this one")
{arrays}


{functions}
def predict(pictures):
    """Probabilities (N, {classes}) for pictures {pictures}, whole numbers from 0 to 255, bright ink on black."""
{steps}
    return {output}(x / temperature)


{main}    for row in predict(np.load(sys.argv[1])):
        print(classes[row.argmax()], f"{{row.max():.3f}}")
'''

FUNCTIONS = {
    "dense": '''\
def dense(x, weight, bias=0.0):
    """Every output is a weighted sum of every input: (N, D) times (D, H) is (N, H)."""
    return x @ weight + bias
''',
    "conv": '''\
def conv(x, kernels, bias, stride=1, border=((0, 0), (0, 0))):
    """Kernels (kh, kw, C, F) slide over pictures (N, H, W, C) in a border of zeros: (N, H', W', F).

    out[n, y, x, f] = bias[f] + Σ_ijc in[n, y·stride + i, x·stride + j, c] · kernels[i, j, c, f]
    """
    x = np.pad(x, ((0, 0), *border, (0, 0)))
    patches = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))
    patches = patches[:, ::stride, ::stride]  # (N, H', W', C, kh, kw)
    return np.tensordot(patches, kernels, axes=((4, 5, 3), (0, 1, 2))) + bias
''',
    "batch_norm": '''\
def batch_norm(x, gamma, beta, mean, variance, epsilon):
    """Each channel centred and of unit size, by what training saw, then of a learned size and place."""
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta
''',
    "squares": '''\
def squares(x, size):
    """Pictures (N, H, W, C) cut into squares: (N, H/size, size, W/size, size, C)."""
    n, height, width, channels = x.shape
    return x.reshape(n, height // size, size, width // size, size, channels)
''',
    "pool": '''\
def pool(x, size):
    """The largest number of every square."""
    return squares(x, size).max(axis=(2, 4))
''',
    "average_pool": '''\
def average_pool(x, size):
    """The mean of every square."""
    return squares(x, size).mean(axis=(2, 4))
''',
    "global_average_pool": '''\
def global_average_pool(x):
    """The mean of every channel: (N, H, W, C) becomes (N, C)."""
    return x.mean(axis=(1, 2))
''',
    "flatten": '''\
def flatten(x):
    """A picture, row by row, as one long vector: (N, H, W, C) becomes (N, H·W·C)."""
    return x.reshape(len(x), -1)
''',
    "relu": '''\
def relu(x):
    """What is positive passes, the rest stops."""
    return np.maximum(0, x)
''',
    "leaky_relu": '''\
def leaky_relu(x, slope):
    """What is positive passes, of the rest a little."""
    return np.where(x > 0, x, slope * x)
''',
    "sigmoid": '''\
def sigmoid(x):
    """1 / (1 + e⁻ˣ), written so that it cannot overflow."""
    return (1 + np.tanh(x / 2)) / 2
''',
    "tanh": '''\
def tanh(x):
    """Between −1 and 1."""
    return np.tanh(x)
''',
    "gelu": '''\
def gelu(x):
    """x · Φ(x), Φ being the normal distribution, by its tanh formula."""
    return x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))) / 2  # √(2/π)
''',
    "softmax": '''\
def softmax(x):
    """eˣ / Σ eˣ over the last axis. Taking off the largest first changes nothing but the overflow."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
''',
}
"""By a layer's word, its function; ``squares`` is what two of them share."""

SHORT = {"running_mean": "mean", "running_variance": "variance"}


def written(plan: Plan) -> str:
    """The program."""
    words = {step.word for step in plan.steps} | {plan.model.output}
    if words & {"pool", "average_pool"}:
        words.add("squares")
    taken = [
        (f"{_variable(step, name)} = {step.taken(name)}", step.layer.notation() if first else "")
        for step in plan.steps
        for first, name in zip([True, *[False] * 9], (*step.parameters, *step.state), strict=False)
    ]
    if plan.uses("batch_norm"):
        taken.insert(0, (f'state = arrays["state"].astype(np.{plan.dtype})', "what training saw, for batch norm"))
    prepared = [
        (f"x = np.asarray(pictures).astype(np.{plan.dtype}) * scale + offset", plan.pictures),
        ("x = x[..., np.newaxis]", sides(plan.model.network.input_shape)),
    ]
    return PROGRAM.format(
        **plan.facts(),
        arrays=in_columns(taken),
        functions="\n\n".join(text for word, text in FUNCTIONS.items() if word in words) + "\n",
        steps=in_columns([*prepared, *map(_line, plan.steps)], 4),
        output=plan.model.output,
    )


def _line(step: Step) -> tuple[str, str]:
    if step.word == "dropout":
        return "", f"{step.layer.notation()}: x stays {step.formula}"
    given = ["x", *(_variable(step, name) for name in (*step.parameters, *step.state)), *_settings(step.layer)]
    return f"x = {step.word}({', '.join(given)})", sides(step.layer.output_shape)


def _settings(layer: Any) -> list[str]:
    if layer.word == "conv":
        stride = [] if layer.stride == 1 else [f"stride={layer.stride}"]
        high, wide = layer.size
        border = ((high - 1) // 2, high // 2), ((wide - 1) // 2, wide // 2)
        return [*stride, *([f"border={border}"] if layer.padding == "same" else [])]
    return [repr(getattr(layer, name)) for name in ("epsilon", "size", "slope") if hasattr(layer, name)]


def _variable(step: Step, name: str) -> str:
    return f"{SHORT.get(name, name)}_{step.number}"
