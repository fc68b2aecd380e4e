"""Networks that cannot read what is drawn, and runs that are removed while somebody looks at them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from glassnet.data import strokes
from glassnet.engine import Network, Preparation
from glassnet.models import Model
from tests.web_page.conftest import FOUR, INK, Open, Watched, draw
from tests.web_page.test_own_files import drop, preview_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect


def go(page: Page, fragment: str) -> None:
    page.evaluate("to => { location.hash = to }", fragment)


def test_a_network_for_small_pictures(open_page: Open, watched: Watched, tmp_path: Path) -> None:
    watched.expected.append("422")
    network = Network(["conv 4 3x3", "relu", "dense 12", "relu", "dense 10"], (16, 20, 1), seed=1)
    model = Model(network, Preparation.fit("unit", np.zeros((1, 16, 20), np.uint8)), tuple("0123456789"))
    model.save(tmp_path / "small.safetensors")
    page = open_page(INK)
    drop(page, tmp_path / "small.safetensors")
    expect(page.locator(".sentence")).to_contain_text("16 × 20")
    expect(page.locator(".more")).to_contain_text("another model")
    expect(page.locator(".row h3").first).to_contain_text("Convolution 3 × 3")
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator(".inspector")).to_contain_text("has not read a digit yet")
    page.get_by_role("button", name="Weights", exact=True).click()
    expect(page.locator(".row .grid")).to_have_count(3)
    page.get_by_role("button", name="Gradients", exact=True).click()
    draw(page, FOUR)
    expect(page.locator(".sentence")).to_contain_text("16 × 20")
    expect(page.get_by_role("alert")).to_be_empty()  # it is said once, where the answer would stand

    page.get_by_role("button", name="Data", exact=True).click()
    expect(page.locator(".pictures button").first).to_be_visible()
    expect(page.locator(".card.data .note")).to_contain_text("16 × 20")
    expect(page.locator(".matrix")).to_have_count(0)

    digits = strokes.generate(20, seed=4)
    np.savez(tmp_path / "small.npz", x_train=digits.images[:, 6:22, 4:24], y_train=digits.labels)
    drop(page, tmp_path / "small.npz")
    expect(preview_of(page)).to_contain_text("20 pictures of 16 × 20")
    preview_of(page).get_by_role("button", name="Take it in").click()
    expect(page.locator(".pictures button")).to_have_count(20)
    expect(page.locator(".card.data .note")).to_have_count(0)
    expect(page.locator(".matrix table")).to_be_visible()
    page.locator(".pictures button").first.click()
    expect(page.locator(".seen")).to_contain_text("16 × 20")
    page.get_by_role("button", name="Inside", exact=True).click()
    page.get_by_role("button", name="Values", exact=True).click()
    expect(page.locator("#row-0")).to_be_visible()
    expect(page.locator(".inspector h2")).to_contain_text("come from?")


def test_a_run_that_is_removed_while_it_is_open(
    open_page: Open, runs: Path, watched: Watched, tmp_path: Path
) -> None:
    watched.expected.append("404")
    (origin,) = [folder for folder in runs.iterdir() if not (folder / "film").exists()]
    shutil.copytree(origin, runs / "soon-gone")
    try:
        page = open_page(f"{INK}&model=run:soon-gone")
        expect(page.locator(".inspector h2")).to_contain_text("come from?")
        options = page.get_by_role("combobox", name="Model").locator("optgroup option")
        listed = options.filter(has_text="soon-gone")
        expect(listed).to_have_count(1)
    finally:
        shutil.rmtree(runs / "soon-gone")
    draw(page, FOUR)
    expect(page.get_by_role("alert")).to_contain_text("There is no run 'soon-gone' here")
    expect(page.locator(".sentence")).to_contain_text("no network to read it")
    expect(listed).to_have_count(0)  # the list comes a moment after the answer
    page.get_by_role("button", name=re.compile("^Look at")).first.click()
    expect(page.locator(".inspector h2")).to_contain_text("come from?")
    expect(page.get_by_role("alert")).to_be_empty()
