"""Saving a run in the middle, so that a power cut costs an epoch at most.

A checkpoint holds the whole state between two epochs. A run that is killed and taken up from it ends with the
same bits as one that never stopped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.engine import Network, Preparation, PrincipalComponents
from glassnet.engine.layers import Array
from glassnet.errors import GlassnetError, TrainingError
from glassnet.files import replacing
from glassnet.models.file import digest
from glassnet.training.averaging import AveragedWeights
from glassnet.training.recipe import Recipe
from glassnet.training.state import EpochRecord, TrainingState, Weights

__all__ = ["load_checkpoint", "save_checkpoint"]

FORMAT = 1


def save_checkpoint(path: str | os.PathLike[str], state: TrainingState) -> None:
    """Write ``state``, whole or not at all; :class:`OutputError` where it cannot be written."""
    from safetensors.numpy import save

    tensors = {
        "parameters": state.network.parameters,
        "state": state.network.state,
        "preparation.offset": np.asarray(state.preparation.offset),
        **{f"moments.{name}": values for name, values in state.optimizer.moments.items()},
    }
    if state.components is not None:
        tensors |= {"components.mean": state.components.mean, "components.axes": state.components.axes}
    if state.best is not None:
        tensors |= {"best.parameters": state.best.parameters, "best.state": state.best.state}
    if state.average is not None:
        tensors |= {"average.parameters": state.average.parameters, "average.state": state.average.state}
    header = {
        "format": FORMAT,
        "recipe": state.recipe.model_dump(),
        "input_shape": state.network.input_shape,
        "picture_shape": state.picture_shape,
        "preparation": {"kind": state.preparation.kind, "scale": state.preparation.scale},
        "data": state.data,
        "epoch": state.epoch,
        "optimizer_steps": state.optimizer.steps,
        "best_epoch": state.best.epoch if state.best else None,
        "averaged": state.average.count if state.average else None,
        "history": [record.as_dict() for record in state.history],
        "reported": sorted(state.reported),
    }
    text = json.dumps(header)
    blob = save(tensors, {"glassnet-checkpoint": text, "sha256": digest(text, tensors)})
    with replacing(path) as temporary:
        temporary.write_bytes(blob)


def load_checkpoint(path: str | os.PathLike[str]) -> TrainingState:
    """Read a state back; :class:`TrainingError` where the file is missing or damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with open(path, "rb"):  # safetensors says of every file that it cannot open that there is none
            pass
        with safe_open(Path(path), framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dictionary
        text = metadata["glassnet-checkpoint"]
        header = json.loads(text)
        if header["format"] > FORMAT:
            raise TrainingError(
                "it was written by a later Glassnet", hint="upgrade it: pip install --upgrade glassnet"
            )
        if metadata.get("sha256") != digest(text, tensors):
            raise TrainingError("the checksum does not match the content", hint="begin a new run")
        return _restored(header, tensors)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"cannot take up the run from {path}: {error}", hint="begin a new run") from error
    except GlassnetError as error:
        raise TrainingError(f"cannot take up the run from {path}: {error}", hint=error.hint) from error


def _restored(header: dict[str, Any], tensors: dict[str, Array]) -> TrainingState:
    recipe = Recipe.model_validate(header["recipe"])
    network = Network.from_vectors(
        recipe.network.layers,
        tuple(header["input_shape"]),
        tensors["parameters"],
        tensors["state"],
        recipe.network.initializer,
    )
    optimizer = recipe.make_optimizer(network)
    optimizer.steps = header["optimizer_steps"]
    optimizer.moments = {name: tensors[f"moments.{name}"] for name in optimizer.remembers if optimizer.steps}
    best = None
    if header["best_epoch"] is not None:
        best = Weights(header["best_epoch"], tensors["best.parameters"], tensors["best.state"])
    average = None
    if header.get("averaged") is not None:
        average = AveragedWeights(tensors["average.parameters"], tensors["average.state"], header["averaged"])
    kind, scale = (header["preparation"][name] for name in ("kind", "scale"))
    preparation = Preparation(kind, scale, tensors["preparation.offset"])
    components = None
    if "components.axes" in tensors:
        components = PrincipalComponents(preparation, tensors["components.mean"], tensors["components.axes"])
    return TrainingState(
        recipe=recipe,
        network=network,
        optimizer=optimizer,
        preparation=preparation,
        data=header["data"],
        picture_shape=tuple(header.get("picture_shape", header["input_shape"])),
        components=components,
        epoch=header["epoch"],
        history=[EpochRecord(**record) for record in header["history"]],
        best=best,
        average=average,
        reported=set(header["reported"]),
    )
