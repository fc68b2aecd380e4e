"""A window without a key is told so, and how it gets one; what was drawn in it stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web_page.conftest import INK, start_server

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, expect


def test_each_address_of_the_terminal_lets_in_one_browser(
    browser: Browser, runs: Path, environment: dict[str, str]
):
    first, process = start_server(environment, "--runs", str(runs))
    assert process.stdout is not None
    home = first.split("/?")[0]
    try:
        page = browser.new_context().new_page()
        page.goto(f"{home}/{INK}")
        expect(page.get_by_role("heading", name="This window has no key")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("No network is trained yet")
        field = page.get_by_role("textbox", name="Address from the terminal")
        field.fill(f"http://elsewhere.example/?key={'a' * 32}")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("alert")).to_contain_text("no address of Glassnet")
        field.fill(f"{home}/?key={'a' * 32}")
        field.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("used before")
        expect(page).to_have_url(re.compile(re.escape(INK)))
        field.fill(first)
        field.press("Enter")
        expect(page.locator(".sentence")).to_contain_text("4")
        expect(page).to_have_url(re.compile(re.escape(INK)))

        said = process.stdout.readline() + process.stdout.readline()
        newest = re.search(r"Another browser\? (\S+)", said)
        assert newest is not None, said
        other = browser.new_context().new_page()
        other.goto(first)
        expect(other.get_by_role("alert")).to_contain_text("used before")
        other.goto(newest[1])
        expect(other.locator(".sentence")).to_contain_text(re.compile("sure|against"))
        page.context.close()
        other.context.close()
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
