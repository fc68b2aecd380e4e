"""``glassnet read --answers``: how much of one's own pictures was read right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet.reading
from glassnet.cli.answers import load_answers
from glassnet.errors import DataError
from glassnet.reading import Box, ReadDigit, Reading
from tests.cli.conftest import Run


def read(page: np.ndarray, *, model: object = None) -> Reading:
    """As many ones as the picture is wide, two to a line; none on one that is a pixel wide."""
    one = ReadDigit(1, 0.9, (), Box(0, 0, 1, 1), np.zeros((28, 28), np.uint8))
    count = width if (width := page.shape[1]) > 1 else 0
    lines = tuple((one,) * min(2, count - begin) for begin in range(0, count, 2))
    return Reading(lines, (1, width))


@pytest.fixture
def pictures(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glassnet.reading, "read", read)
    monkeypatch.setattr(glassnet.reading, "read_digit", lambda page, *, model=None: read(page).digits[0])
    Path("class").mkdir()
    for name, width in {"four": 4, "none": 1, "three": 3}.items():
        Image.new("L", (width, 1)).save(f"class/{name}.png")


def answers(text: str, encoding: str = "utf-8") -> Path:
    path = Path("class/written.csv")
    path.write_text(text, encoding=encoding)
    return path


PICTURES = ("class/four.png", "class/none.png", "class/three.png")


def test_mistakes_are_shown_and_counted(run: Run, pictures: None) -> None:
    path = answers('picture,text\nfour.png,11 1-1\nnone.png,\nthree.png,"1,71 1"\n')
    result = run("read", *PICTURES, "--answers", path)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "class/four.png: 4 of 4 right",
        "class/none.png: no digit on it",
        "class/three.png: 3 of 4 right, 1 missed",
        "  written  1711",
        "  read     1·11",
        "            ^",
        "8 digits: 87.50 % (95 % interval 52.91 to 97.76) right, 1 missed",
        "2 of 3 pictures without a mistake",
    ]


def test_digits_where_none_is(run: Run, pictures: None) -> None:
    result = run("read", "class/four.png", "--answers", answers("four.png,nothing\n"))
    assert result.out.splitlines() == [
        "class/four.png: no digit on it, 4 read where none is",
        "  written  ····",
        "  read     1111",
        "           ^^^^",
        "0 digits, 4 read where none is",
        "0 of 1 pictures without a mistake",
    ]


def test_of_long_texts_only_the_rows_with_mistakes_are_shown(run: Run, pictures: None) -> None:
    Image.new("L", (100, 1)).save("class/hundred.png")
    result = run("read", "class/hundred.png", "--answers", answers("hundred.png," + "1" * 99 + "2"))
    assert result.out.splitlines()[1:4] == [
        "  written  " + "1" * 39 + "2", "  read     " + "1" * 40, " " * 50 + "^",
    ]  # fmt: skip


def test_one_digit_a_picture(run: Run, pictures: None) -> None:
    result = run("read", "--one", *PICTURES[::2], "--answers", answers("four.png,1\nthree.png,7\n"))
    assert "class/three.png: 0 of 1 right, 1 wrong" in result.out
    assert "2 digits: 50.00 %" in result.out


def test_json(run: Run, pictures: None) -> None:
    Path("class/broken.png").write_text("no picture")
    path = answers("four.png,1121\nthree.png,111\nbroken.png,5\n")
    result = run("read", "class/four.png", "class/broken.png", "class/three.png", "--answers", path, "--json")
    first, error, second, total = result.objects
    assert result.code == 3
    assert first["text"] == "11\n11"
    assert first["compared"] == {
        "written": "1121", "read": "1111", "count": 4, "right": 3, "wrong": 1, "missed": 0, "extra": 0,
    }  # fmt: skip
    assert error["event"] == "error"
    assert second["compared"]["right"] == 3
    assert total.pop("interval") == pytest.approx((0.4869, 0.9743), abs=1e-4)
    assert total == {
        "event": "total", "pictures": 2, "without_mistake": 1, "count": 7, "right": 6, "wrong": 1, "missed": 0,
        "extra": 0, "accuracy": 6 / 7,
    }  # fmt: skip


def test_pictures_go_by_their_names_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "written.csv"
    path.write_text(f"a/1.png,1\nb/1.png,2\n2.png,3\n./c/3.png,4\n{tmp_path / 'd' / '1.png'},5\n")
    pictures = ["a/1.png", str(tmp_path / "b/1.png"), "b/2.png", "./c/3.png", "d/1.png"]
    assert load_answers(path, pictures) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "text", ["a.png;12 3\n", "\ufeffa.png\t123\n", "\n  a.png , １２３\n\n", '"a.png","1,2,3"']
)
def test_what_spreadsheets_write(text: str, tmp_path: Path) -> None:
    path = tmp_path / "written.csv"
    path.write_text(text, encoding="utf-8")
    assert load_answers(path, ["a.png"]) == ["123"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "has no line for a.png, nor for 1 more"),
        (b"a.png,1\n", "has no line for b.png"),
        (b"a.png\nb.png,2\n", "line 1: expected a picture and its digits, found 1 columns"),
        (b"b.png,2\n\na.png,3,14\n", "line 3: expected a picture and its digits, found 3 columns"),
        (b"a.png,1\nb.png,2\na.png,3\n", "line 3: a.png has another text than on a line before"),
        (b"b.png,2\na.png,'\xff\n", "is no text in UTF-8: see byte 15"),
        (b'b.png,2\na.png,"1\n', "line 2: unexpected end of data"),
        (b"b.png,2\na.png," + b"1" * 10_001, "line 2: 10,001 digits on one picture"),
    ],
)
def test_bad_answers_are_told_with_their_line(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "written.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_answers(path, ["a.png", "b.png"])
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_answers_that_are_not_there_are_told_before_anything_is_read(run: Run, pictures: None) -> None:
    result = run("read", *PICTURES, "--answers", "gone.csv")
    assert (result.code, result.out) == (3, "")
    assert "cannot read the answers gone.csv: No such file or directory" in result.error
    assert run("read", *PICTURES, "--answers", "class").code == 3


def test_a_file_that_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "film.csv"
    with path.open("wb") as film:
        film.truncate(17 << 20)
    with pytest.raises(DataError, match="far too large"):
        load_answers(path, ["a.png"])
