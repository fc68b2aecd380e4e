"""Ink is told from paper whatever the colours and the light."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading import ink as ink_module
from glassnet.reading.ink import find_ink
from tests.reading.drawing import digit_ink, on_paper


def _sheet(size: tuple[int, int] = (300, 400)) -> np.ndarray:
    sheet = np.zeros(size, np.float32)
    ink = digit_ink(3, 120)
    sheet[60 : 60 + ink.shape[0], 90 : 90 + ink.shape[1]] = ink
    return sheet


def _agreement(found: np.ndarray, ink: np.ndarray) -> float:
    """Shared pixels by all pixels of either: 1 where both are the same."""
    true = ink > 0.5
    return float((found & true).sum() / (found | true).sum())


@pytest.mark.parametrize(
    ("pen", "paper"),
    [
        ((20, 20, 20), (250, 250, 250)),
        ((240, 240, 240), (20, 40, 30)),  # chalk on a board
        ((40, 60, 160), (250, 245, 230)),
        ((200, 30, 30), (70, 150, 60)),  # red on green, as dark as it
        ((150, 150, 150), (230, 230, 230)),  # faint pencil
    ],
)
def test_any_colours(pen: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    sheet = _sheet()
    assert _agreement(find_ink(on_paper(sheet, pen, paper, grain=3)).mask, sheet) > 0.85


def test_light_on_dark_is_noticed() -> None:
    assert find_ink(on_paper(_sheet(), (255, 255, 255), (0, 0, 0))).light_on_dark
    assert not find_ink(on_paper(_sheet())).light_on_dark


def test_a_digit_that_fills_its_picture_is_not_taken_for_paper() -> None:
    ink = np.pad(digit_ink(0, 24), 2)
    assert _agreement(find_ink(on_paper(ink)).mask, ink) > 0.7


def test_a_shadow_is_no_ink() -> None:
    sheet = _sheet()
    distance = np.arange(400) + np.arange(300)[:, None] / 2 - 220  # from its edge, which is ten pixels wide
    light = np.interp(distance, [-5, 5], [1.0, 0.55]).astype(np.float32)
    found = find_ink(on_paper(sheet, light=light, grain=2))
    assert _agreement(found.mask, sheet) > 0.8


def test_uneven_light() -> None:
    sheet = _sheet()
    light = np.linspace(0.4, 1, 400, dtype=np.float32)[None, :]
    assert _agreement(find_ink(on_paper(sheet, light=light, grain=2)).mask, sheet) > 0.85


@pytest.mark.parametrize("grain", [0, 4, 10])
def test_blank_paper_has_no_ink(grain: float) -> None:
    light = np.linspace(0.6, 1, 400, dtype=np.float32)[None, :]
    assert find_ink(on_paper(np.zeros((300, 400), np.float32), light=light, grain=grain)).mask.mean() < 1e-3


def test_paper_that_is_rougher_in_one_part_has_no_ink() -> None:
    rng = np.random.default_rng(2)
    rough = rng.normal(0, 1, (600, 800)) * np.where(np.arange(800) < 250, 9.0, 3.5)
    picture = np.repeat((210 + rough).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
    assert find_ink(picture).mask.mean() < 1e-3


def test_contrast_is_soft_at_the_edge_of_a_stroke_and_nothing_on_paper() -> None:
    sheet = _sheet()
    contrast = find_ink(on_paper(sheet)).contrast
    assert np.abs(contrast[sheet == 0]).max() < 0.05
    assert contrast[sheet == 1].min() > 0.5


def test_the_picture_is_left_as_it_was() -> None:
    picture = on_paper(_sheet(), (255, 255, 255), (0, 0, 0))
    before = picture.copy()
    find_ink(picture)
    assert np.array_equal(picture, before)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("digit", [0, 6, 8])
def test_bold_ink_that_fills_its_picture_is_told_from_paper_by_the_rim(digit: int, light: bool) -> None:
    """In the middle there is more ink than paper, whatever the surroundings."""
    ink = cv2.dilate(np.pad(digit_ink(digit, 90), 12), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (19, 19)))
    pen, paper = ((235,) * 3, (40,) * 3) if light else ((40,) * 3, (235,) * 3)
    assert find_ink(on_paper(np.pad(ink, 3), pen, paper)).light_on_dark == light


def test_a_colour_that_hardly_tells_goes_with_the_others() -> None:
    """Red chalk: in green and blue the stain beside it is more than the chalk."""
    chalk, stain = _sheet(), np.roll(_sheet(), 150, axis=1)
    board = on_paper(chalk, (110, 114, 94), (50, 90, 70), grain=1)
    board[..., 1:] -= (28 * stain[..., None]).astype(np.uint8)
    found = find_ink(board)
    assert found.light_on_dark
    assert _agreement(found.mask, chalk) > 0.9


def test_paper_that_became_too_light_where_a_shadow_was_is_no_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dark ink it is by the picture as it was taken, and even light is still the better one to find it in."""
    sheet = _sheet()
    shadow = np.zeros((300, 400), np.float32)
    for across in (250, 330):
        cv2.circle(shadow, (across, 150), 40, 1, -1)
    shadow = cv2.GaussianBlur(shadow, (0, 0), 8)
    taken, even = (on_paper(sheet, (165,) * 3, (200,) * 3, light=1 + by * shadow) for by in (-0.5, 0.27))
    monkeypatch.setattr(ink_module, "in_even_light", lambda picture: even)
    found = find_ink(taken)
    assert not found.light_on_dark
    assert _agreement(found.mask, sheet) > 0.8
