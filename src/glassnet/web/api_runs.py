"""Routes for training: begin, pause, step, follow, look back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from glassnet.web.box import Box
from glassnet.web.history import compared, film_tiles, history, one_weight
from glassnet.web.refusals import RequestError
from glassnet.web.requests import Begin, Do, Exactly, Moment
from glassnet.web.ring import Ring
from glassnet.web.routing import box_of, get, number, post, text
from glassnet.web.wire import json_answer, json_text, tensor_answer

__all__ = ["routes"]

SECONDS_BETWEEN_LOOKS = 0.05
SECONDS_BETWEEN_SIGNS_OF_LIFE = 10
LONGEST_WAIT = 30


def _runs(box: Box, request: Request) -> Response:
    return json_answer({"runs": box.runs.cards()})


def _run(box: Box, request: Request) -> Response:
    return json_answer(box.runs.card(text(request, "run")))


def _begin(box: Box, asked: Begin, request: Request) -> Response:
    return json_answer(box.runs.begin(asked), 201)


def _do(box: Box, asked: Do, request: Request) -> Response:
    return json_answer(box.runs.do(text(request, "run"), asked))


def _digit(box: Box, asked: Moment, request: Request) -> Response:
    return json_answer(box.slow_motion.next_digit(text(request, "run"), asked.step))


def _exactly(box: Box, asked: Exactly, request: Request) -> Response:
    return json_answer(box.runs.exactly(text(request, "run"), asked.step))


def _history(box: Box, request: Request) -> Response:
    folder = box.models.run_folder(text(request, "run"))
    return tensor_answer(*history(folder, number(request, "from", 0)))


def _film(box: Box, request: Request) -> Response:
    folder = box.models.run_folder(text(request, "run"))
    count = number(request, "count", 24, 1, 256)
    return tensor_answer(*film_tiles(folder, number(request, "layer", None, in_path=True), count))


def _path(box: Box, request: Request) -> Response:
    folder = box.models.run_folder(text(request, "run"))
    words = request.query_params.get("index", "").split(",")
    if not all(word.isascii() and word.isdecimal() and len(word) < 10 for word in words):
        raise RequestError("index: expected whole numbers with commas between")
    layer = number(request, "layer", None)
    parameter = request.query_params.get("parameter", "weight")
    return json_answer(one_weight(folder, layer, parameter, [int(word) for word in words]))


def _compare(box: Box, request: Request) -> Response:
    this, other = text(request, "run"), request.query_params.get("with", "")
    folders = box.models.run_folder(this), box.models.run_folder(other)
    return json_answer(compared(*folders))


async def _events(request: Request) -> Response:
    box, run = box_of(request), text(request, "run")
    ring = box.runs.ring(run)
    after = _after(request)
    if "text/event-stream" in request.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_stream(box, run, ring, after), 200, headers, "text/event-stream")
    wait = number(request, "wait", 0, 0, LONGEST_WAIT)
    for _ in range(int(wait / SECONDS_BETWEEN_LOOKS)):
        if ring.after(after) or box.closing.is_set():
            break
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    return json_answer({"events": ring.after(after), "oldest": ring.oldest})


def _after(request: Request) -> int:
    if (last := request.headers.get("last-event-id")) is not None:
        return int(last) if last.isascii() and last.isdecimal() and len(last) < 16 else 0
    return number(request, "after", 0)


async def _stream(box: Box, run: str, ring: Ring, last: int) -> AsyncIterator[str]:
    """Server-sent events until the run is over, the server ends or nobody listens any more."""
    quiet = 0.0
    yield ": here is what happens\n\n"
    while not box.closing.is_set():
        for event in ring.after(last):
            last, quiet = event["id"], 0.0
            yield _sent(event)
            if event["kind"] == "state" and event["state"] in ("finished", "failed"):
                return
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        quiet += SECONDS_BETWEEN_LOOKS
        if quiet > SECONDS_BETWEEN_SIGNS_OF_LIFE:
            quiet = 0.0
            yield ": still here\n\n"


def _sent(event: dict[str, Any]) -> str:
    content = {key: value for key, value in event.items() if key not in ("id", "kind")}
    return f"id: {event['id']}\nevent: {event['kind']}\ndata: {json_text(content)}\n\n"


routes: list[Route] = [
    get("/api/runs", _runs),
    post("/api/runs", Begin, _begin),
    get("/api/runs/{run}", _run),
    post("/api/runs/{run}/do", Do, _do),
    post("/api/runs/{run}/digit", Moment, _digit),
    post("/api/runs/{run}/exactly", Exactly, _exactly),
    Route("/api/runs/{run}/events", _events, methods=["GET"], name="events"),
    get("/api/runs/{run}/history", _history),
    get("/api/runs/{run}/film/{layer}", _film),
    get("/api/runs/{run}/path", _path),
    get("/api/runs/{run}/compare", _compare),
]
