"""Runs that end before their end: by Ctrl-C, by ``kill -9``, by a second Ctrl-C. Nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.models import Model
from glassnet.training import RunFolder, load_checkpoint
from tests.cli.conftest import SMALL, Run

EPOCHS = 40
RECIPE = (
    *("--epochs", str(EPOCHS), *SMALL, "--set", "data.validation=50", "--set", "training.batch_size=10"),
    *("--set", "network.layers=['dense 12', 'relu', 'dropout 0.2', 'dense 10']"),
)
"""Dropout, momentum, a schedule and a validation part: everything that has to be taken up exactly."""

SCRIPT = """
import sys, time
from glassnet import cli
from glassnet.cli import checkpoints, training_run
checkpoints._SECONDS_BETWEEN = 0.02     # so that there is something to take up after so short a run
train = training_run.train
def slowly(*arguments, **options):
    for event in train(*arguments, **options):
        time.sleep(0.001)
        yield event
training_run.train = slowly
sys.exit(cli.main(sys.argv[1:]))
"""


Process = subprocess.Popen[str]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """``start("--data", …)`` trains in a process of its own; none outlives the test."""
    with contextlib.ExitStack() as stack:

        def start(*words: object) -> Process:
            arguments = [sys.executable, "-c", SCRIPT, "train", *map(str, words), "--json", "--no-figures"]
            process = subprocess.Popen(
                arguments, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def wait_for(process: Process, kind: str, count: int = 1) -> dict[str, Any]:
    """Read the process's events until the ``count``-th of a kind."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        count -= event["event"] == kind
        if not count:
            return dict(event)
    assert process.stderr is not None
    raise AssertionError(f"ended without '{kind}': {process.stderr.read()}")


@pytest.fixture
def uninterrupted(run: Run, digits: Path) -> Path:
    assert run("train", "--data", digits, *RECIPE, "--runs", "whole").code == 0
    (folder,) = Path("whole").iterdir()
    return folder


def assert_same_end(one: Path, other: Path) -> None:
    first, second = (Model.load(folder / "model.safetensors") for folder in (one, other))
    np.testing.assert_array_equal(first.network.parameters, second.network.parameters)
    assert (one / "history.csv").read_bytes() == (other / "history.csv").read_bytes()
    assert first.metrics == second.metrics


def test_a_run_killed_again_and_again_ends_as_if_nothing_had_happened(
    uninterrupted: Path, digits: Path, start: Callable[..., Process], run: Run
) -> None:
    random = np.random.default_rng()  # really random moments: the claim is about any of them
    taken_up_from = []
    words: tuple[object, ...] = ("--data", digits, *RECIPE)
    for epochs_first in (0, 2, 2):
        process = start(*words)
        taken_up_from.append(wait_for(process, "started")["first_epoch"])
        for _ in range(epochs_first):
            wait_for(process, "epoch")
        time.sleep(random.uniform(0.0, 0.3) if epochs_first else 0.0)  # the first one before its first step
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        words = ("--resume",)
    assert taken_up_from[-1] > 1, "nothing was ever taken up"
    assert run("train", "--resume", "--no-figures").code == 0
    (folder,) = Path("runs").iterdir()
    assert_same_end(folder, uninterrupted)
    assert not (folder / "checkpoint.safetensors").exists()


def test_ctrl_c_keeps_the_model_and_the_way_back(
    uninterrupted: Path, digits: Path, start: Callable[..., Process], run: Run
) -> None:
    process = start("--data", digits, *RECIPE)
    wait_for(process, "epoch", 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")
    finished = json.loads(out.splitlines()[-1])
    assert (finished["event"], finished["outcome"], finished["test"]) == ("finished", "interrupted", None)
    (path,) = Path("runs").iterdir()
    folder = RunFolder(path)
    assert Model.load(folder.model).metrics == {}, "a run that goes on has not looked at the test part"
    assert load_checkpoint(folder.checkpoint).epoch == finished["epochs_done"], "the last whole epoch is kept"
    assert run("train", "--resume", path, "--no-figures").code == 0
    assert_same_end(path, uninterrupted)


def test_an_interrupted_run_says_how_to_go_on(run: Run, digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.cli import training_run

    train = training_run.train

    def interrupted(*arguments: Any, **options: Any) -> Any:
        for count, event in enumerate(train(*arguments, **options)):
            if count == 20:
                signal.raise_signal(signal.SIGINT)
            yield event

    monkeypatch.setattr(training_run, "train", interrupted)
    result = run("train", "--data", digits, *RECIPE)
    assert (result.code, result.err) == (130, "")
    (folder,) = Path("runs").iterdir()
    assert "stopped in epoch 1 of 40; not tested yet" in result.out
    assert f"glassnet train --resume {folder}" in result.out


def test_a_second_ctrl_c_aborts_at_once(run: Run, digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.cli import training_run

    def stubborn(*arguments: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        yield None

    monkeypatch.setattr(training_run, "train", stubborn)
    before = signal.getsignal(signal.SIGINT)
    assert run("train", "--data", digits, *RECIPE).code == 130
    assert signal.getsignal(signal.SIGINT) is before


def test_other_data_are_refused(run: Run, digits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.cli import training_run

    with monkeypatch.context() as patch:
        patch.setattr(training_run.TrainingRun, "_keep", lambda *_: None)  # as if killed before the end
        run("train", "--data", digits, *RECIPE)
    result = run("train", "--resume", "--data", "strokes:400")
    assert result.code == 6
    assert "learned from other data" in result.error


def test_a_damaged_checkpoint_is_told_of(run: Run) -> None:
    Path("runs/broken").mkdir(parents=True)
    Path("runs/broken/checkpoint.safetensors").write_bytes(b"half of it")
    result = run("train", "--resume", "broken")
    assert result.code == 6
    assert "cannot take up the run from runs/broken/checkpoint.safetensors" in result.error
