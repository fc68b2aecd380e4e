"""The pictures of docs/reading.md: the stages of reading, what comes of it, and what it is measured on.

    python -m benchmarks.reading.pictures [--model NAME] [docs/images]

Everything is made by the functions that read and that measure, so the pictures cannot lag behind the code.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from benchmarks.reading.material import CONDITIONS, sample
from glassnet.cli.model_file import open_model
from glassnet.figures import reading_sheet
from glassnet.figures.style import INK, MUTED, POSITIVE, SMALL, new_figure
from glassnet.models import Committee, Model
from glassnet.reading import Reading, read
from glassnet.reading.ink import find_ink
from glassnet.reading.rules import find_rules, without_rules

PAGE = ("pages", "ruled notebook, lines", 3)
NUMBER = ("pages", "phone number, photographed", 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/images"))
    parser.add_argument("--model", help="a model's name or file instead of the bundled reader")
    arguments = parser.parse_args()
    model = open_model(arguments.model) if arguments.model else None
    arguments.folder.mkdir(parents=True, exist_ok=True)
    stages(arguments.folder / "reading-stages.jpg", model)
    number = sample(*NUMBER).picture
    figure = reading_sheet(number, read(number, model=model), name="phone-number.jpg")
    saved(figure, arguments.folder / "reading-seen.jpg")
    for part, each in (("singles", 5), ("pages", 2), ("strangers", 5)):
        sheet = contact_sheet(part, each)
        Image.fromarray(sheet).save(arguments.folder / f"reading-{part}.jpg", quality=86, optimize=True)


def stages(path: Path, model: Model | Committee | None) -> None:
    """One photograph on its way: paper, contrast, ink, digits, what the network gets."""
    page = sample(*PAGE).picture
    ink = find_ink(page)
    writing = without_rules(ink.contrast, ink.mask, find_rules(ink.contrast, ink.noise))
    reading = read(page, model=model)
    panels: Sequence[tuple[str, NDArray[np.uint8]]] = (
        ("1. the photograph", page),
        ("2. darker than the paper right there", grey(ink.contrast / np.quantile(ink.contrast, 0.999))),
        ("3. ink", grey(ink.mask)),
        ("4. without printed lines, edges and specks", grey(writing)),
        ("5. digits, line by line", boxed(page, reading)),
        ("6. what the network gets", tiles(reading, page.shape[1] / page.shape[0])),
    )
    figure = new_figure(12, 6.6)
    for place, (title, picture) in enumerate(panels):
        row, column = divmod(place, 3)
        axes = figure.add_axes((0.01 + 0.332 * column, 0.505 - 0.49 * row, 0.318, 0.435))
        axes.imshow(picture)
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, loc="left", fontsize=SMALL, color=INK)
        for spine in axes.spines.values():
            spine.set_color(MUTED)
    saved(figure, path)


def grey(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Ink 0 to 1 as dark on white ``(H, W, 3)``."""
    levels = np.rint(255 * (1 - np.clip(values.astype(np.float32), 0, 1))).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


def boxed(page: NDArray[np.uint8], reading: Reading) -> NDArray[np.uint8]:
    """The page with a frame around every digit, and a line through those that are read in a row."""
    drawn = page.copy()
    colour = tuple(int(POSITIVE[place : place + 2], 16) for place in (1, 3, 5))
    for line in reading.lines:
        for one in line:
            box = one.box
            cv2.rectangle(drawn, (box.left - 3, box.top - 3), (box.right + 3, box.bottom + 3), colour, 3)
        middles = [((one.box.left + one.box.right) // 2, one.box.bottom + 12) for one in line]
        cv2.polylines(drawn, [np.array(middles, np.int32)], False, colour, 2, cv2.LINE_AA)
    return drawn


def tiles(reading: Reading, aspect: float) -> NDArray[np.uint8]:
    """The digits' 28 × 28 pixels, line by line, on a sheet of a given shape."""
    longest = max((len(line) for line in reading.lines), default=1)
    rows = max(len(reading.lines), 1)
    height = max(rows * 32, round(longest * 32 / aspect))
    sheet = np.full((height, round(height * aspect), 3), 255, np.uint8)
    for row, line in enumerate(reading.lines):
        for column, one in enumerate(line[: sheet.shape[1] // 32]):
            tile = np.repeat(255 - one.pixels[..., None], 3, axis=2)
            sheet[row * 32 + 2 : row * 32 + 30, column * 32 + 2 : column * 32 + 30] = tile
    return sheet


def contact_sheet(part: str, each: int, side: int = 120) -> NDArray[np.uint8]:
    """The first samples of every condition, with its name, in two columns."""
    wide = 1.3 if part != "pages" else 2.2
    across = round(side * wide)
    cards = []
    for name in CONDITIONS[part]:
        card = np.full((side + 26, each * (across + 6) + 14, 3), 255, np.uint8)
        shown = name.replace("×", "x")
        cv2.putText(card, shown, (0, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (27, 28, 30), 1, cv2.LINE_AA)
        for number in range(each):
            picture = sample(part, name, number).picture
            scale = min(across / picture.shape[1], side / picture.shape[0])
            size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
            small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
            left = number * (across + 6)
            card[22 : 22 + size[1], left : left + size[0]] = small
        cards.append(card)
    if len(cards) % 2:
        cards.append(np.full_like(cards[0], 255))
    return np.vstack([np.hstack(cards[place : place + 2]) for place in range(0, len(cards), 2)])


def saved(figure: Figure, path: Path) -> None:
    """As JPEG: these are photographs, and four times as large as PNG."""
    figure.savefig(path, dpi=100, pil_kwargs={"quality": 86, "optimize": True})


if __name__ == "__main__":
    main()
