"""The page for those who hear it, who use no mouse, and who need large letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web_page.conftest import INK, Open
from tests.web_page.test_layout import AUDIT, quiet

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

PANEL = """
- complementary "Where a number comes from":
  - heading /Where does −?[\\d.]+ come from\\?/ [level=2]
  - paragraph: /Layer 0, .*, row 10, column 12, channel 3/
  - table "The formula, first with names, then with numbers":
    - rowgroup:
      - row "z = b + Σ pixel · w"
      - row /−?[\\d.]+ = −?[\\d.]+ [+−] [\\d.]+/
  - paragraph: /is the bias/
  - table "25 pixels"
  - table "× kernel"
  - table /= 25 products, sum −?[\\d.]+/
  - table "What weighs most":
    - rowgroup:
      - row "from value × weight product":
        - columnheader "from"
        - columnheader "value"
        - columnheader "× weight"
        - columnheader "product"
    - rowgroup:
      - row:
        - rowheader:
          - button /row \\d+, col \\d+/
  - button /strongest input/
  - button /where it goes/
  - button "Watch it slide"
  - button "Switch map 3 off"
  - button "Copy"
  - button "As table"
  - status
"""

MATRIX = """
- region "What is mistaken for what":
  - heading /What is mistaken for what/ [level=2]
  - paragraph: /[\\d,]+ of [\\d,]+ right, [\\d.]+ %/
  - table:
    - rowgroup:
      - row /0 1 2 3 4 5 6 7 8 9/:
        - columnheader "0"
        - columnheader "9"
    - rowgroup:
      - row:
        - rowheader "0"
        - cell:
          - button /0 read right. \\d+/
        - cell:
          - button /0 read as 1. \\d+/
      - row:
        - rowheader "9"
  - paragraph: Pick a cell to see its pictures.
"""


def test_the_panel_is_a_region_with_headings_and_tables(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3")
    expect(page.locator(".inspector .place")).to_contain_text("row 10")
    expect(page.locator("aside")).to_match_aria_snapshot(PANEL)


def test_the_matrix_is_a_table_of_named_buttons(open_page: Open) -> None:
    page = open_page("#v=data")
    page.locator(".matrix td button").first.wait_for(timeout=40_000)
    expect(page.locator(".matrix")).to_match_aria_snapshot(MATRIX)


def test_the_answer_is_spoken_when_the_pen_is_up(open_page: Open) -> None:
    page = open_page("#v=draw")
    spoken = page.locator(".answer [role=status]")
    expect(spoken).to_contain_text("4")
    page.get_by_role("button", name="Clear").click()
    expect(spoken).to_contain_text("Draw")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; what is still to come is waited for, not passed by."""
    page.locator(selector).first.wait_for()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


def test_the_three_promises_are_kept_without_a_mouse(open_page: Open) -> None:
    page = open_page("#v=inside&recipe=quick&data=strokes:1500&epochs=1&seed=41")
    tab_to(page, ".drawing canvas")
    page.keyboard.press("Delete")
    for _ in range(6):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(".numeral")).not_to_have_text("–")

    tab_to(page, "#row-0")
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".inspector .place")).to_contain_text("row 12, column 0, channel 1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".inspector .place")).to_contain_text("row 12, column 1, channel 1")

    page.keyboard.press("Shift+Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.textContent") == "Train":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.locator(".controls button.strong").wait_for()
    tab_to(page, ".controls button.strong")
    page.keyboard.press("Enter")
    expect(page.locator(".run-line")).to_contain_text("Finished", timeout=40_000)
    tab_to(page, "input[type=range]")
    page.keyboard.press("Home")
    expect(page.locator(".time p")).to_contain_text("Step 0 of")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".time p")).to_contain_text("Step 1 of")


def test_a_page_zoomed_to_200_percent_has_room_for_all(open_page: Open) -> None:
    """1,280 pixels at twice their size are 640, two device pixels each."""
    zoomed = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
    page = open_page("#v=draw", reduced_motion="reduce", **zoomed)
    wrong = []
    for fragment in (f"{INK}&pin=0.10.12.3", "#v=train", "#v=data", f"{INK}&big=1", "#v=train&big=1"):
        page.evaluate("fragment => { location.hash = fragment }", fragment)
        quiet(page, ".card")
        wrong += [f"{fragment}: {one}" for one in page.evaluate(AUDIT)]
    assert not wrong, "\n".join(wrong)
