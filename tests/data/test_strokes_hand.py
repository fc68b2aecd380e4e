"""What a hand does to a shape: each habit alone, and none of them at level 0."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from glassnet.data.strokes import brush, hand, pen
from glassnet.data.strokes.hand import Hand, Manner
from glassnet.data.strokes.splines import STEPS, path_table
from glassnet.data.strokes.templates import parse_templates

STILL = Hand().at_level(0)
TABLE = path_table(
    parse_templates("style 1 bar\n50,0 50,100\nstyle 7 two ways\n0,0 60,0! 30,100\n0,10 50,0! 20,100\n"
                    "style 4 bars\n0,0 0,50! 50,50 | 40,0 40,100")
)  # fmt: skip


def numbers():
    return np.random.default_rng(0)


def path(style, count=1):
    chosen = np.full(count, style)
    return (*hand.choose_paths(TABLE, chosen, 0.0, numbers()), chosen)


def test_at_level_0_a_digit_is_its_template():
    chosen = np.array([0, 0, 2])
    one = np.ones((3, 1), np.float32)
    x, y = hand.write(TABLE, chosen, Manner(one, one, 0 * one), STILL, numbers())
    radii = pen.radii(x, y, one, STILL, numbers())
    np.testing.assert_allclose(x, TABLE.x[[0, 0, 3]], atol=1e-6)
    np.testing.assert_allclose(y, TABLE.y[[0, 0, 3]], atol=1e-6)
    np.testing.assert_allclose(radii, 1)


def test_levels_multiply_everything_but_blends_go_no_further():
    wild, neat = Hand().at_level(1.5), Hand().at_level(0.5)
    for field in fields(Hand):
        size = getattr(Hand(), field.name)
        assert getattr(neat, field.name) == 0.5 * size
        assert getattr(wild, field.name) == (size if field.name == "blend" else 1.5 * size)


def test_a_blend_lies_on_the_line_between_two_variants():
    x, _ = hand.choose_paths(TABLE, np.full(200, 1), 1.0, numbers())
    low, high = np.sort(TABLE.x[1:3], axis=0)
    assert ((x >= low - 1e-6) & (x <= high + 1e-6)).all()
    assert len(np.unique(x[:, 0])) > 150


def test_ends_slide_along_the_stroke_and_the_middle_stays():
    x, y, chosen = path(0, 50)
    before = y.copy()
    hand.slide_ends(x, y, TABLE, chosen, replace(STILL, overshoot=0.1), numbers())
    np.testing.assert_allclose(x, 0, atol=1e-6)  # the bar is upright and stays so
    moved = np.abs(y - before)
    assert moved[:, STEPS // 2].max() < 0.001
    assert moved[:, 0].mean() > 0.05
    assert (np.diff(y, axis=1) > 0).all()  # nothing folds, however much is cut off


def test_a_flick_draws_the_tips_aside_and_nothing_else():
    x, y, _ = path(0, 200)
    before_x, before_y = x.copy(), y.copy()
    hand.flick(x, y, 0.1, numbers())
    moved = np.hypot(x - before_x, y - before_y)
    np.testing.assert_array_equal(moved[:, hand.TIP : -hand.TIP], 0)
    assert (moved[:, [0, -1]] > 0).all()
    assert (np.diff(moved[:, : hand.TIP], axis=1) <= 1e-6).all()  # most at the very tip
    assert 0.08 < np.sqrt(np.mean((x - before_x)[:, 0] ** 2)) < 0.12
    assert np.abs(np.corrcoef(x[:, 0], x[:, -1])[0, 1]) < 0.2  # start and end have nothing to do with each other


def test_a_ragged_rim_strays_evenly_up_to_its_size():
    rim = pen.ragged_rim(300, 400, replace(STILL, ragged=0.4), numbers())
    assert rim.shape == (300, 400)
    assert 0.35 < np.abs(rim).max() <= 0.4
    assert abs(rim.mean()) < 0.002
    roughness = np.abs(rim).max(axis=1)
    assert roughness.min() < 0.05  # some digits are clean
    assert not pen.ragged_rim(2, 400, STILL, numbers()).any()


def test_strokes_are_set_down_apart():
    x, y, chosen = path(2, 20)
    before = x.copy()
    hand.slide_ends(x, y, TABLE, chosen, replace(STILL, stroke_offset=0.1), numbers())
    moved = x - before
    for stroke in (0, 1):
        own = moved[:, TABLE.stroke[2] == stroke]
        np.testing.assert_allclose(own, own[:, :1].repeat(own.shape[1], axis=1), atol=1e-5)
    assert np.abs(moved[:, 0] - moved[:, -1]).mean() > 0.05


@pytest.mark.parametrize(
    "habit", ["wander", "drift", "warp", "trapezoid", "aspect", "slant", "rotation", "tremor"]
)
def test_every_habit_moves_the_path(habit):
    chosen = np.full(30, 2)
    one = np.ones((30, 1), np.float32)
    x, y = hand.write(TABLE, chosen, Manner(one, one, 0 * one), replace(STILL, **{habit: 0.1}), numbers())
    moved = np.hypot(x - TABLE.x[3], y - TABLE.y[3])
    assert 0.002 < moved.mean() < 0.3
    jumps = np.hypot(np.diff(x - TABLE.x[3], axis=1), np.diff(y - TABLE.y[3], axis=1))
    drawn = TABLE.pen_down[chosen] > 0
    assert (jumps[drawn].max() > 0.1) == (habit == "tremor")  # all others are smooth


def test_a_mean_manner_widens_and_leans():
    chosen = np.array([2])
    manner = Manner(*(np.full((1, 1), value, np.float32) for value in (1, 2, 0.5)))
    x, y = hand.write(TABLE, chosen, manner, STILL, numbers())
    np.testing.assert_allclose(x[0], 2 * TABLE.x[3] - 0.5 * TABLE.y[3], atol=1e-5)
    np.testing.assert_allclose(y[0], TABLE.y[3], atol=1e-5)


@pytest.mark.parametrize(
    ("habit", "along", "between"), [("width", 0, 0.1), ("pressure", 0.05, 0), ("nib", 0, 0.1)]
)
def test_the_pen_differs_between_digits_along_a_stroke_or_with_direction(habit, along, between):
    x, y, _ = path(0, 200)
    radii = pen.radii(x, y, np.ones((200, 1), np.float32), replace(STILL, **{habit: 0.15}), numbers())
    assert radii.std(axis=1).mean() >= along
    assert (radii.std(axis=1).max() < 1e-5) == (along == 0)
    assert radii.mean(axis=1).std() >= between
    level = pen.radii(y, x, np.ones((200, 1), np.float32), replace(STILL, **{habit: 0.15}), numbers())
    if habit == "nib":
        np.testing.assert_allclose(radii * level, 1, atol=1e-4)  # thick one way is thin the other
    else:
        np.testing.assert_allclose(radii, level)


def test_a_share_of_the_digits_is_written_with_a_felt_pen():
    x, y, _ = path(0, 400)
    width = pen.radii(x, y, np.ones((400, 1), np.float32), replace(STILL, felt=0.25), numbers())[:, 0]
    thick = width > 1
    assert 0.2 < thick.mean() < 0.3
    np.testing.assert_allclose(width[~thick], 1)
    assert width[thick].min() >= 1.3
    assert width[thick].max() <= 1.8


def test_gaps_and_specks():
    def soiled(**habits):
        x, y, _ = path(0, 40)
        x, y = 20 * x + 10, 20 * y + 10
        radii, steps = np.ones_like(x), np.full_like(x, 0.4)
        pen.soil(x, y, radii, steps, replace(STILL, **habits), numbers())
        return x, y, radii, steps

    assert (soiled()[3] > 0).all()
    gaps = (soiled(gap=1.0)[3] == 0).sum(axis=1)
    assert set(gaps) == {3, 5}
    x, y, radii, steps = soiled(speck=1.0)
    np.testing.assert_allclose(steps[:, 0], brush.ALONE)
    assert (radii[:, 0] <= 1).all()
    assert np.std(x[:, 0]) > 3
    assert np.std(y[:, 0]) > 3
    assert ((x[:, 0] > 0) & (x[:, 0] < 20)).all()
