"""The one way in which a layer or another choice is written: a word, its values, its settings.

``"dense 128"``, ``"dropout 0.3"``, ``"conv 32 3x3 stride=2"``: recipes, saved models, the command line and
the web page all use it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeAlias

from glassnet.errors import RecipeError

__all__ = ["Value", "parse_words", "suggestion"]

Value: TypeAlias = bool | int | float | str | tuple[int, ...]


def parse_words(text: str) -> tuple[str, list[Value], dict[str, Value]]:
    """``"conv 32 3x3 stride=2"`` → ``("conv", [32, (3, 3)], {"stride": 2})``.

    Raises :class:`RecipeError` for an empty text, a setting given twice, or a value that follows a setting.
    """
    words = text.split()
    if not words or "=" in words[0]:
        raise RecipeError(f"'{text}' is not understood", hint="write a name, then its values: 'dense 128'")
    values: list[Value] = []
    settings: dict[str, Value] = {}
    for word in words[1:]:
        name, equals, value = word.rpartition("=")
        if not equals:
            if settings:
                raise RecipeError(f"'{text}': the value {word} must stand before {next(iter(settings))}=…")
            values.append(_value(word))
        elif name in settings:
            raise RecipeError(f"'{text}': {name} is given twice")
        else:
            settings[name] = _value(value)
    return words[0], values, settings


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(wrong.lower(), names, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names)}"


def _value(word: str) -> Value:
    if word in ("true", "false"):
        return word == "true"
    for convert in (int, float, _sizes):
        try:
            return convert(word)
        except ValueError:
            continue
    return word


def _sizes(word: str) -> tuple[int, ...]:
    return tuple(int(size) for size in word.split("x"))
