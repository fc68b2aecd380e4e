"""Which pieces of a line make up a digit: every plausible way is tried, and the most probable one kept.

A five's cap that does not touch it, a four in two strokes, two noughts that do touch: no rule about distances
tells them from one another. So neighbouring pieces are joined in every plausible way, the network judges each
candidate, and dynamic programming finds the row of candidates that explains the whole line best. A piece may
also be left out, at a price that grows with its ink.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
_MOST_PIECES = 8
"""In one digit; parts of cut ones included."""
_WIDEST = 1.35
"""Times the height of the line: no digit is wider."""
_GAP = 0.3
"""Times the height of the line: between the pieces of one digit."""
_LOWEST_LINE = 0.4
"""Times the height of a usual line: what is lower was not written as a line."""
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

    @property
    def digit(self) -> int:
        return int(self.probabilities[:NONE].argmax())

    @property
    def confidence(self) -> float:
        return float(self.probabilities[:NONE].max())


Found = tuple[Candidate, str | None]
"""A candidate, and why it was left out where it was."""


def read_lines(lines: Sequence[Sequence[Piece]], recogniser: Recogniser) -> list[list[Found]]:
    """For each line of pieces, left to right, the candidates that explain it best, left out pieces included."""
    judge = _Judge(recogniser)
    heights = _heights(lines)
    judge.ask((piece,) for line in lines for piece in line)
    lines = [
        [part for piece in line for part in _parts(judge[piece,], height)]
        for line, height in zip(lines, heights, strict=True)
    ]
    spans = [_spans(line, height, judge) for line, height in zip(lines, heights, strict=True)]
    judge.ask(tuple(line[first:end]) for line, runs in zip(lines, spans, strict=True) for first, end in runs)
    return [_best_row(line, runs, height, judge) for line, runs, height in zip(lines, spans, heights, strict=True)]


class _Judge:
    """What the network says about groups of pieces; it is asked about many at once, and about none twice."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._known: dict[tuple[Piece, ...], Candidate] = {}

    def ask(self, groups: Iterable[tuple[Piece, ...]]) -> None:
        new = [group for group in dict.fromkeys(groups) if group not in self._known]
        joined = [join(group) for group in new]
        tiles = [as_digit(piece.ink) for piece in joined]
        answers = self._recogniser.probabilities(tiles)
        self._known |= {
            group: Candidate(*parts) for group, *parts in zip(new, joined, tiles, answers, strict=True)
        }

    def __getitem__(self, group: tuple[Piece, ...]) -> Candidate:
        return self._known[group]

    def get(self, group: tuple[Piece, ...]) -> Candidate | None:
        return self._known.get(group)


def _heights(lines: Sequence[Sequence[Piece]]) -> list[float]:
    """The height of a usual digit in every line; specks do not make a line of their own."""
    heights = [line_height(line) for line in lines]
    usual = float(np.median(np.repeat(heights, [len(line) for line in lines])))
    return [max(height, _LOWEST_LINE * usual) for height in heights]


def line_height(line: Sequence[Piece]) -> float:
    """How high a usual digit of this line is: three in four pieces are not higher, specks not counted."""
    heights = np.array([piece.box.height for piece in line], float)
    return float(np.quantile(heights[heights >= 0.4 * heights.max()], 0.6))


def _parts(candidate: Candidate, height: float) -> list[Piece]:
    """The piece, or its parts where it may be several digits that touch."""
    box = candidate.piece.box
    sure = candidate.confidence >= _SURE and box.width <= 1.25 * max(box.height, height)
    low = box.height < 0.5 * height
    return [candidate.piece] if sure or low or box.width < 0.35 * height else split(candidate.piece)


def _spans(line: Sequence[Piece], height: float, judge: _Judge) -> list[tuple[int, int]]:
    """Every run of neighbouring pieces, as (first, end), that may be one digit."""

    def complete(piece: Piece) -> bool:
        """Is it a digit already, and as high as one?"""
        candidate = judge.get((piece,))
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
    line: Sequence[Piece], spans: Sequence[tuple[int, int]], height: float, judge: _Judge
) -> list[Found]:
    """The row of candidates from the line's first piece to its last with the least price in all."""
    price = [0.0] + [np.inf] * len(line)
    last: list[tuple[int, str | None]] = [(0, None)] * (len(line) + 1)
    for first, end in spans:  # in the order of ``first``, so price[first] is final
        pieces = tuple(line[first:end])
        candidate = judge[pieces]
        total = price[first]
        if first and line[first - 1].cut and line[first].cut:
            total += _CUT
        as_digit_price = total + _price_of_digit(candidate, pieces, height)
        if as_digit_price < price[end]:
            price[end], last[end] = as_digit_price, (first, None)
        if len(pieces) == 1 or all(piece.cut for piece in pieces):
            left_out = total + _price_of_nothing(candidate, height)
            if left_out < price[end]:
                price[end], last[end] = left_out, (first, _why_left_out(candidate, height))
    row: list[Found] = []
    end = len(line)
    while end:
        first, reason = last[end]
        row.append((judge[tuple(line[first:end])], reason))
        end = first
    return row[::-1]


_CUT = 0.5
"""The price of every cut that is used: most pieces are one digit."""
_NO_DIGIT = 1.5
"""The price of leaving out as much ink as a digit has."""


def _price_of_digit(candidate: Candidate, pieces: Sequence[Piece], height: float) -> float:
    lacking = max(0.0, 0.65 - candidate.piece.box.height / height)
    return -float(np.log(max(candidate.confidence, 1e-4))) + 10 * lacking + 3 * _gap(pieces) / height


def _price_of_nothing(candidate: Candidate, height: float) -> float:
    box = candidate.piece.box
    share = min(candidate.piece.size / height, 1.0)
    digits = max(box.width / max(box.height, height), 1.0)  # that may be in a wide piece
    doubt = -float(np.log(max(candidate.probabilities[NONE], 1e-3)))
    return _NO_DIGIT * share * digits + doubt * share**2 + 0.1


def _why_left_out(candidate: Candidate, height: float) -> str:
    box = candidate.piece.box
    if box.height < 0.4 * height:
        return "a dash or a line, not a digit" if box.width > 0.4 * height else "only a speck"
    if box.width > 1.2 * height:
        return "looks like more than one digit"
    return "a scribble or a letter, not a digit"
