"""No view overflows, cuts off a text or lays one control on another: phone and desk, day and night.

Pixels differ from machine to machine and so do fonts; what is held here is what must be true of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web_page.conftest import INK, Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

AUDIT = Path(__file__).with_name("layout_audit.js").read_text(encoding="utf-8")
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


UNCHANGED = """async () => {
    for (let turn = 0; turn < 40; turn++) {
        let changed = false;
        const watch = new MutationObserver(() => { changed = true; });
        watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
        await new Promise((later) => setTimeout(later, 150));
        watch.disconnect();
        if (!changed && !/Fetching|Reading every|Reading…|Opening/.test(document.body.textContent)) return;
    }
}"""


def quiet(page: Page, ready: str) -> None:
    """Wait for what a view is recognised by, and until nothing on it changes any more."""
    page.locator(ready).first.wait_for(timeout=40_000)
    page.evaluate(UNCHANGED)


def _as_table(page: Page) -> None:
    page.locator(".inspector").get_by_role("button", name="As table").click()


def _step(page: Page) -> None:
    page.get_by_role("button", name="Take one step").click()
    page.locator(".promise").wait_for()


def _dialog(name: str) -> Callable[[Page], None]:
    def open_dialog(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).click()

    return open_dialog


def _raise(page: Page) -> None:
    if page.locator(".sheet-grip").count():
        page.locator(".sheet-grip").click()
        page.locator(".inspector h2").wait_for()


View = tuple[str, str, Callable[["Page"], None] | None]
VIEWS: dict[str, View] = {
    "draw": ("#v=draw", ".bars", None),
    "values": (f"{INK}&pin=0.10.12.3", "#row-0", _raise),
    "a table of values": (f"{INK}&pin=3.4.4.2&open=1.2.4.5&signs=1", "#row-3", _as_table),
    "a dense unit": (f"{INK}&pin=7.5", "#row-7", None),
    "the answer": (f"{INK}&pin=10.4", ".inspector", None),
    "weights": (f"{INK}&m=weights&w=0.2.2.0.1", ".row .grid", None),
    "gradients": (f"{INK}&m=gradients&t=9", ".row-scale", _step),
    "train": ("#v=train", ".run-line", None),
    "browse": ("#v=data", ".pictures button", None),
    "mistakes": ("#v=data&d=mistakes", ".pictures button", None),
    "my digits": ("#v=data&d=mine", ".bins", None),
    "a lesson": ("#v=inside&lesson=what-it-sees", ".lesson", None),
    "large text": (f"{INK}&big=1", "#row-0", None),
    "large text, training": ("#v=train&big=1", ".run-line", None),
    "share": (INK, "#row-0", _dialog("Share")),
    "help": (INK, "#row-0", _dialog("Keys and colours")),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_everything_has_its_place(open_page: Open, size: str, scheme: str) -> None:
    page = open_page(
        "#v=draw",
        phone=size == "phone",
        viewport=PHONE if size == "phone" else DESK,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    wrong: dict[str, list[str]] = {}
    for name, (fragment, ready, then) in VIEWS.items():
        page.evaluate("fragment => { location.hash = fragment }", fragment)
        quiet(page, ready)
        if then:
            then(page)
            quiet(page, ready)
        if found := page.evaluate(AUDIT):
            wrong[name] = found
        if page.locator("dialog").count():
            page.keyboard.press("Escape")
    assert not wrong, "\n".join(f"{name}: {each}" for name, found in wrong.items() for each in found)
