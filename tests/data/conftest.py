"""A small data set with every kind of pixel value, for readers and writers to carry around."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from glassnet.data import DataBundle, Dataset


def make_digits(count: int, side: int = 28, seed: int = 0) -> Dataset:
    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (count, side, side), dtype=np.uint8)
    images[:, [0, -1]] = 0  # paper is black, as in MNIST
    images[:, :, [0, -1]] = 0
    return Dataset(images, np.arange(count, dtype=np.uint8) % 10, "made up")


@pytest.fixture(name="make_digits")
def _make_digits() -> Callable[..., Dataset]:
    return make_digits


@pytest.fixture
def digits() -> Dataset:
    return make_digits(20)


@pytest.fixture
def bundle() -> DataBundle:
    return DataBundle(make_digits(30), make_digits(20, seed=1), "made up")
