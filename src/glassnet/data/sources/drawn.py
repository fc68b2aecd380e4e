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

from glassnet.data.composites import NONE
from glassnet.data.dataset import DIGITS, DataBundle, Dataset
from glassnet.data.endless import EndlessDataset
from glassnet.errors import DataError

__all__ = [
    "COMPOSITES",
    "NONDIGITS",
    "STROKES",
    "TEST_COUNT",
    "TRAIN_COUNT",
    "draw",
    "first_word",
    "is_drawn",
    "parse",
]

STROKES = "strokes"
NONDIGITS = "nondigits"
"""Scribbles, letters, halves of digits and the like, all of an eleventh class beside the ten digits."""
COMPOSITES = "composites"
"""Several digits in one picture or half of one, made of the digits before them in a mixture (:mod:`.mixed`)."""
TRAIN_COUNT = 60_000
TEST_COUNT = 10_000

_MOST = 10_000_000  # 7.8 GB; beyond that, digits should be drawn as they are needed (strokes.stream)
_SEEDS = 2**63
_TEST_SEED = _SEEDS  # the first one that nobody can ask for


def is_drawn(name: str) -> bool:
    """Whether ``name`` asks for pictures drawn by code."""
    return first_word(name) in (STROKES, NONDIGITS)


def first_word(name: str) -> str:
    """What stands before the first colon of a data set's name."""
    return name.split(":", 1)[0].strip().casefold()


def draw(name: str) -> DataBundle:
    """Draw what ``strokes[:COUNT][:seed=SEED][:level=LEVEL][:printed=SHARE][:fresh]`` asks for.

    Beside it comes a test part of 10,000 others. ``nondigits`` takes the same options but ``printed``. ``fresh``
    makes a training part that is drawn anew for every epoch (:class:`EndlessDataset`).

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
    test = replace(test, name=f"{first_word(name)}, {TEST_COUNT:,} other {what} drawn by code, for testing")
    return DataBundle(train, test, f"{name}: {count:,} {what} drawn by code to learn from, {TEST_COUNT:,} to test")


def _kind(name: str) -> tuple[Callable[..., Dataset], str]:
    """Who draws what ``name`` asks for, and what that is in words."""
    from glassnet.data import strokes

    if first_word(name) == STROKES:
        return strokes.generate, "digits"

    def nondigits(count: int, **options: Any) -> Dataset:
        drawn = strokes.generate_nondigits(count, **options)
        return replace(drawn, labels=np.full_like(drawn.labels, len(DIGITS)), classes=(*DIGITS, NONE))

    return nondigits, "pictures of no digit"


def parse(name: str) -> tuple[int, dict[str, Any]]:
    """How many digits ``name`` asks for, and the options for :func:`glassnet.data.strokes.generate`."""
    count, options = TRAIN_COUNT, {}
    known = _OPTIONS[first_word(name)]
    for place, word in enumerate(name.strip().casefold().split(":")[1:]):
        key, equals, value = word.partition("=")
        if word == "fresh":
            options["fresh"] = True
        elif equals:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                raise DataError(
                    f"{name}: {first_word(name)} have no option {key!r}; they have {' and '.join(known)}",
                    hint=f"did you mean {close[0]}={value}?" if close else _FORM,
                )
            options[key] = known[key](value, name)
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


def _share(text: str, name: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise DataError(
            f"{name}: the share of printed digits must be a number from 0 to 1, got {text!r}", hint=_FORM
        )
    return share


_OPTIONS: dict[str, dict[str, Callable[[str, str], Any]]] = {
    STROKES: {"seed": _seed, "level": _level, "printed": _share},
    NONDIGITS: {"seed": _seed, "level": _level},
    COMPOSITES: {"seed": _seed},
}
_FORM = "write strokes, strokes:60000 or strokes:60000:seed=7:level=wild:fresh; the same for nondigits"
