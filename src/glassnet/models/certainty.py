"""How sure a model is, as a person writes it: 100 % is said of what is certain, and hardly anything is."""

from __future__ import annotations

__all__ = ["certainty"]


def certainty(share: float) -> str:
    """A probability in percent, with 100 or 0 only where it is that exactly.

    >>> [certainty(share) for share in (1.0, 0.9999, 0.974, 0.0001)]
    ['100.0 %', '> 99.9 %', '97.4 %', '< 0.1 %']
    """
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return "< 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"
