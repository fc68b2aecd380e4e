"""How good a model is, and how sure one can be of that.

A score on a test set is a measurement, and a measurement has an error: 98 % of 10,000 pictures could as well
have been 97.7 or 98.3 on another 10,000. So every accuracy comes with its interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.blas import one_blas_thread
from glassnet.data import Dataset
from glassnet.engine.layers import Array
from glassnet.models import Committee, Model

__all__ = ["Evaluation", "evaluate", "score", "wilson_interval"]

BINS = 15
"""Bins of confidence for the calibration error, as in Guo et al. 2017."""


def wilson_interval(right: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval for a share of ``right`` out of ``count`` (Wilson 1927).

    Unlike p ± z·√(p(1−p)/n) it stays inside 0 to 1 and is right for small counts and shares near 1.
    """
    if count == 0:
        return 0.0, 1.0
    share = right / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model scored on N labelled pictures of K classes.

    ``confusion[t, p]`` counts the pictures of class t that were called p. ``cross_entropy`` is the mean of
    −log p(right class) in nats. ``calibration_error`` is the mean distance between how sure the model was and
    how often it was right, over bins of confidence (expected calibration error, Guo et al. 2017, eq. 5).
    """

    classes: tuple[str, ...]
    confusion: NDArray[np.int64]
    cross_entropy: float
    calibration_error: float
    probabilities: Array
    labels: NDArray[np.uint8]

    @property
    def count(self) -> int:
        """How many pictures."""
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        """How many of them it got right."""
        return int(self.confusion.trace())

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.correct / self.count if self.count else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy."""
        return wilson_interval(self.correct, self.count)

    @property
    def predictions(self) -> Array:
        """The likeliest class of every picture, ``(N,)``."""
        likeliest: Array = self.probabilities.argmax(axis=1)
        return likeliest

    def per_class(self) -> list[dict[str, Any]]:
        """One row a class: ``name, count, recall, precision, f1``; ``None`` where nothing was counted."""
        rows: list[dict[str, Any]] = []
        for index, name in enumerate(self.classes):
            right = int(self.confusion[index, index])
            count, called = int(self.confusion[index].sum()), int(self.confusion[:, index].sum())
            rows.append(
                {
                    "name": name,
                    "count": count,
                    "recall": right / count if count else None,
                    "precision": right / called if called else None,
                    "f1": 2 * right / (count + called) if count + called else None,
                }
            )
        return rows

    def worst(self, most: int) -> Array:
        """Rows of the misread pictures, the most confidently wrong first."""
        wrong = np.flatnonzero(self.predictions != self.labels)
        doubt = self.probabilities[wrong, self.labels[wrong]]
        return wrong[np.argsort(doubt, kind="stable")][:most]

    def summary(self) -> dict[str, Any]:
        """The figures as plain numbers, for a model's header and for ``--json``."""
        low, high = self.interval
        return {
            "count": self.count,
            "correct": self.correct,
            "accuracy": self.accuracy,
            "interval": [low, high],
            "cross_entropy": self.cross_entropy,
            "calibration_error": self.calibration_error,
        }


def evaluate(probabilities: Array, labels: NDArray[np.uint8], classes: tuple[str, ...]) -> Evaluation:
    """Compare ``probabilities (N, K)`` with ``labels (N,)``."""
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    predictions = probabilities.argmax(axis=1)
    np.add.at(confusion, (labels, predictions), 1)
    # Sigmoid outputs need not add up to 1; the share of each is what can be compared.
    shares = probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-30)
    rows = np.arange(len(labels))
    right = np.maximum(shares[rows, labels].astype(np.float64), 1e-30)
    return Evaluation(
        classes=classes,
        confusion=confusion,
        cross_entropy=float(-np.log(right).mean()) if len(labels) else math.nan,
        calibration_error=_calibration_error(shares[rows, predictions], predictions == labels),
        probabilities=shares,
        labels=labels,
    )


def score(model: Model | Committee, data: Dataset) -> Evaluation:
    """What ``model`` scores on ``data``. It chooses among the classes of the data, where it knows more than those.

    So a reader that can also say "none" is held against MNIST, where every picture is a digit, as any other is.
    """
    with one_blas_thread():
        probabilities = model.probabilities(data.images)
    if model.classes == data.classes or not set(data.classes) <= set(model.classes):
        return evaluate(probabilities, data.labels, model.classes)
    columns = [model.classes.index(name) for name in data.classes]
    return evaluate(probabilities[:, columns], data.labels, data.classes)


def _calibration_error(confidence: Array, hit: Array) -> float:
    if not len(hit):
        return math.nan
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    sure = np.bincount(bins, confidence.astype(np.float64), minlength=BINS)
    hits = np.bincount(bins, hit.astype(np.float64), minlength=BINS)
    return float(np.abs(sure - hits).sum() / counts.sum())
