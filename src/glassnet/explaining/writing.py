"""Numbers and places as a person would write them on a blackboard."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["added", "counted", "cut_at_operators", "in_brackets", "place_in_words", "without_plus", "written"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(value: float) -> str:
    """Three significant digits and a real minus sign; fewer where the number needs no more.

    >>> [written(number) for number in (-0.6137, 2.4, 2.4013, 12345, 0.0000124)]
    ['−0.614', '2.4', '2.40', '12,300', '1.24·10⁻⁵']
    """
    value = float(value)
    if math.isnan(value):
        return "not a number"
    if value == 0:
        return "0"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return f"{sign}∞"
    digits, exponent = f"{abs(value):.2e}".split("e")
    power = int(exponent)
    exact = math.isclose(abs(value), float(f"{digits}e{power}"), rel_tol=1e-6)  # float32 has seven digits
    if -5 < power < 6:
        digits = f"{float(f'{digits}e{power}'):,.{max(0, 2 - power)}f}"
    if exact and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return sign + (digits if -5 < power < 6 else f"{digits}·10{str(power).translate(_RAISED)}")


def added(value: float) -> str:
    """A number as the second summand: ``" + 0.61"``, ``" − 0.61"``."""
    return f" − {written(-value)}" if value < 0 else f" + {written(value)}"


def without_plus(summands: str) -> str:
    """The summands as a sum of its own: the first loses its plus, or its minus moves up to it."""
    return "−" + summands[3:] if summands.startswith(" − ") else summands.removeprefix(" + ")


def in_brackets(value: float) -> str:
    """A number as the second factor: ``"0.61"``, ``"(−0.61)"``."""
    text = written(value)
    return f"({text})" if text.startswith("−") else text


def cut_at_operators(formula: str) -> list[str]:
    """A formula cut at its outermost =, + and −; what stands in brackets or below a root stays in one piece.

    >>> cut_at_operators("12 = −2 + 7 · (1 − 3)")
    ['12', '=', '−2', '+', '7 · (1 − 3)']
    """
    pieces, depth = [""], 0
    for word in formula.split(" "):
        if word in ("=", "+", "−") and depth == 0:
            pieces += [word, ""]
        else:
            pieces[-1] += f" {word}"
        depth += sum(map(word.count, "([")) - sum(map(word.count, ")]"))
    return [piece.strip() for piece in pieces if piece]


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """``"1 product"``, ``"784 products"``."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def place_in_words(index: Sequence[int], shape: Sequence[int]) -> str:
    """Where ``index`` lies in an array of ``shape``, counted from 0 as arrays are.

    A vector's place is a unit; a picture's is a row and a column, and a channel where there is more than one.
    """
    if len(shape) == 1:
        return f"unit {index[0]}"
    if len(shape) == 3:
        words = f"row {index[0]}, column {index[1]}"
        return f"{words}, channel {index[2]}" if shape[2] > 1 else words
    return f"place ({', '.join(map(str, index))})"
