"""Any step of a run, also one that was not filmed: from the nearest state that was kept, the run is repeated.

A seeded run gives the same bits again, and its state between two epochs is the whole state. So beside the film lie
a few whole states, and what was recomputed::

    film/states/3.safetensors       a checkpoint after the third epoch; 0 is before the first step
    film/moments/137.safetensors    parameters and state of the network at step 137, and how they were checked

Nothing is taken on trust: the losses on the way are held against those that the run recorded, and the parameters
against the checksums of snapshots, before the step and after it. Another machine, another NumPy or another number
of threads may round otherwise: that is said.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.engine import Network
from glassnet.errors import TrainingError
from glassnet.files import make_folder, replacing
from glassnet.models import Model
from glassnet.training import RunFolder, Step, load_checkpoint, train
from glassnet.training.training_data import open_training_data
from glassnet.web.film import Film, parameter_hash
from glassnet.web.refusals import MissingError

__all__ = ["check_step", "keep_state", "moment_told", "recompute", "recomputed_model", "restarts"]

MOST_STATES, BYTES_OF_STATES = 12, 128 * 2**20
MOST_MOMENTS, BYTES_OF_MOMENTS = 64, 64 * 2**20
SECONDS_TO_GO_ON = 1.0
"""For coming from the step to the next snapshot, whose checksum is then compared."""


def keep_state(run: RunFolder, epoch: int, epochs: int) -> None:
    """Keep the checkpoint that was just saved after ``epoch``, if it is far enough from the one kept before."""
    folder, size = _states(run.path), run.checkpoint.stat().st_size
    most = max(2, min(MOST_STATES, BYTES_OF_STATES // size))
    kept = _numbered(folder)
    if epoch in kept or (kept and (epoch - max(kept) < epochs / most or epoch >= epochs)):
        return
    target = make_folder(folder) / f"{epoch}.safetensors"
    try:
        os.link(
            run.checkpoint, target
        )  # the next checkpoint is another file: this one stays, and nothing is copied
    except OSError:
        with replacing(target) as temporary:
            shutil.copyfile(run.checkpoint, temporary)


def restarts(run: Path, steps_per_epoch: int | None) -> list[int]:
    """The steps from which a run can be repeated."""
    return [epoch * steps_per_epoch for epoch in sorted(_numbered(_states(run)))] if steps_per_epoch else []


def check_step(run: Path, step: int, steps_per_epoch: int | None) -> None:
    """Whether a step that was not filmed can be recomputed; :class:`MissingError` with a sentence where not."""
    film = Film.of_run(run)
    if not film.exists:
        raise MissingError(
            f"the run {run.name} kept no film, so that none of its steps can be looked at",
            hint="runs that are begun on this page keep one",
        )
    reached = max([film.step_count(), *(snapshot.step for snapshot in film.snapshots())])
    if step > reached:
        raise MissingError(
            f"the run {run.name} has come to step {reached:,}: there is no step {step:,}",
            hint=f"choose one from 0 to {reached:,}",
        )
    if not any(begin <= step for begin in restarts(run, steps_per_epoch)):
        raise MissingError(
            f"the run {run.name} kept no checkpoint before step {step:,}, so that it cannot be recomputed",
            hint="choose one of its snapshots, with the slider",
        )


def recompute(folder: RunFolder, step: int) -> dict[str, Any]:
    """Repeat the run up to ``step``, check what comes out, and keep it; what there is to tell of it.

    For a process of its own: it takes as long as that part of the run took.
    """
    began = time.monotonic()
    film = Film.of_run(folder.path)
    per_epoch = json.loads((film.folder / "facts.json").read_text(encoding="utf-8"))["steps_per_epoch"]
    epoch = max(epoch for epoch in _numbered(_states(folder.path)) if epoch * per_epoch <= step)
    state = load_checkpoint(_states(folder.path) / f"{epoch}.safetensors")
    data = open_training_data(state.recipe, folder.source, offline=True, progress=lambda event: None)
    witness, begin, network = _Witness(film), epoch * per_epoch, None
    if step == begin:
        network, seconds = _copy(state.over_pictures()), time.monotonic() - began
    for event in train(state.recipe, data.train, data.validation, state=state):
        if not isinstance(event, Step):
            continue
        at = (event.epoch - 1) * per_epoch + event.step
        witness.hear(at, event.loss)
        if at == step:
            network, seconds = _copy(state.over_pictures()), time.monotonic() - began
        if at in witness.hashes:
            witness.see(at, state.over_pictures())
        long_enough = network is not None and time.monotonic() - began - seconds > SECONDS_TO_GO_ON
        if at >= witness.next_snapshot(step) or long_enough:
            break
    if network is None:
        raise TrainingError(
            f"repeated, the run ended before step {step:,}", hint="choose a snapshot, with the slider"
        )
    return _keep(film, step, network, witness, begin, seconds)


class _Witness:
    """Holds what comes out now against what the run recorded."""

    def __init__(self, film: Film) -> None:
        self.losses = film.steps()["loss"]
        self.hashes = {snapshot.step: snapshot.hash for snapshot in film.snapshots()}
        self.differs_at: int | None = None
        self.seen: list[int] = []
        self.heard: int | None = None

    def hear(self, at: int, loss: float) -> None:
        """The loss of a step, from before its update: what the update before it came to."""
        if at <= len(self.losses) and np.isfinite(self.losses[at - 1]):
            self.heard = at
            if self.losses[at - 1] != np.float32(loss):
                self._differ(at)

    def see(self, at: int, network: Network) -> None:
        """The parameters at a step of which there is a snapshot."""
        self.seen.append(at)
        if self.hashes[at] != parameter_hash(network.parameters):
            self._differ(at)

    def _differ(self, at: int) -> None:
        self.differs_at = at if self.differs_at is None else self.differs_at

    def next_snapshot(self, step: int) -> int:
        """The first one from ``step`` on; without one, the step itself: there is nothing to go on for."""
        return min((at for at in self.hashes if at >= step), default=step)

    def says(self, step: int) -> tuple[bool | None, str]:
        """Whether it agrees, and that in words; ``None`` where nothing was recorded to compare it with."""
        if self.differs_at is not None:
            return False, (
                f"✗ It does not agree with what the run recorded at step {self.differs_at:,}: this machine, its "
                "NumPy or its number of threads is another than the run's. What you see is near that moment, "
                "not the same"
            )
        if self.seen and self.seen[-1] >= step:
            return True, f"Its fingerprint at step {self.seen[-1]:,} is the recorded one"
        if self.heard is not None:
            return True, f"Every loss up to step {self.heard:,} is the recorded one"
        return None, "Nothing was recorded to compare it with"


def _keep(
    film: Film, step: int, network: Network, witness: _Witness, begin: int, seconds: float
) -> dict[str, Any]:
    from safetensors.numpy import save

    agrees, words = witness.says(step)
    count = step - begin
    told = {
        "step": step,
        "hash": parameter_hash(network.parameters),
        "from": begin,
        "recomputed": count,
        "seconds": round(seconds, 3),
        "agrees": agrees,
        "compared_at": witness.differs_at or (witness.seen[-1] if witness.seen else witness.heard),
        "sentence": f"Recomputed {count:,} step{'' if count == 1 else 's'} in {seconds:.1f} s. {words}.",
    }
    tensors = {"parameters": network.parameters, "state": network.state}
    folder = make_folder(_moments(film))
    with replacing(folder / f"{step}.safetensors") as temporary:
        temporary.write_bytes(save(tensors, {"told": json.dumps(told)}))
    _make_room(folder, step)
    return told


def _make_room(folder: Path, newest: int) -> None:
    """Remove those that were recomputed first: they can be recomputed again."""
    numbered = _numbered(folder)
    oldest_first = sorted(numbered, key=lambda step: (step == newest, numbered[step].stat().st_mtime_ns))
    size = numbered[newest].stat().st_size
    for step in oldest_first[: -max(1, min(MOST_MOMENTS, BYTES_OF_MOMENTS // size))]:
        numbered[step].unlink(missing_ok=True)


def moment_told(film: Film, step: int) -> dict[str, Any] | None:
    """What was told of a step when it was recomputed; ``None`` if it was not."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(_moments(film) / f"{step}.safetensors", framework="numpy") as file:
            told: dict[str, Any] = json.loads(file.metadata()["told"])
            return told
    except (OSError, SafetensorError, ValueError, KeyError, TypeError):
        return None


def recomputed_model(film: Film, step: int) -> Model | None:
    """The model at a step that was recomputed; ``None`` if it was not."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(_moments(film) / f"{step}.safetensors")
    except (OSError, SafetensorError):
        return None
    old = film.start.network
    network = Network.from_vectors(
        old.layers, old.input_shape, tensors["parameters"], tensors["state"], old.initializer
    )
    return replace(film.start, network=network)


def _copy(network: Network) -> Network:
    return Network.from_vectors(
        network.layers, network.input_shape, network.parameters.copy(), network.state.copy(), network.initializer
    )


def _states(run: Path) -> Path:
    return run / "film" / "states"


def _moments(film: Film) -> Path:
    return film.folder / "moments"


def _numbered(folder: Path) -> dict[int, Path]:
    """The files of a folder that are named by a number."""
    return {int(path.stem): path for path in folder.glob("*.safetensors") if path.stem.isdecimal()}
