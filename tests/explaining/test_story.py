"""The walk through a network follows one thread from the answer to a pixel, and every number in it is real."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.engine import (
    BinaryCrossEntropy,
    Preparation,
    SigmoidSquaredError,
    SoftmaxCrossEntropy,
)
from glassnet.errors import ShapeError
from glassnet.explaining import Spread, training_loss, walk
from glassnet.explaining.writing import in_brackets, written
from glassnet.models import Model
from tests.explaining.conftest import LAYERS

CLASSES = ("north", "east", "south", "west")


def make_model(layers: list[str], preparation: str = "unit", **facts: object) -> Model:
    from glassnet.engine import Network

    images = np.random.default_rng(5).integers(0, 256, (20, 8, 8), dtype=np.uint8)
    network = Network(layers, (8, 8, 1), seed=3)
    return Model(network, Preparation.fit(preparation, images), CLASSES, **facts)  # type: ignore[arg-type]


def picture() -> np.ndarray:
    return np.random.default_rng(6).integers(0, 256, (8, 8), dtype=np.uint8)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_has_its_chapter(name: str):
    model = make_model(LAYERS[name])
    stories = walk(model, picture(), target=1)
    network = model.network
    assert [story.layer for story in stories] == list(range(-1, len(network.layers) + 1))
    assert [story.notation for story in stories] == ["unit", *network.notation(), "softmax"]
    trace = network.trace(model.prepare(picture()[None]), SoftmaxCrossEntropy(), np.array([1]))
    assert trace.gradients is not None
    for story in stories[:-1]:
        values, gradients = trace.values[story.layer + 1][0], trace.gradients[story.layer + 1][0]
        assert story.shape == values.shape
        assert story.values == Spread.of(values)
        assert story.gradient == Spread.of(gradients)
        assert story.winner_gradient is not None
        assert story.winner_gradient.title == f"gradient of {story.winner.title}"
        for terms in (story.winner.terms, story.winner_gradient.terms):
            assert terms.total is None or terms.total == pytest.approx(
                (story.winner if terms is story.winner.terms else story.winner_gradient).value, rel=1e-4, abs=1e-6
            )
    json.dumps([story.as_dict() for story in stories], allow_nan=False)


def test_the_thread_leads_from_the_answer_to_a_pixel():
    model = make_model(["dense 6", "relu", "dense 4"])
    image = picture()
    pixel, flat, hidden, relu, logits, output = walk(model, image)
    answer = int(model.predict(image[None])[0])
    assert logits.winner.title.endswith(f"unit {answer}")
    assert output.winner.title == f"output, class {CLASSES[answer]}"
    for upper, lower in ((logits, relu), (relu, hidden), (hidden, flat)):
        assert lower.winner.title.endswith(upper.winner.terms.place_in_words(upper.winner.terms.strongest))
    place = flat.winner.terms.strongest
    assert place is not None
    assert pixel.winner.terms.values[0] == image[place[0], place[1]]


def test_the_parameters_that_are_pulled_at_hardest_are_found():
    model = make_model(["dense 6", "relu", "dense 4"])
    stories = walk(model, picture(), target=2)
    trace = model.network.trace(model.prepare(picture()[None]), SoftmaxCrossEntropy(), np.array([2]))
    assert trace.parameter_gradients is not None
    start = 0
    for name, view in model.network.named_parameters():
        gradient = trace.parameter_gradients[start : start + view.size]
        start += view.size
        layer, parameter = name.split(".")
        found = {story.name: story for story in stories[int(layer) + 1].parameters}[parameter]
        assert abs(found.largest.value) == np.abs(gradient).max()
        assert found.gradient == Spread.of(gradient)
        assert found.values == Spread.of(view)
        assert found.shape == view.shape


@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("softmax", {"name": "cross_entropy"}),
        ("softmax", {"name": "cross_entropy", "label_smoothing": 0.1}),
        ("sigmoid", {"name": "squared_error", "low": 0.05, "high": None}),
        ("sigmoid", {"name": "binary_cross_entropy"}),
    ],
)
def test_the_loss_is_that_of_the_recipe_and_its_parts_add_up(output: str, loss: dict[str, object]):
    from glassnet.explaining.catalogue import LOSS_RULES

    model = make_model(["dense 4"], output=output, recipe={"loss": loss})
    stories = walk(model, picture(), target=3)
    told = stories[-1].loss
    assert told is not None
    kind = training_loss(model)
    logits = model.network.forward(model.prepare(picture()[None]))
    assert told.value == pytest.approx(kind(logits, np.array([3]))[0])
    assert told.name == loss["name"]
    assert told.target == 3
    rule = LOSS_RULES[type(kind)]
    wanted = rule.wanted(kind, logits[0], np.array([3]))
    assert rule.parts(kind.probabilities(logits)[0], wanted).sum() == pytest.approx(told.value, rel=1e-5)
    assert " for west" in told.numbers or " for " in told.numbers
    assert stories[-1].values == Spread.of(model.probabilities(picture()[None]))


@pytest.mark.parametrize(("temperature", "words"), [(2.5, "less sure"), (0.5, "surer")])
def test_a_temperature_is_a_step_of_its_own_and_not_the_training_s(temperature: float, words: str):
    model = make_model(["dense 4"], temperature=temperature)
    output = walk(model, picture())[-1]
    answer = int(model.predict(picture()[None])[0])
    logit = float(model.network.forward(model.prepare(picture()[None]))[0, answer])
    told = output.temperature
    assert told is not None
    assert (told.value, told.symbols) == (temperature, "z′ = z / T")
    assert told.numbers == f"{written(logit / temperature)} = {in_brackets(logit)} / {temperature}"
    assert words in told.sentence
    assert output.winner.value == pytest.approx(float(model.probabilities(picture()[None]).max()), rel=1e-6)
    assert output.loss is not None
    learned = np.exp(-output.loss.value)
    assert f"T is 1, and {CLASSES[answer]} has {written(learned)}." in output.loss.sentence
    assert output.as_dict()["temperature"]["numbers"] == told.numbers
    plain = walk(make_model(["dense 4"]), picture())[-1].as_dict()
    assert plain["temperature"] is None
    assert plain["loss"]["sentence"] == ""


def test_a_model_without_a_recipe_has_the_usual_loss_of_its_output():
    assert training_loss(make_model(["dense 4"])) == SoftmaxCrossEntropy()
    assert training_loss(make_model(["dense 4"], output="sigmoid")) == SigmoidSquaredError()
    smoothed = make_model(
        ["dense 4"], recipe={"loss": {"name": "cross_entropy", "label_smoothing": 0.1, "low": None}}
    )
    assert training_loss(smoothed) == SoftmaxCrossEntropy(label_smoothing=0.1)
    binary = make_model(["dense 4"], output="sigmoid", recipe={"loss": {"name": "binary_cross_entropy"}})
    assert training_loss(binary) == BinaryCrossEntropy()
    foreign = make_model(["dense 4"], recipe={"loss": {"name": "squared_error"}})  # contradicts its output
    assert training_loss(foreign) == SoftmaxCrossEntropy()


@pytest.mark.parametrize("preparation", ["unit", "interval", "centred", "standard"])
def test_the_input_is_explained_by_its_grey_level(preparation: str):
    stories = walk(make_model(["dense 4"], preparation), picture())
    winner = stories[0].winner
    assert winner.terms.total == pytest.approx(winner.value, rel=1e-5, abs=1e-6)
    assert f"'{preparation}'" in winner.sentence
    assert ("offset" in winner.symbols) == (preparation != "unit")


def test_without_a_target_the_answer_is_measured_against_itself():
    model = make_model(["dense 4"])
    told = walk(model, picture())[-1].loss
    assert told is not None
    assert told.target == int(model.predict(picture()[None])[0])


def test_a_target_that_is_no_class_is_refused():
    for target in (4, -1):
        with pytest.raises(ShapeError, match=f"there is no class {target}: this model knows 0 to 3"):
            walk(make_model(["dense 4"]), picture(), target)
