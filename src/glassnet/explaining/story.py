"""The whole story of one picture: forward through every layer to the answer, and back with the blame.

In every layer the story follows one number, the one that did most for the answer. Asked backwards from the
winning class, each explanation names the strongest term, and that is the number to ask about one layer below:
the thread ends at a pixel.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import LOSSES, Loss, SigmoidSquaredError, SoftmaxCrossEntropy, Trace
from glassnet.engine.layers import Array, Shape
from glassnet.errors import ShapeError
from glassnet.explaining.catalogue import LAYER_RULES, LOSS_RULES
from glassnet.explaining.ends import output_value, pixel_value
from glassnet.explaining.explanation import Explanation
from glassnet.explaining.onward import INPUT
from glassnet.explaining.questions import (
    explain_parameter_gradient,
    explain_value,
    explain_value_gradient,
    parameter_gradients,
)
from glassnet.explaining.rules import Place
from glassnet.explaining.writing import in_brackets, written
from glassnet.models import Model

__all__ = [
    "LayerStory",
    "LossStory",
    "ParameterStory",
    "Spread",
    "TemperatureStory",
    "training_loss",
    "walk",
]


@dataclass(frozen=True)
class Spread:
    """An array in a few numbers. ``zeros`` is the share that is exactly 0, ``norm`` the Euclidean length."""

    minimum: float
    mean: float
    maximum: float
    zeros: float
    norm: float

    @classmethod
    def of(cls, values: Array) -> Spread:
        """Measure an array."""
        wide = values.astype(np.float64)
        return cls(
            minimum=float(wide.min()),
            mean=float(wide.mean()),
            maximum=float(wide.max()),
            zeros=float((wide == 0).mean()),
            norm=float(np.linalg.norm(wide)),
        )


@dataclass(frozen=True, eq=False)
class ParameterStory:
    """How one sample wants one parameter array to change.

    ``gradient`` measures ∂loss/∂parameter, ``values`` the parameter itself; ``largest`` explains the gradient of
    the one number that this sample pulls at hardest.
    """

    name: str
    shape: Shape
    values: Spread
    gradient: Spread
    largest: Explanation


@dataclass(frozen=True, eq=False)
class LossStory:
    """How wrong the answer was: ``numbers`` adds up what every class contributed.

    A network learns with its logits as they are. Where the model divides them by a temperature before it answers,
    the probabilities in the loss and in the gradients are not those of the answer, and ``sentence`` says so.
    """

    name: str
    target: int
    value: float
    symbols: str
    numbers: str
    sentence: str = ""


@dataclass(frozen=True)
class TemperatureStory:
    """The division of the logits by the model's temperature, for the logit of the answer."""

    value: float
    symbols: str
    numbers: str
    sentence: str


@dataclass(frozen=True, eq=False)
class LayerStory:
    """What one layer did with one sample, and what came back to it.

    ``layer`` counts from 0; −1 is the input, made from pixels, and the number of layers is the output, made
    from logits. ``values`` measures what came out of it and ``winner`` explains the one that did most for the
    answer. ``gradient`` measures ∂loss/∂those values and ``winner_gradient`` explains the same number's;
    ``parameters`` says what it means for what the layer has learned. Only the output has a ``loss``, and it
    has no gradient: there the way back begins. It has a ``temperature`` where the model's is not 1.
    """

    layer: int
    title: str
    notation: str
    shape: Shape
    symbols: str
    values: Spread
    winner: Explanation
    gradient: Spread | None = None
    winner_gradient: Explanation | None = None
    parameters: tuple[ParameterStory, ...] = ()
    loss: LossStory | None = None
    temperature: TemperatureStory | None = None

    def as_dict(self) -> dict[str, Any]:
        """The story as plain numbers, lists and texts, fit for JSON."""
        return {
            "layer": self.layer,
            "title": self.title,
            "notation": self.notation,
            "shape": list(self.shape),
            "symbols": self.symbols,
            "values": asdict(self.values),
            "winner": self.winner.as_dict(),
            "gradient": None if self.gradient is None else asdict(self.gradient),
            "winner_gradient": None if self.winner_gradient is None else self.winner_gradient.as_dict(),
            "parameters": [
                {
                    "name": parameter.name,
                    "shape": list(parameter.shape),
                    "values": asdict(parameter.values),
                    "gradient": asdict(parameter.gradient),
                    "largest": parameter.largest.as_dict(),
                }
                for parameter in self.parameters
            ],
            "loss": None if self.loss is None else asdict(self.loss),
            "temperature": None if self.temperature is None else asdict(self.temperature),
        }


def training_loss(model: Model) -> Loss:
    """The loss that the model was trained with, as its recipe says, or the usual one for its kind of output."""
    settings = {key: value for key, value in model.recipe.get("loss", {}).items() if value is not None}
    kind = LOSSES.get(settings.pop("name", ""))
    if kind is not None and kind.output == model.output:
        return kind(**settings)
    return SoftmaxCrossEntropy() if model.output == "softmax" else SigmoidSquaredError()


def walk(model: Model, image: NDArray[np.uint8], target: int | None = None) -> list[LayerStory]:
    """The story of ``image (H, W)``, ``uint8``: the input, every layer, the output; from the end, the way back.

    The loss is measured against class ``target``; without one, against the answer that the model gave. Raises
    :class:`ShapeError` for a picture of another size and for a target that is no class.
    """
    classes = len(model.classes)
    if target is not None and not 0 <= target < classes:
        raise ShapeError(f"there is no class {target}: this model knows 0 to {classes - 1}")
    inputs = model.prepare(image[None])
    answer = int(model.network.forward(inputs)[0].argmax())
    wanted = np.array([answer if target is None else target])
    loss = training_loss(model)
    trace = model.network.trace(inputs, loss, wanted)
    winners = thread(model, trace, answer)
    layers = [_layer(model, trace, loss, wanted, number, winner) for number, winner in enumerate(winners[1:])]
    return [
        _input(model, image, trace, loss, wanted, winners[0]),
        *layers,
        _output(model, image, trace, loss, wanted, answer),
    ]


def thread(model: Model, trace: Trace, answer: int) -> list[Place]:
    """The place to look at in the input and in every layer's output, followed back from the answer."""
    places: list[Place] = [(answer,)]
    for number, layer in reversed(list(enumerate(model.network.layers))):
        x, y = trace.values[number][0], trace.values[number + 1][0]
        strongest = LAYER_RULES[type(layer)].account(layer, x, y, places[0]).terms.strongest
        assert strongest is not None  # every output has an input
        places.insert(0, strongest)
    return places


def _layer(model: Model, trace: Trace, loss: Loss, target: Array, layer: int, at: Place) -> LayerStory:
    network = model.network
    assert trace.gradients is not None
    every = parameter_gradients(network, trace)
    parameters = []
    for name, shape in network.layers[layer].parameter_shapes().items():
        gradient = every[f"{layer}.{name}"]
        hardest = tuple(int(axis) for axis in np.unravel_index(int(np.abs(gradient).argmax()), shape))
        largest = explain_parameter_gradient(network, trace, layer, name, hardest)
        values = getattr(network.layers[layer], name)
        parameters.append(ParameterStory(name, shape, Spread.of(values), Spread.of(gradient), largest))
    winner = explain_value(network, trace, layer, at)
    return LayerStory(
        layer=layer,
        title=f"layer {layer} ({network.layers[layer].notation()})",
        notation=network.layers[layer].notation(),
        shape=network.layers[layer].output_shape,
        symbols=winner.symbols,
        values=Spread.of(trace.values[layer + 1]),
        winner=winner,
        gradient=Spread.of(trace.gradients[layer + 1]),
        winner_gradient=explain_value_gradient(network, trace, loss, target, layer, at),
        parameters=tuple(parameters),
    )


def _input(
    model: Model, image: NDArray[np.uint8], trace: Trace, loss: Loss, target: Array, at: Place
) -> LayerStory:
    assert trace.gradients is not None
    winner = pixel_value(model, image, trace, at)
    return LayerStory(
        layer=INPUT,
        title="input",
        notation=model.preparation.kind,
        shape=trace.values[0].shape[1:],
        symbols=winner.symbols,
        values=Spread.of(trace.values[0]),
        winner=winner,
        gradient=Spread.of(trace.gradients[0]),
        winner_gradient=explain_value_gradient(model.network, trace, loss, target, INPUT, at),
    )


def _output(
    model: Model, image: NDArray[np.uint8], trace: Trace, loss: Loss, target: Array, answer: int
) -> LayerStory:
    assert trace.loss is not None
    logits = trace.values[-1][0]
    winner = output_value(model, trace, answer)
    loss_rule = LOSS_RULES[type(loss)]
    in_numbers = loss_rule.loss_in_numbers(loss, logits, target, model.classes)
    return LayerStory(
        layer=len(model.network.layers),
        title=f"output ({model.output})",
        notation=model.output,
        shape=logits.shape,
        symbols=winner.symbols,
        values=Spread.of(model.probabilities(image[None])[0]),
        winner=winner,
        loss=LossStory(
            name=loss.word,
            target=int(target[0]),
            value=trace.loss,
            symbols=loss_rule.symbols,
            numbers=f"{written(trace.loss)} = {in_numbers}",
            sentence=_without_temperature(model, loss, logits, answer),
        ),
        temperature=_temperature(model, logits, answer),
    )


def _temperature(model: Model, logits: Array, answer: int) -> TemperatureStory | None:
    if model.temperature == 1:
        return None
    less = "less sure" if model.temperature > 1 else "surer"
    return TemperatureStory(
        value=model.temperature,
        symbols="z′ = z / T",
        numbers=f"{written(logits[answer] / model.temperature)} = {in_brackets(logits[answer])} / "
        f"{written(model.temperature)}",
        sentence=f"Every logit is divided by the temperature T = {written(model.temperature)}, which was fitted "
        f"after the training: it makes this model {less}, as sure as it is right, and changes no answer.",
    )


def _without_temperature(model: Model, loss: Loss, logits: Array, answer: int) -> str:
    if model.temperature == 1:
        return ""
    said = float(loss.probabilities(logits[None])[0, answer])
    return (
        f"The training knew no temperature: here and on the way back T is 1, and {model.classes[answer]} has "
        f"{written(said)}."
    )
