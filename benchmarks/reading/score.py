"""What was read against what was written: by place, by order, as whole lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.reading.paper import Mark, Sample
from glassnet.reading.alignment import align
from glassnet.reading.result import Box, ReadDigit, Reading

__all__ = ["Tally", "overlap"]

MATCHED = 0.3
"""Boxes that overlap by this share of what they cover together show the same digit."""
ALIKE = 0.6
"""So do boxes of which one has its middle in the other, if their heights are as similar as this: a thin 1 that is
turned a little has a box much wider than itself."""


@dataclass
class Tally:
    """The sums of one condition."""

    name: str
    pictures: int = 0
    written: int = 0
    """Digits on the pictures."""
    right: int = 0
    """Found in their place, and read right."""
    misread: int = 0
    """Found in their place, and read wrong."""
    spurious: int = 0
    """Read where nothing was written."""
    in_order: int = 0
    """Right by the text alone: digits that an alignment of both texts has in common."""
    lines: int = 0
    exact: int = 0
    """Lines that stand in the reading, whole."""
    whole: int = 0
    """Pictures whose text is right throughout."""
    answers: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    judged: list[tuple[float, bool]] = field(default_factory=list)
    """Confidence and whether it was right, of every digit answered."""

    def add(self, sample: Sample, reading: Reading, seconds: float) -> bool:
        """Count one picture; whether all was right is returned."""
        self._time(seconds)
        marks = [mark for line in sample.lines for mark in line]
        found = list(reading)
        pairs = match(marks, found)
        right = sum(marks[a].digit == found[b].digit for a, b in pairs)
        self.written += len(marks)
        self.right += right
        self.misread += len(pairs) - right
        self.spurious += len(found) - len(pairs)
        self.answers += len(found)
        text = sample.text.replace("\n", ""), reading.text.replace("\n", "")
        self.in_order += align(*text).right
        lines, read = sample.text.split("\n") if marks else [], reading.text.split("\n")
        self.lines += len(lines)
        for line in lines:
            if line in read:
                read.remove(line)
                self.exact += 1
        perfect = sample.text == reading.text
        self.whole += perfect
        paired = {b: marks[a].digit == found[b].digit for a, b in pairs}
        self.judged += [(one.confidence, paired.get(place, False)) for place, one in enumerate(found)]
        return perfect

    def add_single(self, sample: Sample, answer: ReadDigit, seconds: float) -> bool:
        """Count one picture of one digit."""
        self._time(seconds)
        marks = [mark for line in sample.lines for mark in line]
        right = bool(marks) and answer.digit == marks[0].digit
        self.written += len(marks)
        self.right += right
        answered = answer.digit is not None
        self.answers += answered
        self.misread += answered and bool(marks) and not right
        self.spurious += answered and not marks
        self.whole += right or (not marks and not answered)
        if answered:
            self.judged.append((answer.confidence, right))
        return right or (not marks and not answered)

    def _time(self, seconds: float) -> None:
        self.pictures += 1
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)


def match(marks: list[Mark], found: list[ReadDigit]) -> list[tuple[int, int]]:
    """Pairs (written, read) of boxes that lie on each other, the best first, each used once."""
    shares = [(overlap(mark, one.box), a, b) for a, mark in enumerate(marks) for b, one in enumerate(found)]
    pairs: list[tuple[int, int]] = []
    used: tuple[set[int], set[int]] = set(), set()
    for share, a, b in sorted(shares, reverse=True):
        if share >= MATCHED and a not in used[0] and b not in used[1]:
            pairs.append((a, b))
            used[0].add(a)
            used[1].add(b)
    return pairs


def overlap(mark: Mark, box: Box) -> float:
    """What both cover, as a share of what either covers; at least :data:`MATCHED` for the same digit."""
    across = min(mark.right, box.right) - max(mark.left, box.left)
    down = min(mark.bottom, box.bottom) - max(mark.top, box.top)
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    area = (mark.right - mark.left) * (mark.bottom - mark.top) + box.width * box.height
    share = both / (area - both)
    inside = (
        mark.left <= (box.left + box.right) / 2 <= mark.right
        and mark.top <= (box.top + box.bottom) / 2 <= mark.bottom
    )
    tall = mark.bottom - mark.top
    return max(share, MATCHED) if inside and min(tall, box.height) >= ALIKE * max(tall, box.height) else share
