"""Blame, one step, a unit switched off; training, time dragged back, one digit in slow motion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web_page.conftest import INK, Open, number

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

QUICK = "#v=train&recipe=quick&data=strokes:1500&epochs=1"


def loss(page: Page) -> float:
    shown = page.locator(".wanted b")
    expect(shown).not_to_have_text("…")
    return number(shown.inner_text())


def trained(page: Page) -> None:
    page.get_by_role("button", name="Run").first.click()
    expect(page.locator(".run-line")).to_contain_text("Finished", timeout=40_000)


def test_a_small_step_lowers_the_loss_and_undo_takes_it_back(open_page: Open) -> None:
    page = open_page(f"{INK.replace('v=inside', 'v=inside&m=gradients')}&t=9&rate=0.001")
    before = loss(page)
    address = page.get_by_role("combobox", name="Model").input_value()
    page.get_by_role("button", name="Take one step").click()
    table = page.locator("table.promise")
    expect(table).to_be_visible()
    promised, actual = [number(text) for text in table.locator("td.number").all_inner_texts()]
    assert promised < 0
    assert actual < 0
    expect(page.locator(".bar-ghost")).to_have_count(10)
    expect(page.locator(".wanted b")).not_to_have_text(str(before))
    assert loss(page) < before
    page.locator(".edited").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(address)
    expect(page.locator(".bar-ghost")).to_have_count(0)
    expect(page.locator(".wanted b")).not_to_have_text("…")
    page.wait_for_timeout(300)
    assert loss(page) == before


def test_the_blame_flows_back_once_and_at_once_without_motion(open_page: Open) -> None:
    page = open_page(f"{INK}&m=gradients", reduced_motion="reduce")
    expect(page.locator(".row-scale").first).to_be_visible()
    page.get_by_role("button", name="Replay").click()
    expect(page.locator(".unlit")).to_have_count(0)
    moving = open_page(f"{INK}&m=gradients", reduced_motion="no-preference")
    expect(moving.locator(".row-scale").first).to_be_visible()
    moving.wait_for_timeout(1000)
    moving.get_by_role("button", name="Replay").click()
    expect(moving.locator(".unlit")).not_to_have_count(0)
    expect(moving.locator(".unlit")).to_have_count(0)


def test_a_unit_is_switched_off_and_on_again(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3")
    page.get_by_role("button", name="Switch map 3 off").click()
    expect(page.locator(".edited")).to_be_visible()
    expect(page.locator(".inspector h2")).to_contain_text("Where does 0 come from?")
    page.locator(".edited").get_by_role("button", name="Undo").click()
    expect(page.locator(".edited")).to_have_count(0)


def test_train_then_drag_time_back_to_the_seed(open_page: Open) -> None:
    page = open_page(f"{QUICK}&seed=5")
    trained(page)
    expect(page.locator(".chart canvas")).to_have_count(2)
    page.get_by_role("slider").fill("0")
    expect(page.locator(".time p")).to_contain_text("Step 0 of")
    first = page.locator(".time p small").inner_text()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("@0$"))
    page.get_by_role("button", name="Later snapshot").click()
    expect(page.locator(".time p")).to_contain_text("Step 1 of")
    page.get_by_role("button", name="Inside", exact=True).click()
    expect(page.locator(".rows .row").first).to_be_visible()

    again = open_page(f"{QUICK}&seed=5")
    trained(again)
    again.get_by_role("slider").fill("0")
    expect(again.locator(".time p small")).to_have_text(first)  # the same seed, the same weights


def test_before_the_first_run_it_is_shown_how_it_went_for_us(open_page: Open) -> None:
    page = open_page("#v=inside&model=quick&recipe=quick")
    alone = {"active_run": None}  # Train shows a run that is at work, and another test's may still be ending
    page.route("**/api/about", lambda route: route.fulfill(json=route.fetch().json() | alone))
    page.reload()
    page.get_by_role("button", name="Train", exact=True).click()
    told = page.get_by_role("region", name="This is how it went for us")
    expect(told).to_contain_text("quick, 10 epochs on mnist")
    expect(told.get_by_role("figure").first).to_have_attribute(
        "aria-label", re.compile(r"^Loss: from .* in 10 epochs$")
    )
    expect(page.locator(".time")).to_have_count(0)  # there is no time of one's own to drag
    page.get_by_role("combobox", name="Recipe").select_option("one-hidden-layer")
    expect(told).to_contain_text("one-hidden-layer, 10 epochs")
    page.get_by_role("combobox", name="Recipe").select_option("kaggle-relu")
    expect(told).to_have_count(0)
    expect(page.locator(".train")).to_contain_text("was not recorded")


def test_one_batch_at_a_time(open_page: Open) -> None:
    page = open_page(f"{QUICK}&seed=6")
    page.get_by_role("button", name="1 batch").click()
    expect(page.locator(".time p")).to_contain_text("Step 1 of", timeout=30_000)
    expect(page.locator(".run-line")).to_contain_text("Paused")
    page.get_by_role("button", name="1 batch").click()
    expect(page.locator(".time p")).to_contain_text("Step 2 of")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".run-line")).to_contain_text("Finished", timeout=40_000)


def test_an_answer_that_comes_after_what_the_run_told_does_not_take_it_back(open_page: Open) -> None:
    page = open_page(f"{QUICK}&seed=8")
    told = page.locator(".time p")

    def late(route: Route) -> None:
        before = {"step": 1, "snapshots": [0, 1]}  # the server may answer before the run has taken its step
        answer = route.fetch().json() | before
        page.wait_for_timeout(1500)
        route.fulfill(json=answer)

    page.get_by_role("button", name="1 batch").click()
    expect(told).to_contain_text("Step 1 of", timeout=30_000)
    page.route("**/do", late)
    with page.expect_response("**/do"):
        page.get_by_role("button", name="1 batch").click()
    page.wait_for_timeout(200)
    expect(told).to_contain_text("Step 2 of")


def test_one_digit_in_five_steps(open_page: Open) -> None:
    page = open_page(f"{QUICK}&seed=7")
    page.get_by_role("button", name="1 digit").click()
    strip = page.locator(".slow")
    expect(strip).to_be_visible(timeout=30_000)
    expect(strip.get_by_role("status")).to_contain_text("Whoever collected it says")
    for said in (
        re.compile("sure|against"),
        re.compile("How wrong"),
        re.compile("blame flows back"),
        re.compile("moved"),
    ):
        strip.get_by_role("button", name="Next").click()
        expect(strip.get_by_role("status")).to_contain_text(said)
    expect(page.locator(".bar-ghost")).to_have_count(10)
    strip.get_by_role("button", name="Back to training").click()
    expect(page.get_by_role("slider")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".run-line")).to_contain_text("Finished", timeout=40_000)
