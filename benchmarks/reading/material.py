"""The samples of every condition: made from their number alone, or taken from where they were kept.

To make a page takes longer than to read it. ``kept`` writes what it makes as pictures with their text beside them,
which can be looked at, and reads them the next time.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.reading.camera import OutOfSightError
from benchmarks.reading.pages import PAGES
from benchmarks.reading.paper import Mark, Random, Sample
from benchmarks.reading.singles import SINGLES
from benchmarks.reading.strangers import STRANGERS

__all__ = ["CONDITIONS", "file_name", "sample"]

CONDITIONS: dict[str, dict[str, Callable[[Random], Sample]]] = {
    "singles": SINGLES,
    "pages": PAGES,
    "strangers": STRANGERS,
}


def sample(part: str, name: str, number: int, seed: int = 0, folder: Path | None = None) -> Sample:
    """Sample ``number`` of a condition; the same one whatever else is made. Kept in ``folder``, if any."""
    if folder is None:
        return _made(part, name, number, seed)
    path = folder / f"{part}-{seed}" / f"{file_name(name)}-{number:03}.png"
    notes = path.with_suffix(".json")
    if not notes.exists():
        made = _made(part, name, number, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(made.picture).save(path, compress_level=1)
        notes.write_text(json.dumps([[list(vars(mark).values()) for mark in line] for line in made.lines]))
    lines = [[Mark(int(mark[0]), *mark[1:]) for mark in line] for line in json.loads(notes.read_text())]
    with Image.open(path) as picture:
        return Sample(np.asarray(picture.convert("RGB")), lines)


def _made(part: str, name: str, number: int, seed: int) -> Sample:
    for attempt in count():
        with contextlib.suppress(OutOfSightError):
            return CONDITIONS[part][name](np.random.default_rng([seed, *name.encode(), number, attempt]))
    raise AssertionError


def file_name(name: str) -> str:
    """A condition's name without what file systems mind."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name).split())
