"""The digits that were drawn and kept here, in the user's own folder: a data set like any other."""

from __future__ import annotations

import base64
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.data import DIGITS, Dataset, export
from glassnet.errors import DataError
from glassnet.files import make_folder, replacing
from glassnet.web.refusals import MissingError

__all__ = ["ENOUGH", "Mine"]

ENOUGH = 10
"""Of each digit: a start."""
MOST = 50_000


class Mine:
    """Kept digits: one JSON line each, with its label, its pixels and its strokes, to draw it again."""

    def __init__(self, home: Path) -> None:
        self._path = home / "mine" / "digits.jsonl"
        self._lock = threading.Lock()
        self._known: tuple[int, list[dict[str, Any]]] = 0, []

    @property
    def _rows(self) -> list[dict[str, Any]]:
        """What is in the file, which another Glassnet may have changed."""
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._known[0]:
                lines = self._path.read_text(encoding="utf-8").splitlines()
                self._known = changed, [json.loads(line) for line in lines]
        except FileNotFoundError:
            return []
        return self._known[1]

    def __len__(self) -> int:
        return len(self._rows)

    def as_dict(self) -> dict[str, Any]:
        """Indices and labels of all, and how many there are of each."""
        digits = [{"index": row["index"], "label": row["label"]} for row in self._rows]
        return {"digits": digits, **self.counts()}

    def counts(self) -> dict[str, Any]:
        """How many there are of each digit, and how many are a start."""
        labels = [row["label"] for row in self._rows]
        return {"counts": [labels.count(digit) for digit in DIGITS], "enough": ENOUGH}

    def add(self, digit: np.ndarray[Any, np.dtype[np.uint8]], label: str, ink: dict[str, Any]) -> int:
        """Keep a digit ``(28, 28)``; its index. :class:`DataError` for what is no digit's label."""
        if label not in DIGITS:
            raise DataError(f"a digit is one of {' '.join(DIGITS)}, got '{label}'")
        if digit.shape != (28, 28):
            raise DataError(f"only pictures of 28 × 28 pixels can be kept, this one has {digit.shape}")
        with self._lock:
            rows = self._rows
            if len(rows) >= MOST:
                raise DataError(f"{MOST:,} digits are kept already", hint="export them, then delete them here")
            index = 1 + max((row["index"] for row in rows), default=-1)
            pixels = base64.b64encode(digit.tobytes()).decode("ascii")
            self._write([*rows, {"index": index, "label": label, "pixels": pixels, "ink": ink}])
        return index

    def remove(self, index: int | None = None) -> None:
        """Delete one digit, or all; :class:`MissingError` for one that is not there."""
        with self._lock:
            rows = self._rows
            kept = [] if index is None else [row for row in rows if row["index"] != index]
            if index is not None and len(kept) == len(rows):
                raise MissingError(f"there is no kept digit {index}")
            self._write(kept)

    def _write(self, rows: list[dict[str, Any]]) -> None:
        with replacing(self._path) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def indices(self) -> list[int]:
        """The index of every row of the data set."""
        return [row["index"] for row in self._rows]

    def place(self, index: int) -> int:
        """The row of the digit with this index."""
        for place, row in enumerate(self._rows):
            if row["index"] == index:
                return place
        raise MissingError(f"there is no kept digit {index}")

    def dataset(self) -> Dataset:
        """All of them, in the order they were kept."""
        pixels = b"".join(base64.b64decode(row["pixels"]) for row in self._rows)
        images = np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28)
        labels = np.array([int(row["label"]) for row in self._rows], np.uint8)
        return Dataset(images, labels, "my digits")

    def folder(self) -> Path:
        """A folder of files that a run can learn from, named by what is in it, so that it never changes."""
        data = self.dataset()
        if not len(data):
            raise DataError("no digits are kept yet", hint="draw one, say which it is, and keep it")
        folder = self._path.parent / "sets" / data.fingerprint()[:12]
        if not folder.is_dir():
            export(data, make_folder(folder), "idx")
        return folder
