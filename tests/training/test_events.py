"""Events and data are for people too: printed in a notebook, each is one line."""

from __future__ import annotations

from glassnet.data import strokes
from glassnet.data.sources import open_source
from glassnet.training import load_recipe, train


def test_every_event_is_a_line() -> None:
    recipe = load_recipe("quick", ["network.layers=['dense 10']", "training.epochs=1", "data.validation=0"])
    lines = [repr(event) for event in train(recipe, strokes.generate(200, seed=1))]
    assert [line.partition("(")[0] for line in lines] == ["Started", "Step", "Step", "Epoch", "Finished"]
    assert max(map(len, lines)) < 250


def test_data_say_what_they_are() -> None:
    bundle = open_source("strokes:20:fresh")
    assert repr(bundle.train) == (
        "<strokes, 20 digits drawn by code (level natural, seed 0), drawn anew for every epoch: "
        "20 pictures of 28 × 28, 10 classes>"
    )
    assert "array(" not in repr(bundle)
