"""A network in PyTorch: a module as its users write one, the learned numbers turned to PyTorch's order."""

from __future__ import annotations

from typing import Any

from glassnet.adapters.code.plan import Plan, Step, in_columns, sides

__all__ = ["LINES", "written"]

PROGRAM = '''\
"""Reads pictures with a network in PyTorch. Made by Glassnet.

    python {name} digits.npy

digits.npy: pictures {pictures}, whole numbers from 0 to 255, bright ink on black.
Needs numpy, torch and safetensors. What the network learned lies beside this file, in a model file of Glassnet.
Shapes in the comments: N pictures first, then channels, height, width.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import nn

{title}MODEL = Path(__file__).with_name({weights})


class Network(nn.Module):
    """{parameters:,} parameters; its outputs are logits, (N, {classes})."""

    def __init__(self):
        super().__init__()
{modules}

    def forward(self, x):
{steps}
        return x


with safe_open(MODEL, framework="pt") as file:
    about = json.loads(file.metadata()["glassnet"])
    {vectors}
classes = about["classes"]  # {classes} names
scale = about["preparation"]["scale"]  # with the offset: from pixels to inputs
temperature = about["temperature"]  # 1, unless the model was calibrated: above 1 it is less sure
if parameters.shape != ({parameters},):
    raise ValueError(f"{{MODEL}} holds {{len(parameters):,}} parameters: another network than this one")

# Everything that was learned lies in one vector, weights first. Each layer takes its own numbers out of it.
# Glassnet stores dense weights (in, out) and kernels (kh, kw, C, F); PyTorch has (out, in) and (F, C, kh, kw).
network = Network().to(torch.{dtype}).eval()
with torch.no_grad():
{loading}


def predict(pictures):
    """Probabilities (N, {classes}) for pictures {pictures}, whole numbers from 0 to 255, bright ink on black."""
    x = torch.as_tensor(pictures).to(torch.{dtype}) * scale + offset  # {pictures}
    with torch.inference_mode():
        logits = network(x[:, None])  # one channel: (N, 1, H, W)
    return torch.{output} / temperature{axis})


{main}    for row in predict(np.load(sys.argv[1])):
        print(classes[row.argmax()], f"{{row.max():.3f}}")
'''

LINES: dict[str, str] = {
    "dense": "x = self.{name}(x)",
    "conv": "x = self.{name}(x)",
    "batch_norm": "x = self.{name}(x)",
    "pool": "x = F.max_pool2d(x, {layer.size})",
    "average_pool": "x = F.avg_pool2d(x, {layer.size})",
    "global_average_pool": "x = x.mean(dim=(2, 3))",
    "flatten": "x = x.flatten(1)",
    "dropout": "x = F.dropout(x, {layer.rate!r}, self.training)",
    "relu": "x = F.relu(x)",
    "leaky_relu": "x = F.leaky_relu(x, {layer.slope!r})",
    "sigmoid": "x = torch.sigmoid(x)",
    "tanh": "x = torch.tanh(x)",
    "gelu": 'x = F.gelu(x, approximate="tanh")',
    "softmax": "x = torch.softmax(x, dim=1)",
}
"""By a layer's word, its line in ``forward``."""


def written(plan: Plan) -> str:
    """The program."""
    modules = [(f"self.{step.name} = {_module(step)}", "") for step in plan.steps if step.parameters]
    softmax = plan.model.output == "softmax"
    return PROGRAM.format(
        **plan.facts(),
        modules=in_columns(modules, 8) or "        pass  # nothing in it is learned",
        steps=in_columns([row for step in plan.steps for row in _rows(step)], 8),
        loading=in_columns([(line, "") for step in plan.steps for line in _loading(step)], 4) or "    pass",
        output="softmax(logits" if softmax else "sigmoid(logits",
        axis=", dim=1" if softmax else "",
    )


def _rows(step: Step) -> list[tuple[str, str]]:
    layer: Any = step.layer
    said = f"{_shape(layer.output_shape)}: {step.formula}"
    rows = [(LINES[step.word].format(name=step.name, layer=layer), said)]
    if step.word == "flatten" and len(layer.input_shape) == 3 and layer.input_shape[2] > 1:
        said = f"{sides(layer.input_shape)}: the order in which the weights were learned"
        rows.insert(0, ("x = x.permute(0, 2, 3, 1)", said))
    if step.word == "conv" and (border := _border(layer)):
        rows.insert(0, (f"x = F.pad(x, {border})", "a border of zeros: left, right, above, below"))
    return rows


def _border(layer: Any) -> tuple[int, int, int, int] | None:
    """The zeros around a picture that PyTorch cannot add by itself, as it does only where both sides are equal."""
    high, wide = layer.size
    if layer.padding == "valid" or (high % 2 and wide % 2):
        return None
    return (wide - 1) // 2, wide // 2, (high - 1) // 2, high // 2


def _module(step: Step) -> str:
    layer: Any = step.layer
    if step.word == "dense":
        bias = "" if step.has_bias else ", bias=False"
        return f"nn.Linear({layer.input_shape[0]}, {layer.units}{bias})"
    if step.word == "conv":
        high, wide = layer.size
        more = "" if layer.stride == 1 else f", stride={layer.stride}"
        if layer.padding == "same" and _border(layer) is None:
            more += f", padding={(high // 2, wide // 2)}"
        return f"nn.Conv2d({layer.input_shape[2]}, {layer.filters}, {(high, wide)}{more})"
    kind = "BatchNorm2d" if len(layer.input_shape) == 3 else "BatchNorm1d"
    return f"nn.{kind}({layer.input_shape[-1]}, eps={layer.epsilon!r}, momentum={layer.momentum!r})"


def _loading(step: Step) -> list[str]:
    names = {"gamma": "weight", "beta": "bias", "running_variance": "running_var"}
    turned = {"dense": ".T", "conv": ".permute(3, 2, 0, 1)"}
    return [
        f"network.{step.name}.{names.get(name, name)}.copy_("
        f"{step.taken(name)}{turned.get(step.word, '') if name == 'weight' else ''})"
        for name in (*step.parameters, *step.state)
    ]


def _shape(shape: tuple[int, ...]) -> str:
    return f"(N, {', '.join(map(str, (shape[2], *shape[:2]) if len(shape) == 3 else shape))})"
