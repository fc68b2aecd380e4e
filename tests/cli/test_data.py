"""``glassnet data info|show|fetch|export``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassnet.data import DataBundle, Dataset, export, open_path, strokes
from glassnet.data.sources import source_names
from glassnet.errors import DownloadError
from tests.cli.conftest import Run


def test_info_without_a_name_lists_all_names_and_reads_nothing(run: Run) -> None:
    result = run("data", "info")
    assert result.code == 0
    for name in source_names():
        assert f"{name} " in result.out
    assert "to be fetched, 12 MB" in result.out
    (found,) = run("data", "info", "--json").objects
    assert [each["name"] for each in found["sources"]] == list(source_names())
    assert found["sources"][0]["folder"] is None


def test_data_alone_lists_them_too(run: Run) -> None:
    assert run("data").out == run("data", "info").out


def test_info_counts_every_class(run: Run, digits: Path) -> None:
    (found,) = run("data", "info", digits, "--json").objects
    bundle = open_path(digits)
    assert list(found["parts"]["train"]["counts"].values()) == np.bincount(bundle.train.labels).tolist()
    assert found["parts"]["train"]["sha256"] == bundle.train.fingerprint()
    rows = [line.split() for line in run("data", "info", digits).out.splitlines()]
    assert ["all", "400", "100"] in rows
    assert ["7", *(str(found["parts"][part]["counts"]["7"]) for part in ("train", "test"))] in rows


def test_info_of_a_damaged_copy_asks_nobody(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object, **__: object) -> Path:
        raise AssertionError("a mirror was asked")

    monkeypatch.setattr("glassnet.data.sources.opening.fetch_missing", asked)
    export(
        DataBundle(strokes.generate(20), strokes.generate(10), "none of MNIST's"),
        tmp_path / "cache/datasets/mnist",
    )
    result = run("data", "info", "mnist")
    assert result.code == 3
    assert "train-images-idx3-ubyte.gz: holds an array of shape (20, 28, 28), expected" in result.error
    assert "there is no usable copy of MNIST on this machine" in result.error
    assert "run `glassnet data fetch mnist`" in result.err


def test_what_was_typed_is_said_as_it_was_typed(run: Run, digits: Path, tmp_path: Path) -> None:
    assert run("data", "info", "strokes:100:seed=3").out.startswith("strokes:100:seed=3: 100 digits")
    bold = tmp_path / "[bold]"
    bold.symlink_to(digits)
    assert run("data", "info", bold).out.startswith(f"{bold} (IDX)\n")


def test_show_draws_as_many_as_fit_side_by_side(run: Run, digits: Path) -> None:
    lines = run("data", "show", digits, "--count", 7).out.splitlines()
    captions = [line.split() for line in lines if line.strip()[:1].isdigit()]
    assert [len(row) for row in captions] == [5, 2], "five of 14 characters fit into 80"
    assert any(0x2800 < ord(character) < 0x2900 for line in lines for character in line)


def test_show_can_keep_to_one_class_and_one_part(run: Run, digits: Path) -> None:
    words = run("data", "show", digits, "--label", "7", "--test", "--count", 3).out.split()
    assert [word for word in words if word.isdigit()] == ["7", "7", "7"]


def test_another_seed_shows_other_digits(run: Run, digits: Path) -> None:
    first, again, other = (run("data", "show", digits, "--seed", seed).out for seed in (0, 0, 1))
    assert first == again != other


def test_show_without_a_part_or_a_class(run: Run, digits: Path) -> None:
    result = run("data", "show", digits / "train-images-idx3-ubyte.gz", "--test")
    assert result.code == 3
    assert "has no test part" in result.error
    result = run("data", "show", digits, "--label", "x")
    assert result.code == 3
    assert "has no class 'x'" in result.error
    assert "hint: its classes: 0, 1" in result.err


def test_export_says_what_it_wrote_and_overwrites_nothing(run: Run, digits: Path) -> None:
    result = run("data", "export", digits, "out", "--format", "csv")
    assert result.out.splitlines() == ["out/train.csv", "out/test.csv"]
    np.testing.assert_array_equal(open_path("out").train.images, open_path(digits).train.images)
    result = run("data", "export", digits, "out", "--format", "csv")
    assert result.code == 7
    assert "out/train.csv is there already" in result.error


def test_export_knows_its_formats(run: Run, digits: Path) -> None:
    result = run("data", "export", digits, "out", "--format", "xls")
    assert result.code == 3
    assert "idx" in result.err


def test_fetch_says_where_the_data_are(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.data import sources

    def fetch(name: str, *, force: bool, progress) -> Path:  # type: ignore[no-untyped-def]
        progress(sources.Notice("the first mirror is gone"))
        progress(sources.Progress("a.gz", "https://example.org/a.gz", 5, 10))
        return Path("cache", name, str(force))

    monkeypatch.setattr(sources, "fetch", fetch)
    result = run("data", "fetch", "mnist", "--force")
    assert result == type(result)(0, "cache/mnist/True\n", "fetching https://example.org/a.gz\n")


def test_what_cannot_be_fetched(run: Run) -> None:
    result = run("data", "fetch", "strokes")
    assert result.code == 3
    assert "nothing to fetch" in result.error
    result = run("data", "fetch", "mnits")
    assert result.code == 3
    assert "did you mean mnist?" in result.err


def test_a_cache_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    result = run("data", "fetch", "mnist")
    assert result.code == 7
    assert "cache" in result.error


def test_the_layout_of_kaggle_is_made_from_mnist(run: Run, mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(mnist))
    (found,) = run("data", "info", "kaggle", "--json").objects
    assert [part["count"] for part in found["parts"].values()] == [42_000, 28_000]


def test_show_can_write_a_picture(run: Run, digits: Path) -> None:
    from PIL import Image

    result = run("data", "show", digits, "--output", "sheet.png")
    assert (result.code, result.out, result.err) == (0, "", "note: drawn: sheet.png\n")
    with Image.open("sheet.png") as sheet:
        assert sheet.format == "PNG"


def test_a_picture_that_cannot_be_written(run: Run, digits: Path) -> None:
    Path("taken").write_text("a file where a folder should be")
    result = run("data", "show", digits, "--output", "taken/sheet.png")
    assert result.code == 7
    assert "taken" in result.error


def test_show_has_a_sheet_of_every_style(run: Run) -> None:
    from glassnet.data import strokes

    captions = [word for word in run("data", "show", "strokes", "--styles").out.split() if word.isdigit()]
    assert captions == [style.shows for style in strokes.styles()]
    sevens = [
        word for word in run("data", "show", "strokes", "--styles", "--label", 7).out.split() if word.isdigit()
    ]
    assert sevens == ["7"] * captions.count("7")


def test_only_strokes_have_styles(run: Run, digits: Path) -> None:
    result = run("data", "show", digits, "--styles")
    assert result.code == 3
    assert "only digits drawn by code have styles" in result.error


def test_info_fetches_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GLASSNET_DATA", raising=False)
    result = run("data", "info", "emnist-digits")
    assert result.code == 0
    assert "to be fetched" in result.out
    assert "fashion" not in result.out


def test_a_fetch_that_fails_names_the_copy_that_is_there(
    run: Run, mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_answers(*arguments: object, **options: object) -> Path:
        raise DownloadError("no mirror answers")

    monkeypatch.setattr("glassnet.data.sources.fetch", nobody_answers)
    monkeypatch.setenv("GLASSNET_DATA", str(mnist))
    result = run("data", "fetch", "mnist")
    assert result.code == 3
    assert "nothing need be fetched" in result.err


def test_show_augment_has_a_row_for_every_digit_and_every_kind(run: Run, digits: Path) -> None:
    from dataclasses import fields

    from glassnet.data.augmentation import NATURAL

    lines = run("data", "show", digits, "--augment", "--count", 2).out.splitlines()
    assert lines[0].split(" ┃ ") == ["   original   ", "what a network gets in its place"]
    captions = [line.strip() for line in lines if line.strip() and line.isascii()]
    kinds = [
        f"{field.name} {getattr(NATURAL, field.name):g}"
        for field in fields(NATURAL)
        if getattr(NATURAL, field.name)
    ]
    assert captions[2:] == kinds
    assert all(caption.isdigit() for caption in captions[:2])
    pictures = [line.split(" ┃ ") for line in lines[1:] if not line.isascii()]
    assert {len(original) for original, _ in pictures} == {14}
    assert {len(versions.split("  ")) for _, versions in pictures} == {4}, "five of 14 characters fit into 80"
    assert len(pictures) == 7 * (2 + len(kinds))


def test_show_augment_draws_the_digit_and_what_becomes_of_it(run: Run, digits: Path) -> None:
    plain = run("data", "show", digits, "--count", 1).out.splitlines()[:7]
    lines = run("data", "show", digits, "--count", 1, "--augment", "--set", "cut=0.05").out.splitlines()
    for row in (lines[1:8], lines[10:17]):
        assert [line[:14] for line in row] == [line.ljust(14) for line in plain]
    assert any(line[:14] != line[17:31] for line in lines[10:17]), (
        "what happens to a share shows in its own row always"
    )


def test_show_augment_takes_deformations(run: Run, digits: Path) -> None:
    out = run(
        "data", "show", digits, "--augment", "--count", 1, "--set", "rotation=15", "--set", "elastic=0.6"
    ).out
    captions = [line.strip() for line in out.splitlines() if line.strip() and line.isascii()]
    assert captions[1:] == ["rotation 15", "elastic 0.6"]
    same = ("data", "show", digits, "--augment", "--count", 1, "--set", "augmentation.rotation=15")
    assert "rotation 15" in run(*same).out
    assert run(*same).out == run(*same).out != run(*same, "--seed", 1).out


def test_an_example_of_a_deformation_is_one(run: Run, digits: Path) -> None:
    result = run("data", "show", digits, "--augment", "--set", "rotation")
    assert result.code == 4
    assert result.error == "--set rotation: expected KEY=VALUE\nhint: for example --set rotation=15\n"


def test_show_augment_does_as_a_recipe_does(run: Run, digits: Path) -> None:
    Path("mine.toml").write_text("[augmentation]\nshift = 2\nnoise = 0.1\n")
    show = ("data", "show", digits, "--augment", "--count", 1, "--recipe", "mine.toml")
    captions = [line.strip() for line in run(*show, "--set", "noise=0.2").out.splitlines() if line.isascii()]
    assert [caption for caption in captions if caption][1:] == ["shift 2", "noise 0.2"]
    result = run("data", "show", digits, "--augment", "--recipe", "ten-hidden")
    assert result.code == 4
    assert "the recipe 'ten-hidden' deforms nothing" in result.error


def test_show_augment_says_what_is_wrong(run: Run, digits: Path) -> None:
    show = ("data", "show", digits, "--augment", "--set")
    assert "did you mean 'augmentation.rotation'?" in run(*show, "rotatoin=3").err
    assert "augmentation.rotation must be a number from 0 to 180, got 500" in run(*show, "rotation=500").error
    assert "these settings deform nothing" in run(*show, "rotation=0").error
    for alone in (("--set", "rotation=3"), ("--recipe", "quick")):
        result = run("data", "show", digits, *alone)
        assert result.code == 4
        assert "hint: add --augment" in result.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--augment", "--set", "rotatoin=3"], 4),
        (["--augment", "--recipe", "no-such"], 4),
        (["--set", "rotation=3"], 4),
        (["--output", "sheet.xyz"], 7),
        (["--output", "sheet"], 7),
    ],
)
def test_show_looks_at_what_was_asked_for_before_it_draws(
    words: list[str], code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(*arguments: object, **options: object) -> None:
        raise AssertionError("nothing need be drawn to tell of a mistake")

    monkeypatch.setattr("glassnet.data.sources.open_sample", drawn)
    assert run("data", "show", "strokes", *words).code == code


def test_show_draws_no_more_than_it_shows(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.data import strokes

    drawn: list[int] = []

    def generate(count: int, *arguments: object, **options: object) -> Dataset:
        drawn.append(count)
        return strokes.digits.generate(count, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("glassnet.data.strokes.generate", generate)
    captions = run("data", "show", "strokes", "--count", 3).out.split()
    assert sum(word.isdigit() for word in captions) == 3
    assert sum(drawn) == 3
    sevens = run("data", "show", "strokes", "--count", 3, "--label", 7, "--test").out.split()
    assert [word for word in sevens if word.isdigit()] == ["7", "7", "7"]
    assert sum(drawn) < 2000


def test_show_augment_of_nothing(run: Run) -> None:
    zeros = Dataset(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))
    export(DataBundle(zeros, None, "zeros"), "zeros")
    for words in (["--augment"], []):
        result = run("data", "show", "zeros", *words, "--label", 7)
        assert result.code == 3
        assert "has no pictures of class '7'" in result.error


def test_show_augment_can_write_a_picture(run: Run, digits: Path) -> None:
    from PIL import Image

    result = run("data", "show", digits, "--augment", "--output", "sheet.png")
    assert (result.code, result.out, result.err) == (0, "", "note: drawn: sheet.png\n")
    with Image.open("sheet.png") as sheet:
        assert sheet.width == 1200
