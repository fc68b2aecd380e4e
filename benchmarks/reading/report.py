"""Tables of what was measured, and pictures of what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.reading.paper import Sample
from benchmarks.reading.score import Tally
from glassnet.reading.result import ReadDigit, Reading

__all__ = ["line", "show", "table", "write"]

RIGHT, WRONG, MISSED, EXTRA = (40, 160, 60), (230, 40, 40), (240, 140, 0), (190, 40, 200)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace("%", " %") if whole else "–"


def line(part: str, tallies: tuple[Tally, Tally]) -> str:
    """One line while it runs."""
    many, one = tallies
    good = {
        "singles": (one.right, one.written),
        "pages": (many.right, many.written),
        "strangers": (many.whole, many.pictures),
    }[part]
    return f"{share(*good):>8}  {many.name}"


def table(part: str, tallies: Sequence[tuple[Tally, Tally]]) -> str:
    """A condition a line, and their sum, as Markdown."""
    many, one = ([*column, total(column)] for column in zip(*tallies, strict=True))
    rows = {"singles": _singles, "pages": _pages, "strangers": _strangers}[part](many, one)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines) + ("\n\n" + rejection(one[-1]) if part == "singles" else "")


def _singles(many: Sequence[Tally], one: Sequence[Tally]) -> list[list[str]]:
    rows = [["one digit", "pictures", "`read_digit` right", "refused", "`read` finds it alone", "ms", "at most"]]
    for searched, told in zip(many, one, strict=True):
        rows.append([
            told.name, f"{told.pictures:,}", share(told.right, told.written),
            share(told.pictures - told.answers, told.pictures), share(searched.whole, searched.pictures),
            *_times(searched),
        ])  # fmt: skip
    return rows


def _pages(many: Sequence[Tally], one: Sequence[Tally]) -> list[list[str]]:
    rows = [["several digits", "pictures", "digits", "found and right", "misread", "missed", "spurious"]]
    rows[0] += ["in order", "whole lines", "ms", "at most"]
    for tally in many:
        missed = tally.written - tally.right - tally.misread
        counts = tally.right, tally.misread, missed, tally.spurious, tally.in_order
        shares = [share(number, tally.written) for number in counts]
        rows.append([
            tally.name, f"{tally.pictures:,}", f"{tally.written:,}", *shares, share(tally.exact, tally.lines),
            *_times(tally),
        ])  # fmt: skip
    return rows


def _strangers(many: Sequence[Tally], one: Sequence[Tally]) -> list[list[str]]:
    rows = [["no digit", "pictures", "`read` finds none", "digits read, a picture", "`read_digit` refuses", "ms"]]
    for searched, told in zip(many, one, strict=True):
        rows.append([
            searched.name, f"{searched.pictures:,}", share(searched.whole, searched.pictures),
            f"{searched.spurious / searched.pictures:.2f}", share(told.whole, told.pictures), _times(searched)[0],
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
    for refused in (0, 1, 2, 5, 10):
        kept = judged[: round(len(judged) * (1 - refused / 100))]
        parts.append(f"{refused} %: {share(sum(not right for _, right in kept), len(kept))}")
    return "Mistakes among the answers when the least sure are refused as well, " + ", ".join(parts) + "."


def write(page: Path, text: str) -> None:
    """Put the tables between the two marks of a page."""
    old = page.read_text(encoding="utf-8")
    begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"
    new, found = re.subn(f"(?s){begin}.*{end}", lambda _: f"{begin}\n{text}\n{end}", old)
    if not found:
        raise SystemExit(f"{page} has no lines {begin} and {end}")
    page.write_text(new, encoding="utf-8")


def show(path: Path, sample: Sample, reading: Reading, alone: ReadDigit | None) -> None:
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
    sheet = np.vstack([picture, strip])
    if alone is not None:  # what the network was given
        tile = np.repeat(255 - alone.pixels[..., None], 3, axis=2).repeat(5, axis=0).repeat(5, axis=1)
        sheet = cv2.copyMakeBorder(sheet, 0, 0, 0, 150, cv2.BORDER_CONSTANT, value=(255, 255, 255))
        sheet = cv2.copyMakeBorder(
            sheet, 0, max(0, 140 - len(sheet)), 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255)
        )
        sheet[:140, -145:-5] = tile
    cv2.imwrite(str(path), sheet[..., ::-1])
