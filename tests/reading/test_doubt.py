"""What a piece of ink is shows in the company that it keeps."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from glassnet.reading.doubt import DOUBTS, doubted, smoothed, strangeness
from glassnet.reading.grouping import Candidate
from glassnet.reading.pen import as_digit
from glassnet.reading.pieces import Piece
from glassnet.reading.recogniser import NONE
from glassnet.reading.result import Box

TILE = np.zeros((28, 28), np.uint8)
DIGIT, LOOKALIKE, HARD, STRANGER = 0.9995, 0.98, 0.8, 0.001
"""How sure the network is that it is a digit: of a neat one, of an O or an l, of a bad one, of a letter."""


def candidate(
    sure: float, left: int, *, top: int = 0, height: int = 40, width: int = 26, ink: float = 0.8
) -> Candidate:
    probabilities = np.zeros(12)
    probabilities[[7, NONE]] = sure, 1 - sure
    box = Box(left, top, left + width, top + height)
    return Candidate(Piece(box, np.ones((height, width), np.float32), ink), TILE, probabilities)


def row(*sure: float | None, left: int = 0, **looks: float) -> list[Candidate]:
    """Side by side, a few pixels apart; ``None`` leaves a place empty."""
    return [candidate(one, left + 34 * place, **looks) for place, one in enumerate(sure) if one is not None]  # type: ignore[arg-type]


def reasons(*rows: list[Candidate]) -> list[list[str | None]]:
    return [[reason for _, reason in line] for line in doubted([[(one, None) for one in line] for line in rows])]


def test_numbers_are_not_doubted() -> None:
    line = row(DIGIT, LOOKALIKE, DIGIT, HARD, DIGIT)
    assert reasons(line, line) == [[None] * 5] * 2


def _ones(line: list[Candidate]) -> list[Candidate]:
    return _shown(line, 1)


def _shown(line: list[Candidate], digit: int) -> list[Candidate]:
    """The same line of another digit than 7."""
    swapped = np.arange(12)
    swapped[[digit, 7]] = 7, digit
    return [replace(one, probabilities=one.probabilities[swapped]) for one in line]


def test_bricks_and_bar_codes_are_no_page_of_ones() -> None:
    bars = [_ones(row(*[DIGIT] * 5, top=80 * number)) for number in range(3)]
    assert {reason for line in reasons(*bars) for reason in line} == {DOUBTS[2]}
    assert reasons(*bars, row(DIGIT, top=300))[:3] == [[DOUBTS[2]] * 5] * 3
    assert reasons(*bars, row(DIGIT, DIGIT, top=300)) == [[None] * 5] * 3 + [[None] * 2]
    assert reasons(bars[0]) == [[None] * 5], "a few ones may be a number"
    strangers = [candidate(0.2, 0, top=300, height=12, width=4), candidate(0.2, 300, top=300, height=150)]
    assert reasons(*bars, strangers) == [[DOUBTS[2]] * 5] * 3 + [[None] * 2], "what is read as nothing is no 7"


def test_a_page_of_digits_that_are_hard_to_read_is_no_page_of_words() -> None:
    lines = [row(*[HARD] * 8, top=80 * number) for number in range(6)]
    assert reasons(*lines) == [[None] * 8] * 6


def test_a_number_keeps_its_neighbours_of_a_piece_of_dirt() -> None:
    assert reasons(row(DIGIT, LOOKALIKE, STRANGER, DIGIT, LOOKALIKE))[0].count(None) == 5


def test_a_letter_that_looks_like_a_digit_is_part_of_its_word() -> None:
    word = row(STRANGER, LOOKALIKE, STRANGER, STRANGER, LOOKALIKE, STRANGER)
    assert reasons(word) == [["part of a word, not a digit"] * 6]


def test_a_number_after_a_word_is_kept() -> None:
    line = row(STRANGER, LOOKALIKE, STRANGER, STRANGER, None, None, DIGIT, LOOKALIKE, DIGIT, DIGIT)
    assert [reason is None for reason in reasons(line)[0]] == [False] * 4 + [True] * 4


def test_the_l_of_tel_is_no_one_though_all_else_on_the_page_is_a_number() -> None:
    t, e = candidate(STRANGER, 0, width=26), candidate(STRANGER, 32, top=18, height=22, width=22)
    (one,) = _ones(row(DIGIT, left=60, width=12))
    number = row(*[DIGIT] * 10, left=110)
    assert reasons([t, e, one, *number])[0] == [DOUBTS[0], DOUBTS[0], DOUBTS[1], *[None] * 10]
    assert reasons([t, one, *number])[0][1:] == [None] * 11, "house number 3a"


def test_what_looks_like_a_letter_speaks_less_for_a_number_than_what_looks_like_none() -> None:
    word = row(STRANGER, LOOKALIKE, LOOKALIKE, STRANGER)  # "room", or "r44m"
    share = {digit: strangeness([_shown(word, digit)])[0][1] for digit in range(10)}
    assert min(share[0], share[1]) > share[5] > share[9] > max(share[digit] for digit in (2, 3, 4, 6, 7, 8))


def test_the_letter_behind_a_house_number_does_not_harm_it() -> None:
    assert reasons(row(DIGIT, STRANGER))[0][0] is None
    assert reasons(row(LOOKALIKE, STRANGER))[0][0] is None


@pytest.mark.parametrize("looks", [{"height": 90}, {"ink": 0.3}])
def test_digits_are_not_doubted_for_print_of_another_size_or_ink(looks: dict[str, float]) -> None:
    labels = [row(*[STRANGER] * 6, top=200 * number) for number in range(5)]
    filled_in = [row(LOOKALIKE, left=400, top=200 * number, **looks) for number in range(5)]
    lines = [label + digit for label, digit in zip(labels, filled_in, strict=True)]
    assert [line[-1] for line in reasons(*lines)] == [None] * 5
    alike = [label + row(LOOKALIKE, left=400, top=200 * n) for n, label in enumerate(labels)]
    assert None not in [line[-1] for line in reasons(*alike)]


def test_one_of_many_leaves_is_a_leaf() -> None:
    leaves = [row(STRANGER, top=80 * number) for number in range(40)]
    assert reasons(*leaves, row(LOOKALIKE, top=4000))[-1] == ["among many things that are no digits"]
    assert reasons(row(LOOKALIKE)) == [[None]]


def test_brackets_around_a_number_do_not_make_it_a_word() -> None:
    number = row(LOOKALIKE, LOOKALIKE, LOOKALIKE)
    brackets = [candidate(STRANGER, left, width=16) for left in (-20, 104)]
    line = [brackets[0], *number, brackets[1]]
    assert reasons(line)[0][1:4] == [None] * 3


def test_signs_of_sums_do_not_make_a_word_of_the_numbers_beside_them() -> None:
    canvas = np.zeros((40, 40), np.float32)
    canvas[18:22], canvas[:, 18:22] = 1, 1
    signs = [replace(one, tile=as_digit(canvas)) for one in row(STRANGER, STRANGER, left=34, top=5, height=30)]
    sums = [[*row(LOOKALIKE, top=80 * number), signs[0], *row(LOOKALIKE, left=68)] for number in range(4)]
    assert [[line[0], line[2]] for line in reasons(*sums)] == [[None, None]] * 4
    wall = [[line[0], *(replace(one, piece=line[1].piece) for one in [line[1]] * 3), line[2]] for line in sums]
    assert None not in [reason for line in reasons(*wall) for reason in line], "more crosses than digits"
    letters = [[line[0], replace(line[1], tile=TILE), line[2]] for line in sums]
    assert None not in [reason for line in reasons(*letters) for reason in line]


def test_specks_say_nothing_about_their_neighbours() -> None:
    line = row(LOOKALIKE, LOOKALIKE, LOOKALIKE)
    dots = [candidate(STRANGER, 27 + 34 * place, top=30, height=8, width=6) for place in range(3)]
    mixed = sorted(line + dots, key=lambda one: one.piece.box.left)
    kept = [reason for one, reason in zip(mixed, reasons(mixed)[0], strict=True) if one in line]
    assert kept == [None] * 3


def test_what_is_doubted_is_said_to_be_none() -> None:
    word = [(one, None) for one in row(STRANGER, LOOKALIKE, STRANGER, STRANGER)]
    doubtful = doubted([word])[0][1][0]
    assert doubtful.confidence < 0.5
    assert doubtful.probabilities.sum() == pytest.approx(1)
    assert doubtful.digit == 7
    assert word[1][0].confidence == LOOKALIKE


def test_other_reasons_stay() -> None:
    assert doubted([[(candidate(STRANGER, 0), "only a speck")]])[0][0][1] == "only a speck"
    assert DOUBTS[:2] == ("part of a word, not a digit", "among many things that are no digits")


def test_nothing_is_not_doubted() -> None:
    assert doubted([]) == []
    assert doubted([[], [(candidate(DIGIT, 0), None)]])[0] == []


def test_the_chain_is_weighed_as_by_trying_all_ways() -> None:
    rng = np.random.default_rng(0)
    evidence, shared, usually = np.exp(rng.normal(0, 1.5, 6)), rng.random(6), rng.random(6)
    total, strange = 0.0, np.zeros(6)
    for states in itertools.product((False, True), repeat=6):
        likely = 1.0
        for k, state in enumerate(states):
            drawn = usually[k] if state else 1 - usually[k]
            likely *= drawn if k == 0 else shared[k] * (state == states[k - 1]) + (1 - shared[k]) * drawn
            likely *= evidence[k] if state else 1.0
        total += likely
        strange += likely * np.array(states)
    np.testing.assert_allclose(smoothed(evidence, shared, usually), strange / total)


def test_thousands_of_things_take_a_moment() -> None:
    rng = np.random.default_rng(0)
    rows = [
        [candidate(float(rng.random()), int(left), top=int(top)) for left in range(0, 900, 30)]
        for top in range(0, 4000, 40)
    ]
    began = time.process_time()
    shares = np.concatenate(strangeness(rows))
    assert time.process_time() - began < 2
    assert ((shares >= 0) & (shares <= 1)).all()


def test_halves_of_letters_are_doubted_sooner_than_whole_ones() -> None:
    whole = row(LOOKALIKE, LOOKALIKE, STRANGER, STRANGER, LOOKALIKE, LOOKALIKE)
    halves = [replace(one, piece=replace(one.piece, cut=True)) for one in whole]
    assert strangeness([halves])[0].sum() > strangeness([whole])[0].sum()
    assert (
        strangeness([[replace(one, piece=replace(one.piece, cut=True)) for one in row(DIGIT, DIGIT)]])[0] < 0.5
    ).all()
