"""The page stays small and quick."""

from __future__ import annotations

import gzip
import statistics
import time
from pathlib import Path

import pytest

from glassnet.web.app import assets_folder
from tests.web_page.conftest import Open, draw

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

LATER = ("train.", "data.", "share.")


def size(paths: list[Path]) -> float:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths) / 1000


def test_what_is_fetched_is_small() -> None:
    files = [path for path in assets_folder().iterdir() if path.is_file()]
    assert size([path for path in files if not path.name.startswith(LATER)]) <= 60
    assert size(files) <= 100
    assert sum(path.stat().st_size for path in files) <= 400_000


def test_the_page_stands_and_answers_soon(open_page: Open) -> None:
    began = time.monotonic()
    page = open_page()
    expect(page.locator(".sentence")).to_contain_text("4")
    assert time.monotonic() - began < 5  # a generous bound for a busy machine; 0.6 s when it is idle
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 2500


def test_ink_reaches_the_rows_soon(open_page: Open) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            window.waits = [];
            const ask = window.fetch;
            window.fetch = async (...what) => {
                const begun = performance.now();
                const answer = await ask(...what);
                if (String(what[0]).endsWith("/api/read")) window.waits.push(performance.now() - begun);
                return answer;
            };
        }"""
    )
    draw(page)
    page.wait_for_timeout(500)
    waits = page.evaluate("window.waits")
    assert len(waits) >= 5
    assert statistics.median(waits) < 250  # 10 to 20 ms when the machine is idle


def test_the_train_view_is_fetched_when_it_is_shown(open_page: Open) -> None:
    page = open_page()
    fetched = "performance.getEntriesByType('resource').some((one) => one.name.includes('/train.js'))"
    assert not page.evaluate(fetched)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="1 batch").wait_for()
    assert page.evaluate(fetched)
