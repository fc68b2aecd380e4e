"""Several sources as one."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import DataBundle, Dataset, split, strokes
from glassnet.data.composites import make_composites
from glassnet.data.sources import open_source
from glassnet.data.sources.mixed import open_mixture
from glassnet.errors import DataError


def test_parts_lie_one_after_the_other_and_the_longest_classes_win() -> None:
    bundle = open_source("strokes:30:seed=3+nondigits:20")
    drawn, others = open_source("strokes:30:seed=3").train, open_source("nondigits:20").train
    np.testing.assert_array_equal(bundle.train.images, np.concatenate([drawn.images, others.images]))
    np.testing.assert_array_equal(bundle.train.labels, [*drawn.labels, *others.labels])
    assert bundle.train.classes == (*"0123456789", "none", "several")
    assert bundle.test is not None
    assert len(bundle.test) == 50
    assert bundle.train.name == f"{drawn.name} + {others.name}"
    assert bundle.origin.count("drawn by code") == 2


def test_what_is_drawn_anew_is_drawn_anew_inside_the_mixture() -> None:
    train = open_source("strokes:30+strokes:20:seed=5:fresh").train
    first, second = train.of_epoch(1), train.of_epoch(2)
    np.testing.assert_array_equal(first.images, train.images)
    np.testing.assert_array_equal(second.images[:30], first.images[:30])
    np.testing.assert_array_equal(second.images[30:], open_source("strokes:40:seed=5").train.images[20:])
    assert len(train.fingerprint()) == 64

    learned, watched = split(train, 0.2, seed=1)
    assert len(learned.of_epoch(2)) == 40
    assert {image.tobytes() for image in learned.of_epoch(2).images}.isdisjoint(
        image.tobytes() for image in watched.of_epoch(2).images
    )


def test_a_mixture_without_fresh_parts_is_the_same_in_every_epoch() -> None:
    train = open_source("strokes:30+nondigits:20").train
    assert train.of_epoch(7) is train


def test_no_digit_is_any_of_the_kinds() -> None:
    bundle = open_source("nondigits:50:seed=2")
    assert bundle.train.classes == (*"0123456789", "none", "several")
    kinds = strokes.generate_nondigits(50, seed=2)
    two = kinds.labels == kinds.classes.index("two digits")
    assert two.any()
    np.testing.assert_array_equal(bundle.train.labels, np.where(two, 11, 10))
    assert bundle.train.name.startswith("strokes, 50 pictures of no digit")
    with pytest.raises(DataError, match="nondigits have no option 'sed'") as caught:
        open_source("nondigits:50:sed=2")
    assert "did you mean seed=2" in str(caught.value.hint)


def mix(name: str, bundles: list[DataBundle]) -> DataBundle:
    coming = iter(bundles)
    return open_mixture(name, lambda part: next(coming))


def _bundle(classes: str, side: int, notice: str | None = None, test: bool = False) -> DataBundle:
    data = Dataset(np.zeros((4, side, side), np.uint8), np.zeros(4, np.uint8), f"{classes}-{side}", tuple(classes))
    return DataBundle(data, data if test else None, "here", notice)


def test_what_does_not_go_together() -> None:
    with pytest.raises(DataError, match="the classes of xy-8"):
        mix("x+y+z", [_bundle("abc", 8), _bundle("ab", 8), _bundle("xy", 8)])
    with pytest.raises(DataError, match="pictures of abc-9 are 9 × 9, those of abc-8 8 × 8"):
        mix("x+y", [_bundle("abc", 8), _bundle("abc", 9)])


def test_notices_and_test_parts_are_kept() -> None:
    bundle = mix("x+y", [_bundle("abc", 8, "One."), _bundle("ab", 8, "Two.", test=True)])
    assert bundle.notice == "One. Two."
    assert bundle.test is not None
    assert len(bundle.test) == 4
    assert mix("x+y", [_bundle("abc", 8)] * 2).test is None


def test_a_part_that_does_not_exist_is_named() -> None:
    with pytest.raises(DataError, match="nondigit:20"):
        open_source("strokes:30+nondigit:20")


def test_composites_are_made_of_the_parts_before_them() -> None:
    bundle = open_source("strokes:200+composites:40:seed=3:fresh")
    digits = open_source("strokes:200").train
    np.testing.assert_array_equal(bundle.train.images[200:], make_composites(digits, 40, seed=3).images)
    second = bundle.train.of_epoch(2)
    np.testing.assert_array_equal(second.images[200:], make_composites(digits, 40, seed=3, start=40).images)
    assert set(second.labels[200:]) == {10, 11}
    assert bundle.test is not None
    assert len(bundle.test) == 200


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("composites:20+strokes:50", "made of the parts before them"),
        ("composites:20", "made of the digits before them"),
        ("strokes:50+", "nothing stands beside a plus"),
        ("strokes:50+composites:20:level=wild", "composites have no option 'level'; they have seed"),
        ("strokes:50+composites:x", "must be a whole number"),
    ],
)
def test_composites_that_cannot_be_made(name: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        open_source(name)
