"""A little evaluation and a little history to draw, and ways to look at what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from glassnet.training import Evaluation, evaluate
from glassnet.training.state import EpochRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASSES = ("a", "b", "c")


def words(figure: Figure) -> list[str]:
    """Everything written in a figure outside its axes' ticks, without what is empty."""
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text.get_text() for text in texts if text.get_text()]


def pixels(figure: Figure) -> np.ndarray:
    """The figure as it looks, ``(H, W, 3)`` ``uint8``."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()


def colour(name: str) -> tuple[int, ...]:
    from matplotlib.colors import to_rgb

    return tuple(round(255 * channel) for channel in to_rgb(name))


def has_colour(picture: np.ndarray, name: str) -> bool:
    return bool((picture == colour(name)).all(axis=-1).any())


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (12, 9, 7), dtype=np.uint8)


@pytest.fixture
def evaluation() -> Evaluation:
    """12 pictures: the a's are read right, one b of three is read as c with 90 %, c's are read as a or b."""
    labels = np.array([0] * 6 + [1] * 3 + [2] * 3, np.uint8)
    read = [0] * 6 + [1, 1, 2] + [0, 1, 1]
    probabilities = np.full((12, 3), 0.1)
    probabilities[np.arange(12), read] = 0.8
    probabilities[8] = [0.09, 0.01, 0.9]
    return evaluate(probabilities, labels, CLASSES)


@pytest.fixture
def history() -> list[EpochRecord]:
    return [
        EpochRecord(1, 0.1, 0.9, 0.50, 0.8, 0.60),
        EpochRecord(2, 0.1, 0.5, 0.70),
        EpochRecord(3, 0.1, 0.3, 0.90, 0.4, 0.875),
    ]
