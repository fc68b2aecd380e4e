"""Digits drawn by code: the templates, the paths, and seeds that mean the same digits however asked for."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.strokes import BLOCK, LEVELS, generate, stream
from glassnet.data.strokes.splines import STEPS, path_table
from glassnet.data.strokes.templates import parse_templates, read_templates
from glassnet.errors import DataError


def test_a_seed_means_the_same_digits_in_any_portions():
    whole = generate(3 * BLOCK, seed=7)
    np.testing.assert_array_equal(generate(10, seed=7).images, whole.images[:10])
    piece = generate(BLOCK, seed=7, start=200)
    np.testing.assert_array_equal(piece.images, whole.images[200 : 200 + BLOCK])
    np.testing.assert_array_equal(piece.labels, whole.labels[200 : 200 + BLOCK])
    chunks = stream(100, seed=7)
    images = np.concatenate([next(chunks).images for _ in range(7)])
    np.testing.assert_array_equal(images, whole.images[:700])


def test_seeds_and_blocks_differ():
    assert generate(50, seed=1).fingerprint() != generate(50, seed=2).fingerprint()
    assert generate(50, seed=1).fingerprint() != generate(50, seed=1, start=BLOCK).fingerprint()


def test_digits_are_in_the_normal_form():
    digits = generate(2000, seed=3)
    assert digits.images.shape == (2000, 28, 28)
    ink = digits.images.astype(float)
    box = [max(np.ptp(np.flatnonzero(one.any(1))), np.ptp(np.flatnonzero(one.any(0)))) + 1 for one in ink]
    assert np.mean(np.isin(box, (19, 20, 21))) > 0.99
    pixel = np.arange(28) + 0.5
    for axis in (1, 2):
        centre = ink.sum(3 - axis) @ pixel / ink.sum((1, 2))
        assert np.mean((centre > 13.98) & (centre < 15.01)) > 0.99


def test_every_digit_comes_equally_often():
    share = np.bincount(generate(20 * BLOCK, seed=0).labels, minlength=10) / (20 * BLOCK)
    np.testing.assert_allclose(share, 0.1, atol=0.02)


def test_levels_vary_more_and_more():
    def variety(level):
        digits = generate(4 * BLOCK, seed=0, level=level)
        return np.mean([digits.images[digits.labels == k].astype(float).std(0).mean() for k in range(10)])

    assert variety(0) < variety("neat") < variety("natural") < variety("wild")


def test_asking_for_nothing_gives_nothing():
    assert len(generate(0)) == 0


@pytest.mark.parametrize("arguments", [{"count": -1}, {"count": 1, "seed": -1}, {"count": 1, "start": -1}])
def test_negative_numbers_are_refused(arguments):
    with pytest.raises(DataError, match="must be 0 or more, got -1"):
        generate(**arguments)


def test_unknown_levels_are_named():
    with pytest.raises(DataError, match="no level 'tidy'") as caught:
        generate(1, level="tidy")
    assert all(name in (caught.value.hint or "") for name in LEVELS)
    with pytest.raises(DataError, match="level of 9 is out of range"):
        generate(1, level=9)


def test_a_template_is_read_as_it_is_written():
    style, other = parse_templates("# sevens\nstyle 7 crossed, straight * 0.5\n2,6 62,2! 24,100 | 18,52 62,48\n"
                                   "style 1 bar\n0,0 0,100  # upright\n1,0 0,100\n")  # fmt: skip
    assert (style.shows, style.name, style.weight, len(style.variants)) == ("7", "crossed, straight", 0.5, 1)
    body, bar = style.variants[0]
    np.testing.assert_array_equal(body.points, [[2, 6], [62, 2], [24, 100]])
    assert body.corners == (False, True, False)
    assert len(bar.points) == 2
    assert (other.name, other.weight, len(other.variants)) == ("bar", 1.0, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no styles"),
        ("1,2 3,4", "line 1: points before the first style"),
        ("style seven plain\n1,2 3,4", "line 1: 'style seven plain' is no heading"),
        ("style 7 plain * heavy\n1,2 3,4", "no heading"),
        ("style 7 plain * -1\n1,2 3,4", "no heading"),
        ("style 7 plain\nstyle 1 bar\n1,2 3,4", "line 2: the style 'plain' has no variants"),
        ("style 7 plain\n1,2 3;4", "line 2: '3;4' is no point"),
        ("style 7 plain\n1,2 3,nan", "line 2: '3,nan' is no point"),
        ("style 7 plain\n1,2", "line 2: a stroke of 1 point"),
        ("style 7 plain\n1,2 3,4 |", "line 2: a stroke of 0 points"),
        ("style 7 plain\n1,2 1,2", "line 2: the same point twice"),
        ("style 7 plain\n1,2 3,4\n\n1,2 3,4! 5,6", r"line 4: this variant is built as \.!\., but .* as \.\."),
    ],
)
def test_a_wrong_template_is_named(text, message):
    with pytest.raises(DataError, match=message):
        parse_templates(text)


def test_every_digit_is_written_in_several_styles():
    for digit in range(10):
        styles = read_templates(f"{digit}.txt")
        assert len(styles) >= 5
        assert all(style.shows == str(digit) for style in styles)
        assert len({style.name for style in styles}) == len(styles)


def test_a_path_passes_its_points_and_keeps_its_corners():
    table = path_table(
        parse_templates("style 7 plain\n0,0 60,0! 30,100\nstyle 4 bar and stem\n0,0 0,100 | 50,0 50,100")
    )
    seven = np.stack([table.x[0], table.y[0]])
    for x, y in ((-0.3, -0.5), (0.3, -0.5), (0, 0.5)):
        assert np.hypot(seven[0] - x, seven[1] - y).min() < 0.02
    assert table.x.shape == (2, STEPS)
    assert table.pen_down[0].all()
    assert list(table.pen_down[1]).count(0) == 1
    np.testing.assert_allclose(np.hypot(*np.diff(seven)), 0.0261, atol=0.002)  # equal steps


def test_points_on_a_circle_make_a_circle():
    angle = np.linspace(0, 2 * np.pi, 13)
    points = " ".join(f"{50 * np.cos(a):.4f},{50 * np.sin(a):.4f}" for a in angle)
    table = path_table(parse_templates(f"style 0 circle\n{points}"))
    np.testing.assert_allclose(np.hypot(table.x[0], table.y[0]), 0.5, atol=0.012)
