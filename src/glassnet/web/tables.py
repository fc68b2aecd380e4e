"""The numbers of an explanation as a table for other programs: every term of the sum, and the sum."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

__all__ = ["terms_csv"]

COLUMNS = ("part", "layer", "place", "value", "weight", "product")


def terms_csv(told: Mapping[str, Any]) -> str:
    """An explanation, as ``/api/explain`` gives it, as CSV: the bias, the terms, those left out, the total.

    Numbers have nine digits, from which every float32 comes back. Where the number is no sum of products (the
    largest of four, a share of the whole) the columns ``weight`` and ``product`` of its terms are empty.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    terms = told.get("terms")
    if told.get("bias") is not None:
        table.writerow(("bias", "", "", "", "", _digits(told["bias"])))
    if terms:
        weights = terms["weights"] or [None] * len(terms["values"])
        for place, value, weight in zip(terms["places"], terms["values"], weights, strict=True):
            product = None if value is None or weight is None else value * weight
            where = "input" if terms["layer"] < 0 else terms["layer"]
            numbers = map(_digits, (value, weight, product))
            table.writerow(("term", where, " ".join(map(str, place)), *numbers))
        left_out = terms["count"] - len(terms["places"])
        if left_out:
            table.writerow((f"{left_out} smaller terms", "", "", "", "", _digits(terms["rest"])))
    if told.get("weight"):
        table.writerow(("weight", "", "", _digits(told["weight"]["value"]), "", ""))
    if told.get("value") is not None:
        table.writerow(("total", "", "", "", "", _digits(told["value"])))
    return text.getvalue()


def _digits(number: float | None) -> str:
    return "" if number is None else f"{number:.9g}"
