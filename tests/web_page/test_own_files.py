"""Files that are dropped anywhere find their place, and data are taken in as they were shown."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw
from safetensors.numpy import load

from glassnet.data import Dataset, export, strokes
from glassnet.engine import Network, Preparation
from glassnet.models import Model
from tests.web_page.conftest import Open, Server, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

DROP = """(files) => {
    const transfer = new DataTransfer();
    for (const [name, content, type] of files) {
        transfer.items.add(new File([Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0))], name, {type}));
    }
    return transfer;
}"""


def drop(page: Page, *files: Path, kind: str = "") -> None:
    """Let files fall on the page, as from another window."""
    content = [[file.name, base64.b64encode(file.read_bytes()).decode(), kind] for file in files]
    page.dispatch_event("body", "drop", {"dataTransfer": page.evaluate_handle(DROP, content)})


def digits(count: int) -> Dataset:
    drawn = strokes.generate(count, seed=4)
    return Dataset(drawn.images, drawn.labels)


def preview_of(page: Page) -> Locator:
    return page.get_by_role("region", name="As Glassnet understands it")


def taken_in(page: Page, server: Server, name: str) -> dict[str, np.ndarray]:
    """Take in what is shown under a name; the pictures and labels that are then there."""
    preview_of(page).get_by_role("textbox", name="name").fill(name)
    preview_of(page).get_by_role("button", name="Take it in").click()
    expect(preview_of(page)).to_have_count(0)
    found = page.get_by_role("combobox", name="Set").input_value()
    tensors = load(page.context.request.get(f"{server.address}/api/sets/{found}?limit=50").body())
    assert page.context.request.delete(f"{server.address}/api/sets/{found}").ok
    return tensors


def test_idx_files_that_are_dropped_are_data(open_page: Open, server: Server, tmp_path: Path) -> None:
    data = digits(30)
    files = [file for file in export(data, tmp_path / "mine", "idx") if file.is_file()]
    page = open_page()
    drop(page, *files)
    expect(preview_of(page)).to_contain_text("30 pictures of 28 × 28")
    tensors = taken_in(page, server, "from IDX")
    np.testing.assert_array_equal(tensors["images"], data.images)
    np.testing.assert_array_equal(tensors["label"], data.labels)


def test_a_folder_of_pictures_is_data(open_page: Open, server: Server, tmp_path: Path) -> None:
    data = digits(20)
    export(data, tmp_path / "scans", "pictures")
    page = open_page("#v=data")
    page.locator("input[webkitdirectory]").set_input_files(tmp_path / "scans")
    expect(preview_of(page)).to_contain_text("20 pictures of 28 × 28")
    tensors = taken_in(page, server, "from a folder")
    order = np.argsort(data.labels, kind="stable")  # a folder for each digit
    np.testing.assert_array_equal(tensors["images"], data.images[order])
    np.testing.assert_array_equal(tensors["label"], data.labels[order])


def corner(page: Page) -> int:
    """How bright the first picture's first pixel is shown."""
    found = preview_of(page).locator("figure canvas").first
    return int(found.evaluate("canvas => canvas.getContext('2d').getImageData(1, 1, 1, 1).data[0]"))


def test_what_was_switched_is_what_is_taken_in(open_page: Open, server: Server, tmp_path: Path) -> None:
    data = digits(12)
    np.savez(tmp_path / "negatives.npz", x_train=255 - data.images.swapaxes(1, 2), y_train=data.labels)
    page = open_page("#v=data")
    page.locator("input[type=file][multiple]").set_input_files(tmp_path / "negatives.npz")
    dark = preview_of(page).get_by_role("checkbox", name="dark and light swapped")
    expect(dark).to_be_checked()  # paper is more than ink: understood, and said
    paper = corner(page)
    dark.uncheck()
    expect(dark).not_to_be_checked()
    page.wait_for_timeout(60)
    assert paper - corner(page) > 200
    dark.check()
    turned = preview_of(page).get_by_role("checkbox", name="rows and columns swapped")
    turned.check()
    expect(turned).to_be_checked()
    expect(dark).to_be_checked()
    tensors = taken_in(page, server, "as switched")
    np.testing.assert_array_equal(tensors["images"], data.images)


def test_every_kind_of_file_finds_its_place(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    network = Network(["dense 10"], (28, 28, 1), seed=2)
    model = Model(network, Preparation.fit("unit", np.zeros((1, 28, 28), np.uint8)), tuple("0123456789"))
    model.save(tmp_path / "tiny.safetensors")
    drop(page, tmp_path / "tiny.safetensors")
    expect(page.locator(".row")).to_have_count(2)

    lesson = tmp_path / "mine.md"
    lesson.write_text("# Two looks\n\nLook.\n[Show me](#v=inside&m=weights)\n\nAnd train.\n[Train](#v=train)\n")
    drop(page, lesson)
    strip = page.locator(".lesson")
    expect(strip).to_contain_text("Two looks")
    expect(strip).to_contain_text("1 of 2")
    strip.get_by_role("button", name="Show me").click()
    expect(page.get_by_role("button", name="Weights", exact=True)).to_have_attribute("aria-pressed", "true")
    strip.get_by_role("button", name="Leave the lesson").click()

    picture = Image.new("L", (300, 300), 250)
    ImageDraw.Draw(picture).line([(150, 60), (150, 240)], fill=20, width=22)
    picture.save(tmp_path / "one.png")
    drop(page, tmp_path / "one.png", kind="image/png")
    expect(page.locator(".seen")).to_contain_text("Cut out of the picture")

    page.get_by_role("button", name="Data", exact=True).click()
    export(digits(10), tmp_path / "out", "csv")
    drop(page, tmp_path / "out" / "train.csv", kind="text/csv")
    expect(preview_of(page)).to_contain_text("10 pictures")
    preview_of(page).get_by_role("button", name="Cancel").click()
    expect(preview_of(page)).to_have_count(0)


def test_a_text_without_cards_is_no_lesson(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    (tmp_path / "notes.txt").write_text("Milk, bread, eggs.")
    drop(page, tmp_path / "notes.txt", kind="text/plain")
    expect(page.get_by_role("alert")).to_contain_text("This text is no lesson")
    expect(page.locator(".lesson")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "content", "kind", "said"),
    [
        ("notes.png", b"hello", "image/png", "not a picture"),
        ("empty.png", b"", "image/png", "empty"),
        ("empty.safetensors", b"", "", "not a model"),
        ("broken.safetensors", b"\x10\0\0\0\0\0\0\0{not json" * 9, "", "not a model"),
        ("letter.pdf", b"%PDF-1.4", "application/pdf", "letter.pdf"),
    ],
)
def test_a_broken_file_changes_nothing(
    open_page: Open, watched: Watched, tmp_path: Path, name: str, content: bytes, kind: str, said: str
) -> None:
    watched.expected.append("422")
    page = open_page()
    sentence = page.locator(".sentence").inner_text()
    (tmp_path / name).write_bytes(content)
    drop(page, tmp_path / name, kind=kind)
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.locator(".sentence")).to_have_text(sentence)
