"""A model as a page of plain NumPy: the numbers in one file, the formulas in another, and nothing of ours."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from glassnet.engine import BatchNorm, Conv2D, Dense
from glassnet.engine.layers import Layer
from glassnet.errors import ModelError
from glassnet.models import Model

__all__ = ["as_numpy_code"]

FUNCTIONS = {
    "relu": "def relu(x):\n    return np.maximum(x, 0)\n",
    "leaky_relu": "def leaky_relu(x, slope):\n    return np.where(x > 0, x, slope * x)\n",
    "sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n",
    "tanh": "def tanh(x):\n    return np.tanh(x)\n",
    "gelu": (
        "def gelu(x):\n    from math import erf\n\n    return x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2\n"
    ),
    "softmax": (
        "def softmax(x):\n    power = np.exp(x - x.max(axis=-1, keepdims=True))\n"
        "    return power / power.sum(axis=-1, keepdims=True)\n"
    ),
    "dense": "def dense(x, weight, bias):\n    return x @ weight + bias\n",
    "flatten": "def flatten(x):\n    return x.reshape(len(x), -1)\n",
    "conv": '''def conv(x, weight, bias, stride, same):
    """Pictures (N, H, W, C), kernels (kh, kw, C, filters)."""
    kh, kw = weight.shape[:2]
    if same:
        rows, columns = ((k - 1) // 2 for k in (kh, kw))
        x = np.pad(x, ((0, 0), (rows, kh - 1 - rows), (columns, kw - 1 - columns), (0, 0)))
    patches = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nyxcij,ijcf->nyxf", patches, weight, optimize=True) + bias
''',
    "pool": """def squares(x, size):
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    return x[:, : rows * size, : columns * size].reshape(n, rows, size, columns, size, channels)


def pool(x, size):
    return squares(x, size).max(axis=(2, 4))


def average_pool(x, size):
    return squares(x, size).mean(axis=(2, 4))
""",
    "global_average_pool": "def global_average_pool(x):\n    return x.mean(axis=(1, 2))\n",
    "batch_norm": (
        "def batch_norm(x, gamma, beta, mean, variance, epsilon):\n"
        "    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta\n"
    ),
}

PAGE = '''"""{title}: a network in plain NumPy, written by Glassnet.

    python predict.py three.npy      # pictures (N, {height}, {width}) of uint8, ink bright on black

{layers}
"""

import sys

import numpy as np

with np.load(__file__.replace("predict.py", "model.npz")) as file:
    numbers = dict(file)
classes = {classes!r}


{functions}

def predict(pictures):
    """Probabilities (N, {count}) for pictures (N, {height}, {width}) of uint8."""
    x = pictures[..., None] * {scale!r} + numbers["offset"][..., None]
{lines}
    return {output}(x / {temperature!r})


if __name__ == "__main__":
    for row in predict(np.load(sys.argv[1])):
        print(classes[row.argmax()], f"{{row.max():.3f}}")
'''


def as_numpy_code(model: Model) -> bytes:
    """A zip of ``predict.py`` and ``model.npz``; :class:`ModelError` for a layer that has no formula here."""
    numbers: dict[str, Any] = {"offset": np.atleast_2d(model.preparation.offset)}
    lines, words = [], {model.output}
    for number, layer in enumerate(model.network.layers):
        if layer.word == "dropout":
            continue
        word = "pool" if layer.word == "average_pool" else layer.word
        if word not in FUNCTIONS:
            raise ModelError(f"layer {number} ({layer.notation()}) cannot be written in plain NumPy yet")
        words.add(word)
        lines.append(f"    x = {layer.word}(x{_arguments(number, layer, numbers)})")
    height, width = model.picture_shape
    page = PAGE.format(
        title=model.recipe.get("name", "A model"),
        height=height,
        width=width,
        layers="\n".join(f"    {each}" for each in model.network.notation()),
        classes=list(model.classes),
        count=len(model.classes),
        functions="\n\n".join(text for word, text in FUNCTIONS.items() if word in words),
        scale=model.preparation.scale,
        lines="\n".join(lines),
        output=model.output,
        temperature=model.temperature,
    )
    arrays, file = io.BytesIO(), io.BytesIO()
    np.savez(arrays, **numbers)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("predict.py", page)
        archive.writestr("model.npz", arrays.getvalue())
    return file.getvalue()


def _arguments(number: int, layer: Layer, numbers: dict[str, Any]) -> str:
    """What a layer's function gets beside x; its arrays go into ``numbers``."""
    names: list[str] = []

    def keep(name: str, values: Any) -> None:
        numbers[f"{number}_{name}"] = values
        names.append(f'numbers["{number}_{name}"]')

    if isinstance(layer, Dense | Conv2D):
        keep("weight", layer.weight)
        keep("bias", layer.bias if getattr(layer, "use_bias", True) else np.zeros(1, layer.weight.dtype))
    if isinstance(layer, Conv2D):
        names += [str(layer.stride), str(layer.padding == "same")]
    if isinstance(layer, BatchNorm):
        for name in ("gamma", "beta", "running_mean", "running_variance"):
            keep(name, getattr(layer, name))
        names.append(repr(layer.epsilon))
    for setting in ("slope", "size"):
        if not isinstance(layer, Conv2D) and hasattr(layer, setting):
            names.append(repr(getattr(layer, setting)))
    return "".join(f", {name}" for name in names)
