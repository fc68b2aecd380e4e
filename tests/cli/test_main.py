"""The door: help, versions, exit codes, and how a mistake is told."""

from __future__ import annotations

import inspect
import subprocess
import sys
from itertools import pairwise

import pytest

import glassnet
from glassnet import errors
from glassnet.cli import main, recipes
from glassnet.cli.exits import EXIT_CODES, OUR_FAULT, exit_code
from tests.cli.conftest import Run

COMMANDS = [
    ("train",),
    ("evaluate",),
    ("predict",),
    ("explain",),
    ("recipes",),
    ("gradient-check",),
    ("data", "info"),
    ("data", "show"),
    ("data", "fetch"),
    ("data", "export"),
]
"""Those that need no page."""


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.code == 0
    for command, *_ in COMMANDS:
        assert command in result.out


@pytest.mark.parametrize("command", [(), ("train",), ("data", "show")], ids=" ".join)
def test_h_is_help(command: tuple[str, ...], run: Run) -> None:
    assert run(*command, "-h") == run(*command, "--help")


def test_no_words_at_all_are_a_question_too(run: Run) -> None:
    assert run() == run("--help")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_examples(command: tuple[str, ...], run: Run) -> None:
    result = run(*command, "--help")
    assert result.code == 0
    assert f"glassnet {' '.join(command)}" in result.out.split("Examples")[1]


EVERY = [
    *COMMANDS,
    ("read",),
    ("open",),
    ("data",),
    ("models",),
    ("models", "show"),
    ("models", "export"),
    ("reproduce",),
]


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
@pytest.mark.parametrize("width", [50, 80])
def test_help_fits_and_reads_well_at_any_width(
    command: tuple[str, ...], width: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run(*command, "--help").out.splitlines()
    words = " ".join(lines)
    assert "<bool>" not in words, "an option that takes no value shows none"
    assert " glassnet " in words.split("Examples")[1]
    top = [line.strip() for line in lines[: next(i for i, line in enumerate(lines) if "Examples" in line)]]
    for line, following in pairwise(top[3:]):
        if line and following:
            assert len(line) + 1 + len(following.split()[0]) > width - 4, f"broken before its time: {line}"
    if width == 80:
        assert max(map(len, lines)) <= width
        assert next(line for line in lines if "glassnet" in line and "Usage" not in line).startswith("   ")


def test_version(run: Run) -> None:
    assert run("--version").out == f"glassnet {glassnet.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    heavy = ["numpy", "matplotlib", "httpx", "PIL", "safetensors", "glassnet.training", "rich.live"]
    script = (
        "import sys; from glassnet.cli import main; main(['train', '--help']); "
        f"sys.exit(', '.join(name for name in {heavy} if name in sys.modules) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"imported: {done.stderr}"


def test_python_m_glassnet_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "glassnet", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"glassnet {glassnet.__version__}\n"


def test_a_pipe_of_another_encoding_gets_question_marks_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "glassnet", "recipes"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"dense 10" in done.stdout


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["trian"], "no such command 'trian'. Did you mean 'train'?", "'glassnet --help'"),
        (["train", "--epoch", "3"], "no such option: --epoch", "'glassnet train --help'"),
        (["train", "--epochs", "many"], "invalid value for '--epochs': it must be a", "'glassnet train --help'"),
        (
            ["data", "show", "strokes", "--count", "0"],
            "'--count': it must be greater than",
            "'glassnet data show --help'",
        ),
        (["models", "show"], "missing argument 'NAME'", "'glassnet models show --help'"),
        (
            ["predict", "three"],
            "there is no picture 'three', and no model of that name",
            "'glassnet predict --help'",
        ),
        (["evaluate", "model"], "missing option '--data'", "'glassnet evaluate --help'"),
        (["data", "show"], "missing argument 'DATA'", "'glassnet data show --help'"),
    ],
)
def test_words_that_are_not_understood(words: list[str], error: str, hint: str, run: Run) -> None:
    result = run(*words)
    assert result.code == 2
    assert error in result.error
    assert hint in result.err.split("\nhint: ")[1]


def test_with_json_even_a_misspelled_option_is_json(run: Run) -> None:
    result = run("train", "--json", "--bogus")
    assert (result.code, result.err) == (2, "")
    assert result.objects[0]["exit_code"] == 2
    assert "--bogus" in result.objects[0]["message"]


def test_every_error_that_a_user_can_cause_has_an_exit_code() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind is not errors.GlassnetError]
    for kind in kinds:
        assert exit_code(kind("")) in set(EXIT_CODES.values()) - {0, OUR_FAULT}
    assert exit_code(errors.PictureError("")) == EXIT_CODES[errors.DataError]


def test_a_mistake_of_ours_shows_its_traceback_and_says_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(stderr: bool = False) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("glassnet.cli.output.console", broken)
    assert recipes  # the command that will meet it
    with pytest.raises(ZeroDivisionError, match="ours") as caught:
        main(["recipes"])
    assert "mistake in Glassnet" in caught.value.__notes__[0]
