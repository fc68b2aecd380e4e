"""One setting of a recipe by its path, ``optimizer.learning_rate``: to change it, and to find what was meant."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from glassnet.errors import RecipeError

__all__ = ["assign", "nearest", "setting_paths"]


def setting_paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    """The paths of all settings of a recipe, or of one of its tables."""
    found: list[str] = []
    for name, info in model.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found += setting_paths(kind, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return found


def nearest(path: str, known: Sequence[str]) -> str:
    """A hint for who wrote a path that is not among the known ones."""
    near = difflib.get_close_matches(path, known, n=1, cutoff=0.5)
    leaf = path.rpartition(".")[2]
    same_leaf = [candidate for candidate in known if candidate.rpartition(".")[2] == leaf]
    best = (same_leaf or near or [""])[0]
    return f"did you mean '{best}'?" if best else f"known: {', '.join(known)}"


def assign(tree: dict[str, Any], assignment: str, known: Sequence[str]) -> None:
    """Carry out ``"training.epochs=3"`` in a tree of tables; :class:`RecipeError` where that cannot be done."""
    path, equals, text = assignment.partition("=")
    *parents, leaf = path.strip().split(".")
    if not equals or not leaf:
        raise RecipeError(f"'{assignment}': expected KEY=VALUE", hint="write optimizer.learning_rate=0.003")
    table = tree
    for parent in parents:
        table = table.get(parent)  # type: ignore[assignment]
        if not isinstance(table, dict):
            raise RecipeError(f"there is no setting '{path}'", hint=nearest(path, known))
    if leaf not in table:
        raise RecipeError(f"there is no setting '{path}'", hint=nearest(path, known))
    table[leaf] = _toml_value(text.strip())


def _toml_value(text: str) -> Any:
    if text == "none":  # TOML has no word for nothing
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text  # a word without quotes
