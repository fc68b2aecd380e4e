"""A model as an ONNX file, so that programs in other languages, phones and browsers can run it.

The file holds everything from pixels to probabilities: it takes pictures ``(N, H, W)`` of ``uint8``, ink bright
on black, and needs no preparation outside. Each layer becomes one or two operators. Glassnet keeps a picture's
channels last, ONNX first: kernels are turned, and a picture is turned back before it is flattened.

Needs the extra: ``pip install 'glassnet[onnx]'``.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import glassnet
from glassnet.engine import BatchNorm, Conv2D, Dense
from glassnet.engine.layers import Layer
from glassnet.errors import ModelError
from glassnet.files import replacing
from glassnet.models import Model

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["save_onnx", "to_onnx"]

OPSET, IR_VERSION = 17, 8
"""Of 2022: what runtimes of the last years all read, said outright because a newer onnx would write newer ones."""


def to_onnx(model: Model) -> ModelProto:
    """``model`` as an ONNX graph: ``pictures (N, H, W)`` of uint8 to ``probabilities (N, K)`` of float32.

    A network in float64 is written in float32. The names of the classes lie in the metadata, under ``classes``, as
    a JSON list. Raises :class:`ModelError` without the package onnx, and for a layer that has no counterpart here.
    """
    try:
        from onnx import TensorProto, checker, helper
    except ImportError as error:
        raise ModelError("ONNX files need the package onnx", hint="pip install 'glassnet[onnx]'") from error
    height, width = model.picture_shape
    graph = _Graph()
    here = graph.add("Cast", "pictures", to=TensorProto.FLOAT)
    here = graph.add("Mul", here, graph.constant("scale", np.float32(model.preparation.scale)))
    here = graph.add("Add", here, graph.constant("offset", model.preparation.offset.astype(np.float32)))
    here = graph.add("Unsqueeze", here, graph.constant("channel", np.array([1], np.int64)))
    network = model.network.astype(np.float32)
    for number, layer in enumerate(network.layers):
        if layer.word not in _WRITERS:
            raise ModelError(f"layer {number} ({layer.notation()}) cannot be written as ONNX yet")
        here = _WRITERS[layer.word](graph, layer, here)
    here = graph.add("Div", here, graph.constant("temperature", np.float32(model.temperature)))
    graph.add(
        "Softmax" if model.output == "softmax" else "Sigmoid",
        here,
        output="probabilities",
        **({"axis": -1} if model.output == "softmax" else {}),
    )
    made = helper.make_model(
        helper.make_graph(
            graph.nodes,
            str(model.recipe.get("name") or "model"),
            [helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["N", height, width])],
            [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(model.classes)])],
            graph.constants,
        ),
        producer_name="glassnet",
        producer_version=glassnet.__version__,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    layers = " → ".join(model.network.notation())
    helper.set_model_props(made, {"classes": json.dumps(model.classes, ensure_ascii=False), "layers": layers})
    checker.check_model(made, full_check=True)
    return made


def save_onnx(model: Model, path: str | os.PathLike[str]) -> None:
    """Write :func:`to_onnx` to a file, whole or not at all; :class:`OutputError` where it cannot be written."""
    content = to_onnx(model).SerializeToString()
    with replacing(path) as temporary:
        temporary.write_bytes(content)


class _Graph:
    """Operators in a row, each named after its number, and the numbers that they use."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, operator: str, *inputs: str, output: str = "", **settings: Any) -> str:
        """An operator with its inputs; returns the name of its output."""
        from onnx import helper

        output = output or f"{len(self.nodes)}_{operator.lower()}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **settings))
        return output

    def constant(self, name: str, values: Any) -> str:
        """An array; returns its name, made unique by a number."""
        from onnx import numpy_helper

        name = f"{name}_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name


def _dense(graph: _Graph, layer: Layer, here: str) -> str:
    assert isinstance(layer, Dense)
    here = graph.add("MatMul", here, graph.constant("weight", layer.weight))
    return graph.add("Add", here, graph.constant("bias", layer.bias)) if layer.use_bias else here


def _conv(graph: _Graph, layer: Layer, here: str) -> str:
    assert isinstance(layer, Conv2D)
    weight = np.ascontiguousarray(
        layer.weight.transpose(3, 2, 0, 1)
    )  # (kh, kw, C, filters) to (filters, C, kh, kw)
    inputs = [here, graph.constant("weight", weight)]
    if "bias" in layer.parameter_shapes():
        inputs.append(graph.constant("bias", layer.bias))
    high, wide = layer.size
    pads = [(high - 1) // 2, (wide - 1) // 2, high // 2, wide // 2] if layer.padding == "same" else [0] * 4
    return graph.add("Conv", *inputs, kernel_shape=[high, wide], strides=[layer.stride] * 2, pads=pads)


def _batch_norm(graph: _Graph, layer: Layer, here: str) -> str:
    assert isinstance(layer, BatchNorm)
    names = ("gamma", "beta", "running_mean", "running_variance")
    numbers = [graph.constant(name, getattr(layer, name)) for name in names]
    return graph.add("BatchNormalization", here, *numbers, epsilon=layer.epsilon)


def _pool(operator: str) -> _Writer:
    def write(graph: _Graph, layer: Layer, here: str) -> str:
        square = [getattr(layer, "size")] * 2  # noqa: B009 - both kinds have one
        return graph.add(operator, here, kernel_shape=square, strides=square)

    return write


def _global_average_pool(graph: _Graph, layer: Layer, here: str) -> str:
    return graph.add("Flatten", graph.add("GlobalAveragePool", here), axis=1)


def _flatten(graph: _Graph, layer: Layer, here: str) -> str:
    if len(layer.input_shape) == 3 and layer.input_shape[2] > 1:
        here = graph.add("Transpose", here, perm=[0, 2, 3, 1])
    return graph.add("Flatten", here, axis=1)


def _gelu(graph: _Graph, layer: Layer, here: str) -> str:
    """The tanh formula, as the layer has it: an operator for it came only with a later opset."""

    def number(value: float) -> str:
        return graph.constant("number", np.float32(value))

    cube = graph.add("Mul", graph.add("Mul", here, here), here)
    bent = graph.add("Add", here, graph.add("Mul", cube, number(0.044715)))
    bent = graph.add("Tanh", graph.add("Mul", bent, number(math.sqrt(2 / math.pi))))
    return graph.add("Mul", graph.add("Mul", here, number(0.5)), graph.add("Add", bent, number(1)))


def _softmax(graph: _Graph, layer: Layer, here: str) -> str:
    return graph.add("Softmax", here, axis=1)  # the channels of a picture, the units of a vector


def _leaky_relu(graph: _Graph, layer: Layer, here: str) -> str:
    return graph.add("LeakyRelu", here, alpha=float(getattr(layer, "slope")))  # noqa: B009 - its own setting


def _plain(operator: str) -> _Writer:
    return lambda graph, layer, here: graph.add(operator, here)


_Writer = Callable[[_Graph, Layer, str], str]

_WRITERS: dict[str, _Writer] = {
    "dense": _dense,
    "conv": _conv,
    "batch_norm": _batch_norm,
    "pool": _pool("MaxPool"),
    "average_pool": _pool("AveragePool"),
    "global_average_pool": _global_average_pool,
    "flatten": _flatten,
    "dropout": lambda graph, layer, here: here,  # it is there for training alone
    "relu": _plain("Relu"),
    "leaky_relu": _leaky_relu,
    "sigmoid": _plain("Sigmoid"),
    "tanh": _plain("Tanh"),
    "gelu": _gelu,
    "softmax": _softmax,
}
"""From a layer's word to how it is written."""
