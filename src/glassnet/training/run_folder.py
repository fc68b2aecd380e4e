"""A folder per run, with everything that it made.

::

    runs/2026-11-20-quick/
        model.safetensors         the trained model
        history.csv               one line per epoch
        report.json               what it scored, on what, and how long it took
        recipe.json               the recipe with every value, and what --data asked for
        checkpoint.safetensors    while the run is under way: what --resume takes up
        *.png                     figures

A folder is never used twice: a name that is taken gets a number.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from glassnet.data.sources.cache import locked
from glassnet.errors import OutputError, TrainingError
from glassnet.files import make_folder, may_exist, replacing
from glassnet.training.recipe import Recipe
from glassnet.training.state import EpochRecord

__all__ = ["RunFolder"]


@dataclass(frozen=True)
class RunFolder:
    """The files of one run."""

    path: Path

    @classmethod
    def create(cls, parent: str | os.PathLike[str], recipe: Recipe, source: str | None) -> RunFolder:
        """A new folder below ``parent``, named by date and recipe; :class:`OutputError` where it cannot be made.

        ``source`` is what ``--data`` asked for: the run is taken up with the same.
        """
        stem = f"{date.today():%Y-%m-%d}-{recipe.name}"
        make_folder(parent)
        for number in range(1, 10_000):
            path = Path(parent) / (stem if number == 1 else f"{stem}-{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            except OSError as error:
                raise OutputError(
                    f"cannot make the folder {path}: {(error.strerror or str(error)).lower()}"
                ) from error
            folder = cls(path)
            folder.write_json("recipe.json", {"source": source, "recipe": recipe.model_dump()})
            return folder
        raise OutputError(f"{parent} holds 9,999 runs named {stem}", hint="choose another folder with --runs")

    @classmethod
    def unfinished(cls, parent: str | os.PathLike[str], name: str | None = None) -> RunFolder:
        """The run to take up: ``name`` (a folder below ``parent``, or a path), or the latest with a checkpoint."""
        if name is not None:
            candidates = [Path(name), Path(parent) / name]
            for path in candidates:
                if may_exist(path / "checkpoint.safetensors"):
                    return cls(path)
            raise TrainingError(
                f"there is no unfinished run in {candidates[0]}",
                hint="a run that can be taken up has a checkpoint.safetensors in its folder",
            )
        waiting = list(Path(parent).glob("*/checkpoint.safetensors"))
        if not waiting:
            raise TrainingError(f"there is no unfinished run in {parent}", hint="begin one with 'glassnet train'")
        return cls(max(waiting, key=lambda file: file.stat().st_mtime_ns).parent)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only process at work on this run; :class:`TrainingError` where another one is.

        A process that is killed leaves no lock behind.
        """

        def refuse() -> None:
            raise TrainingError(
                f"another process is at work on {self.path}", hint="wait for it to end, or stop it with Ctrl-C"
            )

        with locked(self.path, waiting=refuse):
            try:
                yield
            finally:
                with contextlib.suppress(OSError):  # some systems keep a file for as long as it is open
                    (self.path / ".lock").unlink()

    @property
    def model(self) -> Path:
        """Where the trained model goes."""
        return self.path / "model.safetensors"

    @property
    def checkpoint(self) -> Path:
        """Where the state of a run under way goes."""
        return self.path / "checkpoint.safetensors"

    @property
    def source(self) -> str | None:
        """What ``--data`` asked for when the run began; :class:`TrainingError` where that cannot be read."""
        try:
            source = json.loads((self.path / "recipe.json").read_text(encoding="utf-8"))["source"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"cannot read {self.path / 'recipe.json'}: {error}") from error
        return None if source is None else str(source)

    def write_json(self, name: str, content: Any) -> None:
        """Write one file of the folder as JSON."""
        with replacing(self.path / name) as temporary:
            temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def write_history(self, history: Iterable[EpochRecord]) -> None:
        """Write ``history.csv``; a value that was not measured is an empty cell."""
        with replacing(self.path / "history.csv") as temporary, temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in fields(EpochRecord)])
            writer.writeheader()
            writer.writerows(record.as_dict() for record in history)
