"""``strokes:60000:seed=7``: digits drawn by code, asked for in one word.

The test part is drawn from a row of random numbers that no training part can reach, and is the same for every
seed: results of different seeds can be compared.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from glassnet.data.dataset import DataBundle, Dataset
from glassnet.data.endless import EndlessDataset
from glassnet.errors import DataError

__all__ = ["STROKES", "TEST_COUNT", "TRAIN_COUNT", "draw", "is_drawn", "parse"]

STROKES = "strokes"
TRAIN_COUNT = 60_000
TEST_COUNT = 10_000

_MOST = 10_000_000  # 7.8 GB; beyond that, digits should be drawn as they are needed (strokes.stream)
_SEEDS = 2**63
_TEST_SEED = _SEEDS  # the first one that nobody can ask for


def is_drawn(name: str) -> bool:
    """Whether ``name`` asks for digits drawn by code."""
    return name.split(":", 1)[0].strip().casefold() == STROKES


def draw(name: str) -> DataBundle:
    """Draw what ``strokes[:COUNT][:seed=SEED][:level=LEVEL][:fresh]`` asks for, and a test part of 10,000 others.

    ``fresh`` makes a training part that is drawn anew for every epoch (:class:`EndlessDataset`).

    Raises :class:`DataError` where ``name`` is not of that form.
    """
    count, options = parse(name)
    fresh = options.pop("fresh", False)

    from glassnet.data import strokes

    train = strokes.generate(count, **options)
    if fresh:

        def draw_epoch(epoch: int) -> Dataset:
            return strokes.generate(count, **options, start=(epoch - 1) * count)

        train = EndlessDataset(
            train.images, train.labels, f"{train.name}, drawn anew for every epoch", train.classes, draw_epoch
        )
    test = strokes.generate(TEST_COUNT, **{**options, "seed": _TEST_SEED})
    test = replace(test, name=f"strokes, {TEST_COUNT:,} other digits drawn by code, for testing")
    return DataBundle(train, test, f"{name}: {count:,} digits drawn by code to learn from, {TEST_COUNT:,} to test")


def parse(name: str) -> tuple[int, dict[str, Any]]:
    """How many digits ``name`` asks for, and the options for :func:`glassnet.data.strokes.generate`."""
    count, options = TRAIN_COUNT, {}
    for place, word in enumerate(name.strip().casefold().split(":")[1:]):
        key, equals, value = word.partition("=")
        if word == "fresh":
            options["fresh"] = True
        elif equals:
            if key not in _OPTIONS:
                close = difflib.get_close_matches(key, _OPTIONS, n=1)
                raise DataError(
                    f"{name}: strokes have no option {key!r}; they have {' and '.join(_OPTIONS)}",
                    hint=f"did you mean {close[0]}={value}?" if close else _FORM,
                )
            options[key] = _OPTIONS[key](value, name)
        elif place == 0:
            count = _whole_number(word, name, "the number of digits", 1, _MOST)
        else:
            raise DataError(f"{name}: {word!r} is neither an option nor, in this place, a number", hint=_FORM)
    return count, options


def _whole_number(text: str, name: str, what: str, least: int, most: int) -> int:
    # not int() alone, which would also take "+5", " 5", "5_000" and numbers of any length
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise DataError(f"{name}: {what} must be a whole number from {least:,} to {most:,}, got {text!r}", hint=_FORM)


def _seed(text: str, name: str) -> int:
    return _whole_number(text, name, "the seed", 0, _SEEDS - 1)


def _level(text: str, name: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text  # a name, which strokes knows or refuses


_OPTIONS: dict[str, Callable[[str, str], Any]] = {"seed": _seed, "level": _level}
_FORM = "write strokes, strokes:60000 or strokes:60000:seed=7:level=wild:fresh"
