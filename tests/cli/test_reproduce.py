"""``glassnet reproduce``: the table, the page, the exit code. The runs themselves are tested in their own room."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glassnet.cli import main


def test_a_name_nobody_claims_anything_for(capsys: pytest.CaptureFixture[str], mnist: Path) -> None:
    assert main(["reproduce", "quick", "--quick"]) == 4
    assert "nobody claims anything for the recipe 'quick'" in capsys.readouterr().err


def test_a_hurried_run_on_real_digits(
    capsys: pytest.CaptureFixture[str], mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(mnist))
    page = tmp_path / "page.md"
    assert main(["reproduce", "one-hidden-layer", "--quick", "--write", str(page)]) == 0
    shown = capsys.readouterr().out
    assert "97.50 % test" in shown
    assert "not the result" in shown
    text = page.read_text()
    assert "| `one-hidden-layer` |" in text
    assert "hurried" in text
    assert str(mnist) not in text


def test_for_programs(capsys: pytest.CaptureFixture[str], mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(mnist))
    assert main(["reproduce", "one-hidden-layer", "--quick", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["recipe"] == "one-hidden-layer"
    assert result["claim"]["accuracy"] == 0.975
    assert 0.8 < result["mean"] < 0.99
    assert result["hurried"] is True
