from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import Dataset, split, take
from glassnet.errors import DataError

LABELS = st.lists(st.integers(0, 9), min_size=2, max_size=250)


def labelled(labels: list[int]) -> Dataset:
    """Every picture is one pixel that says its row, so that rows can be followed."""
    rows = np.arange(len(labels), dtype=np.uint8)
    return Dataset(rows.reshape(-1, 1, 1), np.array(labels, np.uint8), "made up")


def rows(dataset: Dataset) -> list[int]:
    return dataset.images.ravel().tolist()


def test_largest_remainders_worked_by_hand() -> None:
    # Quotas for 5 of 12: 6 zeros * 5/12 = 2.5, 4 ones * 5/12 = 1.67, 2 twos * 5/12 = 0.83.
    # Floors 2, 1, 0 leave two; the largest remainders are .83 (twos) and .67 (ones).
    train, validation = split(labelled([0] * 6 + [1] * 4 + [2] * 2), 5, seed=0)
    assert np.bincount(validation.labels).tolist() == [2, 2, 1]
    assert np.bincount(train.labels).tolist() == [4, 2, 1]


@given(
    labels=LABELS,
    share=st.integers(1, 10**6),
    seed=st.integers(0, 99),
)
def test_every_picture_lands_in_exactly_one_part(labels: list[int], share: int, seed: int) -> None:
    data, count = labelled(labels), 1 + share % (len(labels) - 1)
    train, validation = split(data, count, seed)
    assert len(validation) == count
    assert sorted(rows(train) + rows(validation)) == list(range(len(labels)))
    for part in (train, validation):
        assert rows(part) == sorted(rows(part))
        assert part.labels.tolist() == [labels[row] for row in rows(part)]
    for label, size in enumerate(np.bincount(data.labels)):
        assert abs(np.sum(validation.labels == label) - size * count / len(labels)) < 1


def test_the_seed_alone_decides() -> None:
    data = labelled([0, 1] * 100)
    assert rows(split(data, 50, seed=1)[1]) == rows(split(data, 50, seed=1)[1])
    assert rows(split(data, 50, seed=1)[1]) == rows(split(data, 50, np.random.default_rng(1))[1])
    assert rows(split(data, 50, seed=1)[1]) != rows(split(data, 50, seed=2)[1])


def test_a_share_is_rounded_to_the_nearest_picture() -> None:
    assert len(split(labelled([1] * 30), 0.1)[1]) == 3
    assert len(split(labelled([1] * 26), 0.1)[1]) == 3
    assert len(split(labelled([1] * 24), 0.1)[1]) == 2


def test_parts_say_what_they_are() -> None:
    train, validation = split(labelled([1] * 30), 0.1)
    assert (train.name, validation.name) == ("made up, without validation", "made up, validation")


@pytest.mark.parametrize("size", [0, -1, 30, 31, 0.0, 1.0, 1.5, -0.1, 0.001, 0.999, math.nan, math.inf, True])
def test_silly_sizes(size: float) -> None:
    with pytest.raises(DataError, match=r"made up: cannot set .* aside for validation, of 30 pictures"):
        split(labelled([1] * 30), size)


def test_take_keeps_the_shares() -> None:
    data = labelled([0] * 120 + [1] * 60)
    some = take(data, 60, seed=3)
    assert np.bincount(some.labels).tolist() == [40, 20]
    assert rows(some) == sorted(set(rows(some)))
    assert rows(take(data, 180)) == rows(data)


@pytest.mark.parametrize("count", [0, -5, 31])
def test_silly_counts(count: int) -> None:
    with pytest.raises(DataError, match="cannot take"):
        take(labelled([1] * 30), count)
