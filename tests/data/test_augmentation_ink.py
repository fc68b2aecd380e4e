"""What happens to the ink, measured: widths, greys, dots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from glassnet.data.augmentation import Augmentation

COUNT = 400


def bars(width: int, count: int = COUNT) -> NDArray[np.uint8]:
    """Upright bars ``width`` pixels wide."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, :, 12 : 12 + width] = 255
    return images


def change(images: NDArray[np.uint8], **settings: float) -> NDArray[np.uint8]:
    return replace(Augmentation(), **settings)(images, np.random.default_rng(6))


def widths(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.asarray(images[:, 14].sum(axis=1) / 255.0)


@pytest.mark.parametrize("most", [0.5, 1.0, 3.0, 5.0])
def test_strokes_become_wider_and_narrower_by_up_to_so_many_pixels(most: float) -> None:
    found = widths(change(bars(8), thickness=most)) - 8
    assert np.abs(found).max() <= most + 0.01
    assert_allclose(np.quantile(found, [0.05, 0.5, 0.95]), [-0.9 * most, 0, 0.9 * most], atol=0.1 * most)


def test_an_edge_moves_by_a_share_of_a_pixel() -> None:
    out = change(bars(6), thickness=1)
    wider = out[widths(out) > 6]
    assert (wider[:, :, 12:18] == 255).all()
    assert_array_equal(wider[:, 14, 11], wider[:, 14, 18])
    assert_allclose(widths(wider), 6 + 2 * wider[:, 14, 11] / 255, atol=1e-6)


@pytest.mark.parametrize("width", [1, 2])
def test_a_hairline_is_never_lost(width: int) -> None:
    assert widths(change(bars(width), thickness=6)).min() >= 1


def test_blur_keeps_the_ink_and_spreads_it_as_far_as_its_deviation() -> None:
    dots = np.zeros((COUNT, 29, 29), np.uint8)
    dots[:, 13:16, 13:16] = 255
    out = change(dots, blur=2.0).astype(float)
    assert_allclose(out.sum(axis=(1, 2)), 9 * 255, rtol=0.06)
    place = np.arange(29) - 14.0
    spread = np.sqrt(np.maximum((out.sum(axis=1) * place**2).sum(axis=1) / out.sum(axis=(1, 2)) - 2 / 3, 0))
    assert spread.max() < 2.1
    assert_allclose(np.quantile(spread, [0.25, 0.5, 0.9]), [0.5, 1.0, 1.8], atol=0.2)


def test_ink_at_the_edge_is_blurred_out_of_the_picture() -> None:
    full = np.full((50, 20, 28), 255, np.uint8)
    out = change(full, blur=1.5)
    assert out[:, 10, 14].min() == 255
    assert out[:, 10, 0].min() < 170


def test_noise_has_the_deviation_that_is_asked_for() -> None:
    grey = np.full((COUNT, 28, 28), 128, np.uint8)
    out = change(grey, noise=0.1).astype(float)
    deviations = out.std(axis=(1, 2))
    assert_allclose(np.quantile(deviations, [0.05, 0.5, 0.95]), [1.3, 12.75, 24.2], atol=1.6)
    assert_allclose(out.mean(axis=(1, 2)), 128, atol=4)


def test_noise_stays_within_the_greys() -> None:
    out = change(np.repeat(np.uint8([[[0, 255]]]), COUNT, axis=0), noise=1.0)
    assert np.median(out[:, 0, 0]) < 60  # a wrap-around would turn paper to ink
    assert np.median(out[:, 0, 1]) > 195


def test_contrast_fades_ink_and_leaves_paper() -> None:
    out = change(bars(5), contrast=0.4)
    assert not out[:, :, :12].any()
    ink = out[:, 14, 14] / 255
    assert_allclose(np.quantile(ink, [0, 0.5, 1]), [0.6, 0.8, 1.0], atol=0.02)


def test_contrast_bends_greys_both_ways_and_keeps_their_order() -> None:
    scale = np.tile(np.arange(256, dtype=np.uint8), (COUNT, 1, 1))
    out = change(scale, contrast=0.5)
    assert (np.diff(out.astype(int), axis=2) >= 0).all()
    middle = out[:, 0, 128] / out[:, 0, 255]
    assert middle.min() < 0.40 < 0.60 < middle.max()


def test_dots_are_square_and_either_ink_or_paper() -> None:
    disc = np.hypot(*(np.indices((28, 28)) - 13.5)) < 9
    out = change(np.repeat(255 * disc[None].astype(np.uint8), COUNT, axis=0), pixelate=1.0)
    grey = ((out > 0) & (out < 255)).mean(axis=(1, 2))
    assert grey.max() < 0.35  # only pixels on the border between a dot and paper are between ink and paper
    assert (out[:, 13, 13] == 255).all()
    assert_allclose((out / 255).sum(axis=(1, 2)), disc.sum(), rtol=0.25)
    assert len(np.unique(out, axis=0)) == COUNT


@pytest.mark.parametrize("width", [1, 2, 3])
def test_strokes_on_a_coarse_screen_stay_whole(width: int) -> None:
    upright = change(bars(width), pixelate=1.0)
    level = change(bars(width).transpose(0, 2, 1), pixelate=1.0)
    for across in (upright.max(axis=2), level.max(axis=1)):
        assert across[:, 3:-3].min() > 60  # dots at the border lie partly outside


def test_a_share_of_the_pictures_is_pixelated() -> None:
    changed = (change(bars(3, 2000), pixelate=0.3) != bars(3, 2000)).any(axis=(1, 2)).mean()
    assert changed == pytest.approx(0.3, abs=0.03)
