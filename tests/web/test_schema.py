"""The API's own schema: whole, true, and a source of requests that nobody thought of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glassnet.web.app import API
from glassnet.web.schema import openapi
from tests.web.conftest import Page

SCHEMA = openapi(API)
SLOW = ("/api/runs", "/api/figures", "/api/edits")
"""What trains, draws or takes long to make up; the first two would really do it."""
BODIES = sorted(
    path
    for path, methods in SCHEMA["paths"].items()
    if "requestBody" in methods.get("post", {}) and path not in SLOW
)


def test_the_schema_has_every_route(page: Page):
    assert page.get("schema") == json.loads(json.dumps(SCHEMA))
    described = {(path, method.upper()) for path, methods in SCHEMA["paths"].items() for method in methods}
    served = {
        (route.path.replace(":path}", "}"), method)
        for route in API
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert described == served
    assert len(
        {operation["operationId"] for methods in SCHEMA["paths"].values() for operation in methods.values()}
    ) == len(described)


def test_every_route_of_the_document_is_served():
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "web_api.md").read_text(encoding="utf-8")
    for path in SCHEMA["paths"]:
        fixed = path.split("{")[0].rstrip("/")
        assert fixed in text, path


@pytest.mark.parametrize("path", BODIES)
def test_what_the_schema_allows_is_answered(page: Page, path: str):
    schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis, to make requests from a schema")
    case_of = schemathesis.openapi.from_dict(SCHEMA)[path]["POST"].as_strategy()

    @given(case=case_of, model=st.sampled_from(["quick", "edit:1", "x"]))
    @settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None)
    def send(case: Any, model: str) -> None:
        body = case.body
        if isinstance(body, dict) and "model" in body:
            body["model"] = model
        place = path
        for part in case.path_parameters or {}:
            place = place.replace(f"{{{part}}}", "x")
        answer = page.client.post(place, content=json.dumps(body))
        assert str(answer.status_code) in SCHEMA["paths"][path]["post"]["responses"], answer.text[:300]

    send()
