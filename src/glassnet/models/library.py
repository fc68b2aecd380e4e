"""The models that come with the package: trained, measured, ready to use without any network.

Each is a file in the folder ``bundled`` with its card beside it: ``NAME.safetensors`` for one network, or
``NAME.json`` for a committee, and ``NAME.md``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from glassnet.errors import ModelError
from glassnet.models.committee import SUFFIX, Committee, read_committee
from glassnet.models.file import Model, read_header

__all__ = [
    "DEFAULT",
    "SUFFIXES",
    "BundledModel",
    "bundled",
    "bundled_files",
    "bundled_folder",
    "bundled_model",
    "bundled_models",
    "load_model",
    "model_path",
]

DEFAULT = "reader"
"""What reads a digit where nobody has named or trained a model."""

SUFFIXES = (".safetensors", SUFFIX)
"""How the names of what :func:`load_model` reads end: one network, a committee."""


@dataclass(frozen=True)
class BundledModel:
    """A model that comes with the package, as its file describes itself: its arrays are not read."""

    name: str
    path: Path

    @cached_property
    def header(self) -> dict[str, Any]:
        """The file's own description, with ``parameter_count`` (of a committee: of all members)."""
        if self.path.suffix != SUFFIX:
            return read_header(self.path)
        content = read_committee(self.path)
        members = [read_header(self.path.parent / member["file"]) for member in content["members"]]
        return content | {"parameter_count": sum(member["parameter_count"] for member in members)}

    @property
    def title(self) -> str:
        """What it is, in a sentence."""
        return str(self.header.get("title") or self.header.get("recipe", {}).get("title", ""))

    @property
    def parameters(self) -> int:
        """How many numbers it learned."""
        return int(self.header["parameter_count"])

    @property
    def size(self) -> int:
        """Bytes of its file; of a committee's file and its members'."""
        return self.path.stat().st_size + sum(member.stat().st_size for member in self.members)

    @property
    def members(self) -> tuple[Path, ...]:
        """The files of a committee's members; none for a single network."""
        files = dict.fromkeys(member["file"] for member in self.header.get("members", []))
        return tuple(self.path.parent / file for file in files)

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What was measured of it: ``accuracy``, ``interval``, ``seeds`` and more, as its card says in words."""
        metrics: Mapping[str, Any] = self.header["metrics"]
        return metrics

    @property
    def card(self) -> str:
        """Its card, in Markdown."""
        return self.path.with_suffix(".md").read_text(encoding="utf-8")

    def load(self) -> Model | Committee:
        """The model itself."""
        return load_model(self.path)


def bundled_folder() -> Path:
    """Where the package keeps its models."""
    return Path(str(resources.files("glassnet.models") / "bundled"))


def bundled_files() -> dict[str, Path]:
    """The file of every bundled model by its name."""
    files = sorted(path for path in bundled_folder().iterdir() if path.suffix in SUFFIXES)
    return {path.stem: path for path in files}


def bundled_models() -> tuple[BundledModel, ...]:
    """Every model that comes with the package, the smallest first, committees last."""
    found = [BundledModel(name, path) for name, path in bundled_files().items()]
    return tuple(sorted(found, key=lambda model: (model.path.suffix == SUFFIX, model.parameters)))


def bundled_model(name: str) -> BundledModel:
    """What the bundled model ``name`` says of itself; :class:`ModelError` as :func:`bundled`."""
    files = bundled_files()
    if name not in files:
        raise ModelError(f"no model '{name}' comes with Glassnet", hint=f"those that do: {', '.join(files)}")
    return BundledModel(name, files[name])


def bundled(name: str) -> Model | Committee:
    """Load the bundled model ``name``; :class:`ModelError` for one that does not exist, naming those that do.

    >>> bundled("quick").picture_shape
    (28, 28)
    """
    return bundled_model(name).load()


def model_path(named: str | os.PathLike[str]) -> Path:
    """The file of a bundled model by its name, of the model in a run's folder, or the path that was named."""
    files = bundled_files()
    if str(named) in files:
        return files[str(named)]
    path = Path(named).expanduser()
    return path / "model.safetensors" if os.path.isdir(path) else path


def load_model(path: str | os.PathLike[str]) -> Model | Committee:
    """Load a model's or a committee's file; :class:`ModelError` where it is neither."""
    return Committee.load(path) if Path(path).suffix == SUFFIX else Model.load(path)
