"""The API as an OpenAPI document, made from the routes and from the types that their bodies are checked with.

Tools read it: a fuzzer that sends what the schema allows, and what it does not, finds what no test thought of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from starlette.routing import Route

import glassnet

__all__ = ["openapi"]

ERROR = {
    "type": "object",
    "required": ["kind", "what", "do"],
    "properties": {
        "kind": {"type": "string"},
        "what": {"type": "string"},
        "do": {"type": ["string", "null"]},
        "run": {"type": ["string", "null"]},
    },
}
STATUSES = {
    "200": "what was asked for",
    "201": "it was made",
    "204": "it was done",
    "400": "the request makes no sense",
    "401": "no session",
    "403": "a foreign host or page",
    "404": "there is no such thing",
    "409": "not now",
    "413": "too large",
    "422": "understood, but it cannot be done",
}


def openapi(routes: Iterable[Route]) -> dict[str, Any]:
    """Every route with its path's parts, the schema of its body where it has a JSON one, and its answers."""
    paths: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    for route in routes:
        path = re.sub(r"\{(\w+):path\}", r"{\1}", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            parts = re.findall(r"\{(\w+)\}", path)
            operation: dict[str, Any] = {
                "operationId": re.sub(r"\W+", "_", f"{method.lower()}{path}").rstrip("_"),
                "parameters": [
                    {"name": part, "in": "path", "required": True, "schema": {"type": "string"}} for part in parts
                ],
                "responses": {status: _answer(status, about) for status, about in STATUSES.items()},
            }
            kind = getattr(route.endpoint, "body", None)
            if kind is not None:
                schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
                definitions |= schema.pop("$defs", {})
                operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
            paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Glassnet", "version": glassnet.__version__},
        "paths": paths,
        "components": {"schemas": definitions},
    }


def _answer(status: str, about: str) -> dict[str, Any]:
    if status < "400":
        return {"description": about}
    return {"description": about, "content": {"application/json": {"schema": ERROR}}}
