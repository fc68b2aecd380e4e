"""Several networks that vote: they answer as one, and are looked into one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassnet.models import Committee, Model
from tests.web.conftest import INK, Page


@pytest.fixture
def committee(page: Page, files: dict[str, Path], tmp_path: Path) -> str:
    """The address of three networks that vote, each on two views."""
    members = [files[name] for name in ("softmax", "lenet", "tanh")]
    path = tmp_path / "three.json"
    Committee([Model.load(file) for file in members], ("plain", "rotate 8"), 0.8).save(path, members)
    return page.box.models.open_file(path)


def test_a_committee_is_in_the_list(page: Page, committee: str):
    entry = next(one for one in page.get("about")["models"] if one["address"] == committee)
    assert (entry["title"], entry["classes"]) == ("three", list("0123456789"))
    assert entry["parameters"] == page.get(f"models/{committee}")["parameters"] > 0


def test_it_has_no_layers_but_members_that_can_be_looked_at(page: Page, committee: str):
    card = page.get(f"models/{committee}")
    assert (card["layers"], card["views"], card["temperature"]) == ([], ["plain", "rotate 8"], 0.8)
    assert [len(page.get(f"models/{each}")["layers"]) > 0 for each in card["members"]] == [True] * 3
    assert page.get(f"models/{card['members'][0]}")["members"] == []


def test_it_answers_with_the_mean_of_its_votes(page: Page, committee: str):
    tensors, said = page.post("read", ink=INK, model=committee, layers="all", thread=True)
    digit = tensors["normal/4"]
    model = page.box.models.answering(committee)[1]
    np.testing.assert_allclose(said["probabilities"], model.probabilities(digit[None])[0], rtol=1e-6)
    mean = np.mean(said["votes"], axis=0) ** (1 / 0.8)
    np.testing.assert_allclose(said["probabilities"], mean / mean.sum(), rtol=1e-5)
    assert said["label"] == str(np.argmax(said["probabilities"]))
    assert (said["thread"], said["logits"], said["lines"]) == (None, None, {})
    assert page.post("read", ink=INK, model=committee)[1]["votes"] == []
    assert page.post("read", ink={"strokes": []}, model=committee)[1]["state"] == "empty"


def test_what_is_about_layers_names_its_members(page: Page, committee: str):
    ask = {"ink": INK, "model": committee}
    members = page.get(f"models/{committee}")["members"]
    for refused in (
        page.post("explain", 422, **ask, layer=0, index=[0]),
        page.post("gradients", 422, **ask, target=3),
        page.post("edits", 422, **ask, off={"layer": 1, "unit": 0}),
        page.get(f"export/{committee}", 422),
    ):
        assert "3 networks that vote" in refused["what"]
        assert all(member in refused["do"] for member in members)


def test_it_reads_a_sample_of_a_set(page: Page, committee: str):
    _, extras = page.get(f"sets/strokes-test?model={committee}&limit=5")
    assert (extras["counted"], extras["count"]) == (1000, 10_000)
    assert sum(map(sum, page.get(f"sets/strokes-test/confusion?model={committee}")["confusion"])) == 1000
