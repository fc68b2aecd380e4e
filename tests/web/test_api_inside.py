"""Reading, gradients, explanations, weights and edits, as the page asks for them, for networks of every kind."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.explaining import training_loss
from glassnet.models import DEFAULT, Model
from glassnet.web.ink import draw
from tests.web.conftest import FOUR, INK, KINDS, Page, make_model

DIGIT = draw(FOUR, 18).steps.digit  # type: ignore[union-attr]


@pytest.mark.parametrize("name", KINDS)
def test_the_card_names_every_layer(page: Page, models: dict[str, str], name: str):
    model = make_model(name)
    card = page.get(f"models/{models[name]}")
    assert card["address"] == models[name]
    assert [layer["notation"] for layer in card["layers"]] == model.network.notation()
    assert [tuple(layer["out"]) for layer in card["layers"]] == [
        each.output_shape for each in model.network.layers
    ]
    assert card["parameters"] == sum(layer["parameters"] for layer in card["layers"])
    assert card["layers"][-1]["row"] == "bars"
    assert card["finite"] is True
    assert all(layer["scale"] > 0 for layer in card["layers"])
    assert card["output"] == model.output


@pytest.mark.parametrize("name", KINDS)
def test_reading_gives_the_networks_own_values(page: Page, models: dict[str, str], name: str):
    model = make_model(name)
    tensors, said = page.post("read", ink=INK, model=models[name], layers="all", thread=True, effect=True)
    np.testing.assert_array_equal(tensors["normal/4"], DIGIT)
    trace = model.network.trace(model.prepare(DIGIT[None]))
    for number in range(len(model.network.layers)):
        np.testing.assert_array_equal(tensors[f"{number}/value"], trace.values[number + 1][0])
        assert tensors[f"{number}/value"].dtype == np.float32
        assert str(number) in said["lines"]
    assert said["probabilities"] == pytest.approx(model.probabilities(DIGIT[None])[0].tolist())
    assert said["label"] == model.classes[said["index"]]
    assert len(said["rules"]) == 4
    assert [len(place) for place in said["thread"]] == [value[0].ndim for value in trace.values]
    # the effects of the numbers before the last layer add up to the winning logit without its bias and shifts
    last = len(model.network.layers) - 1
    assert tensors[f"{last}/effect"].sum() == pytest.approx(tensors[f"{last}/value"][said["index"]])
    assert ("%" in said["sentence"]) == (model.output == "softmax")


def test_only_the_layers_asked_for_are_sent(page: Page, models: dict[str, str]):
    tensors, said = page.post("read", ink=INK, model=models["lenet"], layers=[3], steps=False)
    assert sorted(tensors) == ["3/value", "input/value", "normal/4"]
    assert list(said["lines"]) == ["3"]
    assert said["thread"] is None


def test_nothing_and_a_dot_are_no_digits(page: Page, models: dict[str, str]):
    tensors, said = page.post("read", ink={"strokes": []}, model=models["wide"], layers="all")
    assert said["state"] == "empty"
    assert said["probabilities"] is None
    assert list(tensors) == ["normal/4"]
    assert not tensors["normal/4"].any()
    tensors, said = page.post("read", ink={"strokes": [[100, 100]]}, model=models["wide"], layers=[0])
    assert said["state"] == "little"
    assert said["sentence"] == "Too little ink to tell."
    assert said["label"] is None
    assert "0/value" in tensors


def test_as_drawn_is_another_picture(page: Page, models: dict[str, str]):
    ink = {"strokes": [[10, 10, 30, 10, 20, 40]], "form": "drawn"}
    tensors, said = page.post("read", ink=ink, model=models["softmax"])
    assert "normal/1" not in tensors
    assert tensors["normal/4"][:8, :8].any()
    assert not tensors["normal/4"][8:].any()
    assert said["box"] is not None


@pytest.mark.parametrize("name", KINDS)
def test_gradients_are_those_of_the_loss(page: Page, models: dict[str, str], name: str):
    model = make_model(name)
    loss = training_loss(model)
    trace = model.network.trace(model.prepare(DIGIT[None]), loss, np.array([9]))
    assert trace.gradients is not None
    tensors, said = page.post("gradients", ink=INK, model=models[name], target=9)
    assert said["loss"] == pytest.approx(trace.loss)
    np.testing.assert_allclose(tensors["input/gradient"], trace.gradients[0][0], rtol=1e-6)
    for number in range(len(model.network.layers)):
        np.testing.assert_allclose(tensors[f"{number}/gradient"], trace.gradients[number + 1][0], rtol=1e-6)
        assert said["norms"][str(number)] == pytest.approx(np.linalg.norm(trace.gradients[number + 1]), rel=1e-5)
        assert said["lines"][str(number)]


@pytest.mark.parametrize("name", KINDS)
def test_any_value_is_explained_and_its_terms_add_up(page: Page, models: dict[str, str], name: str):
    model = make_model(name)
    last = len(model.network.layers)
    values = model.network.trace(model.prepare(DIGIT[None])).values
    random = np.random.default_rng(0)
    for layer in range(-1, last):
        shape = values[layer + 1].shape[1:]
        index = [int(random.integers(size)) for size in shape]
        told = page.post("explain", ink=INK, model=models[name], layer=layer, index=index)
        assert told["value"] == pytest.approx(float(values[layer + 1][0][tuple(index)]), abs=1e-6)
        terms = told["terms"]
        if terms["weights"] is not None:
            total = (told["bias"] or 0) + np.dot(terms["values"], terms["weights"]) + terms["rest"]
            assert total == pytest.approx(told["value"], rel=1e-4, abs=1e-5)
        assert [" ".join(line) for line in told["lines"]] == [told["symbols"], told["numbers"]]
        gradient = page.post(
            "explain", ink=INK, model=models[name], layer=layer, index=index, of="gradient", target=2
        )
        assert gradient["title"].startswith("gradient of")
        tensors, _ = (
            page.post("influence", ink=INK, model=models[name], layer=max(layer, 0), index=index)
            if (layer >= 0)
            else ({"pixels": np.zeros((28, 28))}, {})
        )
        assert tensors["pixels"].shape == (28, 28)
    told = page.post("explain", ink=INK, model=models[name], layer=last, index=[3])
    assert told["value"] == pytest.approx(model.probabilities(DIGIT[None])[0, 3])


def test_a_weight_is_explained_with_its_gradient(page: Page, models: dict[str, str]):
    model = make_model("wide")
    body = {"ink": INK, "model": models["wide"], "layer": 1, "index": [400, 7], "of": "weight"}
    told = page.post("explain", **body, target=9)
    weight = dict(model.network.named_parameters())["1.weight"]
    assert told["weight"]["value"] == pytest.approx(float(weight[400, 7]))
    assert told["weight"]["start"] is None
    assert told["weight"]["gradient"] == told["value"]
    assert page.post("explain", **body)["weight"]["gradient"] is None


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("lenet", 0, (4, 5, 5, 1)),
        ("lenet", 3, (6, 3, 3, 4)),
        ("lenet", 7, (16, 6, 6, 6)),
        ("wide", 1, (64, 28, 28, 1)),
        ("wide", 3, (64, 300)),
        ("wide", 5, (10, 80)),
    ],
)
def test_weights_come_in_the_shape_of_what_they_look_at(
    page: Page, models: dict[str, str], name: str, layer: int, shape: tuple[int, ...]
):
    tensors, extras = page.get(f"models/{models[name]}/weights/{layer}")
    assert tensors["weight"].shape == shape
    flat = dict(make_model(name).network.named_parameters())[f"{layer}.weight"]
    unit = extras["units"][2]
    np.testing.assert_array_equal(tensors["weight"][2].ravel(), flat[..., unit].ravel())
    squeezed, extras = page.get(f"models/{models[name]}/weights/{layer}?dtype=u8&units=2,0")
    again = (squeezed["weight"].astype(float) - 128) / 127 * extras["scale"]
    np.testing.assert_allclose(again[0], tensors["weight"][2], atol=extras["scale"] / 127)
    assert extras["units"] == [2, 0]


def test_batch_normalisation_shows_its_four_numbers(page: Page, models: dict[str, str]):
    tensors, _ = page.get(f"models/{models['modern']}/weights/1")
    assert {name: values.shape for name, values in tensors.items()} == dict.fromkeys(
        ("gamma", "beta", "mean", "variance"), (4,)
    )


def test_weights_of_a_model_are_kept_by_the_browser_for_ever(page: Page, models: dict[str, str]):
    for path in (f"/api/models/{models['wide']}", f"/api/models/{models['wide']}/weights/1?count=2"):
        assert "immutable" in page.client.get(path).headers["cache-control"]
    assert page.client.get("/api/about").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", KINDS)
def test_one_step_is_another_model(page: Page, models: dict[str, str], name: str):
    step = {"target": 9, "rate": 0.001}
    told = page.post("edits", 201, model=models[name], ink=INK, step=step)
    assert told["address"].startswith("edit:")
    assert told["loss_after"] < told["loss_before"]
    assert told["actual"] == pytest.approx(told["promised"], rel=0.2)
    assert [row["layer"] for row in told["layers"]] == sorted(row["layer"] for row in told["layers"])
    again = page.post("edits", 201, model=models[name], ink=INK, step=step)
    assert again["address"] == told["address"]
    _, said = page.post("read", ink=INK, model=told["address"])
    assert said["probabilities"] == pytest.approx(told["after"])
    _, said = page.post("read", ink=INK, model=models[name])
    assert said["probabilities"] == pytest.approx(told["before"])
    card = page.get(f"models/{told['address']}")
    assert card["base"] == models[name]
    assert card["edit"] == {"step": step}


def test_steps_go_on_from_steps_and_come_back_after_they_were_forgotten(page: Page, models: dict[str, str]):
    first = page.post("edits", 201, model=models["softmax"], ink=INK, step={"target": 1, "rate": 0.01})
    second = page.post("edits", 201, model=first["address"], ink=INK, step={"target": 1, "rate": 0.01})
    assert second["loss_before"] == pytest.approx(first["loss_after"])
    page.box.models._loaded.clear()
    _, said = page.post("read", ink=INK, model=second["address"])
    assert said["probabilities"] == pytest.approx(second["after"])


def test_a_step_that_is_far_too_long_is_a_lesson_and_no_crash(page: Page, models: dict[str, str]):
    told = page.post("edits", 201, model=models["wide"], ink=INK, step={"target": 9, "rate": 1e6})
    again = page.post("edits", 201, model=told["address"], ink=INK, step={"target": 3, "rate": 1e6})
    _, said = page.post("read", ink=INK, model=again["address"], layers="all")
    page.get(f"models/{again['address']}")
    assert said["sentence"]


@pytest.mark.parametrize(
    ("name", "layer"), [("lenet", 0), ("lenet", 3), ("lenet", 7), ("sigmoid", 1), ("modern", 0)]
)
def test_a_unit_that_is_switched_off_has_no_say(page: Page, models: dict[str, str], name: str, layer: int):
    told = page.post("edits", 201, model=models[name], ink=INK, off={"layer": layer, "unit": 2})
    tensors, _ = page.post("read", ink=INK, model=told["address"], layers="all")
    assert not tensors[f"{layer}/value"][..., 2].any()
    expected = silenced(make_model(name), layer, 2)
    assert told["after"] == pytest.approx(expected.tolist(), abs=1e-6)


def silenced(model: Model, layer: int, unit: int) -> np.ndarray:
    """What the model says if the unit is 0 just before the next layer that sums: by hand."""
    from glassnet.engine import OUTPUTS, Conv2D, Dense

    values = model.prepare(DIGIT[None])
    passed = False
    for number, kind in enumerate(model.network.layers):
        if number > layer and not passed and isinstance(kind, Dense | Conv2D):
            count = model.network.layers[layer].output_shape[-1]
            values = values.copy()
            values.reshape(*values.shape[:-1], -1, count)[..., unit] = 0
            passed = True
        values = kind.forward(values)
    return OUTPUTS[model.output](values.astype(np.float64))[0]


@pytest.mark.parametrize(("layer", "unit"), [(8, 0), (9, 1), (1, 0), (0, 4)])
def test_what_is_no_unit_cannot_be_switched_off(page: Page, models: dict[str, str], layer: int, unit: int):
    told = page.post("edits", 422, model=models["lenet"], off={"layer": layer, "unit": unit})
    assert told["what"]


def test_an_edit_of_an_earlier_session_is_gone(page: Page):
    told = page.post("read", 404, ink=INK, model="edit:12345678")
    assert told["kind"] == "GoneError"


@pytest.mark.parametrize(
    ("path", "body", "status", "what"),
    [
        ("read", {"model": "nothing"}, 404, "no model 'nothing'"),
        ("read", {"model": "run:../x"}, 404, "no run"),
        ("read", {"model": "file:../../x"}, 404, "is not here"),
        ("read", {"layers": [99]}, 422, "no layer 99"),
        ("read", {"ink": {"strokes": [[1]]}}, 400, "even number"),
        ("read", {"ink": {}}, 400, "exactly one"),
        ("read", {"ink": {"strokes": [[300, 0]]}}, 400, "less than or equal to 255"),
        ("read", {"ink": {"strokes": [[0, 0]] * 201}}, 400, "at most 200"),
        ("read", {"extra": 1}, 400, "extra"),
        ("gradients", {"target": 10}, 422, "no class 10"),
        ("gradients", {"target": -1}, 400, "greater than"),
        ("explain", {"layer": 0, "index": [28, 0, 0]}, 422, "no place"),
        ("explain", {"layer": 12, "index": [0]}, 422, "no layer 12"),
        ("explain", {"layer": 0, "index": [0, 0, 0], "of": "gradient"}, 400, "needs a target"),
        ("explain", {"layer": 0, "index": [0, 0], "of": "weight"}, 422, "no place"),
        ("explain", {"layer": 1, "index": [0], "of": "weight"}, 422, "no parameter"),
        ("influence", {"layer": -1, "index": [0]}, 422, ""),
        ("edits", {}, 400, "either step or off"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    page: Page, models: dict[str, str], path: str, body: dict[str, object], status: int, what: str
):
    told = page.post(path, status, **{"ink": INK, "model": models["lenet"]} | body)
    assert what in told["what"]


@pytest.mark.parametrize("query", ["units=99", "units=a", "first=-1", "count=x", "first=999999999999999999999"])
def test_units_that_are_none_are_refused(page: Page, models: dict[str, str], query: str):
    page.get(f"models/{models['lenet']}/weights/0?{query}", 400)


def test_a_broken_network_says_where(page: Page, box_with_broken: str):
    card = page.get(f"models/{box_with_broken}")
    assert card["finite"] is False
    assert card["broken_layer"] == 3
    _, said = page.post("read", ink=INK, model=box_with_broken, layers="all", thread=True, effect=True)
    assert "broken" in said["sentence"]
    assert said["label"] is None
    told = page.post("explain", ink=INK, model=box_with_broken, layer=3, index=[0])
    assert told["value"] is None


@pytest.fixture
def box_with_broken(page: Page, tmp_path) -> str:
    model = make_model("wide")
    dict(model.network.named_parameters())["3.weight"][:] = np.nan
    model.save(tmp_path / "broken.safetensors")
    return page.box.models.open_file(tmp_path / "broken.safetensors")


def test_a_model_file_can_be_sent_and_is_kept(page: Page, files, models: dict[str, str]):
    answer = page.client.put("/api/models", content=files["tanh"].read_bytes())
    assert answer.status_code == 201
    assert answer.json() == {"address": models["tanh"]}
    again = type(page.box)(page.box.runs_folder, page.box.home)  # after a restart
    assert again.models.get(models["tanh"])[1].network.notation() == make_model("tanh").network.notation()
    refused = page.client.put("/api/models", content=b"no model")
    assert refused.status_code == 422
    assert refused.json()["what"].startswith("the file is not a model")


def test_the_list_of_models_has_what_was_opened(page: Page, models: dict[str, str]):
    about = page.get("about")
    addresses = [entry["address"] for entry in about["models"]]
    assert set(models.values()) <= set(addresses)
    assert about["model"] == DEFAULT
    assert about["model"] in addresses
    assert about["recipes"][0]["name"] == "quick"
    assert {entry["set"] for entry in about["sets"]} >= {"strokes-test", "mine"}


def test_a_drawing_can_be_kept_as_a_picture(page: Page):
    answer = page.client.post("/api/picture", json={"ink": INK, "as": "drawn", "size": 300})
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "attachment" in answer.headers["content-disposition"]
