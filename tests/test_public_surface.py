"""What ``import glassnet`` promises: every name is there, nothing else, and nothing is loaded before its time."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import glassnet


def test_every_public_name_comes_from_its_room() -> None:
    assert set(glassnet.__all__) == {*glassnet._HOMES, "__version__"}
    for name, home in glassnet._HOMES.items():
        assert getattr(glassnet, name) is getattr(sys.modules[home], name)
    assert dir(glassnet) == glassnet.__all__ == sorted(glassnet.__all__)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = glassnet.nothing


def test_import_loads_no_library() -> None:
    heavy = {"numpy", "pydantic", "rich", "typer", "matplotlib", "PIL", "httpx", "safetensors"}
    code = f"import sys, glassnet; print(*sorted({heavy!r} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == ""
    )


def test_the_example_runs() -> None:
    assert doctest.testmod(glassnet).failed == 0
