"""What can be taken away: models as files, and what the views show as pictures."""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.adapters.formats import FORMATS, formats_here
from glassnet.errors import DataError
from glassnet.models import Model
from glassnet.training import EpochRecord
from glassnet.web.film import Film
from glassnet.web.history import epochs_of
from glassnet.web.refusals import RequestError
from glassnet.web.requests import Figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn

    from glassnet.web.box import Box

__all__ = ["export_model", "figure", "model_formats"]

_one_at_a_time = threading.Lock()
"""Matplotlib draws one figure at a time."""


def model_formats() -> list[dict[str, str]]:
    """The formats that a model can be saved in here, as a person reads them."""
    return [{"format": name, "title": form.title} for name, form in formats_here().items()]


def export_model(model: Model, name: str) -> tuple[bytes, str]:
    """The model as one file, a zip where it takes several, and the ending of its name."""
    form = FORMATS[name]
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        files = form.write(model, Path(folder) / f"predict{form.ending}")
        if len(files) == 1:
            return files[0].read_bytes(), form.ending
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
        return packed.getvalue(), f"-{name}.zip"


def figure(box: Box, asked: Figure) -> bytes:
    """A figure as PNG."""
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        from glassnet.figures import save

        return save(_drawn(box, asked), Path(folder) / "figure.png").read_bytes()


def _drawn(box: Box, asked: Figure) -> Drawn:
    from glassnet.figures import confusion_matrix, learning_curves, worst_digits
    from glassnet.web.view_picture import view_picture

    if asked.figure == "learning":
        if asked.run is None:
            raise RequestError("learning curves are those of a run: name one")
        return learning_curves(_records(box.models.run_folder(asked.run)))
    if asked.model is None:
        raise RequestError(f"the figure '{asked.figure}' is about a model: name one")
    if asked.figure == "confusion" or asked.figure == "mistakes":
        address, model = box.models.answering(asked.model)
        name = asked.set or box.sets.example
        rows, evaluation = box.sets.read_by(name, address, model)
        if asked.figure == "confusion":
            return confusion_matrix(evaluation)
        return worst_digits(evaluation, box.sets.open(name).images[rows])
    address, network = box.models.get(asked.model)
    digit = None
    if asked.figure != "weights":
        if asked.ink is None:
            raise RequestError(f"the figure '{asked.figure}' is about a digit: send it as ink")
        seen = box.see(asked.ink)
        if seen.nothing == "empty":
            raise RequestError("there is no digit whose numbers could be shown", hint="draw one first")
        digit = seen.digit
    return view_picture(box.models.title(address), network, box.examples(), asked.figure, digit, asked.target)


def _records(run: Path) -> list[EpochRecord]:
    rows = epochs_of(run, Film.of_run(run).events())
    if not rows:
        raise DataError("the run has not finished an epoch yet", hint="let it go on, then ask again")
    names = ("learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    numbers = [{name: row.get(name) for name in names} for row in rows]
    return [
        EpochRecord(number, **{name: None if value is None else float(value) for name, value in row.items()})  # type: ignore[arg-type]
        for number, row in enumerate(numbers, start=1)
    ]
