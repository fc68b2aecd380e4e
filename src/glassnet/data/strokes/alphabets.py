"""What can be written: handwritten digits, printed digits, letters; each a table of paths, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS
from glassnet.data.strokes import brush, hand, pen
from glassnet.data.strokes.hand import Hand, Manner
from glassnet.data.strokes.splines import PathTable, path_table
from glassnet.data.strokes.templates import read_templates

__all__ = ["ALPHABETS", "Alphabet", "DrawnStyle", "alphabet", "ink", "styles"]

FloatArray = NDArray[np.float32]

ALPHABETS = {
    "handwriting": tuple(f"{digit}.txt" for digit in DIGITS),
    "print": ("print.txt",),
    "letters": ("letters.txt",),
}
"""The template files behind each alphabet."""

PEN_RADII = (1.24, 1.19, 1.14, 1.10, 1.02, 1.05, 1.07, 1.13, 1.01, 1.00)
"""Half the width of a common pen for the digits 0 to 9, in pixels of the 28 × 28 picture.

A pen is the same for all digits, but a crowded shape is written larger and shrunk more. This and the next two
are set by hand so that mean line width, aspect and slant of each digit are about those of MNIST's training part.
"""

WIDTHS = (1.07, 1.0, 1.07, 1.02, 1.11, 1.15, 0.94, 1.05, 0.98, 1.0)
"""How much wider than the templates the digits 0 to 9 are written on average."""

LEANS = (0.19, 0.26, 0.10, 0.06, 0.16, 0.15, 0.12, 0.02, 0.07, 0.12)
"""How far the digits 0 to 9 lean to the right on average, as a tangent: most people write with the right hand."""


@dataclass(frozen=True)
class Alphabet:
    """Paths of S styles, what each shows, and the manner in which each is written on average ``(S, 1)``."""

    paths: PathTable
    shows: tuple[str, ...]
    manner: Manner
    upto: NDArray[np.float64]
    """(S,): the running sum of the styles' probabilities; every character shown is equally likely."""

    def choose(self, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Styles at random, ``(count,)``."""
        return np.minimum(np.searchsorted(self.upto, rng.random(count)), len(self.shows) - 1)

    def write(
        self, styles: NDArray[np.intp], habits: Hand, rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Write one character per style: x, y, the pen's radii ``(n, M)`` and where it is down ``(n, M - 1)``."""
        manner = Manner(self.manner.pen[styles], self.manner.width[styles], self.manner.slant[styles])
        x, y = hand.write(self.paths, styles, manner, habits, rng)
        return x, y, pen.radii(x, y, manner.pen, habits, rng), self.paths.pen_down[styles]


@cache
def alphabet(name: str) -> Alphabet:
    """One of :data:`ALPHABETS`."""
    paths = path_table([style for file in ALPHABETS[name] for style in read_templates(file)])
    shows = tuple(style.shows for style in paths.styles)
    _, character = np.unique(shows, return_inverse=True)
    share = paths.probability / np.bincount(character, paths.probability)[character] / (character.max() + 1)
    if name == "handwriting":
        digit = np.array([int(one) for one in shows])
        means = [np.array(values, np.float32)[digit, None] for values in (PEN_RADII, WIDTHS, LEANS)]
    else:
        means = [np.full((len(shows), 1), value, np.float32) for value in (1.1, 1.0, 0.05)]
    return Alphabet(paths, shows, Manner(*means), np.cumsum(share))


def ink(
    x: FloatArray,
    y: FloatArray,
    radii: FloatArray,
    pen_down: FloatArray,
    habits: Hand,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """Paths to pictures ``(n, 28, 28)`` in MNIST's normal form; x, y and radii are overwritten."""
    brush.fit(x, y, radii)
    steps = brush.step_lengths(x, y, pen_down)
    pen.soil(x, y, radii, steps, habits, rng)
    edge = np.float32(0.85) + np.float32(0.4) * rng.random((len(x), 1), np.float32)
    rim = pen.ragged_rim(len(x), brush.BOX**2, habits, rng)
    return brush.set_in(brush.draw(x, y, radii, steps, edge, rim))


@dataclass(frozen=True)
class DrawnStyle:
    """A style and its variants as typed in: pictures ``(V, 28, 28)``, with nothing left to chance."""

    shows: str
    name: str
    images: NDArray[np.uint8]


def styles(name: str = "handwriting") -> tuple[DrawnStyle, ...]:
    """Every style of an alphabet (``"handwriting"``, ``"print"`` or ``"letters"``), for a sheet to look at."""
    paths = alphabet(name).paths
    owner = np.repeat(np.arange(len(paths.styles)), paths.size)
    radii = np.ones_like(paths.x)
    still = Hand().at_level(0)
    images = ink(paths.x.copy(), paths.y.copy(), radii, paths.pen_down[owner], still, np.random.default_rng(0))
    return tuple(
        DrawnStyle(style.shows, style.name, images[first : first + size])
        for style, first, size in zip(paths.styles, paths.first, paths.size, strict=True)
    )
