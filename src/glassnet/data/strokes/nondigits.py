"""What is no digit, drawn by code: so that a reader can learn to say so.

A network that knows ten digits answers with a digit whatever it is shown. Shown these as classes of their own (or
as examples to be unsure about), it can learn that a scribble, a letter or half a digit is none of the ten, and
that two of them are several.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.data.composites import HALVES
from glassnet.data.dataset import Dataset
from glassnet.data.strokes import brush
from glassnet.data.strokes.alphabets import alphabet, ink
from glassnet.data.strokes.digits import BLOCK, Block, draw_blocks, random_numbers, strength
from glassnet.data.strokes.hand import Hand
from glassnet.data.strokes.splines import STEPS

__all__ = ["KINDS", "PAIR", "Kind", "generate_nondigits"]

Pictures = NDArray[np.uint8]

PAIR = "two digits"
"""The kind that is no digit because it is two."""


def generate_nondigits(count: int, seed: int = 0, *, level: str | float = "natural", start: int = 0) -> Dataset:
    """Draw ``count`` pictures ``(count, 28, 28)`` that show no single digit; the classes are their kinds.

    The kinds are those of :data:`KINDS`, as often as it says. As with :func:`~glassnet.data.strokes.generate`,
    picture number i of a seed is always the same. (Blank pictures have no normal form; they are simply black.)

    >>> generate_nondigits(20).classes
    ('blank', 'dots', 'scribble', 'letter', 'two letters', 'crossed out', 'half a digit', 'two digits')
    """
    habits = Hand().at_level(strength(level))
    images, labels = draw_blocks(lambda block: _draw_block(seed, block, habits), count, seed, start)
    return Dataset(
        images, labels, name=f"strokes, {count:,} pictures of no digit (seed {seed})", classes=tuple(KINDS)
    )


def _draw_block(seed: int, block: int, habits: Hand) -> Block:
    rng = random_numbers(seed, block, purpose=1)
    labels = rng.choice(len(KINDS), BLOCK, p=[kind.share for kind in KINDS.values()]).astype(np.uint8)
    images = np.empty((BLOCK, 28, 28), np.uint8)
    for label, (_, draw) in enumerate(KINDS.values()):
        rows = np.flatnonzero(labels == label)
        if len(rows):
            images[rows] = draw(len(rows), habits, rng)
    return images, labels


def _blank(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    return np.zeros((n, 28, 28), np.uint8)


def _dots(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    """One to four discs; a single one is not blown up to the size of a digit."""
    dots = 4
    spread = np.where(rng.random((n, 1)) < 0.5, 0.3, 6.0)
    x, y = (10 + spread * rng.standard_normal((2, n, dots))).clip(1, 19).astype(np.float32)
    radii = (rng.uniform(0.5, 3.5, (n, 1)) * rng.uniform(0.8, 1.2, (n, dots))).astype(np.float32)
    present = np.arange(dots) < rng.integers(1, dots + 1, (n, 1))
    steps = np.where(present, brush.ALONE, 0).astype(np.float32)
    return brush.set_in(brush.draw(x, y, radii, steps, np.ones((n, 1), np.float32), np.zeros((n, 1), np.float32)))


def _scribble(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    """The pen wanders about: a few long waves or many short ones, sometimes advancing, sometimes lifted.

    Every third one runs along a line, as signatures do.
    """
    time = np.linspace(0, 1, 2 * STEPS)
    run = np.where(rng.random((n, 1)) < 1 / 3, rng.uniform(2, 6, (n, 1)), 0)
    waves = rng.uniform(0.5, 2, (n, 1)) + 0.6 * run
    x, y = rng.standard_normal((2, n, 1)) * time
    x += run * time
    for overtone in (1, 2, 3):
        phases = 2 * np.pi * rng.random((2, n, 1))
        size = rng.standard_normal((2, n, 1)) / overtone
        x += size[0] * np.sin(2 * np.pi * waves * overtone * time + phases[0])
        y += size[1] * np.sin(2 * np.pi * waves * rng.uniform(0.5, 1.5, (n, 1)) * overtone * time + phases[1])
    lifted = (rng.random((n, 1)) < 0.3) & (np.abs(time[1:] - rng.random((n, 1))) < 0.02)
    radii = np.full(x.shape, 1.0) * rng.uniform(0.6, 1.6, (n, 1))
    path = (x.astype(np.float32), y.astype(np.float32), radii.astype(np.float32))
    return ink(*path, np.asarray(~lifted, np.float32), habits, rng)


def _letter(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    letters = alphabet("letters")
    return ink(*letters.write(letters.choose(n, rng), habits, rng), habits, rng)


def _two_letters(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    """The beginning of a word, or its end."""
    return _side_by_side("letters", n, habits, rng)


def _crossed_out(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    """A digit struck out: the pen goes across it and back from two to four times, or is lifted on the way back."""
    digits = alphabet("handwriting")
    x, y, radii, pen_down = digits.write(digits.choose(n, rng), habits, rng)
    strikes = rng.integers(2, 5, (n, 1))
    turns = np.linspace(0, 2 * strikes[:, 0] - 1, STEPS, dtype=np.float32).T  # odd turns lead back
    across = (1 - 2 * np.abs(turns % 2 - 1)) * rng.uniform(0.4, 0.65, (n, 1))
    down = (turns / turns[:, -1:] - 0.5) * rng.uniform(0.3, 0.9, (n, 1))
    tilt = rng.normal(0, 0.4, (n, 1))
    over = [across * np.cos(tilt) - down * np.sin(tilt), across * np.sin(tilt) + down * np.cos(tilt)]
    for stroke, written in zip(over, (x, y), strict=True):
        stroke += (written.min(axis=1, keepdims=True) + written.max(axis=1, keepdims=True)) / 2
        stroke += 0.02 * rng.standard_normal((n, STEPS))
    lifted = (turns[:, :-1] % 2 >= 1) & (rng.random((n, 1)) < 0.4)
    between = np.zeros((n, 1), np.float32)
    return ink(
        np.concatenate([x, over[0].astype(np.float32)], axis=1),
        np.concatenate([y, over[1].astype(np.float32)], axis=1),
        np.concatenate([radii, np.repeat(0.8 * radii.mean(axis=1, keepdims=True), STEPS, axis=1)], axis=1),
        np.concatenate([pen_down, between, (~lifted).astype(np.float32)], axis=1),
        habits,
        rng,
    )


def _half(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    """A digit of which a straight cut through the middle has left one side."""
    digits = alphabet("handwriting")
    choices = [(side, np.flatnonzero(np.isin(digits.shows, list(shown)))) for side, shown in HALVES]
    which = rng.integers(0, len(choices), n)
    styles = np.array([rng.choice(choices[one][1]) for one in which])
    *path, pen_down = digits.write(styles, habits, rng)
    x, y, radii = (_finer(values) for values in path)
    pen_down = np.repeat(pen_down, 2, axis=1)
    across = np.array([choices[one][0] == "left" for one in which])[:, None]
    upwards = np.array([-1.0 if choices[one][0] == "lower" else 1.0 for one in which])[:, None]
    place = upwards * np.where(across, x, y)
    low, high = place.min(axis=1, keepdims=True), place.max(axis=1, keepdims=True)
    kept = place <= low + (high - low) * rng.uniform(0.4, 0.5, (n, 1))
    anchor = place.argmin(axis=1)[:, None]  # what is cut off must not count when the rest is scaled
    for values in (x, y):
        values[:] = np.where(kept, values, np.take_along_axis(values, anchor, axis=1))
    return ink(x, y, radii, pen_down * (kept[:, 1:] & kept[:, :-1]), habits, rng)


def _finer(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Twice the dots, each new one half way to the next: what is left of a digit will be enlarged."""
    fine = np.repeat(values, 2, axis=1)
    fine[:, 1:-1:2] += values[:, 1:]
    fine[:, 1:-1:2] /= 2
    return fine[:, :-1]


def _two(n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    return _side_by_side("handwriting", n, habits, rng)


def _side_by_side(name: str, n: int, habits: Hand, rng: np.random.Generator) -> Pictures:
    """Two characters of an alphabet that touch, or nearly."""
    letters = alphabet(name)
    left, right = (letters.write(letters.choose(n, rng), habits, rng) for _ in range(2))
    gap = rng.uniform(-0.12, 0.12, (n, 1)).astype(np.float32)
    right[0][:] += left[0].max(axis=1, keepdims=True) - right[0].min(axis=1, keepdims=True) + gap
    right[1][:] += np.float32(0.06) * rng.standard_normal((n, 1), np.float32)
    x, y, radii = (np.concatenate(pair, axis=1) for pair in zip(left[:3], right[:3], strict=True))
    lifted = np.zeros((n, 1), np.float32)
    return ink(x, y, radii, np.concatenate([left[3], lifted, right[3]], axis=1), habits, rng)


class Kind(NamedTuple):
    """How often a kind of picture comes, and how it is drawn."""

    share: float
    draw: Callable[[int, Hand, np.random.Generator], Pictures]


KINDS = {
    "blank": Kind(0.02, _blank),
    "dots": Kind(0.10, _dots),
    "scribble": Kind(0.20, _scribble),
    "letter": Kind(0.32, _letter),
    "two letters": Kind(0.08, _two_letters),
    "crossed out": Kind(0.08, _crossed_out),
    "half a digit": Kind(0.10, _half),
    PAIR: Kind(0.10, _two),
}
"""Every kind of picture that is no digit: those that look most like digits come most often."""
