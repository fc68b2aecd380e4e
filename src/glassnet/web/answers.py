"""What the page says about a digit: the sentence beside the bars."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.data.composites import NONE, SEVERAL
from glassnet.engine.layers import Array
from glassnet.models import Committee, Model

__all__ = ["EMPTY", "LITTLE", "answer", "percent"]

_NO_DIGIT = {NONE: "No digit", SEVERAL: "More than one digit"}
"""What is said of the classes beside the digits, in models that have them."""
SURE = 0.95
FAIRLY_SURE = 0.75
WORTH_A_WORD = 0.0005
"""A runner-up below this is none: in a bar of any size one would look for it in vain."""
EMPTY = "Draw here, paste a picture, or press a number key for an example."
LITTLE = "Too little ink to tell."


def answer(model: Model | Committee, logits: Array | None, probabilities: Array) -> dict[str, Any]:
    """State, label and sentences for one digit's ``logits (K,)`` and ``probabilities (K,)``."""
    if not np.isfinite(probabilities).all():
        return _answer(
            "unsure",
            None,
            "This network's numbers are broken: its answer is not a number.",
            "",
            logits,
            probabilities,
        )
    order = np.argsort(-probabilities, kind="stable")
    first, second = int(order[0]), int(order[1]) if len(order) > 1 else int(order[0])
    names = [model.classes[unit] for unit in (first, second)]
    shares = [float(probabilities[unit]) for unit in (first, second)]
    if isinstance(model, Model) and model.output == "sigmoid":  # ten separate outputs, no shares of a whole
        sentence = f"Reads as {names[0]}: its output, {shares[0]:.2f}, is the largest."
        more = f"Next: {names[1]} ({shares[1]:.2f})."
        return _answer("read", first, sentence, more, logits, probabilities)
    more = f"Next: {names[1]} ({percent(shares[1])})." if shares[1] >= WORTH_A_WORD else "No other comes near."
    if names[0] in _NO_DIGIT:
        digit = next(model.classes[unit] for unit in order if model.classes[unit] not in _NO_DIGIT)
        sentence = f"{_NO_DIGIT[names[0]]} ({percent(shares[0])} sure)."
        return _answer("none", first, sentence, f"Best guess: {digit}.", logits, probabilities)
    if shares[0] < FAIRLY_SURE:
        sentence = f"{names[0]} or {names[1]}? {percent(shares[0])} against {percent(shares[1])}."
        return _answer("unsure", first, sentence, "", logits, probabilities)
    word = "sure" if shares[0] >= SURE else "fairly sure"
    sentence = f"Reads as {names[0]}, {word}: {percent(shares[0])}."
    return _answer("read", first, sentence, more, logits, probabilities)


def _answer(
    state: str, index: int | None, sentence: str, more: str, logits: Array | None, probabilities: Array
) -> dict[str, Any]:
    return {
        "state": state,
        "index": index,
        "sentence": sentence,
        "more": more,
        "logits": None if logits is None else logits.tolist(),
        "probabilities": probabilities.tolist(),
    }


def percent(share: float) -> str:
    """Whole percents, finer near the ends, and never 100 for what is not certain: as the page writes its bars.

    >>> [percent(share) for share in (1.0, 0.9999, 0.971, 0.029, 0.0004, 0.0)]
    ['100 %', '99.9 %', '97 %', '2.9 %', '0.04 %', '0 %']
    """
    value = 100 * share
    if 99.5 < value < 100:
        return f"{min(value, 99.9):.1f} %"
    if value >= 9.95 or value == 0:
        return f"{value:.0f} %"
    if value >= 0.095:
        return f"{value:.1f} %"
    return f"{value:.2f} %" if value >= 0.0095 else "< 0.01 %"
