from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.data import Dataset
from glassnet.data.npz import is_npz, read_npz, write_npz
from glassnet.errors import DataError


def npy(array: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def archive(path: Path, compression: int = zipfile.ZIP_DEFLATED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(f"{name}.npy", content)
    return path


X, Y = npy(np.zeros((2, 28, 28), np.uint8)), npy(np.array([3, 9], np.int64))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_keras_layout(tmp_path: Path, save: Callable[..., None], make_digits: Callable[..., Dataset]) -> None:
    train, test = make_digits(30), make_digits(20, seed=1)
    arrays = {"x_test": test.images, "y_test": test.labels.astype(np.int64)}
    save(tmp_path / "mnist.npz", x_train=train.images, y_train=train.labels, **arrays)
    parts = read_npz(tmp_path / "mnist.npz")
    assert parts["train"].fingerprint() == train.fingerprint()
    assert parts["test"].fingerprint() == test.fingerprint()


def test_a_training_part_alone_and_column_order(tmp_path: Path, digits: Dataset) -> None:
    np.savez(tmp_path / "x.npz", x_train=np.asfortranarray(digits.images), y_train=digits.labels)
    parts = read_npz(tmp_path / "x.npz")
    assert list(parts) == ["train"]
    assert parts["train"].fingerprint() == digits.fingerprint()


def test_round_trip_and_the_same_bytes_again(tmp_path: Path, make_digits: Callable[..., Dataset]) -> None:
    train, test = make_digits(30), make_digits(20, seed=1)
    write_npz(tmp_path / "a.npz", train, test)
    write_npz(tmp_path / "b.npz", train, test)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    parts = read_npz(tmp_path / "a.npz")
    assert parts["train"].fingerprint() == train.fingerprint()
    assert parts["test"].fingerprint() == test.fingerprint()


def test_names_of_classes(tmp_path: Path, digits: Dataset) -> None:
    labels = digits.labels.copy()
    labels[0] = 10
    named = Dataset(digits.images, labels, classes=(*digits.classes, "none"))
    write_npz(tmp_path / "x.npz", named)
    read = read_npz(tmp_path / "x.npz")["train"]
    assert read.classes == named.classes
    assert (read.labels == labels).all()


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (tmp_path / "sprung").mkdir, ()

    objects = npy(np.array([Trap(), None]), allow_pickle=True)
    with pytest.raises(DataError, match="x_train: holds pickled Python objects"):
        read_npz(archive(tmp_path / "x.npz", x_train=objects, y_train=Y))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "no array named x_train or y_train; it holds nothing"),
        ({"arr_0": X}, "no array named x_train or y_train; it holds arr_0"),
        ({"x_train": X}, "no array named y_train"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "no array named y_test"),
        ({"x_train": Y, "y_train": X}, "x_train: an array of shape (2,) is no set of pictures"),
        ({"x_train": X, "y_train": npy(np.zeros(3, np.uint8))}, "2 pictures but 3 labels"),
        ({"x_train": X, "y_train": npy(np.array([3, 10]))}, "y_train: label 10 at row 1"),
        ({"x_train": X[:-1], "y_train": Y}, "x_train: the array's header claims"),
        ({"x_train": X + b"\0", "y_train": Y}, "x_train: the array's header claims"),
        ({"x_train": b"no array", "y_train": Y}, "x_train: not a NumPy array"),
        ({"x_train": b"", "y_train": Y}, "x_train: not a NumPy array"),
        ({"x_train": X[:20], "y_train": Y}, "x_train: not a NumPy array"),
        ({"x_train": X.replace(b"'descr'", b"'dexcr'"), "y_train": Y}, "x_train: not a NumPy array"),
        ({"x_train": X.replace(b"(2, ", b"(-2,"), "y_train": Y}, "x_train: not a NumPy array"),
        ({"x_train": X.replace(b"'|u1'", b"'|b1'"), "y_train": Y}, "x_train: pixels of type bool"),
        ({"x_train": npy(np.zeros(2, "u1,u1")), "y_train": Y}, "x_train: not a NumPy array of plain numbers"),
        ({"x_train": X.replace(b"'|u1'", b"'<f1'"), "y_train": Y}, "x_train: not a NumPy array of plain numbers"),
        ({"x_train": npy(np.array([[["a"]]])), "y_train": Y}, "x_train: pixels of type <U1"),
        (
            {"x_train": X, "y_train": Y, "classes": npy(np.zeros(3))},
            "classes: expected up to 256 names, got float64",
        ),
        (
            {"x_train": X, "y_train": Y, "classes": npy(np.full(2, -1, "<i4").view("<U1"))},
            "classes: a name is no text",
        ),
        (
            {"x_train": X, "y_train": npy(np.array([0, 2])), "classes": npy(np.array(["a", "b"]))},
            "there are 2 classes",
        ),
    ],
)
def test_damage_is_named(tmp_path: Path, members: dict[str, bytes], message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_npz(archive(tmp_path / "x.npz", **members))
    assert message in str(caught.value)
    assert str(tmp_path / "x.npz") in str(caught.value)


def test_a_huge_claim_costs_no_memory(tmp_path: Path) -> None:
    claim = X.replace(b"(2, 28, 28), }          ", b"(2000000000, 28, 28), } ")
    assert claim != X
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="claims 1,568,000,000,128 bytes"):
            read_npz(archive(tmp_path / "x.npz", x_train=claim, y_train=Y))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.data.npz.largest_expansion", lambda packed: 64 * packed)
    bomb = npy(np.zeros((2000, 28, 28), np.uint8))
    with pytest.raises(DataError, match="x_train: claims to unpack to 1,568,128 bytes"):
        read_npz(archive(tmp_path / "x.npz", x_train=bomb, y_train=Y))


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.npz", x_train=X[:1000], y_train=Y)
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", 1000), struct.pack("<L", len(X))))
    with pytest.raises(DataError, match="x_train: cut short"):
        read_npz(path)


def test_an_archive_from_the_future(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.npz", x_train=X, y_train=Y)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 99  # the version needed to unpack, 9.9
    path.write_bytes(content)
    assert is_npz(path)
    with pytest.raises(DataError, match="cannot be unpacked"):
        read_npz(path)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_array_header(tmp_path: Path, version: tuple[int, int], digits: Dataset) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, digits.images, version=version)
    path = archive(tmp_path / "x.npz", x_train=stream.getvalue(), y_train=npy(digits.labels.astype(">i4")))
    assert read_npz(path)["train"].fingerprint() == digits.fingerprint()


@pytest.mark.parametrize("damage", ["cut", "flipped", "not a zip"])
def test_a_damaged_archive(tmp_path: Path, damage: str) -> None:
    path = archive(tmp_path / "x.npz", zipfile.ZIP_STORED, x_train=X, y_train=Y)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    elif damage == "flipped":
        content[500] ^= 1
    else:
        content[:] = b"neither zip nor anything"
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be unpacked") as caught:
        read_npz(path)
    assert caught.value.hint


def test_a_missing_archive(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_npz(tmp_path / "mnist.npz")


def test_other_archives_are_told_apart(tmp_path: Path) -> None:
    assert is_npz(archive(tmp_path / "x", x_train=X))
    with zipfile.ZipFile(tmp_path / "digit-recognizer.zip", "w") as packed:
        packed.writestr("train.csv", "label")
    assert not is_npz(tmp_path / "digit-recognizer.zip")
