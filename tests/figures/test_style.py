"""One look: colours that say their sign to everybody, shares that promise nothing, files that are whole."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.errors import OutputError
from glassnet.figures import digit_sheet, learning_curves, save
from glassnet.figures.style import (
    ENDINGS,
    NEGATIVE,
    POSITIVE,
    check_ending,
    heading,
    new_figure,
    percent,
    signed_colours,
    text_on,
    written_names,
)
from glassnet.training.state import EpochRecord
from tests.figures.conftest import colour, pixels


def luminance(rgb: np.ndarray) -> np.ndarray:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_zero_is_paper_and_the_ends_are_orange_and_blue():
    colours = signed_colours()
    assert colours.N == 511
    table = np.rint(colours(np.arange(511))[:, :3] * 255).astype(int)
    assert tuple(table[255]) == (255, 255, 255)
    assert tuple(table[0]) == colour(NEGATIVE)
    assert tuple(table[510]) == colour(POSITIVE)


def test_both_signs_darken_steadily_and_about_equally():
    light = luminance(signed_colours()(np.arange(511))[:, :3])
    assert (np.diff(light[255:]) < 0).all()
    assert (np.diff(light[:256]) > 0).all()
    cie_lightness = 116 * np.cbrt(light) - 16
    assert np.abs(cie_lightness - cie_lightness[::-1]).max() < 4


def test_text_can_be_read_on_every_cell():
    for grey in np.linspace(0, 1, 101):
        behind = luminance(np.full(3, grey))
        ink = 0.0 if text_on([grey] * 3) == "black" else 1.0
        contrast = (max(behind, ink) + 0.05) / (min(behind, ink) + 0.05)
        assert contrast > 4.5


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.98494, 1, "98.5 %"),
        (0.98494, 2, "98.49 %"),
        (1, 2, "100.00 %"),
        (0.99999, 2, "> 99.99 %"),
        (0.997, 0, "> 99 %"),
        (0.004, 0, "< 1 %"),
        (0, 0, "0 %"),
        (0.5, 0, "50 %"),
    ],
)
def test_a_share_is_all_or_nothing_only_where_it_is(share: float, decimals: int, text: str):
    assert percent(share, decimals) == text


def test_names_are_cut_to_what_can_be_drawn():
    assert written_names(["7", "お o", "あ", "a very long name indeed"]) == ["7", "o", "2", "a very long n…"]


def test_a_saved_figure_has_150_dots_an_inch(tmp_path: Path):
    path = save(new_figure(4, 2), tmp_path / "new" / "blank.png")
    with Image.open(path) as picture:
        assert picture.size == (600, 300)
        assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)
    assert [file.name for file in path.parent.iterdir()] == ["blank.png"]
    assert save(new_figure(1, 1), tmp_path / "VECTOR.PDF").read_bytes().startswith(b"%PDF")


def test_an_ending_that_is_no_format_is_refused(tmp_path: Path):
    with pytest.raises(OutputError, match=r"'\.doc' is no format for a figure") as caught:
        save(new_figure(1, 1), tmp_path / "figure.doc")
    assert caught.value.hint
    assert "png" in caught.value.hint
    with pytest.raises(OutputError, match="has no ending that says in which format"):
        save(new_figure(1, 1), tmp_path / "figure")
    assert check_ending(tmp_path / "figure.SVG") == tmp_path / "figure.SVG"


@pytest.mark.parametrize("ending", ["pgf", "raw", "rgba"])
def test_formats_that_are_not_for_people_are_refused(ending: str, tmp_path: Path):
    with pytest.raises(OutputError, match="is no format for a figure") as caught:
        check_ending(tmp_path / f"figure.{ending}")
    assert ending not in str(caught.value.hint)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_that_is_offered_can_be_written(ending: str, tmp_path: Path):
    assert save(new_figure(1, 1), tmp_path / f"figure.{ending}").stat().st_size > 100


@pytest.mark.parametrize("name", ["bad\udcff.png", "三.png"])
def test_a_title_may_be_any_name_that_a_file_has(name: str, tmp_path: Path, recwarn: pytest.WarningsRecorder):
    figure = new_figure(4, 1)
    heading(figure, name, name)
    save(figure, tmp_path / "figure.png")
    assert not recwarn.list


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "figure.png"
    path.write_text("the old one")
    figure = new_figure(1, 1)

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", no_space)
    with pytest.raises(OutputError, match="no space left on device"):
        save(figure, path)
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_threads_draw_what_one_thread_draws():
    images = np.random.default_rng(1).integers(0, 256, (6, 8, 8), dtype=np.uint8)
    history = [EpochRecord(epoch, 0.1, 1 / epoch, 1 - 1 / (epoch + 1)) for epoch in range(1, 5)]

    def draw(number: int) -> np.ndarray:
        return pixels(learning_curves(history) if number % 2 else digit_sheet(images))

    alone = [draw(0), draw(1)]
    with ThreadPoolExecutor(4) as pool:
        for number, drawn in enumerate(pool.map(draw, range(4))):
            np.testing.assert_array_equal(drawn, alone[number % 2])


def test_matplotlib_is_loaded_only_to_draw_and_pyplot_never():
    code = """
import sys, numpy as np
from glassnet import figures
assert "matplotlib" not in sys.modules
figures.digit_sheet(np.zeros((3, 4, 4), np.uint8)).canvas.draw()
assert "matplotlib" in sys.modules and "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_everything_public_is_listed():
    from types import ModuleType

    import glassnet.figures

    public = {
        name
        for name, value in vars(glassnet.figures).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(glassnet.figures.__all__)
