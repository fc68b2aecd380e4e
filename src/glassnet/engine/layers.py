"""A layer is one step of a network: numbers in, numbers out, and the way back.

Forward computes the outputs. Backward takes the gradient of the loss with respect to those outputs, and
answers two questions by the chain rule: how does the loss change with this layer's own parameters, and how
does it change with its inputs? The second answer is the gradient for the layer before.

Shapes are sample-major: ``(N, D)`` for vectors, ``(N, H, W, C)`` for pictures, N being the samples of a batch.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.products import product, transposed_product
from glassnet.errors import RecipeError, ShapeError

__all__ = ["Array", "Dense", "Dropout", "Flatten", "Layer", "Shape", "picture_shape"]

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]


@dataclass(eq=False, repr=False)
class Layer:
    """What all layers share. The fields of a layer are its settings; its arrays belong to the network.

    A layer lives in three steps. ``Dense(128)`` knows its settings. :meth:`build` tells it the shape of one
    sample, so that it can say which parameters it needs. :meth:`bind` hands it views into the network's flat
    vectors: the parameter ``weight`` appears as ``layer.weight`` and its gradient as ``layer.weight_gradient``.
    """

    word: ClassVar[str]
    """The layer's name in recipes, as in ``"dense 128"``."""

    decayed: ClassVar[frozenset[str]] = frozenset()
    """Parameters that L1, L2 and weight decay act on: weights, never biases."""

    start_at_one: ClassVar[frozenset[str]] = frozenset()
    """Parameters and state that start at 1. Weights start at random, everything else at 0."""

    input_shape: Shape = field(init=False, default=())
    output_shape: Shape = field(init=False, default=())
    frozen: bool = field(init=False, default=False)
    """True: behave as in prediction even where backward is wanted (dropout off, batch statistics fixed)."""

    def build(self, input_shape: Shape) -> Shape:
        """Take the shape of one sample, return the shape of one output; :class:`ShapeError` if it cannot fit."""
        self.output_shape = self.shape_after(input_shape)
        self.input_shape = input_shape
        return self.output_shape

    def shape_after(self, input_shape: Shape) -> Shape:
        """The shape of one output for one input of ``input_shape``."""
        return input_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """Names and shapes of what is learned, once built."""
        return {}

    def state_shapes(self) -> dict[str, Shape]:
        """Names and shapes of what is kept with a model but not learned, such as running averages."""
        return {}

    def fans(self) -> tuple[int, int]:
        """(fan_in, fan_out): how many inputs feed one output, and how many outputs one input feeds."""
        return math.prod(self.input_shape), math.prod(self.output_shape)

    def bind(self, views: dict[str, Array]) -> None:
        """Use these views into the network's vectors as ``self.<name>``."""
        for name, view in views.items():
            setattr(self, name, view)

    def reseed(self, seed: np.random.SeedSequence) -> None:
        """Start the layer's own randomness afresh, where it has any."""

    def forward(self, inputs: Array, training: bool = False) -> Array:
        """Outputs for a batch of inputs.

        With ``training=False`` nothing on the layer changes, so that many threads may predict at once. With
        ``training=True`` the layer remembers, in underscore attributes, what :meth:`backward` will need.
        """
        raise NotImplementedError

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        """From the loss's gradient for the outputs to that for the inputs, filling this layer's own on the way.

        The parameter gradients are overwritten, not added to: a network is a chain, each layer is visited
        once. ``gradient`` may be overwritten too. The result is ``None`` where it was not needed.
        """
        raise NotImplementedError

    def notation(self) -> str:
        """The layer as a recipe writes it, ``"dropout 0.3"``; parsing that gives an equal layer."""
        words = [self.word]
        for setting in (each for each in fields(self) if each.init):
            value = getattr(self, setting.name)
            if setting.default is MISSING:
                words.append(_written(value))
            elif value != setting.default:
                words.append(f"{setting.name}={_written(value)}")
        return " ".join(words)

    def __repr__(self) -> str:
        return f"<{self.notation()}>"

    def _refuse(self, setting: str, expected: str) -> RecipeError:
        return RecipeError(f"layer '{self.notation()}': {setting} must be {expected}")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def picture_shape(layer: Layer, input_shape: Shape) -> tuple[int, int, int]:
    """``input_shape`` as (height, width, channels), or a :class:`ShapeError` that names the layer."""
    if len(input_shape) != 3:
        raise ShapeError(
            f"layer '{layer.notation()}' works on pictures (height, width, channels), "
            f"but gets inputs of shape {input_shape}",
            hint="put it before 'flatten' and the dense layers",
        )
    return input_shape


@dataclass(eq=False, repr=False)
class Dense(Layer):
    """Every output is a weighted sum of every input, plus a bias: ``outputs = inputs @ weight + bias``.

    With ``use_bias=False`` ("dense 100 use_bias=false") the bias is left out.

    Shapes: inputs ``(N, D)``, weight ``(D, H)``, bias ``(H,)``, outputs ``(N, H)``.

    Backward, with ``gradient`` = ∂L/∂outputs::

        ∂L/∂weight = inputsᵀ @ gradient      each weight: what came in × how wrong it came out, summed over N
        ∂L/∂bias   = sum of gradient over N
        ∂L/∂inputs = gradient @ weightᵀ      blame flows back along the same weights
    """

    units: int
    use_bias: bool = field(default=True, kw_only=True)

    word = "dense"
    decayed = frozenset({"weight"})

    weight: Array = field(init=False)
    bias: Array = field(init=False)
    weight_gradient: Array = field(init=False)
    bias_gradient: Array = field(init=False)

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int) or self.units < 1:
            raise self._refuse("the number of units", "a whole number above 0")
        if not isinstance(self.use_bias, bool):
            raise self._refuse("use_bias", "true or false")

    def shape_after(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ShapeError(
                f"layer '{self.notation()}' works on vectors, but gets inputs of shape {input_shape}",
                hint="put 'flatten' before it",
            )
        return (self.units,)

    def parameter_shapes(self) -> dict[str, Shape]:
        bias = {"bias": (self.units,)} if self.use_bias else {}
        return {"weight": (*self.input_shape, self.units), **bias}

    def forward(self, inputs: Array, training: bool = False) -> Array:
        if training:
            self._inputs = inputs
        outputs = product(inputs, self.weight)  # inputs @ weight
        if self.use_bias:
            outputs += self.bias
        return outputs

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        transposed_product(self._inputs, gradient, out=self.weight_gradient)  # inputsᵀ @ gradient
        if self.use_bias:
            np.sum(gradient, axis=0, out=self.bias_gradient)
        return gradient @ self.weight.T if input_gradient_needed else None


@dataclass(eq=False, repr=False)
class Flatten(Layer):
    """A picture read as one long vector, row by row: ``(N, H, W, C)`` becomes ``(N, H·W·C)``."""

    word = "flatten"

    def shape_after(self, input_shape: Shape) -> Shape:
        return (math.prod(input_shape),)

    def forward(self, inputs: Array, training: bool = False) -> Array:
        return inputs.reshape(len(inputs), -1)

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        return gradient.reshape(len(gradient), *self.input_shape)


@dataclass(eq=False, repr=False)
class Dropout(Layer):
    """While training, silence each value with probability ``rate``, so that no unit can rely on one other.

    What survives is divided by (1 − rate), which keeps the expected value, and prediction needs no change
    ("inverted dropout"; Srivastava et al. 2014, section 10). ``mask`` holds 0 or 1/(1 − rate)::

        outputs = inputs · mask          ∂L/∂inputs = gradient · mask
    """

    rate: float

    word = "dropout"

    def __post_init__(self) -> None:
        if not (isinstance(self.rate, int | float) and 0 <= self.rate < 1):
            raise self._refuse("the rate", "a number from 0 up to, but not including, 1")
        self._random = np.random.default_rng(0)

    def reseed(self, seed: np.random.SeedSequence) -> None:
        self._random = np.random.default_rng(seed)

    def forward(self, inputs: Array, training: bool = False) -> Array:
        if not training:
            return inputs
        if self.frozen:
            self._mask = np.ones_like(inputs)
        else:
            survives = self._random.random(inputs.shape, dtype=np.float32) >= self.rate
            self._mask = np.multiply(survives, 1 / (1 - self.rate), dtype=inputs.dtype)
        return inputs * self._mask

    def backward(self, gradient: Array, input_gradient_needed: bool = True) -> Array | None:
        gradient *= self._mask
        return gradient
