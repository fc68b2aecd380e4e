"""``strokes:60000:seed=7``: digits drawn by code, asked for in one word; ``nondigits:5000``: what is no digit.

The test part is drawn from a row of random numbers that no training part can reach, and is the same for every
seed: results of different seeds can be compared.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.data.dataset import DIGITS, DataBundle, Dataset
from glassnet.data.endless import EndlessDataset
from glassnet.errors import DataError

__all__ = ["NONDIGITS", "STROKES", "TEST_COUNT", "TRAIN_COUNT", "draw", "is_drawn", "parse"]

STROKES = "strokes"
NONDIGITS = "nondigits"
"""Scribbles, letters, halves of digits and the like, all of an eleventh class beside the ten digits."""
TRAIN_COUNT = 60_000
TEST_COUNT = 10_000

_MOST = 10_000_000  # 7.8 GB; beyond that, digits should be drawn as they are needed (strokes.stream)
_SEEDS = 2**63
_TEST_SEED = _SEEDS  # the first one that nobody can ask for


def is_drawn(name: str) -> bool:
    """Whether ``name`` asks for pictures drawn by code."""
    return _first_word(name) in (STROKES, NONDIGITS)


def _first_word(name: str) -> str:
    return name.split(":", 1)[0].strip().casefold()


def draw(name: str) -> DataBundle:
    """Draw what ``strokes[:COUNT][:seed=SEED][:level=LEVEL][:fresh]`` asks for, and a test part of 10,000 others.

    ``nondigits`` takes the same options. ``fresh`` makes a training part that is drawn anew for every epoch
    (:class:`EndlessDataset`).

    Raises :class:`DataError` where ``name`` is not of that form.
    """
    count, options = parse(name)
    fresh = options.pop("fresh", False)
    generate, what = _kind(name)
    train = generate(count, **options)
    if fresh:

        def draw_epoch(epoch: int) -> Dataset:
            return generate(count, **options, start=(epoch - 1) * count)

        train = EndlessDataset(
            train.images, train.labels, f"{train.name}, drawn anew for every epoch", train.classes, draw_epoch
        )
    test = generate(TEST_COUNT, **{**options, "seed": _TEST_SEED})
    test = replace(test, name=f"{_first_word(name)}, {TEST_COUNT:,} other {what} drawn by code, for testing")
    return DataBundle(train, test, f"{name}: {count:,} {what} drawn by code to learn from, {TEST_COUNT:,} to test")


def _kind(name: str) -> tuple[Callable[..., Dataset], str]:
    """Who draws what ``name`` asks for, and what that is in words."""
    from glassnet.data import strokes

    if _first_word(name) == STROKES:
        return strokes.generate, "digits"

    def nondigits(count: int, **options: Any) -> Dataset:
        drawn = strokes.generate_nondigits(count, **options)
        return replace(drawn, labels=np.full_like(drawn.labels, len(DIGITS)), classes=(*DIGITS, "none"))

    return nondigits, "pictures of no digit"


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
                    f"{name}: {_first_word(name)} have no option {key!r}; they have {' and '.join(_OPTIONS)}",
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
_FORM = "write strokes, strokes:60000 or strokes:60000:seed=7:level=wild:fresh; the same for nondigits"
