"""What the shell is offered when Tab is pressed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from glassnet.cli.completion import complete_recipe, complete_source
from glassnet.training import recipe_names
from tests.cli.conftest import Run


def test_recipes_are_those_that_can_be_trained() -> None:
    assert sorted(complete_recipe("")) == sorted(recipe_names())
    assert complete_recipe("qui") == ["quick"]
    assert complete_recipe("zzz") == []


def test_data_sets_are_those_with_a_name() -> None:
    assert complete_source("mn") == ["mnist"]
    assert complete_source("./") == []


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("glassnet e", {"evaluate", "explain"}),
        ("glassnet train q", {"quick"}),
        ("glassnet train --data s", {"strokes"}),
    ],
)
def test_bash_gets_its_answer(words: str, offered: set[str]) -> None:
    question = {
        "_GLASSNET_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    script = "from glassnet.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | question, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == offered


def test_the_shell_s_question_is_answered_without_complaint(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("_GLASSNET_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "glassnet models s")
    monkeypatch.setenv("COMP_CWORD", "2")
    result = run()
    assert (result.code, result.out.split(), result.err) == (0, ["show"], "")
