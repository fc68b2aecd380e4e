"""Digits drawn by code: the templates, the paths, and seeds that mean the same digits however asked for."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.data.normal_form import normal_form
from glassnet.data.strokes import BLOCK, LEVELS, brush, generate, generate_nondigits, stream, styles
from glassnet.data.strokes.alphabets import ALPHABETS
from glassnet.data.strokes.hand import Hand
from glassnet.data.strokes.nondigits import KINDS
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


def test_printed_digits_are_more_alike_than_written_ones():
    written, printed = (generate(4 * BLOCK, seed=0, printed=share) for share in (0, 1))
    spread = [np.mean([d.images[d.labels == k].std(0).mean() for k in range(10)]) for d in (written, printed)]
    assert spread[1] < 0.85 * spread[0]
    mixed = generate(2 * BLOCK, seed=0, printed=0.3)
    assert len({written.fingerprint(), printed.fingerprint(), mixed.fingerprint()}) == 3
    np.testing.assert_array_equal(generate(7, seed=0, printed=0.3, start=300).images, mixed.images[300:307])
    with pytest.raises(DataError, match="share of printed digits must be between 0 and 1, got 2"):
        generate(1, printed=2)


def test_what_is_no_digit_comes_in_every_kind_and_in_any_portions():
    pictures = generate_nondigits(2 * BLOCK, seed=1)
    assert pictures.classes == tuple(KINDS)
    shares = [kind.share for kind in KINDS.values()]
    assert sum(shares) == pytest.approx(1)
    np.testing.assert_allclose(
        np.bincount(pictures.labels, minlength=len(KINDS)) / len(pictures), shares, atol=0.06
    )
    inked = pictures.images.any((1, 2))
    np.testing.assert_array_equal(inked, pictures.labels != 0)
    np.testing.assert_array_equal(generate_nondigits(9, seed=1, start=250).images, pictures.images[250:259])
    assert generate_nondigits(9, seed=2).fingerprint() != generate_nondigits(9, seed=1).fingerprint()


def extent(images, axis):
    """From the first to the last row (axis 2) or column (axis 1) with ink, in pixels."""
    return np.array([np.ptp(np.flatnonzero(one)) + 1 for one in images.any(axis=axis)])


def drawn(kind):
    return KINDS[kind].draw(200, Hand(), np.random.default_rng(0))


def test_a_digit_struck_out_has_far_more_ink_than_a_digit():
    digits = generate(BLOCK, seed=0).images
    assert np.median(drawn("crossed out").mean((1, 2))) > 1.5 * np.median(digits.mean((1, 2)))


def test_letters_and_digits_in_pairs_are_wide():
    for single, pair in (("letter", "two letters"), (None, "two digits")):
        alone = generate(BLOCK, seed=0).images if single is None else drawn(single)
        assert np.median(extent(alone, 1)) < np.median(extent(drawn(pair), 1)) == 20


def test_some_scribbles_run_along_a_line():
    scribbles = drawn("scribble")
    flat = (extent(scribbles, 1) >= 20) & (extent(scribbles, 2) < 12)
    assert 0.15 < flat.mean() < 0.6


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_style_can_be_shown(alphabet):
    drawn = styles(alphabet)
    assert len({(style.shows, style.name) for style in drawn}) == len(drawn)
    for style in drawn:
        assert style.images.shape[1:] == (28, 28)
        assert style.images.any((1, 2)).all()
    if alphabet != "letters":
        assert {style.shows for style in drawn} == set("0123456789")
    first, again = drawn[0].images, styles(alphabet)[0].images
    np.testing.assert_array_equal(first, again)


def by_distance(x, y, radii, pen_down, scale=8):
    """A path drawn the plain way on a canvas ``scale`` times as fine: ink is what lies within a radius of it."""
    fine = np.linspace(0, 1, 6, endpoint=False)
    points = []
    for m in np.flatnonzero(pen_down):
        for f in fine:
            points.append([(1 - f) * v[m] + f * v[m + 1] for v in (x, y, radii)])
    px, py, pr = np.array(points).T * scale
    rows, columns = np.mgrid[: 28 * scale, : 28 * scale] + 0.5
    distance = np.min(
        [np.hypot(columns - a - 4 * scale, rows - b - 4 * scale) - r for a, b, r in zip(px, py, pr, strict=True)],
        axis=0,
    )
    return distance < 0


def test_the_brush_draws_what_the_plain_way_draws(monkeypatch):
    monkeypatch.setattr(brush, "REACH", brush.BOX)  # as if the scanner saw every hair of the ink
    table = path_table(parse_templates("style 2 plain\n8,24 16,8 36,0 58,8 62,28 48,54 26,78 4,98! 40,97 76,98"))
    x, y, radii = table.x.copy(), table.y.copy(), np.full((1, STEPS), 1.3, np.float32)
    brush.fit(x, y, radii)
    steps = brush.step_lengths(x, y, table.pen_down)
    soft, straight = np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32)
    fast = brush.set_in(brush.draw(x, y, radii, steps, soft, straight))[0]
    plain = normal_form(by_distance(x[0], y[0], radii[0], table.pen_down[0]))
    difference = np.abs(fast.astype(float) - plain)
    assert difference.mean() < 6
    assert np.corrcoef(fast.ravel(), plain.ravel())[0, 1] > 0.985


def test_a_dot_alone_is_a_disc_of_its_radius():
    middle = np.full((1, 1), 10, np.float32)
    disc, step = np.full((1, 1), 4, np.float32), np.full((1, 1), brush.ALONE, np.float32)
    for further_in in (0, 1):
        rim = np.full((1, 400), further_in, np.float32)
        drawn = brush.draw(middle, middle, disc, step, np.ones((1, 1), np.float32), rim)
        assert abs(drawn.sum() / 255 - np.pi * (4 - further_in) ** 2) < 1.5


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
        (
            "style 7 plain\n1,2 3,4\n\n1,2 3,4! 5,6",
            r"line 4: this variant is built as \.!\. \(3 points\), but .* as \.\. \(2 points\)",
        ),
    ],
)
def test_a_wrong_template_is_named(text, message):
    with pytest.raises(DataError, match=message):
        parse_templates(text)


_number = st.floats(-900, 900).map(lambda value: round(value, 2))
_stroke = st.lists(st.tuples(_number, _number, st.booleans()), min_size=2, max_size=9).filter(
    lambda points: all(a[:2] != b[:2] for a, b in pairwise(points))
)


@settings(deadline=None)
@given(st.lists(_stroke, min_size=1, max_size=4))
def test_any_points_can_be_written_and_read_and_become_a_path(strokes):
    text = " | ".join(" ".join(f"{x},{y}{'!' * corner}" for x, y, corner in stroke) for stroke in strokes)
    (style,) = parse_templates(f"style 3 any\n{text}")
    for stroke, read in zip(strokes, style.variants[0], strict=True):
        np.testing.assert_array_equal(read.points, [point[:2] for point in stroke])
        assert read.corners == tuple(point[2] for point in stroke)
    table = path_table([style])
    assert np.isfinite(table.x).all()
    assert np.isfinite(table.y).all()
    assert list(table.pen_down[0]).count(0) == len(strokes) - 1


@settings(deadline=None)
@given(st.text(alphabet="style 37*!|#.,-\n\t0ab", max_size=80))
def test_any_text_is_read_or_refused_by_name(text):
    with contextlib.suppress(DataError):
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
    steps = np.sort(np.hypot(*np.diff(seven)))
    np.testing.assert_allclose(steps[1:], steps[-1], rtol=0.02)  # equal, but for the one across the corner


def test_points_on_a_circle_make_a_circle():
    angle = np.linspace(0, 2 * np.pi, 13)
    points = " ".join(f"{50 * np.cos(a):.4f},{50 * np.sin(a):.4f}" for a in angle)
    table = path_table(parse_templates(f"style 0 circle\n{points}"))
    np.testing.assert_allclose(np.hypot(table.x[0], table.y[0]), 0.5, atol=0.012)
