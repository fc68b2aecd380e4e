"""``strokes:60000:seed=7``: digits drawn by code, asked for in one word; ``nondigits:5000``: what is no digit.

The test part is drawn from a row of random numbers that no training part can reach. It begins alike for every seed
and every number of digits, so that results can be compared. It has as many pictures as there are to learn from,
but no more than 10,000, unless ``test=COUNT`` asks for another number.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.data.composites import CLASSES, NONE, SEVERAL
from glassnet.data.dataset import DataBundle, Dataset
from glassnet.data.endless import EndlessDataset
from glassnet.errors import DataError

__all__ = [
    "COMPOSITES",
    "NONDIGITS",
    "STROKES",
    "TEST_COUNT",
    "TRAIN_COUNT",
    "draw",
    "draw_some",
    "first_word",
    "is_drawn",
    "parse",
]

STROKES = "strokes"
NONDIGITS = "nondigits"
"""Scribbles, letters, halves of digits and the like: class "none" beside the ten digits, or "several"."""
COMPOSITES = "composites"
"""Several digits in one picture or half of one, made of the digits before them in a mixture (:mod:`.mixed`)."""
TRAIN_COUNT = 60_000
TEST_COUNT = 10_000
"""Pictures to test on where nobody asks for a number, or as many as there are to learn from if that is less."""

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
    """Draw what ``strokes[:COUNT][:seed=SEED][:level=LEVEL][:printed=SHARE][:test=COUNT][:fresh]`` asks for.

    ``nondigits`` takes the same options but ``printed``. ``fresh`` makes a training part that is drawn anew for
    every epoch (:class:`EndlessDataset`).

    Raises :class:`DataError` where ``name`` is not of that form.
    """
    asked = _Asked.of(name)
    train = asked.train(0, asked.count)
    if asked.fresh:

        def draw_epoch(epoch: int) -> Dataset:
            return asked.train((epoch - 1) * asked.count, asked.count)

        train = EndlessDataset(
            train.images, train.labels, f"{train.name}, drawn anew for every epoch", train.classes, draw_epoch
        )
    what = asked.what
    origin = f"{name}: {asked.count:,} {what} drawn by code to learn from, {asked.test_count:,} to test"
    return DataBundle(train, asked.test(0, asked.test_count), origin)


def draw_some(name: str, count: int, *, seed: int = 0, label: str | None = None, test: bool = False) -> Dataset:
    """``count`` of the pictures that ``name`` asks for, from a place that follows from ``seed``, and no others.

    They are neighbours in the part; with ``label``, the next ones of that class. There are fewer where the part
    does not hold so many. Raises :class:`DataError` where ``name`` is not of the form that :func:`draw` takes, and
    for a class that it does not have.
    """
    asked = _Asked.of(name)
    part, total = (asked.test, asked.test_count) if test else (asked.train, asked.count)
    wanted = min(count, total)
    start = int(np.random.default_rng(seed).integers(total - wanted + 1))
    drawn = part(start, wanted)
    if label is None:
        return drawn
    if label not in drawn.classes:
        raise DataError(f"{name} has no class '{label}'", hint=f"its classes: {', '.join(drawn.classes)}")
    number, looked_at = drawn.classes.index(label), 0
    found: list[Dataset] = []
    while looked_at < total and sum(map(len, found)) < wanted and (found or looked_at < _PATIENCE):
        place = (start + looked_at) % total  # past the end it goes on at the beginning
        more = part(place, min(max(wanted, _PORTION), total - place, total - looked_at))
        looked_at += len(more)
        if (more.labels == number).any():
            found.append(more.subset(more.labels == number))
    if not found:
        return drawn.subset(slice(0))
    images = np.concatenate([one.images for one in found])[:wanted]
    return replace(drawn, images=images, labels=np.full(len(images), number, np.uint8))


_PORTION = 512
_PATIENCE = 5_000
"""Pictures that are drawn in search of a class before it is given up: digits have none of class "none"."""


@dataclass(frozen=True)
class _Asked:
    """What a name asks for."""

    name: str
    count: int
    test_count: int
    fresh: bool
    options: Mapping[str, Any]

    @classmethod
    def of(cls, name: str) -> _Asked:
        count, options = parse(name)
        fresh, test_count = options.pop("fresh", False), options.pop("test", min(count, TEST_COUNT))
        return cls(name, count, test_count, fresh, options)

    @property
    def what(self) -> str:
        """What is drawn, in words."""
        return "digits" if first_word(self.name) == STROKES else "pictures of no digit"

    def train(self, start: int, count: int) -> Dataset:
        """Pictures ``start`` to ``start + count`` to learn from."""
        return self._drawn(start, count, self.options)

    def test(self, start: int, count: int) -> Dataset:
        """The same to test on."""
        drawn = self._drawn(start, count, {**self.options, "seed": _TEST_SEED})
        title = f"{first_word(self.name)}, other {self.what} drawn by code for testing"
        return replace(drawn, name=title)

    def _drawn(self, start: int, count: int, options: Mapping[str, Any]) -> Dataset:
        from glassnet.data import strokes
        from glassnet.data.strokes.nondigits import PAIR

        if first_word(self.name) == STROKES:
            return strokes.generate(count, **options, start=start)
        drawn = strokes.generate_nondigits(count, **options, start=start)
        labels = np.where(drawn.labels == drawn.classes.index(PAIR), CLASSES.index(SEVERAL), CLASSES.index(NONE))
        return replace(drawn, labels=labels.astype(np.uint8), classes=CLASSES)


def parse(name: str) -> tuple[int, dict[str, Any]]:
    """How many digits ``name`` asks for, and its options: those of :func:`glassnet.data.strokes.generate`,
    ``test`` (how many to test on) and ``fresh``, where they are given.
    """
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


def _test_count(text: str, name: str) -> int:
    return _whole_number(text, name, "the number of pictures to test on", 1, _MOST)


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
    STROKES: {"seed": _seed, "level": _level, "printed": _share, "test": _test_count},
    NONDIGITS: {"seed": _seed, "level": _level, "test": _test_count},
    COMPOSITES: {"seed": _seed},
}
_FORM = "write strokes, strokes:60000 or strokes:60000:seed=7:level=wild:fresh; the same for nondigits"
