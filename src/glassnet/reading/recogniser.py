"""What the network says about a piece of ink: which digit, how surely, or that it is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from glassnet.blas import one_blas_thread
from glassnet.data.composites import CLASSES
from glassnet.data.dataset import DIGITS
from glassnet.errors import ModelError
from glassnet.models import Committee, Model, bundled

__all__ = ["BUNDLED", "NONE", "SEVERAL", "Recogniser", "recogniser_for"]

BUNDLED = "reader"
"""The model that reads where none is named; it comes with the package."""

NONE = 10
"""The column that says "no digit"..."""
SEVERAL = 11
"""...and the one that says "more than one"."""

_SOLID = 0.7
"""Of 10,000 of MNIST's digits five fill more of their box than this."""
_STROKE = 100
"""Grey level at the edge of a stroke."""


class Recogniser:
    """A model for 28 × 28 pictures whose classes are the ten digits, or these and others for what is none.

    One other class is taken for "no digit", in which several digits are meant as well; of two, those of
    :data:`~glassnet.data.composites.CLASSES`, one says which.

    Probabilities come calibrated from the model: of the answers given with probability p a share of p is right.
    """

    def __init__(self, model: Model | Committee) -> None:
        others = [name for name in model.classes if name not in DIGITS]
        if not set(DIGITS) <= set(model.classes) or (len(others) > 1 and set(others) != set(CLASSES[NONE:])):
            raise ModelError(
                f"the model's classes are {', '.join(model.classes)}: it does not read digits",
                hint="take a model whose classes are 0 to 9, alone or with one more for what is no digit, "
                "or with 'none' and 'several'",
            )
        if model.picture_shape != (28, 28):
            raise ModelError(
                f"the model reads pictures of {model.picture_shape}, not of 28 × 28",
                hint="train one on pictures of 28 × 28, as MNIST's are",
            )
        self._model = model
        if len(others) > 1:
            others = list(CLASSES[NONE:])
        self._order = [model.classes.index(name) for name in (*DIGITS, *others)]

    def probabilities(self, tiles: Sequence[NDArray[np.uint8]]) -> NDArray[np.float64]:
        """``(N, 12)`` for N pictures in the normal form: the ten digits, :data:`NONE` and :data:`SEVERAL`.

        Rows add up to 1. What a model calls none that cannot tell the two apart is half of either.
        """
        answers = np.zeros((len(tiles), len(CLASSES)))
        if tiles:
            seen = np.stack(tiles)
            with one_blas_thread():
                likely = self._model.probabilities(seen)[:, self._order]
            answers[:, : likely.shape[1]] = likely
            if likely.shape[1] == SEVERAL:
                answers[:, NONE:] = likely[:, NONE:] / 2
            blots = _solid(seen)
            if likely.shape[1] > NONE:  # it knows an 8 whose loops a thick pen has closed from a blot, but not a 0
                blots &= likely.argmax(axis=1) == 0
            answers[blots] = np.eye(len(CLASSES))[NONE]
        return answers


def _solid(tiles: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """``(N,)``: what is filled and no bar. Networks take a disc for a nought, surely, and no digit is one."""
    ink = np.greater_equal(tiles, _STROKE)
    height, width = (_extent(np.asarray(ink.any(axis=axis))) for axis in (2, 1))
    filled = tiles.sum(axis=(1, 2), dtype=float) / 255 > _SOLID * height * width
    return np.asarray(filled & (width > 0.5 * height) & (height > 0.5 * width))


def _extent(used: NDArray[np.bool_]) -> NDArray[np.int_]:
    """``(N,)``: from the first to the last of the rows or columns ``(N, 28)`` in which there is ink."""
    length = used.shape[1] - used[:, ::-1].argmax(axis=1) - used.argmax(axis=1)
    return np.where(used.any(axis=1), length, 0)


def recogniser_for(model: Model | Committee | None) -> Recogniser:
    """Of a model, or of the bundled reader; :class:`ModelError` for what is none."""
    if model is None:
        return _bundled()
    if not isinstance(model, Model | Committee):
        raise ModelError(
            f"a model must be a Model or a Committee, got {type(model).__name__}",
            hint="glassnet.models.load_model(PATH) or glassnet.models.bundled(NAME) gives one",
        )
    return Recogniser(model)


@cache
def _bundled() -> Recogniser:
    return Recogniser(bundled(BUNDLED))
