"""The README is a promise: its example runs, and its first screen has the two commands that set everything up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_library_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    assert "235,146" in capsys.readouterr().out


def test_two_commands_on_the_first_screen() -> None:
    (block,) = re.findall(r"```bash\n(.*?)```", README.split("\n## ")[0], re.DOTALL)
    main_job, tests = block.strip().splitlines()
    assert main_job.endswith("glassnet train")
    assert "pytest" in tests


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!https?:)[^)#]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (Path(__file__).parents[1] / target).exists()
