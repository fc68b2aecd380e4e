"""``glassnet predict``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.data import open_path
from glassnet.models import Model
from glassnet.models.certainty import certainty
from tests.cli.conftest import Run


@pytest.fixture
def picture(digits: Path, tmp_path: Path) -> Path:
    """The first test digit, saved as a picture file."""
    test = open_path(digits).test
    assert test is not None
    Image.fromarray(test.images[0]).save(tmp_path / "digit.png")
    return Path("digit.png")


def test_the_answer_is_the_model_s(run: Run, trained: Path, picture: Path) -> None:
    (found,) = run("predict", trained, picture, "--json").objects
    probabilities = Model.load(trained).probabilities(np.asarray(Image.open(picture))[None])[0]
    assert found["label"] == str(probabilities.argmax())
    assert found["confidence"] == pytest.approx(float(probabilities.max()))
    assert list(found["probabilities"].values()) == sorted(map(float, probabilities), reverse=True)


def test_people_get_a_line_a_picture(run: Run, trained: Path, picture: Path) -> None:
    (found,) = run("predict", trained, picture, "--json").objects
    result = run("predict", trained, picture, picture)
    assert (result.code, result.err) == (0, "")
    first, second = result.out.splitlines()
    assert first == second
    assert first.split()[:2] == [str(picture), found["label"]]
    assert certainty(found["confidence"]) in first
    assert f"then {list(found['probabilities'])[1]} " in first


def test_a_drawing_on_paper_reads_like_the_digit_itself(run: Run, trained: Path, picture: Path) -> None:
    """Ten times as large, dark on light, in a corner: what the model sees must be nearly the same."""
    digit = np.asarray(Image.open(picture).resize((280, 280), Image.Resampling.NEAREST))
    page = np.full((500, 600), 240, np.uint8)
    page[40:320, 300:580] -= (digit * 0.9).astype(np.uint8)
    Image.fromarray(page).convert("RGB").save("page.jpg", quality=95)
    (plain,), (drawn,) = (run("predict", trained, path, "--json").objects for path in (picture, "page.jpg"))
    assert drawn["label"] == plain["label"]


def test_show_draws_what_the_network_saw(run: Run, trained: Path, picture: Path) -> None:
    lines = run("predict", trained, picture, "--show").out.splitlines()
    assert len(lines) == 1 + 7
    assert any(0x2800 < ord(character) < 0x2900 for character in "".join(lines[1:]))


def test_a_line_of_digits_is_for_the_reader(run: Run, trained: Path, picture: Path, digits: Path) -> None:
    test = open_path(digits).test
    assert test is not None
    page = 255 - np.concatenate(test.images[:4].repeat(4, axis=1).repeat(4, axis=2), axis=1)
    Image.fromarray(page).save("my number.png")
    for command in ("predict", "explain"):
        result = run(command, trained, "my number.png")
        assert result.code == 0
        assert result.err == (
            "note: my number.png seems to show several digits; to read them all: glassnet read 'my number.png'\n"
        )
    several = [found["several"] for found in run("predict", trained, picture, "my number.png", "--json").objects]
    assert several == [False, True]


def test_one_bad_picture_does_not_keep_the_others_from_being_read(run: Run, trained: Path, picture: Path) -> None:
    Path("note.txt").write_text("no picture")
    result = run("predict", trained, "note.txt", picture, "gone.png")
    assert result.code == 3
    assert len(result.out.splitlines()) == 1
    assert "note.txt: not a picture" in result.err
    assert "cannot read the picture gone.png: no such file" in result.err
    assert [
        each.get("event", "answer") for each in run("predict", trained, "note.txt", picture, "--json").objects
    ] == [
        "error",
        "answer",
    ]


def test_kaggle_s_table_gets_kaggle_s_answers(run: Run, trained: Path, digits: Path) -> None:
    test = open_path(digits).test
    assert test is not None
    header = ",".join(f"pixel{number}" for number in range(784))
    rows = [",".join(map(str, image.reshape(-1))) for image in test.images[:9]]
    Path("test.csv").write_text("\n".join([header, *rows]))
    result = run("predict", trained, "test.csv", "--submission", "submission.csv")
    assert (result.code, result.out) == (0, "")
    assert "9 answers of" in result.err
    answers = Model.load(trained).predict(test.images[:9])
    expected = ["ImageId,Label", *(f"{number},{answer}" for number, answer in enumerate(answers, start=1))]
    assert Path("submission.csv").read_text().splitlines() == expected
    (told,) = run("predict", trained, "test.csv", "--submission", "submission.csv", "--json").objects
    assert told == {
        "table": "test.csv",
        "model": str(trained),
        "answers": 9,
        "submission": "submission.csv",
    }
    overwriting = run("predict", trained, "test.csv", "--submission", Path("test.csv").absolute())
    assert overwriting.code == 7
    assert "test.csv: it is read here, and would be lost\nhint: " in overwriting.error
    refused = run("predict", trained, "test.csv")
    assert refused.code == 3
    assert refused.error.startswith("test.csv is a table, not a picture\nhint: --submission answers.csv")
    assert run("predict", trained, "test.csv", "other.csv", "--submission", "s.csv").code == 2
    Path("seven.png").write_bytes(b"no table")
    assert "seven.png is no table" in run("predict", trained, "seven.png", "--submission", "s.csv").error
    Path("list.csv").write_text("a,b\n1,2\n")
    assert run("predict", trained, "list.csv", "--submission", "s.csv").code == 3
    small = ",".join(f"pixel{number}" for number in range(49))
    Path("small.csv").write_text(f"{small}\n{','.join(['0'] * 49)}\n")
    wrong = run("predict", trained, "small.csv", "--submission", "s.csv")
    assert "small.csv has pictures of 7 × 7, the model reads 28 × 28" in wrong.error
    assert not Path("s.csv").exists()


def test_folders_and_empty_names_are_told_apart(run: Run, trained: Path, picture: Path) -> None:
    Path("scans").mkdir()
    result = run("predict", "scans")
    assert result.code == 2
    assert "scans is a folder, and not that of a run: name the pictures in it, such as scans/*.png" in result.error
    result = run("predict", "scans", picture)
    assert result.code == 5
    assert "'scans' is a folder without a model.safetensors" in result.error
    assert "a picture without a name" in run("predict", "").error
    assert "a model without a name" in run("predict", "--model", "", picture).error
    assert run("predict", trained.parent, picture).code == 0


def test_no_picture_is_a_question_of_usage(run: Run, trained: Path) -> None:
    result = run("predict", trained)
    assert result.code == 2
    assert "PICTURE" in result.error


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "command", [("predict",), ("explain",), ("evaluate", "--data")], ids=lambda words: words[0]
)
def test_a_model_whose_numbers_overflow_has_no_answer(
    run: Run, trained: Path, picture: Path, digits: Path, command: tuple[str, ...]
) -> None:
    broken = Model.load(trained)
    broken.network.parameters *= 1e30
    broken.save("broken.safetensors")
    words = ["evaluate", "broken.safetensors", "--data", digits]
    result = run(*(words if command[0] == "evaluate" else [*command, "broken.safetensors", picture]))
    assert (result.code, result.out) == (5, "")
    assert "the numbers in broken.safetensors overflow, so that its answers mean nothing" in result.error
    assert "learning rate" in result.err
