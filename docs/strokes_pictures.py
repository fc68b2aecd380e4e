"""The pictures of docs/strokes.md: every stage of a digit, and sheets of what comes out.

    python docs/strokes_pictures.py [folder]

Everything is drawn by the functions that draw the data set, so the pictures cannot lag behind the code.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from PIL import Image

from glassnet.data.strokes import brush, generate, generate_nondigits, hand, pen, styles
from glassnet.data.strokes.alphabets import alphabet
from glassnet.data.strokes.hand import Hand

INK, BEFORE, MARK = "#1f2937", "#9ca3af", "#d9480f"
SHOWN = ("2", "large loop at the foot")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    mpl.rcParams.update({"font.size": 9, "axes.titlesize": 9, "figure.dpi": 100, "savefig.bbox": "tight"})
    stages(folder / "strokes-stages.png")
    digits = generate(6000, seed=1)
    save(folder / "strokes-digits.png", by_class(digits.images, digits.labels, 10, 32), 32)
    rows = []
    for level in ("neat", "natural", "wild"):
        digits = generate(2000, seed=1, level=level)
        rows.append(by_class(digits.images, digits.labels, 10, 3))
    save(folder / "strokes-levels.png", np.concatenate(rows), 30)
    printed = generate(3000, seed=1, printed=1.0)
    save(folder / "strokes-printed.png", by_class(printed.images, printed.labels, 10, 32)[: 10 * 32], 32)
    others = generate_nondigits(5000, seed=1)
    kinds = by_class(others.images, others.labels, len(others.classes), 64)
    save(folder / "strokes-nondigits.png", kinds[64:], 32)  # without the first, which is blank
    for name in ("handwriting", "print", "letters"):
        save(folder / f"strokes-styles-{name}.png", np.concatenate([style.images for style in styles(name)]), 32)


def by_class(images: NDArray[np.uint8], labels: NDArray[np.uint8], classes: int, each: int) -> NDArray[np.uint8]:
    """The first ``each`` pictures of every class, class by class."""
    return np.concatenate([images[labels == label][:each] for label in range(classes)])


def save(path: Path, images: NDArray[np.uint8], columns: int) -> None:
    """A sheet of pictures, dark ink on white."""
    rows = -(-len(images) // columns)
    cells = np.zeros((rows * columns, 28, 28), np.uint8)
    cells[: len(images)] = images
    sheet = cells.reshape(rows, columns, 28, 28).transpose(0, 2, 1, 3).reshape(rows * 28, columns * 28)
    Image.fromarray(255 - sheet).save(path, optimize=True)


def stages(path: Path) -> None:
    letters = alphabet("handwriting")
    table = letters.paths
    number = next(i for i, style in enumerate(table.styles) if (style.shows, style.name) == SHOWN)
    chosen = np.array([number])
    rng = np.random.Generator(np.random.Philox(key=12))
    habits = Hand()
    figure, grid = plt.subplots(2, 6, figsize=(13.5, 4.9), layout="constrained")
    panels = iter(grid.ravel())

    panel = titled(next(panels), "1. points typed in")
    typed = table.styles[number].variants[0][0]
    row = table.first[number]
    low, high = typed.points.min(axis=0), typed.points.max(axis=0)
    points = (typed.points - (low + high) / 2) / (high - low).max()
    line(panel, table.x[row], table.y[row], BEFORE)
    panel.plot(*points.T, "o", color=MARK, markersize=4)

    panel = titled(next(panels), "2. a blend of two variants")
    x, y = hand.choose_paths(table, chosen, habits.blend, rng)
    for variant in range(row, row + 2):
        line(panel, table.x[variant], table.y[variant], BEFORE)
    line(panel, x[0], y[0], INK)

    def step(title: str, before: tuple[NDArray[np.float32], NDArray[np.float32]]) -> None:
        panel = titled(next(panels), title)
        line(panel, *before, BEFORE)
        line(panel, x[0], y[0], INK)

    before = x[0].copy(), y[0].copy()
    hand.wander(x, y, table.length[chosen], habits, rng)
    step("3. the shape wanders", before)
    before = x[0].copy(), y[0].copy()
    hand.slide_ends(x, y, table, chosen, habits, rng)
    hand.flick(x, y, habits.flick, rng)
    step("4. ends too long, short or aside", before)

    panel = titled(next(panels), "5. the plane is warped")
    ruled = rulers()
    all_x, all_y = (
        np.concatenate([values, lines.reshape(1, -1)], axis=1) for values, lines in zip((x, y), ruled, strict=True)
    )
    hand.warp(all_x, all_y, habits.warp, rng)
    bent_x, bent_y = (values[0, x.shape[1] :].reshape(ruled[0].shape) for values in (all_x, all_y))
    panel.plot(bent_x.T, bent_y.T, color="#d1d5db", linewidth=0.6)
    x, y = all_x[:, : x.shape[1]].copy(), all_y[:, : y.shape[1]].copy()
    line(panel, x[0], y[0], INK)

    before = x[0].copy(), y[0].copy()
    hand.trapezoid(x, y, habits.trapezoid, rng)
    hand.lean(x, y, letters.manner.slant[chosen], habits, rng)
    step("6. trapezoid, aspect, slant, turn", before)

    radii = pen.radii(x, y, letters.manner.pen[chosen], habits, rng)
    brush.fit(x, y, radii)
    panel = titled(next(panels), "7. the pen, in a box of 20 pixels")
    panel.add_patch(Rectangle((0, 0), 20, 20, fill=False, edgecolor=MARK, linewidth=0.8))
    for centre_x, centre_y, radius in zip(x[0], y[0], radii[0], strict=True):
        panel.add_patch(plt.Circle((centre_x, centre_y), radius, color=INK, alpha=0.25, linewidth=0))
    panel.set(xlim=(-1, 21), ylim=(21, -1))

    lengths = brush.step_lengths(x, y, table.pen_down[chosen])
    pixel = np.arange(20)[:, None] + 0.5
    across, down = (np.exp(-((values - pixel) ** 2) / brush.TAU) for values in (x, y))
    ink = down * lengths / brush.ALONE @ across.T
    for title, values in (
        ("8. bumps across: pixels × dots", across),
        ("9. … times bumps down: blobs", ink),
        ("10. −τ log: distance²", -brush.TAU * np.log(np.maximum(ink, 1e-12))),
    ):
        panel = next(panels)
        panel.set_title(title)
        panel.set_axis_off()
        panel.imshow(values, cmap="viridis", aspect="auto" if values is across else "equal", vmax=values.max())
    rim = pen.ragged_rim(1, brush.BOX**2, habits, rng)
    box = brush.draw(x, y, radii, lengths, np.ones((1, 1), np.float32), rim)
    digit = brush.set_in(box)[0]
    for title, picture in (("11. a ramp at the pen's rim", box[0]), ("12. set in by its centre of mass", digit)):
        panel = next(panels)
        panel.set_title(title)
        panel.set(xticks=[], yticks=[])
        panel.imshow(255 - picture, cmap="gray", vmin=0, vmax=255)
    panel.plot(*((np.indices((28, 28))[::-1] * digit).sum((1, 2)) / digit.sum()), "+", color=MARK, markersize=10)
    figure.savefig(path)
    plt.close(figure)


def rulers() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Nine level and nine upright lines of 30 points each: x and y, (18, 30)."""
    place, along = np.linspace(-0.65, 0.65, 9), np.linspace(-0.65, 0.65, 30)
    level = np.meshgrid(along, place)
    upright = np.meshgrid(along, place)[::-1]
    x, y = (np.concatenate(pair).astype(np.float32) for pair in zip(level, upright, strict=True))
    return x, y


def titled(panel: Axes, title: str) -> Axes:
    panel.set_title(title)
    panel.set(aspect="equal", xlim=(-0.75, 0.75), ylim=(0.75, -0.75))
    panel.set_axis_off()
    return panel


def line(panel: Axes, x: NDArray[np.float32], y: NDArray[np.float32], colour: str) -> None:
    panel.plot(x, y, "-", color=colour, linewidth=1.6 if colour == INK else 1.1)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "images")
