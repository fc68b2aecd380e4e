"""What a model that is to be published learns from, is chosen on, and is tested on.

The last sixth of MNIST's training part (rows 50,000 to 59,999) is held out while anything is being chosen: the
recipe, the temperature, the members of a committee. The released model then learns from everything, and the
test part is read once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from glassnet.data import DataBundle, Dataset
from glassnet.data.sources import open_source
from glassnet.data.sources.drawn import COMPOSITES, first_word
from glassnet.data.sources.mixed import open_mixture
from glassnet.errors import DataError

__all__ = ["ReleaseData", "open_release_data"]

HELD_OUT = 6
"""One in so many of the training rows, the last ones: 10,000 of MNIST's 60,000."""


@dataclass(frozen=True)
class ReleaseData:
    """``whole`` is what a released model learns from, ``part`` the same without the rows ``held_out``.

    ``test`` is MNIST's test part; ``others`` are the test parts of whatever else the model learns from.
    """

    source: str
    whole: Dataset
    part: Dataset
    held_out: Dataset
    test: Dataset
    others: tuple[Dataset, ...]


def open_release_data(
    source: str, mnist: DataBundle, *, open_part: Callable[[str], DataBundle] = open_source
) -> ReleaseData:
    """Open ``source``, which may name several data sets: ``"mnist+strokes:60000:fresh+nondigits:30000"``.

    ``mnist`` is what is meant by that name. Raises :class:`DataError` where ``source`` holds rows that are to be
    held out, under another name.
    """
    if mnist.test is None:
        raise DataError(f"{mnist.origin} has no test part", hint="a released model is tested on one")
    cut = len(mnist.train) - len(mnist.train) // HELD_OUT
    held_out = mnist.train.subset(
        slice(cut, None), f"{mnist.train.name}, rows {cut:,} to {len(mnist.train) - 1:,}"
    )
    shorter = replace(mnist, train=mnist.train.subset(slice(cut), f"{mnist.train.name}, rows 0 to {cut - 1:,}"))
    others = {name: open_part(name) for name in _other_parts(source)}
    data = ReleaseData(
        source=source,
        whole=open_mixture(source, lambda name: others.get(name, mnist)).train,
        part=open_mixture(source, lambda name: others.get(name, shorter)).train,
        held_out=held_out,
        test=mnist.test,
        others=tuple(each.test for each in others.values() if each.test is not None),
    )
    known = {image.tobytes() for image in data.part.images}
    seen = sum(image.tobytes() in known for image in held_out.images)
    if seen:
        raise DataError(
            f"{source}: {seen:,} of the pictures that are to be held out are among those to learn from",
            hint="name MNIST 'mnist', so that its last rows can be left out",
        )
    return data


def _other_parts(source: str) -> list[str]:
    names = [name.strip() for name in source.split("+")]
    return [name for name in names if name != "mnist" and first_word(name) != COMPOSITES]
