"""The state of the page as it stands in a link: which keys there are and what they may say.

The page reads its own links and ignores what it does not understand. Here they are checked, so that whoever writes
a lesson is told what a link means before thirty screens show something else.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

__all__ = ["KEYS", "LONGEST", "check", "decode_ink", "encode_ink", "fragment_of"]

LONGEST = 20_000


def _one_of(*words: str) -> Callable[[str], Any]:
    return lambda text: _taken(text if text in words else None, f"expected one of {', '.join(words)}")


def _whole(most: int, least: int = 0) -> Callable[[str], Any]:
    def read(text: str) -> int:
        value = int(text) if re.fullmatch(r"[0-9]{1,7}", text) else -1
        return int(
            _taken(value if least <= value <= most else None, f"expected a whole number from {least} to {most}")
        )

    return read


def _name(text: str) -> str:
    return str(_taken(text if re.fullmatch(r"[\w .:@/+-]{1,120}", text) else None, "expected a name"))


def _rate(text: str) -> float:
    value = float(text) if re.fullmatch(r"[0-9.]{1,10}(e-?[0-9]{1,2})?", text) and text.count(".") < 2 else 0.0
    return float(_taken(value if 0 < value <= 1000 else None, "expected a number above 0, up to 1000"))


def _numbers(text: str) -> list[int]:
    known = re.fullmatch(r"(-1|[0-9]{1,6})(\.[0-9]{1,6}){0,63}", text)
    found = [int(word) for word in text.split(".")] if known else None
    return list(_taken(found, "expected numbers with points between"))


def _words(text: str) -> list[str]:
    found = text.split(",") if re.fullmatch(r"[a-z]{1,12}(,[a-z]{1,12}){0,15}", text) else None
    return list(_taken(found, "expected words with commas between"))


def _taken(value: Any, expected: str) -> Any:
    if value is None:
        raise ValueError(expected)
    return value


def encode_ink(strokes: list[list[int]]) -> str:
    """Strokes (x, y, x, y, … from 0 to 255) as they stand in a link: the points of each, after their number."""
    data = bytearray()
    for stroke in strokes:
        start = 0
        while start == 0 or start + 2 < len(stroke):  # a longer stroke goes on in pieces that share a point
            part = stroke[start : start + 2 * 255]
            data += bytes([len(part) // 2, *part])
            start += 2 * 254
    return base64.urlsafe_b64encode(bytes(data)).decode("ascii").rstrip("=")


def decode_ink(text: str) -> list[list[int]]:
    """The strokes of a link; ``ValueError`` for a text that holds none."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("expected strokes in base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("the drawing is cut short") from None
    strokes, place = [], 0
    while place < len(data):
        end = place + 1 + 2 * data[place]
        if data[place] == 0 or end > len(data):
            raise ValueError("the drawing is cut short")
        strokes.append(list(data[place + 1 : end]))
        place = end
    return strokes


KEYS: dict[str, Callable[[str], Any]] = {
    "v": _one_of("draw", "inside", "train", "data"),
    "m": _one_of("values", "weights", "gradients"),
    "model": _name,
    "ink": decode_ink,
    "pen": _whole(64, least=2),
    "at": _name,
    "form": _one_of("normal", "drawn"),
    "pin": _numbers,
    "w": _numbers,
    "open": _numbers,
    "signs": _one_of("1"),
    "t": _whole(9999),
    "rate": _rate,
    "recipe": _name,
    "data": _name,
    "seed": _whole(9_999_999),
    "epochs": _whole(1000),
    "run": _name,
    "step": _whole(9_999_999),
    "with": _name,
    "d": _one_of("browse", "mistakes", "mine"),
    "set": _name,
    "label": _whole(9999),
    "as": _whole(9999),
    "order": _one_of("place", "sure", "unsure"),
    "page": _whole(9_999_999),
    "big": _one_of("1"),
    "dark": _one_of("0", "1"),
    "hide": _words,
    "lesson": _name,
    "n": _whole(1000, least=1),
}
"""Every key of a link, and how its value is read. The page has the same table (``page/src/state.ts``)."""


def fragment_of(link: str) -> str:
    """What stands behind the ``#``, of a link of any host and port, or of a fragment alone."""
    return link.rpartition("#")[2] if "#" in link else link


def check(link: str) -> tuple[dict[str, Any], list[str]]:
    """What a link says, and what is wrong with it, each in a sentence."""
    fragment, state, problems = fragment_of(link), {}, []
    if len(fragment) > LONGEST:
        return {}, [f"the link has {len(fragment):,} signs, more than {LONGEST:,}"]
    for pair in filter(None, fragment.split("&")):
        key, equals, value = pair.partition("=")
        if not equals or key not in KEYS:
            problems.append(f"'{key[:40]}': a link has no such part; it is ignored")
            continue
        try:
            state[key] = KEYS[key](unquote(value, errors="strict"))
        except ValueError as error:
            reason = "a broken escape" if isinstance(error, UnicodeDecodeError) else str(error)
            problems.append(f"'{key}': {reason}, got '{value[:40]}'")
    return state, problems
