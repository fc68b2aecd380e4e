"""The panel: the same number however one gets to it, and a formula that adds up as it is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web_page.conftest import FOUR, INK, Open, draw
from tests.web_page.printed_formulas import holds

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def told(page: Page) -> tuple[str, str]:
    return page.locator(".inspector .place").inner_text(), page.locator(".inspector h2").inner_text()


def test_pointer_touch_and_keys_reach_the_same_explanation(open_page: Open) -> None:
    page = open_page(INK)
    page.locator("#row-0").hover(position={"x": 52, "y": 32})
    expect(page.locator(".inspector .place")).to_contain_text("row")
    page.wait_for_timeout(300)
    by_pointer = told(page)
    index = page.locator(".inspector").get_attribute("data-index")
    assert index is not None
    row, column, channel = map(int, index.split("."))

    keys = open_page(INK)
    keys.locator("#row-0").focus()
    keys.keyboard.press("Home")
    for _ in range(row):
        keys.keyboard.press("ArrowDown")
    for _ in range(column):
        keys.keyboard.press("ArrowRight")
    for _ in range(channel):
        keys.keyboard.press("PageDown")
    expect(keys.locator(".inspector .place")).to_have_text(by_pointer[0])
    assert told(keys) == by_pointer

    phone = open_page(f"{INK}&pin=0.{index}", phone=True)
    phone.locator(".sheet-grip").click()
    expect(phone.locator(".inspector .place")).to_have_text(by_pointer[0])
    assert told(phone) == by_pointer


@pytest.mark.parametrize("layer", [0, 3, 7, 9])
def test_the_numbers_line_adds_up_as_printed(open_page: Open, layer: int) -> None:
    index = {0: "10.12.3", 3: "4.4.2", 7: "5", 9: "4"}[layer]
    page = open_page(f"{INK}&pin={layer}.{index}")
    cells = page.locator(".inspector .formula tr").nth(1).locator("td")
    expect(cells.first).not_to_be_empty()
    printed = [text.strip() for text in cells.all_inner_texts() if text.strip()]
    value, _, _, _, _ = printed
    assert holds(" ".join(printed))
    heading = page.locator(".inspector h2").inner_text()
    assert value in heading


def test_a_convolution_shows_patch_kernel_and_products(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3")
    tables = page.locator(".inspector table.numbers")
    expect(tables).to_have_count(3)
    expect(tables.first.locator("td")).to_have_count(25)
    expect(page.locator(".seen .ring")).to_have_count(1)  # the same patch on what the network sees


def test_brackets_follow_a_number_back_and_on(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=3.4.4.2")
    page.locator("#row-3").focus()
    expect(page.locator(".inspector .place")).to_contain_text("Layer 3, ")
    page.keyboard.press("[")
    expect(page.locator(".inspector .place")).to_contain_text("Layer 2, ")
    page.keyboard.press("[")
    expect(page.locator(".inspector .place")).to_contain_text("Layer 1, ")
    page.keyboard.press("]")
    expect(page.locator(".inspector .place")).to_contain_text("Layer 2, ")


def test_leaving_returns_to_what_is_pinned(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3")
    expect(page.locator(".inspector .place")).to_contain_text("row 10, column 12, channel 3")
    page.locator("#row-0").hover(position={"x": 20, "y": 20})
    expect(page.locator(".inspector .place")).not_to_contain_text("row 10, column 12")
    page.mouse.move(5, 5)
    expect(page.locator(".inspector .place")).to_contain_text("row 10, column 12, channel 3")


def test_a_tap_pins_and_raises_the_sheet_and_escape_lowers_it(open_page: Open) -> None:
    page = open_page(INK, phone=True)
    page.locator("#row-0").tap(position={"x": 40, "y": 40})
    expect(page.locator(".sheet")).to_have_class(re.compile("sheet-half"))
    expect(page.locator(".inspector h2")).to_contain_text("come from?")
    page.locator(".sheet-grip").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_class(re.compile("sheet-down"))


def test_every_layer_has_a_row_and_folded_ones_open(open_page: Open) -> None:
    page = open_page(INK)
    expect(page.locator(".row")).to_have_count(10)
    page.get_by_role("button", name="open: ReLU").first.click()
    expect(page.locator("#row-1")).to_be_visible()


def test_the_focus_speaks_the_number_and_its_place(open_page: Open) -> None:
    page = open_page(INK)
    page.locator("#row-0").focus()
    page.keyboard.press("ArrowRight")
    cell = page.locator("#row-0 [role=gridcell]")
    expect(cell).to_have_text(re.compile(r"Convolution.*row \d+, column \d+, channel \d+: −?[\d.]"))


def test_the_rows_follow_the_drawing(open_page: Open) -> None:
    page = open_page(INK)
    before = page.locator("#row-0 canvas").evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("button", name="Clear").click()
    draw(page, [FOUR[1]])
    page.wait_for_timeout(500)
    assert page.locator("#row-0 canvas").evaluate("canvas => canvas.toDataURL()") != before


@pytest.mark.parametrize(
    ("fragment", "place"),
    [
        ("&pin=0.10.12.3", "Layer 0, Convolution 5 × 5, 1 → 6, row 10, column 12, channel 3"),
        ("&pin=-1.14.13.0", "Input, row 14, column 13"),
        ("&pin=7.5", "Layer 7, Dense 200 → 24, unit 5"),
        ("&pin=10.4", "Answer, 4"),
        ("&m=gradients&t=9&pin=7.5", "∂loss/∂value: Layer 7, Dense 200 → 24, unit 5"),
        (
            "&m=weights&w=0.2.1.0.4",
            "Layer 0, Convolution 5 × 5, 1 → 6: row 2, column 1 of the kernel from channel 0 to 4",
        ),
        ("&m=weights&w=9.3.7", "Layer 9, Dense 24 → 10: unit 7, for input 3"),
    ],
)
def test_the_place_is_told_as_the_rows_tell_it(open_page: Open, fragment: str, place: str) -> None:
    page = open_page(INK + fragment)
    expect(page.locator(".inspector .place")).to_have_text(place)
