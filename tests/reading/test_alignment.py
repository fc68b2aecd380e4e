"""What was read beside what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.reading.alignment import GAP, align

DIGITS = st.text("0123456789", max_size=12)


@pytest.mark.parametrize(
    ("written", "read", "above", "below"),
    [
        ("", "", "", ""),
        ("0415", "0415", "0415", "0415"),
        ("0415", "0475", "0415", "0475"),
        ("0415", "045", "0415", f"04{GAP}5"),
        ("0415", "04135", f"041{GAP}5", "04135"),
        ("415", "", "415", GAP * 3),
        ("", "77", GAP * 2, "77"),
    ],
)
def test_digits_stand_below_those_they_were_read_for(written: str, read: str, above: str, below: str) -> None:
    found = align(written, read)
    assert (found.written, found.read) == (above, below)


def test_what_is_right_comes_before_what_is_not_missed() -> None:
    """Pairing 15 with 51 digit by digit would leave nothing right."""
    found = align("15", "51")
    assert (found.right, found.wrong, found.missed, found.extra) == (1, 0, 1, 1)


def longest_common(one: str, other: str) -> int:
    """By its definition, slowly."""
    if not one or not other:
        return 0
    if one[0] == other[0]:
        return 1 + longest_common(one[1:], other[1:])
    return max(longest_common(one[1:], other), longest_common(one, other[1:]))


@given(DIGITS, DIGITS)
def test_nothing_is_lost_and_as_much_as_can_be_is_right(written: str, read: str) -> None:
    found = align(written, read)
    assert (found.written.replace(GAP, ""), found.read.replace(GAP, "")) == (written, read)
    assert (found.count, found.count - found.right - found.wrong) == (len(written), found.missed)
    assert found.right + found.wrong + found.extra == len(read)
    assert all((one, other) != (GAP, GAP) for one, other in zip(found.written, found.read, strict=True))


@given(st.text("0123", max_size=7), st.text("0123", max_size=7))
def test_the_number_of_right_digits_is_that_of_the_longest_common_subsequence(written: str, read: str) -> None:
    assert align(written, read).right == longest_common(written, read)
