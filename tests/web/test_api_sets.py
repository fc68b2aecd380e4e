"""Data: browsed, misread, brought along, drawn here, taken away again."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from glassnet.data import Dataset, export, open_path, strokes
from glassnet.errors import GlassnetError
from glassnet.web.uploads import _parts
from tests.web.conftest import INK, Page, make_model


@pytest.fixture(scope="module")
def data() -> Dataset:
    return strokes.generate(60, seed=9)


def send(page: Page, files: dict[str, bytes]) -> str:
    upload = page.get_post("uploads")["upload"]
    for path, content in files.items():
        answer = page.client.put(f"/api/uploads/{upload}/files/{path}", content=content)
        assert answer.status_code == 204, answer.text
    return upload


def exported(data: Dataset, folder: Path, form: str) -> dict[str, bytes]:
    export(data, folder, form)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def kept(page: Page, data: Dataset, tmp_path: Path) -> str:
    """The name of a set that was brought along."""
    upload = send(page, exported(data, tmp_path / "out", "npz"))
    return page.post(f"uploads/{upload}/accept", 201, name="Class 4b!")["sets"][0]


def test_pictures_come_in_pages(page: Page, data: Dataset, kept: str):
    assert kept == "own-class-4b-train"
    tensors, extras = page.get(f"sets/{kept}?offset=10&limit=7")
    np.testing.assert_array_equal(tensors["images"], data.images[10:17])
    assert tensors["index"].tolist() == list(range(10, 17))
    np.testing.assert_array_equal(tensors["label"], data.labels[10:17])
    assert (extras["matching"], extras["count"]) == (60, 60)
    tensors, extras = page.get(f"sets/{kept}?label=4&limit=1&offset=1")
    fours = np.flatnonzero(data.labels == 4)
    assert tensors["index"].tolist() == [fours[1]]
    assert extras["matching"] == len(fours)


def test_mistakes_come_surest_first_and_fill_the_matrix(
    page: Page, data: Dataset, kept: str, models: dict[str, str]
):
    said = make_model("wide").probabilities(data.images)
    wrong = said.argmax(axis=1) != data.labels
    tensors, extras = page.get(f"sets/{kept}?model={models['wide']}&wrong=1&order=sure")
    assert extras["matching"] == wrong.sum() == len(tensors["index"])
    assert (tensors["read_as"] != tensors["label"]).all()
    assert (np.diff(tensors["confidence"]) <= 0).all()
    told = page.get(f"sets/{kept}/confusion?model={models['wide']}")
    assert np.sum(told["confusion"]) == 60
    assert told["correct"] == 60 - wrong.sum()
    row, column = divmod(int(np.argmax(np.array(told["confusion"]) * (1 - np.eye(10)))), 10)
    tensors, extras = page.get(f"sets/{kept}?model={models['wide']}&label={row}&read_as={column}")
    assert extras["matching"] == told["confusion"][row][column]


def test_pictures_come_unsure_first_page_by_page(page: Page, data: Dataset, kept: str, models: dict[str, str]):
    shares = make_model("wide").probabilities(data.images).max(axis=1)
    for order, sign in (("unsure", 1), ("sure", -1)):
        ask = f"sets/{kept}?model={models['wide']}&order={order}"
        whole, extras = page.get(ask)
        assert extras["matching"] == 60
        assert whole["index"].tolist() == np.argsort(sign * shares, kind="stable").tolist()
        np.testing.assert_allclose(whole["confidence"], np.sort(sign * shares) * sign, atol=1e-6)
        part, _ = page.get(f"{ask}&offset=20&limit=5")
        assert part["index"].tolist() == whole["index"].tolist()[20:25]
        np.testing.assert_array_equal(part["images"], data.images[part["index"]])
        fours, _ = page.get(f"{ask}&label=4")
        assert fours["index"].tolist() == [row for row in whole["index"].tolist() if data.labels[row] == 4]
    assert "about a model" in page.get(f"sets/{kept}?order=unsure", 400)["what"]
    assert "order: expected place, sure, unsure" in page.get(f"sets/{kept}?order=worst", 400)["what"]


def test_of_large_sets_a_stratified_sample_is_read(page: Page, models: dict[str, str], monkeypatch):
    monkeypatch.setattr("glassnet.web.sets.MOST_READ", 20)
    monkeypatch.setattr("glassnet.web.sets.DRAWN_SOURCE", "strokes:200")
    rows, evaluation = page.box.sets.read_by("strokes-train", models["softmax"], make_model("softmax"))
    labels = page.box.sets.open("strokes-train").labels
    assert len(rows) == evaluation.count == 20
    assert (np.bincount(labels[rows], minlength=10) >= 1).all()


def test_a_picture_of_a_set_is_ink(page: Page, data: Dataset, kept: str, models: dict[str, str]):
    tensors, _ = page.post("read", ink={"set": kept, "index": 5}, model=models["softmax"])
    np.testing.assert_array_equal(tensors["normal/4"], data.images[5])
    page.post("read", 404, ink={"set": kept, "index": 60}, model=models["softmax"])
    page.post("read", 404, ink={"set": "nothing", "index": 0}, model=models["softmax"])


@pytest.mark.parametrize("form", ["csv", "idx", "npz", "pictures"])
def test_every_format_arrives_and_leaves_as_it_was(page: Page, data: Dataset, form: str, tmp_path: Path):
    files = exported(data, tmp_path / "out", form)
    if form == "idx":  # unpacked, as some people have them
        files = {name.removesuffix(".gz"): gzip.decompress(content) for name, content in files.items()}
    upload = send(page, files)
    tensors, extras = page.post(f"uploads/{upload}/preview")
    assert extras["train"] == 60
    assert extras["shape"] == [28, 28]
    assert extras["counts"] == np.bincount(data.labels, minlength=10).tolist()
    assert extras["invert"] is False
    assert tensors["images"].shape == (30, 28, 28)
    told = page.post(f"uploads/{upload}/accept", 201, name="mine")
    assert told == {"source": "own-mine", "sets": ["own-mine-train"]}
    answer = page.client.get(f"/api/sets/own-mine-train/export?as={form}")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "back")
    back = open_path(tmp_path / "back").train
    order, theirs = np.argsort(data.labels, kind="stable"), np.argsort(back.labels, kind="stable")
    np.testing.assert_array_equal(back.images[theirs], data.images[order])
    about = page.get("about")
    assert "own-mine-train" in [entry["set"] for entry in about["sets"]]
    assert "own-mine" in [entry["source"] for entry in about["sources"] if entry["here"]]
    assert page.client.delete("/api/sets/own-mine").status_code == 204
    page.get("sets/own-mine-train", 404)


def test_a_zip_of_folders_of_dark_ink_is_turned(page: Page):
    def picture(value: int) -> bytes:
        file = io.BytesIO()
        Image.new("L", (28, 28), value).save(file, "PNG")
        return file.getvalue()

    files = {f"digits/{digit}/{number}.png": picture(250 - digit) for digit in (1, 7) for number in range(3)}
    files |= {"__MACOSX/digits/1/._0.png": b"x", "digits/.DS_Store": b"x"}
    upload = send(page, {"digits.zip": zipped(files)})
    tensors, extras = page.post(f"uploads/{upload}/preview")
    assert extras["counts"][1] == extras["counts"][7] == 3
    assert tensors["images"][0, 0, 0] < 20  # picture folders are turned as they are read
    assert any("no pictures of 0" in note for note in extras["notes"])
    turned, extras = page.post(f"uploads/{upload}/preview", invert=True, transpose=True)
    assert extras["invert"] is True
    assert turned["images"][0, 0, 0] == 255 - tensors["images"][0, 0, 0]


def test_dark_ink_in_a_table_is_seen_and_can_be_left(page: Page, data: Dataset, tmp_path: Path):
    dark = Dataset(255 - data.images, data.labels)
    upload = send(page, exported(dark, tmp_path / "out", "npz"))
    tensors, extras = page.post(f"uploads/{upload}/preview")
    assert extras["invert"] is True
    np.testing.assert_array_equal(tensors["images"], data.images[:30])
    tensors, extras = page.post(f"uploads/{upload}/preview", invert=False, transpose=True)
    np.testing.assert_array_equal(tensors["images"], dark.images[:30].transpose(0, 2, 1))


def test_a_broken_row_is_named(page: Page, data: Dataset, tmp_path: Path):
    files = exported(data, tmp_path / "out", "csv")
    name, text = next(iter(files.items()))
    lines = text.decode().splitlines()
    lines[7] = lines[7].replace(",", ",x", 1)
    upload = send(page, {name: "\n".join(lines).encode()})
    told = page.post(f"uploads/{upload}/preview", 422)
    assert told["kind"] == "DataError"
    assert "line 8" in told["what"]
    assert "glassnet-" not in told["what"]
    assert "/tmp" not in told["what"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\x00" * 100, zipped({"a.txt": b"x"})],
    ids=["empty", "cut", "zeros", "text"],
)
def test_what_is_no_data_is_an_error_in_words(page: Page, content: bytes):
    upload = page.get_post("uploads")["upload"]
    answer = page.client.put(f"/api/uploads/{upload}/files/data.zip", content=content)
    assert answer.status_code in (204, 422)
    assert page.post(f"uploads/{upload}/preview", 422)["what"]
    assert page.client.delete(f"/api/uploads/{upload}").status_code == 204
    page.post(f"uploads/{upload}/preview", 404)


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil", "a/../../evil", "..\\evil", "C:/evil", ".hidden", "a//.."]
)
def test_no_name_in_a_zip_leads_out(page: Page, name: str, tmp_path: Path):
    upload = page.get_post("uploads")["upload"]
    answer = page.client.put(f"/api/uploads/{upload}/files/x.zip", content=zipped({name: b"evil"}))
    folder = page.box.uploads._get(upload).folder
    assert answer.status_code in (204, 400)
    assert not list(folder.parent.glob("evil*"))
    assert not list(tmp_path.rglob("evil*"))


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_names_that_are_sent_are_refused_or_stay_inside(name: str):
    try:
        parts = _parts(name)
    except GlassnetError:
        return
    root = Path("/root/of/all")
    place = root.joinpath(*parts)
    assert place.is_relative_to(root)
    assert ".." not in place.parts
    assert place != root


def test_uploads_stay_within_their_limit(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("glassnet.web.uploads.UPLOAD_LIMIT", 10_000)
    upload = page.get_post("uploads")["upload"]
    for path, content in (("a", b"x" * 20_000), ("b.zip", zipped({"big.csv": b"0" * 50_000}))):
        answer = page.client.put(f"/api/uploads/{upload}/files/{path}", content=content)
        assert answer.status_code == 413, path


def test_drawn_digits_are_kept_counted_and_removed(page: Page, models: dict[str, str]):
    assert page.get("mine") == {"digits": [], "counts": [0] * 10, "enough": 10}
    for label in "474":
        told = page.post("mine", 201, ink=INK, label=label)
    assert told["index"] == 2
    assert told["counts"] == [0, 0, 0, 0, 2, 0, 0, 1, 0, 0]
    assert page.client.delete("/api/mine/1").status_code == 204
    assert page.client.delete("/api/mine/1").status_code == 404
    tensors, _ = page.get("sets/mine")
    assert tensors["index"].tolist() == [0, 2]
    seen, _ = page.post("read", ink=INK, model=models["softmax"])
    np.testing.assert_array_equal(tensors["images"][1], seen["normal/4"])
    again, _ = page.post("read", ink={"set": "mine", "index": 2}, model=models["softmax"])
    np.testing.assert_array_equal(again["normal/4"], seen["normal/4"])
    told = page.get(f"sets/mine/confusion?model={models['softmax']}")
    assert told["count"] == 2
    other = type(page.box)(page.box.runs_folder, page.box.home)  # after a restart, or a second window's server
    assert len(other.mine) == 2
    other.mine.add(tensors["images"][0], "9", {})
    assert page.get("mine")["counts"][9] == 1
    assert page.client.delete("/api/mine").status_code == 204
    assert page.get("mine")["digits"] == []
    assert page.post("mine", 422, ink=INK, label="x")["what"]


def test_ones_own_digits_can_be_learned_from(page: Page):
    for label in "0123456789":
        page.post("mine", 201, ink=INK, label=label)
    small = {"network.layers": ["dense 10"], "training.batch_size": 5, "data.validation": 0}
    for data in ("mine", "mine+strokes:30"):
        run = page.post("runs", 201, recipe="quick", data=data, epochs=1, set=small)["run"]
        while (card := page.get(f"runs/{run}"))["state"] not in ("finished", "failed"):
            time.sleep(0.05)
        assert card["state"] == "finished", card
        assert card["data"] == data
        assert card["samples"] == (10 if data == "mine" else 40)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sets/nothing-test", 404),
        ("sets/nothing", 404),
        ("sets/..-test", 404),
        ("sets/own-..-train", 404),
        ("sets/strokes-test?order=x", 400),
        ("sets/strokes-test?wrong=1", 400),
        ("sets/strokes-test?limit=501", 400),
        ("sets/strokes-test?model=nothing", 404),
        ("sets/strokes-test/confusion", 400),
        ("sets/strokes-test/export?as=exe", 400),
    ],
)
def test_what_cannot_be_shown_is_refused(page: Page, path: str, status: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("glassnet.web.sets.DRAWN_SOURCE", "strokes:10")
    assert page.get(path, status)["what"]


def test_only_what_was_brought_here_can_be_removed(page: Page):
    assert page.client.delete("/api/sets/strokes-test").status_code == 404


def test_a_model_for_other_classes_says_so(page: Page, kept: str, tmp_path: Path):
    make_model("softmax", tuple("abcdefghij")).save(tmp_path / "letters.safetensors")
    address = page.box.models.open_file(tmp_path / "letters.safetensors")
    assert "are not those that this model knows" in page.get(f"sets/{kept}/confusion?model={address}", 422)["what"]
    _, said = page.post("read", ink=INK, model=address)
    assert said["label"] in "abcdefghij"


def test_pictures_and_matrix_asked_at_once_are_read_once(page: Page, monkeypatch: pytest.MonkeyPatch):
    model = make_model("softmax")
    read: list[int] = []

    def slowly(images: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        read.append(len(images))
        time.sleep(0.2)
        return np.full((len(images), 10), 0.1)

    monkeypatch.setattr(model, "probabilities", slowly)
    with ThreadPoolExecutor(2) as two:
        asked = [two.submit(page.box.sets.read_by, "strokes-test", "file:1", model) for _ in range(2)]
        first, second = (one.result() for one in asked)
    assert read == [10_000]
    assert first is second
