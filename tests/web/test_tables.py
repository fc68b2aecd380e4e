"""The numbers of the panel, taken to another program, still add up."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.web.conftest import INK, Page


def rows_of(page: Page, **asked: Any) -> list[dict[str, str]]:
    answer = page.client.post("/api/explain/csv", json={"ink": INK, **asked})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('"numbers.csv"')
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("wide", {"layer": 1, "index": [3]}),
        ("lenet", {"layer": 3, "index": [4, 4, 2]}),
        ("lenet", {"layer": 3, "index": [4, 4, 2], "of": "gradient", "target": 9}),
        ("wide", {"layer": 1, "index": [390, 3], "of": "weight", "target": 9}),
    ],
)
def test_the_terms_add_up_to_the_total(page: Page, models: dict[str, str], name: str, asked: dict[str, Any]):
    rows = rows_of(page, model=models[name], **asked)
    told = page.post("explain", ink=INK, model=models[name], **asked)
    assert sum(row["part"] == "term" for row in rows) == len(told["terms"]["values"])
    assert rows[-1]["part"] == "total"
    assert float(rows[-1]["product"]) == pytest.approx(told["value"], rel=1e-6)
    parts = [float(row["product"]) for row in rows if row["part"] not in ("total", "weight")]
    assert sum(parts) == pytest.approx(told["value"], rel=1e-4, abs=1e-6)


def test_a_number_that_is_no_sum_has_no_products(page: Page, models: dict[str, str]):
    rows = rows_of(page, model=models["softmax"], layer=2, index=[4])
    terms = [row for row in rows if row["part"] == "term"]
    assert len(terms) == 10
    assert {row["product"] for row in terms} == {""}


def test_a_pixel_of_the_input_is_named_so(page: Page, models: dict[str, str]):
    rows = rows_of(page, model=models["lenet"], layer=0, index=[12, 12, 1])
    assert {row["layer"] for row in rows if row["part"] == "term"} == {"input"}
    assert {row["place"] for row in rows if row["part"] == "term"} >= {"12 12 0", "16 16 0"}
