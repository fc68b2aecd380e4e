"""A real server and a real browser: two small networks, trained in seconds, and the system's Chromium.

Every page that a test opens is watched. A request to anywhere but this machine, a violation of the content
security policy, an error on the console or in the page's code fails the test, whatever else it was about.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

CONVOLUTIONS = """\
[network]
layers = ["conv 6 5x5", "relu", "pool 2", "conv 8 3x3", "relu", "pool 2", "dense 24", "relu", "dense 10"]
[training]
epochs = 2
batch_size = 32
[optimizer]
name = "adam"
learning_rate = 0.004
"""

FOUR = [[(60, 40), (50, 130), (160, 130)], [(130, 60), (130, 220)]]
"""A four in two strokes, on a square of 256."""


def encode(strokes: list[list[tuple[int, int]]]) -> str:
    """Strokes as they stand in a link: for each its number of points, then x and y as bytes, base64url."""
    data = b"".join(bytes([len(stroke), *(axis for point in stroke for axis in point)]) for stroke in strokes)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


INK = f"#v=inside&ink={encode(FOUR)}"
"""A link to the inside of the network, with that four."""


@dataclass
class Server:
    """Where the server listens, and the cookie that opens it."""

    address: str
    state: dict[str, Any]
    process: subprocess.Popen[str]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: there is no 'chromium' on this machine's path")
    api.expect.set_options(timeout=15_000)  # a machine that is busy with other things
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def _glassnet(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "glassnet", *arguments]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A home of its own, so that nobody's digits are touched, and no data but what code draws."""
    home = tmp_path_factory.mktemp("home")
    return {
        **os.environ,
        "GLASSNET_HOME": str(home / "glassnet"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "GLASSNET_DATA": "",
    }


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A folder with one run: a small convolutional network."""
    folder = tmp_path_factory.mktemp("page")
    recipe = folder / "small-conv.toml"
    recipe.write_text(CONVOLUTIONS)
    arguments = ["train", str(recipe), "--data", "strokes:3000", "--runs", str(folder / "runs"), "--offline"]
    command = _glassnet(*arguments, "--no-figures", "--quiet")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder / "runs"


def start_server(environment: dict[str, str], *arguments: str) -> tuple[str, subprocess.Popen[str]]:
    """``glassnet open`` without a browser: the address that it says, key and all, and its process."""
    process = subprocess.Popen(
        _glassnet("open", *arguments, "--no-browser"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    until = time.monotonic() + 60
    while not (found := re.search(r"http://\S+", said)) and time.monotonic() < until:
        line = process.stdout.readline()
        if not line:
            break
        said += line
    if not found:
        process.kill()
        pytest.fail(f"the server did not start:\n{said}")
    return found[0], process


@pytest.fixture(scope="session")
def server(browser: Browser, runs: Path, environment: dict[str, str]) -> Iterator[Server]:
    (run,) = runs.iterdir()
    address, process = start_server(environment, f"run:{run.name}", "--runs", str(runs))
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)  # the key opens once, then the cookie does
    state = context.storage_state()
    context.close()
    yield Server(address.split("/?")[0], json.loads(json.dumps(state)), process)
    process.terminate()
    process.wait(timeout=20)
    assert process.stdout is not None
    process.stdout.close()


@dataclass
class Watched:
    """What went wrong on a page without anybody asking."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def left(self) -> list[str]:
        return [text for text in self.complaints if not any(re.search(one, text) for one in self.expected)]


Open = Callable[..., "Page"]


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def open_page(server: Server, browser: Browser, watched: Watched) -> Iterator[Open]:
    """Open the page at a fragment: ``open_page("#v=train", phone=True, scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def opened(fragment: str = "", *, phone: bool = False, wait: bool = True, **settings: Any) -> Page:
        settings.setdefault("viewport", PHONE if phone else DESK)
        context = browser.new_context(storage_state=server.state, has_touch=phone, **settings)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, server.address, watched)
        page.goto(f"{server.address}/{fragment}")
        if wait:
            page.locator(".bars").or_(page.locator(".stage .card")).first.wait_for()
            playwright = pytest.importorskip("playwright.sync_api")
            playwright.expect(page.locator("#page")).not_to_contain_text("Reading…")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watched.left(), "\n".join(watched.left())


def watch(page: Page, address: str, watched: Watched) -> None:
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (event) =>"
        " console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
    )

    def said(message: Any) -> None:
        if message.type == "error":
            watched.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    page.on("console", said)
    page.on("pageerror", lambda error: watched.complaints.append(f"error: {error}"))

    def asked(request: Any) -> None:
        if not request.url.startswith((address, "blob:", "data:")):
            watched.complaints.append(f"asked elsewhere: {request.url}")

    page.on("request", asked)


def draw(page: Page, strokes: list[list[tuple[int, int]]] = FOUR, steps: int = 8) -> None:
    """Draw with the mouse; points on a square of 256, each reached in so many steps."""
    box = page.locator(".drawing canvas").bounding_box()
    assert box is not None
    for stroke in strokes:
        places = [(box["x"] + x * box["width"] / 256, box["y"] + y * box["height"] / 256) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=steps)
        page.mouse.up()


def number(text: str) -> float:
    """A number as the page writes it: "−0.0123", "1,234", "1.24·10⁻⁵"."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    plain = text.replace("−", "-").replace(",", "")
    if "·10" in plain:
        digits, _, power = plain.partition("·10")
        return float(digits) * 10.0 ** int(power.translate(raised))
    return float(plain)
