"""Committees: the mean of what the members say, and never other members than were measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from glassnet.engine import Network, Preparation
from glassnet.errors import ModelError
from glassnet.models import Committee, Model
from glassnet.models.views import view

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 6, 6), dtype=np.uint8)


def member(seed: int, classes: str = "abc", side: int = 6) -> Model:
    network = Network([f"dense {len(classes)}"], (side, side, 1), seed=seed)
    return Model(network, Preparation.fit("unit", IMAGES), tuple(classes))


def test_the_mean_over_members_and_views() -> None:
    members, views = [member(1), member(2)], ["plain", "rotate 8"]
    committee = Committee(members, views)
    every = [each.probabilities(view(IMAGES, look)) for each in members for look in views]
    np.testing.assert_allclose(committee.probabilities(IMAGES), np.mean(every, axis=0))
    np.testing.assert_array_equal(committee.predict(IMAGES), np.mean(every, axis=0).argmax(axis=1))
    assert (committee.classes, committee.picture_shape) == (("a", "b", "c"), (6, 6))


def test_a_committee_of_one_is_its_member() -> None:
    alone = member(1)
    np.testing.assert_allclose(Committee([alone]).probabilities(IMAGES), alone.probabilities(IMAGES))


def test_temperature_sharpens_the_mean() -> None:
    mean = Committee([member(1), member(2)])
    sharp = Committee([member(1), member(2)], temperature=0.5)
    squares = mean.probabilities(IMAGES) ** 2
    np.testing.assert_allclose(sharp.probabilities(IMAGES), squares / squares.sum(axis=1, keepdims=True))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    files = []
    for seed in (1, 2):
        files.append(tmp_path / "models" / f"{seed}.safetensors")
        member(seed).save(files[-1])
    committee = Committee(
        [member(1), member(2)], ["plain", "scale 1.1"], 1.5, {"made": "by hand"}, {"accuracy": 0.5}
    )
    committee.save(tmp_path / "both.json", files, title="Both")
    return tmp_path / "both.json"


def test_saved_and_loaded(saved: Path) -> None:
    loaded = Committee.load(saved)
    expected = Committee([member(1), member(2)], ["plain", "scale 1.1"], 1.5)
    np.testing.assert_array_equal(loaded.probabilities(IMAGES), expected.probabilities(IMAGES))
    assert (loaded.provenance, loaded.metrics) == ({"made": "by hand"}, {"accuracy": 0.5})
    assert json.loads(saved.read_text())["title"] == "Both"


def test_another_member_than_was_measured(saved: Path) -> None:
    member(3).save(saved.parent / "models" / "2.safetensors")
    with pytest.raises(ModelError, match=r"2\.safetensors is not the model that the committee was made of"):
        Committee.load(saved)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "{}",
        '{"format": 1, "members": 3}',
        '{"format": 1, "members": [{}]}',
        '{"format": "x"}',
        "\xff",
    ],
)
def test_texts_that_describe_no_committee(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ModelError, match=r"broken\.json"):
        Committee.load(path)


def test_files_that_are_missing_or_from_the_future(saved: Path) -> None:
    with pytest.raises(ModelError, match="cannot read the committee"):
        Committee.load(saved.with_name("none.json"))
    (saved.parent / "models" / "1.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot read the model"):
        Committee.load(saved)
    saved.write_text(saved.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(ModelError, match="format 2"):
        Committee.load(saved)


def test_members_that_do_not_fit_together() -> None:
    with pytest.raises(ModelError, match="member 2 of the committee has classes"):
        Committee([member(1), member(2, "xyz")])
    with pytest.raises(ModelError, match="picture_shape"):
        Committee([member(1), member(2, side=5)])
    for members, views in (([], ["plain"]), ([member(1)], [])):
        with pytest.raises(ModelError, match="at least"):
            Committee(members, views)
    with pytest.raises(ModelError, match="temperature"):
        Committee([member(1)], temperature=0)
