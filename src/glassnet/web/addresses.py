"""Models by address: a bundled one, a file, a moment of a run, an edit.

An address names parameters that never change. So a moment in training, a step back, "what if" and "another model"
are one thing: look at another address with the same digit.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from glassnet.errors import GlassnetError, ModelError
from glassnet.files import make_folder, replacing
from glassnet.models import BundledModel, Committee, Model, bundled_folder, bundled_models, load_model
from glassnet.models.committee import SUFFIX as COMMITTEE
from glassnet.models.committee import read_committee
from glassnet.web.cards import tested_on
from glassnet.web.edits import Recipe
from glassnet.web.exact_steps import recomputed_model
from glassnet.web.film import Film
from glassnet.web.refusals import GoneError, MissingError

__all__ = ["Models"]

MOST_LOADED = 32
MOST_BYTES = 64 * 2**20
"""Parameters of loaded models: of large ones, fewer are kept."""
MOST_EDITS = 10_000
"""Recipes of edits; each is a drawing and three numbers."""


class Models:
    """Finds and keeps models. ``runs`` is the folder of runs, ``home`` where opened files are kept."""

    def __init__(self, runs: Path, home: Path) -> None:
        self._runs, self._files = runs, home / "models"
        self._loaded: OrderedDict[str, Model | Committee] = OrderedDict()
        self._edits: OrderedDict[str, Recipe] = OrderedDict()
        self._opened: dict[str, Path] = {}
        self._lock = threading.Lock()

    def get(self, address: str) -> tuple[str, Model]:
        """One network and its resolved address; :class:`MissingError` for one that does not exist."""
        address, model = self.answering(address)
        if isinstance(model, Committee):
            raise ModelError(
                f"'{address}' is {len(model.members)} networks that vote: it has no layers of its own",
                hint=f"look at one of them: {', '.join(self.members(address))}",
            )
        return address, model

    def answering(self, address: str) -> tuple[str, Model | Committee]:
        """What answers at an address, one network or several that vote; otherwise as :meth:`get`."""
        address = self.resolve(address)
        key = address
        if not self.is_for_ever(address):  # a run that is taken up keeps another model in the end
            key += f" {(self.run_folder(address[4:]) / 'model.safetensors').stat().st_mtime_ns}"
        with self._lock:
            if key in self._loaded:
                self._loaded.move_to_end(key)
                return address, self._loaded[key]
        model = self._load(address)
        for network in model.members if isinstance(model, Committee) else [model]:
            _check_grey(network)
        with self._lock:
            self._loaded[key] = model
            while len(self._loaded) > 1 and (len(self._loaded) > MOST_LOADED or self._bytes() > MOST_BYTES):
                self._loaded.popitem(last=False)
        return address, model

    def _bytes(self) -> int:
        return sum(
            network.network.parameters.nbytes
            for model in self._loaded.values()
            for network in (model.members if isinstance(model, Committee) else [model])
        )

    def resolve(self, address: str) -> str:
        """``run:RUN`` as what it stands for now: its kept model, or its latest snapshot while there is none."""
        if not address.startswith("run:") or "@" in address:
            return address
        run = self.run_folder(address[4:])
        snapshots = Film.of_run(run).snapshots()
        under_way = (run / "checkpoint.safetensors").is_file() and snapshots
        if (run / "model.safetensors").is_file() and not under_way:
            return address
        if not snapshots:
            raise MissingError(
                f"the run {run.name} has no model yet", hint="wait for its first step, or run it to its end"
            )
        return f"{address}@{snapshots[-1].step}"

    def is_for_ever(self, address: str) -> bool:
        """Whether an address as it was asked for will always name the same parameters."""
        return not address.startswith("run:") or "@" in address

    def run_folder(self, name: str) -> Path:
        """The folder of a run by its name, which must be a name and nothing else."""
        folder = self._runs / name
        if not name or name != Path(name).name or name.startswith(".") or not (folder / "recipe.json").is_file():
            raise MissingError(
                f"there is no run '{name}' here", hint="choose another; runs lie in the folder named by --runs"
            )
        return folder

    def _load(self, address: str) -> Model | Committee:
        kind, colon, name = address.partition(":")
        if kind == "run" and colon:
            run, _, step = name.partition("@")
            return self._moment(run, step) if step else Model.load(self.run_folder(run) / "model.safetensors")
        if kind == "edit" and colon:
            return self._edited(address)
        if kind == "file" and colon:
            return load_model(self._file(name))
        return load_model(_bundled(address).path)

    def members(self, address: str) -> list[str]:
        """The addresses of the networks that vote in a committee; none for one network."""
        kind, colon, name = address.partition(":")
        if colon and kind != "file":
            return []
        path = self._file(name) if colon else _bundled(address).path
        if path.suffix != COMMITTEE:
            return []
        files = [(path.parent / member["file"]).resolve() for member in read_committee(path)["members"]]
        ours = bundled_folder().resolve()
        return [file.stem if file.parent == ours else self.open_file(file) for file in files]

    def _moment(self, run: str, step: str) -> Model:
        film = Film.of_run(self.run_folder(run))
        snapshots = film.snapshots() if film.exists else []
        found = next((snapshot for snapshot in snapshots if str(snapshot.step) == step), None)
        if found is None and snapshots and step.isdecimal() and str(int(step)) == step:
            recomputed = recomputed_model(film, int(step))
            if recomputed is not None:
                return recomputed
        if found is None:
            steps = [snapshot.step for snapshot in snapshots]
            near = min(steps, key=lambda each: abs(each - int(step)), default=None) if step.isdecimal() else None
            raise MissingError(
                f"the run {run} has no snapshot at step {step}",
                hint="it has none at all" if near is None else f"the nearest one is at step {near}",
            )
        return film.model(found)

    def film_of(self, address: str) -> Film | None:
        """The film of the run that an address belongs to, directly or as what an edit began with."""
        while edit := self._edits.get(address):
            address = edit.base
        kind, _, name = address.partition(":")
        return Film.of_run(self.run_folder(name.partition("@")[0])) if kind == "run" else None

    def title(self, address: str) -> str:
        """A model's name for people."""
        if edit := self._edits.get(address):
            return f"{self.title(edit.base)}, changed"
        kind, colon, name = address.partition(":")
        run, at, step = name.partition("@")
        if kind == "file" and colon and (entry := _entry(address, kind, self._file(name))):
            return str(entry["title"])
        return f"{run}, step {step}" if at else (name if colon else kind)

    # -- edits -----------------------------------------------------------------------------------------------

    def keep_edit(self, recipe: Recipe, model: Model) -> str:
        """Give an edit its address."""
        with self._lock:
            self._edits[recipe.address] = recipe
            if len(self._edits) > MOST_EDITS:
                self._edits.popitem(last=False)
            self._loaded[recipe.address] = model
        return recipe.address

    def edit_of(self, address: str) -> Recipe | None:
        """How an edit was made; ``None`` for any other address."""
        return self._edits.get(address)

    def _edited(self, address: str) -> Model:
        recipe = self._edits.get(address)
        if recipe is None:
            raise GoneError(
                "this change of a model was made before Glassnet was started again, and is gone",
                hint="make it once more",
            )
        return recipe.make(self.get(recipe.base)[1])

    # -- files -----------------------------------------------------------------------------------------------

    def open_file(self, path: Path) -> str:
        """Make a model file known, wherever it lies, and return its address; :class:`ModelError` for no model."""
        model = load_model(path)
        if isinstance(model, Model):
            _check_grey(model)
        name = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        self._opened[name] = path.resolve()
        return f"file:{name}"

    def add_file(self, content: bytes) -> str:
        """Keep a model file that was sent, once it is known to be one."""
        name = hashlib.sha256(content).hexdigest()[:8]
        path = make_folder(self._files) / f"{name}.safetensors"
        with replacing(path) as temporary:
            temporary.write_bytes(content)
        try:
            _check_grey(Model.load(path))
        except GlassnetError as error:
            path.unlink()
            raise type(error)(str(error).replace(str(path), "the file"), hint=error.hint) from None
        return f"file:{name}"

    def _file(self, name: str) -> Path:
        kept = self._files / f"{name}.safetensors"
        path = self._opened.get(name) or (kept if name.isalnum() and kept.is_file() else None)
        if path is None or not path.is_file():
            raise MissingError(
                f"the model file {name if path is None else path.name} is not here any more",
                hint="open it again, or choose another model",
            )
        return path

    # -- the list --------------------------------------------------------------------------------------------

    def listing(self) -> list[dict[str, Any]]:
        """What can be looked at: bundled models, then those of runs, the newest first, then opened files."""
        bundled = [(entry.name, "bundled", entry.path) for entry in bundled_models()]
        trained = sorted(self._runs.glob("*/model.safetensors"), key=_modified, reverse=True)
        runs = [(f"run:{path.parent.name}", "run", path) for path in trained]
        files = {path.stem: path for path in sorted(self._files.glob("*.safetensors"))} | self._opened
        opened = [(f"file:{name}", "file", path) for name, path in files.items()]
        entries = [_entry(*each) for each in (*bundled, *runs, *opened)]
        return [entry for entry in entries if entry is not None]


def _bundled(name: str) -> BundledModel:
    for entry in bundled_models():
        if entry.name == name:
            return entry
    raise MissingError(f"there is no model '{name}' here", hint="choose another one from the list of models")


def _check_grey(model: Model) -> None:
    """The page draws in ink, and explains how ink is read."""
    shape = model.network.input_shape
    if shape[-1] != 1:
        raise ModelError(
            f"this network reads pictures of {' × '.join(map(str, shape))}, {shape[-1]} numbers for each pixel; "
            "the page shows networks that read grey pictures",
            hint="choose another model",
        )


def _modified(path: Path) -> int:
    return path.stat().st_mtime_ns


def _entry(address: str, kind: str, path: Path) -> dict[str, Any] | None:
    """A line of the list, from the file's header alone; ``None`` where the file cannot be read."""
    try:
        header = BundledModel(address, path).header
    except GlassnetError:
        return None
    recipe, provenance, metrics = (header.get(part, {}) for part in ("recipe", "provenance", "metrics"))
    name = {"bundled": address, "run": path.parent.name, "file": path.stem}[kind]
    return {
        "address": address,
        "title": recipe.get("name") if kind == "file" and recipe.get("name") else name,
        "kind": kind,
        "accuracy": metrics.get("accuracy"),
        "tested_on": tested_on(metrics, provenance),
        "parameters": header.get("parameter_count"),
        "created": provenance.get("created"),
        "classes": header.get("classes"),
    }
