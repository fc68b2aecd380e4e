"""Whatever is sent, the server answers in its own words: no crash, no traceback, nothing done."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from glassnet.web import api_about, api_inside, api_links, api_reader, api_runs, api_sets
from tests.web.conftest import INK, Page

ROOMS = (api_about, api_inside, api_links, api_reader, api_runs, api_sets)
ROUTES = [
    (method, route.path)
    for room in ROOMS
    for route in room.routes
    if isinstance(route, Route)
    for method in sorted((route.methods or set()) - {"HEAD"})
    if not (route.path == "/api/runs" and method == "POST")  # a valid one would train
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "ink",
        "model",
        "layer",
        "layers",
        "index",
        "of",
        "target",
        "step",
        "off",
        "label",
        "link",
        "name",
        "set",
        "do",
    ]
)
NEARLY = st.dictionaries(
    NAMES,
    VALUES
    | st.sampled_from([INK, "quick", "all", [0, 0, 0], 1, {"target": 3, "rate": 0.1}, {"layer": 1, "unit": 0}])
    | st.just({"strokes": [[float("inf"), 1]]}),
    max_size=6,
)
BODIES = st.binary(max_size=60) | (VALUES | NEARLY).map(lambda value: json.dumps(value).encode())
WORDS = st.sampled_from(
    ["quick", "run:x", "run:x@1", "file:1", "edit:1", "0", "1", "-1", "mine", "own-x", "..", "%00"]
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["first", "count", "units", "offset", "limit", "label", "order", "as", "model", "after", "index"]
    ),
    st.text(max_size=12) | WORDS,
    max_size=4,
)
STATUSES = {200, 201, 204, 400, 404, 405, 409, 413, 422}


@given(route=st.sampled_from(ROUTES), body=BODIES, words=st.lists(WORDS, min_size=3, max_size=3), query=QUERIES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_anywhere_is_answered(
    page: Page, route: tuple[str, str], body: bytes, words: list[str], query: dict[str, str]
):
    method, path = route
    for word in words:
        start, brace, rest = path.partition("{")
        path = start + word + rest.partition("}")[2] if brace else path
    answer = page.client.request(method, path, content=body, params=query)
    assert answer.status_code in STATUSES, (method, path, query, answer.text[:500])
    if answer.status_code >= 400:
        told: dict[str, Any] = answer.json()
        assert set(told) >= {"kind", "what", "do"}
        assert told["what"]


@given(ink=VALUES)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_ink_is_read_or_refused(page: Page, ink: Any):
    answer = page.client.post("/api/read", content=json.dumps({"ink": ink, "model": "quick"}))
    assert answer.status_code in (200, 400, 404), answer.text[:500]


def test_deep_and_huge_json_is_refused(page: Page):
    for body in ("[" * 100_000, '{"ink":' * 50_000, '{"model": "' + "x" * 900_000 + '"}', "1" * 100_000):
        assert page.client.post("/api/read", content=body).status_code == 400
