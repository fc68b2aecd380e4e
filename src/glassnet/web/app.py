"""The server's routes tied together: the API, the page's own files, and what happens to errors."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from glassnet.blas import one_blas_thread
from glassnet.errors import GlassnetError
from glassnet.web import api_about, api_inside, api_links, api_reader, api_runs, api_sets
from glassnet.web.box import Box
from glassnet.web.doorkeeper import Doorkeeper, Keys
from glassnet.web.refusals import MissingError, RequestError
from glassnet.web.schema import openapi
from glassnet.web.wire import FOR_EVER, error_answer, json_answer

__all__ = ["API", "assets_folder", "make_app"]

HASHED = re.compile(r"-[\w-]{8,}\.\w+$")
"""A name that changes with the content, as the page's build gives them."""
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}


API = [
    *api_about.routes,
    *api_inside.routes,
    *api_links.routes,
    *api_reader.routes,
    *api_runs.routes,
    *api_sets.routes,
]
"""Every route of ``docs/web_api.md``."""


def assets_folder() -> Path:
    """Where the page's files lie, built and shipped with the package."""
    return Path(str(resources.files("glassnet.web") / "assets"))


def make_app(box: Box, keys: Keys, assets: Path | None = None) -> ASGIApp:
    """The server as an ASGI application, with the doorkeeper before it."""
    folder = assets or assets_folder()

    async def page(request: Request) -> Response:
        return _asset(folder, "index.html", request)

    async def asset(request: Request) -> Response:
        return _asset(folder, request.path_params["path"], request)

    async def schema(request: Request) -> Response:
        return json_answer(openapi(API))

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/assets/{path:path}", asset),
            Route("/api/schema", schema),
            *API,
        ],
        exception_handlers={GlassnetError: _told, HTTPException: _http, Exception: _our_fault},
        lifespan=_lifespan,
    )
    app.state.box = box
    app.router.redirect_slashes = False
    return Doorkeeper(app, keys)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    with one_blas_thread():  # spinning threads make every answer late
        yield
    app.state.box.close()


def _asset(folder: Path, name: str, request: Request) -> Response:
    """One of the page's own files. Their names are compared: what was asked for is never made into a path."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if name not in files or files[name].suffix not in TYPES:
        raise MissingError("there is no such page", hint="the page of Glassnet is at /")
    content = files[name].read_bytes()
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"',
        "Cache-Control": FOR_EVER if HASHED.search(name) else "no-cache",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=TYPES[files[name].suffix])


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, GlassnetError)
    return error_answer(error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return error_answer(MissingError("there is nothing at this address"))
    kind = RequestError.__name__ if error.status_code < 500 else "Error"
    response = json_answer({"kind": kind, "what": error.detail.lower(), "do": None}, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _our_fault(request: Request, error: Exception) -> Response:
    return json_answer(
        {
            "kind": "Error",
            "what": "a mistake in Glassnet, not yours",
            "do": "the lines in the terminal say more: please report them",
        },
        500,
    )
