"""What comes from outside: links made by chance or by an enemy, and pages of other addresses."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from glassnet.web.links import KEYS
from tests.web_page.conftest import FOUR, Open, Server, Watched, encode
from tests.web_page.test_layout import quiet

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def possible(run: str) -> dict[str, list[str]]:
    """For every key of a link what may stand there, none of it the start."""
    return {
        "v": ["inside", "train", "data"],
        "m": ["weights", "gradients"],
        "model": [f"run:{run}", "quick"],
        "ink": [encode(FOUR), encode([[(120, 30), (118, 220)]])],
        "pen": ["12", "26"],
        "at": ["strokes-test:7", "strokes-test:12"],
        "form": ["drawn"],
        "pin": ["-1.14.14.0", "0.10.12.3", "9.4"],
        "w": ["0.2.2.0.1"],
        "open": ["1", "1.2.4"],
        "signs": ["1"],
        "t": ["0", "9"],
        "rate": ["0.3", "2"],
        "recipe": ["one-hidden-layer", "mlp"],
        "data": ["strokes:2000"],
        "seed": ["7", "9999999"],
        "epochs": ["1", "1000"],
        "run": [run],
        "step": ["0", "150"],
        "with": [run],
        "d": ["mistakes", "mine"],
        "set": ["strokes-test"],
        "label": ["4"],
        "as": ["9"],
        "order": ["sure", "unsure"],
        "page": ["1"],
        "big": ["1"],
        "dark": ["0", "1"],
        "hide": ["train", "share,edits"],
        "lesson": ["one-neuron"],
        "n": ["2", "3"],
    }


def states(run: str, count: int) -> Iterator[dict[str, str]]:
    """States by chance; a drawing and a picture of a set are never in one."""
    chance = random.Random(7)
    values = possible(run)
    for number in range(count):
        state = {key: chance.choice(some) for key, some in values.items() if chance.random() < 0.6}
        state.pop("at" if number % 2 else "ink", None)
        yield state


def pairs(fragment: str) -> dict[str, str]:
    return {key: unquote(value) for key, _, value in (pair.partition("=") for pair in fragment.split("&") if pair)}


def settled(page: Page) -> dict[str, str]:
    quiet(page, ".bars")
    page.wait_for_timeout(200)  # the address follows the state a moment later
    return pairs(page.url.partition("#")[2])


def test_any_state_is_there_again_after_a_reload(open_page: Open, runs: Path) -> None:
    (run,) = [folder.name for folder in runs.iterdir() if not (folder / "film").exists()]
    assert set(possible(run)) == set(KEYS), "every key of a link takes part"
    page = open_page("#v=draw")
    met: set[str] = set()
    for state in states(run, 6):
        page.evaluate("to => { location.hash = to }", "&".join(f"{key}={value}" for key, value in state.items()))
        first = settled(page)
        assert {key: first.get(key) for key in state} == state
        page.reload()
        assert settled(page) == first
        met |= set(state)
    assert met == set(KEYS)


HOSTILE = [
    "#ink=" + "A" * 1_000_000,
    "#model=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&hide=<script>alert(1)</script>&lesson=../../etc/passwd",
    "#pin=" + "1." * 40 + "1&open=" + "9" * 6 + "&step=NaN&page=-1&rate=0&pen=0&n=0",
    "#__proto__=1&constructor=2&v=__proto__&m=toString&toString=1",
]


def test_an_enemys_link_opens_the_page_as_it_always_opens(open_page: Open, watched: Watched) -> None:
    watched.expected.append("404.*/api/lessons/")  # a name like any other, of a lesson that is not there
    page = open_page()
    sentence = page.locator(".sentence").inner_text()
    address = page.url.split("#")[0]
    page.on("dialog", lambda dialog: pytest.fail(f"a link said {dialog.message}"))
    for fragment in HOSTILE:
        page.goto("about:blank")
        page.goto(address + fragment)
        expect(page.locator(".sentence")).to_have_text(sentence)
        assert page.locator("script, img").count() == 1


TRIES = """async (address) => {
    const asked = [];
    const ask = (path, options) => asked.push(fetch(address + path, {credentials: "include", ...options}).then(
        (answer) => answer.type === "opaque" ? "opaque" : `read: ${answer.status}`, () => "refused"));
    ask("/api/about", {});
    ask("/api/about", {mode: "no-cors"});
    const run = JSON.stringify({recipe: "quick", data: "strokes:500", epochs: 1});
    ask("/api/runs", {method: "POST", mode: "no-cors", headers: {"content-type": "text/plain"}, body: run});
    ask("/api/runs", {method: "POST", headers: {"content-type": "application/json"}, body: run});
    ask("/api/mine/0", {method: "DELETE"});
    const stream = new EventSource(address + "/api/runs/x/events", {withCredentials: true});
    asked.push(new Promise((told) => { stream.onerror = () => { stream.close(); told("refused"); }; }));
    const frame = document.createElement("iframe");
    frame.src = address + "/";
    document.body.append(frame);
    const answers = await Promise.all(asked);
    await new Promise((later) => setTimeout(later, 300));
    let inside = "closed";
    try { inside = frame.contentDocument?.body?.textContent ?? "closed"; } catch { inside = "closed"; }
    return [...answers, inside];
}"""


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = b"<!doctype html><title>elsewhere</title><p>another page"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of somebody else on this machine: another port, which cookies do not tell apart."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_of_another_address_learns_and_does_nothing(
    browser: Browser, server: Server, elsewhere: str
) -> None:
    context = browser.new_context(storage_state=server.state)
    page = context.new_page()
    before = context.request.get(f"{server.address}/api/runs").json()["runs"]
    page.goto(elsewhere)
    told = page.evaluate(TRIES, server.address)
    assert told == ["refused"] * 6 + ["closed"]
    assert context.request.get(f"{server.address}/api/runs").json()["runs"] == before
    context.close()
