"""Everything that a model can be saved as, in one table: the command line, the server and the page read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from glassnet.models import Model

__all__ = ["FORMATS", "ModelFormat", "formats_here"]


@dataclass(frozen=True)
class ModelFormat:
    """How a model is saved: ``write`` takes the model and a path, and returns the files that it wrote."""

    title: str
    """In a person's words."""
    ending: str
    """Of the file's name."""
    write: Callable[[Model, Path], list[Path]]
    needs: str | None = None
    """The package without which it cannot be written."""


def _model_file(model: Model, path: Path) -> list[Path]:
    model.save(path)
    return [path]


def _onnx(model: Model, path: Path) -> list[Path]:
    from glassnet.adapters.onnx import save_onnx

    save_onnx(model, path)
    return [path]


def _program(framework: str, model: Model, path: Path) -> list[Path]:
    from glassnet.adapters.code import save_program

    return save_program(model, framework, path)


FORMATS: dict[str, ModelFormat] = {
    "safetensors": ModelFormat("Model file (safetensors)", ".safetensors", _model_file),
    "onnx": ModelFormat("ONNX", ".onnx", _onnx, needs="onnx"),
    "numpy": ModelFormat("Code: NumPy only", ".py", partial(_program, "numpy")),
    "glassnet": ModelFormat("Code: Glassnet", ".py", partial(_program, "glassnet")),
    "pytorch": ModelFormat("Code: PyTorch", ".py", partial(_program, "pytorch")),
    "keras": ModelFormat("Code: Keras", ".py", partial(_program, "keras")),
}
"""By the name of a format, as ``--as`` takes it."""


def formats_here() -> dict[str, ModelFormat]:
    """Those that can be written with what is installed."""
    return {name: form for name, form in FORMATS.items() if form.needs is None or find_spec(form.needs)}
