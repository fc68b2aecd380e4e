"""A trained model in one file: enough to predict, to explain, and to know where it came from.

The file is safetensors: a JSON header and plain arrays, readable from a dozen languages and unable to run
code. The header holds what the arrays alone cannot say: the layers, how pictures are prepared, the classes,
how sure to be, the recipe, who made it from what, and what it scored. Layers and preparations are looked up by
name in the engine's tables, never imported by name.

Format 2 added the temperature, and parameters that are stored in half precision: ``dtype`` says what the network
computes in, whatever the file stores. Files of format 1 have neither and are read as ever.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import glassnet
from glassnet.engine import OUTPUTS, Network, Preparation
from glassnet.engine.layers import Array
from glassnet.errors import GlassnetError, ModelError
from glassnet.files import FORBIDDEN_HINT, replacing

__all__ = ["FORMAT", "Model", "digest", "provenance", "read_checksum", "read_header"]

FORMAT = 2
"""Version of the header. A reader refuses files of a later one."""

MAX_BYTES = 2**31
"""No model of ours comes near 2 GB: a file that large is something else."""

DTYPES = ("float32", "float64")
"""What networks compute in. Half precision is for storage alone: NumPy has no fast products of it."""


def provenance(**facts: Any) -> dict[str, Any]:
    """Who made a model: the versions at work and the time (UTC), with more facts beside them."""
    return {
        "glassnet": glassnet.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
    }


@dataclass(eq=False)
class Model:
    """A network with all that is needed to use it.

    ``preparation`` turns pictures into the network's inputs, ``output`` ("softmax" or "sigmoid") turns its
    logits into probabilities, ``classes`` names them. ``temperature`` divides the logits first, which changes no
    answer, only how sure the model is of it: above 1 less, below 1 more (Guo et al. 2017, section 4.2).
    ``recipe``, ``provenance`` and ``metrics`` are plain dictionaries, kept for people.
    """

    network: Network
    preparation: Preparation
    classes: tuple[str, ...]
    output: str = "softmax"
    temperature: float = 1.0
    recipe: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise ModelError(f"a model's temperature must be a number above 0, got {self.temperature}")

    def __repr__(self) -> str:
        height, width = self.picture_shape
        name, accuracy = self.recipe.get("name", "without a recipe"), self.metrics.get("accuracy")
        right = "" if accuracy is None else f", {accuracy:.2%} right in its test"
        return (
            f"<Model {name}: {height} × {width} pixels to {len(self.classes)} classes, "
            f"{self.network.parameter_count:,} parameters{right}>"
        )

    def prepare(self, images: NDArray[np.uint8]) -> Array:
        """The network's inputs ``(N, H, W, 1)`` for pictures ``(N, H, W)``."""
        return self.preparation(images, self.network.dtype)

    def probabilities(self, images: NDArray[np.uint8]) -> Array:
        """Probabilities ``(N, K)`` for pictures ``(N, H, W)`` of ``uint8``, ink bright on black."""
        logits = self.network.predict(images, prepare=self.prepare)
        # in float32 two sigmoids near 1 would be equal
        return OUTPUTS[self.output](logits.astype(np.float64) / self.temperature)

    def predict(self, images: NDArray[np.uint8]) -> Array:
        """The likeliest class ``(N,)`` for pictures ``(N, H, W)``."""
        likeliest: Array = self.network.predict(images, prepare=self.prepare).argmax(axis=1)
        return likeliest

    @property
    def picture_shape(self) -> tuple[int, int]:
        """Height and width of the pictures it reads."""
        height, width, *_ = self.network.input_shape
        return height, width

    def save(self, path: str | os.PathLike[str], *, half: bool = False) -> None:
        """Write the file, whole or not at all; :class:`OutputError` where it cannot be written.

        ``half`` stores the parameters as float16, in half the room and with three digits each, which is enough for
        nearly every network; the loaded one computes in float32 again. :class:`ModelError` where a parameter is
        too large for float16 (65,504).
        """
        from safetensors.numpy import save

        tensors = {
            "parameters": _halved(self.network.parameters) if half else self.network.parameters,
            "state": self.network.state,
            "preparation.offset": np.asarray(self.preparation.offset),
        }
        header = {
            "format": FORMAT,
            "layers": self.network.notation(),
            "input_shape": self.network.input_shape,
            "dtype": self.network.dtype.name,
            "initializer": self.network.initializer,
            "preparation": {"kind": self.preparation.kind, "scale": self.preparation.scale},
            "classes": self.classes,
            "output": self.output,
            "temperature": self.temperature,
            "recipe": self.recipe,
            "provenance": self.provenance,
            "metrics": self.metrics,
        }
        text = json.dumps(header, ensure_ascii=False)
        blob = save(tensors, {"glassnet": text, "sha256": digest(text, tensors)})
        with replacing(path) as temporary:
            temporary.write_bytes(blob)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Model:
        """Read a model; :class:`ModelError` for a file that is missing, damaged, edited or from the future."""
        text, tensors = _read(Path(path))
        try:
            return cls._from_header(json.loads(text), tensors)
        except (KeyError, TypeError, ValueError, GlassnetError) as error:
            if isinstance(error, ModelError):
                raise ModelError(f"{path}: {error}", hint=error.hint) from error
            raise ModelError(
                f"{path}: the description of the model does not make sense ({error})", hint=_DAMAGED
            ) from error

    @classmethod
    def _from_header(cls, header: Mapping[str, Any], tensors: Mapping[str, Array]) -> Model:
        _check_format(header)
        dtype = header.get("dtype", tensors["parameters"].dtype.name)  # format 1 stored what it computes in
        if dtype not in DTYPES:
            raise ModelError(f"the model computes in '{dtype}', known are {', '.join(DTYPES)}")
        if header["output"] not in OUTPUTS:
            raise ModelError(f"the model ends in '{header['output']}', known are {', '.join(OUTPUTS)}")
        height, width, channels = header["input_shape"]
        network = Network.from_vectors(
            header["layers"],
            (height, width, channels),
            tensors["parameters"].astype(dtype, copy=False),
            tensors["state"].astype(dtype, copy=False),
            header["initializer"],
        )
        classes = tuple(header["classes"])
        if network.output_shape != (len(classes),):
            raise ModelError(f"it names {len(classes)} classes, its layers end in shape {network.output_shape}")
        preparation = header["preparation"]
        return cls(
            network=network,
            preparation=Preparation(preparation["kind"], preparation["scale"], tensors["preparation.offset"]),
            classes=classes,
            output=header["output"],
            temperature=header.get("temperature", 1.0),
            recipe=header["recipe"],
            provenance=header["provenance"],
            metrics=header["metrics"],
        )


_DAMAGED = "the file was damaged or edited: train again, or fetch it anew"


def read_header(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a model file says of itself, and ``parameter_count``, in a millisecond: its arrays are not read.

    So nothing proves that they are whole: that is for :meth:`Model.load`. :class:`ModelError` as there.
    """
    with _opened(Path(path)) as (file, metadata):
        try:
            header: dict[str, Any] = json.loads(metadata["glassnet"])
            _check_format(header)
            return header | {"parameter_count": math.prod(file.get_slice("parameters").get_shape())}
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{path}: the description of the model does not make sense", hint=_DAMAGED) from error


def read_checksum(path: str | os.PathLike[str]) -> str:
    """The sha256 over description and arrays that a model file carries, as it stands there."""
    with _opened(Path(path)) as (_, metadata):
        return metadata.get("sha256", "")


def _check_format(header: Mapping[str, Any]) -> None:
    if header["format"] > FORMAT:
        raise ModelError(
            f"the model has format {header['format']}, this Glassnet reads up to {FORMAT}",
            hint="upgrade it: pip install --upgrade glassnet",
        )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, dict[str, str]]]:
    """The safetensors file and its metadata; every way in which it may be none of ours is a ModelError."""
    from safetensors import SafetensorError, safe_open

    try:
        with path.open("rb"):  # safetensors says of every file that it cannot open that there is none
            pass
        if path.stat().st_size > MAX_BYTES:
            raise ModelError(f"{path} has {path.stat().st_size / 2**30:.1f} GB: that is no model of Glassnet")
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if "glassnet" not in metadata:
                raise ModelError(
                    f"{path} is a safetensors file, but not one that Glassnet saved",
                    hint="a model is made by 'glassnet train' and lies in its run's folder",
                )
            yield file, metadata
    except SafetensorError as error:
        raise ModelError(
            f"{path} is not a model, or only part of one ({error})"
            if path.suffix == ".safetensors"
            else f"{path} is not a model",
            hint="a model is a .safetensors file made by 'glassnet train'; if it was one, it was cut short",
        ) from error
    except OSError as error:
        raise ModelError(
            f"cannot read the model {path}: {(error.strerror or str(error)).lower()}",
            hint=FORBIDDEN_HINT if isinstance(error, PermissionError) else None,
        ) from error


def _read(path: Path) -> tuple[str, dict[str, Array]]:
    """The header's text and the arrays, proved to be what was saved."""
    with _opened(path) as (file, metadata):
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dictionary
    text = metadata["glassnet"]
    if metadata.get("sha256") != digest(text, tensors):
        raise ModelError(f"{path}: the checksum does not match the content", hint=_DAMAGED)
    return text, tensors


def _halved(parameters: Array) -> Array:
    if np.abs(parameters, dtype=np.float64).max(initial=0) > np.finfo(np.float16).max:
        raise ModelError("a parameter is too large for half precision", hint="save the model in full precision")
    return parameters.astype(np.float16)


def digest(text: str, tensors: Mapping[str, Array]) -> str:
    """sha256 over a description and all arrays, to notice damage and edits."""
    found = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        found.update(f"\n{name} {tensors[name].dtype} {tensors[name].shape}\n".encode())
        found.update(np.ascontiguousarray(tensors[name]).tobytes())
    return found.hexdigest()
