"""The notation of layers: what is written is what is read, and mistakes come with a way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engine import (
    GELU,
    LAYERS,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    parse_layer,
)
from glassnet.engine.notation import parse_words, suggestion
from glassnet.errors import GlassnetError, RecipeError

below_one = st.floats(0, 1, exclude_max=True)

EVERY_LAYER = {
    "dense": st.builds(Dense, st.integers(1, 10**6)),
    "relu": st.builds(ReLU),
    "leaky_relu": st.builds(LeakyReLU, below_one),
    "sigmoid": st.builds(Sigmoid),
    "tanh": st.builds(Tanh),
    "gelu": st.builds(GELU),
    "softmax": st.builds(Softmax),
    "dropout": st.builds(Dropout, below_one | st.just(0)),
    "batch_norm": st.builds(BatchNorm, st.floats(0, 1, exclude_min=True), st.floats(1e-12, 1)),
    "flatten": st.builds(Flatten),
}


@pytest.mark.parametrize("word", EVERY_LAYER)
@given(data=st.data())
def test_a_layer_reads_back_as_itself(word: str, data: st.DataObject):
    layer = data.draw(EVERY_LAYER[word])
    again = parse_layer(layer.notation())
    assert type(again) is type(layer) is LAYERS[word]
    assert again.notation() == layer.notation()
    settings = {name: value for name, value in vars(layer).items() if isinstance(value, int | float)}
    assert {name: vars(again)[name] for name in settings} == settings


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("dense 128", "dense 128"),
        ("dense units=128", "dense 128"),
        ("  dense \t 128 ", "dense 128"),
        ("leaky_relu", "leaky_relu"),
        ("leaky_relu 0.01", "leaky_relu"),
        ("leaky_relu slope=0.2", "leaky_relu slope=0.2"),
        ("dropout 0.3", "dropout 0.3"),
        ("batch_norm epsilon=0.001", "batch_norm epsilon=0.001"),
        ("batch_norm 0.2 0.001", "batch_norm momentum=0.2 epsilon=0.001"),
    ],
)
def test_there_is_one_shortest_way_to_write_a_layer(text: str, notation: str):
    assert parse_layer(text).notation() == notation
    assert repr(parse_layer(text)) == f"<{notation}>"


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("dens 128", "there is no layer 'dens' (in 'dens 128')", "did you mean 'dense'?"),
        ("ReLU", "there is no layer 'ReLU'", "did you mean 'relu'?"),
        ("sigmoidal", "there is no layer 'sigmoidal'", "did you mean 'sigmoid'?"),
        ("xyz", "there is no layer 'xyz'", "known: dense, relu"),
        ("dense", "layer 'dense' lacks a value", "'dense' takes units"),
        ("dense 128 64", "layer 'dense 128 64': too many values", "'dense' takes units"),
        ("relu 1", "layer 'relu 1': too many values", "'relu' takes no values"),
        ("dense width=3", "layer 'dense width=3' has no setting 'width'", "'dense' takes units"),
        ("dense 3 units=4", "layer 'dense 3 units=4': units is given twice", None),
        ("batch_norm epsilon=1 epsilon=2", "epsilon is given twice", None),
        ("batch_norm epsilon=0.1 0.2", "the value 0.2 must stand before epsilon=…", None),
        ("dense 12.5", "layer 'dense 12.5': the number of units must be a whole number above 0", None),
        ("dense 3x3", "layer 'dense 3x3': the number of units must be a whole number above 0", None),
        ("dense many", "layer 'dense many': the number of units must be a whole number above 0", None),
        ("dropout 30%", "layer 'dropout 30%': the rate must be a number from 0", None),
        ("", "'' is not understood", "write a name, then its values: 'dense 128'"),
        ("units=128", "'units=128' is not understood", "write a name, then its values: 'dense 128'"),
    ],
)
def test_mistakes_say_what_is_wrong_and_what_to_write(text: str, complaint: str, hint: str | None):
    with pytest.raises(RecipeError) as caught:
        parse_layer(text)
    assert complaint in str(caught.value)
    assert caught.value.hint is None if hint is None else hint in str(caught.value.hint)


@given(st.text(max_size=30) | st.builds("{} {}".format, st.sampled_from(list(LAYERS)), st.text(max_size=20)))
def test_any_text_is_a_layer_or_one_of_our_errors(text: str):
    try:
        layer = parse_layer(text)
    except GlassnetError:
        return
    assert isinstance(layer, Layer)


@given(
    st.lists(st.integers() | st.floats(allow_nan=False) | st.tuples(st.integers(0), st.integers(0))),
    st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), st.integers() | st.floats(allow_nan=False)),
)
def test_values_and_settings_are_read_as_they_were_written(values: list[object], settings: dict[str, object]):
    def written(value: object) -> str:
        return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)

    words = ["conv", *map(written, values), *(f"{name}={written(value)}" for name, value in settings.items())]
    assert parse_words(" ".join(words)) == ("conv", values, settings)


@pytest.mark.parametrize(
    ("convert", "text", "value"),
    [(int, "3", 3), (float, "3.5", 3.5), (float, "1e-3", 0.001), (tuple, "3x5", (3, 5)), (str, "same", "same")],
)
def test_a_value_is_a_number_a_size_or_a_word(convert: Callable[[str], object], text: str, value: object):
    _, values, _ = parse_words(f"word {text}")
    assert values == [value]
    assert type(values[0]) is convert


def test_suggestions():
    assert suggestion("cosin", ["linear", "cosine"]) == "did you mean 'cosine'?"
    assert suggestion("COSINE", ["linear", "cosine"]) == "did you mean 'cosine'?"
    assert suggestion("zzz", ["linear", "cosine"]) == "known: linear, cosine"
