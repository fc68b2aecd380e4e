"""From a function of the state and a request to a route: bodies are read here, work is done in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glassnet.web.box import Box
from glassnet.web.refusals import RequestError
from glassnet.web.requests import parse

__all__ = ["box_of", "flag", "get", "number", "post", "text"]

B = TypeVar("B", bound=BaseModel)


def box_of(request: Request) -> Box:
    """The server's state."""
    box: Box = request.app.state.box
    return box


def get(path: str, answer: Callable[[Box, Request], Response], method: str = "GET") -> Route:
    """A route without a body; ``answer`` runs in a thread, so that a long one holds up nobody."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, box_of(request), request)

    return Route(path, endpoint, methods=[method], name=answer.__name__)


def post(path: str, kind: type[B], answer: Callable[[Box, B, Request], Response]) -> Route:
    """A route with a JSON body of a certain kind."""

    async def endpoint(request: Request) -> Response:
        body = parse(kind, await request.body())
        return await run_in_threadpool(answer, box_of(request), body, request)

    endpoint.body = kind  # type: ignore[attr-defined]  # for the schema
    return Route(path, endpoint, methods=["POST"], name=answer.__name__)


def text(request: Request, name: str) -> str:
    """A part of the path."""
    return str(request.path_params[name])


def number(
    request: Request, name: str, default: int | None, least: int = 0, most: int = 10**9, *, in_path: bool = False
) -> int:
    """A whole number of the query or the path; :class:`RequestError` for anything else."""
    given = request.path_params.get(name) if in_path else request.query_params.get(name)
    if given is None and default is not None:
        return default
    value = str(given)
    if not (
        value.isascii() and value.removeprefix("-").isdecimal() and len(value) < 16 and least <= int(value) <= most
    ):
        raise RequestError(f"{name}: expected a whole number from {least} to {most}, got '{value[:40]}'")
    return int(value)


def flag(request: Request, name: str) -> bool:
    """A switch of the query: ``1`` or nothing."""
    return request.query_params.get(name, "") in ("1", "true")
