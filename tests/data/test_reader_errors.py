"""Paths that are missing, damaged, ambiguous or something else: an error that says so, and never a traceback."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from glassnet.data import DataBundle, Dataset, export, open_images, open_path, write_csv, write_idx
from glassnet.data.npz import write_npz
from glassnet.errors import DataError


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-images-idx3-ubyte", b"", "is empty"),
        ("train-images-idx3-ubyte.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("train-images-idx3-ubyte.gz", b"<html>404</html>", "this is a web page"),
        ("train-images-idx3-ubyte", b"\x01\x02\x03\x04", "it begins with 01 02 03 04"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03\0\0\0\x1e", "ends inside its header"),
        ("train-images-idx3-ubyte.gz", gzip.compress(bytes(5000), mtime=0)[:15], "cannot be unpacked"),
        ("train.csv", b"\x89PNG\r\n", "this is a picture"),
        ("mnist.npz", b"PK\x03\x04 cut short", "cannot be unpacked"),
    ],
)
@pytest.mark.parametrize("by_file", [True, False])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes, message: str, by_file: bool) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        open_path(tmp_path / name if by_file else tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04" + bytes(60), "a packed archive"),
        (b"\x80\x04\x95", "a Python pickle"),
    ],
)
def test_a_file_that_is_something_else(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(DataError, match=f"file: not a data set: this is {what}"):
        open_path(tmp_path / "file")


def test_labels_where_pictures_should_be(tmp_path: Path, bundle: DataBundle) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", bundle.train.labels)
    write_idx(tmp_path / "train-labels-idx1-ubyte", bundle.train.labels)
    for path in (tmp_path, tmp_path / "train-images-idx3-ubyte"):
        with pytest.raises(DataError, match=r"train-(images|labels)-idx.-ubyte: (holds )?labels, but"):
            open_path(path)


@pytest.mark.parametrize("missing", ["images", "labels"])
def test_half_of_a_pair(tmp_path: Path, bundle: DataBundle, missing: str) -> None:
    export(bundle, tmp_path)
    next(tmp_path.glob(f"t10k-{missing}*")).unlink()
    with pytest.raises(DataError, match=r"t10k-.*without pictures|t10k-.*no labels"):
        open_path(tmp_path)


def test_counts_that_do_not_match(tmp_path: Path, bundle: DataBundle) -> None:
    export(bundle, tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", bundle.train.labels[:-1])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz: 30 pictures but 29 labels"):
        open_path(tmp_path)


def test_labels_out_of_range(tmp_path: Path, bundle: DataBundle) -> None:
    export(bundle, tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", bundle.train.labels + np.uint8(20))
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz: label 20 at row 0"):
        open_path(tmp_path)


def test_parts_of_different_sizes(tmp_path: Path, make_digits: Callable[..., Dataset]) -> None:
    export(DataBundle(make_digits(30), make_digits(20, side=20), ""), tmp_path)
    with pytest.raises(DataError, match="differ in size: 28 x 28 but 20 x 20"):
        open_path(tmp_path)


def test_labels_that_could_belong_to_the_same_pictures(tmp_path: Path, digits: Dataset) -> None:
    write_idx(tmp_path / "pictures", digits.images)
    write_idx(tmp_path / "one", digits.labels)
    write_idx(tmp_path / "two", digits.labels)
    with pytest.raises(DataError, match="could be the same part: one, two"):
        open_path(tmp_path)


def test_pairs_of_one_size_without_words(tmp_path: Path, digits: Dataset) -> None:
    for name in ("a", "b"):
        write_idx(tmp_path / f"{name}-images", digits.images)
    write_idx(tmp_path / "labels", digits.labels)
    with pytest.raises(DataError, match="could be the same part: a-images, b-images"):
        open_path(tmp_path)


@pytest.mark.parametrize("inside", [[], ["notes.txt"], [".hidden"]])
def test_a_folder_without_data(tmp_path: Path, inside: list[str]) -> None:
    for name in inside:
        (tmp_path / name).write_text("nothing")
    with pytest.raises(DataError, match="no data set in this folder"):
        open_path(tmp_path)


def test_too_many_files_to_look_at(tmp_path: Path) -> None:
    for i in range(1001):
        (tmp_path / f"{i}.png").touch()
    with pytest.raises(DataError, match="more than 1,000 files") as caught:
        open_path(tmp_path)
    assert "0 to 9" in str(caught.value.hint)


@pytest.mark.parametrize("read", [open_path, open_images])
def test_a_path_that_is_not_there(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(DataError, match="nowhere: there is no such file or folder"):
        read(tmp_path / "nowhere")


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(DataError, match="permission denied"):
        open_path(tmp_path)


def test_a_folder_below_without_permission(
    tmp_path: Path, bundle: DataBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if "locked" in str(path):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    export(bundle, tmp_path / "locked")
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match="permission denied"):
        open_path(tmp_path)


def test_a_picture_is_no_data_set(tmp_path: Path) -> None:
    Image.new("L", (28, 28)).save(tmp_path / "seven.png")
    with pytest.raises(DataError, match=r"seven\.png: not a data set: this is a picture"):
        open_path(tmp_path / "seven.png")


@pytest.fixture(scope="module")
def sound_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    generator = np.random.default_rng(0)
    data = Dataset(generator.integers(0, 256, (5, 8, 8), dtype=np.uint8), np.arange(5, dtype=np.uint8))
    write_idx(folder / "images", data.images)
    write_csv(folder / "digits.csv", data)
    write_npz(folder / "digits.npz", data)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return files | {f"{name}.gz": gzip.compress(files[name]) for name in ("images", "digits.csv")}


@settings(max_examples=200)
@given(
    name=st.sampled_from(["images", "images.gz", "digits.csv", "digits.csv.gz", "digits.npz"]),
    edits=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 5), st.binary(max_size=5)), min_size=1, max_size=4
    ),
)
def test_any_damage_gives_a_data_set_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory,
    sound_files: dict[str, bytes],
    name: str,
    edits: list[tuple[int, int, bytes]],
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damage"
    folder.mkdir(exist_ok=True)
    content = bytearray(sound_files[name])
    for position, removed, inserted in edits:
        place = position % len(content) if content else 0
        content[place : place + removed] = inserted
    damaged = folder / f"damaged-{name}"
    damaged.write_bytes(content)
    try:
        (open_images if name.startswith("images") else open_path)(damaged)
    except DataError as error:
        message = str(error)
    else:
        message = str(damaged)
    finally:
        damaged.unlink()
    assert str(damaged) in message
