"""The pictures of a run: which there are, and when one of them cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassnet.engine import Network, Preparation
from glassnet.errors import OutputError
from glassnet.figures import run_figures
from glassnet.figures.run import _worth_showing
from glassnet.models import Model
from glassnet.training import Evaluation, evaluate
from glassnet.training.state import EpochRecord
from tests.figures.conftest import CLASSES

ALL = ["learning-curves.png", "confusion-matrix.png", "worst-digits.png", "weights.png", "gallery.png"]


def make_model(layers: list[str], images: np.ndarray) -> Model:
    network = Network(layers, (*images.shape[1:], 1))
    return Model(network, Preparation.fit("unit", images), CLASSES)


def test_a_run_has_five_pictures(
    tmp_path: Path, history: list[EpochRecord], evaluation: Evaluation, images: np.ndarray
):
    made = run_figures(tmp_path, history, evaluation, images, make_model(["dense 3"], images))
    assert made == [tmp_path / name for name in ALL]
    assert sorted(tmp_path.iterdir()) == sorted(made)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)


def test_without_a_test_part_there_is_no_score_to_draw(
    tmp_path: Path, history: list[EpochRecord], images: np.ndarray
):
    made = run_figures(str(tmp_path), history, None, images, make_model(["dense 3"], images))
    assert [path.name for path in made] == [ALL[0], ALL[3], ALL[4]]


def test_what_there_is_not_is_not_drawn(tmp_path: Path, images: np.ndarray):
    model = make_model(["global_average_pool", "dense 3"], images)
    assert [path.name for path in run_figures(tmp_path, [], None, images, model)] == ["gallery.png"]
    assert run_figures(tmp_path, [], None, images[:0], model) == []


def test_a_folder_that_cannot_be_written_is_an_output_error(
    tmp_path: Path, history: list[EpochRecord], images: np.ndarray
):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the folder"):
        run_figures(tmp_path / "file", history, None, images, make_model(["dense 3"], images))


def test_the_gallery_has_the_first_of_every_class_and_the_most_doubtful():
    labels = np.array([1, 1, 0, 0, 2] + [0] * 20, np.uint8)
    probabilities = np.tile([0.9, 0.05, 0.05], (25, 1))
    probabilities[20] = [0.4, 0.3, 0.3]
    rows, note = _worth_showing(evaluate(probabilities, labels, CLASSES), 25)
    assert rows[:4].tolist() == [2, 0, 4, 20]
    assert len(rows) == len(set(rows.tolist())) == 12
    assert note == "The first picture of every class, and the 9 of all 25 where the model was least sure."


def test_without_labels_the_gallery_is_spread_evenly():
    rows, _ = _worth_showing(None, 100)
    assert rows.tolist() == [0, 9, 18, 27, 36, 45, 54, 63, 72, 81, 90, 99]
    assert _worth_showing(None, 3)[0].tolist() == [0, 1, 2]
