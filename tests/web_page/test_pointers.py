"""A stroke is where the finger, the pen or the mouse is, on pages that are scrolled, zoomed or dense in pixels.
And what has the focus is never hidden below the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web_page.conftest import INK, Open
from tests.web_page.test_drawing import strokes

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

LINE = [(100, 60 + 10 * step) for step in range(8)]
"""From top to bottom, on a square of 256."""

WHERE = """(points) => {
    const box = document.querySelector(".drawing canvas").getBoundingClientRect();
    return points.map(([x, y]) => [box.x + x * box.width / 256, box.y + y * box.height / 256]);
}"""


def touch(client: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    at = [{"x": x, "y": y} for x, y in points]
    client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})


def pen(client: CDPSession, kind: str, x: float, y: float) -> None:
    settings: dict[str, Any] = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
    client.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **settings})


def follow_line(page: Page, client: CDPSession, how: str) -> None:
    places = [(x, y) for x, y in page.evaluate(WHERE, LINE)]
    if how == "mouse":
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
    elif how == "pen":
        pen(client, "mousePressed", *places[0])
        for place in places[1:]:
            pen(client, "mouseMoved", *place)
        pen(client, "mouseReleased", *places[-1])
    else:
        touch(client, "touchStart", places[0])
        for place in places[1:]:
            touch(client, "touchMove", place)
        touch(client, "touchEnd")


def on_the_line(ink: list[int]) -> bool:
    ends = (*LINE[0], *LINE[-1])
    return max(abs(one - other) for one, other in zip((*ink[:2], *ink[-2:]), ends, strict=True)) <= 2


SCREENS: dict[str, tuple[dict[str, Any], str]] = {
    "a desk": ({"viewport": {"width": 1440, "height": 900}}, "mouse"),
    "a desk at 200 %": ({"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}, "mouse"),
    "a whiteboard with a pen": ({"viewport": {"width": 1440, "height": 900}}, "pen"),
    "a dense phone, scrolled": ({"viewport": {"width": 390, "height": 520}, "device_scale_factor": 3}, "finger"),
    "a phone, pinched": ({"viewport": {"width": 390, "height": 844}, "is_mobile": True}, "finger"),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_the_stroke_is_where_the_pointer_is(open_page: Open, screen: str) -> None:
    settings, how = SCREENS[screen]
    page = open_page("#v=draw", phone=how == "finger", **settings)
    client = page.context.new_cdp_session(page)
    page.get_by_role("button", name="Clear").click()
    if "pinched" in screen:
        client.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
        assert page.evaluate("visualViewport.scale") == 2
    page.evaluate("scrollTo(0, 60)")
    scrolled = page.evaluate("scrollY")
    assert scrolled == 60 or "desk" in screen or "whiteboard" in screen or "pinched" in screen
    follow_line(page, client, how)
    (ink,) = strokes(page)
    assert on_the_line(ink), ink
    assert page.evaluate("scrollY") == scrolled


def test_the_hand_that_rests_while_the_pen_writes_draws_nothing(open_page: Open) -> None:
    page = open_page("#v=draw", phone=True)
    client = page.context.new_cdp_session(page)
    page.get_by_role("button", name="Clear").click()
    places = page.evaluate(WHERE, LINE)
    palm = page.evaluate(WHERE, [(200, 200), (210, 210)])
    pen(client, "mousePressed", *places[0])
    touch(client, "touchStart", palm[0])
    for place in places[1:]:
        pen(client, "mouseMoved", *place)
        touch(client, "touchMove", palm[1])
    pen(client, "mouseReleased", *places[-1])
    touch(client, "touchEnd")
    (ink,) = strokes(page)
    assert on_the_line(ink), ink
    page.wait_for_timeout(600)
    follow_line(page, client, "finger")
    assert len(strokes(page)) == 2


def test_what_has_the_focus_is_never_below_the_sheet(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3", phone=True)
    page.locator(".sheet-grip").click()
    page.locator(".inspector h2").wait_for()
    hidden = []
    for _ in range(45):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body || one.closest(".sheet, .tabs, .header, .skip")) return null;
                const box = one.getBoundingClientRect();
                const sheet = document.querySelector(".sheet").getBoundingClientRect();
                const header = document.querySelector(".header").getBoundingClientRect();
                const seen = Math.min(box.bottom, sheet.top) - Math.max(box.top, header.bottom);
                return seen >= Math.min(24, box.height) ? null : one.outerHTML.slice(0, 90);
            }"""
        )
        if found:
            hidden.append(found)
    assert not hidden, hidden
    expect(page.locator(".sheet")).to_be_visible()
