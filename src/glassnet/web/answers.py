"""What the page says about a digit: the sentence beside the bars."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.engine.layers import Array
from glassnet.models import Model

__all__ = ["EMPTY", "LITTLE", "answer"]

NONE = "none"
"""What the class for everything that is no digit is called, in models that have one."""
SURE = 0.95
FAIRLY_SURE = 0.75
EMPTY = "Draw here, paste a picture, or press a number key for an example."
LITTLE = "Too little ink to tell."


def answer(model: Model, logits: Array, probabilities: Array) -> dict[str, Any]:
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
    if model.output == "sigmoid":  # ten separate outputs, no shares of a whole
        sentence = f"Reads as {names[0]}: its output, {shares[0]:.2f}, is the largest."
        more = f"Next: {names[1]} ({shares[1]:.2f})."
        return _answer("read", first, sentence, more, logits, probabilities)
    more = f"Next: {names[1]} ({_percent(shares[1])})."
    if names[0] == NONE:
        sentence = f"No digit ({_percent(shares[0])} sure)."
        return _answer("none", first, sentence, f"Best guess: {names[1]}.", logits, probabilities)
    if shares[0] < FAIRLY_SURE:
        sentence = f"{names[0]} or {names[1]}? {_percent(shares[0])} against {_percent(shares[1])}."
        return _answer("unsure", first, sentence, "", logits, probabilities)
    word = "sure" if shares[0] >= SURE else "fairly sure"
    sentence = f"Reads as {names[0]}, {word}: {_percent(shares[0])}."
    return _answer("read", first, sentence, more, logits, probabilities)


def _answer(
    state: str, index: int | None, sentence: str, more: str, logits: Array, probabilities: Array
) -> dict[str, Any]:
    return {
        "state": state,
        "index": index,
        "sentence": sentence,
        "more": more,
        "logits": logits.tolist(),
        "probabilities": probabilities.tolist(),
    }


def _percent(share: float) -> str:
    """Whole percents, tenths near the ends, and never 100 for what is not certain."""
    percent = 100 * share
    if 10 <= percent < 99:
        return f"{percent:.0f} %"
    return f"{min(percent, 99.9) if share < 1 else 100:.1f} %"
