"""From a file or a folder to a data set: the one call that everything else makes.

``open_path`` looks at what is there, decides by content what it is, finds which part is for training and which
for testing, and says in words when that cannot be done.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glassnet.data.arrays import as_labels, as_pictures
from glassnet.data.csv_table import read_csv, read_csv_layout
from glassnet.data.dataset import DataBundle, Dataset
from glassnet.data.discovery import FORMATS, data_files, format_of, part_of, without_copies
from glassnet.data.idx import read_idx, read_idx_header
from glassnet.data.npz import read_npz
from glassnet.data.parquet import read_parquet
from glassnet.data.picture_folder import is_picture_folder, read_picture_folder
from glassnet.data.stream import reading
from glassnet.errors import DataError

__all__ = ["open_images", "open_path"]

_Parts = dict[str, Dataset]  # "train", "test", or "" where the names do not say
_TITLES = {"train": ", training part", "test": ", test part", "": ""}
_ONE_HINT = "name the folder, or the file, of one data set"


def open_path(path: str | os.PathLike[str]) -> DataBundle:
    """Read a data set from a file or a folder, whatever its format.

    A folder may hold IDX files (also deeper, as in torchvision's ``MNIST/raw``), CSV tables, ``mnist.npz``,
    parquet files, or a folder of pictures for each digit, below ``train`` and ``test`` or not; the words train,
    test and t10k in the names tell the parts. Where it holds several formats, the first in this order counts:
    pictures, IDX, npz, parquet, CSV. A single file is one part, except for npz, which holds both.

    A lone part becomes ``bundle.train``, whatever it is called; its ``name`` says what it is. Raises
    :class:`DataError` for what is missing, damaged, ambiguous or not a data set.

    >>> open_path("~/mnist").train.images.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    place = Path(path).expanduser()
    with reading(place):
        place.stat()
    kind, parts = _read_folder(place) if place.is_dir() else _read_file(place)
    named = {part: replace(data, name=place.name + _TITLES[part]) for part, data in parts.items()}
    if "train" not in named:
        named["train"] = named.pop("" if "" in named else "test")
    train, test = named["train"], named.get("test")
    if test is not None and test.images.shape[1:] != train.images.shape[1:]:
        sizes = " but ".join(f"{part.images.shape[1]} x {part.images.shape[2]}" for part in (train, test))
        raise DataError(f"{place}: the training and the test pictures differ in size: {sizes}")
    return DataBundle(train, test, f"{place} ({kind})")


def open_images(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """Read pictures that need no labels, ``(N, H, W)``: Kaggle's ``test.csv`` or an IDX file of images."""
    place = Path(path).expanduser()
    with reading(place):
        if place.is_dir():
            raise DataError(f"{place}: a folder; expected one file of pictures", hint="name a CSV or an IDX file")
    kind = format_of(place)
    if kind == "csv":
        return read_csv(place)[0]
    if kind == "idx":
        return as_pictures(read_idx(place), str(place))
    raise DataError(f"{place}: {kind} holds labelled parts; expected a CSV or an IDX file of pictures")


def _read_file(path: Path) -> tuple[str, _Parts]:
    kind = format_of(path)
    if kind == "idx":
        return "IDX", {"": _read_idx_pair(*_with_partner(path))}
    if kind == "npz":
        return "npz", dict(read_npz(path))
    return kind.replace("csv", "CSV"), {"": read_parquet(path) if kind == "parquet" else _read_table(path)}


def _read_folder(folder: Path) -> tuple[str, _Parts]:
    with reading(folder):
        if is_picture_folder(folder):
            return "pictures", {"": read_picture_folder(folder)}
        below = {
            child: part_of(child, folder)
            for child in sorted(folder.iterdir())
            if child.is_dir() and is_picture_folder(child)
        }
    if below:
        return "pictures", _one_per_part(list(below), folder, read_picture_folder)
    files = {kind: without_copies(paths) for kind, paths in data_files(folder).items()}
    for kind in FORMATS:
        if files[kind] and (parts := _FOLDER_READERS[kind](files[kind], folder)):
            return kind.upper() if kind in ("idx", "csv") else kind, parts
    raise DataError(
        f"{folder}: no data set in this folder; expected IDX, CSV, npz or parquet files, or folders of pictures "
        "named 0 to 9"
    )


def _read_idx_files(files: list[Path], folder: Path) -> _Parts:
    """Pair every file of pictures with its labels: by the word in their names, or else by their count."""
    counts = {path: read_idx_header(path).shape for path in files}
    pictures = [path for path in files if len(counts[path]) > 1]
    labels = [path for path in files if len(counts[path]) == 1]
    if not pictures:
        raise DataError(
            f"{labels[0]}: labels, but there is no file of pictures beside it",
            hint="is it a copy of the labels under the pictures' name? fetch the pictures again",
        )
    pairs: dict[Path, Path] = {}
    for image in pictures:
        same_part = [path for path in labels if part_of(path, folder) == part_of(image, folder)]
        if len(same_part) != 1:  # the names do not decide
            same_part = [path for path in same_part or labels if counts[path][0] == counts[image][0]]
        if not same_part:
            raise DataError(f"{image}: no labels for these pictures in {folder}", hint="fetch them as well")
        pairs[image] = same_part[0]
        if len(same_part) > 1:
            raise _ambiguous(folder, same_part)
    unused = set(labels) - set(pairs.values())
    if unused:
        raise DataError(f"{min(unused)}: labels without pictures in {folder}", hint="fetch the pictures as well")
    if len(pictures) == 2 and not any(part_of(path, folder) for path in pictures):
        large, small = sorted(pictures, key=lambda path: counts[path][0], reverse=True)
        if counts[large][0] > counts[small][0]:  # nothing but the size tells: more is for training
            return {"train": _read_idx_pair(large, pairs[large]), "test": _read_idx_pair(small, pairs[small])}
    return _one_per_part(pictures, folder, lambda image: _read_idx_pair(image, pairs[image]))


def _read_idx_pair(images: Path, labels: Path) -> Dataset:
    return Dataset(
        as_pictures(read_idx(images), str(images)), as_labels(read_idx(labels), str(labels)), str(images)
    )


def _with_partner(path: Path) -> tuple[Path, Path]:
    """The file of images and the file of labels of which ``path`` is one; the names differ only in the role."""
    is_labels = len(read_idx_header(path).shape) == 1
    ours, theirs = (("labels", "1"), ("images", "3")) if is_labels else (("images", "3"), ("labels", "1"))
    own_name = path.name.removesuffix(".gz")
    name = own_name.replace(ours[0], theirs[0]).replace(f"idx{ours[1]}", f"idx{theirs[1]}")
    candidates = (path.with_name(name), path.with_name(f"{name}.gz")) if name != own_name else ()
    partner = next((place for place in candidates if os.path.exists(place)), None)
    if partner is None:
        looked = f"; looked for {name}" if candidates else ", and its name does not tell what that would be called"
        raise DataError(
            f"{path}: holds {ours[0]}, but there is no file of {theirs[0]} beside it{looked}",
            hint=f"put the {theirs[0]} beside it, or name a folder that holds both",
        )
    return (partner, path) if is_labels else (path, partner)


def _read_tables(files: list[Path], folder: Path) -> _Parts:
    """The labelled tables among some CSV files; submissions and other lists are passed over."""
    layouts = {path: read_csv_layout(path) for path in files}
    labelled = [path for path, layout in layouts.items() if layout is not None and layout.label is not None]
    unlabelled = [path for path, layout in layouts.items() if layout is not None and layout.label is None]
    if unlabelled and not labelled:
        raise _no_labels(unlabelled[0])
    return _one_per_part(labelled, folder, _read_table)


def _read_table(path: Path) -> Dataset:
    images, labels = read_csv(path)
    if labels is None:
        raise _no_labels(path)
    return Dataset(images, labels, str(path))


def _no_labels(path: Path) -> DataError:
    return DataError(
        f"{path}: a table of pictures without labels: nothing to learn from",
        hint="expected a column named label, or the label first of 785 columns",
    )


def _read_archives(files: list[Path], folder: Path) -> _Parts:
    if len(files) > 1:
        raise _ambiguous(folder, files)
    return dict(read_npz(files[0]))


def _read_shards(files: list[Path], folder: Path) -> _Parts:
    """Parquet parts may be split over several files, in the order of their names."""
    shards: dict[str, list[Dataset]] = defaultdict(list)
    for path in files:
        shards[part_of(path, folder)].append(read_parquet(path))
    if "" in shards and "train" in shards:
        raise _ambiguous(folder, files)
    return {
        part: Dataset(
            np.concatenate([shard.images for shard in pieces]),
            np.concatenate([shard.labels for shard in pieces]),
            f"{folder}, {part}",
        )
        for part, pieces in shards.items()
    }


_FOLDER_READERS: dict[str, Callable[[list[Path], Path], _Parts]] = {
    "idx": _read_idx_files,
    "npz": _read_archives,
    "parquet": _read_shards,
    "csv": _read_tables,
}


def _one_per_part(places: list[Path], folder: Path, read: Callable[[Path], Dataset]) -> _Parts:
    """Read each place as the part that its name says; two for one part are one too many."""
    by_part: dict[str, list[Path]] = defaultdict(list)
    for place in places:
        by_part[part_of(place, folder) or ("" if len(places) == 1 else "train")].append(place)
    for rivals in by_part.values():
        if len(rivals) > 1:
            raise _ambiguous(folder, rivals)
    return {part: read(rivals[0]) for part, rivals in by_part.items()}


def _ambiguous(folder: Path, rivals: list[Path]) -> DataError:
    names = ", ".join(str(path.relative_to(folder)) for path in rivals)
    return DataError(f"{folder}: several files could be the same part: {names}", hint=_ONE_HINT)
