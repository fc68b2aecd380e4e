"""The command line as a user meets it: typed words in, two streams and an exit code out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from glassnet.cli import main
from glassnet.data import DataBundle, export, strokes


@dataclass(frozen=True)
class Result:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of standard output as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> str:
        """What follows ``error:``."""
        assert self.err.startswith("error: "), self.err
        return self.err.removeprefix("error: ")


Run = Callable[..., Result]

SMALL = (
    *("--set", "network.layers=['dense 12', 'relu', 'dense 10']", "--set", "data.validation=0"),
    "--no-figures",
)
"""Makes a run of the default recipe a matter of milliseconds. What is set after it counts."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("train", "--epochs", 3)``, in an empty folder, on a machine that has no data sets and no network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("GLASSNET_DATA", raising=False)
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Result:
        code = main([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 400 drawn digits to learn from and 100 to test on."""
    folder = tmp_path_factory.mktemp("digits")
    export(DataBundle(strokes.generate(400, seed=1), strokes.generate(100, seed=2), "drawn"), folder)
    return folder


@pytest.fixture(scope="session")
def trained(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learned enough from them to do better than guessing."""
    runs = tmp_path_factory.mktemp("runs")
    assert main(["train", "--data", str(digits), "--epochs", "15", "--runs", str(runs), "--quiet", *SMALL]) == 0
    return next(runs.glob("*/model.safetensors"))
