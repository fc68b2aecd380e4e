"""``glassnet read --answers``: what was read held against what somebody noted of the pictures, in a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.errors import DataError

if TYPE_CHECKING:
    from glassnet.reading.alignment import Alignment

__all__ = ["alignment_fields", "load_answers", "print_alignment", "print_total", "total_fields"]

MOST_DIGITS = 10_000
"""On one picture: more are a mistake, and would take long to align."""
LARGEST_FILE = 16 << 20
"""Bytes: what is larger is no list of pictures."""
WIDTH = 60
"""Digits in a row, where texts are shown one above the other."""
_HINT = "write a line for each picture: its name, a comma, and the digits on it, or nothing where there are none"


def load_answers(path: Path, pictures: Sequence[str]) -> list[str]:
    """The digits that stand on each of ``pictures``, by the CSV file at ``path``: lines of a name and a text.

    A picture goes by the name that was given for it, by its whole path or that from the folder of the CSV file, or
    by its file name. Lines for others are passed over, a header as well, and so is all of a text that is no digit:
    signs, blanks, letters. Raises :class:`~glassnet.errors.DataError`, with the line, for what is no such table or
    lacks a picture.
    """
    texts: dict[str, str] = {}
    for line, name, text in _rows(path):
        digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
        if len(digits) > MOST_DIGITS:
            raise DataError(f"{path}, line {line}: {len(digits):,} digits on one picture", hint=_HINT)
        if texts.setdefault(name, digits) != digits:
            raise DataError(
                f"{path}, line {line}: {name} has another text than on a line before",
                hint="give pictures of one name with their folders",
            )
    answers = {picture: _answer(texts, path.parent, picture) for picture in pictures}
    if lacking := [picture for picture, answer in answers.items() if answer is None]:
        more = f", nor for {len(lacking) - 1:,} more" if len(lacking) > 1 else ""
        raise DataError(f"{path} has no line for {lacking[0]}{more}", hint=_HINT)
    return [answers[picture] or "" for picture in pictures]


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, name and text of each line; commas, semicolons or tabs part them."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(f"{path} is far too large for a list of pictures", hint=_HINT)
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8: see byte {error.start:,}", hint=_HINT) from None
    except OSError as error:
        raise DataError(f"cannot read the answers {path}: {error.strerror}", hint=_HINT) from None
    delimiter = max(",;\t", key=content.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != 2:
                quotes = f"; a text with '{delimiter}' in it stands in quotes" if len(row) > 2 else ""
                raise DataError(
                    f"{path}, line {rows.line_num}: expected a picture and its digits, found {len(row)} columns",
                    hint=_HINT + quotes,
                )
            yield rows.line_num, row[0].strip(), row[1]
    except csv.Error as error:
        raise DataError(f"{path}, line {rows.line_num}: {error}", hint=_HINT) from None


def _answer(texts: Mapping[str, str], folder: Path, picture: str) -> str | None:
    place, root = Path(picture).absolute(), folder.absolute()
    below = [place.relative_to(root).as_posix()] if place.is_relative_to(root) else []
    return next((texts[name] for name in (picture, str(place), *below, place.name) if name in texts), None)


def print_alignment(name: str, found: Alignment) -> None:
    """How a picture was read, in a line, and where there are mistakes, what was written above what was read."""
    share = f"{found.right} of {found.count} right" if found.count else "no digit on it"
    print(", ".join([f"{name}: {share}", *_mistakes([found])]))
    for begin in range(0, len(found.written), WIDTH):
        above, below = (text[begin : begin + WIDTH] for text in (found.written, found.read))
        if above != below:
            marks = "".join(" " if one == other else "^" for one, other in zip(above, below, strict=True))
            print(f"  written  {above}\n  read     {below}\n           {marks.rstrip()}")


def print_total(found: Sequence[Alignment]) -> None:
    """How well all pictures were read, taken together."""
    from glassnet.cli.output import counted, with_interval

    total = total_fields(found)
    share = f": {with_interval(total['accuracy'], total['interval'])} right" if total["count"] else ""
    print(", ".join([f"{counted(total['count'], 'digit')}{share}", *_mistakes(found)]))
    print(f"{total['without_mistake']:,} of {total['pictures']:,} pictures without a mistake")


def _mistakes(found: Sequence[Alignment]) -> list[str]:
    counts = {
        "wrong": sum(one.wrong for one in found),
        "missed": sum(one.missed for one in found),
        "read where none is": sum(one.extra for one in found),
    }
    return [f"{count:,} {name}" for name, count in counts.items() if count]


def alignment_fields(found: Alignment) -> dict[str, Any]:
    """The same for programs."""
    names = ("written", "read", "count", "right", "wrong", "missed", "extra")
    return {name: getattr(found, name) for name in names}


def total_fields(found: Sequence[Alignment]) -> dict[str, Any]:
    """The same of all pictures."""
    from glassnet.training.evaluation import wilson_interval

    sums = {
        name: sum(getattr(one, name) for one in found) for name in ("count", "right", "wrong", "missed", "extra")
    }
    right, count = sums["right"], sums["count"]
    return {
        "pictures": len(found),
        "without_mistake": sum(one.written == one.read for one in found),
        **sums,
        "accuracy": right / count if count else None,
        "interval": wilson_interval(right, count) if count else None,
    }
