"""From mirrors to the cache: which mirror is asked, what is let in, and what is never let in."""

from __future__ import annotations

import gzip
import io
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import mirror as replies
import numpy as np
import pytest
from mirror import Mirror
from tiny import NAMES, idx_bytes, make_arrays, make_source, packed_files

from glassnet.data.sources import Event, Notice, Patience, Progress, Source, fetch
from glassnet.errors import DataError, DownloadError, OutputError


@pytest.fixture
def fetched(bare_machine: Path) -> Path:
    return bare_machine / "datasets" / "mnist"


@pytest.fixture
def get(patient: Patience) -> Callable[..., Path]:
    def get(source: Source, patience: Patience = patient, **options: object) -> Path:
        return fetch(source.name, sources={source.name: source}, patience=patience, **options)

    return get


Get = Callable[..., Path]


def test_the_cache_holds_the_files_as_published_and_what_they_hold(
    get: Get, source: Source, mirror: Mirror, fetched: Path
) -> None:
    assert get(source) == fetched
    assert sorted(path.name for path in fetched.iterdir()) == sorted(
        [".lock", "SHA256SUMS", *(f"{n}.gz" for n in NAMES)]
    )
    for name in NAMES:
        assert (fetched / f"{name}.gz").read_bytes() == mirror.files[f"/mnist/{name}.gz"]
    lines = (fetched / "SHA256SUMS").read_text().splitlines()
    assert lines == [f"{file.sha256}  {file.name}" for file in source.files]


def test_what_is_there_is_not_asked_for_again(get: Get, source: Source, mirror: Mirror, fetched: Path) -> None:
    get(source)
    (fetched / f"{NAMES[2]}.gz").unlink()
    mirror.requests.clear()
    get(source)
    assert mirror.paths == [f"/mnist/{NAMES[2]}.gz"]
    get(source)
    assert len(mirror.requests) == 1


def test_force_fetches_everything_anew(get: Get, source: Source, mirror: Mirror) -> None:
    get(source)
    mirror.requests.clear()
    get(source, force=True)
    assert len(mirror.requests) == 4


def test_progress_names_files_as_they_are_published(get: Get, source: Source) -> None:
    events: list[Event] = []
    get(source, progress=events.append)
    names = [event.file for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(names)) == [f"{name}.gz" for name in NAMES]


@pytest.mark.parametrize("reply", [replies.status(403), replies.web_page, replies.cut_at(100), replies.endless])
def test_a_mirror_that_fails_is_passed_over_for_good(
    get: Get, arrays: list[np.ndarray], mirror: Mirror, new_mirror: Callable[[], Mirror], reply: replies.Reply
) -> None:
    broken = new_mirror()
    broken.files = {path.replace("mnist", "copy"): data for path, data in mirror.files.items()}
    broken.replies[""] = reply
    events: list[Event] = []
    get(make_source(arrays, broken.url("/copy/"), mirror.url("/mnist/")), progress=events.append)
    assert set(broken.paths) == {f"/copy/{NAMES[0]}.gz"}
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert len(notices) == 1
    assert notices[0].startswith(broken.url("/copy/"))


def test_when_all_mirrors_fail_each_is_named_with_its_reason(
    get: Get, arrays: list[np.ndarray], mirror: Mirror, fetched: Path
) -> None:
    mirror.replies = {
        f"/a/{NAMES[0]}.gz": replies.status(403),
        f"/b/{NAMES[0]}.gz": replies.web_page,
        f"/c/{NAMES[0]}.gz": replies.redirect("/c/"),
    }
    bases = [mirror.url(f"/{letter}/") for letter in "abc"]
    with pytest.raises(DownloadError) as caught:
        get(make_source(arrays, *bases))
    lines = str(caught.value).splitlines()
    assert lines[0] == "no mirror has delivered train-images-idx3-ubyte.gz of Tiny MNIST:"
    assert [line.split(": ")[0].strip() for line in lines[1:]] == bases
    assert "403" in lines[1]
    assert "web page" in lines[2]
    assert "404" in lines[3]
    assert "glassnet data fetch mnist" in str(caught.value.hint)
    assert str(fetched) in str(caught.value.hint)


def test_files_that_did_arrive_survive_the_failure_of_others(get: Get, source: Source, mirror: Mirror) -> None:
    mirror.replies[f"/mnist/{NAMES[3]}.gz"] = replies.status(500)
    with pytest.raises(DownloadError, match=NAMES[3]):
        get(source)
    mirror.replies.clear()
    mirror.requests.clear()
    get(source)
    assert mirror.paths == [f"/mnist/{NAMES[3]}.gz"]


def test_a_fetch_that_was_cut_off_goes_on(get: Get, source: Source, mirror: Mirror) -> None:
    mirror.replies[""] = replies.cut_at(300)
    with pytest.raises(DownloadError):
        get(source)
    mirror.replies.clear()
    mirror.requests.clear()
    get(source)
    assert mirror.requests[0][1]["Range"] == "bytes=300-"


def other(arrays: list[np.ndarray]) -> bytes:
    return idx_bytes(make_arrays(seed=1)[0])


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda arrays: gzip.compress(idx_bytes(arrays[0]))[:-2000], "cannot be unpacked"),
        (lambda arrays: gzip.compress(idx_bytes(arrays[0])[:-1]), "only 15,679 follow"),
        (lambda arrays: gzip.compress(idx_bytes(arrays[0]) + b"x"), "goes on after them"),
        (lambda arrays: gzip.compress(idx_bytes(arrays[1])), "shape (20,), expected (20, 28, 28)"),
        (lambda arrays: gzip.compress(idx_bytes(arrays[0][:7])), "shape (7, 28, 28), expected (20, 28, 28)"),
        (lambda arrays: gzip.compress(b"\0\0\x08\x03" + b"\xff" * 12), "the impossible shape"),
        (lambda arrays: gzip.compress(b"\0\0\x08\x01\x7f\xff\xff\xff"), "(2147483647,), expected (20, 28, 28)"),
        (lambda arrays: gzip.compress(bytes(10_000_000)), "not an IDX file"),
        (lambda arrays: gzip.compress(b"<html>" * 100), "not an IDX file"),
        (lambda arrays: b"PK\x03\x04" + bytes(100), "not an IDX file"),
    ],
)
def test_wrong_content_is_never_let_in(
    get: Get,
    arrays: list[np.ndarray],
    mirror: Mirror,
    fetched: Path,
    content: Callable[[list[np.ndarray]], bytes],
    reason: str,
    known: bool,
) -> None:
    mirror.files[f"/mnist/{NAMES[0]}.gz"] = content(arrays)
    with pytest.raises(DownloadError) as caught:
        get(make_source(arrays, mirror.url("/mnist/"), known=known))
    assert "is not the published one" in str(caught.value)
    assert reason in str(caught.value)
    assert ".downloads" not in str(caught.value)
    assert not list(fetched.glob("**/*ubyte*"))


def test_other_pictures_of_the_same_shape_are_told_by_their_sum(get: Get, source: Source, mirror: Mirror) -> None:
    mirror.files[f"/mnist/{NAMES[0]}.gz"] = gzip.compress(idx_bytes(make_arrays(seed=1)[0]))
    with pytest.raises(DownloadError, match=f"has the sha256 [0-9a-f]{{64}}, expected {source.files[0].sha256}"):
        get(source)


def test_labels_beyond_the_classes_are_told_without_a_sum(
    get: Get, arrays: list[np.ndarray], mirror: Mirror
) -> None:
    mirror.files[f"/mnist/{NAMES[1]}.gz"] = gzip.compress(idx_bytes(np.full(20, 200, np.uint8)))
    with pytest.raises(DownloadError, match="holds the label 200, expected 0 to 9"):
        get(make_source(arrays, mirror.url("/mnist/"), known=False))


def test_a_file_is_compared_with_the_sum_that_its_publisher_serves(
    get: Get, arrays: list[np.ndarray], mirror: Mirror
) -> None:
    source = make_source(arrays, mirror.url("/mnist/"), known=False)
    right = sha256(mirror.files[f"/mnist/{NAMES[0]}.gz"]).hexdigest()
    wrong = replace(source, train_images=replace(source.train_images, served_sha256="0" * 64))
    with pytest.raises(DownloadError, match=f"has the sha256 {right}, expected 000000"):
        get(wrong)
    get(replace(source, train_images=replace(source.train_images, served_sha256=right)))


def test_the_first_copy_of_a_file_without_a_published_sum_is_remembered(
    get: Get, arrays: list[np.ndarray], mirror: Mirror, fetched: Path
) -> None:
    source = make_source(arrays, mirror.url("/mnist/"), known=False)
    get(source)
    damaged = arrays[0].copy()
    damaged[3, 3, 3] ^= 1
    (fetched / f"{NAMES[0]}.gz").write_bytes(gzip.compress(idx_bytes(damaged)))
    mirror.requests.clear()
    events: list[Event] = []
    get(source, progress=events.append)
    assert mirror.paths == [f"/mnist/{NAMES[0]}.gz"]
    assert any(isinstance(event, Notice) and "it is fetched again" in event.text for event in events)

    mirror.files[f"/mnist/{NAMES[0]}.gz"] = (fetched / f"{NAMES[0]}.gz").read_bytes()[:-1]
    (fetched / f"{NAMES[0]}.gz").unlink()
    mirror.files[f"/mnist/{NAMES[0]}.gz"] = gzip.compress(idx_bytes(damaged))
    with pytest.raises(DownloadError, match="has the sha256"):
        get(source)
    get(source, force=True)  # whoever asks for it accepts what is published now
    get(source)


@pytest.mark.parametrize(
    "name", [NAMES[0], NAMES[0].replace("-idx", ".idx"), f"{NAMES[0].replace('-idx', '.idx')}.gz"]
)
def test_a_damaged_copy_under_another_spelling_does_not_hide_the_good_one(
    get: Get, source: Source, fetched: Path, name: str
) -> None:
    fetched.mkdir(parents=True)
    (fetched / name).write_bytes(b"damaged")
    get(source)
    assert source.files[0].find(fetched) == fetched / f"{NAMES[0]}.gz"


def test_a_mirror_of_ones_own_is_asked_first(
    get: Get, source: Source, mirror: Mirror, new_mirror: Callable[[], Mirror], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = new_mirror()
    teacher.files = mirror.files
    monkeypatch.setenv("GLASSNET_MIRRORS", f"{new_mirror().url('/none')}, {teacher.url().rstrip('/')}")
    get(source)
    assert teacher.paths == [f"/mnist/{name}.gz" for name in NAMES]
    assert not mirror.requests


def test_a_mirror_of_ones_own_may_have_compressed_the_files_anew(
    get: Get, arrays: list[np.ndarray], mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_source(arrays, known=False)
    served = replace(source, train_images=replace(source.train_images, served_sha256="0" * 64))
    monkeypatch.setenv("GLASSNET_MIRRORS", mirror.url())
    get(served)


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def archive(mirror: Mirror, arrays: list[np.ndarray]) -> Source:
    data = zipped({f"gzip/{name}": data for name, data in packed_files(arrays).items()})
    mirror.files["/gzip.zip"] = data
    return make_source(
        arrays, mirror.url("/gzip.zip"), archive_sha256=sha256(data).hexdigest(), download_bytes=len(data)
    )


def test_an_archive_is_fetched_once_and_not_kept(get: Get, archive: Source, mirror: Mirror, fetched: Path) -> None:
    get(archive)
    assert mirror.paths == ["/gzip.zip"]
    assert not list(fetched.glob("**/*.zip"))
    assert [file.find(fetched) for file in archive.files] == [fetched / f"{name}.gz" for name in NAMES]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and no more", "the archive cannot be unpacked"),
        (zipped({"gzip/readme": b""}), "has no train-images-idx3-ubyte.gz in it"),
        (zipped({f"{NAMES[0]}.gz": b"\x1f\x8b"}), "cannot be unpacked"),
        (zipped({f"{NAMES[0]}.gz": gzip.compress(bytes(50_000_000))}), "not an IDX file"),
    ],
)
def test_a_bad_archive_is_refused(get: Get, archive: Source, mirror: Mirror, content: bytes, reason: str) -> None:
    mirror.files["/gzip.zip"] = content
    with pytest.raises(DownloadError) as caught:
        get(replace(archive, archive_sha256=None, download_bytes=10**6))
    assert reason in str(caught.value)
    with pytest.raises(DownloadError, match="has the sha256"):
        get(replace(archive, download_bytes=10**6))


def test_an_archive_that_unpacks_without_end_costs_no_memory(get: Get, archive: Source, mirror: Mirror) -> None:
    mirror.files["/gzip.zip"] = zipped({f"{NAMES[0]}.gz": bytes(30_000_000)})
    tracemalloc.start()
    with pytest.raises(DownloadError, match="not an IDX file"):
        get(replace(archive, archive_sha256=None, download_bytes=10**6))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000


def test_two_at_once_fetch_each_file_once(get: Get, source: Source, mirror: Mirror) -> None:
    mirror.replies[""] = replies.dripping(2_000, 0.02)
    events: list[Event] = []
    threads = [threading.Thread(target=get, args=(source,), kwargs={"progress": events.append}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mirror.paths) == sorted(f"/mnist/{name}.gz" for name in NAMES)
    assert Notice("another process is fetching Tiny MNIST: waiting for it") in events


@pytest.mark.parametrize("blocked", ["cache", "cache/datasets/mnist/.lock"])
def test_a_cache_that_cannot_be_written_is_named(
    get: Get, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocked: str
) -> None:
    place = tmp_path / blocked
    if place.name == ".lock":
        place.mkdir(parents=True)
    else:
        place.write_text("a file where the folder should be")
    with pytest.raises(OutputError) as caught:
        get(source)
    assert str(place) in str(caught.value)
    assert caught.value.hint


def test_ctrl_c_leaves_what_is_needed_to_go_on(get: Get, source: Source, mirror: Mirror) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.received >= 4_000:
            raise KeyboardInterrupt

    mirror.replies[""] = replies.dripping(2_000, 0.02)
    with pytest.raises(KeyboardInterrupt):
        get(source, progress=interrupt)
    mirror.replies.clear()
    get(source)
    assert mirror.requests[-4][1]["Range"].startswith("bytes=")


@pytest.mark.parametrize("name", ["mnits", "FashionMNIST", "x"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(DataError, match="mnist, fashion-mnist, kmnist, emnist-digits, strokes") as caught:
        fetch(name)
    assert caught.value.hint


def test_strokes_need_not_be_fetched() -> None:
    with pytest.raises(DataError, match="nothing to fetch"):
        fetch("strokes:100")
