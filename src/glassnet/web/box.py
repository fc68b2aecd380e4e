"""All that the server has in its hands, in one place: models, data sets, runs, and where they are kept."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glassnet.models import DEFAULT
from glassnet.web.addresses import Models
from glassnet.web.ink import Drawing, draw
from glassnet.web.lessons import Lessons
from glassnet.web.mine import Mine
from glassnet.web.pictures import Pictures
from glassnet.web.refusals import MissingError
from glassnet.web.requests import Ink
from glassnet.web.runs import Runs
from glassnet.web.sets import Sets
from glassnet.web.slow_motion import SlowMotion
from glassnet.web.uploads import Uploads

__all__ = ["Box", "Seen", "home_folder"]


def home_folder() -> Path:
    """Where kept digits, opened models and sent data lie: ``GLASSNET_HOME``, else the system's folder for data."""
    if chosen := os.environ.get("GLASSNET_HOME"):
        return Path(os.path.expanduser(chosen))
    import platformdirs

    return platformdirs.user_data_path("glassnet", appauthor=False)


@dataclass(frozen=True, eq=False)
class Seen:
    """A digit as the network gets it, and the drawing that it came from, where it was drawn."""

    digit: NDArray[np.uint8]
    drawing: Drawing | None = None

    @property
    def nothing(self) -> str | None:
        """``"empty"`` or ``"little"`` where there is no digit to read."""
        if self.drawing is None:
            return None
        return "empty" if self.drawing.steps is None else "little" if self.drawing.is_a_dot else None


class Box:
    """The server's state. ``runs`` is the folder of runs, ``home`` that of the user's own things."""

    def __init__(self, runs: Path, home: Path, link: str | None = None, model: str | None = None) -> None:
        self.runs_folder, self.home, self.link, self.first_model = runs, home, link, model
        self.models = Models(runs, home)
        self.mine = Mine(home)
        self.sets = Sets(home, self.mine)
        self.uploads = Uploads()
        self.lessons = Lessons(home)
        self.pictures = Pictures()
        self.runs = Runs(runs, self.models, self.sets)
        self.slow_motion = SlowMotion(self.models)
        self.closing = threading.Event()
        self._examples: NDArray[np.uint8] | None = None
        self._lock = threading.Lock()

    def see(self, ink: Ink) -> Seen:
        """From what was sent to what a network gets."""
        if ink.strokes is not None:
            drawing = draw(ink.strokes, ink.pen)
            if drawing.steps is None:
                return Seen(np.zeros((28, 28), np.uint8), drawing)
            return Seen(drawing.shrunk if ink.form == "drawn" else drawing.steps.digit, drawing)
        if ink.image is not None:
            return Seen(self.pictures.digit(ink.image, ink.box))
        assert ink.set is not None
        return Seen(self.picture_of_set(ink.set, ink.index))

    def picture_of_set(self, name: str, index: int) -> NDArray[np.uint8]:
        """One picture of a data set."""
        of_run = name.startswith("run:")
        data = self.slow_motion.training_part(name[4:]) if of_run else self.sets.open(name)
        row = self.mine.place(index) if name == "mine" else index
        if row >= len(data):
            raise MissingError(f"{data.name} has {len(data):,} pictures, there is no number {index}")
        picture: NDArray[np.uint8] = data.images[row]
        return picture

    def examples(self) -> NDArray[np.uint8]:
        """A hundred digits, always the same, to see how large a model's values become."""
        with self._lock:
            if self._examples is None:
                from glassnet.data.strokes import generate

                self._examples = generate(100, seed=1).images
            return self._examples

    def first(self) -> str | None:
        """What to look at first: what was asked for, else the usual bundled model, else the newest run's."""
        if self.first_model is not None:
            return self.first_model
        addresses = [entry["address"] for entry in self.models.listing()]
        return DEFAULT if DEFAULT in addresses else next(iter(addresses), None)

    def close(self) -> None:
        """The server ends: so do streams and runs."""
        self.closing.set()
        self.runs.close()
        self.uploads.close()
