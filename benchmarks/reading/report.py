"""Tables of what was measured, and pictures of what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.reading.paper import Sample
from benchmarks.reading.score import Tally
from glassnet.reading.result import Reading

__all__ = ["line", "show", "table", "write"]

RIGHT, WRONG, MISSED, EXTRA = (40, 160, 60), (230, 40, 40), (240, 140, 0), (190, 40, 200)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace("%", " %") if whole else "–"


def line(part: str, tally: Tally) -> str:
    """One line while it runs."""
    good = tally.whole if part == "strangers" else tally.right
    return f"{share(good, tally.pictures if part == 'strangers' else tally.written):>8}  {tally.name}"


def table(part: str, tallies: Sequence[Tally]) -> str:
    """A condition a line, and their sum, as Markdown."""
    rows = {"singles": _singles, "pages": _pages, "strangers": _strangers}[part](tallies)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _pages(tallies: Sequence[Tally]) -> list[list[str]]:
    rows = [
        [
            "several digits",
            "pictures",
            "digits",
            "found and right",
            "misread",
            "spurious",
            "in order",
            "lines exact",
            "ms",
            "at most",
        ]
    ]
    for tally in [*tallies, total(tallies)]:
        rows.append([
            tally.name, str(tally.pictures), str(tally.written), share(tally.right, tally.written),
            share(tally.misread, tally.written), share(tally.spurious, tally.written),
            share(tally.in_order, tally.written), share(tally.exact, tally.lines), *_times(tally),
        ])  # fmt: skip
    return rows


def _singles(tallies: Sequence[Tally]) -> list[list[str]]:
    rows = [["one digit", "pictures", "read_digit", "refused", "read, and nothing else", "ms", "at most"]]
    searched, told = list(tallies[::2]), list(tallies[1::2])
    for many, one in zip([*searched, total(searched)], [*told, total(told)], strict=True):
        rows.append([
            one.name, str(one.pictures), share(one.right, one.written),
            share(one.pictures - one.answers, one.pictures), share(many.whole, many.pictures), *_times(one),
        ])  # fmt: skip
    everything = total(told)
    rows[-1][0] += f"; {rejection(everything)}"
    return rows


def _strangers(tallies: Sequence[Tally]) -> list[list[str]]:
    rows = [
        ["no digit", "pictures", "nothing read", "digits read a picture", "read_digit refuses", "ms", "at most"]
    ]
    searched, told = list(tallies[::2]), list(tallies[1::2])
    for many, one in zip([*searched, total(searched)], [*told, total(told)], strict=True):
        rows.append([
            many.name, str(many.pictures), share(many.whole, many.pictures),
            f"{many.spurious / many.pictures:.2f}", share(one.whole, one.pictures), *_times(many),
        ])  # fmt: skip
    return rows


def _times(tally: Tally) -> tuple[str, str]:
    return f"{1000 * tally.seconds / tally.pictures:.0f}", f"{1000 * tally.slowest:.0f}"


def total(tallies: Sequence[Tally]) -> Tally:
    """The sum of all conditions."""
    whole = Tally("all")
    for tally in tallies:
        for name, value in vars(tally).items():
            if name != "name":
                both = max(whole.slowest, value) if name == "slowest" else getattr(whole, name) + value
                setattr(whole, name, both)
    return whole


def rejection(tally: Tally) -> str:
    """How many mistakes are left when the least sure answers are refused as well."""
    judged = sorted(tally.judged, reverse=True)
    parts = []
    for refused in (0, 0.02, 0.05, 0.10):
        kept = judged[: round(len(judged) * (1 - refused))]
        parts.append(f"{refused:.0%} refused {sum(not right for _, right in kept) / max(len(kept), 1):.2%} wrong")
    return ", ".join(parts)


def write(page: Path, text: str) -> None:
    """Put the tables between the two marks of a page."""
    old = page.read_text(encoding="utf-8")
    begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"
    new, found = re.subn(f"(?s){begin}.*{end}", lambda _: f"{begin}\n{text}\n{end}", old)
    if not found:
        raise SystemExit(f"{page} has no lines {begin} and {end}")
    page.write_text(new, encoding="utf-8")


def show(path: Path, sample: Sample, reading: Reading) -> None:
    """The picture with what was read: green right, red wrong, orange missed, violet where nothing was written."""
    from benchmarks.reading.score import match

    path.parent.mkdir(parents=True, exist_ok=True)
    scale = max(1.0, 600 / max(sample.picture.shape[:2]))
    picture = cv2.resize(sample.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    marks, found = [mark for row in sample.lines for mark in row], list(reading)
    pairs = match(marks, found)
    owner = {b: marks[a] for a, b in pairs}

    def box(one: object, colour: tuple[int, int, int], text: str) -> None:
        left, top, right, bottom = (
            round(getattr(one, side) * scale) for side in ("left", "top", "right", "bottom")
        )
        cv2.rectangle(picture, (left, top), (right, bottom), colour, 2)
        cv2.putText(picture, text, (left, max(top - 4, 12)), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, 2, cv2.LINE_AA)

    for place, mark in enumerate(marks):
        if place not in {a for a, _ in pairs}:
            box(mark, MISSED, str(mark.digit))
    for place, one in enumerate(found):
        if place not in owner:
            box(one.box, EXTRA, f"{one.digit}")
        elif owner[place].digit == one.digit:
            box(one.box, RIGHT, "")
        else:
            box(one.box, WRONG, f"{owner[place].digit}>{one.digit}")
    for one in reading.rejected:
        box(one.box, (120, 120, 120), "x")
    strip = np.full((34, picture.shape[1], 3), 255, np.uint8)
    note = f"rejected {len(reading.rejected)}, confidence " + " ".join(
        f"{one.confidence:.2f}" for one in found[:12]
    )
    cv2.putText(strip, note, (4, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.imwrite(str(path), np.vstack([picture, strip])[..., ::-1])
