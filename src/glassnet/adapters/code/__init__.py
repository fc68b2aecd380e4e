"""A model as a program that one can read: the network written out in NumPy, Glassnet, PyTorch or Keras.

The program stands beside a model file, from which it takes the numbers that were learned, and the names of the
classes too: nothing that a model's file says becomes code. In code are only the layers, which Glassnet has parsed,
and whole numbers: where each array begins and which shape it has.

``adapters/code/`` has a module for each framework, and ``plan.py``, which all of them follow.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from glassnet.adapters.code import glassnet_program, keras_program, numpy_program, torch_program
from glassnet.adapters.code.plan import Plan
from glassnet.errors import GlassnetError, ModelError, OutputError
from glassnet.files import replacing
from glassnet.models import Committee, Model

__all__ = ["PROGRAMS", "program", "save_program"]

PROGRAMS: dict[str, Callable[[Plan], str]] = {
    "numpy": numpy_program.written,
    "glassnet": glassnet_program.written,
    "pytorch": torch_program.written,
    "keras": keras_program.written,
}
"""By the name of a framework: what writes the program, from the plan of a network."""


def program(model: Model, framework: str, weights: str = "model.safetensors") -> str:
    """The text of a program that reads pictures as ``model`` does, in one of :data:`PROGRAMS`.

    ``weights`` is the name of the model file, as :meth:`Model.save` writes it, that will lie beside the program.
    Raises :class:`ModelError` for a committee, and for a network that reads anything but grey pictures.
    """
    if isinstance(model, Committee):
        raise ModelError(
            f"a committee of {len(model.members)} networks is no program of one network",
            hint="write its members, each by itself",
        )
    if model.network.input_shape[-1] != 1:
        raise ModelError(
            f"only networks that read grey pictures can be written as a program, this one reads pictures of "
            f"{' x '.join(map(str, model.network.input_shape))}"
        )
    return PROGRAMS[framework](Plan(model, weights))


def save_program(model: Model, framework: str, path: str | os.PathLike[str]) -> list[Path]:
    """Write :func:`program` to ``path`` and the model file beside it; the two paths.

    The model file has the program's name with the ending ``.safetensors``. Where one of that name is there and
    holds another model, nothing is written: :class:`OutputError`.
    """
    path = Path(path)
    weights = path.with_suffix(".safetensors")
    text = program(model, framework, weights.name)
    if os.path.exists(weights):
        if not _holds(weights, model):
            raise OutputError(
                f"cannot write {path}: {weights.name} beside it is there already, and holds another model",
                hint="choose another name, or move that file away",
            )
    else:
        model.save(weights)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return [path, weights]


def _holds(file: Path, model: Model) -> bool:
    """Whether a file is this very model: then a run's own model file may stay beside the program as it is."""
    try:
        other = Model.load(file)
    except GlassnetError:
        return False
    vectors = [(each.network.parameters, each.network.state, each.preparation.offset) for each in (model, other)]
    return (
        model.network.notation() == other.network.notation()
        and all(ours.tobytes() == theirs.tobytes() for ours, theirs in zip(*vectors, strict=True))
        and (model.classes, model.output, model.temperature, model.preparation.scale)
        == (other.classes, other.output, other.temperature, other.preparation.scale)
    )
