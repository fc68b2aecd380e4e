"""WCAG 2.2 AA, as far as a program can see it, in both themes, on every view, at a desk and on a phone."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from tests.web_page.conftest import INK, Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

VIEWS = {
    "inside": f"{INK}&pin=0.10.12.3",
    "weights": f"{INK}&m=weights",
    "gradients": f"{INK}&m=gradients",
    "train": "#v=train",
    "data": "#v=data&d=mistakes",
    "mine": "#v=data&d=mine",
}


def violations(page: Page) -> list[str]:
    pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python, which brings axe")
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags})", tags)
    return [
        f"{one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found["violations"]
    ]


def go(page: Page, fragment: str) -> None:
    """To another state of the same page, as a pasted link would."""
    page.evaluate("fragment => { location.hash = fragment }", fragment)
    page.wait_for_timeout(600)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, scheme: str) -> None:
    page = open_page(INK, color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for view, fragment in VIEWS.items():
        go(page, fragment)
        found[view] = violations(page)
    assert not any(found.values()), found


def test_axe_finds_nothing_on_a_phone(open_page: Open) -> None:
    page = open_page("#v=draw", phone=True, reduced_motion="reduce")
    found = {"draw": violations(page)}
    for view in ("inside", "train", "data"):
        go(page, f"#v={view}")
        if view == "inside":
            page.locator(".sheet-grip").click()
            page.wait_for_timeout(400)
        found[view] = violations(page)
    assert not any(found.values()), found


def test_axe_finds_nothing_in_the_dialogs(open_page: Open) -> None:
    page = open_page(INK)
    for name in ("Share", "Lessons", "Keys and colours"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_timeout(300)
        assert violations(page) == []
        page.keyboard.press("Escape")


def test_nothing_scrolls_sideways_at_320_pixels(open_page: Open) -> None:
    page = open_page("#v=draw", viewport={"width": 320, "height": 640})
    wide = {}
    for fragment in (f"#v={view}{big}" for view in ("draw", "inside", "train", "data") for big in ("", "&big=1")):
        go(page, fragment)
        wide[fragment] = page.evaluate("document.documentElement.scrollWidth")
    assert max(wide.values()) <= 320, wide
    overflows = page.eval_on_selector_all(".card", "cards => cards.map((one) => getComputedStyle(one).overflowX)")
    assert set(overflows) == {"visible"}, "a card hides what is too wide for it"


def test_targets_for_fingers_are_large(open_page: Open) -> None:
    page = open_page("#v=draw", phone=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, a")]
            .filter((one) => one.offsetParent && !one.closest(".vh"))
            .map((one) => [one.textContent || one.getAttribute("aria-label"), one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24) && box.width > 20)
            .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""
    )
    assert small == []


def test_the_whole_page_is_reached_with_tab(open_page: Open) -> None:
    page = open_page(INK)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
            )
        )
    text = " ".join(one or "" for one in seen)
    for name in ("Skip", "Inside", "Drawing square", "Values", "Convolution", "strongest input"):
        assert name in text, name
