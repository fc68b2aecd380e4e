"""Batches: every sample once, in a seeded order, deformed at the strength of their step, made ahead of time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from glassnet.data.augmentation import Augmentation
from glassnet.data.dataset import Dataset
from glassnet.training import Finished, Recipe, train
from glassnet.training.batches import ahead, batches, deformed
from glassnet.training.recipe_tables import AugmentationRecipe

from .conftest import quarters


def test_every_sample_once_in_an_order_that_follows_from_the_numbers() -> None:
    data = quarters(50)
    orders = []
    for entropy in ((3, 1), (3, 1), (3, 2)):
        portions = list(batches(data.images, data.labels, 16, *entropy))
        assert [len(labels) for _, labels in portions] == [16, 16, 16, 2]
        orders.append(np.concatenate([images for images, _ in portions]))
    np.testing.assert_array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], orders[2])
    assert sorted(image.tobytes() for image in orders[0]) == sorted(image.tobytes() for image in data.images)


def test_a_batch_of_everything_is_the_data_itself() -> None:
    data = quarters(50)
    ((images, _),) = batches(data.images, data.labels, 50, 3, 1)
    assert images is data.images


def test_each_batch_is_deformed_at_its_own_strength() -> None:
    data = quarters(32)
    augmentation = Augmentation(shift=3)
    still, moved = (
        images
        for images, _ in deformed(
            batches(data.images, data.labels, 16, 0, 1), augmentation, iter([0.0, 1.0]), 0, 1
        )
    )
    plain = [images for images, _ in batches(data.images, data.labels, 16, 0, 1)]
    np.testing.assert_array_equal(still, plain[0])
    assert not np.array_equal(moved, plain[1])


def test_items_are_made_in_another_thread_one_ahead() -> None:
    made: list[int] = []
    threads = set()

    def items() -> Iterator[int]:
        for number in range(5):
            threads.add(threading.current_thread().name)
            made.append(number)
            yield number

    coming = ahead(items())
    assert next(coming) == 0
    assert list(coming) == [1, 2, 3, 4]
    assert made == [0, 1, 2, 3, 4]
    assert threads.isdisjoint({threading.current_thread().name})


def test_what_goes_wrong_ahead_is_told_to_whoever_asks() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="no more"):
        next(coming)


def test_leaving_early_lets_the_thread_go() -> None:
    coming = ahead(iter(range(1000)))
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("glassnet-ahead")]


def test_magnitudes_fade_over_the_last_part_of_the_run() -> None:
    table = AugmentationRecipe(rotation=10, fade=0.4, fade_to=0.2)
    assert [table.strength(progress) for progress in (0, 0.6, 0.8, 1)] == pytest.approx([1, 1, 0.6, 0.2])
    assert AugmentationRecipe(rotation=10).strength(1) == 1


def test_a_recipe_has_the_settings_of_augmentation_under_their_own_names(recipe: Recipe) -> None:
    assert recipe.make_augmentation() is None
    changed = recipe.changed(["augmentation.rotation=10", "augmentation.cut=0.1", "augmentation.fade=0.5"])
    assert changed.make_augmentation() == Augmentation(rotation=10, cut=0.1)
    settings = set(AugmentationRecipe.model_fields) - {"fade", "fade_to"}
    assert settings == set(Augmentation.__dataclass_fields__)


def test_a_run_with_augmentation_is_the_same_for_the_same_seed(recipe: Recipe, data: Dataset) -> None:
    deforming = recipe.changed(["augmentation.shift=1", "augmentation.elastic=0.5", "augmentation.fade=0.5"])
    ends = []
    for each in (deforming, deforming, recipe):
        *_, finished = train(each, data)
        assert isinstance(finished, Finished)
        ends.append(finished.state.network.parameters)
    np.testing.assert_array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], ends[2])
