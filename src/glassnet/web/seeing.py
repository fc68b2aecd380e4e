"""One digit through one model: values, gradients, explanations, edits. Dictionaries and arrays in and out.

The routes of ``api_inside`` are thin shells over these functions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.layers import Array
from glassnet.errors import ShapeError
from glassnet.explaining import explain_gradient, explain_in_model, influence, training_loss
from glassnet.explaining.catalogue import LOSS_RULES
from glassnet.explaining.questions import parameter_gradients
from glassnet.explaining.story import thread
from glassnet.explaining.writing import written
from glassnet.models import Committee, Model
from glassnet.web.answers import EMPTY, LITTLE, answer
from glassnet.web.cards import layer_lines
from glassnet.web.edits import Recipe, moves, step_model

__all__ = [
    "Digit",
    "Tensors",
    "edit",
    "explained",
    "gradients",
    "influenced",
    "nothing_to_read",
    "read",
    "voted",
    "weight_at",
]

Tensors = dict[str, NDArray[Any]]
Digit = NDArray[np.uint8]


def read(
    model: Model, digit: Digit, layers: list[int] | Literal["all"], *, with_thread: bool, effect: bool
) -> tuple[Tensors, dict[str, Any]]:
    """The answer about ``digit (H, W)``, and the values of the layers asked for."""
    check_size(model, digit)
    network, chosen = model.network, _chosen(model, layers)
    with np.errstate(over="ignore", invalid="ignore"):
        trace = network.trace(model.prepare(digit[None]))
        said = answer(model, trace.values[-1][0], model.probabilities(digit[None])[0])
        lines = layer_lines(network, chosen, trace.values)
    index = said["index"]
    tensors: Tensors = {"input/value": trace.values[0][0]}
    tensors |= {f"{number}/value": trace.values[number + 1][0] for number in chosen}
    if effect and index is not None:
        slopes = influence(network, trace.values[0][0], len(network.layers) - 1, index)
        tensors |= {f"{number}/effect": trace.values[number + 1][0] * slopes[number + 1] for number in chosen}
    return tensors, {
        **said,
        "label": _label(model, said),
        "lines": lines,
        "thread": thread(model, trace, index) if with_thread and index is not None else None,
    }


def voted(committee: Committee, digit: Digit, *, with_votes: bool) -> dict[str, Any]:
    """The answer of a committee about ``digit (H, W)``, and with ``with_votes`` what each of its members says.

    A member's vote is the mean of its probabilities over the committee's views.
    """
    check_size(committee, digit)
    with np.errstate(over="ignore", invalid="ignore"):
        said = answer(committee, None, committee.probabilities(digit[None])[0])
        members = committee.members if with_votes else ()
        votes = [Committee([member], committee.views).probabilities(digit[None])[0] for member in members]
    return {
        **said,
        "label": _label(committee, said),
        "lines": {},
        "thread": None,
        "votes": [vote.tolist() for vote in votes],
    }


def _label(model: Model | Committee, said: dict[str, Any]) -> str | None:
    return None if said["index"] is None or said["state"] == "none" else model.classes[said["index"]]


def nothing_to_read(state: Literal["empty", "little"]) -> dict[str, Any]:
    """The answer where there is no digit: nothing was drawn, or a dot."""
    return {
        "state": state,
        "index": None,
        "label": None,
        "sentence": EMPTY if state == "empty" else LITTLE,
        "more": "" if state == "empty" else "Draw it larger.",
        "logits": None,
        "probabilities": None,
        "lines": {},
        "thread": None,
    }


def gradients(
    model: Model, digit: Digit, target: int, layers: list[int] | Literal["all"]
) -> tuple[Tensors, dict[str, Any]]:
    """How the loss, if the digit were of class ``target``, would change with every value."""
    check_size(model, digit)
    check_target(model, target)
    network, loss, wanted = model.network, training_loss(model), np.array([target])
    trace = network.trace(model.prepare(digit[None]), loss, wanted)
    assert trace.gradients is not None
    chosen = _chosen(model, layers)
    tensors: Tensors = {"input/gradient": trace.gradients[0][0]}
    tensors |= {f"{number}/gradient": trace.gradients[number + 1][0] for number in chosen}
    names = ["input", *map(str, range(len(network.layers)))]
    rule = LOSS_RULES[type(loss)]
    return tensors, {
        "target": target,
        "loss": trace.loss,
        "probabilities": loss.probabilities(trace.values[-1])[0].tolist(),
        "name": loss.word,
        "symbols": rule.symbols,
        "numbers": f"{written(trace.loss or 0)} = "
        + rule.loss_in_numbers(loss, trace.values[-1][0], wanted, model.classes),
        "norms": {name: _norm(gradient) for name, gradient in zip(names, trace.gradients, strict=True)},
        "parameter_norms": {name: _norm(values) for name, values in parameter_gradients(network, trace).items()},
        "lines": {
            str(number): _blame(trace.gradients[number][0], trace.gradients[number + 1][0]) for number in chosen
        },
    }


def _blame(before: Array, after: Array) -> str:
    """What a layer does with the blame that comes back to it: ``after`` it, and ``before`` it."""
    total = np.abs(after).sum(dtype=np.float64)
    if not total:
        return "No blame arrives here."
    if before.size == after.size and before.shape != after.shape:
        return "The same blame goes on, in another shape."
    if before.shape != after.shape:
        return f"Blame of size {written(_norm(after))} arrives, of size {written(_norm(before))} goes on."
    stopped = float(np.abs(after[before == 0]).sum(dtype=np.float64) / total)
    return f"{100 * stopped:.0f} % of the blame stops here."


def explained(
    model: Model, digit: Digit, layer: int, index: list[int], of: str, target: int | None, parameter: str
) -> dict[str, Any]:
    """Where a number comes from: a value, a gradient, or one number that a layer learned."""
    check_size(model, digit)
    if of == "value":
        return explain_in_model(model, digit, layer, index).as_dict()
    sample = model.prepare(digit[None])[0]
    if target is not None:
        check_target(model, target)
        named = parameter if of == "weight" else None
        told = explain_gradient(model.network, training_loss(model), sample, target, layer, index, named).as_dict()
    else:
        told = {}
    if of == "weight":
        told["weight"] = {"value": weight_at(model, layer, parameter, index), "gradient": told.get("value")}
    return told


def weight_at(model: Model, layer: int, parameter: str, index: list[int]) -> float:
    """One number that a layer learned; :class:`ShapeError` where there is none such."""
    for name, values in model.network.named_parameters():
        if name == f"{layer}.{parameter}":
            if len(index) == values.ndim and all(
                place < size for place, size in zip(index, values.shape, strict=True)
            ):
                return float(values[tuple(index)])
            raise ShapeError(
                f"there is no place {tuple(index)} in layer {layer}'s {parameter}, which is "
                f"{' × '.join(map(str, values.shape))}"
            )
    raise ShapeError(f"layer {layer} has no parameter '{parameter}'")


def influenced(model: Model, digit: Digit, layer: int, index: list[int]) -> tuple[Tensors, dict[str, Any]]:
    """What more ink, here or there, would do to one value."""
    check_size(model, digit)
    sample = model.prepare(digit[None])[0]
    if layer == len(model.network.layers):  # a percentage, as seen from its logit
        layer -= 1
    slopes = influence(model.network, sample, layer, index)[0][..., 0]
    value = model.network.trace(sample[None]).values[layer + 1][0][tuple(index)]
    row, column = np.unravel_index(int(np.abs(slopes).argmax()), slopes.shape)
    strongest = float(slopes[row, column])
    sentence = (
        f"More ink at row {row}, column {column} would change it most: {'raise' if strongest > 0 else 'lower'} it."
        if strongest
        else "No pixel would change it a little."
    )
    return {"pixels": slopes}, {"value": float(value), "sentence": sentence}


def edit(
    base: str, model: Model, digit: Digit | None, step: tuple[int, float] | None, off: tuple[int, int] | None
) -> tuple[Recipe, Model, dict[str, Any]]:
    """Another model, and what became of the digit's answer."""
    if digit is not None:
        check_size(model, digit)
    recipe = Recipe(base, step, digit if step else None, off)
    if step is None:
        other = recipe.make(model)
        assert off is not None
        told: dict[str, Any] = {"sentence": f"Unit {off[1]} of layer {off[0]} is switched off."}
    else:
        assert digit is not None
        taken = step_model(model, digit, *step)
        other = replace(model, network=taken.network)
        told = taken.as_dict() | {"rate": taken.learning_rate, "layers": moves(model, other)}
        del told["learning_rate"]
    for name, which in (("before", model), ("after", other)):
        with np.errstate(over="ignore", invalid="ignore"):
            told[name] = None if digit is None else which.probabilities(digit[None])[0].tolist()
    return recipe, other, {"address": recipe.address, **told}


def check_size(model: Model | Committee, digit: Digit) -> None:
    """A digit must have the size that the model reads."""
    if digit.shape != model.picture_shape:
        raise ShapeError(
            f"this model reads pictures of {model.picture_shape[0]} × {model.picture_shape[1]}, "
            f"this digit has {digit.shape[0]} × {digit.shape[1]}",
            hint="choose a picture of a data set of that size, or another model",
        )


def check_target(model: Model, target: int) -> None:
    """A wanted class must be one that the model knows."""
    if target >= len(model.classes):
        raise ShapeError(f"there is no class {target}: this model knows 0 to {len(model.classes) - 1}")


def _chosen(model: Model, layers: list[int] | Literal["all"]) -> list[int]:
    count = len(model.network.layers)
    if layers == "all":
        return list(range(count))
    for number in layers:
        if number >= count:
            raise ShapeError(f"there is no layer {number}: this model has the layers 0 to {count - 1}")
    return layers


def _norm(values: Array) -> float:
    return float(np.linalg.norm(values.astype(np.float64)))
