"""The promise: within a minute, without reading anything, a visitor has done three things."""

from __future__ import annotations

import re
import time

import pytest

from tests.web_page.conftest import Open, draw

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def test_the_three_promises_are_kept_within_a_minute(open_page: Open) -> None:
    began = time.monotonic()
    page = open_page()

    # 1. draw a digit and see it read, next to what the network sees
    sentence = page.locator(".sentence")
    expect(sentence).to_contain_text(re.compile("sure|against"))  # it opens with a digit already read
    draw(page)
    expect(page.locator(".sentence")).to_contain_text(re.compile("sure|against"))
    expect(page.locator(".seen .steps canvas")).to_have_count(4)

    # 2. point at a number and be told where it comes from
    grid = page.locator("#row-0")
    grid.hover(position={"x": 60, "y": 60})
    expect(page.locator(".inspector h2")).to_contain_text("come from?")
    expect(page.locator(".inspector .formula")).to_contain_text("Σ")
    first = page.locator(".inspector .place").inner_text()
    grid.hover(position={"x": 160, "y": 40})
    expect(page.locator(".inspector .place")).not_to_have_text(first)

    # 3. press Run, watch it learn, drag time back
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Run").first.click()
    slider = page.get_by_role("slider")
    slider.wait_for(timeout=40_000)
    expect(page.locator(".run-line")).to_contain_text(re.compile("Learning|Finished"))
    expect(slider).not_to_have_attribute("max", re.compile("^[0-4]$"))
    slider.fill("0")
    expect(page.locator(".time p")).to_contain_text("Step 0 of")
    expect(page.locator(".film-line")).not_to_have_count(0)
    assert time.monotonic() - began < 60
