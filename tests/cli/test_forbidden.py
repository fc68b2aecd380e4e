"""Folders that may not be entered: an error where the user named one, nothing where it was only looked into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from glassnet.data import export, strokes

pytestmark = pytest.mark.skipif(
    os.name == "nt" or (os.geteuid() == 0 and shutil.which("setpriv") is None),
    reason="needs permissions that bind whoever runs the tests",
)

_RIGHTS = "-dac_override,-dac_read_search"
"""By which root enters every folder."""

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """``command("evaluate", ...)`` as a process that may not enter the folder ``locked``."""
    locked = tmp_path / "locked"
    locked.mkdir()
    export(strokes.generate(10, seed=1), locked / "mnist")
    locked.chmod(0)
    (tmp_path / "locked.safetensors").touch(mode=0)
    bound = ["setpriv", f"--bounding-set={_RIGHTS}", f"--inh-caps={_RIGHTS}"] if os.geteuid() == 0 else []
    places = {"GLASSNET_CACHE": str(tmp_path / "cache"), "KERAS_HOME": str(tmp_path / "keras")}

    def command(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: text for name, text in os.environ.items() if name != "GLASSNET_DATA"}
        return subprocess.run(
            [*bound, sys.executable, "-m", "glassnet", *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment | places | variables,
            check=False,
        )

    yield command
    locked.chmod(0o700)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("evaluate locked --data strokes:10", 5),
        ("predict locked picture.png", 5),
        ("predict locked.safetensors picture.png", 5),
        ("explain picture.png --model locked/model.safetensors", 5),
        ("models export locked model.onnx", 5),
        ("open locked --no-browser", 3),
        ("train --resume locked", 6),
        ("evaluate quick --data locked/mnist", 3),
        ("evaluate quick --data locked", 3),
        ("data export strokes:10 locked/digits", 7),
        ("data export strokes:10 locked/digits --format pictures", 7),
        ("train --data strokes:20 --runs locked/runs", 7),
        ("read picture.png --output locked/seen.png", 7),
    ],
)
def test_what_was_named_and_may_not_be_entered_is_said(
    words: str, code: int, command: Command, tmp_path: Path
) -> None:
    Image.fromarray(strokes.generate(1, seed=3).images[0]).save(tmp_path / "picture.png")
    ended = command(*words.split())
    assert ended.returncode == code, ended.stderr
    assert ended.stderr.startswith("error: ")
    assert "permission denied" in ended.stderr.lower()
    assert "locked" in ended.stderr
    assert "\nhint: " in ended.stderr


@pytest.mark.parametrize("variable", ["GLASSNET_CACHE", "KERAS_HOME"])
def test_where_data_is_only_looked_for_it_is_passed_over(variable: str, command: Command, tmp_path: Path) -> None:
    ended = command("data", "info", "--json", **{variable: str(tmp_path / "locked")})
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""


def test_a_folder_of_data_sets_that_may_not_be_entered_is_said(command: Command, tmp_path: Path) -> None:
    chosen = str(tmp_path / "locked")
    told = f"{chosen}: GLASSNET_DATA names it, but it may not be entered: permission denied"
    ended = command("data", "info", "mnist", GLASSNET_DATA=chosen)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == f"note: {told}\n"
    ended = command("train", "--data", "mnist", "--offline", GLASSNET_DATA=chosen)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith(f"error: {told}; ")
