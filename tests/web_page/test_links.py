"""The link is the state: it goes round, and a hostile one does nothing."""

from __future__ import annotations

import pytest

from tests.web_page.conftest import FOUR, INK, Open, Watched, encode

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


LINKS = [
    f"#v=inside&ink={encode(FOUR)}&pen=26&pin=0.10.12.3",
    f"#v=inside&m=weights&ink={encode(FOUR)}&w=0.2.2.0.1",
    f"#v=inside&m=gradients&ink={encode(FOUR)}&t=9&rate=0.3",
    f"#v=inside&ink={encode(FOUR)}&form=drawn&open=1.2&signs=1&big=1&dark=1",
    "#v=train&recipe=one-hidden-layer&seed=3&epochs=4",
    "#v=data&d=mistakes&label=4&as=9",
    "#v=inside&hide=train,share",
]


def pairs(fragment: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in fragment.split("#")[1].split("&"))


def test_a_link_opens_what_it_was_made_of(open_page: Open) -> None:
    page = open_page()
    for fragment in LINKS:
        page.evaluate("fragment => { location.hash = fragment }", fragment)
        page.wait_for_timeout(400)
        kept = pairs(page.url)
        assert {key: kept.get(key) for key in pairs(fragment)} == pairs(fragment)


def test_what_a_person_does_is_in_the_link(open_page: Open) -> None:
    page = open_page(INK)
    page.locator("#row-0").click(position={"x": 40, "y": 40})
    page.get_by_role("button", name="Large text").click()
    page.wait_for_timeout(400)
    copy = open_page("#" + page.url.split("#")[1])
    expect(copy.locator(".inspector .place")).to_have_text(page.locator(".inspector .place").inner_text())
    expect(copy.get_by_role("button", name="Large text")).to_have_attribute("aria-pressed", "true")


HOSTILE = [
    "#model=<script>alert(1)</script>&v=javascript:alert(1)",
    "#pin=999999.999999&seed=NaN&step=1e309&t=77&rate=Infinity",
    "#ink=%FF%FE&open=-1.-1&cell=__proto__",
    "#ink=" + "A" * 100_000,
    "#pin=0.10.12.3.4.5.6.7.8&w=0.0.0.0.0",
]


def test_a_hostile_link_is_harmless(open_page: Open) -> None:
    page = open_page()
    address = page.url.split("#")[0]
    for fragment in HOSTILE:
        page.goto(address + fragment)
        page.reload()
        expect(page.locator(".sentence")).to_contain_text("4")  # as if there had been none
        assert page.locator("script").count() == 1


def test_a_model_that_is_not_here_is_told(open_page: Open, watched: Watched) -> None:
    watched.expected.append("404")
    page = open_page("#model=run:nowhere@5", wait=False)
    expect(page.get_by_role("alert")).to_contain_text("nowhere")


def test_hidden_controls_are_hidden(open_page: Open) -> None:
    page = open_page("#v=inside&hide=train,share,weights,edits")
    expect(page.get_by_role("button", name="Inside", exact=True)).to_be_visible()
    for name in ("Train", "Share", "Weights"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)


def test_the_share_dialog_gives_the_link_and_the_focus_back(open_page: Open) -> None:
    page = open_page(INK)
    page.get_by_role("button", name="Share").click()
    field = page.get_by_role("dialog").get_by_role("textbox")
    assert "ink=" in field.input_value()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Share")).to_be_focused()
