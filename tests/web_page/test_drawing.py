"""Drawing: with the mouse, a finger, a pen and the keys; every way ends in the same strokes."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from tests.web_page.conftest import FOUR, Open, Watched, draw

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def strokes(page: Page) -> list[list[int]]:
    """The strokes in the page's link, which follows the state a moment later."""
    found = None
    for _ in range(8):
        page.wait_for_timeout(250)
        if found := re.search(r"[#&]ink=([\w-]+)", page.url):
            break
    if not found:
        return []
    data = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    result, at = [], 0
    while at < len(data):
        count = data[at]
        result.append(list(data[at + 1 : at + 1 + 2 * count]))
        at += 1 + 2 * count
    return result


class Finger:
    """One finger, moved through the browser's own input."""

    def __init__(self, page: Page) -> None:
        self._client = page.context.new_cdp_session(page)

    def __call__(self, kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind in ("touchEnd", "touchCancel") else [{"x": x, "y": y}]
        self._client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def near(ink: list[int], points: list[tuple[int, int]]) -> bool:
    return abs(ink[0] - points[0][0]) <= 2 and abs(ink[-1] - points[-1][1]) <= 2


def test_the_mouse_draws_where_it_is_and_the_answer_follows(open_page: Open) -> None:
    page = open_page()
    draw(page)
    ink = strokes(page)
    assert [near(stroke, points) for stroke, points in zip(ink, FOUR, strict=True)] == [True, True]
    expect(page.locator(".sentence")).to_contain_text(re.compile("sure|against"))


@pytest.mark.parametrize("scale", [1, 3])
def test_a_finger_draws_where_it_is_and_the_page_stays(open_page: Open, scale: int) -> None:
    page = open_page("#v=draw", phone=True, device_scale_factor=scale)
    box = page.locator(".drawing canvas").bounding_box()
    assert box is not None
    place = lambda x, y: (box["x"] + x * box["width"] / 256, box["y"] + y * box["height"] / 256)  # noqa: E731
    finger = Finger(page)
    finger("touchStart", *place(128, 30))
    for y in range(40, 230, 10):
        finger("touchMove", *place(128, y))
    finger("touchEnd")
    assert page.evaluate("scrollY") == 0
    (ink,) = strokes(page)
    assert near(ink, [(128, 30), (128, 220)])


def test_a_cancelled_touch_keeps_its_ink(open_page: Open) -> None:
    page = open_page("#v=draw", phone=True)
    finger = Finger(page)
    finger("touchStart", 100, 200)
    finger("touchMove", 160, 260)
    finger("touchCancel")
    assert len(strokes(page)) == 1


def test_a_palm_beside_the_pen_draws_nothing(open_page: Open) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            const canvas = document.querySelector(".drawing canvas");
            const box = canvas.getBoundingClientRect();
            const send = (type, pointerType, pointerId, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
                pointerType, pointerId, clientX: box.x + x, clientY: box.y + y, button: 0, bubbles: true}));
            canvas.setPointerCapture = () => {};
            send("pointerdown", "pen", 5, 50, 50);
            send("pointermove", "pen", 5, 90, 120);
            send("pointerup", "pen", 5, 90, 120);
            send("pointerdown", "touch", 6, 200, 200);
            send("pointermove", "touch", 6, 220, 240);
            send("pointerup", "touch", 6, 220, 240);
        }"""
    )
    assert len(strokes(page)) == 1


def test_undo_takes_back_a_stroke_and_clear_all(open_page: Open) -> None:
    page = open_page()
    draw(page)
    page.get_by_role("button", name="Undo").click()
    assert len(strokes(page)) == 1
    page.get_by_role("button", name="Clear").click()
    assert strokes(page) == []
    expect(page.locator(".sentence")).to_contain_text("Draw a digit here")
    expect(page.locator(".numeral")).to_have_text("–")


def test_the_keys_draw_undo_and_bring_examples(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Clear").click()
    canvas = page.get_by_role("application")
    canvas.focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    (ink,) = strokes(page)
    assert ink[0] == ink[-2]
    assert ink[-1] > ink[1] + 40
    page.keyboard.press("Backspace")
    assert strokes(page) == []
    page.keyboard.press("7")
    page.wait_for_url(re.compile("at="))
    expect(page.locator(".sentence")).to_contain_text(re.compile("sure|against"))


def test_a_dot_is_too_little_to_tell(open_page: Open) -> None:
    page = open_page()
    draw(page, [[(128, 128)]])
    expect(page.locator(".sentence")).to_contain_text("Too little ink")


def test_the_four_steps_have_their_rules_in_words(open_page: Open) -> None:
    page = open_page()
    draw(page)
    page.get_by_role("button", name="Centred, large").click()
    expect(page.locator(".large figcaption")).not_to_be_empty()
    page.get_by_role("radio", name="As drawn").check()
    expect(page).to_have_url(re.compile("form=drawn"))


def test_without_glassnet_the_ink_still_draws_and_is_kept(open_page: Open, watched: Watched) -> None:
    watched.expected.append("ERR_")
    page = open_page()
    page.context.set_offline(True)
    draw(page)
    expect(page.locator(".sentence")).to_contain_text("Glassnet stopped")
    assert len(strokes(page)) == 2
    page.context.set_offline(False)
    expect(page.locator(".sentence")).to_contain_text(re.compile("sure|against"))
    assert len(strokes(page)) == 2


def test_two_shapes_are_two_buttons_and_one_can_be_picked(open_page: Open) -> None:
    page = open_page()
    four = [[(40, 60), (35, 130), (100, 130)], [(85, 90), (85, 210)]]
    draw(page, [*four, [(190, 70), (150, 130), (190, 200), (225, 130), (190, 70)]])
    expect(page.locator(".sentence")).to_contain_text("Two separate shapes", timeout=15_000)
    expect(page.locator(".found")).to_have_count(2)
    page.locator(".found").first.click()
    expect(page.locator(".found")).to_have_count(0)
    assert len(strokes(page)) == 2


def test_a_photo_is_read_and_a_digit_on_it_picked(open_page: Open, tmp_path: Path) -> None:
    picture = Image.new("L", (600, 400), 245)
    pencil = ImageDraw.Draw(picture)
    pencil.line([(100, 80), (80, 220), (200, 220)], fill=30, width=16)
    pencil.line([(170, 120), (165, 320)], fill=30, width=16)
    pencil.ellipse([(350, 100), (480, 300)], outline=30, width=16)
    picture.save(tmp_path / "photo.png")
    page = open_page()
    page.locator("input[accept='image/*']").set_input_files(tmp_path / "photo.png")
    expect(page.locator(".found")).to_have_count(2, timeout=15_000)
    page.locator(".found").nth(1).click()
    expect(page.locator(".found").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".seen")).to_contain_text("Cut out of the picture")
