"""Kaggle's layout: the same digits, dealt anew, none twice."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import DataBundle, Dataset
from glassnet.data.kaggle import kaggle_layout
from glassnet.errors import DataError


def numbered(start: int, count: int) -> Dataset:
    """Pictures that carry their number in two pixels."""
    numbers = np.arange(start, start + count)
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(numbers, 256)
    return Dataset(images, (numbers % 10).astype(np.uint8))


def numbers(data: Dataset) -> np.ndarray:
    return data.images[:, 0, 0].astype(int) * 256 + data.images[:, 0, 1]


def test_every_digit_once_with_its_own_label() -> None:
    dealt = kaggle_layout(DataBundle(numbered(0, 600), numbered(600, 100), "here"), seed=1)
    assert dealt.test is not None
    assert (len(dealt.train), len(dealt.test)) == (420, 280)
    both = np.concatenate([numbers(dealt.train), numbers(dealt.test)])
    assert sorted(both.tolist()) == list(range(700))
    np.testing.assert_array_equal(numbers(dealt.train) % 10, dealt.train.labels)
    assert "here" in dealt.origin


def test_the_seed_decides() -> None:
    bundle = DataBundle(numbered(0, 600), numbered(600, 100), "here")
    first, again, other = (kaggle_layout(bundle, seed=seed).train for seed in (0, 0, 1))
    assert first.fingerprint() == again.fingerprint() != other.fingerprint()


def test_needs_a_test_part() -> None:
    with pytest.raises(DataError, match="no test part"):
        kaggle_layout(DataBundle(numbered(0, 10), None, "here"))
