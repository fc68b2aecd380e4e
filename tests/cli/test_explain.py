"""``glassnet explain``."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from glassnet.data import strokes
from glassnet.explaining import walk
from glassnet.models import Model
from tests.cli.conftest import Run

DIGIT = strokes.generate(1, seed=5)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.fromarray(DIGIT.images[0]).save(tmp_path / "digit.png")
    return Path("digit.png")


def test_it_goes_forward_through_every_layer_and_back(run: Run, trained: Path, picture: Path) -> None:
    result = run("explain", trained, picture)
    assert (result.code, result.err) == (0, "")
    forward, backward = result.out.split("backward:")
    titles = [part.title for part in walk(Model.load(trained), DIGIT.images[0])]
    for text, order in ((forward, titles), (backward, titles[-2::-1])):
        places = [text.index(f"\n{title}  ") for title in order]
        assert places == sorted(places)
    assert "∂L/∂w = δ · x" in backward
    assert "∂L/∂b = δ" in backward


def test_its_numbers_are_those_of_the_story(run: Run, trained: Path, picture: Path) -> None:
    out = run("explain", trained, picture, "--target", "3").out
    for part in walk(Model.load(trained), DIGIT.images[0], 3):
        assert part.winner.numbers in out
        if part.winner_gradient is not None:
            assert part.winner_gradient.numbers in out
        if part.loss is not None:
            assert part.loss.numbers in out
        for term in part.winner.terms.largest(3) if part.winner.terms.bias is not None else []:
            assert part.winner.terms.place_in_words(term.place) in out


def test_without_a_target_the_answer_counts_as_right(run: Run, trained: Path, picture: Path) -> None:
    (answer,) = run("predict", trained, picture, "--json").objects
    out = run("explain", trained, picture).out
    assert f"if the picture shows {answer['label']}" in out
    assert "--target" in out
    assert "--target" not in run("explain", trained, picture, "--target", "3").out


def test_json_is_the_whole_story(run: Run, trained: Path, picture: Path) -> None:
    (found,) = run("explain", trained, picture, "--target", "3", "--json").objects
    story = walk(Model.load(trained), DIGIT.images[0], 3)
    assert [layer["title"] for layer in found["layers"]] == [part.title for part in story]
    assert found["confidence"] == pytest.approx(story[-1].winner.value)
    assert found["layers"][-1]["loss"]["target"] == 3


def test_a_digit_that_is_none(run: Run, trained: Path, picture: Path) -> None:
    result = run("explain", trained, picture, "--target", "x")
    assert result.code == 4
    assert "the model knows no class 'x'" in result.error
    assert "hint: its classes: 0, 1" in result.err


def test_a_blank_page(run: Run, trained: Path) -> None:
    Image.new("L", (50, 50), 255).save("blank.png")
    result = run("explain", trained, "blank.png")
    assert result.code == 3
    assert "blank.png: blank" in result.error
