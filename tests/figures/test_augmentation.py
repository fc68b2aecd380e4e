"""A sheet of augmented digits shows rows as they are, pixel for pixel, each beside its name."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.figures.augmentation import APART, GAP, NAMED, NAMES, augmentation_sheet
from glassnet.figures.sheet import EDGE_WIDTH
from glassnet.figures.style import INK
from tests.figures.conftest import colour, pixels, words


def test_rows_beside_their_names():
    rng = np.random.default_rng(0)
    rows = [(name, rng.integers(0, 256, (4, 28, 28), np.uint8)) for name in ("7", "shift 2")]
    figure = augmentation_sheet(rows)
    assert words(figure) == ["original", "what a network gets in its place", "7", "shift 2"]
    drawn = pixels(figure)
    scale, pitch = 3, 3 * 28 + GAP
    for number, (_, pictures) in enumerate(rows):
        for column in range(4):
            x = EDGE_WIDTH + NAMES + column * pitch + (APART if column else 0)
            corner = drawn[EDGE_WIDTH + NAMED + number * pitch :, x:]
            shown = corner[: 28 * scale, : 28 * scale][1::scale, 1::scale, 0]
            np.testing.assert_array_equal(shown[1:-1, 1:-1], 255 - pictures[column, 1:-1, 1:-1])
        before = drawn[EDGE_WIDTH + NAMED + number * pitch + 40, EDGE_WIDTH + NAMES - 3]
        assert tuple(before) == colour(INK), "the original has a frame of ink"


@pytest.mark.parametrize("shape", [(1, 1, 1), (30, 28, 28), (3, 400, 300), (2, 5, 2000)])
def test_any_pictures_fit(shape: tuple[int, int, int]):
    drawn = pixels(augmentation_sheet([("row", np.full(shape, 255, np.uint8))], title="t", note="n"))
    assert drawn.shape[1] == 1200
    assert (drawn == 0).any()
