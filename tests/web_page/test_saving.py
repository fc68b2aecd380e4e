"""What is seen can be taken along: the view as a picture, the numbers of the panel as a table."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.web_page.conftest import INK, Open, Watched, number

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def saved(page: Page, name: str) -> Path:
    with page.expect_download(timeout=40_000) as download:
        page.get_by_role("dialog").get_by_role("button", name=name).click()
    found: Path = download.value.path()
    return found


def share(page: Page) -> None:
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_every_view_is_saved_as_a_picture(open_page: Open) -> None:
    page = open_page(INK)
    found = set()
    for fragment, what in (
        (INK, "the values"),
        (f"{INK}&m=weights", "the weights"),
        (f"{INK}&m=gradients&t=9", "the gradients"),
        ("#v=data&set=strokes-test", "what is mistaken for what"),
        ("#v=data&d=mistakes&set=strokes-test", "the worst mistakes"),
    ):
        page.evaluate("to => { location.hash = to }", fragment)
        share(page)
        content = saved(page, f"This view as PNG: {what}").read_bytes()
        picture = Image.open(io.BytesIO(content))
        assert picture.format == "PNG"
        assert picture.width >= 900
        found.add(content)
        page.keyboard.press("Escape")
    assert len(found) == 5, "two views gave the same picture"


def test_the_numbers_of_the_panel_are_saved_as_a_table(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3")
    title = page.locator(".inspector h2")
    expect(title).to_contain_text("come from?")
    share(page)
    rows = list(csv.DictReader(io.StringIO(saved(page, "Numbers of the panel as CSV").read_text())))
    assert sum(row["part"] == "term" for row in rows) == 25
    shown = number(title.inner_text().split()[2])
    assert float(rows[-1]["product"]) == pytest.approx(shown, rel=0.01)
    assert sum(float(row["product"]) for row in rows[:-1]) == pytest.approx(shown, rel=0.01)


def test_the_model_is_saved_as_code_for_each_framework(open_page: Open) -> None:
    page = open_page(INK)
    share(page)
    for framework, title, line in (
        ("numpy", "NumPy only", "import numpy as np"),
        ("glassnet", "Glassnet", "from glassnet.engine import"),
        ("pytorch", "PyTorch", "import torch"),
        ("keras", "Keras", "import keras"),
    ):
        with page.expect_download() as download:
            page.get_by_role("dialog").get_by_role("link", name=f"Code: {title}").click()
        assert download.value.suggested_filename.endswith(f"-{framework}.zip")
        with zipfile.ZipFile(download.value.path()) as archive:
            assert line in archive.read("predict.py").decode()


def test_what_cannot_be_saved_is_said_in_the_dialog(open_page: Open, watched: Watched) -> None:
    watched.expected.append("422")
    page = open_page(INK)
    refusal = {"kind": "DataError", "what": "the run has not finished an epoch yet", "do": "ask again"}
    page.route("**/api/figures", lambda route: route.fulfill(status=422, json=refusal))
    share(page)
    page.get_by_role("button", name="This view as PNG").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "has not finished an epoch yet. Ask again."
    )
    page.get_by_role("dialog").get_by_role("alert").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_empty()


def test_nothing_is_offered_where_there_is_nothing_to_save(open_page: Open) -> None:
    page = open_page("#v=data&d=mine")
    page.get_by_role("button", name="Clear").click()
    share(page)
    for name in ("This view as PNG", "Numbers of the panel as CSV", "Drawing as PNG"):
        expect(page.get_by_role("dialog").get_by_role("button", name=name)).to_be_disabled()


def test_on_a_phone_the_numbers_are_saved_without_the_panel(open_page: Open) -> None:
    page = open_page(f"{INK}&pin=0.10.12.3", phone=True)
    share(page)
    rows = list(csv.DictReader(io.StringIO(saved(page, "Numbers of the panel as CSV").read_text())))
    assert sum(row["part"] == "term" for row in rows) == 25
