"""Doubt: what a piece of ink is shows in the company that it keeps.

An O alone is a nought and an l alone is a one, to people as well. What stands beside them tells: in a word some
letters are like no digit at all, and then the others are letters too; among a thousand leaves the one that looks
like a 6 is a leaf. So no candidate is judged by itself.

A line is taken for a hidden Markov chain. Behind every candidate is one of two states, *number* or *something
else*: letters, leaves, the print of a form. Neighbours that stand close and look alike mostly share it. Across
a gap, or from large blue ink to small black, it is drawn anew, by what is usual for such things on this page.
What the network says of each is the evidence, the forward-backward algorithm weighs it along the line, and what
is usual on the page follows from the outcome, by turns, until nothing changes (Rabiner 1989, section III;
Saerens, Latinne and Decaestecker 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glassnet.reading.grouping import Candidate, Found
from glassnet.reading.recogniser import NONE
from glassnet.reading.signs import crosses

__all__ = ["DOUBTS", "as_none", "doubted", "smoothed", "strangeness"]

Floats = NDArray[np.float64]

_STRANGERS = 0.1
"""The share of something else on a page of which nothing is known yet."""
_PAGE = 8.0
"""What is like a candidate in size and ink, all over the page, counts so much against that..."""
_MANY = 20.0
"""...if it is much: with so many alike, half."""
_SHARED = 0.98
"""So often do neighbours that stand close share their state, if they look the same..."""
_REACH = 0.6
"""...and a third as often at this distance, in heights of a digit: so far apart are words, not letters."""
_CLOSE = 0.35
"""Nearer to one another are letters of a word."""
_SIZE, _INK = 0.5, 0.4
"""Differences in size and in strength of ink, as logarithms, at which two things are alike by a third..."""
_TALL_AND_SMALL = 4.0
"""...neighbours in so many times the difference in size: an l stands beside an e."""
_SPECK = 0.45
"""Times the height of its line: dots and dashes stand in numbers as well as in words."""
_NARROW = 0.45
"""Times its height: brackets and slashes stand in numbers too."""
_WITNESSES = 1.5
"""Fewer strangers like it on the page, or in its word, make nobody doubt a digit: the a of house number 3a."""
_SAMPLE = 400
"""So many candidates stand for the page: a photograph of leaves has thousands."""
_TURNS = 12

_ERROR = np.log([3e-4, 1e-3, 3e-3, 0.1, 0.5, 0.9])
_EVIDENCE = np.log([0.1, 0.3, 0.6, 0.8, 0.9, 12.0])
"""How much more often something else gets an answer with such a probability of error than what stands in a number.

On the benchmark's pages two in three digits are read with an error below 0.001, of letters one in thirty; half of
all letters have one above 0.9, and one digit in a hundred, or one piece of dirt in ten. In between lie digits that
are hard to read and letters that look like them. There letters are more frequent, but the evidence is kept on the
digits' side: with a pen or a camera that the network has not seen all digits lie there.
"""

_CUT = 4.0
"""The same of what was cut off from a larger piece: halves of an m or an h look like a 1 and a 7.

Of what is read on pages of digits one in fifteen was cut off, of what is read in words one in two; where digits
touch it is every second one as well, but of these the network is surer. On two pages of print 151 such halves were
read with a factor of 2 and are 44 with this one; of 18 letters read on forms 8 are left.
"""

_SHAPE = np.array([2, 2, 0.6, 0.6, 0.6, 1, 0.6, 0.6, 0.6, 0.8])
"""The same of what looks like the digits 0 to 9.

Of 2,000 letters that the network was sure of on pages of words and print, three in four were an o, an l or their
like, read as 0 and 1; s and g are most of the rest, and hardly one was a 2, 3, 4, 6, 7 or 8. The square roots of
these ratios are counted, but none below 0.6: on pictures without any digit 29 letters are left of 131, and of
3,297 digits on pages three more are refused.
"""

_WORD = "part of a word, not a digit"
_PICTURE = "among many things that are no digits"
_STROKES = "among many strokes, nothing but bars"
DOUBTS = (_WORD, _PICTURE, _STROKES)
"""The reasons given here."""

_BARS, _ALL = 10, 0.9
"""From so many digits on, of which this share are ones, they are a fence, bricks, a bar code, tallies: the numbers
of people have as many once in a hundred million pages."""


def doubted(rows: Sequence[Sequence[Found]]) -> list[list[Found]]:
    """The rows; what is more likely something else than part of a number comes back with a reason, and as none."""
    shares = strangeness([[candidate for candidate, _ in row] for row in rows])
    return _without_bars([
        [
            (candidate, reason)
            if reason or share[place] <= 0.5
            else (as_none(candidate, share[place]), _why(place, share))
            for place, (candidate, reason) in enumerate(row)
        ]
        for row, share in zip(rows, shares, strict=True)
    ])  # fmt: skip


def _without_bars(rows: list[list[Found]]) -> list[list[Found]]:
    """The rows; where nearly all digits are ones, and these are many, they are none."""
    digits = [
        candidate.digit
        for row in rows
        for candidate, reason in row
        if reason is None and candidate.confidence > 0.5
    ]
    if len(digits) < _BARS or digits.count(1) < _ALL * len(digits):
        return rows
    return [
        [
            (as_none(candidate, _ALL), _STROKES)
            if reason is None and candidate.digit == 1
            else (candidate, reason)
            for candidate, reason in row
        ]
        for row in rows
    ]


def as_none(candidate: Candidate, share: float) -> Candidate:
    """The candidate, if it is a digit in only ``1 - share`` of all such cases whatever the network says."""
    digits = candidate.probabilities * (1 - share)
    digits[NONE] += share
    return replace(candidate, probabilities=digits)


def _why(place: int, share: Floats) -> str:
    """Why the candidate at a place of its row is doubted."""
    beside = share[max(place - 1, 0) : place + 2]
    return _WORD if len(share) > 1 and (beside > 0.5).all() else _PICTURE


def strangeness(rows: Sequence[Sequence[Candidate]]) -> list[Floats]:
    """For each row of candidates, from left to right, the probability that each is part of no number."""
    candidates = [candidate for row in rows for candidate in row]
    if not candidates:
        return [np.zeros(0) for _ in rows]
    lengths = [len(row) for row in rows]
    ends, row_of = np.cumsum(lengths)[:-1], np.repeat(np.arange(len(rows)), lengths)
    left, right, size, ink = np.array([_looks(candidate) for candidate in candidates]).T
    usual = np.repeat([_height(row) for row in rows], lengths)
    error = np.array([1 - candidate.confidence for candidate in candidates])
    width, height = np.array([(one.piece.box.width, one.piece.box.height) for one in candidates]).T
    telling = (height >= _SPECK * usual) & ((error < 0.5) | (width >= _NARROW * height))
    telling[_signs(candidates, error)] = False
    evidence = np.exp(np.interp(np.log(np.maximum(error, 1e-9)), _ERROR, _EVIDENCE))
    evidence *= np.where([candidate.piece.cut for candidate in candidates], _CUT, 1.0)
    shown = np.array([candidate.digit for candidate in candidates])
    evidence *= np.where(error < 0.5, _SHAPE[shown], 1.0)
    evidence[~telling] = 1

    gap = np.maximum(left[1:] - right[:-1], 0) / usual[1:]
    word = np.concatenate([[0], np.cumsum((gap > _CLOSE) | (np.diff(row_of) > 0))])
    alike = np.where(
        telling[1:] & telling[:-1], _SHARED * _alike(np.diff(size) / _TALL_AND_SMALL, np.diff(ink)), 1.0
    )
    shared = np.concatenate([[0.0], np.exp(-((gap / _REACH) ** 4)) * alike])

    sample = np.unique(np.linspace(0, len(candidates) - 1, _SAMPLE).astype(int))
    like = _alike(size[:, None] - size[sample], ink[:, None] - ink[sample]) * telling[sample]
    like[sample, np.arange(len(sample))] = 0
    stand_for = len(candidates) / len(sample)
    witnesses = like @ (error[sample] > 0.5) * stand_for
    much = like.sum(axis=1) * stand_for
    witnesses = np.maximum(witnesses, np.bincount(word, weights=telling & (error > 0.5))[word])
    weight = _PAGE * much / (much + _MANY)
    like /= np.maximum(like.sum(axis=1, keepdims=True), 1e-9)
    strange = np.full(len(candidates), _STRANGERS)
    for _ in range(_TURNS):
        usually = (_STRANGERS + weight * (like @ strange[sample])) / (1 + weight)
        lines = [np.split(values, ends) for values in (evidence, shared, usually)]
        before, strange = strange, np.concatenate([smoothed(*line) for line in zip(*lines, strict=True)])
        if np.abs(strange - before).max() < 1e-3:
            break
    return np.split(np.where(witnesses >= _WITNESSES, strange, np.minimum(strange, 0.5)), ends)


def _signs(candidates: Sequence[Candidate], error: Floats) -> NDArray[np.int_]:
    """The places of the signs of sums: of none where more things cross than could be digits, as in a wall."""
    strangers = np.flatnonzero(error >= 0.5)
    if not len(strangers):
        return strangers
    found = strangers[crosses(np.stack([candidates[int(place)].tile for place in strangers]))]
    return found if len(found) <= len(candidates) - len(strangers) else found[:0]


def _looks(candidate: Candidate) -> tuple[float, float, float, float]:
    """Left and right side, and the logarithms of size and strength of ink."""
    box = candidate.piece.box
    size, ink = max(box.height, box.width / 2), max(candidate.piece.strength, 1e-3)
    return box.left, box.right, np.log(size), np.log(ink)


def _height(row: Sequence[Candidate]) -> float:
    return float(np.quantile([candidate.piece.box.height for candidate in row], 0.6)) if row else 1.0


def _alike(size: Floats, ink: Floats) -> Floats:
    """From 1 where there is no difference in size and ink (logarithms) to 0."""
    return np.asarray(np.exp(-((size / _SIZE) ** 2) - (ink / _INK) ** 2))


def smoothed(evidence: Floats, shared: Floats, usually: Floats) -> Floats:
    """The probability ``(n,)`` of *something else* along a chain, by the forward-backward algorithm.

    ``evidence`` is the likelihood of what was seen under that state, under the other it is 1; ``shared`` how
    often the state is that of the candidate before; ``usually`` how often it is *something else* if not.
    """
    count = len(evidence)
    forward, result = np.empty(count), np.empty(count)
    for k in range(count):
        expected = shared[k] * forward[k - 1] + (1 - shared[k]) * usually[k] if k else usually[k]
        forward[k] = expected * evidence[k] / (expected * evidence[k] + 1 - expected)
    strange, plain = 1.0, 1.0  # the likelihood of all that follows, under either state
    for k in range(count - 1, -1, -1):
        joint = forward[k] * strange
        result[k] = joint / (joint + (1 - forward[k]) * plain)
        anew = (1 - shared[k]) * (usually[k] * evidence[k] * strange + (1 - usually[k]) * plain)
        strange, plain = shared[k] * evidence[k] * strange + anew, shared[k] * plain + anew
        whole = strange + plain
        strange, plain = strange / whole, plain / whole
    return result
