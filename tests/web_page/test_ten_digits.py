"""Ten digits drawn with the pointer: read right, and from the pen to the 28 × 28 the same bytes everywhere.

``ten_digits.json`` holds them as strokes on a square of 256. They are drawn once, as a visitor would, and then
followed: to what the page shows, to what the library makes of the same strokes, to a picture that is saved and
read by ``glassnet predict``, and into the collection of one's own digits, out of it as files, and in again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load

from glassnet.data import open_path
from glassnet.data.picture import load_digit
from glassnet.web.ink import draw as paint
from tests.web_page.conftest import DESK, Open, Server, Watched, draw, watch
from tests.web_page.test_drawing import strokes as in_the_link

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

Strokes = list[list[int]]
STORED: dict[str, Strokes] = json.loads(Path(__file__).with_name("ten_digits.json").read_text())
MODEL = "reader"
PEN = 18

SHOWN = """() => {
    const canvas = document.querySelectorAll(".seen .steps canvas")[3];
    const side = canvas.width / 28;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const middle = Math.floor(side / 2);
    const at = (row, column) => 4 * ((row * side + middle) * canvas.width + column * side + middle);
    return Array.from({length: 784}, (_, place) => pixels[at(Math.floor(place / 28), place % 28)]);
}"""
"""How bright the page shows each of the 28 × 28 pixels in the last of its four steps."""


@dataclass(frozen=True)
class Drawn:
    """One digit as it was drawn, and what came of it."""

    strokes: Strokes
    numeral: str
    sentence: str
    sent: NDArray[np.uint8]
    """(28, 28): what the server said that the network sees."""
    shown: NDArray[np.uint8]
    probabilities: list[float]
    saved: Path


class Answers:
    """The answers to what was read, the newest last."""

    def __init__(self, page: Page) -> None:
        self._page, self._newest = page, None
        page.on("response", self._keep)

    def _keep(self, response: Any) -> None:
        if response.url.endswith("/api/read"):
            self._newest = response

    def to(self, strokes: Strokes) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """What was told about these strokes, once the page shows it."""
        until = time.monotonic() + 30
        while self._newest is None or self._newest.request.post_data_json["ink"]["strokes"] != strokes:
            assert time.monotonic() < until, "nothing was asked about the drawing in the link"
            self._page.wait_for_timeout(30)
        content = self._newest.body()
        self._page.evaluate(
            "() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told)))"
        )
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        return json.loads(header["__metadata__"]["glassnet"]), load(content)["normal/4"]


def points(stroke: list[int]) -> list[tuple[int, int]]:
    return list(zip(stroke[::2], stroke[1::2], strict=True))


@pytest.fixture(scope="module")
def page(browser: Any, server: Server) -> Iterator[Page]:
    context = browser.new_context(storage_state=server.state, viewport=DESK, accept_downloads=True)
    context.set_default_timeout(40_000)
    page = context.new_page()
    watched = Watched()
    watch(page, server.address, watched)
    page.goto(f"{server.address}/#model={MODEL}")
    expect(page.locator(".sentence")).to_contain_text("4", timeout=40_000)
    yield page
    context.close()
    assert not watched.left(), "\n".join(watched.left())


@pytest.fixture(scope="module")
def drawn(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Drawn]]:
    folder = tmp_path_factory.mktemp("drawings")
    answers = Answers(page)
    found = {digit: _draw(page, answers, digit, folder) for digit in STORED}
    yield found
    for kept in page.context.request.get(f"{_origin(page)}/api/mine").json()["digits"]:
        page.context.request.delete(f"{_origin(page)}/api/mine/{kept['index']}")


def _origin(page: Page) -> str:
    return page.url.split("/#")[0].rstrip("/")


def _draw(page: Page, answers: Answers, digit: str, folder: Path) -> Drawn:
    page.get_by_role("button", name="Clear").click()
    with page.expect_response("**/api/reader"):
        draw(page, [points(stroke) for stroke in STORED[digit]], steps=1)
    strokes = in_the_link(page)
    told, sent = answers.to(strokes)
    page.get_by_role("combobox", name="That was a").select_option(digit)
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".keep [role=status]")).to_contain_text("Kept")
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Drawing as PNG").click()
    download.value.save_as(folder / f"{digit}.png")
    page.keyboard.press("Escape")
    return Drawn(
        strokes,
        page.locator(".numeral").inner_text(),
        page.locator(".sentence").inner_text(),
        sent,
        np.array(page.evaluate(SHOWN), np.uint8),
        told["probabilities"],
        folder / f"{digit}.png",
    )


def test_all_ten_are_read_right(drawn: dict[str, Drawn]) -> None:
    assert {digit: one.numeral for digit, one in drawn.items()} == {digit: digit for digit in STORED}
    assert all("sure" in one.sentence for one in drawn.values()), [one.sentence for one in drawn.values()]


def test_the_pointer_leaves_the_strokes_that_it_followed(drawn: dict[str, Drawn]) -> None:
    for digit, one in drawn.items():
        assert len(one.strokes) == len(STORED[digit])
        for ink, path in zip(one.strokes, STORED[digit], strict=True):
            apart = [
                min(np.hypot(x - other_x, y - other_y) for other_x, other_y in points(path))
                for x, y in points(ink)
            ]
            assert max(apart) < 8, digit


def test_the_network_sees_what_the_library_makes_of_the_strokes(drawn: dict[str, Drawn]) -> None:
    for digit, one in drawn.items():
        steps = paint(one.strokes, PEN).steps
        assert steps is not None
        np.testing.assert_array_equal(one.sent, steps.digit, digit)


def test_the_page_shows_those_bytes(drawn: dict[str, Drawn]) -> None:
    """Equal greys look equal, and more ink is never brighter."""
    grey = np.concatenate([one.sent.ravel() for one in drawn.values()])
    shown = np.concatenate([one.shown for one in drawn.values()])
    brightness = [set(shown[grey == level].tolist()) for level in np.unique(grey)]
    assert all(len(each) == 1 for each in brightness)
    assert (np.diff([each.pop() for each in brightness]) <= 0).all()
    assert shown[grey == 0].max() - shown[grey == 255].min() > 200


def test_the_command_line_reads_the_saved_drawings_alike(
    drawn: dict[str, Drawn], environment: dict[str, str]
) -> None:
    for digit, one in drawn.items():
        np.testing.assert_array_equal(load_digit(one.saved), one.sent, digit)
    pictures = [str(one.saved) for one in drawn.values()]
    command = [sys.executable, "-m", "glassnet", "predict", "--model", MODEL, "--json", *pictures]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for (digit, one), answer in zip(drawn.items(), answers, strict=True):
        assert answer["label"] == digit
        assert [*answer["probabilities"].values()] == pytest.approx(
            sorted(one.probabilities, reverse=True), abs=1e-6
        )


@pytest.mark.parametrize("kind", ["IDX", "NPZ", "CSV", "pictures"])
def test_kept_digits_go_out_and_come_in_again(
    drawn: dict[str, Drawn], page: Page, kind: str, tmp_path: Path
) -> None:
    address = _origin(page)
    page.goto(f"{address}/#v=data&d=mine&model={MODEL}")
    expect(page.locator(".bins li")).to_contain_text(["1 of 10"] * 10)
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Export as {kind}").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "unpacked")
    data = open_path(tmp_path / "unpacked").train
    np.testing.assert_array_equal(data.images, np.stack([one.sent for one in drawn.values()]))
    assert [data.classes[label] for label in data.labels] == [*drawn]

    page.locator("input[type=file][multiple]").set_input_files(file)
    preview = page.get_by_role("region", name="As Glassnet understands it")
    expect(preview).to_contain_text("10 pictures of 28 × 28")
    expect(preview.locator("figcaption")).to_have_text([*drawn])
    preview.get_by_role("textbox", name="name").fill(f"ten {kind}")
    preview.get_by_role("button", name="Take it in").click()
    expect(page.locator(".pictures button")).to_have_count(10)
    name = page.get_by_role("combobox", name="Set").input_value()
    _came_in(page.context, address, name, drawn)


def _came_in(context: BrowserContext, address: str, name: str, drawn: dict[str, Drawn]) -> None:
    tensors = load(context.request.get(f"{address}/api/sets/{name}?limit=20").body())
    np.testing.assert_array_equal(tensors["images"], np.stack([one.sent for one in drawn.values()]))
    assert context.request.delete(f"{address}/api/sets/{name}").ok


NO_DIGITS: dict[str, Strokes] = {
    "a scribble": [
        [*(40, 60, 200, 80, 50, 110, 210, 70, 60, 160, 190, 190, 70, 90, 150, 220, 40, 140, 220, 150)],
        [*(90, 50, 170, 200, 50, 200, 200, 120, 110, 60, 120, 210)],
    ],
    "a letter": [[70, 210, 75, 130, 80, 50], [180, 50, 178, 130, 176, 210], [76, 130, 178, 130]],
}


@pytest.mark.parametrize("what", NO_DIGITS)
def test_what_is_no_digit_is_told(open_page: Open, what: str) -> None:
    page = open_page(f"#model={MODEL}")
    page.get_by_role("button", name="Clear").click()
    draw(page, [points(stroke) for stroke in NO_DIGITS[what]])
    expect(page.locator(".sentence")).to_contain_text("No digit")
    expect(page.locator(".numeral")).to_have_text("–")
    expect(page.locator(".more")).not_to_be_empty()
