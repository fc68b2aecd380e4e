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

__all__ = ["digit_as_text", "digits_as_text", "in_a_terminal"]

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each of a braille character's 4 × 2 dots (Unicode, chapter 21.1)."""


def digit_as_text(image: NDArray[np.uint8], *, colour: bool) -> Text:
    """One picture ``(H, W)``, every pixel of it."""
    return Text("\n").join(_shades(image) if colour else _dots(image))


def digits_as_text(images: NDArray[np.uint8], captions: Sequence[str], width: int, *, colour: bool) -> Text:
    """Pictures ``(N, H, W)`` with their captions, as many side by side as fit into ``width`` characters.

    In colour a pixel here is the mean of four: half the size, so that a row of digits fits a terminal.
    """
    pictures = [in_a_terminal(image, colour=colour) for image in images]
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


def in_a_terminal(image: NDArray[np.uint8], *, colour: bool, highlighted: bool = False) -> list[Text]:
    """One picture ``(H, W)`` at half its size, line by line; a highlighted one is amber instead of white."""
    return _shades(_halved(image), _AMBER if highlighted else _WHITE) if colour else _dots(image)


_WHITE, _AMBER = (1.0, 1.0, 1.0), (1.0, 0.75, 0.25)
"""Full ink, as shares of red, green and blue."""


def _shades(image: NDArray[np.uint8], ink: tuple[float, float, float] = _WHITE) -> list[Text]:
    """A line for every two rows of pixels. Terminals with fewer colours get the nearest that they have."""
    if len(image) % 2:
        image = np.vstack([image, np.zeros_like(image[:1])])
    return [
        Text.assemble(
            *(
                ("▀", Style(color=_colour(up, ink), bgcolor=_colour(low, ink)))
                for up, low in zip(upper, lower, strict=True)
            )
        )
        for upper, lower in zip(image[::2], image[1::2], strict=True)
    ]


def _colour(level: np.uint8, ink: tuple[float, float, float]) -> str:
    red, green, blue = (round(share * int(level)) for share in ink)
    return f"rgb({red},{green},{blue})"


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
