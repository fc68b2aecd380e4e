"""The page about fitting in: its examples run, each by itself, as somebody would copy one of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "fits_in.md"


def test_its_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("sklearn")
    pytest.importorskip("onnx")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, alone := {})
        names |= alone
    assert names["network"].parameter_count > 500
    assert (tmp_path / "quick.onnx").stat().st_size > 500_000
    assert "nn.Linear(784, 256)" in (tmp_path / "quick_in_torch.py").read_text(encoding="utf-8")
    assert "Σ x · w" in capsys.readouterr().out
    assert repr(names["model"]).startswith("<Model quick: 28 × 28 pixels to 10 classes, 235,146 parameters, 98.")
