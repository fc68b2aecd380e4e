"""What an explanation is: a number, the formula it came from, and the terms that add up to it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.layers import Array, Shape
from glassnet.explaining.writing import (
    added,
    counted,
    cut_at_operators,
    in_brackets,
    place_in_words,
    without_plus,
    written,
)

__all__ = ["Explanation", "Onward", "Term", "Terms", "Use"]

MOST_TERMS = 4096
"""Terms that :meth:`Explanation.as_dict` gives in full. Of more it gives the largest ``FEWER_TERMS``."""

FEWER_TERMS = 512


@dataclass(frozen=True)
class Term:
    """One product of a sum: ``value · weight``, the value being found at ``place``."""

    place: tuple[int, ...]
    value: float
    weight: float
    product: float


@dataclass(frozen=True, eq=False)
class Terms:
    """What a number was made from: ``bias + Σ values · weights``.

    ``values (T,)`` were found at ``places (T, d)`` of an array of ``shape``. ``weights (T,)`` is ``None`` where
    the number is no sum of products, as for a sigmoid: then ``values`` are what went into its formula.
    """

    places: NDArray[np.intp]
    shape: Shape
    values: Array
    weights: Array | None
    bias: float | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def products(self) -> Array:
        """``values · weights``; the values themselves where there are no weights."""
        return self.values if self.weights is None else self.values * self.weights

    @property
    def total(self) -> float | None:
        """``bias + Σ values · weights``, which is the explained number; ``None`` where it is no such sum."""
        return None if self.weights is None else float(self.products.sum()) + (self.bias or 0.0)

    def order(self) -> NDArray[np.intp]:
        """Rows of the terms, the largest products first, whatever their sign."""
        return np.argsort(-np.abs(self.products), kind="stable")

    def largest(self, count: int) -> list[Term]:
        """The ``count`` terms that weigh most, whatever their sign; empty where the number is no sum."""
        return [] if self.weights is None else [self._term(int(row)) for row in self.order()[:count]]

    def _term(self, row: int) -> Term:
        weight = 1.0 if self.weights is None else float(self.weights[row])
        place = tuple(map(int, self.places[row]))
        return Term(place, float(self.values[row]), weight, float(self.products[row]))

    @property
    def strongest(self) -> tuple[int, ...] | None:
        """The place of the term that adds most, to follow a number back; ``None`` where there are no terms."""
        return tuple(map(int, self.places[int(self.products.argmax())])) if len(self) else None

    def place_in_words(self, place: tuple[int, ...]) -> str:
        """``"row 15, column 18"``, ``"unit 34"``."""
        return place_in_words(place, self.shape)


@dataclass(frozen=True)
class Onward:
    """What a later layer makes of a number by itself: the value at ``index`` of the output of ``layer``."""

    layer: int
    index: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class Use:
    """The layer in which a number becomes a part of other numbers, and of how many."""

    layer: int
    title: str
    count: int


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where one number comes from.

    ``symbols`` is the formula with names in it and ``numbers`` the same formula with this case's numbers, both
    from the equals sign's left side on; ``sentence`` says it in words. ``origin`` says what the terms' places
    are places in: ``"layer 2 (relu)"``, which is the output of layer number ``origin_layer``.

    ``then`` follows the number on through the layers that hand it on to one place, up to the layer that ``feeds``
    names, where several numbers are made with it.

    >>> from glassnet.engine import Network
    >>> network = Network(["dense 2"], input_shape=(3,))
    >>> network.parameters[:] = [1, 2, 3, 4, 5, 6, 0.5, -2]
    >>> explanation = explain(network, np.array([1, 0, 2], np.float32), layer=0, index=1)
    >>> explanation.symbols, explanation.numbers
    ('z = b + Σ x · w', '12 = −2 + 14')
    """

    title: str
    value: float
    symbols: str
    numbers: str
    sentence: str
    origin: str
    origin_layer: int
    terms: Terms
    then: tuple[Onward, ...] = ()
    feeds: Use | None = None

    @property
    def lines(self) -> tuple[list[str], list[str]]:
        """``symbols`` and ``numbers``, each cut at its outermost =, + and −, to be set below one another."""
        return cut_at_operators(self.symbols), cut_at_operators(self.numbers)

    def __str__(self) -> str:
        rows = [f"{self.title}: {self.symbols}", f"  {self.numbers}"]
        rows += [
            f"    {written(term.value)} · {in_brackets(term.weight)} = {written(term.product)} "
            f"from {self.terms.place_in_words(term.place)}"
            for term in (self.terms.largest(3) if self.terms.bias is not None else [])
        ]
        return "\n".join([*rows, f"  {self.sentence}"])

    def _repr_markdown_(self) -> str:
        """What a notebook shows of it."""
        return f"**{self.title}**\n\n```\n{self.symbols}\n{self.numbers}\n```\n\n{self.sentence}"

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, lists and texts, fit for JSON (a number that is not finite is ``None``).

        Up to 4,096 terms are given in their order. Of more, the largest 512 are given, largest first, and
        ``rest`` is the sum of the others.
        """
        terms, products = self.terms, self.terms.products
        rows = np.arange(len(terms))
        if len(terms) > MOST_TERMS:
            rows = terms.order()[:FEWER_TERMS]
        left_out = np.delete(products, rows)
        return {
            "title": self.title,
            "value": _finite(self.value),
            "symbols": self.symbols,
            "numbers": self.numbers,
            "lines": list(self.lines),
            "sentence": self.sentence,
            "bias": None if terms.bias is None else _finite(terms.bias),
            "terms": {
                "layer": self.origin_layer,
                "origin": self.origin,
                "shape": list(terms.shape),
                "places": terms.places[rows].tolist(),
                "values": _all_finite(terms.values[rows]),
                "weights": None if terms.weights is None else _all_finite(terms.weights[rows]),
                "count": len(terms),
                "rest": _finite(left_out.sum()),
            },
            "then": [{"layer": step.layer, "index": list(step.index), "text": step.text} for step in self.then],
            "feeds": None if self.feeds is None else asdict(self.feeds),
        }


def _finite(value: float) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _all_finite(values: Array) -> list[float | None]:
    """The same for an array; a number at a time only where one of them is broken."""
    return values.tolist() if np.isfinite(values).all() else [_finite(value) for value in values]


def sum_in_numbers(terms: Terms, shown: int = 3) -> str:
    """The right-hand side with numbers: bias + sum, or the largest products and what the others add up to."""
    assert terms.weights is not None
    products = terms.products
    if terms.bias is not None:
        return written(terms.bias) + added(float(products.sum()))
    text = "".join(f"{added(term.value)} · {in_brackets(term.weight)}" for term in terms.largest(shown))
    if len(terms) > shown:
        rest = float(products[terms.order()[shown:]].sum())
        text += f"{added(rest)} from {counted(len(terms) - shown, 'other')}"
    return without_plus(text) or "0"
