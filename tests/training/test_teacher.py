"""A pupil learns what its teacher thinks of every picture, along with the labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.engine import Network, Preparation, SoftmaxCrossEntropy
from glassnet.errors import ModelError, RecipeError
from glassnet.models import Model
from glassnet.training import Epoch, Finished, Recipe, load_checkpoint, save_checkpoint, train
from glassnet.training.one_at_a_time import OneAtATime
from glassnet.training.parallel import LARGE_BLOCK, BatchGradient
from glassnet.training.recipe_tables import TeacherRecipe
from glassnet.training.result import make_model
from glassnet.training.teacher import Teacher

from .conftest import CLASSES, quarters


@pytest.fixture
def teacher(recipe: Recipe, data: Dataset, tmp_path: Path) -> Path:
    """The file of a network that knows the quarters."""
    *_, finished = train(recipe, data)
    assert isinstance(finished, Finished)
    make_model(finished.state, CLASSES).save(tmp_path / "teacher.safetensors")
    return tmp_path / "teacher.safetensors"


def taught_by(recipe: Recipe, teacher: Path | str, *changes: str) -> Recipe:
    return recipe.changed([f'teacher.model="{teacher}"', *changes])


def test_targets_mix_labels_with_the_softened_opinion(teacher: Path, data: Dataset) -> None:
    table = TeacherRecipe(model=str(teacher), share=0.7, temperature=3.0)
    asked = Teacher.of(table, data)
    assert asked is not None
    images, labels = data.images[:9], (data.labels[:9] + 1) % 4  # labels that the teacher does not agree with
    logits = asked.model.network.predict(images, prepare=asked.model.prepare).astype(np.float64)
    soft = np.exp(logits / asked.model.temperature / 3.0)
    soft /= soft.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(asked(images, labels), 0.3 * np.eye(4)[labels] + 0.7 * soft, rtol=1e-6)


def test_a_pupil_believes_its_teacher_rather_than_the_labels(recipe: Recipe, data: Dataset, teacher: Path) -> None:
    wrong = replace(data, labels=(data.labels + 1) % 4)

    def right_after(share: float) -> float:
        *_, finished = train(taught_by(recipe, teacher, f"teacher.share={share}"), wrong)
        assert isinstance(finished, Finished)
        return float(np.mean(make_model(finished.state, CLASSES).predict(data.images) == data.labels))

    assert right_after(1.0) > 0.95
    assert right_after(0.01) < 0.05


def test_it_sees_pictures_as_the_pupil_does(
    recipe: Recipe, data: Dataset, teacher: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(self: Model, images: np.ndarray) -> np.ndarray:
        seen.append(images.copy())
        return np.full((len(images), 4), 0.25)

    monkeypatch.setattr(Model, "probabilities", look)
    bent = taught_by(recipe, teacher, "augmentation.shift=2", "training.epochs=1")
    for _ in train(bent, data):
        pass
    known = {image.tobytes() for image in data.images}
    unknown = [image.tobytes() not in known for images in seen for image in images]
    assert sum(unknown) > len(data) / 2


def test_a_run_with_a_teacher_is_taken_up_exactly(
    recipe: Recipe, data: Dataset, teacher: Path, tmp_path: Path
) -> None:
    pupil = taught_by(recipe, teacher, "augmentation.shift=1")
    *_, whole = train(pupil, data)
    for event in train(pupil, data):
        if isinstance(event, Epoch) and event.record.epoch == 1:
            save_checkpoint(tmp_path / "half", event.state)
            break
    *_, rest = train(pupil, data, state=load_checkpoint(tmp_path / "half"))
    assert isinstance(whole, Finished)
    assert isinstance(rest, Finished)
    assert rest.state.epoch > 1
    np.testing.assert_array_equal(rest.state.network.parameters, whole.state.network.parameters)


def test_blocks_of_rows_add_up_to_the_batch() -> None:
    data = quarters(2 * LARGE_BLOCK)
    rows = np.random.default_rng(0).dirichlet(np.ones(4), len(data))
    network = Network(["conv 3 3x3", "relu", "pool 2", "dense 4"], (8, 8, 1), dtype=np.float64)
    preparation, loss = Preparation.fit("unit", data.images), SoftmaxCrossEntropy()
    logits = network.forward(preparation(data.images, np.float64), training=True)
    value, gradient = loss(logits, rows)
    network.backward(gradient)
    expected = network.gradients.copy()
    batch_gradient = BatchGradient(network, loss, lambda some: preparation(some, np.float64), 2)
    result = batch_gradient(data.images, rows)
    batch_gradient.close()
    assert result.loss == pytest.approx(value, rel=1e-12)
    assert result.correct == np.count_nonzero(logits.argmax(axis=1) == rows.argmax(axis=1))
    np.testing.assert_allclose(network.gradients, expected, rtol=1e-9, atol=1e-14)


def test_single_pictures_are_taught_the_common_way(recipe: Recipe, teacher: Path) -> None:
    alone = recipe.changed(
        ["training.batch_size=1", "optimizer.name=sgd", 'network.layers=["dense 6", "sigmoid", "dense 4"]',
         "optimizer.momentum=none", "schedule.name=constant"]
    )  # fmt: skip
    network = alone.make_network((8, 8, 1), 4)
    assert OneAtATime.fits(alone, network)
    assert not OneAtATime.fits(taught_by(alone, teacher), network)


def test_the_model_of_a_run_teaches(data: Dataset, teacher: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    teacher.rename(run / "model.safetensors")
    asked = Teacher.of(TeacherRecipe(model=str(run)), data)
    assert asked is not None
    assert asked(data.images[:3], data.labels[:3]).shape == (3, 4)


@pytest.mark.parametrize("name", ["quick", "committee"])
def test_a_bundled_model_or_committee_teaches_by_its_name(name: str) -> None:
    digits = Dataset(np.zeros((2, 28, 28), np.uint8), np.array([3, 4], np.uint8))
    asked = Teacher.of(TeacherRecipe(model=name), digits)
    assert asked is not None
    np.testing.assert_allclose(asked(digits.images, digits.labels).sum(axis=1), 1)


def test_a_teacher_of_other_things_is_refused(recipe: Recipe, data: Dataset) -> None:
    with pytest.raises(RecipeError, match=r"quick reads 10 classes from pictures of 28 x 28, but .* 4 and 8 x 8"):
        next(train(taught_by(recipe, "quick"), data))


def test_no_teacher_is_no_silence(recipe: Recipe, data: Dataset) -> None:
    with pytest.raises(ModelError, match=r"teacher\.model: there is no model nobody") as refused:
        next(train(taught_by(recipe, "nobody"), data))
    assert "cnn-small" in refused.value.hint


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("loss.name=squared_error", "learned by cross-entropy"),
        ("data.components=5", "exclude each other"),
        ("teacher.share=0", "teacher.share"),
        ("teacher.temperature=0", "teacher.temperature"),
    ],
)
def test_settings_that_make_no_sense_are_refused(recipe: Recipe, change: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        taught_by(recipe, "quick", change)
