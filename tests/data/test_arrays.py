from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.arrays import as_labels, as_pictures
from glassnet.errors import DataError


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 784), (3, 28, 28, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64])
def test_pictures_of_every_layout_and_width(shape: tuple[int, ...], dtype: type) -> None:
    values = np.arange(3 * 784).reshape(shape) % 256
    pictures = as_pictures(values.astype(dtype), "x")
    assert pictures.dtype == np.uint8
    assert pictures.flags.c_contiguous
    assert np.array_equal(pictures, values.reshape(3, 28, 28))


@pytest.mark.parametrize("shape", [(3,), (3, 783), (3, 28, 28, 3), (2, 3, 4, 5, 6)])
def test_shapes_that_are_no_pictures(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match=r"f: an array of shape .* no set of pictures"):
        as_pictures(np.zeros(shape, np.uint8), "f")


@pytest.mark.parametrize("shape", [(0, 28, 28), (3, 0, 28)])
def test_no_pictures(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="holds no pictures"):
        as_pictures(np.zeros(shape, np.uint8), "f")


@pytest.mark.parametrize(("value", "dtype"), [(256, np.int16), (-1, np.int8), (2**40, np.int64)])
def test_a_pixel_that_is_no_byte_is_named_and_not_wrapped(value: int, dtype: type) -> None:
    pixels = np.zeros((5, 4, 4), dtype)
    pixels[3, 1, 2] = value
    with pytest.raises(DataError, match=f"f: pixel {value} at row 3; expected 0 to 255"):
        as_pictures(pixels, "f")


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.bool_])
def test_pixels_that_are_not_whole_numbers(dtype: type) -> None:
    with pytest.raises(DataError, match="expected whole numbers") as caught:
        as_pictures(np.zeros((5, 4, 4), dtype), "f")
    assert "255" in str(caught.value.hint)


def test_labels_in_a_column_and_of_any_width() -> None:
    assert as_labels(np.array([[3], [9]], np.int64), "f").tolist() == [3, 9]


@pytest.mark.parametrize("value", [10, 255])
def test_a_label_out_of_range(value: int) -> None:
    with pytest.raises(DataError, match=f"f: label {value} at row 2; labels are digits, 0 to 9"):
        as_labels(np.array([1, 2, value, value], np.uint8), "f")


def test_a_label_is_not_wrapped_into_range() -> None:
    with pytest.raises(DataError, match="label 259 at row 1"):
        as_labels(np.array([1, 259], np.int32), "f")


def test_swapped_arrays_say_so() -> None:
    with pytest.raises(DataError) as pictures:
        as_pictures(np.zeros(3, np.uint8), "f")
    with pytest.raises(DataError) as labels:
        as_labels(np.zeros((3, 28, 28), np.uint8), "f")
    assert "swapped" in str(pictures.value.hint)
    assert "swapped" in str(labels.value.hint)
