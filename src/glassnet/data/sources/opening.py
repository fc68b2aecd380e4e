"""From what a person types after ``--data`` to data.

A name means exactly that data set: a copy that lies somewhere on this machine is used only where it passes the
check, and what cannot be had is an error. Only where nothing was asked for may digits drawn by code stand in for
MNIST, and then the bundle says so.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glassnet.data.composites import CLASSES
from glassnet.data.dataset import DIGITS, DataBundle, Dataset
from glassnet.data.kaggle import KAGGLE, kaggle_layout
from glassnet.data.reader import open_path
from glassnet.data.sources.cache import dataset_folder
from glassnet.data.sources.catalogue import SOURCES, Source
from glassnet.data.sources.download import Patience
from glassnet.data.sources.drawn import (
    COMPOSITES,
    NONDIGITS,
    STROKES,
    TEST_COUNT,
    TRAIN_COUNT,
    draw,
    first_word,
    is_drawn,
)
from glassnet.data.sources.events import Event
from glassnet.data.sources.fetching import fetch_missing
from glassnet.data.sources.mixed import open_mixture
from glassnet.data.sources.searching import places, read_place, unusable_choice
from glassnet.errors import DataError, DownloadError, GlassnetError

__all__ = ["Description", "describe", "fetch", "open_source", "source_names"]

_HURRIED = Patience(answer=5.0, stall=5.0, attempts=1)
"""What somebody who did not ask for MNIST waits for all mirrors together, before drawn digits take its place."""


def _ignore(event: Event) -> None:
    pass


def open_source(
    name_or_path: str | os.PathLike[str] | None = None,
    *,
    offline: bool = False,
    progress: Callable[[Event], None] = _ignore,
    sources: Mapping[str, Source] = SOURCES,
    patience: Patience | None = None,
    fallback: str = STROKES,
) -> DataBundle:
    """Open a data set by name or path; the training part, the test part, and where they came from.

    * ``"mnist"`` or another name from :func:`source_names`: from ``GLASSNET_DATA``, ``./data``, the cache or the
      folders of torchvision and Keras, else fetched from its mirrors, unless ``offline``. The names come before
      files: write ``./mnist`` for a folder of that name.
    * ``"strokes"``, ``"strokes:60000"``, ``"strokes:60000:seed=7:level=wild:fresh"``: digits drawn by code.
    * ``"nondigits:30000"``: scribbles, letters, halves of digits and so on, as class "none" beside the
      ten, and two digits in one picture as class "several".
    * ``"mnist+strokes:60000:fresh+nondigits:30000"``: several as one (:mod:`.mixed`).
    * ``"kaggle"``: MNIST as Kaggle deals it, by a seeded shuffle (:mod:`glassnet.data.kaggle`).
    * a file or a folder: whatever :func:`glassnet.data.reader.open_path` can read.
    * ``None``, nothing asked for: MNIST where it is at hand or a mirror answers within five seconds (with
      ``patience``: within its ``answer``), else ``fallback``, and ``bundle.notice`` says so.

    ``progress`` is called with :class:`Progress` and :class:`Notice` events while a data set is fetched.

    Raises :class:`DataError` for an unknown name or unusable data, its child :class:`DownloadError` where a data
    set is neither here nor to be had, and :class:`OutputError` where the cache cannot be written.

    >>> open_source("strokes:100").train.images.shape
    (100, 28, 28)
    """
    if name_or_path is None:
        try:
            return _open_named(sources["mnist"], offline, progress, patience or _HURRIED, in_a_hurry=True)
        except GlassnetError as error:
            return replace(draw(fallback), notice=_in_place_of(sources["mnist"], error))
    if not isinstance(name_or_path, str):
        return open_path(name_or_path)
    if _is_mixture(name_or_path, sources):

        def open_part(part: str) -> DataBundle:
            return open_source(part, offline=offline, progress=progress, sources=sources, patience=patience)

        return open_mixture(name_or_path, open_part)
    if is_drawn(name_or_path):
        return draw(name_or_path)
    name = _tidy(name_or_path)
    if name == KAGGLE:
        return kaggle_layout(_open_named(sources["mnist"], offline, progress, patience or Patience()))
    if name in sources:
        return _open_named(sources[name], offline, progress, patience or Patience())
    if first_word(name_or_path) == COMPOSITES:
        raise DataError(
            f"{name_or_path}: composites are made of the digits before them", hint=f"write strokes+{name_or_path}"
        )
    if "://" in name_or_path:
        raise DataError(
            f"{name_or_path}: data cannot be read from a web address",
            hint="save the file, unpack it if it is an archive, and name the place where you have put it",
        )
    path = Path(name_or_path).expanduser()
    if (name and os.path.exists(path)) or os.sep in name_or_path or "/" in name_or_path:
        return open_path(path)
    raise _unknown(name_or_path, source_names(sources), ", and there is no file or folder of that name")


def fetch(
    name: str,
    *,
    force: bool = False,
    progress: Callable[[Event], None] = _ignore,
    sources: Mapping[str, Source] = SOURCES,
    patience: Patience | None = None,
) -> Path:
    """Fetch a published data set into the cache and return its folder there.

    What is there and passes its check is kept, so that a second call asks nobody; ``force`` fetches all of it
    anew. Raises :class:`DataError` for an unknown name, :class:`DownloadError` with every mirror and its reason,
    and :class:`OutputError` where the cache cannot be written. After Ctrl-C the next call goes on where this one
    stopped.
    """
    if is_drawn(name):
        raise DataError("strokes are drawn on the spot: there is nothing to fetch", hint="use --data strokes")
    source = sources["mnist"] if _tidy(name) == KAGGLE else _known(name, sources)
    return _fetch(source, progress, patience or Patience(), force=force)


@dataclass(frozen=True)
class Description:
    """What there is to say about a data set without opening it.

    ``folder`` is where it lies on this machine, or ``None`` where it would have to be fetched or drawn.
    """

    name: str
    title: str
    about: str
    classes: tuple[str, ...]
    train_count: int
    test_count: int
    download_bytes: int
    homepage: str | None
    folder: Path | None


def source_names(sources: Mapping[str, Source] = SOURCES) -> tuple[str, ...]:
    """Every name that :func:`open_source` understands."""
    return (*sources, STROKES, NONDIGITS, KAGGLE)


def _is_mixture(name: str, sources: Mapping[str, Source]) -> bool:
    """Whether ``name`` joins sources by a plus. Files may have one too, so a mixture begins with a source."""
    first, plus, _ = name.partition("+")
    return bool(plus) and (
        first_word(first) in (NONDIGITS, STROKES, COMPOSITES) or _tidy(first) in source_names(sources)
    )


def describe(name: str, sources: Mapping[str, Source] = SOURCES) -> Description:
    """Describe a data set by name; asks no mirror and reads no data."""
    if _tidy(name) == STROKES:
        about = "digits drawn by code in the ways that people write them: no download, any number, any seed"
        return Description(STROKES, "Strokes", about, DIGITS, TRAIN_COUNT, TEST_COUNT, 0, None, None)
    if _tidy(name) == NONDIGITS:
        about = "scribbles, letters, dots, halves of digits, two in one: what a reader should call no digit"
        return Description(NONDIGITS, "Non-digits", about, CLASSES, TRAIN_COUNT, TEST_COUNT, 0, None, None)
    if _tidy(name) == KAGGLE:
        return replace(
            describe("mnist", sources),
            name=KAGGLE,
            title="Kaggle's layout",
            about="MNIST as Kaggle's Digit Recognizer deals it: all 70,000 digits shuffled and dealt anew",
            train_count=42_000,
            test_count=28_000,
        )
    source = _known(name, sources)
    return Description(
        source.name,
        source.title,
        source.about,
        source.classes,
        source.train_labels.shape[0],
        source.test_labels.shape[0],
        source.download_bytes,
        source.homepage,
        next(places(source), None),
    )


def _open_named(
    source: Source,
    offline: bool,
    progress: Callable[[Event], None],
    patience: Patience,
    *,
    in_a_hurry: bool = False,
) -> DataBundle:
    passed_over = [problem] if (problem := unusable_choice()) else []
    for place in places(source):
        try:
            return _bundle(source, read_place(place, source), place, passed_over)
        except DataError as error:
            passed_over.append(str(error))
    try:
        if offline:
            raise DownloadError(
                f"there is no usable copy of {source.title} on this machine, and none is fetched now",
                hint=_how_to_get(source),
            )
        folder = _fetch(source, progress, patience, in_a_hurry=in_a_hurry)
    except DownloadError as error:
        raise DownloadError("; ".join([*passed_over, str(error)]), hint=error.hint) from error
    return _bundle(source, read_place(folder, source), folder, passed_over)


def _fetch(
    source: Source,
    progress: Callable[[Event], None],
    patience: Patience,
    *,
    force: bool = False,
    in_a_hurry: bool = False,
) -> Path:
    try:
        return fetch_missing(
            source,
            force=force,
            extra_mirrors=os.environ.get("GLASSNET_MIRRORS", "").replace(",", " ").split(),
            patience=patience,
            in_a_hurry=in_a_hurry,
            report=progress,
        )
    except DownloadError as error:
        raise DownloadError(str(error), hint=error.hint or _how_to_get(source)) from error


def _bundle(source: Source, arrays: list[NDArray[np.uint8]], place: Path, passed_over: list[str]) -> DataBundle:
    def part(name: str, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Dataset:
        if source.transposed:
            images = np.ascontiguousarray(images.transpose(0, 2, 1))
        return Dataset(images, labels, f"{source.title}, {name} part", source.classes)

    return DataBundle(
        part("training", *arrays[:2]),
        part("test", *arrays[2:]),
        origin=f"{source.title} from {place}",
        notice=f"{'; '.join(passed_over)}; {source.title} comes from {place} instead" if passed_over else None,
    )


def _tidy(name: str) -> str:
    return name.strip().casefold().replace("_", "-")


def _known(name: str, sources: Mapping[str, Source]) -> Source:
    try:
        return sources[_tidy(name)]
    except KeyError:
        raise _unknown(name, source_names(sources)) from None


def _unknown(name: str, names: Sequence[str], more: str = "") -> DataError:
    close = difflib.get_close_matches(_tidy(name), names, n=1, cutoff=0.5)
    return DataError(
        f"there is no data set called {name!r}{more}; the names are {', '.join(names)}",
        hint=f"did you mean {close[0]}?"
        if close
        else "name one of these, or the file or folder that holds the data",
    )


def _how_to_get(source: Source) -> str:
    return (
        f"check the network and run `glassnet data fetch {source.name}`, or copy {source.train_images.name}.gz "
        f"and the three files that go with it into {dataset_folder(source.name)} or into a folder named by "
        f"GLASSNET_DATA; --data {STROKES} needs nothing"
    )


def _in_place_of(source: Source, error: GlassnetError) -> str:
    reason = str(error).partition("\n")[0].rstrip(":")
    return (
        f"{source.title}, the usual collection of handwritten digits, could not be had ({reason}), so Glassnet "
        f"draws digits itself. To get {source.title}, connect this machine to the internet and type "
        f"'glassnet data fetch {source.name}'; if you have its files, name their folder in GLASSNET_DATA."
    )
