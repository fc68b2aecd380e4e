"""How recipes went for us: the curves that the page shows while there is no run of one's own.

They are recorded, epoch by epoch, from finished runs of ``glassnet train RECIPE``::

    python -m glassnet.web.recorded runs/2026-01-31-quick … > src/glassnet/web/recorded.json

A recipe that was changed since has no curve any more: it would be another network's.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from glassnet.training import Recipe
from glassnet.web.history import epochs_of

__all__ = ["recorded"]

COLUMNS = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
DIGITS = 5


def recorded(recipe: Recipe) -> dict[str, Any] | None:
    """``data``, and for each of ``COLUMNS`` a list over epochs; ``None`` where nothing was recorded."""
    found: dict[str, Any] | None = _all().get(recipe.name)
    if found is None or found["of"] != _fingerprint(recipe):
        return None
    return {key: value for key, value in found.items() if key != "of"}


@cache
def _all() -> dict[str, Any]:
    text = resources.files("glassnet.web").joinpath("recorded.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _fingerprint(recipe: Recipe) -> str:
    """Of what decides how it goes: not of its title, nor of what is kept or how many threads there were."""
    parts = recipe.model_dump(mode="json", exclude={"name", "title", "claim"})
    for aside in ("keep", "threads"):
        parts["training"].pop(aside, None)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def record(run: Path) -> tuple[str, dict[str, Any]]:
    """The name of a finished run's recipe, and what is kept of how it went."""
    content = json.loads((run / "recipe.json").read_text(encoding="utf-8"))
    recipe = Recipe.model_validate(content["recipe"])
    epochs = epochs_of(run, [])
    columns = {name: [_short(row.get(name)) for row in epochs] for name in COLUMNS}
    return recipe.name, {"of": _fingerprint(recipe), "data": content.get("source"), **columns}


def _short(number: str | float | None) -> float | None:
    return None if number is None else float(f"{float(number):.{DIGITS}g}")


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(told)}" for name, told in map(record, map(Path, sys.argv[1:]))]
    print("{\n" + ",\n".join(lines) + "\n}")
