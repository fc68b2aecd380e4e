"""What only a terminal shows: lines that move, bars, digits in shades of grey."""

from __future__ import annotations

import io
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from glassnet.cli.digits_as_text import digit_as_text, digits_as_text
from glassnet.cli.downloading import download_bar
from glassnet.cli.epoch_table import EpochTable
from glassnet.cli.live_progress import LiveProgress, sparkline
from glassnet.cli.output import counted, in_colour, print_table, short, table
from glassnet.cli.text_window import TextWindow
from glassnet.cli.training_report import plan
from glassnet.data import strokes
from glassnet.data.sources import Notice, Progress
from glassnet.training import Epoch, EpochRecord, begin, load_recipe, train
from glassnet.training.training_data import TrainingData


def terminal(width: int = 80, colours: str = "256") -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, height=40, color_system=colours, legacy_windows=False
    )


def written(console: Console) -> str:
    """What was printed, without what moves the cursor or colours the text."""
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_run_in_a_terminal_fits_its_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal(width)
    monkeypatch.setattr("glassnet.cli.live_progress._SECONDS_BETWEEN", 0)
    data = strokes.generate(200, seed=1)
    recipe = load_recipe("quick", ["network.layers=['dense 5', 'relu', 'dense 10']", "training.epochs=2"])
    with LiveProgress(console) as progress:
        for event in train(recipe, data, state=begin(recipe, data)):
            progress.show(event)
    text = written(console)
    assert max(len(line.split("\r")[-1]) for line in text.splitlines()) <= width
    assert "epoch 2 of 2" in text
    assert "100 %" in text
    assert "loss 2." in text
    assert "right" in text


def test_in_a_terminal_the_table_stays_and_the_bar_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal()
    monkeypatch.setattr("glassnet.cli.text_window.console", lambda: console)
    window = TextWindow(quiet=False)
    data = strokes.generate(200, seed=1)
    recipe = load_recipe("quick", ["network.layers=['dense 5', 'relu', 'dense 10']", "training.epochs=2"])
    window.begin(plan(begin(recipe, data), TrainingData(data, None, None, "s", "o", None), Path("runs/r")))
    with window:
        for event in train(recipe, data, state=begin(recipe, data)):
            window.show(event)
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[2K" in console.file.getvalue(), "nothing was wiped away"
    lines = written(console).splitlines()
    assert [line.split()[0] for line in lines if re.match(r" +\d+ +\d\.\d{4}", line)] == ["1", "2"]


def test_a_download_in_a_terminal_has_a_bar_that_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal(120)
    monkeypatch.setattr("glassnet.cli.downloading.console", lambda stderr: console)
    with download_bar() as show:
        show(Notice("one mirror is gone"))
        show(Progress("pictures.gz", "https://example.org/pictures.gz", 5_000_000, 10_000_000))
    assert "one mirror is gone" in written(console)
    assert "5.0/10.0 MB" in written(console)


def test_what_is_said_about_a_mirror_has_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal(120)
    monkeypatch.setattr("glassnet.cli.downloading.console", lambda stderr: console)
    with download_bar() as show:
        show(Notice("one mirror is gone"))
    assert "one mirror is gone" in written(console)
    assert "bytes" not in written(console)
    assert "━" not in written(console)


@pytest.mark.parametrize(("variable", "shades"), [(None, True), ("NO_COLOR", False)])
def test_without_colours_digits_are_dots(
    variable: str | None, shades: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable:
        monkeypatch.setenv(variable, "1")
    assert in_colour(Console(file=io.StringIO(), force_terminal=True)) == shades
    assert not in_colour(Console(file=io.StringIO()))


def test_without_a_download_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    console = terminal()
    monkeypatch.setattr("glassnet.cli.downloading.console", lambda stderr: console)
    with download_bar():
        pass
    assert written(console).strip() == ""


def test_a_sparkline_falls_as_a_loss_does() -> None:
    assert sparkline([1.0, 0.1, 0.01]) == "█▅▁" or sparkline([1.0, 0.1, 0.01]) == "█▄▁"
    assert sparkline([]) == ""
    assert sparkline([0.5, 0.5]) == "▁▁"
    assert len(sparkline([0.0, 3.0])) == 2


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.148, "0.15"), (0.0000788, "0.000079"), (1.0, "1.0"), (30.0, "30"), (0, "0"), (7.1e-10, "7.1e-10")],
)
def test_rates_are_written_as_people_write_them(number: float, text: str) -> None:
    assert short(number) == text


@pytest.mark.parametrize("epochs", [1, 7, 20, 21, 100, 430, 5000])
def test_some_twenty_lines_at_most(epochs: int) -> None:
    table = EpochTable(epochs, validated=False)
    shown = [epoch for epoch in range(1, epochs + 1) if table.has(epoch)]
    assert shown[0] == 1
    assert shown[-1] == epochs
    assert len(shown) <= 22
    assert epochs > 20 or len(shown) == epochs


def test_a_line_stands_below_its_header() -> None:
    table = EpochTable(3, validated=True)
    record = EpochRecord(1, 0.1, 0.5, 0.9, 0.4, 0.95)
    line = table.line(record, 1.5)
    assert len(line) == len(table.header())
    assert line.split() == ["1", "0.5000", "90.00", "%", "0.4000", "95.00", "%", "0.10", "1.5", "s"]
    assert len(table.line(EpochRecord(1, 0.1, 0.5, 0.9), 1.5)) == len(line), "not looked at the validation part"
    runaway = table.line(EpochRecord(1, 0.1, 3e25, 0.9, math.nan, 0.1), 1.5)
    assert len(runaway) == len(line)
    assert runaway.split()[1:5] == ["3.0e+25", "90.00", "%", "nan"]


def test_events_before_the_first_drawing_are_no_trouble() -> None:
    with LiveProgress(terminal()) as progress:
        progress.show(Epoch(EpochRecord(1, 0.1, 0.5, 0.9), 1.0, None))  # type: ignore[arg-type]


def test_dots_light_where_there_is_ink() -> None:
    image = np.zeros((8, 4), np.uint8)
    image[0, 0] = image[3, 1] = image[7, 3] = 255
    assert digit_as_text(image, colour=False).plain.split("\n") == ["\u2881\u2800", "\u2800\u2880"]


def test_shades_show_two_pixels_a_character() -> None:
    image = np.array([[0, 255], [128, 64], [7, 9]], np.uint8)
    text = digit_as_text(image, colour=True)
    assert text.plain == "▀▀\n▀▀"
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False)
    console.print(text)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "38;2;0;0;0;48;2;128;128;128m▀" in shown
    assert "38;2;9;9;9;48;2;0;0;0m▀" in shown, "a last row without a partner stands above black"


def test_a_terminal_without_true_colour_gets_the_greys_that_it_has() -> None:
    console = terminal(colours="256")
    console.print(digit_as_text(np.full((2, 1), 128, np.uint8), colour=True))
    assert isinstance(console.file, io.StringIO)
    assert re.search(r"38;5;\d+;48;5;\d+m▀", console.file.getvalue())


@pytest.mark.parametrize(("width", "columns"), [(14, 1), (10, 1), (30, 2), (80, 5), (120, 7)])
@pytest.mark.parametrize("colour", [False, True])
def test_as_many_side_by_side_as_fit(width: int, columns: int, colour: bool) -> None:
    images = np.zeros((7, 28, 28), np.uint8)
    lines = digits_as_text(images, [str(index) for index in range(7)], width, colour=colour).plain.split("\n")
    captions = [line.split() for line in lines if any(map(str.isdigit, line))]
    assert [name for row in captions for name in row] == list("0123456")
    assert len(captions[0]) == columns


def test_one_of_a_kind_is_one() -> None:
    assert [counted(number, "picture") for number in (0, 1, 1200)] == ["0 pictures", "1 picture", "1,200 pictures"]


@pytest.mark.parametrize("width", [20, 40, 100])
def test_of_a_table_nothing_is_cut_off_however_narrow_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = terminal(width)
    monkeypatch.setattr("glassnet.cli.output.console", lambda: console)
    rows = table("array", "layer", numbers=("recall", "", "backpropagation"))
    rows.add_row("T-shirt or not", "conv 32 5x5 padding=same", "100.00 %", "agrees", "-0.006589877")
    print_table(rows)
    header, first, *_ = (line.rstrip() for line in written(console).splitlines())
    assert header.endswith("  recall          backpropagation")
    assert first.startswith("T-shirt or not  conv 32")
    assert first.endswith("  100.00 %  agrees     -0.006589877")


@pytest.mark.skipif(os.name == "nt", reason="needs a shell's pipe")
def test_a_reader_who_has_read_enough_is_no_mistake(tmp_path: Path) -> None:
    command = f"{sys.executable} -m glassnet train --data strokes:200 --json --no-figures | head -1 > first; "
    ended = subprocess.run(
        ["bash", "-c", command + "echo ${PIPESTATUS[0]}"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert ended.stdout.strip() == "141"
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output() -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "glassnet", "recipes"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 7
    assert ended.stderr.startswith("error: cannot write the output: no space left")
