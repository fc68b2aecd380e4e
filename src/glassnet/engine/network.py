"""A network is a chain of layers, and all its numbers in one row.

Every parameter of every layer lies in **one flat vector**, all weights first and then everything else; the
layers hold views into it. So an optimiser is a few lines on one array, saving is one array, and weight decay
is a slice. The gradients lie in a second vector of the same layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from glassnet.engine.catalogue import connect, unbuilt
from glassnet.engine.initializers import parse_initializer
from glassnet.engine.layers import Array, Layer, Shape
from glassnet.engine.layout import Layout, bind, zeros
from glassnet.engine.losses import Loss
from glassnet.engine.summary import summarise
from glassnet.errors import RecipeError, ShapeError

__all__ = ["Network", "Trace"]

CHUNK = 512
PICTURE_CHUNK = 128
"""Samples predicted at a time: enough for the matrix products, few enough to stay in the cache. Where pictures
flow between the layers, a sample is larger: with 512 at a time convolution takes 30 to 40 % longer."""

MOST_PARAMETERS = 2**31
"""A network beyond this is a slip of the keyboard: it takes 8 GB in float32, and training three times as much."""


@dataclass(frozen=True)
class Trace:
    """All that one pass through a network computed.

    ``values[0]`` is the input and ``values[i + 1]`` the output of layer i. Where a loss and targets were
    given, ``gradients[i]`` is ∂loss/∂values[i], and ``parameter_gradients`` is laid out like
    ``network.parameters``.
    """

    values: tuple[Array, ...]
    loss: float | None = None
    gradients: tuple[Array, ...] | None = None
    parameter_gradients: Array | None = None


class Network:
    """Layers in a row, from the input's shape to one logit per class.

    >>> network = Network(["dense 128", "relu", "dense 10"], input_shape=(784,), seed=0)
    >>> network.parameter_count
    101770
    >>> network.forward(np.zeros((1, 784), np.float32)).shape
    (1, 10)

    ``layers`` are written as in recipes or given as :class:`Layer` objects, of which the network makes its own
    copies; where a dense layer would meet a picture, a ``flatten`` is put between. ``seed`` decides the initial
    weights, ``dtype`` is float32, or float64 for checks. Raises :class:`RecipeError` for a layer that does not
    exist and :class:`ShapeError` for layers that do not fit together.
    """

    def __init__(
        self,
        layers: Sequence[str | Layer],
        input_shape: Shape,
        *,
        initializer: str = "he_normal",
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self._describe(layers, input_shape, initializer, dtype)
        if self.parameter_count > MOST_PARAMETERS:
            gigabytes = self.parameter_count * self.dtype.itemsize / 1e9
            raise ShapeError(
                f"these layers have {self.parameter_count:,} parameters, which take {gigabytes:,.0f} GB",
                hint="make the largest layer smaller",
            )
        self._adopt(zeros(self.parameter_count, self.dtype), zeros(self._layout.state_count, self.dtype))
        self._initialise(seed)
        self.reseed(seed)

    @classmethod
    def from_vectors(
        cls,
        layers: Sequence[str | Layer],
        input_shape: Shape,
        parameters: Array,
        state: Array,
        initializer: str = "he_normal",
    ) -> Network:
        """A network over vectors that exist, which it uses and does not copy: how models and copies are made.

        Raises :class:`ShapeError`, before anything is allocated, where the layers need other lengths.
        """
        network = cls.__new__(cls)
        network._describe(layers, input_shape, initializer, parameters.dtype)
        for name, vector, length in (
            ("parameters", parameters, network._layout.parameter_count),
            ("state", state, network._layout.state_count),
        ):
            if vector.shape != (length,):
                raise ShapeError(f"{name}: these layers need {length:,} numbers, got a vector of {vector.shape}")
        network._adopt(parameters, state)
        network.reseed(0)
        return network

    # -- the flat vectors ------------------------------------------------------------------------------------

    def _describe(
        self, layers: Sequence[str | Layer], input_shape: Shape, initializer: str, dtype: DTypeLike
    ) -> None:
        self.input_shape = tuple(input_shape)
        if not self.input_shape or any(not isinstance(side, int) or side < 1 for side in self.input_shape):
            raise ShapeError(f"input_shape must be whole numbers above 0, such as (28, 28, 1), got {input_shape}")
        self.layers = tuple(connect(layers, self.input_shape))
        self.initializer = initializer
        self.dtype = np.dtype(dtype)
        if self.dtype.kind != "f":
            raise RecipeError(f"a network's numbers must be of a floating type, not {self.dtype}")
        self._layout = Layout(self.layers)
        self._first_learning = next(
            (index for index, layer in enumerate(self.layers) if layer.parameter_shapes()), len(self.layers)
        )

    def _adopt(self, parameters: Array, state: Array) -> None:
        self.parameters, self.state = parameters, state
        self._gradients: Array | None = None
        bind(self._layout.parameters, parameters)
        bind(self._layout.state, state)

    def _initialise(self, seed: int) -> None:
        draw = parse_initializer(self.initializer)
        random = np.random.default_rng(seed)
        for place in self._layout.parameters + self._layout.state:
            view = getattr(place.layer, place.name)
            if place.name in place.layer.decayed:
                view[...] = draw(random, place.shape, *place.layer.fans())
            else:
                view[...] = 1 if place.name in place.layer.start_at_one else 0

    @property
    def gradients(self) -> Array:
        """∂loss/∂parameters, one flat vector in the layout of ``parameters``; made when training begins."""
        if self._gradients is None:
            self._gradients = zeros(self.parameter_count, self.dtype)
            bind(self._layout.parameters, self._gradients, "_gradient")
        return self._gradients

    @property
    def parameter_count(self) -> int:
        """How many numbers the network learns."""
        return self._layout.parameter_count

    @property
    def weight_count(self) -> int:
        """How many of them are weights: the first so many of ``parameters``, which L1, L2 and decay act on."""
        return self._layout.weight_count

    @cached_property
    def has_pictures(self) -> bool:
        """Whether pictures flow between the layers, as in a convolutional network."""
        return any(len(layer.output_shape) == 3 for layer in self.layers)

    @property
    def output_shape(self) -> Shape:
        """Shape of one output: ``(K,)`` for a classifier."""
        return self.layers[-1].output_shape if self.layers else self.input_shape

    def named_parameters(self) -> Iterator[tuple[str, Array]]:
        """("2.weight", view) for every parameter, in the flat vector's order, layers numbered from 0."""
        for place in self._layout.parameters:
            yield place.full_name, place.view(self.parameters)

    def named_state(self) -> Iterator[tuple[str, Array]]:
        """The same for what is kept but not learned, such as ``"1.running_mean"``."""
        for place in self._layout.state:
            yield place.full_name, place.view(self.state)

    # -- forward and backward --------------------------------------------------------------------------------

    def forward(self, inputs: Array, training: bool = False) -> Array:
        """Outputs ``(N, *output_shape)`` for a batch ``(N, *input_shape)``.

        With ``training=True`` the layers remember what :meth:`backward` needs; without, nothing changes, and
        many threads may call at once.
        """
        self._check(inputs)
        if training:
            _ = self.gradients  # the layers need their views before backward
        values = inputs
        for layer in self.layers:
            values = layer.forward(values, training)
        return values

    def backward(self, gradient: Array, input_gradient_needed: bool = False) -> Array | None:
        """Fill ``self.gradients`` from the loss's gradient for the outputs of the last training forward pass.

        ``gradient`` may be overwritten. Returns the gradient for the inputs where it is needed: a network
        that only learns does not ask for it, and saves the largest product of the pass.
        """
        first = 0 if input_gradient_needed else self._first_learning
        flowing: Array | None = gradient
        for index in range(len(self.layers) - 1, first - 1, -1):
            assert flowing is not None  # every layer after the first asks for it
            flowing = self.layers[index].backward(flowing, input_gradient_needed or index > first)
        return flowing if input_gradient_needed else None

    def predict(
        self, inputs: Array, *, prepare: Callable[[Array], Array] | None = None, chunk_size: int | None = None
    ) -> Array:
        """Outputs for any number of samples, ``chunk_size`` at a time, so that memory stays small.

        ``prepare`` turns a chunk of raw samples (``uint8`` pictures, say) into inputs.
        """
        chunk_size = chunk_size or (PICTURE_CHUNK if self.has_pictures else CHUNK)
        if 0 < len(inputs) <= chunk_size:  # a single digit is in a hurry: the loop takes a tenth of its 15 µs
            return self.forward(prepare(inputs) if prepare else inputs)
        outputs = np.empty((len(inputs), *self.output_shape), self.dtype)
        for start in range(0, len(inputs), chunk_size):
            chunk = inputs[start : start + chunk_size]
            outputs[start : start + chunk_size] = self.forward(prepare(chunk) if prepare else chunk)
        return outputs

    def trace(self, inputs: Array, loss: Loss | None = None, targets: Array | None = None) -> Trace:
        """Every value between the layers, and with a loss and targets every gradient too.

        The pass is that of prediction (no dropout, running statistics) and leaves the network untouched.
        """
        self._check(inputs)
        if loss is None or targets is None:
            return Trace(tuple(self._values(inputs, training=False)))
        copy = self.replica(frozen=True)
        values = tuple(copy._values(inputs, training=True))
        value, gradient = loss(values[-1], targets)
        gradients = [gradient]
        for layer in reversed(copy.layers):
            flowing = layer.backward(gradients[0].copy(order="K"))  # backward may overwrite what it is given
            assert flowing is not None
            gradients.insert(0, flowing)
        return Trace(values, value, tuple(gradients), copy.gradients)

    def _values(self, values: Array, training: bool) -> Iterator[Array]:
        if training:
            _ = self.gradients
        yield values
        for layer in self.layers:
            values = layer.forward(values, training)
            yield values

    def _check(self, inputs: Array) -> None:
        if inputs.shape[1:] != self.input_shape:
            expected = ", ".join(["N", *map(str, self.input_shape)])
            raise ShapeError(
                f"the network reads inputs of shape ({expected}), got {inputs.shape}",
                hint="predict(images, prepare=…) makes inputs of pictures" if inputs.dtype == np.uint8 else None,
            )
        if inputs.dtype != self.dtype:
            raise ShapeError(
                f"the network computes in {self.dtype}, got inputs of {inputs.dtype}",
                hint=f"inputs.astype('{self.dtype}'), or for pictures a Preparation",
            )

    def reseed(self, *entropy: int) -> None:
        """Start the layers' randomness (dropout) afresh from these numbers: the same numbers, the same masks."""
        for index, layer in enumerate(self.layers):
            layer.reseed(np.random.SeedSequence(entropy, spawn_key=(index,)))

    # -- copies ----------------------------------------------------------------------------------------------

    def replica(self, *, frozen: bool = False) -> Network:
        """The same parameters, shared; its own gradients, state and memory, so that another thread can use it.

        ``frozen`` layers behave as in prediction even while they remember for backward.
        """
        twin = self._rebuilt(self.parameters, self.state.copy())
        for layer in twin.layers:
            layer.frozen = layer.frozen or frozen
        return twin

    def astype(self, dtype: DTypeLike) -> Network:
        """A copy that computes in another floating type."""
        return self._rebuilt(self.parameters.astype(dtype), self.state.astype(dtype))

    def __copy__(self) -> Network:
        return self.astype(self.dtype)

    def __deepcopy__(self, memo: dict[int, Any]) -> Network:
        return self.astype(self.dtype)

    def __reduce__(self) -> tuple[Any, ...]:
        layers = [unbuilt(layer) for layer in self.layers]
        return _from_vectors, (layers, self.input_shape, self.parameters, self.state, self.initializer)

    def _rebuilt(self, parameters: Array, state: Array) -> Network:
        return Network.from_vectors(self.layers, self.input_shape, parameters, state, self.initializer)

    # -- words -----------------------------------------------------------------------------------------------

    def notation(self) -> list[str]:
        """The layers as a recipe writes them."""
        return [layer.notation() for layer in self.layers]

    def __repr__(self) -> str:
        layers = " → ".join(self.notation())
        return f"<Network {self.input_shape} → {layers}: {self.parameter_count:,} parameters, {self.dtype}>"

    def summary(self) -> str:
        """A table of the layers: number, notation, output shape, parameters."""
        return summarise(self.layers, self.input_shape)


def _from_vectors(*arguments: Any) -> Network:
    return Network.from_vectors(*arguments)  # what a pickle calls to make a network again
