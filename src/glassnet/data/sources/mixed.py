"""``mnist+strokes:60000:fresh+nondigits:30000``: several data sets as one, their pictures side by side.

Whoever wants a network that reads real and drawn digits, and knows what is no digit, joins three sources with a
plus. A part that is drawn anew for every epoch is drawn anew inside the mixture as well. The part
``composites:20000`` is made of those before it: two or three of their digits in one picture, or half of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from glassnet.data.composites import make_composites
from glassnet.data.dataset import DataBundle, Dataset
from glassnet.data.endless import EndlessDataset
from glassnet.data.sources.drawn import COMPOSITES, first_word, parse
from glassnet.errors import DataError

__all__ = ["joined", "open_mixture"]


def open_mixture(name: str, open_part: Callable[[str], DataBundle]) -> DataBundle:
    """Open every part of ``"A+B+C"`` and join them: training parts, and the test parts of those that have one.

    Raises :class:`DataError` where pictures differ in size, or where one part's classes do not begin with the
    other's: 0 to 9 and "none" may join 0 to 9, letters may not.
    """
    bundles: list[DataBundle] = []
    for part in name.split("+"):
        if not part.strip():
            raise DataError(f"{name}: nothing stands beside a plus", hint="write strokes:60000+nondigits:20000")
        composed = first_word(part) == COMPOSITES
        bundles.append(_composed(part, bundles) if composed else open_part(part.strip()))
    tests = [bundle.test for bundle in bundles if bundle.test is not None]
    notices = [bundle.notice for bundle in bundles if bundle.notice]
    return DataBundle(
        _train([bundle.train for bundle in bundles]),
        joined(f"{name}, test parts", tests) if tests else None,
        "; ".join(bundle.origin for bundle in bundles),
        " ".join(notices) or None,
    )


def joined(name: str, parts: Sequence[Dataset]) -> Dataset:
    """The pictures of all parts, one part after the other."""
    classes = max((part.classes for part in parts), key=len)
    for part in parts:
        if part.classes != classes[: len(part.classes)]:
            raise DataError(
                f"{name}: the classes of {part.name} ({', '.join(part.classes)}) and of the others "
                f"({', '.join(classes)}) do not go together",
                hint="join data sets of the same classes",
            )
        if part.images.shape[1:] != parts[0].images.shape[1:]:
            raise DataError(
                f"{name}: pictures of {part.name} are {_size(part)}, those of {parts[0].name} {_size(parts[0])}",
                hint="join data sets of pictures of one size",
            )
    images = np.concatenate([part.images for part in parts])
    return Dataset(images, np.concatenate([part.labels for part in parts]), name, classes)


def _composed(name: str, bundles: Sequence[DataBundle]) -> DataBundle:
    """Composites of the digits of the parts before, which a mixture therefore has to begin with."""
    if not bundles:
        raise DataError(f"{name}: composites are made of the parts before them", hint="write strokes+composites")
    count, options = parse(name)
    fresh = options.pop("fresh", False)
    source = _train([bundle.train for bundle in bundles])
    train = make_composites(source, count, **options)
    if fresh:

        def make_epoch(epoch: int) -> Dataset:
            return make_composites(source, count, **options, start=(epoch - 1) * count)

        title = f"{train.name}, made anew for every epoch"
        train = EndlessDataset(train.images, train.labels, title, train.classes, make_epoch)
    return DataBundle(train, None, f"{name}: {count:,} pictures made of the digits of the others")


def _train(parts: Sequence[Dataset]) -> Dataset:
    if len(parts) == 1:
        return parts[0]
    title = " + ".join(part.name for part in parts)
    first = joined(title, parts)
    if not any(isinstance(part, EndlessDataset) for part in parts):
        return first

    def draw_epoch(epoch: int) -> Dataset:
        return joined(title, [part.of_epoch(epoch) for part in parts])

    return EndlessDataset(first.images, first.labels, title, first.classes, draw_epoch)


def _size(part: Dataset) -> str:
    return " × ".join(map(str, part.images.shape[1:]))
