"""Runs: what there is of them on disk, and the one that is at work in a process of its own."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path
from typing import Any

from glassnet.errors import GlassnetError, RecipeError
from glassnet.files import make_folder
from glassnet.training import Recipe, RunFolder, load_recipe, recipe_names
from glassnet.web.addresses import Models
from glassnet.web.exact_steps import check_step, moment_told, restarts
from glassnet.web.film import Film
from glassnet.web.refusals import BusyError
from glassnet.web.requests import Begin, Do
from glassnet.web.ring import Ring
from glassnet.web.sets import Sets
from glassnet.web.settings import as_toml, changed_settings
from glassnet.web.worker import Worker

__all__ = ["Runs"]

LONGEST_RECOMPUTATION = 300.0
"""Seconds."""
AT_WORK = ("starting", "running", "paused")


class Runs:
    """Begins runs, takes them up, tells of them. One is at work at a time."""

    def __init__(self, folder: Path, models: Models, sets: Sets) -> None:
        self._folder, self._models, self._sets = folder, models, sets
        self._worker: Worker | None = None
        self._waiting: Worker | None = None
        self._recomputing: Worker | None = None
        self._one_recomputes = threading.Lock()
        self._rings: dict[str, Ring] = {}
        self._errors: dict[str, dict[str, Any]] = {}
        self._lock, self._rings_lock = threading.RLock(), threading.Lock()
        self.keep_warm = False
        """Whether a process is to wait, ready, for the next run."""

    # -- what there is ---------------------------------------------------------------------------------------

    def cards(self) -> list[dict[str, Any]]:
        """A card for every run, the newest first, without its snapshots."""
        folders = sorted(
            self._folder.glob("*/recipe.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True
        )
        cards = []
        for path in folders:
            with contextlib.suppress(GlassnetError, OSError, ValueError, KeyError, TypeError):  # no run of ours
                cards.append(self.card(path.parent.name, snapshots=False))
        return cards

    @property
    def active(self) -> str | None:
        """The run at work, if one is."""
        worker = self._worker
        return worker.run if worker is not None and worker.state in AT_WORK else None

    def card(self, run: str, *, snapshots: bool = True) -> dict[str, Any]:
        """All that is known of a run."""
        folder = self._models.run_folder(run)
        content = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
        recipe = Recipe.model_validate(content["recipe"])
        film = Film.of_run(folder)
        facts, about, report = (
            _json(folder / name) for name in ("film/facts.json", "film/run.json", "report.json")
        )
        per_epoch = facts.get("steps_per_epoch")
        state, step, error = self._standing(run, folder, report)
        if step is None:
            step = film.step_count()
        card = {
            "run": run,
            "state": state,
            "recipe": recipe.name,
            "title": recipe.title,
            "layers": recipe.network.layers,
            "parameters": facts.get("parameters"),
            "seed": recipe.training.seed,
            "epochs": recipe.training.epochs,
            "batch_size": recipe.training.batch_size,
            "optimizer": recipe.optimizer.name,
            "learning_rate": recipe.optimizer.learning_rate,
            "changed": changed_settings(recipe),
            "data": about.get("data", content.get("source")),
            "data_title": facts.get("data_title"),
            "samples": facts.get("samples"),
            "notice": facts.get("notice"),
            "from": about.get("from"),
            "step": step,
            "steps": facts.get("steps"),
            "epoch": step // per_epoch if per_epoch else report.get("epochs_done", 0),
            "steps_per_epoch": per_epoch,
            "outcome": report.get("outcome"),
            "accuracy": (report.get("test") or {}).get("accuracy"),
            "error": error,
            "film": film.exists,
        }
        if snapshots:
            found = film.snapshots()
            card["restarts"] = restarts(folder, per_epoch)
            card["snapshots"] = [snapshot.step for snapshot in found]
            card["hashes"] = {str(snapshot.step): snapshot.hash for snapshot in found}
        return card

    def _standing(
        self, run: str, folder: Path, report: dict[str, Any]
    ) -> tuple[str, int | None, dict[str, Any] | None]:
        """State, step and error: of the run at work as it tells them, of others as their files say."""
        worker = self._worker
        if worker is not None and worker.run == run and worker.state in AT_WORK:
            return worker.state, worker.step, None
        if (folder / "checkpoint.safetensors").is_file() or not report:
            error = self._errors.get(run)
            return "failed" if error else "paused", None, error
        return "finished", None, None

    def ring(self, run: str) -> Ring:
        """What is told of a run."""
        self._models.run_folder(run)
        with self._rings_lock:
            return self._rings.setdefault(run, Ring())

    # -- what is done ----------------------------------------------------------------------------------------

    def begin(self, asked: Begin) -> dict[str, Any]:
        """Begin a run in a folder of its own."""
        with self._lock:
            recipe, origin = self._recipe(asked)
            source = asked.data or self._data_of(asked.from_) or recipe.data.source
            data = source and self._sets.source_path(source)
            self._make_room(None, instead=asked.instead)  # for what can begin: a slip must not end another run
            folder = RunFolder.create(self._folder, recipe, data)
            make_folder(folder.path / "film")
            about = {"from": asked.from_, "data": source}
            folder.write_json("film/run.json", about)
            if origin is not None:
                origin.save(folder.path / "film" / "origin.safetensors")
            self._set_to_work(folder, paused=asked.begin == "pause")
            return self.card(folder.path.name)

    def _recipe(self, asked: Begin) -> tuple[Recipe, Any]:
        """The recipe with its changes, and the model that a branch begins with."""
        changes = [f"{key}={as_toml(value)}" for key, value in asked.set.items()]
        if asked.seed is not None:
            changes.append(f"training.seed={asked.seed}")
        if asked.epochs is not None:
            changes.append(f"training.epochs={asked.epochs}")
        if asked.from_ is None:
            if asked.recipe not in recipe_names():
                raise RecipeError(
                    f"there is no recipe '{asked.recipe}'", hint=f"there are {', '.join(recipe_names())}"
                )
            return load_recipe(asked.recipe, changes), None
        address, model = self._models.get(asked.from_)
        try:
            recipe = Recipe.model_validate(model.recipe)
        except ValueError as error:
            raise RecipeError(f"{address} has no recipe to go on with", hint="begin a run of its own") from error
        return recipe.changed(changes), model

    def _data_of(self, origin: str | None) -> str | None:
        """What the run learned from that a branch comes from."""
        film = None if origin is None else self._models.film_of(origin)
        return None if film is None else film.about().get("data")

    def do(self, run: str, asked: Do) -> dict[str, Any]:
        """Go on, pause, or go so far and pause."""
        with self._lock:
            card = self.card(run, snapshots=False)
            if card["state"] == "finished":
                raise BusyError(
                    f"the run {run} is finished", hint="branch from one of its snapshots, or begin another"
                )
            if self.active != run:
                if asked.do == "pause":
                    return self.card(run)
                self._make_room(run, instead=asked.instead)
                self._errors.pop(run, None)
                self._set_to_work(RunFolder(self._models.run_folder(run)), paused=asked.do == "step")
            assert self._worker is not None
            self._worker.command({"do": asked.do, "unit": asked.unit, "n": asked.n})
            return self.card(run)

    def _make_room(self, run: str | None, *, instead: bool) -> None:
        """See that no other run is at work: a paused one makes room by itself, a running one if told to."""
        busy = self.active
        if busy is None or busy == run:
            return
        assert self._worker is not None
        if not instead and self._worker.state != "paused":
            raise BusyError(
                f"the run {busy} is at work, and two at once would slow each other",
                hint="pause it first, or begin this one instead",
                run=busy,
            )
        self._worker.end()
        self._say_state(busy)

    def _set_to_work(self, folder: RunFolder, *, paused: bool) -> None:
        worker = self._worker = self._ready_worker()
        run = folder.path.name
        ring = self.ring(run)

        def hear(message: dict[str, Any]) -> None:
            kind = message.pop("kind")
            if kind == "state":
                if message["state"] == "failed":
                    self._errors[run] = message["error"]
                self._say_state(run)
                if message["state"] in ("finished", "failed"):
                    self.warm_up()
            else:
                ring.add(kind, message)

        worker.work(folder.path, paused=paused, hear=hear)

    def _say_state(self, run: str) -> None:
        with contextlib.suppress(GlassnetError, OSError):
            self.ring(run).add("state", self.card(run, snapshots=False))

    def exactly(self, run: str, step: int) -> dict[str, Any]:
        """Have a step of a run at hand: as it was filmed, or recomputed from the nearest state that was kept.

        :class:`MissingError` for a step that there is not.
        """
        folder = self._models.run_folder(run)
        film = Film.of_run(folder)
        filmed = next((snapshot for snapshot in film.snapshots() if snapshot.step == step), None)
        if filmed is not None:
            nothing = {"from": step, "recomputed": 0, "seconds": 0.0, "agrees": True, "compared_at": step}
            return _named(run, {"step": step, "hash": filmed.hash, **nothing, "sentence": "This step was filmed."})
        with self._one_recomputes:
            told = moment_told(film, step)
            if told is None:
                check_step(folder, step, _json(folder / "film/facts.json").get("steps_per_epoch"))
                worker = self._recomputing = self._ready_worker()
                try:
                    told = worker.recompute(folder, step, LONGEST_RECOMPUTATION)
                finally:
                    self._recomputing = None
                    self.warm_up()
        return _named(run, told)

    def _ready_worker(self) -> Worker:
        with self._lock:
            worker = self._waiting if self._waiting is not None and self._waiting.is_alive else Worker()
            self._waiting = None
            return worker

    def warm_up(self) -> None:
        """Have a process wait that has imported everything, so that the next run begins at once."""
        if self.keep_warm and (self._waiting is None or not self._waiting.is_alive):
            self._waiting = Worker()

    def close(self) -> None:
        """End the processes."""
        self.keep_warm = False
        for worker in (self._worker, self._waiting, self._recomputing):
            if worker is not None:
                worker.end()


def _named(run: str, told: dict[str, Any]) -> dict[str, Any]:
    return {"run": run, "address": f"run:{run}@{told['step']}", **told}


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
