"""What was read held against what was written: digit beside digit, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["GAP", "Alignment", "align"]

GAP = "·"
"""Stands where the other text has a digit and this one has none."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts of the same length, one above the other, with a :data:`GAP` where one of them has no digit."""

    written: str
    read: str

    @property
    def count(self) -> int:
        """Digits that were written."""
        return len(self.written) - self.extra

    @property
    def right(self) -> int:
        """Digits that were written and read."""
        return sum(one == other for one, other in self._columns())

    @property
    def wrong(self) -> int:
        """Digits in whose place another one was read."""
        return sum(one != other and GAP not in (one, other) for one, other in self._columns())

    @property
    def missed(self) -> int:
        """Digits in whose place nothing was read."""
        return self.read.count(GAP)

    @property
    def extra(self) -> int:
        """Digits that were read where none was written."""
        return self.written.count(GAP)

    def _columns(self) -> Iterator[tuple[str, str]]:
        return zip(self.written, self.read, strict=True)


def align(written: str, read: str) -> Alignment:
    """Put two texts beside each other so that as many digits as can be are right, and then few are missed.

    The longest common subsequence, by dynamic programming (Needleman and Wunsch 1970): time and memory grow with
    the product of the lengths.
    """
    match = len(written) + len(read) + 1  # is worth more than any number of digits that only stand together
    best = [[0] * (len(read) + 1)]
    for one in written:
        above, row = best[-1], [0]
        for place, other in enumerate(read):
            row.append(max(above[place] + (match if one == other else 1), above[place + 1], row[place]))
        best.append(row)
    columns: list[tuple[str, str]] = []
    down, across = len(written), len(read)
    while down or across:
        if down and best[down][across] == best[down - 1][across]:
            down -= 1
            columns.append((written[down], GAP))
        elif across and best[down][across] == best[down][across - 1]:
            across -= 1
            columns.append((GAP, read[across]))
        else:
            down, across = down - 1, across - 1
            columns.append((written[down], read[across]))
    columns.reverse()
    return Alignment("".join(one for one, _ in columns), "".join(other for _, other in columns))
