"""From what was typed for MODEL to a model: a bundled model's name, a file, or the folder of a run.

The names come before files, as those of data sets do: write ``./quick`` for a folder of that name.
"""

from __future__ import annotations

import difflib
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from glassnet.errors import ModelError
from glassnet.files import may_exist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.models import Committee, Model

__all__ = [
    "MODEL_HELP",
    "PICTURES_HELP",
    "check_answer",
    "model_and_pictures",
    "model_or_default",
    "open_model",
    "open_network",
    "tell_of_several",
]

MODEL_HELP = "The name of a bundled model (see 'glassnet models'), a model's file, or the folder of a run."
PICTURES_HELP = (
    "Pictures of one digit each, in any size and colour. Before them, or after --model: what reads them. If no "
    "model is named: the newest run in ./runs, or else the bundled one."
)


def open_model(named: str | Path) -> Model | Committee:
    """Load it; a :class:`ModelError` for one that is not there names those that are."""
    from glassnet.models import load_model
    from glassnet.models.library import bundled_files, model_path

    file, files = model_path(named), bundled_files()
    if may_exist(file) and str(named):
        return load_model(file)
    if os.path.isdir(Path(named).expanduser()):
        raise ModelError(
            f"'{named}' is a folder without a model.safetensors: it is not that of a run"
            if str(named)
            else "a model without a name: ''",
            hint=f"these come with Glassnet: {', '.join(files)}",
        )
    close = difflib.get_close_matches(str(named), files, n=1)
    if close:
        raise ModelError(
            f"there is no model {named}", hint=f"did you mean {close[0]}? 'glassnet models' lists them"
        )
    latest = _newest_run()
    here = f"the latest one here is {latest}" if latest else "make one with 'glassnet train'"
    raise ModelError(f"there is no model {file}", hint=f"{here}; these come with Glassnet: {', '.join(files)}")


def open_network(named: str | Path) -> Model:
    """The same for what needs a single network; :class:`ModelError` for a committee."""
    from glassnet.models import Model

    model = open_model(named)
    if not isinstance(model, Model):
        raise ModelError(
            f"{named} is a committee of several networks", hint=f"name one of them: {_members(named)}"
        )
    return model


def _members(committee: str | Path) -> str:
    """What to type for each member of a committee."""
    from glassnet.models.library import BundledModel, bundled_files

    files = bundled_files()
    path = files.get(str(committee), Path(committee).expanduser())
    names = {file.resolve(): name for name, file in files.items()}
    return ", ".join(names.get(file.resolve(), str(file)) for file in BundledModel(path.stem, path).members)


def model_or_default(named: str | Path | None) -> str:
    """What was named, or else the newest run in ``./runs``, or the bundled default: a note says which."""
    from glassnet.cli.output import note
    from glassnet.models import DEFAULT

    if named is not None:
        return str(named)
    latest = _newest_run()
    if latest is not None:
        note(f"no model was named: this is {latest}, the newest in ./runs")
        return str(latest)
    note(f"no model was named: this is '{DEFAULT}', which comes with Glassnet; 'glassnet models' lists others")
    return DEFAULT


def model_and_pictures(words: Sequence[str], model: str | None) -> tuple[str, list[Path]]:
    """Tell ``[MODEL] PICTURE...`` apart: with ``--model``, or a first word that can be no picture."""
    from glassnet.models.library import SUFFIXES, bundled_files

    pictures = list(words)
    if not all(word.strip() for word in pictures):
        raise typer.BadParameter("a picture without a name: ''")
    if model is None and _names_a_model(pictures[0]):
        model = pictures.pop(0)
    if not pictures:
        path = Path(str(model)).expanduser()
        if os.path.isdir(path) and model not in bundled_files() and not may_exist(path / "model.safetensors"):
            raise typer.BadParameter(
                f"{model} is a folder, and not that of a run: name the pictures in it, such as {path / '*.png'}"
            )
        if model in bundled_files() or may_exist(path) or path.suffix in SUFFIXES:
            raise typer.BadParameter(f"a PICTURE is missing after the model {model}")
        raise typer.BadParameter(f"there is no picture '{model}', and no model of that name")
    return model_or_default(model), [Path(picture) for picture in pictures]


def check_answer(probabilities: NDArray[Any], named: str | Path) -> None:
    """Refuse an answer that is none: :class:`ModelError` where a model's numbers have overflowed."""
    import numpy as np

    if not np.isfinite(probabilities).all():
        raise ModelError(
            f"the numbers in {named} overflow, so that its answers mean nothing",
            hint="it has learned with too high a learning rate: train again with a tenth of it",
        )


def tell_of_several(picture: Path) -> None:
    """Of a picture that was taken for one digit and seems to show more: say who can read it."""
    from glassnet.cli.output import note

    note(f"{picture} seems to show several digits; to read them all: glassnet read {shlex.quote(str(picture))}")


def _names_a_model(word: str) -> bool:
    from glassnet.models.library import SUFFIXES, bundled_files

    path = Path(word).expanduser()
    named_like_a_run = not path.suffix and not os.path.exists(path)
    return word in bundled_files() or path.suffix in SUFFIXES or os.path.isdir(path) or named_like_a_run


def _newest_run() -> Path | None:
    models = Path("runs").glob("*/model.safetensors")
    return max(models, key=lambda found: found.stat().st_mtime_ns, default=None)
