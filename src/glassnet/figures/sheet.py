"""A sheet of paper, measured in pixels, for figures that are made of little pictures.

A hundred small axes would take Matplotlib seconds. Here pictures, cells and bars are painted into one array,
which is shown pixel for pixel, and only words are left to Matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.figures.style import DPI, INK, MARGIN, PAPER, SMALL, heading, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EDGE_WIDTH", "HEADING", "WIDTH", "Sheet", "ink"]

WIDTH = 1200
"""Width of every sheet in pixels: 8 inches."""

EDGE_WIDTH = round(MARGIN * DPI)
"""Free pixels at the left and right edge."""

HEADING = 120
"""Pixels at the top that belong to the heading."""


class Sheet:
    """``WIDTH`` × ``height`` pixels of paper; x goes right and y down from the upper left corner."""

    def __init__(self, height: int, title: str = "", note: str = "") -> None:
        self._figure = new_figure(WIDTH / DPI, height / DPI)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        self._pixels = np.full((height, WIDTH, 3), _rgb(PAPER), np.uint8)
        heading(self._figure, title, note)

    def paint(self, x: int, y: int, width: int, height: int, colour: Any) -> None:
        """Fill a rectangle."""
        self._pixels[y : y + height, x : x + width] = _rgb(colour)

    def frame(self, x: int, y: int, width: int, height: int, colour: str, line: int = 1) -> None:
        """Draw the edge of a rectangle, inwards."""
        inside = self._pixels[y + line : y + height - line, x + line : x + width - line].copy()
        self.paint(x, y, width, height, colour)
        self._pixels[y + line : y + height - line, x + line : x + width - line] = inside

    def paste(self, picture: NDArray[np.uint8], x: int, y: int, scale: int = 1) -> None:
        """Place a picture ``(H, W, 3)``, every pixel of it as a square of ``scale`` × ``scale``."""
        enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
        self._pixels[y : y + len(enlarged), x : x + enlarged.shape[1]] = enlarged

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SMALL,
        colour: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        rotation: float = 0,
        anchor: Literal["center", "bottom"] = "center",
    ) -> None:
        """Write a line, by default centred on the height ``y``."""
        self._axes.text(
            x, y, text, size=size, color=colour, weight="bold" if bold else "normal", ha=align, va=anchor,
            rotation=rotation, rotation_mode="anchor" if anchor == "bottom" else "default", parse_math=False,
        )  # fmt: skip

    def figure(self) -> Figure:
        """The finished figure."""
        height = len(self._pixels)
        self._axes.imshow(self._pixels, extent=(0, WIDTH, height, 0), interpolation="nearest", zorder=0)
        return self._figure


def ink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey picture ``(H, W)``, ink bright, as ink on paper ``(H, W, 3)``."""
    dark: NDArray[np.uint8] = np.repeat(255 - picture[..., None], 3, axis=2)
    return dark


def _rgb(colour: Any) -> NDArray[np.uint8]:
    from matplotlib.colors import to_rgb

    channels: NDArray[np.uint8] = np.rint(255 * np.array(to_rgb(colour))).astype(np.uint8)
    return channels
