"""From what a person types after ``--data`` to data."""

from __future__ import annotations

import contextlib
import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import mirror as replies
import numpy as np
import pytest
from mirror import Mirror
from tiny import NAMES, idx_bytes, make_arrays, make_source, packed_files

from glassnet.data import DataBundle
from glassnet.data.sources import SOURCES, Patience, Source, describe, fetch, open_source, source_names
from glassnet.data.sources.cache import locked
from glassnet.errors import DataError, DownloadError, OutputError

Open = Callable[..., DataBundle]


@pytest.fixture(autouse=True)
def few_strokes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.data.sources.drawn.TEST_COUNT", 20)  # half a second less for every test


@pytest.fixture
def named(source: Source, patient: Patience) -> Open:
    """``open_source`` where the only published data set is the tiny one."""

    def named(name: str | Path | None = "mnist", source: Source = source, **options: object) -> DataBundle:
        settings: dict[str, object] = {
            "sources": {source.name: source},
            "patience": patient,
            "fallback": "strokes:20",
        }
        return open_source(name, **(settings | options))

    return named


def put(folder: Path, arrays: list[np.ndarray], names: tuple[str, ...] = NAMES, packed: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in packed_files(arrays, names).items():
        (folder / name).write_bytes(data)
        if not packed:
            (folder / name).unlink()
            (folder / name.removesuffix(".gz")).write_bytes(gzip.decompress(data))
    return folder


def holds(bundle: DataBundle, arrays: list[np.ndarray]) -> bool:
    assert bundle.test is not None
    found = [bundle.train.images, bundle.train.labels, bundle.test.images, bundle.test.labels]
    return all(np.array_equal(a, b) for a, b in zip(found, arrays, strict=True))


def test_a_name_is_fetched_once(named: Open, arrays: list[np.ndarray], mirror: Mirror, bare_machine: Path) -> None:
    bundle = named()
    assert holds(bundle, arrays)
    assert bundle.origin == f"Tiny MNIST from {bare_machine / 'datasets/mnist'}"
    assert bundle.train.name == "Tiny MNIST, training part"
    assert bundle.notice is None
    mirror.requests.clear()
    assert holds(named("MNIST"), arrays)
    assert holds(named(offline=True), arrays)
    assert not mirror.requests


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("names", [NAMES, tuple(name.replace("-idx", ".idx") for name in NAMES)])
@pytest.mark.parametrize("folder", ["", "mnist", "MNIST/raw"])
def test_it_is_found_below_the_folder_of_data_sets(
    named: Open,
    arrays: list[np.ndarray],
    mirror: Mirror,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
    names: tuple[str, ...],
    packed: bool,
) -> None:
    place = put(tmp_path / "sets" / folder, arrays, names, packed)
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "sets"))
    bundle = named()
    assert holds(bundle, arrays)
    assert bundle.origin == f"Tiny MNIST from {place}"
    assert not mirror.requests


@pytest.mark.parametrize("folder", ["work/here/data/mnist", "work/here/data/MNIST/raw", "work/data/MNIST/raw"])
def test_it_is_found_where_torchvision_puts_it(
    named: Open, arrays: list[np.ndarray], mirror: Mirror, tmp_path: Path, folder: str
) -> None:
    put(tmp_path / folder, arrays)
    assert holds(named(), arrays)
    assert not mirror.requests


@pytest.mark.parametrize("home", [None, "keras"])
def test_it_is_found_where_keras_puts_it(
    named: Open,
    arrays: list[np.ndarray],
    mirror: Mirror,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    home: str | None,
) -> None:
    folder = tmp_path / "home/.keras/datasets"
    if home:
        folder = tmp_path / home / "datasets"
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / home))
    folder.mkdir(parents=True)
    np.savez(folder / "mnist.npz", **dict(zip(("x_train", "y_train", "x_test", "y_test"), arrays, strict=True)))
    bundle = named()
    assert holds(bundle, arrays)
    assert bundle.origin.endswith("mnist.npz")
    assert not mirror.requests


def test_something_else_under_the_name_is_passed_over_and_said(
    named: Open, arrays: list[np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = put(tmp_path / "sets/mnist", make_arrays(seed=1))
    (tmp_path / "home/.keras/datasets").mkdir(parents=True)
    np.savez(tmp_path / "home/.keras/datasets/mnist.npz", x_train=arrays[0], y_train=arrays[1])
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "sets"))
    bundle = named()
    assert holds(bundle, arrays)
    assert str(place / NAMES[0]) in str(bundle.notice)
    assert "has the sha256" in str(bundle.notice)
    assert "mnist.npz: has no test part" in str(bundle.notice)


def test_a_folder_of_data_sets_that_is_not_there_is_said(
    named: Open, arrays: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLASSNET_DATA", "/nowhere")
    bundle = named()
    assert holds(bundle, arrays)
    assert str(bundle.notice).startswith(
        "/nowhere: GLASSNET_DATA names it, but it is no folder; Tiny MNIST comes from"
    )


def test_files_of_the_same_names_are_not_taken_for_a_data_set_that_they_cannot_be_proved_to_be(
    named: Open, arrays: list[np.ndarray], mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fashion = make_source(arrays, mirror.url("/mnist/"), known=False, name="fashion-mnist")
    wrong = put(tmp_path / "sets", make_arrays(seed=1))
    np.savez(wrong / "mnist.npz", **dict(zip(("x_train", "y_train", "x_test", "y_test"), arrays, strict=True)))
    monkeypatch.setenv("GLASSNET_DATA", str(tmp_path / "sets"))
    assert holds(named("fashion_mnist", source=fashion), arrays)
    assert len(mirror.requests) == 4


def test_a_damaged_copy_in_the_cache_is_replaced_and_said(
    named: Open, arrays: list[np.ndarray], mirror: Mirror, bare_machine: Path
) -> None:
    named()
    path = bare_machine / "datasets/mnist" / f"{NAMES[0]}.gz"
    path.write_bytes(path.read_bytes()[:-100])
    mirror.requests.clear()
    bundle = named()
    assert holds(bundle, arrays)
    assert mirror.paths == [f"/mnist/{NAMES[0]}.gz"]
    assert str(path) in str(bundle.notice)
    assert named().notice is None


def test_damage_is_noticed_where_nobody_has_published_a_sum(
    named: Open, arrays: list[np.ndarray], mirror: Mirror, bare_machine: Path
) -> None:
    source = make_source(arrays, mirror.url("/mnist/"), known=False)
    named(source=source)
    other = arrays[0].copy()
    other[5, 5, 5] ^= 1
    (bare_machine / "datasets/mnist" / f"{NAMES[0]}.gz").write_bytes(gzip.compress(idx_bytes(other)))
    bundle = named(source=source)
    assert holds(bundle, arrays)
    assert "has the sha256" in str(bundle.notice)


def test_a_damaged_copy_is_not_used_where_it_cannot_be_replaced(named: Open, bare_machine: Path) -> None:
    named()
    path = bare_machine / "datasets/mnist" / f"{NAMES[0]}.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DownloadError, match="cannot be unpacked") as caught:
        named(offline=True)
    assert "no usable copy of Tiny MNIST on this machine" in str(caught.value)
    assert "`glassnet data fetch mnist`" in str(caught.value.hint)
    assert "cannot be unpacked" in str(named(None, offline=True).notice)


def test_a_cache_that_can_only_be_read_will_do(named: Open, arrays: list[np.ndarray], bare_machine: Path) -> None:
    named()
    folder = bare_machine / "datasets/mnist"
    (folder / ".lock").unlink()
    (folder / ".lock").mkdir()  # what a folder without permission is to everyone but root
    assert holds(named(), arrays)


def test_pictures_that_are_stored_on_their_side_are_set_upright(
    named: Open, arrays: list[np.ndarray], mirror: Mirror
) -> None:
    bundle = named(source=make_source(arrays, mirror.url("/mnist/"), transposed=True))
    assert np.array_equal(bundle.train.images, arrays[0].transpose(0, 2, 1))
    assert bundle.train.images.flags.c_contiguous


def test_who_waited_in_vain_for_another_process_does_not_begin_anew(
    named: Open, mirror: Mirror, bare_machine: Path
) -> None:
    folder = bare_machine / "datasets/mnist"
    folder.mkdir(parents=True)
    with contextlib.ExitStack() as other_process:
        other_process.enter_context(locked(folder, waiting=lambda: None))
        bundle = named(None, progress=lambda event: other_process.close())
    assert "another process has just tried" in str(bundle.notice)
    assert not mirror.requests


def test_offline_asks_nobody(named: Open, mirror: Mirror) -> None:
    with pytest.raises(DownloadError, match="no usable copy of Tiny MNIST on this machine") as caught:
        named(offline=True)
    assert "GLASSNET_DATA" in str(caught.value.hint)
    assert "--data strokes" in str(caught.value.hint)
    named(None, offline=True)
    assert not mirror.requests


def test_what_was_asked_for_by_name_is_never_replaced_by_something_else(named: Open, mirror: Mirror) -> None:
    mirror.replies[""] = replies.status(503)
    with pytest.raises(DownloadError, match="503 Service Unavailable"):
        named()


def test_where_nothing_was_asked_for_it_is_mnist(named: Open, arrays: list[np.ndarray]) -> None:
    bundle = named(None)
    assert holds(bundle, arrays)
    assert bundle.notice is None


@pytest.mark.parametrize("reply", [replies.status(404), replies.web_page, replies.silent, replies.stalling_at(50)])
def test_where_mnist_cannot_be_had_strokes_stand_in_and_say_so(
    named: Open, mirror: Mirror, quick: Patience, reply: replies.Reply
) -> None:
    mirror.replies[""] = reply
    bundle = named(None, patience=quick)
    assert len(bundle.train) == 20
    assert bundle.origin.startswith("strokes:20")
    notice = str(bundle.notice)
    assert notice.startswith(
        "Tiny MNIST, the usual collection of handwritten digits, could not be had (no mirror has"
    )
    assert "so Glassnet draws digits itself" in notice
    assert "glassnet data fetch mnist" in notice
    assert "\n" not in notice


def test_a_cache_that_cannot_be_written_stops_only_those_who_asked(named: Open, bare_machine: Path) -> None:
    bare_machine.write_text("a file where the folder should be")
    with pytest.raises(OutputError):
        named()
    assert "cannot make the folder" in str(named(None).notice)


def test_the_time_that_dead_mirrors_can_cost_does_not_grow_with_their_number(
    named: Open, arrays: list[np.ndarray], new_mirror: Callable[[], Mirror]
) -> None:
    dead = new_mirror()
    dead.replies[""] = replies.silent
    source = make_source(arrays, *(dead.url(f"/{letter}/") for letter in "abcd"))
    started = time.monotonic()
    bundle = named(None, source, patience=Patience(answer=1.0))
    assert 0.9 < time.monotonic() - started < 3.5  # and not 4
    assert len(dead.requests) == 4
    assert "could not be had" in str(bundle.notice)


def test_one_dead_mirror_does_not_use_up_the_time_of_the_others(
    named: Open, arrays: list[np.ndarray], mirror: Mirror, new_mirror: Callable[[], Mirror]
) -> None:
    dead = new_mirror()
    dead.replies[""] = replies.silent
    mirror.replies[f"/mnist/{NAMES[0]}.gz"] = replies.after(0.4)
    source = make_source(arrays, dead.url("/mnist/"), mirror.url("/mnist/"))
    assert holds(named(None, source, patience=Patience(answer=1.6)), arrays)


def test_the_first_answer_ends_the_hurry(named: Open, arrays: list[np.ndarray], mirror: Mirror) -> None:
    mirror.replies[f"/mnist/{NAMES[1]}.gz"] = replies.after(0.7)  # more than half of the time
    source = make_source(arrays, mirror.url("/mnist/"), mirror.url("/nothing/"))
    assert holds(named(None, source, patience=Patience(answer=1.2)), arrays)


def test_a_path_is_read_whatever_it_is_called(named: Open, arrays: list[np.ndarray], tmp_path: Path) -> None:
    place = put(tmp_path / "mnist", arrays)
    for path in (place, str(place), os.path.relpath(place)):
        assert holds(named(path), arrays)


def test_a_name_comes_before_a_folder_that_is_called_like_it(named: Open, arrays: list[np.ndarray]) -> None:
    put(Path("mnist"), make_arrays(seed=1))
    assert holds(named("mnist"), arrays)
    assert holds(named("./mnist"), make_arrays(seed=1))


def test_a_file_in_this_folder_needs_no_separator(named: Open, arrays: list[np.ndarray]) -> None:
    put(Path("digits"), arrays)
    assert holds(named("digits"), arrays)


def test_a_tilde_is_ones_home(named: Open, arrays: list[np.ndarray], tmp_path: Path) -> None:
    put(tmp_path / "home/digits", arrays)
    assert holds(named("~/digits"), arrays)


@pytest.mark.parametrize(
    ("name", "reason", "hint"),
    [
        ("mnits", "no data set called 'mnits', and there is no file or folder", "did you mean mnist?"),
        ("FashionMNIST", "no data set called 'FashionMNIST'", "did you mean fashion-mnist?"),
        ("zzzz", "no data set called 'zzzz'", "the file or folder that holds the data"),
        ("strkes", "no data set called 'strkes'", "did you mean strokes?"),
        ("", "no data set called ''", "name one of these"),
        ("no/such/file.csv", "there is no such file", "check the spelling"),
        ("https://example.org/mnist.npz", "cannot be read from a web address", "save the file"),
    ],
)
def test_what_means_nothing_is_said_with_a_way_on(name: str, reason: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        open_source(name)
    assert reason in str(caught.value)
    assert hint in str(caught.value.hint)


def test_every_name_is_described_without_asking_anyone(bare_machine: Path) -> None:
    assert source_names() == (
        "mnist",
        "fashion-mnist",
        "kmnist",
        "emnist-digits",
        "strokes",
        "nondigits",
        "kaggle",
    )
    for name in source_names():
        description = describe(name)
        assert description.name == name
        assert len(description.classes) == (12 if name == "nondigits" else 10)
        assert description.train_count >= 42_000
        assert description.test_count >= 10_000
        assert description.folder is None
    with pytest.raises(DataError, match="no data set called 'mnits'"):
        describe("mnits")


def test_a_description_says_where_the_data_lie(source: Source, patient: Patience) -> None:
    sources = {"mnist": source}
    folder = fetch("mnist", sources=sources, patience=patient)
    assert describe("MNIST", sources).folder == folder
    assert describe("mnist", sources).train_count == 20


def test_the_catalogue_is_whole() -> None:
    for name, source in SOURCES.items():
        assert source.name == name
        images, labels, test_images, test_labels = source.files
        assert images.shape[:1] == labels.shape
        assert test_images.shape[:1] == test_labels.shape
        for file in source.files:
            assert all(len(sum_) == 64 for sum_ in (file.sha256, file.served_sha256) if sum_)
            assert file.sha256 or file.served_sha256 or source.archive_sha256, (
                "nothing tells this file from another"
            )
        for address in source.mirrors:
            assert address.startswith(("https://", "http://"))
            assert address.endswith(("/", ".zip"))
        assert len(source.classes) == len(set(source.classes)) == 10


def test_the_real_mnist_passes_its_own_check(monkeypatch: pytest.MonkeyPatch, mnist: Path) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(mnist))
    bundle = open_source("mnist", offline=True)
    assert bundle.notice is None
    assert bundle.train.images.shape == (60_000, 28, 28)
    assert bundle.test is not None
    assert bundle.test.labels.shape == (10_000,)


def test_looking_for_data_does_not_load_what_only_fetching_needs() -> None:
    heavy = ("httpx", "PIL", "pyarrow", "rich")
    program = f"import sys, glassnet.data.sources; print([m for m in {heavy} if m in sys.modules])"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"


def test_kaggle_is_mnist_dealt_anew(source: Source, patient: Patience) -> None:
    sources = {"mnist": source}
    dealt = open_source("kaggle", sources=sources, patience=patient)
    assert dealt.test is not None
    assert (len(dealt.train), len(dealt.test)) == (18, 12)
    assert fetch("kaggle", sources=sources, patience=patient) == fetch("mnist", sources=sources, patience=patient)
