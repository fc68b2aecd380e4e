"""Which pieces of a line make up a digit: every plausible way is tried, and the most probable one kept.

A five's cap that does not touch it, a four in two strokes, two noughts that do touch: no rule about distances
tells them from one another. So neighbouring pieces are joined in every plausible way, the network judges each
candidate, and dynamic programming finds the row of candidates that explains the whole line best. A piece may
also be left out, at a price that grows with its ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pen import as_digit
from glassnet.reading.pieces import Piece, gap_between, join
from glassnet.reading.recogniser import NONE, Recogniser
from glassnet.reading.splitting import split

__all__ = ["Candidate", "read_lines"]

_SURE = 0.9
"""A piece that is a digit with this probability is not cut, and not joined to another such."""
_MOST_PIECES = 6
"""In one digit; parts of cut ones included."""
_WIDEST = 1.35
"""Times the height of the line: no digit is wider."""
_GAP = 0.3
"""Times the height of the line: between the pieces of one digit."""
_HIGHEST = 1.6
"""Times the height of the line: pieces joined to something higher do not stand beside but above one another."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Pieces that may be one digit, and what the network says about them."""

    piece: Piece
    tile: NDArray[np.uint8]
    """(28, 28): the normal form."""
    probabilities: NDArray[np.float64]
    """(11,)"""
    height: float
    """Of a usual digit in its line."""

    @property
    def digit(self) -> int:
        return int(self.probabilities[:NONE].argmax())

    @property
    def confidence(self) -> float:
        return float(self.probabilities[:NONE].max())


def read_lines(lines: Sequence[Sequence[Piece]], recogniser: Recogniser) -> list[list[Candidate]]:
    """For each line of pieces, left to right, the candidates that explain it best, left out pieces included."""
    heights = [line_height(line) for line in lines]
    alone = _judge([[(piece,) for piece in line] for line in lines], heights, recogniser)
    cut = [
        [part for candidate in line for part in _parts(candidate, height)]
        for line, height in zip(alone, heights, strict=True)
    ]
    known = {id(candidate.piece): candidate for line in alone for candidate in line}
    groups = [_groups(line, height, known) for line, height in zip(cut, heights, strict=True)]
    judged = _judge(
        [[tuple(line[first:end]) for first, end in spans] for line, spans in zip(cut, groups, strict=True)],
        heights,
        recogniser,
    )
    return [
        _best_row(line, spans, candidates, height)
        for line, spans, candidates, height in zip(cut, groups, judged, heights, strict=True)
    ]


def line_height(line: Sequence[Piece]) -> float:
    """How high a usual digit of this line is: three in four pieces are not higher, specks not counted."""
    heights = np.array([piece.box.height for piece in line], float)
    return float(np.quantile(heights[heights >= 0.4 * heights.max()], 0.6))


def _judge(
    groups: Sequence[Sequence[tuple[Piece, ...]]], heights: Sequence[float], recogniser: Recogniser
) -> list[list[Candidate]]:
    """Join the pieces of every group and ask the network about all of them at once."""
    joined = [[join(group) for group in line] for line in groups]
    tiles = [as_digit(piece.ink) for line in joined for piece in line]
    answers = zip(tiles, recogniser.probabilities(tiles), strict=True)
    return [
        [Candidate(piece, *next(answers), height) for piece in line]
        for line, height in zip(joined, heights, strict=True)
    ]


def _parts(candidate: Candidate, height: float) -> list[Piece]:
    """The piece, or its parts where it may be several digits that touch."""
    box = candidate.piece.box
    sure = candidate.confidence >= _SURE and box.width <= 1.25 * max(box.height, height)
    low = box.height < 0.5 * height
    return [candidate.piece] if sure or low or box.width < 0.35 * height else split(candidate.piece)


def _groups(line: Sequence[Piece], height: float, known: dict[int, Candidate]) -> list[tuple[int, int]]:
    """Every run of neighbouring pieces, as (first, end), that may be one digit."""

    def complete(piece: Piece) -> bool:
        """Is it a digit already, and as high as one?"""
        candidate = known.get(id(piece))
        return candidate is not None and candidate.confidence >= _SURE and piece.box.height >= 0.7 * height

    spans = []
    for first in range(len(line)):
        spans.append((first, first + 1))
        for end in range(first + 2, min(first + _MOST_PIECES, len(line)) + 1):
            pieces = line[first:end]
            if sum(complete(piece) for piece in pieces) >= 2 or not _near(pieces, height):
                break
            spans.append((first, end))
    return spans


def _near(pieces: Sequence[Piece], height: float) -> bool:
    box = join(pieces).box
    highest = max(piece.box.height for piece in pieces)
    widest = max(piece.box.width for piece in pieces if not piece.cut) if not all(p.cut for p in pieces) else 0
    return (
        box.width <= max(_WIDEST * max(height, highest), widest)
        and box.height <= max(_HIGHEST * height, highest)
        and _gap(pieces) <= _GAP * height
    )


def _gap(pieces: Sequence[Piece]) -> float:
    """The widest gap between a piece and those before it, in pixels, whichever way."""
    return max(
        (
            min(gap_between(piece.box, other.box) for other in pieces[:index])
            for index, piece in enumerate(pieces)
            if index
        ),
        default=0.0,
    )


def _best_row(
    line: Sequence[Piece], spans: Sequence[tuple[int, int]], candidates: Sequence[Candidate], height: float
) -> list[Candidate]:
    """The row of candidates from the line's first piece to its last with the least price in all."""
    price = np.full(len(line) + 1, np.inf)
    price[0] = 0
    last: list[tuple[int, Candidate] | None] = [None] * (len(line) + 1)
    for (first, end), candidate in sorted(zip(spans, candidates, strict=True), key=lambda pair: pair[0]):
        total = price[first] + _price(candidate, line[first:end], height)
        if first and line[first - 1].cut and line[first].cut:
            total += _CUT
        if total < price[end]:
            price[end], last[end] = total, (first, candidate)
    row = []
    end = len(line)
    while end:
        step = last[end]
        assert step is not None
        end, candidate = step
        row.append(candidate)
    return row[::-1]


_CUT = 0.5
"""The price of every cut that is used: most pieces are one digit."""
_NO_DIGIT = 1.5
"""The price of leaving out as much ink as a digit has."""


def _price(candidate: Candidate, pieces: Sequence[Piece], height: float) -> float:
    """How improbable it is that these pieces are this digit, or nothing: in units of -log probability."""
    price = _price_of_digit(candidate, pieces, height)
    one_by_one = len(pieces) > 1 and not all(piece.cut for piece in pieces)
    return price if one_by_one else min(price, _price_of_nothing(candidate, height))


def _price_of_digit(candidate: Candidate, pieces: Sequence[Piece], height: float) -> float:
    lacking = max(0.0, 0.65 - candidate.piece.box.height / height)
    return -float(np.log(max(candidate.confidence, 1e-4))) + 10 * lacking + 3 * _gap(pieces) / height


def _price_of_nothing(candidate: Candidate, height: float) -> float:
    box = candidate.piece.box
    share = min(candidate.piece.size / height, 1.0)
    digits = max(box.width / max(box.height, height), 1.0)  # that may be in a wide piece
    doubt = -float(np.log(max(candidate.probabilities[NONE], 1e-3)))
    return _NO_DIGIT * share * digits + doubt * share**2 + 0.1
