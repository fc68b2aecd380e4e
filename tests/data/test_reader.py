from __future__ import annotations

import gzip
import hashlib
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from glassnet.data import DataBundle, Dataset, open_images, open_path, write_csv, write_idx
from glassnet.data.discovery import part_of
from glassnet.data.npz import write_npz
from glassnet.data.picture_folder import write_picture_folder
from glassnet.errors import DataError

SHA256 = {  # of MNIST's files of pictures, unpacked, as published
    "train": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "test": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
}


def write_four(folder: Path, bundle: DataBundle, names: str = "{}-{}-{}-ubyte", suffix: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part, data in (("train", bundle.train), ("t10k", bundle.test)):
        assert data is not None
        write_idx(folder / (names.format(part, "images", "idx3") + suffix), data.images)
        write_idx(folder / (names.format(part, "labels", "idx1") + suffix), data.labels)


def assert_same(got: DataBundle, expected: DataBundle) -> None:
    assert got.test is not None
    assert expected.test is not None
    assert got.train.fingerprint() == expected.train.fingerprint()
    assert got.test.fingerprint() == expected.test.fingerprint()


def test_the_real_mnist(mnist: Path) -> None:
    bundle = open_path(mnist)
    assert bundle.test is not None
    assert bundle.train.images.shape == (60000, 28, 28)
    assert bundle.test.images.shape == (10000, 28, 28)
    assert bundle.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert bundle.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    for part, data in (("train", bundle.train), ("test", bundle.test)):
        header = struct.pack(">4I", 2051, *data.images.shape)
        assert hashlib.sha256(header + data.images.tobytes()).hexdigest() == SHA256[part]
    assert bundle.origin == f"{mnist} (IDX)"


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("names", ["{}-{}-{}-ubyte", "{}-{}.{}-ubyte", "emnist-digits-{}-{}-{}-ubyte"])
@pytest.mark.parametrize("nested", ["", "MNIST/raw"])
def test_both_spellings_packed_or_not_flat_or_nested(
    tmp_path: Path, bundle: DataBundle, suffix: str, names: str, nested: str
) -> None:
    write_four(tmp_path / nested, bundle, names, suffix)
    got = open_path(tmp_path)
    assert_same(got, bundle)
    assert got.train.name == f"{tmp_path.name}, training part"
    assert got.test is not None
    assert got.test.name == f"{tmp_path.name}, test part"


def test_torchvision_keeps_the_packed_and_the_unpacked_files(tmp_path: Path, bundle: DataBundle) -> None:
    write_four(tmp_path / "MNIST" / "raw", bundle)
    write_four(tmp_path / "MNIST" / "raw", bundle, suffix=".gz")
    assert_same(open_path(tmp_path), bundle)


def test_both_spellings_at_once(tmp_path: Path, bundle: DataBundle) -> None:
    write_four(tmp_path, bundle, "{}-{}.{}-ubyte")
    for path in sorted(tmp_path.iterdir()):
        folder = tmp_path / path.name.replace(".", "-")
        folder.mkdir()
        shutil.copy(path, folder / folder.name)
    assert_same(open_path(tmp_path), bundle)


def test_a_copy_that_differs_is_not_chosen_in_silence(tmp_path: Path, bundle: DataBundle) -> None:
    write_four(tmp_path, bundle)
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", 255 - bundle.train.images)
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte, train-images-idx3-ubyte.gz"):
        open_path(tmp_path)


def test_pictures_and_labels_under_each_others_names(tmp_path: Path, bundle: DataBundle) -> None:
    write_four(tmp_path, bundle)
    images, labels = tmp_path / "train-images-idx3-ubyte", tmp_path / "train-labels-idx1-ubyte"
    images.rename(tmp_path / "x")
    labels.rename(images)
    (tmp_path / "x").rename(labels)
    assert_same(open_path(tmp_path), bundle)


def test_without_words_files_pair_by_count_and_the_larger_part_is_for_training(
    tmp_path: Path, bundle: DataBundle
) -> None:
    assert bundle.test is not None
    for name, array in {
        "a": bundle.test.labels,
        "b": bundle.train.labels,
        "c": bundle.train.images,
        "d": bundle.test.images,
    }.items():
        write_idx(tmp_path / name, array)
    assert_same(open_path(tmp_path), bundle)


def test_labels_without_a_word_join_the_pictures_of_their_count(tmp_path: Path, bundle: DataBundle) -> None:
    write_four(tmp_path, bundle)
    (tmp_path / "train-labels-idx1-ubyte").rename(tmp_path / "answers")
    assert_same(open_path(tmp_path), bundle)


@pytest.mark.parametrize("name", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_one_idx_file_finds_its_partner(tmp_path: Path, bundle: DataBundle, name: str, suffix: str) -> None:
    write_four(tmp_path, bundle)
    if suffix:
        packed = tmp_path / (name + suffix)
        packed.write_bytes(gzip.compress((tmp_path / name).read_bytes()))
        (tmp_path / name).unlink()
    got = open_path(tmp_path / (name + suffix))
    assert bundle.test is not None
    assert got.train.fingerprint() == bundle.test.fingerprint()
    assert got.test is None
    assert got.train.name == name + suffix


def test_one_idx_file_alone(tmp_path: Path, bundle: DataBundle) -> None:
    write_idx(tmp_path / "t10k-images-idx3-ubyte", bundle.train.images)
    with pytest.raises(DataError, match="no file of labels beside it; looked for t10k-labels-idx1-ubyte"):
        open_path(tmp_path / "t10k-images-idx3-ubyte")
    write_idx(tmp_path / "digits", bundle.train.images)
    with pytest.raises(DataError, match="no file of labels beside it"):
        open_path(tmp_path / "digits")


@pytest.mark.parametrize("names", [("train.csv", "test.csv"), ("mnist_train.csv", "mnist_test.csv.gz")])
@pytest.mark.parametrize("header", [True, False])
def test_a_folder_of_tables(tmp_path: Path, bundle: DataBundle, names: tuple[str, str], header: bool) -> None:
    assert bundle.test is not None
    write_csv(tmp_path / names[0], bundle.train, header=header)
    write_csv(tmp_path / names[1], bundle.test, header=header)
    assert_same(open_path(tmp_path), bundle)
    assert open_path(tmp_path / names[1]).train.fingerprint() == bundle.test.fingerprint()


def write_unlabelled(path: Path, data: Dataset) -> None:
    write_csv(path, data)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line.split(",", 1)[1] for line in lines))


def test_kaggles_folder(tmp_path: Path, bundle: DataBundle) -> None:
    assert bundle.test is not None
    write_csv(tmp_path / "train.csv", bundle.train)
    write_unlabelled(tmp_path / "test.csv", bundle.test)
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n2,0\n")
    got = open_path(tmp_path)
    assert got.train.fingerprint() == bundle.train.fingerprint()
    assert got.test is None
    assert np.array_equal(open_images(tmp_path / "test.csv"), bundle.test.images)
    for path in (tmp_path / "test.csv", tmp_path / "sample_submission.csv"):
        with pytest.raises(DataError, match=path.name):
            open_path(path)


def test_only_tables_without_labels(tmp_path: Path, digits: Dataset) -> None:
    write_unlabelled(tmp_path / "test.csv", digits)
    with pytest.raises(DataError, match=r"test\.csv: a table of pictures without labels"):
        open_path(tmp_path)


def test_a_broken_table_is_not_passed_over(tmp_path: Path, bundle: DataBundle) -> None:
    assert bundle.test is not None
    write_csv(tmp_path / "test.csv", bundle.test)
    write_csv(tmp_path / "train.csv", bundle.train)
    text = (tmp_path / "train.csv").read_text()
    (tmp_path / "train.csv").write_text("".join(f"{i}," + line for i, line in enumerate(text.splitlines(True))))
    with pytest.raises(DataError, match=r"train\.csv, line 1: 785 columns of pixels"):
        open_path(tmp_path)


def test_two_tables_for_one_part(tmp_path: Path, digits: Dataset) -> None:
    write_csv(tmp_path / "mnist_train.csv", digits)
    write_csv(tmp_path / "mnist_train_small.csv", digits.subset(slice(0, 3)))
    with pytest.raises(DataError, match=r"could be the same part: mnist_train\.csv, mnist_train_small"):
        open_path(tmp_path)


def test_keras_cache(tmp_path: Path, bundle: DataBundle) -> None:
    write_npz(tmp_path / "mnist.npz", bundle.train, bundle.test)
    assert_same(open_path(tmp_path), bundle)
    assert_same(open_path(tmp_path / "mnist.npz"), bundle)
    shutil.copy(tmp_path / "mnist.npz", tmp_path / "other.npz")
    with pytest.raises(DataError, match=r"mnist\.npz, other\.npz"):
        open_path(tmp_path)


@pytest.mark.parametrize("names", [("train", "test"), ("training", "testing")])
def test_folders_of_pictures(tmp_path: Path, bundle: DataBundle, names: tuple[str, str]) -> None:
    assert bundle.test is not None
    write_picture_folder(tmp_path / names[0], bundle.train)
    write_picture_folder(tmp_path / names[1], bundle.test)
    got = open_path(tmp_path)
    assert got.test is not None
    assert (len(got.train), len(got.test)) == (30, 20)
    assert len(open_path(tmp_path / names[1]).train) == 20


def test_content_decides_and_not_the_name(tmp_path: Path, digits: Dataset) -> None:
    write_csv(tmp_path / "digits.idx3-ubyte", digits)
    write_npz(tmp_path / "digits.csv", digits)
    for name in ("digits.idx3-ubyte", "digits.csv"):
        assert open_path(tmp_path / name).train.fingerprint() == digits.fingerprint()


def test_other_files_beside_a_data_set_are_passed_over(tmp_path: Path, bundle: DataBundle) -> None:
    write_four(tmp_path, bundle)
    (tmp_path / "README.md").write_text("# MNIST\n\nhandwritten, digits\n")
    (tmp_path / "cover.png").write_bytes(b"\x89PNG....")
    (tmp_path / "training.pt").write_bytes(b"\x80\x02}")
    (tmp_path / ".train-images.part").write_bytes(b"half of a download")
    (tmp_path / "empty").write_bytes(b"")
    assert_same(open_path(tmp_path), bundle)


def test_two_data_sets_in_one_folder(tmp_path: Path, bundle: DataBundle) -> None:
    assert bundle.test is not None
    write_four(tmp_path / "MNIST" / "raw", bundle)
    write_four(tmp_path / "FashionMNIST" / "raw", DataBundle(bundle.test, bundle.train, ""))
    with pytest.raises(DataError, match="several files could be the same part: FashionMNIST") as caught:
        open_path(tmp_path)
    assert caught.value.hint
    assert_same(open_path(tmp_path / "MNIST"), bundle)


def test_the_home_folder_may_be_abbreviated(
    tmp_path: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "digits.csv", digits)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert len(open_path("~/digits.csv").train) == 20
    assert len(open_images("~/digits.csv")) == 20


def test_images_alone(tmp_path: Path, digits: Dataset) -> None:
    write_idx(tmp_path / "images.gz", digits.images)
    write_idx(tmp_path / "labels", digits.labels)
    write_npz(tmp_path / "x.npz", digits)
    assert np.array_equal(open_images(tmp_path / "images.gz"), digits.images)
    for place in (tmp_path / "labels", tmp_path / "x.npz", tmp_path):
        with pytest.raises(DataError):
            open_images(place)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("train-images-idx3-ubyte", "train"),
        ("T10K-images", "test"),
        ("x_test.csv", "test"),
        ("testing/0", "test"),
        ("train/0000.parquet", "train"),
        ("train/test.csv", "test"),
        ("latest.csv", ""),
        ("constraint.csv", ""),
    ],
)
def test_the_words_that_tell_the_parts(path: str, part: str) -> None:
    assert part_of(Path("/tests/train", path), Path("/tests/train")) == part
