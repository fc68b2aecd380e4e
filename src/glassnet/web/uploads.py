"""Own data on their way in: files arrive one by one, are looked at, and become a data set when they are accepted.

Nothing is mended in silence: what is understood is shown first, and what cannot be read is an error that names the
file and the line. A name that was sent is never used as a path before every part of it was looked at.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data import DataBundle, Dataset, export, open_path
from glassnet.errors import DataError, GlassnetError
from glassnet.files import make_folder
from glassnet.web.doorkeeper import UPLOAD_LIMIT
from glassnet.web.refusals import MissingError, RequestError, TooLargeError

__all__ = ["Uploads"]

MOST_FILES = 20_000
MOST_UPLOADS = 4
SHOWN = 30
LONGEST_NAME = 200
DEEPEST = 6


@dataclass(eq=False)
class Upload:
    """Files that came together, below ``folder``."""

    folder: Path
    bytes: int = 0
    files: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Uploads:
    """Uploads under way. They end with the server, and the oldest makes room for a new one."""

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}

    def begin(self) -> str:
        """A new, empty upload; its name."""
        while len(self._uploads) >= MOST_UPLOADS:
            self.drop(next(iter(self._uploads)))
        name = secrets.token_hex(8)
        self._uploads[name] = Upload(Path(tempfile.mkdtemp(prefix="glassnet-")))
        return name

    def drop(self, name: str) -> None:
        """Forget an upload and its files."""
        shutil.rmtree(self._get(name).folder, ignore_errors=True)
        del self._uploads[name]

    def close(self) -> None:
        """Forget them all."""
        for name in list(self._uploads):
            self.drop(name)

    def _get(self, name: str) -> Upload:
        if name not in self._uploads:
            raise MissingError("there is no such upload any more", hint="choose the files again")
        return self._uploads[name]

    def place_for(self, name: str, path: str) -> Path:
        """Where the file that was sent as ``path`` may be written."""
        upload = self._get(name)
        with upload.lock:
            upload.files += 1
            if upload.files > MOST_FILES:
                raise TooLargeError(f"more than {MOST_FILES:,} files", hint="send them as one zip file")
        place = upload.folder.joinpath(*_parts(path))
        make_folder(place.parent)
        return place

    def count(self, name: str, more: int) -> None:
        """``more`` bytes have come; :class:`TooLargeError` beyond what all files together may have."""
        upload = self._get(name)
        with upload.lock:
            upload.bytes += more
            if upload.bytes > UPLOAD_LIMIT:
                raise TooLargeError(f"more than {UPLOAD_LIMIT // 2**20} MB in all files together")

    def arrived(self, name: str, place: Path) -> None:
        """A file is complete: a zip is unpacked beside itself and removed."""
        if zipfile.is_zipfile(place) and place.suffix.lower() != ".npz":
            self._unpack(name, place)

    def _unpack(self, name: str, place: Path) -> None:
        try:
            with zipfile.ZipFile(place) as archive:
                for entry in archive.infolist():
                    if entry.is_dir() or _is_clutter(entry.filename):
                        continue
                    target = self.place_for(name, entry.filename)
                    with archive.open(entry) as source, target.open("wb") as file:
                        while block := source.read(2**20):  # counted as it is unpacked: the header may lie
                            self.count(name, len(block))
                            file.write(block)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise DataError(f"{place.name} cannot be unpacked ({error})", hint="zip the files again") from error
        finally:
            place.unlink(missing_ok=True)

    def preview(
        self, name: str, invert: bool | None, transpose: bool
    ) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """What was understood: the first pictures, their labels, counts."""
        bundle, inverted, kind = self._opened(name, invert, transpose)
        train = bundle.train
        counts = np.bincount(train.labels, minlength=len(train.classes))
        extras = {
            "kind": kind,
            "origin": kind,
            "train": len(train),
            "test": 0 if bundle.test is None else len(bundle.test),
            "shape": train.images.shape[1:],
            "classes": train.classes,
            "counts": counts.tolist(),
            "invert": inverted,
            "transpose": transpose,
            "notes": _notes(train, counts, inverted),
        }
        return {"images": train.images[:SHOWN], "label": train.labels[:SHOWN]}, extras

    def accept(self, name: str, folder: Path, invert: bool | None, transpose: bool) -> list[str]:
        """Keep the data as a data set of its own in ``folder``; the parts that it has."""
        bundle, _, _ = self._opened(name, invert, transpose)
        export(bundle, make_folder(folder), "idx")
        self.drop(name)
        return ["train"] if bundle.test is None else ["train", "test"]

    def _opened(self, name: str, invert: bool | None, transpose: bool) -> tuple[DataBundle, bool, str]:
        folder = self._get(name).folder
        place = folder
        while place.is_dir() and len(inside := list(place.iterdir())) == 1:
            place = inside[0]  # the one folder, or the one file, that was sent
        if place.is_dir() and not any(place.iterdir()):
            raise DataError("no files have arrived", hint="drop a CSV, IDX or npz file, or a folder of pictures")
        if place.is_dir() and place.name.isdecimal() and len(place.name) == 1:
            place = place.parent  # a single folder of one digit's pictures
        try:
            bundle = open_path(place)
        except GlassnetError as error:
            message = str(error).replace(f"{folder}/", "").replace(str(folder), "the files")
            raise type(error)(message, hint=error.hint) from None
        inverted = bool(invert) if invert is not None else _looks_dark_on_light(bundle.train)
        parts = [_turned(part, inverted, transpose) for part in (bundle.train, bundle.test) if part is not None]
        kind = bundle.origin.rpartition("(")[2].rstrip(")")
        return DataBundle(parts[0], parts[1] if len(parts) > 1 else None, kind), inverted, kind


def _parts(path: str) -> list[str]:
    """A sent name in parts that are safe to be names of files; :class:`RequestError` where one is not."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    ordinary = all(
        not part.startswith(".") and len(part) <= LONGEST_NAME and part.isprintable() and ":" not in part
        for part in parts
    )
    if not parts or len(parts) > DEEPEST or not ordinary:
        raise RequestError(f"a file cannot be called '{path[:80]}' here", hint="rename it with ordinary letters")
    return parts


def _is_clutter(name: str) -> bool:
    """What programs add to zip files by themselves."""
    return name.startswith("__MACOSX/") or any(part.startswith(".") for part in name.split("/"))


def _looks_dark_on_light(data: Dataset) -> bool:
    edges = (data.images[:1000, 0], data.images[:1000, -1], data.images[:1000, :, 0], data.images[:1000, :, -1])
    return bool(len(data)) and sum(float(edge.mean()) for edge in edges) > 2 * 255


def _turned(data: Dataset, invert: bool, transpose: bool) -> Dataset:
    images = data.images.transpose(0, 2, 1) if transpose else data.images
    return replace(data, images=np.ascontiguousarray(255 - images if invert else images))


def _notes(data: Dataset, counts: NDArray[np.intp], inverted: bool) -> list[str]:
    notes = []
    if inverted:
        notes.append("Dark ink on light paper: turned to bright on black, as networks know it.")
    missing = [data.classes[label] for label in np.flatnonzero(counts == 0)]
    if missing:
        notes.append(f"There are no pictures of {', '.join(missing)}.")
    if data.images.shape[1:] != (28, 28):
        height, width = data.images.shape[1:]
        notes.append(f"The pictures have {height} × {width} pixels: models that read 28 × 28 cannot read them.")
    return notes
