"""What every program is written from: the layers, where their numbers lie, each formula in a few words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from glassnet.engine.layers import Layer, Shape
from glassnet.engine.layout import Layout, Place
from glassnet.models import Model

__all__ = ["FORMULAS", "Plan", "Step", "comment", "in_columns", "literal", "sides"]


@dataclass(frozen=True)
class Step:
    """One layer: its number as everywhere in Glassnet, and where its arrays lie in the model's two vectors."""

    number: int
    layer: Layer
    parameters: dict[str, Place]
    state: dict[str, Place]

    @property
    def word(self) -> str:
        """The layer's word, ``"dense"``."""
        return self.layer.word

    @property
    def name(self) -> str:
        """What the layer is called in the program: ``dense_1``."""
        return f"{self.word}_{self.number}"

    def taken(self, name: str) -> str:
        """The code that takes one of its arrays out of the vector, in its own shape."""
        place = self.parameters.get(name) or self.state[name]
        vector = "parameters" if name in self.parameters else "state"
        shape = f".reshape{place.shape}" if len(place.shape) > 1 else ""
        return f"{vector}[{place.start}:{place.stop}]{shape}"

    @property
    def has_bias(self) -> bool:
        """Whether something is added in the end."""
        return "bias" in self.parameters

    @property
    def formula(self) -> str:
        """What it does, in a few words."""
        return FORMULAS[self.word] if self.word != "dense" or self.has_bias else "x · weight"


class Plan:
    """A model, laid out for those who write it down. ``weights`` is the name of its file."""

    def __init__(self, model: Model, weights: str) -> None:
        self.model, self.weights = model, weights

    @cached_property
    def steps(self) -> list[Step]:
        """The layers, first to last."""
        layers = self.model.network.layers
        layout = Layout(layers)

        def of(number: int, places: Iterable[Place]) -> dict[str, Place]:
            return {place.name: place for place in places if place.index == number}

        return [
            Step(number, layer, of(number, layout.parameters), of(number, layout.state))
            for number, layer in enumerate(layers)
        ]

    @property
    def dtype(self) -> str:
        """What the network computes in: float32 or float64."""
        return self.model.network.dtype.name

    @property
    def pictures(self) -> str:
        """The shape of the pictures that it reads: ``(N, 28, 28)``."""
        height, width = self.model.picture_shape
        return f"(N, {height}, {width})"

    def uses(self, *words: str) -> bool:
        """Whether any of its layers is one of these."""
        return any(step.word in words for step in self.steps)

    def facts(self) -> dict[str, Any]:
        """What all programs fill in."""
        title, stem = self.model.recipe.get("name"), Path(self.weights).stem
        kept = self.model.network.state.size
        return {
            "title": f"# The model's name: {comment(title)}\n" if title else "",
            "name": f"{stem}.py" if re.fullmatch(r"[\w.-]+", stem) else "THIS_FILE",
            "weights": literal(self.weights),
            "vectors": _TAKEN if kept else _TAKEN.replace("state, ", "").replace('"state", ', ""),
            "pictures": self.pictures,
            "classes": len(self.model.classes),
            "parameters": self.model.network.parameter_count,
            "dtype": self.dtype,
            "main": _MAIN,
        }


_MAIN = """\
if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].endswith(".npy"):
        print(f"usage: python {sys.argv[0]} digits.npy", file=sys.stderr)
        sys.exit(2)
"""

_TAKEN = 'parameters, state, offset = map(file.get_tensor, ("parameters", "state", "preparation.offset"))'


def comment(text: object) -> str:
    """Somebody else's words in a comment: within one line, whatever they are."""
    return ascii(str(text))


def literal(text: str) -> str:
    """A text as code: a literal, whatever it holds."""
    return json.dumps(text) if text.isascii() else ascii(text)


def in_columns(rows: Iterable[tuple[str, str]], indent: int = 0) -> str:
    """Lines of code, what is said of each in a column of its own; a row without code is a comment by itself."""
    rows, edge = list(rows), " " * indent
    width = max((len(code) for code, said in rows if said), default=0)
    return "\n".join(
        f"{edge}{code:<{width}}  # {said}" if code and said else edge + (code or f"# {said}")
        for code, said in rows
    )


def sides(shape: Shape) -> str:
    """The shape of a batch: ``(N, 28, 28, 8)``."""
    return f"(N, {', '.join(map(str, shape))})"


FORMULAS = {
    "dense": "x · weight + bias",
    "conv": "Σ patch · kernel + bias",
    "batch_norm": "gamma · (x − mean) / √(variance + ε) + beta",
    "pool": "the largest of each square",
    "average_pool": "the mean of each square",
    "global_average_pool": "the mean of each channel",
    "flatten": "row by row, one long vector",
    "dropout": "as it is: only while it learns some are silenced",
    "relu": "max(0, x)",
    "leaky_relu": "x where x > 0, else slope · x",
    "sigmoid": "1 / (1 + e⁻ˣ)",
    "tanh": "tanh x",
    "gelu": "x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2",
    "softmax": "eˣ / Σ eˣ",
}
"""By a layer's word, what it does to its inputs x."""
