"""The film of a run: its parameters at chosen steps, so that time can be dragged back.

Beside the files that every run's folder has lies ``film/``::

    model.safetensors     the model before the first step: layers, preparation, classes, recipe
    snapshots.bin         parameters and state, one record after the other, in the network's dtype
    snapshots.jsonl       one line a record: its step, and a checksum of its parameters
    steps.bin             loss, rate and share of right answers of every step (three float32)
    events.jsonl          what else was told: epochs, looks at the probe, troubles
    run.json              what the run was branched from and what was changed
    states/, moments/     for steps between the records: exact_steps.py

Records are only ever added, so a reader needs no lock: it sees those whose line is complete.
"""

from __future__ import annotations

import json
import math
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import Network
from glassnet.engine.layers import Array
from glassnet.files import make_folder
from glassnet.models import Model

__all__ = ["Film", "FilmWriter", "Snapshot", "moments", "parameter_hash"]

BUDGET = 128 * 2**20
"""Bytes of snapshots in a run."""
MOST = 120
FEWEST = 8
"""Of networks so large that no more fit into the budget."""
SHORT_RUN = 24
"""So many in any other run, however short it is."""
SAMPLES_A_SNAPSHOT = 3000
"""It takes as long as learning from 20 to 40 samples does: this makes that about 1 %."""
STEP = np.dtype([("loss", "<f4"), ("rate", "<f4"), ("accuracy", "<f4")])


def moments(total: int, steps_per_epoch: int, record_bytes: int, samples: int) -> list[int]:
    """The steps to keep, of 0 to ``total``: dense where much happens at first, then evenly, and ends of epochs.

    1, 2, 3, 5, 8, 13 … as rabbits multiply; no more than ``MOST``, nor than fit into the budget, nor than can be
    kept beside learning from so many ``samples`` without slowing it.
    """
    affordable = max(SHORT_RUN, samples // SAMPLES_A_SNAPSHOT)
    most = max(FEWEST, min(MOST, affordable, BUDGET // max(record_bytes, 1)))
    if total < most:
        return list(range(total + 1))
    early = [0]
    a, b = 1, 2
    while a <= total and len(early) < most // 3:
        early.append(a)
        a, b = b, a + b
    ends = _thinned(range(steps_per_epoch, total + 1, steps_per_epoch), most // 3)
    chosen = {*early, *ends, total}
    even = np.linspace(0, total, max(most - len(chosen), 2)).round().astype(int).tolist()
    return sorted(chosen | set(even))


def _thinned(steps: range, most: int) -> Iterable[int]:
    return steps if len(steps) <= most else steps[:: -(-len(steps) // max(most, 1))]


def parameter_hash(parameters: Array) -> str:
    """Eight digits by which two films can be compared: a CRC-32, in a third of the time of a sha256."""
    return f"{zlib.crc32(np.ascontiguousarray(parameters).data):08x}"


@dataclass(frozen=True)
class Snapshot:
    """One record: at ``step``, the ``place``-th of its file."""

    step: int
    hash: str
    place: int


@dataclass(frozen=True)
class Film:
    """A film to be read, whether its run is over or under way."""

    folder: Path

    @classmethod
    def of_run(cls, run: Path) -> Film:
        """The film of a run's folder, there or not."""
        return cls(run / "film")

    @property
    def exists(self) -> bool:
        """Whether the run has a film."""
        return (self.folder / "model.safetensors").is_file()

    @cached_property
    def start(self) -> Model:
        """The model before the first step."""
        return Model.load(self.folder / "model.safetensors")

    def snapshots(self) -> list[Snapshot]:
        """What there is by now, in the order of steps."""
        lines = _lines(self.folder / "snapshots.jsonl")
        return sorted((Snapshot(line["step"], line["hash"], place) for place, line in enumerate(lines)), key=_step)

    def parameters(self, snapshot: Snapshot) -> tuple[Array, Array]:
        """Parameters and state of a record."""
        network = self.start.network
        counts = network.parameters.size, network.state.size
        values = np.fromfile(
            self.folder / "snapshots.bin",
            network.dtype,
            count=sum(counts),
            offset=snapshot.place * sum(counts) * network.dtype.itemsize,
        )
        return values[: counts[0]], values[counts[0] :]

    def model(self, snapshot: Snapshot) -> Model:
        """The model as it was then."""
        start = self.start
        network = Network.from_vectors(
            start.network.layers, start.network.input_shape, *self.parameters(snapshot), start.network.initializer
        )
        return replace(start, network=network)

    def values(self, first: int, count: int, snapshot: Snapshot) -> Array:
        """``count`` parameters from number ``first`` on, without reading the others."""
        network = self.start.network
        record = network.parameters.size + network.state.size
        offset = (snapshot.place * record + first) * network.dtype.itemsize
        return np.fromfile(self.folder / "snapshots.bin", network.dtype, count=count, offset=offset)

    def steps(self) -> NDArray[Any]:
        """What was measured at every step: ``loss``, ``rate`` and ``accuracy``, row i at step i + 1."""
        try:
            return np.fromfile(self.folder / "steps.bin", STEP)
        except FileNotFoundError:
            return np.empty(0, STEP)

    def step_count(self) -> int:
        """How many steps there are by now."""
        try:
            return (self.folder / "steps.bin").stat().st_size // STEP.itemsize
        except FileNotFoundError:
            return 0

    def events(self) -> list[dict[str, Any]]:
        """What else was told."""
        return _lines(self.folder / "events.jsonl")

    def about(self) -> dict[str, Any]:
        """What the run was made from."""
        try:
            content: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content


class FilmWriter:
    """Adds to a film, from where it ended. What is there already is not written twice."""

    def __init__(self, film: Film) -> None:
        self.film = film
        folder = make_folder(film.folder)
        self._known = {snapshot.step for snapshot in film.snapshots()}
        self._places = len(self._known)
        self.steps_written = film.step_count()
        self._snapshots: BinaryIO = (folder / "snapshots.bin").open("ab")
        self._index: BinaryIO = (folder / "snapshots.jsonl").open("ab")
        self._steps: BinaryIO = (folder / "steps.bin").open("ab")
        self._rows = array("f")  # rows of STEP that are not written yet: one by one would take far longer
        self._events: BinaryIO = (folder / "events.jsonl").open("ab")
        self._trim()

    def _trim(self) -> None:
        """Cut off what a killed process left half written."""
        network = self.film.start.network
        record = (network.parameters.size + network.state.size) * network.dtype.itemsize
        self._snapshots.truncate(self._places * record)
        self._steps.truncate(self.steps_written * STEP.itemsize)
        _complete_lines(self._index)
        _complete_lines(self._events)

    def snapshot(self, step: int, network: Network) -> str | None:
        """Keep the network as it is at ``step``; its checksum, or ``None`` where that step is there already."""
        if step in self._known:
            return None
        found = parameter_hash(network.parameters)
        for values in (network.parameters, network.state):
            self._snapshots.write(np.ascontiguousarray(values).data)  # a copy would take as long again
        self._snapshots.flush()
        _add_line(self._index, {"step": step, "hash": found})
        self._known.add(step)
        return found

    def step(self, number: int, loss: float, rate: float, accuracy: float) -> None:
        """What was measured at step ``number``, from 1 on."""
        unknown = number - self.steps_written - 1  # what a run did before it had a film
        if unknown >= 0:
            self._rows.extend([math.nan] * (3 * unknown))
            self._rows.extend((loss, rate, accuracy))
            self.steps_written = number

    def event(self, content: dict[str, Any]) -> None:
        """Remember something that was told."""
        _add_line(self._events, content)

    def flush(self) -> None:
        """Let readers see all steps."""
        self._steps.write(self._rows.tobytes())
        self._steps.flush()
        del self._rows[:]

    def close(self) -> None:
        """The run is over, or stops here."""
        self.flush()
        for file in (self._snapshots, self._index, self._steps, self._events):
            file.close()


def _step(snapshot: Snapshot) -> int:
    return snapshot.step


def _add_line(file: BinaryIO, content: dict[str, Any]) -> None:
    file.write(json.dumps(content, ensure_ascii=False).encode() + b"\n")
    file.flush()


def _lines(path: Path) -> list[dict[str, Any]]:
    """The complete lines of a file of JSON lines; none where there is no file."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]


def _complete_lines(file: BinaryIO) -> None:
    with open(file.name, "rb") as reader:
        text = reader.read()
    file.truncate(text.rfind(b"\n") + 1)
