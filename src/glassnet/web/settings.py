"""Recipes as plain lists of settings: what was changed, and how a change is written."""

from __future__ import annotations

import json
from typing import Any

from glassnet.training import Recipe, load_recipe, recipe_names

__all__ = ["as_toml", "changed_settings", "flat"]


def changed_settings(recipe: Recipe) -> dict[str, Any]:
    """The settings that differ from the shipped recipe of that name, or from the defaults."""
    base = load_recipe(recipe.name) if recipe.name in recipe_names() else Recipe()
    usual = flat(base.model_dump())
    settings = flat(recipe.model_dump()).items()
    return {name: value for name, value in settings if value != usual.get(name) and name not in ("name", "title")}


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """``{"training": {"seed": 0}}`` as ``{"training.seed": 0}``."""
    found: dict[str, Any] = {}
    for key, value in tree.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def as_toml(value: Any) -> str:
    """A setting's value as an assignment writes it."""
    return "none" if value is None else json.dumps(value)
