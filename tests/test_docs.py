"""The examples of the documentation run, each by itself, as somebody would copy one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from glassnet.data import strokes

DOCS = Path(__file__).parents[1] / "docs"
ELSEWHERE = ("fits_in.md", "notation.md")
"""Pages whose examples other tests run, and look at what comes of them."""
EXAMPLES = [
    pytest.param(block, id=f"{page.stem} {number}")
    for page in sorted(DOCS.glob("*.md"))
    if page.name not in ELSEWHERE
    for number, block in enumerate(
        re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL), start=1
    )
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    digit = Image.fromarray(strokes.generate(1, seed=0).images[0]).resize((280, 280))
    for name in re.findall(r'"([\w-]+\.(?:png|jpg))"', example):
        digit.save(name)
    exec(
        compile(example.replace("0_000", "0"), "an example", "exec"), {}
    )  # ten thousand digits are as good as ten
