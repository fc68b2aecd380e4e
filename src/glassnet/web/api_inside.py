"""Routes for one digit and one model: reading, gradients, explanations, weights, edits."""

from __future__ import annotations

from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glassnet.errors import ShapeError
from glassnet.models import Committee, Model
from glassnet.web import seeing
from glassnet.web.box import Box
from glassnet.web.cards import card, committee_card, weight_tiles
from glassnet.web.refusals import RequestError
from glassnet.web.requests import Edit, Explain, Gradients, Influence, Read
from glassnet.web.routing import get, number, post, text
from glassnet.web.tables import terms_csv
from glassnet.web.wire import json_answer, tensor_answer, to_bytes

__all__ = ["routes", "squeezed"]

MOST_UNITS = 1024


def _card(box: Box, request: Request) -> Response:
    asked = text(request, "address")
    address, model = box.models.answering(asked)
    edit = box.models.edit_of(address)
    if isinstance(model, Committee):
        found = committee_card(address, model, box.models.members(address))
    else:
        found = card(address, model, box.examples())
    found |= {
        "title": box.models.title(address),
        "base": edit.base if edit else None,
        "edit": edit.as_dict() if edit else None,
    }
    return json_answer(found, for_ever=box.models.is_for_ever(asked))


def _weights(box: Box, request: Request) -> Response:
    asked = text(request, "address")
    _, model = box.models.get(asked)
    layer = number(request, "layer", None, in_path=True)
    if layer >= len(model.network.layers):
        raise ShapeError(f"there is no layer {layer}: this model has {len(model.network.layers)}")
    total = model.network.layers[layer].output_shape[-1]
    units = _units(request, total)
    tiles = weight_tiles(model.network, layer, np.array(units, np.intp))
    extras: dict[str, Any] = {"layer": layer, "units": units, "total": total}
    if "weight" in tiles:
        extras["scale"] = float(np.abs(tiles["weight"]).max(initial=0)) or 1.0
        if request.query_params.get("dtype") == "u8":
            tiles["weight"] = squeezed(tiles["weight"], extras["scale"])
    return tensor_answer(tiles, extras, for_ever=box.models.is_for_ever(asked))


def _units(request: Request, total: int) -> list[int]:
    if named := request.query_params.get("units"):
        words = named.split(",")
        if not all(word.isascii() and word.isdecimal() and len(word) < 10 and int(word) < total for word in words):
            raise RequestError(f"units: expected numbers from 0 to {total - 1} and commas, got '{named[:40]}'")
        units = [int(word) for word in words]
    else:
        first = number(request, "first", 0)
        units = list(range(first, min(first + number(request, "count", 64), total)))
    if len(units) > MOST_UNITS:
        raise RequestError(f"more than {MOST_UNITS} units at once")
    return units


def squeezed(weights: np.ndarray[Any, np.dtype[Any]], scale: float) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Weights as bytes: value = (byte − 128) / 127 · scale."""
    with np.errstate(invalid="ignore"):
        levels = np.clip(np.rint(weights / scale * 127), -127, 127) + 128
    return np.asarray(np.nan_to_num(levels, nan=128), np.uint8)


def _read(box: Box, asked: Read, request: Request) -> Response:
    address, model = box.models.answering(asked.model)
    seen = box.see(asked.ink)
    tensors: seeing.Tensors = {"normal/4": seen.digit}
    drawing, extras = seen.drawing, {"model": address}
    if drawing is not None and drawing.steps is not None and asked.steps and asked.ink.form == "normal":
        tensors |= drawing.pictures()
    where = drawing.as_dict() if drawing else {"rules": [], "box": None, "centre_of_mass": None, "offset": None}
    if seen.nothing == "empty":
        return tensor_answer(tensors, extras | where | seeing.nothing_to_read("empty"))
    if isinstance(model, Committee):
        values: seeing.Tensors = {}
        said = seeing.voted(model, seen.digit, with_votes=asked.layers == "all")
    else:
        values, said = seeing.read(model, seen.digit, asked.layers, with_thread=asked.thread, effect=asked.effect)
    if seen.nothing == "little":
        said |= seeing.nothing_to_read("little") | {"lines": said["lines"]}
    return tensor_answer(tensors | values, extras | where | said)


def _gradients(box: Box, asked: Gradients, request: Request) -> Response:
    address, model = box.models.get(asked.model)
    tensors, extras = seeing.gradients(model, box.see(asked.ink).digit, asked.target, asked.layers)
    return tensor_answer(tensors, {"model": address} | extras)


def _explain(box: Box, asked: Explain, request: Request) -> Response:
    return json_answer(_told(box, asked))


def _explain_csv(box: Box, asked: Explain, request: Request) -> Response:
    return to_bytes(terms_csv(_told(box, asked)).encode(), "numbers.csv", "text/csv; charset=utf-8")


def _told(box: Box, asked: Explain) -> dict[str, Any]:
    address, model = box.models.get(asked.model)
    digit = box.see(asked.ink).digit
    told = seeing.explained(model, digit, asked.layer, asked.index, asked.of, asked.target, asked.parameter)
    if "weight" in told:
        start = _at_the_start(box, address)
        at = (asked.layer, asked.parameter, asked.index)
        told["weight"]["start"] = None if start is None else seeing.weight_at(start, *at)
    return told


def _at_the_start(box: Box, address: str) -> Model | None:
    """The model before the first step of the run that ``address`` belongs to, where there is a film of it."""
    film = box.models.film_of(address)
    return film.start if film is not None and film.exists else None


def _influence(box: Box, asked: Influence, request: Request) -> Response:
    _, model = box.models.get(asked.model)
    return tensor_answer(*seeing.influenced(model, box.see(asked.ink).digit, asked.layer, asked.index))


def _edit(box: Box, asked: Edit, request: Request) -> Response:
    base, model = box.models.get(asked.model)
    digit = None if asked.ink is None else box.see(asked.ink).digit
    step = None if asked.step is None else (asked.step.target, asked.step.rate)
    off = None if asked.off is None else (asked.off.layer, asked.off.unit)
    recipe, other, told = seeing.edit(base, model, digit, step, off)
    box.models.keep_edit(recipe, other)
    return json_answer(told, 201)


routes: list[Route] = [
    get("/api/models/{address}", _card),
    get("/api/models/{address}/weights/{layer}", _weights),
    post("/api/read", Read, _read),
    post("/api/gradients", Gradients, _gradients),
    post("/api/explain", Explain, _explain),
    post("/api/explain/csv", Explain, _explain_csv),
    post("/api/influence", Influence, _influence),
    post("/api/edits", Edit, _edit),
]
