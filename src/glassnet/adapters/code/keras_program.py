"""A network in Keras 3, on whatever computes for it: PyTorch, JAX or TensorFlow.

Keras keeps a picture's channels last and its weights (in, out), as Glassnet does: nothing has to be turned.
"""

from __future__ import annotations

from typing import Any

from glassnet.adapters.code.plan import Plan, Step, in_columns, sides

__all__ = ["LINES", "written"]

PROGRAM = '''\
"""Reads pictures with a network in Keras 3. Made by Glassnet.

    KERAS_BACKEND=torch python {name} digits.npy     # or jax, or tensorflow

digits.npy: pictures {pictures}, whole numbers from 0 to 255, bright ink on black.
Needs numpy, safetensors, keras and what computes for it.
What the network learned lies beside this file, in a model file of Glassnet.
Shapes in the comments: N pictures first, then height, width, channels.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from safetensors import safe_open

{title}MODEL = Path(__file__).with_name({weights})

# What each kind of layer does to its inputs x:
{formulas}
network = keras.Sequential(
    [
{layers}
    ]
)

with safe_open(MODEL, framework="numpy") as file:
    about = json.loads(file.metadata()["glassnet"])
    {vectors}
classes = about["classes"]  # {classes} names
scale = about["preparation"]["scale"]  # with the offset: from pixels to inputs
temperature = about["temperature"]  # 1, unless the model was calibrated: above 1 it is less sure
if parameters.shape != ({parameters},):
    raise ValueError(f"{{MODEL}} holds {{len(parameters):,}} parameters: another network than this one")

# Everything that was learned lies in one vector, weights first. Each layer takes its own numbers out of it.
{loading}


def predict(pictures):
    """Probabilities (N, {classes}) for pictures {pictures}, whole numbers from 0 to 255, bright ink on black."""
    x = np.asarray(pictures).astype("float32") * scale + offset  # {pictures}
    logits = network(x[..., np.newaxis], training=False)  # one channel: (N, H, W, 1)
    return keras.ops.convert_to_numpy(keras.ops.{output}(logits / temperature))


{main}    for row in predict(np.load(sys.argv[1])):
        print(classes[row.argmax()], f"{{row.max():.3f}}")
'''

LINES: dict[str, str] = {
    "dense": 'layers.Dense({layer.units}, {bias}name="{name}")',
    "conv": 'layers.Conv2D({layer.filters}, {layer.size}, {conv}name="{name}")',
    "batch_norm": 'layers.BatchNormalization(epsilon={layer.epsilon!r}, momentum={kept!r}, name="{name}")',
    "pool": "layers.MaxPooling2D({layer.size})",
    "average_pool": "layers.AveragePooling2D({layer.size})",
    "global_average_pool": "layers.GlobalAveragePooling2D()",
    "flatten": "layers.Flatten()",
    "dropout": "layers.Dropout({layer.rate!r})",
    "relu": "layers.ReLU()",
    "leaky_relu": "layers.LeakyReLU(negative_slope={layer.slope!r})",
    "sigmoid": 'layers.Activation("sigmoid")',
    "tanh": 'layers.Activation("tanh")',
    "gelu": "layers.Activation(lambda x: keras.ops.gelu(x, approximate=True))",
    "softmax": "layers.Softmax()",
}
"""By a layer's word, how Keras writes it."""


def written(plan: Plan) -> str:
    """The program."""
    network = plan.model.network
    first = (f"layers.Input({network.input_shape}),", sides(network.input_shape))
    words = {step.word: step.formula for step in plan.steps}
    widest = max(map(len, words))
    return PROGRAM.format(
        **plan.facts(),
        layers=in_columns([first, *(row for step in plan.steps for row in _rows(step))], 8),
        formulas="\n".join(f"#   {word:<{widest}}  {formula}" for word, formula in words.items()),
        loading="\n".join(_loading(step) for step in plan.steps if step.parameters),
        output=plan.model.output,
    )


def _rows(step: Step) -> list[tuple[str, str]]:
    layer: Any = step.layer
    facts: dict[str, Any] = {"name": step.name, "layer": layer, "bias": "", "conv": "", "kept": None}
    before = []
    if step.word == "dense" and not step.has_bias:
        facts["bias"] = "use_bias=False, "
    if step.word == "batch_norm":
        facts["kept"] = round(1 - layer.momentum, 12)  # Keras names the share that stays
    if step.word == "conv":
        facts["conv"] = "" if layer.stride == 1 else f"strides={layer.stride}, "
        if layer.padding == "same" and layer.stride == 1:
            facts["conv"] = 'padding="same", '
        elif layer.padding == "same":  # with a stride, "same" would be another border than the one of the training
            high, wide = layer.size
            border = ((high - 1) // 2, high // 2), ((wide - 1) // 2, wide // 2)
            before = [(f"layers.ZeroPadding2D({border}),", "a border of zeros")]
    line = LINES[step.word].format(**facts)
    return [*before, (f"{line},", sides(layer.output_shape))]


def _loading(step: Step) -> str:
    arrays = ", ".join(step.taken(name) for name in (*step.parameters, *step.state))
    arrays = f"\n    [{arrays}]\n" if step.word == "batch_norm" else f"[{arrays}]"
    return f'network.get_layer("{step.name}").set_weights({arrays})'
