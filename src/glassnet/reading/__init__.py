"""From a picture of paper to the digits on it.

``read`` finds every digit on a picture, line by line; ``read_digit`` is told that there is exactly one. A
picture goes through stages, one module each: ``view`` (what is looked at), ``light``, ``sheet`` and ``ink`` (ink
from paper), ``straight``, ``rules``, ``ruling`` and ``frames`` (printed lines), ``pieces`` (what hangs together),
``remains`` and ``underlines`` (what is not writing), ``lines`` (what stands in a row), ``splitting`` and
``grouping`` (which ink is one digit), ``pen`` (one stroke width for all, and the normal form), ``recogniser``
(what the network says), ``doubt``, ``signs``, ``alone`` and ``punctuation`` (what the company says in which a
digit was found).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.reading.result import Box, ReadDigit, Reading

if TYPE_CHECKING:
    from glassnet.reading.reader import read as read
    from glassnet.reading.reader import read_digit as read_digit

__all__ = ["Box", "ReadDigit", "Reading", "read", "read_digit"]


def __getattr__(name: str) -> Any:
    """OpenCV is loaded when something is read for the first time, not before."""
    if name not in ("read", "read_digit"):
        raise AttributeError(f"module 'glassnet.reading' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module("glassnet.reading.reader"), name)
    return value
