"""From what was typed for MODEL to a model: a file, or the folder of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.errors import ModelError

if TYPE_CHECKING:
    from glassnet.models import Model

__all__ = ["MODEL_HELP", "open_model"]

MODEL_HELP = "A model.safetensors file, or the folder of the run that made it."


def open_model(path: Path) -> Model:
    """Load it; a :class:`ModelError` for one that is not there names the latest that is."""
    from glassnet.models import Model

    path = path.expanduser()
    file = path / "model.safetensors" if path.is_dir() else path
    if file.exists():
        return Model.load(file)
    latest = max(
        Path("runs").glob("*/model.safetensors"), key=lambda found: found.stat().st_mtime_ns, default=None
    )
    raise ModelError(
        f"there is no model {file}",
        hint=f"the latest one here is {latest}" if latest else "make one with 'glassnet train'",
    )
