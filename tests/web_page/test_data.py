"""Data: browse, mistakes, the matrix; one's own digits kept, taken along, and brought in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from glassnet.data import strokes
from tests.web_page.conftest import INK, Open, Watched, draw, number

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def pictures(page: Page) -> None:
    expect(page.locator(".pictures button").first).to_be_visible(timeout=30_000)


def test_a_mistake_becomes_the_digit_that_everything_looks_at(open_page: Open) -> None:
    page = open_page("#v=data&d=mistakes")
    pictures(page)
    first = page.locator(".pictures button").first
    said = first.inner_text()
    truth, read = re.findall(r"is (\w), read (\w)", said)[0]
    assert truth != read
    first.click()
    expect(page.locator(".numeral")).to_have_text(read)
    expect(page).to_have_url(re.compile("at=strokes-test:"))


def shares(page: Page) -> list[float]:
    """How sure the network is of each picture that is shown, in percent."""
    texts = page.locator(".pictures button small").all_inner_texts()
    return [number(text.partition(" ")[0]) for text in texts]


def shares_from(page: Page, first: Callable[[float], bool]) -> list[float]:
    """The same, once the first of them is as expected."""
    until = time.monotonic() + 30
    while not ((found := shares(page)) and first(found[0])) and time.monotonic() < until:
        page.wait_for_timeout(50)
    return found


def test_pictures_that_a_network_is_unsure_of_come_first(open_page: Open) -> None:
    page = open_page("#v=data&set=strokes-test")
    stored = shares_from(page, lambda share: True)
    assert stored != sorted(stored)
    page.get_by_role("combobox", name="order").select_option("unsure first")
    expect(page).to_have_url(re.compile("order=unsure"))
    found = shares_from(page, lambda share: share < min(stored))
    assert found == sorted(found)
    page.get_by_role("button", name="later").click()
    after = shares_from(page, lambda share: share >= found[-1])
    assert after == sorted(after)
    page.get_by_role("combobox", name="order").select_option("surest first")
    expect(page.locator(".pages")).to_contain_text("page 1")
    assert shares_from(page, lambda share: share > after[-1])[0] >= max(stored)
    page.get_by_role("button", name="Mistakes").click()
    expect(page.get_by_role("combobox", name="order")).to_have_count(0)


def test_without_a_network_nothing_was_mistaken(open_page: Open) -> None:
    page = open_page()

    def without(route: Route) -> None:
        route.fulfill(json=route.fetch().json() | {"model": None, "models": []})

    page.route("**/api/about", without)
    page.goto("about:blank")
    page.go_back()
    page.evaluate("location.hash = 'v=data&d=mistakes'")
    expect(page.locator(".card.data")).to_contain_text("nothing has been mistaken")
    page.get_by_role("button", name="Browse").click()
    pictures(page)  # and no question that Glassnet refuses: that would stand on the console
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_cell_of_the_matrix_leads_to_its_pictures(open_page: Open) -> None:
    page = open_page("#v=data")
    pictures(page)
    cells = page.locator(".matrix td button:not(.right)")
    expect(cells.first).to_be_visible(timeout=30_000)
    wrong = page.locator(".matrix td button[aria-label*=' read as ']").filter(has_text=re.compile(r"^\d+$")).first
    label = wrong.get_attribute("aria-label") or ""
    truth, answer, count = re.findall(r"(\w) read as (\w): (\d+)", label)[0]
    wrong.click()
    expect(page.locator(".pictures button")).to_have_count(min(120, int(count)))
    expect(page.locator(".pictures button").first).to_contain_text(f"is {truth}, read {answer}")


def test_pictures_do_not_wait_for_the_network_that_reads_them(open_page: Open) -> None:
    page = open_page()
    asked = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route(re.compile(r"/api/sets/strokes-test\?.*model="), hold)
    page.evaluate("location.hash = 'v=data'")
    pictures(page)
    expect(page.locator(".card.data")).to_contain_text("Reading every picture")
    assert "read" not in page.locator(".pictures").inner_text()
    asked[0].continue_()
    expect(page.locator(".pictures button").first).to_contain_text("sure")
    expect(page.locator(".card.data")).not_to_contain_text("Reading every picture")


def test_arrows_walk_through_the_matrix(open_page: Open) -> None:
    page = open_page("#v=data")
    first = page.locator(".matrix td button").first
    expect(first).to_be_visible(timeout=30_000)
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("1 read right")


def test_a_drawing_is_kept_and_thrown_away(open_page: Open) -> None:
    page = open_page(INK)
    draw(page)
    page.get_by_role("combobox", name="That was a").select_option("4")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".keep [role=status]")).to_contain_text("Kept")
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_role("button", name="My digits").click()
    expect(page.locator(".bins li").nth(4)).to_contain_text("1 of 10")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as NPZ").click()
    assert download.value.path().stat().st_size > 200
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator(".bins li").nth(4)).to_contain_text("0 of 10")


def test_own_data_are_shown_before_they_are_taken_in(open_page: Open, tmp_path: Path) -> None:
    drawn = strokes.generate(20, seed=1)
    table = np.column_stack([drawn.labels, drawn.images.reshape(20, -1)])
    header = ",".join(["label", *(f"pixel{place}" for place in range(784))])
    file = tmp_path / "class 4b.csv"
    np.savetxt(file, table, fmt="%d", delimiter=",", header=header, comments="")
    page = open_page("#v=data&d=mine")
    page.locator("input[type=file][multiple]").set_input_files(file)
    preview = page.get_by_role("region", name="As Glassnet understands it")
    expect(preview).to_contain_text("20 pictures of 28 × 28")
    expect(preview.locator("figure")).to_have_count(20)
    expect(preview.locator("figcaption").first).to_have_text(str(drawn.labels[0]))
    preview.get_by_role("checkbox", name="dark and light swapped").check()
    expect(preview.get_by_role("checkbox", name="dark and light swapped")).to_be_checked()
    preview.get_by_role("checkbox", name="dark and light swapped").uncheck()
    preview.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("combobox", name="Set")).to_have_value(re.compile("own-"))
    expect(page.locator(".pictures button")).to_have_count(20)


def test_a_broken_file_is_told_with_its_line(open_page: Open, watched: Watched, tmp_path: Path) -> None:
    watched.expected.append("422")
    file = tmp_path / "broken.csv"
    file.write_text("label,a,b,c,d\n4,0,1,2,3\n5,0,what,2,3\n")
    page = open_page("#v=data&d=mine")
    page.locator("input[type=file][multiple]").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("broken.csv")
