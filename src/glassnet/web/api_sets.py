"""Routes for data: browse, mistakes, confusion, what is sent here, what is drawn here."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glassnet.data import EXPORT_FORMATS, export
from glassnet.web.box import Box
from glassnet.web.refusals import MissingError, RequestError
from glassnet.web.requests import Accept, Keep, Preview
from glassnet.web.routing import box_of, flag, get, number, post, text
from glassnet.web.wire import json_answer, tensor_answer, to_bytes

__all__ = ["routes"]

MOST_PICTURES = 500
ORDERS = ("place", "sure", "unsure")


def _pictures(box: Box, request: Request) -> Response:
    name = text(request, "set")
    data = box.sets.open(name)
    model, order = request.query_params.get("model"), request.query_params.get("order", "place")
    needs_model = order != "place" or flag(request, "wrong") or "read_as" in request.query_params
    if order not in ORDERS:
        raise RequestError(f"order: expected {', '.join(ORDERS)}, got '{order[:40]}'")
    if needs_model and not model:
        raise RequestError("wrong, read_as, sure and unsure are about a model: name one with model=")
    rows, extra = np.arange(len(data)), {}
    if model:
        address, network = box.models.answering(model)
        rows, evaluation = box.sets.read_by(name, address, network)
        shares = evaluation.probabilities
        extra = {"read_as": evaluation.predictions, "confidence": shares.max(axis=1, initial=0)}
    labels = data.labels[rows]
    chosen = np.ones(len(rows), bool)
    if "label" in request.query_params:
        chosen &= labels == number(request, "label", None, 0, 255)
    if "read_as" in request.query_params:
        chosen &= extra["read_as"] == number(request, "read_as", None, 0, 255)
    if flag(request, "wrong"):
        chosen &= extra["read_as"] != labels
    found = np.flatnonzero(chosen)
    if order != "place":
        sign = -1 if order == "sure" else 1
        found = found[np.argsort(sign * extra["confidence"][found], kind="stable")]
    offset, limit = number(request, "offset", 0), number(request, "limit", 200, 0, MOST_PICTURES)
    page = found[offset : offset + limit]
    indices = np.array(box.mine.indices(), int) if name == "mine" else np.arange(len(data))
    tensors: dict[str, Any] = {
        "images": data.images[rows[page]],
        "index": indices[rows[page]].astype(np.int32),
        "label": labels[page],
    }
    if extra:
        tensors["read_as"] = extra["read_as"][page].astype(np.uint8)
        tensors["confidence"] = extra["confidence"][page]
    about = {"matching": len(found), "count": len(data), "counted": len(rows)}
    return tensor_answer(tensors, {"set": name, "title": data.name, "classes": data.classes, **about})


def _confusion(box: Box, request: Request) -> Response:
    name = text(request, "set")
    model = request.query_params.get("model")
    if not model:
        raise RequestError("a confusion matrix is about a model: name one with model=")
    address, network = box.models.answering(model)
    _, evaluation = box.sets.read_by(name, address, network)
    return json_answer(
        {
            "set": name,
            "model": address,
            "classes": evaluation.classes,
            "confusion": evaluation.confusion.tolist(),
            **evaluation.summary(),
            "per_class": evaluation.per_class(),
        }
    )


def _export(box: Box, request: Request) -> Response:
    name, form = text(request, "set"), request.query_params.get("as", "idx")
    if form not in EXPORT_FORMATS:
        raise RequestError(f"as: expected one of {', '.join(EXPORT_FORMATS)}, got '{form[:40]}'")
    data = box.sets.open(name)
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        export(data, folder, form)
        return to_bytes(_zipped(Path(folder)), f"{name}-{form}.zip", "application/zip")


def _zipped(folder: Path) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return file.getvalue()


def _remove(box: Box, request: Request) -> Response:
    name = text(request, "set")
    if not name.startswith("own-"):
        raise MissingError(f"'{name}' is not a data set that was brought here, and stays")
    box.sets.remove(name.removesuffix("-train").removesuffix("-test"))
    return Response(status_code=204)


# -- uploads -------------------------------------------------------------------------------------------------


def _begin(box: Box, request: Request) -> Response:
    return json_answer({"upload": box.uploads.begin()}, 201)


async def _file(request: Request) -> Response:
    uploads, name = box_of(request).uploads, text(request, "upload")
    place = await run_in_threadpool(uploads.place_for, name, text(request, "path"))
    with place.open("wb") as file:
        async for block in request.stream():
            uploads.count(name, len(block))
            await run_in_threadpool(file.write, block)
    await run_in_threadpool(uploads.arrived, name, place)
    return Response(status_code=204)


def _preview(box: Box, asked: Preview, request: Request) -> Response:
    return tensor_answer(*box.uploads.preview(text(request, "upload"), asked.invert, asked.transpose))


def _accept(box: Box, asked: Accept, request: Request) -> Response:
    folder = box.sets.new_own_folder(asked.name)
    parts = box.uploads.accept(text(request, "upload"), folder, asked.invert, asked.transpose)
    source = folder.name
    return json_answer({"source": source, "sets": [f"{source}-{part}" for part in parts]}, 201)


def _drop(box: Box, request: Request) -> Response:
    box.uploads.drop(text(request, "upload"))
    return Response(status_code=204)


# -- my digits -----------------------------------------------------------------------------------------------


def _mine(box: Box, request: Request) -> Response:
    return json_answer(box.mine.as_dict())


def _keep(box: Box, asked: Keep, request: Request) -> Response:
    digit = box.see(asked.ink).digit
    index = box.mine.add(digit, asked.label, asked.ink.model_dump(exclude_none=True))
    return json_answer({"index": index, **box.mine.counts()}, 201)


def _forget(box: Box, request: Request) -> Response:
    box.mine.remove(number(request, "index", None, in_path=True))
    return Response(status_code=204)


def _forget_all(box: Box, request: Request) -> Response:
    box.mine.remove()
    return Response(status_code=204)


routes: list[Route] = [
    get("/api/sets/{set}", _pictures),
    get("/api/sets/{set}/confusion", _confusion),
    get("/api/sets/{set}/export", _export),
    get("/api/sets/{set}", _remove, "DELETE"),
    get("/api/uploads", _begin, "POST"),
    Route("/api/uploads/{upload}/files/{path:path}", _file, methods=["PUT"], name="file"),
    post("/api/uploads/{upload}/preview", Preview, _preview),
    post("/api/uploads/{upload}/accept", Accept, _accept),
    get("/api/uploads/{upload}", _drop, "DELETE"),
    get("/api/mine", _mine),
    post("/api/mine", Keep, _keep),
    get("/api/mine", _forget_all, "DELETE"),
    get("/api/mine/{index}", _forget, "DELETE"),
]
