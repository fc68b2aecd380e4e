"""The folder of a run: never used twice, and the unfinished one is found again."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import pytest

from glassnet.errors import OutputError, TrainingError
from glassnet.training import EpochRecord, Recipe, RunFolder


def test_a_name_that_is_taken_gets_a_number(tmp_path) -> None:
    folders = [RunFolder.create(tmp_path / "runs", Recipe(name="quick"), "mnist") for _ in range(3)]
    names = [folder.path.name for folder in folders]
    assert len(set(names)) == 3
    assert names[1] == names[0] + "-2"
    assert names[2] == names[0] + "-3"


def test_remembers_what_it_was_asked_to_learn_from(tmp_path) -> None:
    folder = RunFolder.create(tmp_path, Recipe(), "strokes:100")
    assert folder.source == "strokes:100"
    assert json.loads((folder.path / "recipe.json").read_text())["recipe"]["training"]["epochs"] == 5


def test_history_as_a_table(tmp_path) -> None:
    folder = RunFolder.create(tmp_path, Recipe(), None)
    folder.write_history([EpochRecord(1, 0.1, 0.5, 0.8), EpochRecord(2, 0.1, 0.4, 0.9, 0.3, 0.91)])
    rows = list(csv.DictReader((folder.path / "history.csv").read_text().splitlines()))
    assert rows[0]["validation_loss"] == ""
    assert float(rows[1]["validation_accuracy"]) == 0.91


def test_finds_the_latest_unfinished_run(tmp_path) -> None:
    first, second, third = (RunFolder.create(tmp_path, Recipe(), None) for _ in range(3))
    for age, folder in ((300, second), (100, first)):
        folder.checkpoint.write_bytes(b"")
        stamp = folder.checkpoint.stat().st_mtime - age
        os.utime(folder.checkpoint, (stamp, stamp))
    assert RunFolder.unfinished(tmp_path) == first
    assert RunFolder.unfinished(tmp_path, second.path.name) == second
    assert RunFolder.unfinished(tmp_path, str(second.path)) == second
    with pytest.raises(TrainingError, match="no unfinished run"):
        RunFolder.unfinished(tmp_path, third.path.name)
    with pytest.raises(TrainingError, match="no unfinished run"):
        RunFolder.unfinished(tmp_path / "elsewhere")


def test_a_place_that_cannot_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot make the folder"):
        RunFolder.create(tmp_path / "file", Recipe(), None)


def test_only_one_process_is_at_work_on_a_run(tmp_path) -> None:
    folder = RunFolder.create(tmp_path, Recipe(), None)
    code = (
        "import pathlib, sys; from glassnet.training import RunFolder\n"
        "with RunFolder(pathlib.Path(sys.argv[1])).alone(): print('at work', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"at work\n"
        with pytest.raises(TrainingError, match="another process"), folder.alone():
            pass
        other.kill()
    with folder.alone():  # whoever was killed holds nothing back
        folder.write_history([])
    assert sorted(path.name for path in folder.path.iterdir()) == ["history.csv", "recipe.json"]
