"""What the room offers is what it says it offers, and the examples in its docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import glassnet.explaining

MODULES = [f"glassnet.explaining.{found.name}" for found in pkgutil.iter_modules(glassnet.explaining.__path__)]


def test_everything_public_is_listed():
    public = {
        name
        for name, value in vars(glassnet.explaining).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(glassnet.explaining.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name: str):
    module = importlib.import_module(name)
    names = {"explain": glassnet.explaining.explain}
    assert doctest.testmod(module, extraglobs=names).failed == 0
