"""Arithmetic with formulas as the page prints them: whether the numbers in them make the number they stand for.

Every printed number is rounded to three digits. How far a formula may be off follows from that: each number is
moved by half a unit of its last digit, and the changes of the result are added up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from tests.web_page.conftest import number

__all__ = ["half_a_unit", "holds"]

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
WORDS = {"max": max, "exp": math.exp, "tanh": math.tanh, "sqrt": math.sqrt}
WORDS |= {"phi": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2}


def half_a_unit(value: float) -> float:
    """By how much a number of three significant digits may be off."""
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - 2) if value else 0.0


def holds(formula: str) -> bool:
    """Whether ``"0.839 = 214 · 0.00392"`` is true of numbers that round to these."""
    value, right = formula.split(" = ", maxsplit=1)
    worth, numbers = _parsed(right)
    result = worth(numbers)
    room = half_a_unit(number(value))
    for place, each in enumerate(numbers):
        moved = [worth([*numbers[:place], each + off, *numbers[place + 1 :]]) for off in _around(each)]
        room += max(abs(other - result) for other in moved)
    return abs(result - number(value)) <= 1.01 * room + 1e-12


def _around(value: float) -> tuple[float, float]:
    return -half_a_unit(value), half_a_unit(value)


def _parsed(text: str) -> tuple[Callable[[Sequence[float]], float], list[float]]:
    """The right-hand side as a function of its numbers, and the numbers."""
    text = re.sub(r" from [\d,]+ others?", "", text)
    numbers = [number(found) for found in NUMBER.findall(text)]
    places = iter(range(len(numbers)))
    code = NUMBER.sub(lambda _: f"n[{next(places)}]", text)
    for sign, meaning in {"−": "-", "·": "*", "√": "sqrt", "Φ": "phi", "^": "**"}.items():
        code = code.replace(sign, meaning)
    assert re.fullmatch(r"(?:n\[\d+\]|max|exp|tanh|sqrt|phi|[-+*/(), ])+", code), text
    compiled = compile(code, "a formula", "eval")
    return lambda values: float(eval(compiled, {"__builtins__": {}, **WORDS}, {"n": values})), numbers
