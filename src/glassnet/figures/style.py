"""One look for all figures: quiet colours, plain axes, sizes that can be read from the back row.

Blue is positive and orange is negative, everywhere and only for signed quantities, and white is zero; both ends
are about equally dark, and no kind of colour blindness mixes them up. Everything else is ink on paper. Figures
are made without pyplot, whose state is shared: these can be drawn in any thread, without a display.
"""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import OutputError
from glassnet.files import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure

__all__ = [
    "DPI",
    "EDGE",
    "INK",
    "LINE",
    "MARGIN",
    "MUTED",
    "NEGATIVE",
    "PAPER",
    "POSITIVE",
    "SMALL",
    "TEXT",
    "TITLE",
    "check_ending",
    "heading",
    "new_figure",
    "percent",
    "plain_axes",
    "save",
    "signed_colours",
    "text_on",
    "written_names",
]

ENDINGS = ("eps", "jpeg", "jpg", "pdf", "png", "ps", "svg", "svgz", "tif", "tiff", "webp")
"""Formats of a saved figure. Matplotlib knows more, but those are bare pixels (raw) or need TeX (pgf)."""

DPI = 150
"""Pixels per inch of a saved figure."""

PAPER = "#FFFFFF"
INK = "#1B1C1E"
MUTED = "#595D65"
EDGE = "#85888F"
LINE = "#D6D6D0"
POSITIVE = "#0B5CAD"
NEGATIVE = "#A14A00"

TITLE, TEXT, SMALL = 13.0, 10.5, 9.0
"""Sizes of type in points, for a figure 8 inches wide."""

LONGEST_NAME = 14
"""Letters of a class's name that are drawn."""

MARGIN = 0.27
"""Free space at the edges, in inches."""


def new_figure(width: float, height: float) -> Figure:
    """A blank figure of ``width`` × ``height`` inches that belongs to nobody else."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def plain_axes(axes: Axes, *, title: str = "", x: str = "", y: str = "", grid: bool = True) -> None:
    """Two thin spines, quiet ticks, horizontal lines to read values by, and a title on the left."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(EDGE)
    axes.tick_params(colors=EDGE, labelcolor=INK, labelsize=SMALL, length=3)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_title(title, loc="left", fontsize=TEXT, color=INK, fontweight="bold", pad=9)
    axes.set_xlabel(x, fontsize=SMALL, color=MUTED)
    axes.set_ylabel(y, fontsize=SMALL, color=MUTED)


def heading(figure: Figure, title: str, note: str = "") -> None:
    """What the figure says, in the upper left corner, and a quieter line below it."""
    width, height = figure.get_size_inches()
    x = MARGIN / width  # it may hold a file's name: a $ in that is no formula, and not all of it need be text
    title, note = (text.encode(errors="replace").decode() for text in (title, note))
    figure.text(x, 1 - 0.32 / height, title, size=TITLE, weight="bold", color=INK, va="center", parse_math=False)
    figure.text(x, 1 - 0.60 / height, note, size=SMALL, color=MUTED, va="center", parse_math=False)


def save(figure: Figure, path: str | os.PathLike[str]) -> Path:
    """Write a figure; the ending of ``path`` decides the format (png, pdf, svg …).

    Raises :class:`OutputError` for an ending that is no format, and where the file cannot be written.
    """
    target = check_ending(path)
    with replacing(target) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from", UserWarning)  # a name in Chinese gets boxes
        figure.savefig(temporary, dpi=DPI, facecolor=PAPER)
    return target


def check_ending(path: str | os.PathLike[str]) -> Path:
    """The path, if its ending is a format that a figure can be written in; :class:`OutputError` if not.

    So whoever is about to spend time on a figure can ask first whether it can be kept.
    """
    target = Path(path)
    if target.suffix.removeprefix(".").lower() not in ENDINGS:
        raise OutputError(
            f"cannot write {target}: '{target.suffix}' is no format for a figure"
            if target.suffix
            else f"cannot write {target}: its name has no ending that says in which format",
            hint=f"known endings: {', '.join(ENDINGS)}",
        )
    return target


def percent(share: float, decimals: int = 1) -> str:
    """A share as a person writes it: ``"98.5 %"``, with 100 only where it is all and 0 only where it is none."""
    text, step = f"{share:.{decimals}%}", 10.0**-decimals
    if share < 1 and float(text[:-1]) >= 100:
        return f"> {100 - step:.{decimals}f} %"
    if share > 0 and float(text[:-1]) == 0:
        return f"< {step:.{decimals}f} %"
    return f"{text[:-1]} %"


def written_names(names: Sequence[str]) -> list[str]:
    """Names of classes as they can be drawn: no longer than 14 letters, without letters that the font lacks.

    A name of which nothing is left is replaced by its number: あ, い become 0, 1.
    """
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    drawn = []
    for number, name in enumerate(names):
        known = "".join(letter for letter in name if letter.isprintable() and font.get_char_index(ord(letter)))
        short = known.strip() or str(number)
        drawn.append(short if len(short) <= LONGEST_NAME else short[: LONGEST_NAME - 1] + "…")
    return drawn


def text_on(colour: Sequence[float]) -> str:
    """Black or white, whichever can be read better on ``colour`` (WCAG 2.2, relative luminance)."""
    luminance = float(_linear(np.asarray(colour[:3])) @ (0.2126, 0.7152, 0.0722))
    return "black" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"


@functools.cache
def signed_colours() -> ListedColormap:
    """From orange (−1) over white (0) to blue (+1): 511 colours, even steps to the eye on both sides."""
    from matplotlib.colors import ListedColormap, to_rgb

    paper, low, high = (_to_oklab(np.array(to_rgb(name))) for name in (PAPER, NEGATIVE, POSITIVE))
    steps = np.linspace(0, 1, 256)[:, None]
    down, up = paper + steps * (low - paper), paper + steps * (high - paper)
    return ListedColormap(np.clip(_from_oklab(np.concatenate([down[:0:-1], up])), 0, 1), name="signed")


# OKLab, a space in which equal distances look equal: https://bottosson.github.io/posts/oklab/ (Ottosson 2020).
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _linear(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _to_oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    lab: NDArray[np.float64] = np.cbrt(_linear(rgb) @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def _from_oklab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = (lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_CONES).T
    curved = 1.055 * np.clip(linear, 0, None) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curved)
