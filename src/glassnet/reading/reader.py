"""Reading a picture, from its pixels to digits: every stage in turn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.data.decoding import open_picture
from glassnet.models import Committee, Model
from glassnet.reading.alone import alone, standing_out
from glassnet.reading.doubt import doubted
from glassnet.reading.grouping import SCRIBBLE, SEVERAL_DIGITS, Candidate, Found, Judge, read_lines
from glassnet.reading.ink import Ink, find_ink
from glassnet.reading.lines import find_lines
from glassnet.reading.pen import as_digit
from glassnet.reading.pieces import Piece, find_pieces, gap_between, join, typical_height
from glassnet.reading.punctuation import without_punctuation
from glassnet.reading.recogniser import NONE, SEVERAL, Recogniser, recogniser_for
from glassnet.reading.remains import (
    without_bars,
    without_dirt,
    without_edges,
    without_frames,
    without_pens,
    without_teeth,
)
from glassnet.reading.result import Box, ReadDigit, Reading
from glassnet.reading.rules import Rule, find_rules, without_rules
from glassnet.reading.underlines import without_underlines
from glassnet.reading.view import View, look_at

if TYPE_CHECKING:
    from glassnet.data.decoding import Source

__all__ = ["candidates_of", "read", "read_digit"]

_ACCEPTED = 0.5
"""Nothing is called a digit that is one with less probability.

Of 1,000 of MNIST's digits this refuses 0.7 %, and of 260 strangers one in ten passes; 0.9 would refuse 2.8 % and
still pass 5.4 % of the strangers. What is sure and wrong is known by its company, not by its confidence.
``python -m benchmarks.reading rejection`` measures it.
"""
_SELDOM = 0.1
"""How much less often a picture that is said to hold a digit holds none, than pieces of a page do."""
_LEFT_OUT = 4.0
"""The price of leaving out all ink of a picture that holds one digit, in units of -log probability."""
_A_SPECK = 0.1
"""Where less of the ink is left out, and the rest is so probably a digit..."""
_PLAIN = 0.95
"""...nobody need ask what else is on the picture."""
_SMALLEST = 9
"""Pixels: what is smaller in both directions, its soft rim included, is dust or a guess."""
_STROKES = 2
"""Of one digit no more are so straight and long that they may be taken for printed lines."""
_MORE = 1.15
"""Times as much ink as without those lines: else they are not worth asking about."""
_MOST_PIECES = 5000
"""More are no writing but noise, a halftone, a pattern: a full page has 1,000 digits, each torn, and fibres."""
_BLANK = "blank: nothing but paper"
_TOO_MANY = "no writing: too many small things are on it"
_NO_DIGIT = "there is something on it, but no digit"


def read(picture: Source, *, model: Model | Committee | None = None) -> Reading:
    """Find and read every digit on a picture, line by line; what is no digit comes back with a reason.

    ``picture`` is whatever :func:`~glassnet.data.decoding.open_picture` opens. The bundled reader reads unless a
    ``model`` of 28 × 28 pixels and ten digits, with or without classes for what is none, is given.
    Raises :class:`~glassnet.errors.PictureError` and :class:`~glassnet.errors.ModelError` for what is neither.
    """
    pixels = open_picture(picture)
    recogniser = recogniser_for(model)
    view = look_at(pixels)
    pieces = _writing(view.pixels)
    if not 0 < len(pieces) <= _MOST_PIECES:
        return Reading((), view.size, reason=_TOO_MANY if pieces else _BLANK)
    lines = _judged(pieces, recogniser)
    found = [[_result(candidate, view, refusal) for candidate, refusal in line] for line in lines]
    digits = [tuple(one for one in line if one.digit is not None) for line in found]
    rejected = tuple(one for line in found for one in line if one.digit is None)
    lines_of_digits = tuple(line for line in digits if line)
    return Reading(lines_of_digits, view.size, rejected, None if lines_of_digits else _NO_DIGIT)


def _judged(pieces: list[Piece], recogniser: Recogniser) -> list[list[Found]]:
    """Line by line what the pieces are, and why those are none that are none."""
    return without_punctuation(doubted(read_lines(find_lines(pieces, typical_height(pieces)), Judge(recogniser))))


def candidates_of(picture: Source, *, model: Model | Committee | None = None) -> tuple[list[Candidate], View]:
    """Every piece of ink of a picture, or pieces together, that :func:`read` asks the network about.

    Their boxes are those of the view that comes with them, which may be smaller than the picture. This is what
    networks that read can be taught with.
    """
    view = look_at(open_picture(picture))
    pieces, judge = _writing(view.pixels), Judge(recogniser_for(model))
    if 0 < len(pieces) <= _MOST_PIECES:
        read_lines(find_lines(pieces, typical_height(pieces)), judge)
    return judge.candidates, view


def _writing(pixels: NDArray[np.uint8]) -> list[Piece]:
    """The pieces of ink that may be writing, without paper, printed lines, edges and dirt."""
    ink = find_ink(pixels)
    rules = find_rules(ink.contrast, ink.noise)
    return _without_dirt(without_bars(_pieces(ink, rules)), rules)


def _pieces(ink: Ink, rules: list[Rule]) -> list[Piece]:
    pieces = find_pieces(ink.contrast, without_rules(ink.contrast, ink.mask, rules))
    pieces = without_pens(without_edges(pieces, ink.sheet), ink.sheet)
    return without_frames(without_underlines(pieces))


def _without_dirt(pieces: list[Piece], rules: list[Rule]) -> list[Piece]:
    return without_teeth(without_dirt(pieces), rules)


def _writing_of_one(pixels: NDArray[np.uint8], recogniser: Recogniser) -> list[Piece]:
    """The same of one digit, whose stroke may look like a printed line: that of a 1 or a 7 near the edge does."""
    ink = find_ink(pixels)
    rules = find_rules(ink.contrast, ink.noise)
    pieces = _without_dirt(_pieces(ink, rules), rules)
    whole = _without_dirt(_pieces(ink, []), []) if 1 <= len(rules) <= _STROKES else []
    if not whole:
        return pieces
    digit, left_out = _likeliest(whole, recogniser)
    more = digit.piece.amount > _MORE * sum(piece.amount for piece in pieces)
    return whole if more and digit.confidence >= _PLAIN and left_out <= _A_SPECK else pieces


def read_digit(picture: Source, *, model: Model | Committee | None = None) -> ReadDigit:
    """Read a picture that holds exactly one digit: all its ink, or most of it, is taken to be that digit.

    Where there are several digits, or none, ``digit`` is ``None`` and ``reason`` says why. A picture of 28 × 28
    pixels in MNIST's normal form is given to the network as it is. Arguments and errors are those of :func:`read`.
    """
    pixels = open_picture(picture)
    recogniser = recogniser_for(model)
    view = look_at(pixels)
    tile = _normal_already(pixels)
    if tile is not None:
        whole = Piece(Box(0, 0, 28, 28), np.asarray(tile / np.float32(255), np.float32), 1.0)
        return _result(Candidate(whole, tile, _knowing_it_is_one(recogniser.probabilities([tile]))[0]), view)
    pieces = _writing_of_one(view.pixels, recogniser)
    if not pieces:
        height, width = view.size
        return ReadDigit(None, 1.0, (), Box(0, 0, width, height), np.zeros((28, 28), np.uint8), _BLANK)
    digit, left_out = _likeliest(pieces, recogniser)
    refusal = None
    if left_out > _A_SPECK or (digit.confidence < _PLAIN and len(pieces) > 1):
        if len(pieces) > _MOST_PIECES:
            return _result(digit, view, _TOO_MANY)
        lines = _judged(pieces, recogniser)
        if digit.confidence < _PLAIN:
            digit = standing_out(lines) or digit
        digit, refusal = alone(digit, lines, view.pixels.shape)
    return _result(digit, view, refusal)


def _likeliest(pieces: list[Piece], recogniser: Recogniser) -> tuple[Candidate, float]:
    """The one digit that explains most of the ink best, and the share of ink that is none of it."""
    ways = _ways_to_see_one(pieces)
    tiles = [as_digit(piece.ink) for piece, _ in ways]
    answers = _knowing_it_is_one(recogniser.probabilities(tiles))
    candidates = [
        (Candidate(piece, tile, answer), left_out)
        for (piece, left_out), tile, answer in zip(ways, tiles, answers, strict=True)
    ]
    return min(candidates, key=lambda way: -math.log(max(way[0].confidence, 1e-9)) + _LEFT_OUT * way[1])


def _knowing_it_is_one(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The answers ``(N, 12)`` for somebody who was told that there is a digit: it seldom is none (Bayes' rule)."""
    odds = probabilities.copy()
    odds[:, NONE:] *= _SELDOM
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _ways_to_see_one(pieces: list[Piece]) -> list[tuple[Piece, float]]:
    """The one digit on a picture and the share of ink that is then none of it.

    It is all ink, or one of the largest pieces with what lies near it or alone: something else may have been left
    on the picture, mostly fainter than the digit.
    """
    weights = {piece: piece.amount * piece.strength**2 for piece in pieces}
    sets = [frozenset(pieces)]
    for piece in sorted(pieces, key=lambda piece: -weights[piece])[:3]:
        near = [other for other in pieces if gap_between(piece.box, other.box) <= 0.25 * piece.size]
        sets += [frozenset(near), frozenset([piece])]
    total = sum(weights.values())
    return [(join(list(one)), 1 - sum(weights[piece] for piece in one) / total) for one in dict.fromkeys(sets)]


def _normal_already(pixels: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The picture itself where it is 28 × 28 in MNIST's normal form already, else ``None``."""
    grey = pixels[..., 0]
    if grey.shape != (28, 28) or (pixels != grey[..., None]).any():
        return None
    rows, columns = np.flatnonzero(grey.any(axis=1)), np.flatnonzero(grey.any(axis=0))
    if not len(rows) or max(np.ptp(rows), np.ptp(columns)) + 1 not in (19, 20):
        return None
    mass = grey.sum(dtype=float)
    down, across = grey.sum(axis=1) @ np.arange(0.5, 28) / mass, grey.sum(axis=0) @ np.arange(0.5, 28) / mass
    return grey.copy() if 13.9 <= down <= 15.1 and 13.9 <= across <= 15.1 else None


def _result(candidate: Candidate, view: View, refusal: str | None = None) -> ReadDigit:
    """What the caller gets of a candidate; it is refused for the reason given, or by the network."""
    box, likely = view.in_picture(candidate.piece.box), candidate.probabilities
    ranked = tuple((int(digit), float(likely[digit])) for digit in np.argsort(-likely[:NONE]))
    reason = refusal or _why_none(candidate)
    if reason is None:
        return ReadDigit(candidate.digit, candidate.confidence, ranked[1:], box, candidate.tile)
    return ReadDigit(None, 1 - candidate.confidence, ranked, box, candidate.tile, reason)


def _why_none(candidate: Candidate) -> str | None:
    """Why the network would not call this a digit; ``None`` where it does."""
    if candidate.piece.size < _SMALLEST:
        return "too small to be read"
    if candidate.confidence >= _ACCEPTED:
        return None
    if candidate.none < 0.5:
        return f"unclear: a {candidate.digit} or something else"
    box = candidate.piece.box
    none, several = candidate.probabilities[[NONE, SEVERAL]]
    if several > none or (several == none and box.width > 1.1 * box.height):
        return SEVERAL_DIGITS
    return SCRIBBLE
