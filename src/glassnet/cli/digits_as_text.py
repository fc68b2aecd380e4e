"""Digits in a terminal: two pixels to a character in shades of grey, or dots where there is no colour.

The upper half block "▀" has a foreground and a background, so a character shows one pixel above another. Without
colour, braille characters show eight pixels each, lit or not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text

__all__ = ["digit_as_text", "digits_as_text"]

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each of a braille character's 4 × 2 dots (Unicode, chapter 21.1)."""


def digit_as_text(image: NDArray[np.uint8], *, colour: bool) -> Text:
    """One picture ``(H, W)``, every pixel of it."""
    return Text("\n").join(_shades(image) if colour else _dots(image))


def digits_as_text(images: NDArray[np.uint8], captions: Sequence[str], width: int, *, colour: bool) -> Text:
    """Pictures ``(N, H, W)`` with their captions, as many side by side as fit into ``width`` characters.

    In colour a pixel here is the mean of four: half the size, so that a row of digits fits a terminal.
    """
    pictures = [_shades(_halved(image)) if colour else _dots(image) for image in images]
    across = len(pictures[0][0].plain)
    columns = max(1, (width + 2) // (across + 2))
    lines: list[Text] = []
    for start in range(0, len(pictures), columns):
        row = range(start, min(start + columns, len(pictures)))
        lines += [Text("  ").join(parts) for parts in zip(*(pictures[index] for index in row), strict=True)]
        lines += [
            Text("  ".join(captions[index][:across].center(across) for index in row).rstrip(), "dim"),
            Text(),
        ]
    return Text("\n").join(lines[:-1])


def _shades(image: NDArray[np.uint8]) -> list[Text]:
    """A line for every two rows of pixels. Terminals with fewer colours get the nearest that they have."""
    if len(image) % 2:
        image = np.vstack([image, np.zeros_like(image[:1])])
    return [
        Text.assemble(
            *(("▀", Style(color=_grey(up), bgcolor=_grey(low))) for up, low in zip(upper, lower, strict=True))
        )
        for upper, lower in zip(image[::2], image[1::2], strict=True)
    ]


def _grey(level: np.uint8) -> str:
    return f"rgb({level},{level},{level})"


def _halved(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Means of 2 × 2 pixels; an odd last row or column is left out."""
    height, width = (side // 2 for side in image.shape)
    blocks = image[: 2 * height, : 2 * width].reshape(height, 2, width, 2)
    return np.asarray(blocks.mean(axis=(1, 3)), np.uint8)


def _dots(image: NDArray[np.uint8]) -> list[Text]:
    """A line for every four rows of pixels, lit where a pixel is more than half bright."""
    height, width = (-(-side // size) for side, size in zip(image.shape, _DOTS.shape, strict=True))
    lit = np.zeros((height * 4, width * 2), bool)
    lit[: image.shape[0], : image.shape[1]] = image > 127
    codes = 0x2800 + np.einsum("hiwj,ij->hw", lit.reshape(height, 4, width, 2), _DOTS)
    return [Text("".join(map(chr, row))) for row in codes]
