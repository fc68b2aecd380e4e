"""A problem that a network learns in milliseconds: which quarter of a tiny picture is bright."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.training import Recipe

CLASSES = ("north-west", "north-east", "south-west", "south-east")


def quarters(count: int, seed: int = 0) -> Dataset:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 4, count).astype(np.uint8)
    images = random.integers(0, 60, (count, 8, 8), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 2)
        image[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] += 120
    return Dataset(images, labels, "quarters", CLASSES)


@pytest.fixture
def data() -> Dataset:
    return quarters(200)


@pytest.fixture
def validation() -> Dataset:
    return quarters(80, seed=1)


@pytest.fixture
def recipe() -> Recipe:
    return Recipe.model_validate(
        {
            "network": {"layers": ["dense 12", "relu", "dropout 0.2", "dense 4"]},
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "training": {"epochs": 6, "batch_size": 32},
        }
    )
