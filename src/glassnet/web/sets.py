"""Data sets by name, one part each: ``mnist-test``, ``strokes-train``, what was sent here, what was drawn here.

Nothing is fetched: a set is here or it is not in the list.
"""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data import DataBundle, Dataset, open_path
from glassnet.data.idx import read_idx_header
from glassnet.data.sources import describe, open_source, source_names
from glassnet.data.sources.drawn import is_drawn
from glassnet.errors import DataError, ShapeError
from glassnet.models import Committee, Model
from glassnet.training import Evaluation, evaluate
from glassnet.web.mine import Mine
from glassnet.web.refusals import MissingError

__all__ = ["Sets"]

DRAWN = "strokes"
DRAWN_SOURCE = "strokes:10000"
"""For looking at: as many as the test part has."""
MOST_OPEN = 3
MOST_READ = 10_000
"""Pictures of a set that a model reads: of larger ones, so many of all classes."""
MOST_READ_TOGETHER = 1_000
"""And a committee, each of whose members looks from several sides."""
MOST_READINGS = 8


class Sets:
    """Opens data sets and remembers the last few, and what models said about them."""

    def __init__(self, home: Path, mine: Mine) -> None:
        self._own = home / "own"
        self._mine = mine
        self._bundles: OrderedDict[str, DataBundle] = OrderedDict()
        self._readings: OrderedDict[tuple[str, str], tuple[NDArray[np.intp], Evaluation]] = OrderedDict()
        self._lock = threading.RLock()
        self._one_reads = threading.Lock()

    def listing(self) -> list[dict[str, Any]]:
        """Every set that is here, without opening any."""
        found = []
        for name in source_names():
            about = describe(name)
            if name == DRAWN or (about.folder is not None and name != "kaggle"):
                counts = {"test": about.test_count, "train": 10_000 if name == DRAWN else about.train_count}
                found += [_entry(f"{name}-{part}", f"{about.title}, {part} part", counts[part]) for part in counts]
        for folder in self._own_folders():
            for part, count in _counts(folder).items():
                found.append(_entry(f"{folder.name}-{part}", f"{folder.name[4:]}, {part} part", count))
        return [*found, _entry("mine", "My digits", len(self._mine))]

    def sources(self) -> list[dict[str, Any]]:
        """What can be learned from."""
        found = []
        for name in source_names():
            about = describe(name)
            here = is_drawn(name) or describe("mnist" if name == "kaggle" else name).folder is not None
            found.append({"source": name, "title": about.title, "count": about.train_count, "here": here})
        for folder in self._own_folders():
            count = _counts(folder).get("train", 0)
            found.append({"source": folder.name, "title": folder.name[4:], "count": count, "here": True})
        return [
            *found,
            {"source": "mine", "title": "My digits", "count": len(self._mine), "here": len(self._mine) > 0},
        ]

    @property
    def example(self) -> str:
        """The set that examples of digits come from."""
        return "mnist-test" if describe("mnist").folder is not None else f"{DRAWN}-test"

    def source_path(self, source: str) -> str:
        """What ``--data`` would take for a source named here: own sets and own drawings are folders.

        Several may be joined with a plus. :class:`DataError` where none of them has a name of its own.
        """
        names, folders = [], []
        for name in source.split("+"):
            if name == "mine":
                folders.append(str(self._mine.folder()))
            elif name.startswith("own-"):
                folders.append(str(self._own_folder(name)))
            elif is_drawn(name) or name in source_names():
                names.append(name)
            else:  # a path would do on the command line; a link must not name one
                raise _missing(name)
        if not names and len(folders) > 1:
            raise DataError(
                "only data sets with a name can be joined with others",
                hint="add one of these: mnist or strokes:5000",
            )
        return "+".join([*names, *folders])

    def open(self, name: str) -> Dataset:
        """A set by its name; :class:`MissingError` for one that is not here."""
        if name == "mine":
            return self._mine.dataset()
        source, _, part = name.rpartition("-")
        if part not in ("train", "test") or not source:
            raise _missing(name)
        bundle = self._bundle(source)
        data = _parts(bundle).get(part)
        if data is None:
            raise _missing(name)
        return data

    def _bundle(self, source: str) -> DataBundle:
        with self._lock:
            if source not in self._bundles:
                self._bundles[source] = self._opened(source)
                while len(self._bundles) > MOST_OPEN:
                    self._bundles.popitem(last=False)
            self._bundles.move_to_end(source)
            return self._bundles[source]

    def _opened(self, source: str) -> DataBundle:
        if source.startswith("own-"):
            return open_path(self._own_folder(source))
        if source == DRAWN:
            return open_source(DRAWN_SOURCE)
        if source not in source_names() or describe(source).folder is None:
            raise _missing(source)
        return open_source(source, offline=True)

    def forget(self, source: str) -> None:
        """A set was changed or removed: what was remembered of it does not hold any more."""
        with self._lock:
            self._bundles.pop(source, None)
            for key in [key for key in self._readings if key[0].startswith(source)]:
                del self._readings[key]

    # -- what was sent here ----------------------------------------------------------------------------------

    def new_own_folder(self, title: str) -> Path:
        """Where a set that was sent here under ``title`` goes."""
        stem = "own-" + ("".join(each if each.isalnum() else "-" for each in title.casefold()).strip("-") or "set")
        number, folder = 1, self._own / stem
        while folder.exists():
            number += 1
            folder = self._own / f"{stem}-{number}"
        return folder

    def remove(self, source: str) -> None:
        """Remove a set that was sent here."""
        shutil.rmtree(self._own_folder(source))
        self.forget(source)

    def _own_folders(self) -> list[Path]:
        return sorted(self._own.glob("own-*")) if self._own.is_dir() else []

    def _own_folder(self, source: str) -> Path:
        for folder in self._own_folders():
            if folder.name == source:
                return folder
        raise _missing(source)

    # -- what models say about them --------------------------------------------------------------------------

    def read_by(self, name: str, address: str, model: Model | Committee) -> tuple[NDArray[np.intp], Evaluation]:
        """Rows of the set that the model read, and how it did; all rows up to 10,000, else a stratified sample.

        Of a committee, which looks many times, fewer: a minute is too long to wait. The page asks for the pictures
        and for the matrix at once: who comes second waits, and finds it done.
        """
        with self._one_reads:
            with self._lock:
                if (name, address) in self._readings and name != "mine":
                    return self._readings[name, address]
            return self._read(name, address, model)

    def _read(self, name: str, address: str, model: Model | Committee) -> tuple[NDArray[np.intp], Evaluation]:
        data = self.open(name)
        rows = np.arange(len(data))
        most = MOST_READ if isinstance(model, Model) else MOST_READ_TOGETHER
        if len(data) > most:
            by_class = np.argsort(data.labels, kind="stable")  # every so many of each class
            rows = np.sort(by_class[np.linspace(0, len(data) - 1, most).round().astype(np.intp)])
        part = data.subset(rows)
        if part.images.shape[1:] != model.picture_shape:
            raise _size(data, model)
        if data.classes != model.classes[: len(data.classes)]:
            raise _classes(data, model)
        found = rows, evaluate(model.probabilities(part.images), part.labels, model.classes)
        with self._lock:
            self._readings[name, address] = found
            while len(self._readings) > MOST_READINGS:
                self._readings.popitem(last=False)
        return found


def _counts(folder: Path) -> dict[str, int]:
    """How many pictures the parts of an own set have, as the headers of its files say."""
    files = {"train": "train-labels-idx1-ubyte.gz", "test": "t10k-labels-idx1-ubyte.gz"}
    there = {part: folder / name for part, name in files.items() if (folder / name).is_file()}
    return {part: read_idx_header(path).shape[0] for part, path in there.items()}


def _parts(bundle: DataBundle) -> dict[str, Dataset]:
    return {"train": bundle.train} | ({} if bundle.test is None else {"test": bundle.test})


def _entry(name: str, title: str, count: int) -> dict[str, Any]:
    return {"set": name, "title": title, "count": count}


def _missing(name: str) -> MissingError:
    return MissingError(
        f"there is no data set '{name}' on this machine",
        hint="'glassnet data info' says which there are and how to get them",
    )


def _size(data: Dataset, model: Model | Committee) -> ShapeError:
    height, width = data.images.shape[1:]
    return ShapeError(
        f"the pictures of {data.name} have {height} × {width} pixels, this model reads "
        f"{model.picture_shape[0]} × {model.picture_shape[1]}",
        hint="choose a set or a model that fits the other",
    )


def _classes(data: Dataset, model: Model | Committee) -> ShapeError:
    return ShapeError(
        f"the classes of {data.name} ({', '.join(data.classes)}) are not those that this model knows "
        f"({', '.join(model.classes)})",
        hint="choose a set or a model that fits the other",
    )
