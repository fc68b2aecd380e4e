"""Routes for what can be passed on: links, lessons, models and figures as files."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glassnet.adapters.formats import FORMATS
from glassnet.web.box import Box
from glassnet.web.exports import export_model, figure
from glassnet.web.lessons import LONGEST, parse_lesson
from glassnet.web.links import check
from glassnet.web.refusals import RequestError, TooLargeError
from glassnet.web.requests import Figure, LinkCheck
from glassnet.web.routing import get, post, text
from glassnet.web.wire import json_answer, picture_answer, to_bytes

__all__ = ["routes"]


def _check_link(box: Box, asked: LinkCheck, request: Request) -> Response:
    state, problems = check(asked.link)
    return json_answer({"state": state, "problems": problems})


def _lessons(box: Box, request: Request) -> Response:
    return json_answer({"lessons": box.lessons.listing()})


def _lesson(box: Box, request: Request) -> Response:
    return json_answer(box.lessons.get(text(request, "lesson")))


async def _check_lesson(request: Request) -> Response:
    body = await request.body()
    if len(body) > LONGEST:
        raise TooLargeError(f"a lesson has at most {LONGEST // 1024} kB", hint="make two of it")
    written = body.decode("utf-8", errors="replace")
    return json_answer(await run_in_threadpool(parse_lesson, "own", written))


def _export(box: Box, request: Request) -> Response:
    form = request.query_params.get("as", "safetensors")
    if form not in FORMATS:
        raise RequestError(f"as: expected one of {', '.join(FORMATS)}, got '{form[:40]}'")
    address, model = box.models.get(text(request, "address"))
    content, ending = export_model(model, form)
    return to_bytes(content, f"{address.replace(':', '-').replace('@', '-step-')}{ending}")


def _figure(box: Box, asked: Figure, request: Request) -> Response:
    return picture_answer(figure(box, asked), f"{asked.figure}.png")


routes: list[Route] = [
    post("/api/links/check", LinkCheck, _check_link),
    get("/api/lessons", _lessons),
    Route("/api/lessons/check", _check_lesson, methods=["POST"], name="check_lesson"),
    get("/api/lessons/{lesson}", _lesson),
    get("/api/export/{address}", _export),
    post("/api/figures", Figure, _figure),
]
