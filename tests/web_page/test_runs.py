"""Runs outlive what happens around them: pauses, closed pages, hidden tabs, a server that is killed; and their
relations: a branch, two runs side by side, a run that broke and what to try instead."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web_page.conftest import DESK, Open, Server, Watched, start_server, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

SHORT = "v=train&recipe=quick&data=strokes:1500&epochs=1"
LONG = "v=train&recipe=quick&data=strokes:1500&epochs=1000"
PATIENCE = 40_000
"""Milliseconds for what another process has to do first."""


def status(page: Page) -> Any:
    return page.locator(".run-line [role=status]")


def becomes(page: Page, state: str) -> None:
    expect(status(page)).to_contain_text(state, timeout=PATIENCE)


def press(page: Page, name: str) -> None:
    page.locator(".controls").get_by_role("button", name=name).click()


def chosen_run(page: Page) -> str:
    return page.locator(".run-line").get_by_role("combobox").input_value()


def steps_done(page: Page, server: Server, run: str) -> int:
    return int(page.context.request.get(f"{server.address}/api/runs/{run}").json()["step"])


def snapshots_when_finished(page: Page, server: Server, run: str) -> list[int]:
    until = time.monotonic() + PATIENCE / 1000
    while (card := page.context.request.get(f"{server.address}/api/runs/{run}").json())["state"] != "finished":
        assert time.monotonic() < until, card
        page.wait_for_timeout(100)
    return list(card["snapshots"])


def runs_of(page: Page) -> set[str]:
    address = page.url.partition("/#")[0]
    return {one["run"] for one in page.context.request.get(f"{address}/api/runs").json()["runs"]}


def new_run(page: Page, before: set[str]) -> str:
    """The run that began since, once the page looks at it."""
    until = time.monotonic() + PATIENCE / 1000
    while not (begun := runs_of(page) - before) and time.monotonic() < until:
        page.wait_for_timeout(50)
    (name,) = begun
    expect(page.locator(".run-line").get_by_role("combobox")).to_have_value(name, timeout=PATIENCE)
    return name


def begin(page: Page) -> str:
    """Press Run, or New run where another one stands still; the name of the run that begins."""
    button = page.locator(".controls button").filter(has_text=re.compile("Run$|New run")).last
    button.wait_for()
    before = runs_of(page)
    button.click()
    return new_run(page, before)


def hash_of(page: Page, step: str) -> str:
    """The fingerprint of the parameters at a step, once the page looks at it."""
    expect(page.locator(".time p")).to_contain_text(f"Step {step} of", timeout=PATIENCE)
    expect(page.locator(".time p small")).not_to_be_empty()
    return page.locator(".time p small").inner_text()


def waiting_run(browser: Browser, server: Server, seed: int) -> str:
    """A long run that has not made a step yet; whatever else was at work makes room."""
    wanted = {"recipe": "quick", "data": "strokes:1500", "epochs": 1000, "seed": seed}
    context = browser.new_context(storage_state=server.state)
    answer = context.request.post(f"{server.address}/api/runs", data={**wanted, "begin": "pause", "instead": True})
    name = str(answer.json()["run"])
    context.close()
    return name


@pytest.fixture(scope="module", autouse=True)
def nothing_stays_at_work(browser: Browser, server: Server) -> Iterator[None]:
    """A short run in the place of the long ones, so that other tests find the page as it opens."""
    yield
    short = {"recipe": "quick", "data": "strokes:500", "epochs": 1, "instead": True}
    context = browser.new_context(storage_state=server.state)
    context.request.post(f"{server.address}/api/runs", data=short)
    until = time.monotonic() + PATIENCE / 1000
    while context.request.get(f"{server.address}/api/about").json()["active_run"] and time.monotonic() < until:
        time.sleep(0.05)
    context.close()


def test_a_run_steps_pauses_and_goes_on_without_the_page(
    browser: Browser, open_page: Open, server: Server
) -> None:
    run = waiting_run(browser, server, seed=31)
    page = open_page(f"#v=train&run={run}")
    becomes(page, "Paused in epoch 1")
    press(page, "1 epoch")
    becomes(page, "Paused in epoch 2")
    expect(page.locator(".time p")).to_contain_text("Step 11 of")  # 1,350 pictures, 128 at a time
    press(page, "Go on")
    becomes(page, "Learning")
    expect(page.locator(".controls").get_by_role("button", name="1 batch")).to_be_disabled()
    press(page, "Pause")
    becomes(page, "Paused")
    stood = steps_done(page, server, run)
    page.wait_for_timeout(300)
    assert steps_done(page, server, run) == stood

    other = open_page(f"#v=train&run={run}")
    becomes(other, "Paused")
    press(page, "Go on")
    becomes(other, "Learning")  # both tabs see what one of them asked for
    page.context.close()
    other.context.close()

    back = open_page("#v=train")
    back.route("**/api/about", lambda route: (time.sleep(1), route.continue_()))  # what is at work is known late
    back.reload()
    becomes(back, "Learning")
    assert chosen_run(back) == run
    assert steps_done(back, server, run) > stood
    expect(back.locator(".chart").first).to_have_attribute("aria-label", re.compile(r"in [\d,]+ steps"))
    press(back, "Pause")
    becomes(back, "Paused")


STREAMS = """() => {
    const Stream = window.EventSource;
    window.streams = new Set();
    window.EventSource = class extends Stream {
        constructor(...address) { super(...address); window.streams.add(this); }
        close() { window.streams.delete(this); super.close(); }
    };
    let hidden = false;
    Object.defineProperty(document, "hidden", {get: () => hidden});
    window.hide = (now) => { hidden = now; document.dispatchEvent(new Event("visibilitychange")); };
}"""


def test_a_hidden_tab_listens_to_nothing_and_misses_nothing(
    browser: Browser, open_page: Open, server: Server, watched: Watched
) -> None:
    run = waiting_run(browser, server, seed=32)
    page = open_page("#v=inside")
    page.evaluate(STREAMS)
    page.evaluate("to => { location.hash = to }", f"v=train&run={run}")
    becomes(page, "Paused")
    page.wait_for_function("streams.size")
    assert page.evaluate("streams.size") == 1
    page.evaluate("hide(true)")
    assert page.evaluate("streams.size") == 0

    asked = page.context.request.post(
        f"{server.address}/api/runs/{run}/do", data={"do": "step", "unit": "epoch", "n": 3}
    )
    assert asked.ok
    until = time.monotonic() + PATIENCE / 1000
    while steps_done(page, server, run) < 33 and time.monotonic() < until:
        page.wait_for_timeout(100)
    done = steps_done(page, server, run)
    assert done >= 33

    # The server keeps the last thousand events only: what it has forgotten is in the run's history.
    page.route("**/events", lambda route: route.fulfill(content_type="text/event-stream", body=": nothing\n\n"))
    watched.expected.append("EventSource")
    page.evaluate("hide(false)")
    assert page.evaluate("streams.size") == 1
    expect(page.locator(".chart").first).to_have_attribute("aria-label", re.compile(rf"in {done} steps"))
    expect(page.locator(".time p")).to_contain_text(f"Step {done} of")
    expect(page.get_by_role("slider")).not_to_have_attribute("max", "1")


def test_a_branch_begins_where_its_origin_stood_and_both_are_compared(open_page: Open, server: Server) -> None:
    page = open_page(f"#{SHORT}&seed=33")
    origin = begin(page)
    becomes(page, "Finished")
    page.get_by_role("slider").fill("5")
    at = (page.get_by_role("slider").get_attribute("aria-valuetext") or "").removeprefix("step ")
    stood = hash_of(page, at)
    page.locator(".controls").get_by_role("spinbutton", name="seed").fill("34")
    page.locator(".controls").get_by_role("spinbutton", name="seed").press("Enter")
    before = runs_of(page)
    page.get_by_role("button", name="Branch from here").click()
    branch = new_run(page, before)
    becomes(page, "Finished")
    page.get_by_role("slider").fill("0")
    assert hash_of(page, "0") == stood
    assert page.context.request.get(f"{server.address}/api/runs/{branch}").json()["from"] == f"run:{origin}@{at}"

    page.get_by_role("combobox", name="Compare with").select_option(origin)
    said = page.locator(".comparison [role=status]")
    expect(said).to_contain_text(re.compile("Different: .*seed.*from|Different: .*from.*seed"))
    expect(said).to_contain_text(re.compile(rf"{branch} (reaches|and)"))
    expect(page.locator(".chart figcaption").first).to_contain_text("the other run (dashed)")
    expect(page).to_have_url(re.compile(f"with={origin}"))


def test_any_step_is_gone_to_by_its_number(open_page: Open, server: Server) -> None:
    page = open_page("#v=train&recipe=quick&data=strokes:1500&epochs=60&seed=37")
    run = begin(page)
    filmed = snapshots_when_finished(page, server, run)
    becomes(page, "Finished")
    address = f"{server.address}/api/runs/{run}"
    wanted = next(step for step in range(500, 660) if step not in filmed)
    box = page.get_by_role("textbox", name="step", exact=True)
    said = page.locator(".exact [role=status]")
    expect(box).to_have_value("660")
    box.fill(str(wanted))
    box.press("Enter")
    expect(said).to_contain_text(
        re.compile(r"Recomputed \d+ steps? in [\d.]+ s\. Its fingerprint .* recorded one")
    )
    told = page.context.request.post(f"{address}/exactly", data={"step": wanted}).json()
    assert hash_of(page, str(wanted)) == told["hash"]
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", f"step {wanted}")
    expect(page.get_by_role("region", name="Your digit at this step")).to_contain_text(f"step {wanted}")
    expect(page).to_have_url(re.compile(rf"model=run:{run}@{wanted}&.*step={wanted}"))
    before = max(step for step in filmed if step < wanted)
    page.reload()
    assert hash_of(page, str(wanted)) == told["hash"]
    page.get_by_role("button", name="Earlier snapshot").click()
    expect(box).to_have_value(str(before))
    expect(said).to_be_empty()
    for typed in ("661", "six", "1.5", "-1", ""):
        box.fill(typed)
        box.press("Enter")
        expect(said).to_contain_text(f"“{typed}” is no step of this run: type a whole number from 0 to 660.")
        expect(page.locator(".time p")).to_contain_text(f"Step {before} of")
    box.fill("13")
    box.press("Tab")
    expect(page.locator(".time p")).to_contain_text("Step 13 of")
    expect(said).to_be_empty()


def test_what_keeps_a_step_from_being_recomputed_is_said(
    open_page: Open, watched: Watched, server: Server
) -> None:
    watched.expected.append("404")
    page = open_page("#v=train&recipe=quick&data=strokes:1500&epochs=60&seed=38")
    run = begin(page)
    filmed = snapshots_when_finished(page, server, run)
    becomes(page, "Finished")
    refusal = {"kind": "MissingError", "what": "it kept no checkpoint before step 501", "do": "choose a snapshot"}
    page.route("**/exactly", lambda route: route.fulfill(status=404, json=refusal))
    wanted = next(step for step in range(500, 660) if step not in filmed)
    box = page.get_by_role("textbox", name="step", exact=True)
    box.fill(str(wanted))
    box.press("Enter")
    expect(page.locator(".exact [role=status]")).to_contain_text(
        "✗ It kept no checkpoint before step 501. Choose a snapshot."
    )


def test_a_run_that_breaks_says_why_and_what_to_try(open_page: Open, server: Server) -> None:
    page = open_page(f"#{SHORT}&seed=35")
    page.locator(".controls").get_by_role("textbox", name="rate").fill("100000")
    begin(page)
    note = page.locator(".diagnoses .note").first
    expect(note).to_contain_text("training diverged in epoch 1", timeout=PATIENCE)
    expect(note).to_contain_text("✗")
    expect(note).to_contain_text(re.compile(r"overflowed in (layer \d|the loss)"))
    expect(note).to_contain_text("the learning rate")
    becomes(page, "Finished")
    before = runs_of(page)
    note.get_by_role("button", name=re.compile("Try it: .*10000")).click()
    tried = page.context.request.get(f"{server.address}/api/runs/{new_run(page, before)}").json()
    assert tried["learning_rate"] == 10_000
    assert tried["from"] is None
    becomes(page, "Finished")


def _wait_for_end(process: subprocess.Popen[str]) -> None:
    process.wait(timeout=20)
    assert process.stdout is not None
    process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_killed_server_is_told_and_its_run_is_taken_up_again(
    browser: Browser, environment: dict[str, str], tmp_path: Path
) -> None:
    arguments = ["--port", str(free_port()), "--runs", str(tmp_path / "runs")]
    link = f"http://localhost:9999/#{LONG}&seed=36"  # a teacher's, from another machine and another port
    address, process = start_server(environment, link, *arguments)
    context = browser.new_context(viewport=DESK)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    watched = Watched(expected=["ERR_", "401", "EventSource"])
    watch(page, address.split("/?")[0], watched)
    try:
        page.goto(address)
        expect(page.locator(".controls").get_by_role("spinbutton", name="seed")).to_have_value("36")
        run = begin(page)
        becomes(page, "Learning")
        checkpoint = tmp_path / "runs" / run / "checkpoint.safetensors"
        first = checkpoint.stat().st_mtime_ns
        until = time.monotonic() + PATIENCE / 1000
        while checkpoint.stat().st_mtime_ns == first and time.monotonic() < until:
            page.wait_for_timeout(100)
        process.send_signal(signal.SIGKILL)
        _wait_for_end(process)
        expect(page.locator(".sentence")).to_contain_text("Glassnet stopped")
        said = page.get_by_role("slider").get_attribute("aria-valuetext") or ""
        reached = int(said.removeprefix("step ").replace(",", ""))

        address, process = start_server(environment, *arguments)
        page.goto(address)
        page.goto(address.split("/?")[0] + f"/#v=train&run={run}")
        becomes(page, "Paused")
        press(page, "Go on")
        becomes(page, "Learning")
        until = time.monotonic() + PATIENCE / 1000
        server = Server(address.split("/?")[0], {}, process)
        while steps_done(page, server, run) <= reached + 11 and time.monotonic() < until:
            page.wait_for_timeout(100)
        assert steps_done(page, server, run) > reached + 11
    finally:
        process.terminate()
        _wait_for_end(process)
        context.close()
    assert not watched.left(), "\n".join(watched.left())
