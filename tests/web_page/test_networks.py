"""Networks of many shapes: every row appears, and every number on the page is the one that the engine computed.

The numbers of one place are read where a visitor reads them, in the panel's title, in its formula, in its table of
terms and in the row, and compared with the engine's own for the same drawing.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from glassnet.data import Dataset, strokes
from glassnet.engine import Network, Preparation
from glassnet.models import Model
from glassnet.training import Recipe, train
from glassnet.training.result import make_model
from glassnet.web.cards import title_of
from glassnet.web.ink import draw as paint
from tests.web_page.conftest import FOUR, INK, Open, Server, Watched, number
from tests.web_page.printed_formulas import half_a_unit, holds

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright, to drive a browser").expect

CONV_BLOCK = ["conv 6 3x3 padding=same", "batch_norm"]
NETWORKS: dict[str, tuple[list[str], str]] = {
    "one layer": (["dense 10"], "cross_entropy"),
    "sigmoids and squared error": (["dense 30", "sigmoid", "dense 10"], "squared_error"),
    "784-800-800": (["dense 800", "relu", "dense 800", "relu", "dense 10"], "cross_entropy"),
    "LeNet": (
        [
            *("conv 6 5x5 padding=same", "tanh", "average_pool 2", "conv 16 5x5", "tanh", "average_pool 2"),
            *("dense 120", "tanh", "dense 84", "tanh", "dense 10"),
        ],
        "cross_entropy",
    ),
    "batch normalisation and dropout": (
        [
            *("conv 8 3x3", "batch_norm", "relu", "pool 2", "dropout 0.25"),
            *("dense 32", "batch_norm", "relu", "dropout 0.5", "dense 10"),
        ],
        "cross_entropy",
    ),
    "twenty rows": (
        [
            *(*CONV_BLOCK, "relu", *CONV_BLOCK, "leaky_relu", "pool 2", *CONV_BLOCK, "gelu", *CONV_BLOCK, "relu"),
            *("average_pool 2", "conv 12 3x3", "tanh", "global_average_pool"),
            *("dense 20", "sigmoid", "dropout 0.1", "dense 10"),
        ],
        "cross_entropy",
    ),
}
SPOTS = 50
"""Numbers that are asked about in each network."""

ASK = """async ({fragment, spots}) => {
    const wait = async (found) => {
        for (let frame = 0; frame < 600; frame++) {
            const one = found();
            if (one) return one;
            await new Promise(requestAnimationFrame);
        }
        throw new Error("no answer");
    };
    const text = (node) => node?.textContent ?? "";
    const told = [];
    for (const [layer, index] of spots) {
        location.hash = `${fragment}&pin=${[layer, ...index].join(".")}`;
        const place = `.inspector[data-layer="${layer}"][data-index="${index.join(".")}"]`;
        const panel = await wait(() => document.querySelector(place));
        const row = document.getElementById(`row-${layer}`);
        const cell = row && (row.querySelector(".signed.kept .number") ?? row.querySelector("[role=gridcell]"));
        const formula = panel.querySelector(".formula");
        const cells = (line) => [...line.querySelectorAll("td")].map(text).filter(Boolean).join(" ");
        const lines = formula.tagName === "TABLE"
            ? [...formula.rows].map(cells) : [...formula.querySelectorAll("p")].map(text);
        const terms = [...panel.querySelectorAll(".terms tbody tr")].map((line) => [...line.cells].map(text));
        told.push({title: text(panel.querySelector("h2")), cell: text(cell), formula: lines[1], terms});
    }
    return told;
}"""


@cache
def trained(name: str) -> Model:
    """A network that has seen a few hundred digits: enough that no number is special."""
    layers, loss = NETWORKS[name]
    content = {
        "name": name,
        "network": {"layers": layers, "initializer": "glorot_normal"},
        "loss": {"name": loss},
        "optimizer": {"name": "adam", "learning_rate": 0.002},
        "training": {"epochs": 1, "batch_size": 32, "seed": 3},
    }
    data = strokes.generate(256, seed=3)
    *_, last = train(Recipe.model_validate(content), Dataset(data.images, data.labels))
    return make_model(last.state, data.classes)  # type: ignore[union-attr]


def opened(model: Model, folder: Path, browser: Browser, server: Server) -> str:
    """Send a model file to the server, as the page does; its address."""
    model.save(folder / "model.safetensors")
    context = browser.new_context(storage_state=server.state)
    answer = context.request.put(
        f"{server.address}/api/models", data=(folder / "model.safetensors").read_bytes(), fail_on_status_code=True
    )
    address = str(answer.json()["address"])
    context.close()
    return address


def spots_of(network: Network, count: int) -> list[tuple[int, list[int]]]:
    """Places all over a network, of every layer at least one."""
    random = np.random.default_rng(len(network.layers))
    layers = [*range(len(network.layers))]
    layers += random.integers(0, len(network.layers), max(0, count - len(layers))).tolist()
    shapes = [network.layers[layer].output_shape for layer in layers]
    return [(layer, random.integers(0, shape).tolist()) for layer, shape in zip(layers, shapes, strict=True)]


def first_number(text: str) -> float:
    """``"Where does −0.61 come from?"``, ``"ReLU, unit 3: 0.5, from 2 numbers"``: the number told."""
    found = re.search(r"(?:does |: |^)(−?[\d.,]+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)(?:,? |$)", text)
    assert found, text
    return number(found[1].rstrip(","))


def check_terms(terms: list[list[str]]) -> float | None:
    """Each product is the one of its row; their sum, or ``None`` where there is no table."""
    total = 0.0
    for _, *factors, product in terms:
        if factors:
            assert holds(f"{product} = {' · '.join(factors)}"), factors
        total += number(product)
    return total if terms else None


def test_a_formula_that_does_not_add_up_would_be_noticed() -> None:
    assert holds("0.52 = −0.61 + 1.13")
    assert not holds("0.52 = −0.61 + 1.15")
    assert holds("0.982 = 1 / (1 + exp(−4))")
    assert not holds("−0.982 = 1 / (1 + exp(−4))")
    assert holds("1,230 = max(−2, 1,230, 1.24·10⁻⁵)")
    assert not holds("1,300 = 0.5 · 2,400 + 3 from 7 others")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_row_appears_and_every_number_is_the_engines(
    name: str, open_page: Open, browser: Browser, server: Server, tmp_path: Path
) -> None:
    model = trained(name)
    network = model.network
    address = opened(model, tmp_path, browser, server)
    lines = [place for place, layer in enumerate(network.layers[:-1]) if layer.word not in ("dense", "conv")]
    opening = f"&open={'.'.join(map(str, lines))}" if lines else ""
    page = open_page(f"{INK}&model={address}{opening}")
    check_rows(page, network)

    drawn = paint([[axis for point in stroke for axis in point] for stroke in FOUR], 18).steps
    assert drawn is not None
    values = network.trace(model.prepare(drawn.digit[None])).values
    spots = spots_of(network, SPOTS)
    told = page.evaluate(ASK, {"fragment": f"{INK}&model={address}{opening}", "spots": spots})
    for (layer, index), said in zip(spots, told, strict=True):
        check_number(said, float(values[layer + 1][0][tuple(index)]), f"{name}, {layer}, {index}")
    check_answer(page, model)
    page.get_by_role("button", name="Weights", exact=True).click()
    learning = sum(layer.word in ("dense", "conv") for layer in network.layers)
    expect(page.locator(".row .grid")).to_have_count(learning)
    page.get_by_role("button", name="Gradients", exact=True).click()
    expect(page.locator(".row")).to_have_count(len(network.layers))
    expect(page.locator(".row-scale")).not_to_have_count(0)


def check_rows(page: Page, network: Network) -> None:
    rows = page.locator(".rows > .row")
    expect(rows).to_have_count(len(network.layers))
    expect(page.locator(".rows .skeleton")).to_have_count(0)
    for place, layer in enumerate(network.layers):
        expect(rows.nth(place)).to_contain_text(title_of(layer))
        box = page.locator(f"#row-{place}").bounding_box()
        assert box is not None, place
        assert min(box["width"], box["height"]) > 0, place


def check_number(said: dict[str, Any], value: float, where: str) -> None:
    title = first_number(said["title"])
    assert title == pytest.approx(value, abs=half_a_unit(value) + 2e-5 * abs(value) + 1e-7), where
    assert first_number(said["cell"]) == title, (where, said)
    assert said["formula"].startswith(f"{said['title'].split()[2]} = "), (where, said)
    assert holds(said["formula"]), (where, said["formula"])
    total = check_terms(said["terms"])
    if total is None:
        return
    wanted, found = title, re.fullmatch(r"\S+ = \S+ ([+−]) (\S+)", said["formula"])
    if found:  # a bias and what the terms add up to
        wanted = number(found[2]) * (1 if found[1] == "+" else -1)
    room = half_a_unit(wanted) + sum(half_a_unit(number(row[-1])) for row in said["terms"])
    assert abs(total - wanted) <= 1.01 * room + 1e-7, (where, said)


def check_answer(page: Page, model: Model) -> None:
    """Ten bars; shares of a whole, or outputs that are each by themselves."""
    labels = page.locator(".bars li .vh").all_inner_texts()
    assert len(labels) == 10
    percent = [label.endswith("%") for label in labels]
    assert percent == [model.output == "softmax"] * 10
    if model.output == "sigmoid":
        expect(page.locator(".sentence")).not_to_contain_text("%")


def test_numbers_that_broke_are_told_with_their_layer(
    open_page: Open, browser: Browser, server: Server, tmp_path: Path
) -> None:
    network = Network(["dense 12", "relu", "dense 10"], (28, 28, 1), seed=1)
    network.layers[-1].bias[3] = np.nan  # type: ignore[attr-defined]
    model = Model(network, Preparation.fit("unit", np.zeros((1, 28, 28), np.uint8)), tuple("0123456789"))
    address = opened(model, tmp_path, browser, server)
    page = open_page(f"{INK}&model={address}")
    expect(page.locator(".rows .note")).to_contain_text("✗")
    expect(page.locator(".rows .row").last.locator("h3")).to_contain_text("✗")
    expect(page.locator(".numeral")).to_have_text("–")
    expect(page.locator(".sentence")).to_contain_text("not a number")


def test_letters_have_their_own_names(
    open_page: Open, browser: Browser, server: Server, tmp_path: Path, watched: Watched
) -> None:
    letters = tuple("abcdefghijklmnopqrstuvwxyz")
    network = Network(["dense 26"], (28, 28, 1), seed=1)
    model = Model(network, Preparation.fit("unit", np.zeros((1, 28, 28), np.uint8)), letters)
    address = opened(model, tmp_path, browser, server)
    page = open_page(f"{INK}&model={address}")
    expect(page.locator(".bars li")).to_have_count(26)
    expect(page.locator(".numeral")).to_have_text(re.compile("^[a-z]$"))
    expect(page.locator("#row-1 b")).to_have_text(list(letters))
    expect(page.locator(".sentence")).to_contain_text(re.compile("^[a-z] or [a-z]|Reads as [a-z]"))
