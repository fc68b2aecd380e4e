"""What came of reading a picture: digits with their places, line by line, and what was refused and why.

A result holds plain values only, so that it can be printed, drawn over the picture, or sent to a browser by
whoever asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "ReadDigit", "Reading"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright picture; ``right`` and ``bottom`` lie just outside it.

    A picture of more than 16 megapixels is shrunk to that while it is opened: then they are pixels of this copy,
    whose size is :attr:`Reading.size`.
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class ReadDigit:
    """One thing that was seen on a picture: a digit, or what was refused as one.

    ``digit`` is ``None`` where it is none; ``reason`` then says why, in words. ``confidence`` is the calibrated
    probability, 0 to 1, that the answer is right. ``runners_up`` are the other digits it might have been with
    their probabilities, the likeliest first.
    """

    digit: int | None
    confidence: float
    runners_up: tuple[tuple[int, float], ...]
    box: Box
    pixels: NDArray[np.uint8] = field(repr=False, compare=False)
    """(28, 28): what the network was given."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read on one picture, in reading order: ``lines`` from top to bottom, digits left to right."""

    lines: tuple[tuple[ReadDigit, ...], ...]
    size: tuple[int, int]
    """Height and width of the upright picture, or of the copy to which a very large one was shrunk."""
    rejected: tuple[ReadDigit, ...] = ()
    """What was seen and is no digit; each has its ``reason``."""
    reason: str | None = None
    """Why nothing was read, where nothing was."""

    @property
    def text(self) -> str:
        """The digits as a text: one line of it for each line on the picture."""
        return "\n".join("".join(str(digit.digit) for digit in line) for line in self.lines)

    @property
    def digits(self) -> tuple[ReadDigit, ...]:
        """All digits in reading order."""
        return tuple(chain.from_iterable(self.lines))

    def __iter__(self) -> Iterator[ReadDigit]:
        return iter(self.digits)

    def __len__(self) -> int:
        return len(self.digits)

    def __str__(self) -> str:
        return self.text
