"""Which pieces of a line make up a digit: every plausible way is tried, and the most probable one kept.

A five's cap that does not touch it, a four in two strokes, two noughts that do touch: no rule about distances
tells them from one another. So neighbouring pieces are joined in every plausible way, the network judges each
candidate, and dynamic programming finds the row of candidates that explains the whole line best. A piece may
also be left out, at a price that grows with its ink.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pen import as_digit
from glassnet.reading.pieces import Piece, around, gap_between, join, without_giants
from glassnet.reading.recogniser import NONE, SEVERAL, Recogniser
from glassnet.reading.splitting import split

__all__ = ["SCRIBBLE", "SEVERAL_DIGITS", "Candidate", "Found", "Judge", "read_lines"]

SEVERAL_DIGITS = "looks like more than one digit"
"""Why a thing is no digit, to its shape or to the network..."""
SCRIBBLE = "a scribble or a letter, not a digit"
"""...if it is not several."""

_SURE = 0.9
"""A piece that is a digit with this probability is not cut, and not joined to another such."""
_MOST_PIECES = 8
"""In one digit; parts of cut ones included."""
_WIDEST = 1.35
"""Times the height of the line: no digit is wider."""
_GAP = 0.3
"""Times the height of the line: between the pieces of one digit."""
_WIDE_GAP = 1.5
"""Times the mean size of two neighbours: what stands farther apart is no longer one word."""
_LOWEST_WORD = 0.4
"""Times the height of a usual word: what is lower was not written as a word..."""
_READABLE = 24
"""...unless it is so many pixels high: no speck is."""
_ABOVE = 0.35
"""Pieces share so much of the narrower one's width if they are parts of one digit that look like digits."""
_HIGHEST = 2.0
"""Times the height of the line: pieces joined to something higher do not stand beside but above one another."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Pieces that may be one digit, and what the network says about them."""

    piece: Piece
    tile: NDArray[np.uint8]
    """(28, 28): the normal form."""
    probabilities: NDArray[np.float64]
    """(12,): the ten digits, :data:`NONE` and :data:`SEVERAL`."""

    @property
    def digit(self) -> int:
        return int(self.probabilities[:NONE].argmax())

    @property
    def confidence(self) -> float:
        return float(self.probabilities[:NONE].max())

    @property
    def none(self) -> float:
        """How probably it is not one digit: none at all, or several."""
        return float(self.probabilities[NONE:].sum())


Found = tuple[Candidate, str | None]
"""A candidate, and why it was left out where it was."""


def read_lines(lines: Sequence[Sequence[Piece]], judge: Judge) -> list[list[Found]]:
    """For each line of pieces, left to right, the candidates that explain it best, left out pieces included."""
    words = [_words(line) for line in lines]
    whole = [word for line in words for word in line]
    heights = _heights(whole)
    judge.ask((piece,) for word in whole for piece in word)
    thick = [
        piece
        for word, height in zip(whole, heights, strict=True)
        for piece in word
        if _may_be_several(judge[piece,], height) and _may_pay(judge[piece,], height)
    ]
    cuts = dict(zip(thick, split(thick), strict=True))
    prices = {part: _price_of_cut(judge[piece,]) for piece, parts in cuts.items() for part in parts[1:]}
    parts = [[cuts.get(piece, [piece]) for piece in word] for word in whole]
    every = [[part for piece in word for part in piece] for word in parts]
    spans = [
        sorted({*_spans(word, height, judge), *_uncut(_spans(pieces, height, judge), cut)})
        for word, pieces, cut, height in zip(every, whole, parts, heights, strict=True)
    ]
    judge.ask(tuple(word[first:end]) for word, runs in zip(every, spans, strict=True) for first, end in runs)
    rows = (
        _best_row(word, runs, height, judge, prices)
        for word, runs, height in zip(every, spans, heights, strict=True)
    )
    return [[found for _ in line for found in next(rows)] for line in words]


def _words(line: Sequence[Piece]) -> list[list[Piece]]:
    """The line cut at its wide gaps: what stands far away may be of another size."""
    words: list[list[Piece]] = []
    for piece in line:
        if words and any(
            gap_between(piece.box, other.box) <= _WIDE_GAP * (piece.size + other.size) / 2 for other in words[-1]
        ):
            words[-1].append(piece)
        else:
            words.append([piece])
    return words


class Judge:
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

    @property
    def candidates(self) -> list[Candidate]:
        """All groups that it was asked about."""
        return list(self._known.values())

    def get(self, group: tuple[Piece, ...]) -> Candidate | None:
        return self._known.get(group)


def _heights(words: Sequence[Sequence[Piece]]) -> list[float]:
    """The height of a usual digit in every word; specks do not make a word of their own."""
    heights = [word_height(word) for word in words]
    usual = float(np.median(np.repeat(heights, [len(word) for word in words])))
    return [max(height, min(_LOWEST_WORD * usual, _READABLE)) for height in heights]


def word_height(word: Sequence[Piece]) -> float:
    """How high a usual digit of this word is: three in five pieces are not higher, specks not counted."""
    heights = np.array([piece.box.height for piece in without_giants(word)], float)
    return float(np.quantile(heights[heights >= 0.4 * heights.max()], 0.6))


def _may_be_several(candidate: Candidate, height: float) -> bool:
    """May the piece be several digits that touch?"""
    box = candidate.piece.box
    sure = candidate.confidence >= _SURE and box.width <= 1.25 * max(box.height, height)
    low = box.height < 0.5 * height
    return not (sure or low or box.width < 0.35 * height)


def _may_pay(candidate: Candidate, height: float) -> bool:
    """May a cut through the piece be worth its price? A letter is not several digits, and cheaper left out."""
    return _price_of_cut(candidate) < _price_of_nothing(candidate, height) + _WORTH


def _uncut(spans: Iterable[tuple[int, int]], parts: Sequence[Sequence[Piece]]) -> Iterator[tuple[int, int]]:
    """Runs of pieces as runs of their parts: cut into however many, they may be one digit."""
    starts = [0, *accumulate(map(len, parts))]
    return ((starts[first], starts[end]) for first, end in spans)


def _spans(line: Sequence[Piece], height: float, judge: Judge) -> list[tuple[int, int]]:
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
            if _side_by_side([piece for piece in pieces if complete(piece)]) or not _near(pieces, height):
                break
            spans.append((first, end))
    return spans


def _side_by_side(pieces: Sequence[Piece]) -> bool:
    """Are there two that stand beside one another? Parts of one digit stand above one another for a good part."""
    return any(
        min(one.box.right, other.box.right) - max(one.box.left, other.box.left)
        < _ABOVE * min(one.box.width, other.box.width)
        for one, other in pairwise(pieces)
    )


def _near(pieces: Sequence[Piece], height: float) -> bool:
    box = around(pieces)
    highest = max(piece.box.height for piece in pieces)
    widest = max(piece.box.width for piece in pieces if not piece.cut) if not all(p.cut for p in pieces) else 0
    return (
        box.width <= max(_WIDEST * max(height, highest), widest)
        and box.height <= max(_HIGHEST * height, highest)
        and _gap(pieces) <= _GAP * height
    )


def _gap(pieces: Sequence[Piece]) -> float:
    """The widest gap between a piece and those before it, in pixels, whichever way."""
    widest = 0.0
    for index in range(1, len(pieces)):
        nearest = np.inf
        for other in reversed(pieces[:index]):
            nearest = min(nearest, gap_between(pieces[index].box, other.box))
            if nearest <= widest:  # most touch the one just before them
                break
        widest = max(widest, nearest)
    return widest


def _best_row(
    line: Sequence[Piece],
    spans: Sequence[tuple[int, int]],
    height: float,
    judge: Judge,
    prices: Mapping[Piece, float],
) -> list[Found]:
    """The row of candidates from the line's first piece to its last with the least price in all.

    ``prices`` are those of the cuts, by the part to the right of each.
    """
    price = [0.0] + [np.inf] * len(line)
    last: list[tuple[int, str | None]] = [(0, None)] * (len(line) + 1)
    for first, end in spans:  # in the order of ``first``, so price[first] is final
        pieces = tuple(line[first:end])
        candidate = judge[pieces]
        total = price[first] + prices.get(line[first], 0.0)
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


_CUT = 0.6
"""The price of every cut that is used, where nobody knows better: most pieces are one digit."""
_TRUST = 0.75
"""How much the network's word on whether the whole is several digits or none counts in the price of a cut."""
_WORTH = 2.0
"""By so much more than the whole left out a cut may cost and still be tried: its parts may be sure digits."""
_NEVER = 1e-3
"""Nothing is less probable than that."""
_NO_DIGIT = 1.5
"""The price of leaving out as much ink as a digit has."""
_SLIM = 1.5
"""A usual digit is so many times as high as wide."""


def _price_of_cut(whole: Candidate) -> float:
    """The price of every cut through a piece: halves of an H look like a 1 and a 4, the whole like no digits."""
    none, several = whole.probabilities[[NONE, SEVERAL]] + _NEVER
    return _CUT - _TRUST * float(np.log(2 * several / (none + several)))


def _price_of_digit(candidate: Candidate, pieces: Sequence[Piece], height: float) -> float:
    lacking = max(0.0, 0.65 - candidate.piece.box.height / height)
    return -float(np.log(max(candidate.confidence, 1e-4))) + 10 * lacking + 3 * _gap(pieces) / height


def _price_of_nothing(candidate: Candidate, height: float) -> float:
    box = candidate.piece.box
    share = min(candidate.piece.size / height, 1.0)
    digits = max(_SLIM * box.width / max(box.height, height), 1.0)  # that may be in a wide piece
    doubt = -float(np.log(max(candidate.none, 1e-3)))
    return _NO_DIGIT * share * digits + doubt * share**2 + 0.1


def _why_left_out(candidate: Candidate, height: float) -> str:
    box = candidate.piece.box
    if box.height < 0.4 * height:
        return "a dash or a line, not a digit" if box.width > 0.4 * height else "only a speck"
    if box.width > 1.2 * height:
        return SEVERAL_DIGITS
    return SCRIBBLE
