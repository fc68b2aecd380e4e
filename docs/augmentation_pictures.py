"""The pictures of docs/augmentation.md: how a picture is bent, and every kind of deformation.

    python docs/augmentation_pictures.py [folder]

Everything is made by the functions that augment, from digits drawn by code, so the pictures cannot lag behind.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from glassnet.data.augmentation import NATURAL, SHARES, Augmentation
from glassnet.data.augmentation.bending import PATTERNS, affine_amounts, bend, elastic_amounts, patterns_of
from glassnet.data.strokes import generate
from glassnet.figures import save
from glassnet.figures.augmentation import augmentation_sheet

INK, BEFORE, MARK = "#1f2937", "#9ca3af", "#d9480f"
SIDE = 28

LARGE = Augmentation(
    shift=3, rotation=15, scale=0.2, shear=0.3, elastic=1, thickness=2, blur=1, noise=0.1, contrast=0.5,
    erasing=1, cut=1, neighbour=1, pixelate=1,
)  # fmt: skip


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    mpl.rcParams.update({"font.size": 9, "axes.titlesize": 9, "figure.dpi": 100, "savefig.bbox": "tight"})
    digits = generate(400, seed=1, level="neat")
    one_each = np.concatenate([digits.images[digits.labels == label][:1] for label in range(10)])
    bending(one_each[3], folder / "augmentation-bending.png")
    save(kinds(one_each, digits.images), folder / "augmentation-kinds.png")
    save(natural(one_each), folder / "augmentation-natural.png")


def kinds(digits: NDArray[np.uint8], others: NDArray[np.uint8]) -> Figure:
    """A row for each setting: a digit, and the setting alone at a size that shows."""
    rng = np.random.default_rng(6)
    rows = []
    for number, setting in enumerate(fields(Augmentation)):
        most = getattr(LARGE, setting.name)
        digit = digits[[2, 7, 3, 1, 8, 4, 5, 0, 6, 9, 3, 5, 2][number]][None]
        crowd = np.concatenate([digit.repeat(9, axis=0), others])  # neighbours come from the same pictures
        deformed = Augmentation(**{setting.name: most})(crowd, rng)[:9]
        name = setting.name if setting.name in SHARES else f"{setting.name} {most:g}"
        rows.append((name, np.concatenate([digit, deformed])))
    return augmentation_sheet(rows)


def natural(digits: NDArray[np.uint8]) -> Figure:
    """A row for each digit: NATURAL, all of it at once."""
    rng = np.random.default_rng(2)
    rows = [
        (str(label), np.concatenate([digit[None], NATURAL(digit[None].repeat(9, axis=0), rng)]))
        for label, digit in enumerate(digits)
    ]
    return augmentation_sheet(rows)


def bending(digit: NDArray[np.uint8], path: Path) -> None:
    """From 28 patterns and their amounts to a field, and from a field to a bent picture."""
    amounts = np.zeros((1, 2, PATTERNS), np.float32)
    amounts[:, :, :3] = affine_amounts(
        np.array([[1.5, -1.0]]), np.array([14.0]), np.array([[1.1, 0.9]]), np.array([0.15])
    )
    amounts[:, :, 3:] = elastic_amounts(1.0, 1, np.random.default_rng(8))
    patterns = patterns_of(SIDE, SIDE).reshape(PATTERNS, SIDE, SIDE)
    field = np.tensordot(amounts[0], patterns, 1) + (SIDE - 1) / 2

    figure, panels = plt.subplots(2, 4, figsize=(11, 5.9), layout="constrained")
    first, second = panels
    for panel, number, title in (
        (first[0], 0, "1. pattern: how far right am I"),
        (first[1], 1, "2. pattern: how far down am I"),
        (first[2], 3 + 6, "4.–28. a bump at each of 25 knots"),
    ):
        framed(panel, title)
        limit = np.abs(patterns[number]).max()
        panel.imshow(patterns[number], cmap="PuOr", vmin=-limit, vmax=limit)
    knots = np.linspace(0, SIDE - 1, 5)
    first[2].plot(*np.meshgrid(knots, knots), "+", color=INK, markersize=5)

    panel = framed(first[3], "amounts × patterns: a field")
    pixels = np.arange(0, SIDE, 3)
    y, x = np.meshgrid(pixels, pixels, indexing="ij")
    from_x, from_y = field[0][y, x], field[1][y, x]
    panel.quiver(
        x, y, from_x - x, from_y - y, angles="xy", scale_units="xy", scale=1, color=MARK, width=0.006, headwidth=4
    )
    panel.set(xlim=(-3, SIDE + 2), ylim=(SIDE + 2, -3), aspect="equal")

    panel = framed(second[0], "the old picture")
    panel.imshow(255 - digit, cmap="gray", vmin=0, vmax=255)
    panel = framed(second[1], "the places that are read, row by row")
    panel.imshow(255 - digit, cmap="gray", vmin=0, vmax=255)
    for place in range(0, SIDE, 3):
        panel.plot(field[0, place], field[1, place], color=MARK, linewidth=0.9)
        panel.plot(field[0, :, place], field[1, :, place], color=MARK, linewidth=0.9)
    panel.set(xlim=(-3, SIDE + 2), ylim=(SIDE + 2, -3))

    panel = framed(second[2], "one pixel: a mix of four")
    row, column = brightest_edge(digit, field)
    panel.imshow(255 - digit, cmap="gray", vmin=0, vmax=255)
    at_x, at_y = field[:, row, column]
    panel.plot([at_x], [at_y], "o", color=MARK, markersize=6)
    left, top = int(at_x), int(at_y)
    for i in (0, 1):
        for j in (0, 1):
            share = abs(1 - i - (at_y - top)) * abs(1 - j - (at_x - left))
            grey = int(digit[top + i, left + j])
            colour = "white" if grey > 127 else INK
            panel.text(left + j, top + i - 0.22, f"{share:.2f}", ha="center", va="center", color=colour)
            panel.text(left + j, top + i + 0.28, f"× {grey}", ha="center", va="center", color=colour)
    panel.set(xlim=(left - 1, left + 2), ylim=(top + 2, top - 1))

    panel = framed(second[3], "the new picture")
    panel.imshow(255 - bend(digit[None], amounts)[0], cmap="gray", vmin=0, vmax=255)
    figure.savefig(path)
    plt.close(figure)


def brightest_edge(digit: NDArray[np.uint8], field: NDArray[np.float32]) -> tuple[int, int]:
    """A pixel whose four neighbours in the old picture differ, and which lies well between them."""
    inside = np.clip(field, 0, SIDE - 2).astype(int)
    corners = [digit[inside[1] + i, inside[0] + j].astype(int) for i in (0, 1) for j in (0, 1)]
    between = np.prod([part * (1 - part) for part in field - inside], axis=0)
    best = np.argmax(np.std(corners, axis=0) * between)
    row, column = divmod(int(best), SIDE)
    return row, column


def framed(panel: Axes, title: str) -> Axes:
    panel.set_title(title)
    panel.set(xticks=[], yticks=[])
    return panel


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "images")
