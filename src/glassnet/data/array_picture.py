"""A picture that comes as an array: is it one, and what do its numbers mean?

Programs hand over 8 bits or 16, booleans, floats up to 1 or up to 255, colours first or last, or a whole stack.
What can be told from the numbers is done; the rest is said in words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import PictureError

__all__ = ["as_array", "checked_array", "levels"]

_SOURCES = "give a path, the bytes of a file, an open file, a Pillow image or an array (height, width)"


def as_array(source: object, name: str) -> NDArray[np.generic]:
    """A picture ``(H, W)`` or ``(H, W, C)``, C being 1, 3 or 4, of what may be an array, or lists of numbers.

    ``name`` is what errors call it. Raises :class:`PictureError` for what has another shape, or holds no numbers.
    """
    try:
        array = np.asarray(source)
    except Exception as error:  # lists of unequal length; what other libraries raise for their own arrays
        raise PictureError(f"{name}: cannot be made an array: {error}", hint=_SOURCES) from error
    if array.ndim == 0:
        raise PictureError(f"{name}: must be a picture, got {type(source).__name__}", hint=_SOURCES)
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 3, 4) or array.dtype.kind not in "buif":
        raise PictureError(
            f"{name}: must be an array (height, width) or (height, width, 3) of numbers, "
            f"got {array.shape} of {array.dtype}",
            hint=_what_to_do(array),
        )
    return array


def _what_to_do(array: NDArray[np.generic]) -> str:
    """With an array that is no picture."""
    if array.dtype.kind not in "buif":
        return f"{array.dtype} is no light: convert it to np.uint8, 0 to 255"
    if array.ndim == 1:
        return "a row of numbers has no height: array.reshape(height, width)"
    if array.ndim == 3 and array.shape[0] in (1, 3, 4):
        return "colours come last: array.transpose(1, 2, 0)"
    return "one picture at a time: array[0] is the first of several"


def checked_array(array: NDArray[np.generic], name: str) -> NDArray[np.generic]:
    """The array, without the axis of a single channel; :class:`PictureError` where a number is NaN or infinite."""
    if array.dtype.kind == "f" and not (finite := np.isfinite(array)).all():
        raise PictureError(
            f"{name}: {array.size - int(finite.sum()):,} of {array.size:,} numbers are NaN or infinite",
            hint="put the paper's value in their place: np.where(np.isfinite(array), array, paper)",
        )
    return array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array


def levels(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Numbers of any size as light, ``uint8``: 0 stays 0, and full light is a power of two, as it is for cameras.

    Where less than 0 occurs the picture was normalised, and the least number becomes 0. NaN is dark.
    """
    if values.dtype == np.uint8:
        return np.asarray(values, np.uint8)
    if values.dtype == np.bool_:
        return np.where(values, np.uint8(255), np.uint8(0))
    sample = values.reshape(-1)[:: max(1, values.size // 1_000_000)].astype(np.float64)
    sample = sample[np.isfinite(sample)] if len(sample) else sample
    low, high = np.percentile(sample, (0.01, 99.99)) if len(sample) else (0.0, 1.0)
    if low < 0:  # no such thing as less than no light: a picture that was normalised
        high = max(high - low, 1e-30)
    else:
        low = 0.0
        if values.dtype.kind != "f" or high > 1:
            high = next(float(2**bits - 1) for bits in (8, 10, 12, 14, 16, 24, 32, 64, 1024) if high < 2**bits)
        else:
            high = 1.0
    levels = np.empty(values.shape, np.uint8)
    for row, numbers in zip(levels, values, strict=True):  # row by row: a scan of 16 bits as floats is a gigabyte
        scaled = (np.nan_to_num(numbers.astype(np.float64)) - low) * (255 / high)
        row[...] = np.rint(scaled.clip(0, 255))
    return levels
