"""From the pixel to the answer: the two ends of a model explain themselves like everything between them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.engine import Network, Preparation
from glassnet.errors import ShapeError
from glassnet.explaining import explain_in_model
from glassnet.models import Model

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 6, 6)).astype(np.uint8)


def make_model(preparation: str = "unit", **facts: object) -> Model:
    network = Network(["conv 3 3x3", "relu", "dense 4"], (6, 6, 1), seed=3)
    return Model(network, Preparation.fit(preparation, IMAGES), tuple("abcd"), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("preparation", ["unit", "interval", "centred", "standard"])
def test_a_pixel_is_its_grey_level_prepared(preparation: str):
    model = make_model(preparation)
    told = explain_in_model(model, IMAGES[0], -1, (2, 4, 0))
    assert told.value == model.prepare(IMAGES[:1])[0, 2, 4, 0]
    assert told.terms.total == pytest.approx(told.value, rel=1e-5)
    assert told.origin_layer == -2
    assert f"{IMAGES[0, 2, 4]} of 255" in told.sentence
    assert told.feeds is not None
    assert told.feeds.count == 3 * 2 * 3  # rows, columns at the border, filters


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
@pytest.mark.parametrize("temperature", [1.0, 1.7])
def test_an_answer_is_what_the_model_says(output: str, temperature: float):
    model = make_model(output=output, temperature=temperature)
    said = model.probabilities(IMAGES[:1])[0]
    for unit in range(4):
        told = explain_in_model(model, IMAGES[0], 4, unit)  # a flatten was put in
        assert told.value == pytest.approx(said[unit], rel=1e-6)
        assert ("reads it as" in told.sentence) == (unit == said.argmax())
        assert ("T = 1.7" in told.sentence) == (temperature == 1.7)
        json.dumps(told.as_dict(), allow_nan=False)


def test_no_answer_is_said_to_be_certain_that_is_not():
    logits = make_model().network.predict(IMAGES[:1], prepare=make_model().prepare)[0]
    ahead = float(np.diff(np.sort(logits))[-1])
    model = make_model(temperature=ahead / 9)  # the runner-up has 1 / e⁹ of the first's share
    told = explain_in_model(model, IMAGES[0], 4, int(logits.argmax()))
    assert 0.9995 < told.value < 1
    assert "with > 99.9 %" in told.sentence


def test_between_the_ends_it_is_the_layers_own_account():
    model = make_model()
    told = explain_in_model(model, IMAGES[0], 0, (1, 2, 0))
    assert told.title == "layer 0 (conv 3 3x3), row 1, column 2, channel 0"
    assert told.terms.total == pytest.approx(told.value, rel=1e-5)


def test_it_says_itself_in_text_and_in_a_notebook():
    told = explain_in_model(make_model(), IMAGES[0], 0, (1, 2, 0))
    lines = str(told).splitlines()
    assert lines[0] == f"{told.title}: {told.symbols}"
    assert lines[1].strip() == told.numbers
    assert len(lines) == 2 + 3 + 1
    assert told._repr_markdown_().split("```")[1].strip() == f"{told.symbols}\n{told.numbers}"


@pytest.mark.parametrize(("layer", "index"), [(-2, 0), (5, 0), (-1, (6, 0, 0)), (4, 4), (0, (0, 0))])
def test_what_does_not_exist_is_refused(layer: int, index: int | tuple[int, ...]):
    with pytest.raises(ShapeError):
        explain_in_model(make_model(), IMAGES[0], layer, index)
