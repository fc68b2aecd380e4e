"""``glassnet read``."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import glassnet.reading
from glassnet.data import strokes
from glassnet.errors import PictureError
from glassnet.reading import Box, ReadDigit, Reading
from tests.cli.conftest import Run


def seen(digit: int | None, left: int = 0, reason: str | None = None) -> ReadDigit:
    runners_up = ((7, 0.02), (9, 0.01))
    return ReadDigit(digit, 0.97, runners_up, Box(left, 5, left + 8, 20), np.eye(28, dtype=np.uint8) * 255, reason)


PAGE = Reading(((seen(1), seen(2, 10)), (seen(3),)), (30, 40), (seen(None, 20, "a scribble"),))
BLANK = Reading((), (30, 40), reason="blank")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Reading as it would be: white pictures are blank, others hold 12 and 3; the models that were asked for."""
    models: list[object] = []

    def read(page: np.ndarray, *, model: object = None) -> Reading:
        models.append(model)
        return BLANK if page.min() == 255 else PAGE

    def read_digit(page: np.ndarray, *, model: object = None) -> ReadDigit:
        models.append(model)
        return seen(None, reason="blank") if page.min() == 255 else seen(4)

    monkeypatch.setattr(glassnet.reading, "read", read)
    monkeypatch.setattr(glassnet.reading, "read_digit", read_digit)
    return models


@pytest.fixture
def page(run: Run) -> Path:
    Image.new("L", (40, 30), 90).save("page.png")
    Image.new("L", (40, 30), 255).save("white.png")
    return Path("page.png")


def test_the_lines_are_printed_as_they_stand(run: Run, asked: list[object], page: Path) -> None:
    result = run("read", page)
    assert (result.code, result.out, result.err) == (0, "12\n3\n", "")
    assert asked == [None]


def test_of_several_pictures_each_line_has_its_name(run: Run, asked: list[object], page: Path) -> None:
    result = run("read", page, "white.png", page)
    assert result.code == 0
    assert result.out.splitlines() == ["page.png: 12", "page.png: 3"] * 2
    assert "note: white.png: blank" in result.err


def test_one_digit(run: Run, asked: list[object], page: Path) -> None:
    assert run("read", "--one", page).out == "4\n"
    result = run("read", "--one", "white.png")
    assert (result.code, result.out) == (0, "")
    assert result.err == "note: white.png: blank\n"
    (found,) = run("read", "--one", page, "--json").objects
    assert (found["picture"], found["digit"], found["reason"]) == ("page.png", 4, None)


def test_json_has_boxes_confidence_runners_up_and_reasons(run: Run, asked: list[object], page: Path) -> None:
    first, second = run("read", page, "white.png", "--json").objects
    assert first["picture"] == "page.png"
    assert first["text"] == "12\n3"
    assert [[one["digit"] for one in line] for line in first["lines"]] == [[1, 2], [3]]
    assert first["lines"][0][1] == {
        "digit": 2, "confidence": 0.97, "box": {"left": 10, "top": 5, "right": 18, "bottom": 20}, "reason": None,
        "runners_up": [{"digit": 7, "probability": 0.02}, {"digit": 9, "probability": 0.01}],
    }  # fmt: skip
    assert [(one["digit"], one["reason"]) for one in first["rejected"]] == [(None, "a scribble")]
    assert (first["width"], first["height"]) == (40, 30)
    assert (second["text"], second["lines"], second["reason"]) == ("", [], "blank")


def test_bad_pictures_do_not_keep_the_others_from_being_read(run: Run, asked: list[object], page: Path) -> None:
    Path("note.png").write_text("no picture")
    result = run("read", "note.png", page, "gone.png")
    assert result.code == 3
    assert result.out.splitlines() == ["page.png: 12", "page.png: 3"]
    assert "note.png: not a picture" in result.err
    assert "cannot read the picture gone.png: no such file" in result.err
    events = [one.get("event", "read") for one in run("read", "note.png", page, "--json").objects]
    assert events == ["error", "read"]


def test_standard_input(run: Run, asked: list[object], page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def piped(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    piped(page.read_bytes())
    assert run("read", "-").out == "12\n3\n"
    piped(b"")
    result = run("read", "-")
    assert result.code == 3
    assert "standard input: empty, not one byte" in result.err


def test_show_draws_what_was_seen(run: Run, asked: list[object], page: Path) -> None:
    result = run("read", page, "--show")
    assert (result.code, result.out) == (0, "12\n3\n")
    assert result.err == "note: what was seen is drawn in page-read.png\n"
    with Image.open("page-read.png") as figure:
        assert figure.width == 1200
    (found,) = run("read", page, "--one", "--show", "--json").objects
    assert found["figure"] == "page-read.png"


def test_output_names_the_file_or_the_folder(run: Run, asked: list[object], page: Path) -> None:
    assert run("read", page, "--output", "seen.pdf").code == 0
    assert Path("seen.pdf").read_bytes().startswith(b"%PDF")
    Path("more").mkdir()
    Path("more/page.png").write_bytes(page.read_bytes())
    assert run("read", page, "more/page.png", "white.png", "--output", "figures").code == 0
    assert sorted(path.name for path in Path("figures").iterdir()) == [
        "page-read-2.png", "page-read.png", "white-read.png",
    ]  # fmt: skip
    result = run("read", page, "white.png", "--output", "seen.png")
    assert result.code == 2
    assert "one file for 2 pictures" in result.error


def test_a_figure_that_cannot_be_written_is_an_output_error(run: Run, asked: list[object], page: Path) -> None:
    assert run("read", page, "--output", "seen.mp3").code == 7


def test_no_picture_that_is_read_is_drawn_over(run: Run, asked: list[object], page: Path) -> None:
    before = page.read_bytes()
    result = run("read", page, "--output", page)
    assert (result.code, result.out) == (7, "")
    assert f"cannot write {page}: it is read here, and would be lost\nhint: " in result.error
    seen_before = Path(f"{page.stem}-read.png")
    seen_before.write_bytes(before)
    assert run("read", page, seen_before, "--show").code == 7
    assert not asked, "nothing was read"
    assert page.read_bytes() == seen_before.read_bytes() == before


def test_a_model_that_is_not_there(run: Run, asked: list[object], page: Path) -> None:
    result = run("read", page, "--model", "nothing")
    assert result.code == 5
    assert "there is no model nothing" in result.error
    assert asked == []


def test_a_model_of_ones_own(run: Run, asked: list[object], page: Path, trained: Path) -> None:
    assert run("read", page, "--model", trained).code == 0
    assert asked[0] is not None


def test_an_error_while_reading_is_told_with_the_name(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(picture: object, *, model: object = None) -> Reading:
        raise PictureError("too dark", hint="more light")

    monkeypatch.setattr(glassnet.reading, "read", fail)
    result = run("read", page)
    assert result.code == 3
    assert "too dark" in result.err


def test_a_drawing_is_really_read(run: Run) -> None:
    """From a file to a digit, with nothing made up."""
    digits = strokes.generate(8, seed=5, level="neat")
    for number, image in enumerate(digits.images):
        Image.fromarray(255 - np.kron(image, np.ones((6, 6), np.uint8))).save(f"{number}.png")
    found = run("read", "--one", "--json", "--model", "quick", *(f"{number}.png" for number in range(8))).objects
    right = sum(one["digit"] == label for one, label in zip(found, digits.labels, strict=True))
    assert right >= 6
