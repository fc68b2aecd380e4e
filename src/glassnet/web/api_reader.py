"""Routes of the full reader: pictures that are dropped, and drawings once the pen is up."""

from __future__ import annotations

import contextlib

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glassnet.errors import GlassnetError
from glassnet.web.box import Box
from glassnet.web.ink import MARGIN
from glassnet.web.pictures import nothing_on_paper, read_paper, reading_as_dict
from glassnet.web.requests import Reader
from glassnet.web.routing import box_of, get, post, text
from glassnet.web.wire import json_answer

__all__ = ["routes"]


def _reader(box: Box, asked: Reader, request: Request) -> Response:
    if asked.ink.image is not None:
        return json_answer(reading_as_dict(box.pictures.get(asked.ink.image).reading))
    seen = box.see(asked.ink)
    if seen.nothing:
        return json_answer(nothing_on_paper(seen.nothing))
    model = None
    if asked.model is not None:
        with contextlib.suppress(GlassnetError):
            model = box.models.answering(asked.model)[1]
    if seen.drawing is None:
        return json_answer(reading_as_dict(read_paper(seen.digit, model)))
    return json_answer(reading_as_dict(read_paper(255 - seen.drawing.canvas, model), MARGIN, MARGIN))


async def _add_image(request: Request) -> Response:
    pictures, body = box_of(request).pictures, await request.body()
    name = await run_in_threadpool(pictures.add, body)
    return json_answer(pictures.answer(name), 201)


def _image(box: Box, request: Request) -> Response:
    png = box.pictures.png(text(request, "image"))
    return Response(png, 200, {"Cache-Control": "no-store"}, "image/png")


routes: list[Route] = [
    post("/api/reader", Reader, _reader),
    Route("/api/images", _add_image, methods=["POST"], name="add_image"),
    get("/api/images/{image}", _image),
]
