"""Lines are found, level or not, and read in the order of reading."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from glassnet.reading import lines as finding
from glassnet.reading.lines import find_lines
from glassnet.reading.pieces import Piece
from glassnet.reading.result import Box


def _piece(left: float, top: float, height: float = 40, width: float = 25) -> Piece:
    box = Box(round(left), round(top), round(left + width), round(top + height))
    return Piece(box, np.ones((box.height, box.width), np.float32), 1.0)


def _shuffled(pieces: list[Piece]) -> list[Piece]:
    return [pieces[i] for i in np.random.default_rng(1).permutation(len(pieces))]


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.12])
@pytest.mark.parametrize("bend", [0.0, 0.0002])
def test_sloping_and_bent_lines(slope: float, bend: float) -> None:
    lines = [
        [_piece(x, 100 + 80 * row + slope * x + bend * (x - 300) ** 2) for x in range(20, 620, 45)]
        for row in range(4)
    ]
    assert find_lines(_shuffled([piece for line in lines for piece in line]), 40) == lines


def test_a_wide_gap_does_not_end_a_line() -> None:
    line = [_piece(0, 10), _piece(40, 12), _piece(600, 8), _piece(640, 11)]
    assert find_lines(_shuffled(line), 40) == [line]


def test_a_column_of_single_digits_is_many_lines() -> None:
    column = [_piece(50 + row % 3, 60 * row) for row in range(6)]
    assert find_lines(_shuffled(column), 40) == [[piece] for piece in column]


def test_a_small_piece_belongs_to_the_line_beside_it() -> None:
    upper = [_piece(0, 0), _piece(50, 0)]
    lower = [_piece(0, 100), _piece(50, 100)]
    cap = _piece(76, 95, height=6, width=15)
    assert find_lines([*upper, *lower, cap], 40) == [upper, [*lower, cap]]


def test_a_printed_label_right_above_a_line_is_a_line_of_its_own() -> None:
    label = [_piece(22 * place, 60, height=18, width=14) for place in range(5)]
    digits = [_piece(45 * place, 90) for place in range(4)]
    assert find_lines(_shuffled([*label, *digits]), 40) == [label, digits]
    caps = [_piece(45 * place, 82, height=6, width=20) for place in range(4)]
    (line,) = find_lines(_shuffled([*caps, *digits]), 40)
    assert len(line) == 8, "what has come off fives stands apart"
    units = [_piece(185 + 22 * place, 108, height=22, width=14) for place in range(4)]
    assert find_lines(_shuffled([*digits, *units]), 40) == [[*digits, *units]], "a word behind a number"


def test_what_has_come_off_below_belongs_to_its_digit() -> None:
    upper = [_piece(0, 0), _piece(50, 0)]
    foot, rest = _piece(45, 44, height=10, width=40), _piece(84, 50, height=6, width=10)
    (line,) = find_lines([*upper, foot, rest], 40)
    assert set(line) == {*upper, foot, rest}


def test_a_digit_that_faint_strokes_have_torn_apart_stands_in_its_line() -> None:
    line = [_piece(x, 100) for x in (20, 65, 200)]
    torn = [_piece(110, 100, 20), _piece(112, 121, 19)]
    assert find_lines([*line, *torn], 40) == [[*line[:2], torn[0], torn[1], line[2]]]
    assert find_lines(torn, 40) == [torn], "alone in its box"
    small = [[_piece(20 + 11 * x, 300 + 18 * row, 16, 9) for x in range(8)] for row in range(2)]
    assert find_lines([*line, *small[0], *small[1]], 40) == [line, *small], "two lines of small print"


def test_small_writing_far_from_the_large_has_lines_of_its_own() -> None:
    large = [_piece(0, 0, 150, 90), _piece(110, 0, 150, 90)]
    small = [_piece(20 + 30 * place, 400, 30, 20) for place in range(5)]
    assert find_lines(_shuffled([*large, *small]), 150) == [large, small]


def test_nothing_has_no_lines() -> None:
    assert find_lines([], 0) == []


def test_a_page_of_thousands_needs_little_memory() -> None:
    rows = [[_piece(x, 45 * row + 0.1 * x, 30, 20) for x in range(0, 2400, 40)] for row in range(50)]
    page = _shuffled([piece for row in rows for piece in row])
    tracemalloc.start()
    found = find_lines(page, 30)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == rows
    assert most < 150e6, "of every piece compared with every other: 460 MB"


def test_a_piece_is_compared_with_the_ends_of_near_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, step = [], finding._step

    def counted(left: Piece, right: Piece, slope: float) -> float | None:
        steps.append(left)
        return step(left, right, slope)

    rows = [[_piece(x, 60 * row) for x in range(0, 1000, 40)] for row in range(20)]
    monkeypatch.setattr(finding, "_step", counted)
    assert find_lines(_shuffled([piece for row in rows for piece in row]), 40) == rows
    assert len(steps) < 4 * 20 * 25, "of 20 lines for each of 500 pieces"


def test_a_low_piece_is_compared_with_no_other_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dashes from right to left: each joins only after the one on its right has joined the line there."""
    compared, nearest_line = [], finding._nearest_line

    def counted(piece: Piece, boxes: np.ndarray, height: float) -> int | None:
        compared.append(boxes.shape[1])
        return nearest_line(piece, boxes, height)

    line = [_piece(2000, 100), _piece(2045, 100)]
    dashes = [_piece(2000 - 30 * place, 118, 4, 12) for place in range(40, 0, -1)]
    monkeypatch.setattr(finding, "_nearest_line", counted)
    assert find_lines([*dashes, *line], 40) == [[*dashes, *line]]
    assert sum(compared) <= len(dashes) * (len(dashes) + len(line))
