"""What the engine offers is what it says it offers, its examples run, and it needs nothing but NumPy."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys
from types import ModuleType

import pytest

import glassnet.engine

MODULES = [
    "glassnet.engine",
    *(f"glassnet.engine.{found.name}" for found in pkgutil.iter_modules(glassnet.engine.__path__)),
]
every_module = pytest.mark.parametrize("name", MODULES)


def reading_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, each from A to Z: how the linter sorts ``__all__``."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_everything_public_is_listed():
    public = {
        name
        for name, value in vars(glassnet.engine).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(glassnet.engine.__all__)


@every_module
def test_what_is_listed_exists_once_and_in_order(name: str):
    module = importlib.import_module(name)
    assert module.__all__ == sorted(set(module.__all__), key=reading_order)
    assert all(hasattr(module, listed) for listed in module.__all__)


@every_module
def test_every_module_says_why_it_exists(name: str):
    module = importlib.import_module(name)
    assert len((module.__doc__ or "").split()) >= 5


@pytest.mark.parametrize("name", glassnet.engine.__all__)
def test_every_public_class_and_function_is_described(name: str):
    thing = getattr(glassnet.engine, name)
    if callable(thing):
        assert len((thing.__doc__ or "").split()) >= 5
        assert not thing.__doc__.startswith(f"{name}(")  # what a dataclass writes when nobody else does


@every_module
def test_examples_in_the_documentation_run(name: str):
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0


def test_there_are_examples():
    found = [doctest.testmod(importlib.import_module(name)).attempted for name in MODULES]
    assert sum(found) > 0


def test_the_engine_needs_nothing_but_numpy():
    """In a fresh interpreter: the standard library, NumPy, and of Glassnet only the errors beside the engine."""
    code = (
        "import sys, numpy.random\n"  # NumPy loads this part on demand
        "before = set(sys.modules)\n"
        "import glassnet.engine\n"
        "new = {name for name in sys.modules if name not in before}\n"
        "new = {name for name in new if name.partition('.')[0] not in sys.stdlib_module_names}\n"
        "print(*sorted(name for name in new if not name.startswith(('glassnet.engine', 'numpy'))))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["glassnet", "glassnet.errors"]
