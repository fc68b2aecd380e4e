"""Looking back at runs: curves, the film of a layer, one number through time, two runs side by side."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ShapeError
from glassnet.training import Recipe
from glassnet.web.cards import weight_kind, weight_tiles
from glassnet.web.film import Film, Snapshot
from glassnet.web.refusals import MissingError
from glassnet.web.settings import flat

__all__ = ["compared", "epochs_of", "film_tiles", "history", "one_weight"]

MOST_POINTS = 2000
MOST_TILE_BYTES = 24 * 2**20
GOALS = (0.99, 0.98, 0.97, 0.95, 0.9, 0.8, 0.5)
"""Shares of right answers that two runs are compared by: the highest that both reached."""

Tensors = dict[str, NDArray[Any]]


def history(run: Path, first: int = 0) -> tuple[Tensors, dict[str, Any]]:
    """The curves of a run from step ``first`` on, in 2,000 points at most: each is the mean of its steps."""
    film = Film.of_run(run)
    steps = film.steps()[max(first - 1, 0) :]
    events = film.events()
    numbers = np.arange(len(steps)) + max(first, 1)
    size = -(-len(steps) // MOST_POINTS) or 1
    starts = np.arange(0, len(steps), size)
    counts = np.diff(np.append(starts, len(steps)))
    tensors: Tensors = {"step": numbers[np.append(starts[1:], len(steps)) - 1] if len(steps) else numbers}
    for name in ("loss", "rate", "accuracy"):
        tensors[name] = np.add.reduceat(steps[name], starts) / counts if len(steps) else steps[name]
    for name, of in (("loss_min", np.minimum), ("loss_max", np.maximum)):
        tensors[name] = of.reduceat(steps["loss"], starts) if len(steps) else steps["loss"]
    looks = [event for event in events if event["kind"] == "evaluated" and event["step"] >= first]
    tensors |= _columns("evaluated", looks, ("loss", "accuracy"))
    epochs = [event for event in epochs_of(run, events) if event["step"] >= first]
    wanted = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    tensors |= _columns("epoch", epochs, wanted)
    diagnoses = [event for event in events if event["kind"] == "diagnosis"]
    facts = _facts(film)
    return tensors, {"run": run.name, "steps": facts.get("steps"), "diagnoses": diagnoses}


def _columns(prefix: str, rows: list[dict[str, Any]], names: tuple[str, ...]) -> Tensors:
    columns: Tensors = {f"{prefix}/step": np.array([row["step"] for row in rows], np.int32)}
    for name in names:
        values = [np.nan if row.get(name) is None else float(row[name]) for row in rows]
        columns[f"{prefix}/{name}"] = np.array(values, np.float32)
    return columns


def epochs_of(run: Path, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The epochs among a film's events; of a run without a film what ``glassnet train`` wrote, by epochs."""
    if told := [event for event in events if event["kind"] == "epoch"]:
        return told
    try:
        with (run / "history.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        return []
    return [{key: value or None for key, value in row.items()} | {"step": int(row["epoch"])} for row in rows]


def film_tiles(run: Path, layer: int, count: int) -> tuple[Tensors, dict[str, Any]]:
    """The first ``count`` units of a layer at every snapshot, as bytes of one scale."""
    film = _film(run)
    network = film.start.network
    if layer >= len(network.layers):
        raise ShapeError(f"there is no layer {layer}: this run's network has {len(network.layers)}")
    if weight_kind(network, layer) not in ("kernels", "templates"):
        raise ShapeError(
            f"the weights of layer {layer} ({network.layers[layer].notation()}) make no picture",
            hint="convolutions have kernels, and a dense layer on pixels has templates",
        )
    units = np.arange(min(count, network.layers[layer].output_shape[-1]))
    tile = weight_tiles(network, layer, units)["weight"].size
    snapshots = _evenly(film.snapshots(), max(MOST_TILE_BYTES // tile, 2))
    tiles = np.stack([weight_tiles(film.model(each).network, layer, units)["weight"] for each in snapshots])
    scale = float(np.abs(tiles[np.isfinite(tiles)]).max(initial=0)) or 1.0
    levels = np.clip(np.rint(tiles / scale * 127), -127, 127) + 128
    steps = np.array([snapshot.step for snapshot in snapshots], np.int32)
    film_of_layer: Tensors = {"step": steps, "tiles": np.nan_to_num(levels, nan=128).astype(np.uint8)}
    return film_of_layer, {"layer": layer, "units": units.tolist(), "scale": scale}


def _evenly(snapshots: list[Snapshot], most: int) -> list[Snapshot]:
    if len(snapshots) <= most:
        return snapshots
    return [snapshots[place] for place in np.linspace(0, len(snapshots) - 1, most).round().astype(int)]


def one_weight(run: Path, layer: int, parameter: str, index: list[int]) -> dict[str, Any]:
    """One number that a layer learned, at every snapshot."""
    film = _film(run)
    start = 0
    for name, values in film.start.network.named_parameters():
        if name == f"{layer}.{parameter}":
            if len(index) != values.ndim or not np.less(index, values.shape).all():
                raise ShapeError(f"layer {layer}'s {parameter} is {' × '.join(map(str, values.shape))}")
            place = start + int(np.ravel_multi_index(index, values.shape))
            snapshots = film.snapshots()
            path = [float(film.values(place, 1, snapshot)[0]) for snapshot in snapshots]
            return {"steps": [snapshot.step for snapshot in snapshots], "values": path}
        start += values.size
    raise ShapeError(f"layer {layer} has no parameter '{parameter}'")


def compared(this: Path, other: Path) -> dict[str, Any]:
    """What differs between two runs, and which came further sooner."""
    recipes = [flat(_recipe(run).model_dump()) for run in (this, other)]
    different = [
        {"setting": name, "this": recipes[0].get(name), "other": recipes[1].get(name)}
        for name in recipes[0]
        if recipes[0][name] != recipes[1].get(name) and name not in ("name", "title")
    ]
    films = [Film.of_run(run) for run in (this, other)]
    about = [film.about() for film in films]
    for name in ("data", "from"):
        pair = [each.get(name) for each in about]
        if pair[0] != pair[1]:
            different.append({"setting": name, "this": pair[0], "other": pair[1]})
    hashes = [{snapshot.step: snapshot.hash for snapshot in film.snapshots()} for film in films]
    common = set(hashes[0]) & set(hashes[1])
    same = bool(common) and all(hashes[0][step] == hashes[1][step] for step in common)
    return {
        "different": different,
        "same_film": same,
        "sentence": " ".join([_race(this, other, films), _difference(different, same)]),
    }


def _race(this: Path, other: Path, films: list[Film]) -> str:
    looks = [_accuracies(film.events()) for film in films]
    for goal in GOALS:
        reached = [min((step for step, share in run if share >= goal), default=None) for run in looks]
        if None not in reached:
            steps = [f"at step {step:,}" for step in reached]
            return f"{this.name} reaches {100 * goal:.0f} % {steps[0]}, {other.name} {steps[1]}."
    return f"{this.name} and {other.name} are not both known to have come to 50 %."


def _accuracies(events: list[dict[str, Any]]) -> list[tuple[int, float]]:
    """Steps, and the share of right answers there: as looked at between, for which a short run has no time, and
    after epochs, on the validation part, or without one on what was learned from.
    """
    validated = any(event.get("validation_accuracy") is not None for event in events)
    measures = {"evaluated": "accuracy", "epoch": "validation_accuracy" if validated else "train_accuracy"}
    shares = [(event["step"], event.get(measures.get(event["kind"], ""))) for event in events]
    return [(step, share) for step, share in shares if share is not None]


def _difference(different: list[dict[str, Any]], same: bool) -> str:
    if not different:
        return "Nothing differs: every snapshot is the same, number by number." if same else "No setting differs."
    return f"Different: {', '.join(_in_words(row['setting']) for row in different)}."


def _in_words(setting: str) -> str:
    return setting.rpartition(".")[2].replace("_", " ")


def _film(run: Path) -> Film:
    film = Film.of_run(run)
    if not film.exists:
        raise MissingError(
            f"the run {run.name} has no film", hint="only runs that were begun on this page have one"
        )
    return film


def _recipe(run: Path) -> Recipe:
    content = json.loads((run / "recipe.json").read_text(encoding="utf-8"))
    return Recipe.model_validate(content["recipe"])


def _facts(film: Film) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((film.folder / "facts.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts
