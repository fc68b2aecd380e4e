from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import Dataset
from glassnet.errors import DataError


def test_a_subset_keeps_pictures_and_labels_together(digits: Dataset) -> None:
    some = digits.subset([13, 4], "some")
    assert some.labels.tolist() == [3, 4]
    assert np.array_equal(some.images[0], digits.images[13])
    assert some.name == "some"
    assert np.shares_memory(digits.subset(slice(5, 9)).images, digits.images)


def test_the_fingerprint_sees_pixels_labels_order_and_shape(digits: Dataset) -> None:
    relabelled = Dataset(digits.images, (digits.labels + 1) % np.uint8(10))
    repainted = Dataset(digits.images ^ np.uint8(1), digits.labels)
    reshaped = Dataset(digits.images.reshape(-1, 14, 56), digits.labels)
    backwards = digits.subset(slice(None, None, -1))
    prints = {data.fingerprint() for data in (digits, relabelled, repainted, reshaped, backwards)}
    assert len(prints) == 5
    assert Dataset(digits.images.copy(), digits.labels, "another name").fingerprint() in prints


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 4, 4), np.float32), np.zeros(2, np.uint8), "pictures must be a uint8 array"),
        (np.zeros((2, 16), np.uint8), np.zeros(2, np.uint8), "pictures must be a uint8 array"),
        (np.zeros((2, 4, 4), np.uint8), np.zeros(2, np.int64), "labels must be a uint8 array"),
        (np.zeros((2, 4, 4), np.uint8), np.zeros((2, 10), np.uint8), "labels must be a uint8 array"),
        (np.zeros((2, 4, 4), np.uint8), np.zeros(3, np.uint8), "2 pictures but 3 labels"),
        (np.zeros((2, 4, 4), np.uint8), np.array([9, 10], np.uint8), "label 10 at row 1"),
    ],
)
def test_arrays_that_are_no_data_set(images: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=f"odd: .*{message}"):
        Dataset(images, labels, "odd")
