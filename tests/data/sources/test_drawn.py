from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import split, strokes
from glassnet.data.sources import open_source
from glassnet.data.sources.drawn import draw, draw_some, parse
from glassnet.data.strokes import generate
from glassnet.errors import DataError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("strokes", (60_000, {})),
        ("strokes:500", (500, {})),
        ("strokes:500:seed=7", (500, {"seed": 7})),
        ("strokes:seed=7", (60_000, {"seed": 7})),
        ("strokes:500:level=wild:seed=0", (500, {"level": "wild", "seed": 0})),
        ("strokes:500:level=1.2", (500, {"level": 1.2})),
        ("strokes:500:printed=0.25", (500, {"printed": 0.25})),
        ("nondigits:500:seed=7:fresh", (500, {"seed": 7, "fresh": True})),
        ("strokes:500:test=9000", (500, {"test": 9000})),
    ],
)
def test_what_is_asked_for_in_one_word(name: str, expected: tuple[int, dict[str, object]]) -> None:
    assert parse(name) == expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("strokes:", "must be a whole number from 1 to 10,000,000, got ''"),
        ("strokes:0", "from 1 to"),
        ("strokes:-5", "got '-5'"),
        ("strokes:5_000", "got '5_000'"),
        ("strokes:1e6", "got '1e6'"),
        ("strokes:99999999999", "to 10,000,000"),
        ("strokes:٣", "got '٣'"),
        ("strokes:5:6", "'6' is neither an option nor"),
        ("strokes:5:test=0", "the number of pictures to test on must be a whole number from 1"),
        ("strokes:5:seed=x", "the seed must be a whole number"),
        ("strokes:5:seed=9223372036854775808", "the seed must be"),
        ("strokes:5:level=mad", "no level 'mad'"),
        ("strokes:5:level=nan", "out of range"),
        ("strokes:5:printed=1.5", "from 0 to 1, got '1.5'"),
        ("strokes:5:printed=some", "from 0 to 1, got 'some'"),
        ("nondigits:5:printed=0.5", "nondigits have no option 'printed'"),
        ("strokes:5:colour=red", "have no option 'colour'; they have seed and level and printed and test"),
    ],
)
def test_what_cannot_be_drawn_is_named(name: str, reason: str) -> None:
    with pytest.raises(DataError) as caught:
        open_source(name)
    assert reason in str(caught.value)
    assert caught.value.hint


def test_a_misspelt_option_is_recognised() -> None:
    with pytest.raises(DataError) as caught:
        open_source("strokes:5:sed=1")
    assert caught.value.hint == "did you mean seed=1?"


@given(st.text(max_size=20))
def test_any_other_text_is_an_error_of_the_users(text: str) -> None:
    with contextlib.suppress(DataError):
        count, _ = parse(f"strokes:{text}")
        assert 1 <= count <= 10_000_000


def test_the_training_part_is_that_of_its_seed_and_the_test_part_is_its_own() -> None:
    first, second = open_source("strokes:300:seed=1"), open_source("STROKES:300:seed=2")
    assert np.array_equal(first.train.images, strokes.generate(300, seed=1).images)
    assert not np.array_equal(first.train.images, second.train.images)
    assert first.test is not None
    assert second.test is not None
    assert first.test.fingerprint() == second.test.fingerprint()
    assert len(first.test) == 300
    seen = {image.tobytes() for image in first.test.images}
    assert not any(image.tobytes() in seen for image in first.train.images)


@pytest.mark.parametrize(
    ("name", "count"), [("strokes:20", 20), ("nondigits:20", 20), ("strokes:20:test=50", 50), ("strokes:400", 300)]
)
def test_it_is_tested_on_as_many_as_it_learns_from_unless_that_is_too_many(
    name: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glassnet.data.sources.drawn.TEST_COUNT", 300)
    bundle = draw(name)
    assert bundle.test is not None
    assert len(bundle.test) == count
    assert f"{count:,} to test" in bundle.origin
    assert bundle.test.name.startswith(f"{name.partition(':')[0]}, other ")
    more = draw(f"{name.partition(':')[0]}:25").test
    assert more is not None
    np.testing.assert_array_equal(bundle.test.images[:20], more.images[:20], "the smaller is a part of the larger")


@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize("name", ["strokes:700:seed=3", "nondigits:700"])
def test_some_of_them_are_some_of_them(name: str, test: bool) -> None:
    bundle = draw(name)
    part = bundle.test if test else bundle.train
    assert part is not None
    some = draw_some(name, 9, seed=4, test=test)
    row = {image.tobytes(): int(label) for image, label in zip(part.images, part.labels, strict=True)}
    assert [row[image.tobytes()] for image in some.images] == some.labels.tolist()
    assert (len(some), some.classes) == (9, part.classes)
    np.testing.assert_array_equal(some.images, draw_some(name, 9, seed=4, test=test).images)
    assert not np.array_equal(some.images, draw_some(name, 9, seed=5, test=test).images)
    assert len(draw_some(name, 1000)) == 700


def test_some_of_one_class() -> None:
    whole = draw("strokes:700").train
    some = draw_some("strokes:700", 1000, seed=1, label="4")
    fours = {image.tobytes() for image in whole.images[whole.labels == 4]}
    assert {image.tobytes() for image in some.images} == fours
    assert set(some.labels.tolist()) == {4}
    assert len(draw_some("strokes:60000", 3, label="4")) == 3
    assert len(draw_some("nondigits:60000", 3, label="4")) == 0, "and it does not look through all 60,000"
    with pytest.raises(DataError, match="strokes:5 has no class 'x'"):
        draw_some("strokes:5", 1, label="x")


def test_it_says_what_it_is() -> None:
    bundle = open_source("strokes:20")
    assert bundle.origin == "strokes:20: 20 digits drawn by code to learn from, 20 to test"
    assert bundle.notice is None


def test_fresh_digits_follow_one_another_from_epoch_to_epoch() -> None:
    train = draw("strokes:30:seed=5:fresh").train
    row = generate(90, seed=5)
    for epoch in (1, 2, 3):
        rows = slice(30 * (epoch - 1), 30 * epoch)
        np.testing.assert_array_equal(train.of_epoch(epoch).images, row.images[rows])
        np.testing.assert_array_equal(train.of_epoch(epoch).labels, row.labels[rows])
    assert "drawn anew for every epoch" in train.name
    plain = draw("strokes:30:seed=5").train
    assert plain.of_epoch(2) is plain


def test_parts_of_a_fresh_set_never_mix() -> None:
    learned, watched = split(draw("strokes:30:fresh").train, 10, seed=1)
    whole = generate(60)
    seen = [part.of_epoch(2).images for part in (learned, watched)]
    assert [len(images) for images in seen] == [20, 10]
    every = {image.tobytes() for image in whole.images[30:]}
    assert {image.tobytes() for images in seen for image in images} == every
    some = learned.subset(slice(5)).of_epoch(2)
    np.testing.assert_array_equal(some.images, seen[0][:5])
