from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.data import Dataset
from glassnet.data.picture_folder import is_picture_folder, read_picture_folder, write_picture_folder
from glassnet.errors import DataError, OutputError, PictureError


@pytest.fixture
def folder(tmp_path: Path, digits: Dataset) -> Path:
    write_picture_folder(tmp_path / "digits", digits)
    return tmp_path / "digits"


def test_round_trip_class_by_class(folder: Path, digits: Dataset) -> None:
    again = read_picture_folder(folder)
    by_class = digits.subset(np.argsort(digits.labels, kind="stable"))
    assert again.fingerprint() == by_class.fingerprint()
    assert is_picture_folder(folder)
    assert not is_picture_folder(folder / "0")


def test_files_are_named_by_their_rows(folder: Path) -> None:
    assert sorted(path.name for path in (folder / "3").iterdir()) == ["00003.png", "00013.png"]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_colour_becomes_grey(tmp_path: Path, mode: str) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 14] = 255
    (tmp_path / "1").mkdir()
    Image.fromarray(image).convert("RGB").convert(mode).save(tmp_path / "1" / "one.png")
    assert np.array_equal(read_picture_folder(tmp_path).images[0], image)


def test_dark_ink_on_paper_is_inverted_as_a_set(tmp_path: Path, digits: Dataset) -> None:
    dark = Dataset(255 - digits.images, digits.labels)
    dark.images[0] = 0  # one picture on black among many on white does not decide
    write_picture_folder(tmp_path / "x", dark)
    images = read_picture_folder(tmp_path / "x").images
    assert images[0].min() == 255
    assert images[2, 0].max() == 0


def test_what_file_managers_leave_behind_is_passed_over(folder: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (folder / "0" / name).write_bytes(b"no picture")
    assert len(read_picture_folder(folder)) == 20


def test_a_class_may_be_missing(folder: Path) -> None:
    for path in (folder / "7").iterdir():
        path.unlink()
    (folder / "7").rmdir()
    assert set(read_picture_folder(folder).labels.tolist()) == {0, 1, 2, 3, 4, 5, 6, 8, 9}


def test_folders_without_pictures(tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    with pytest.raises(DataError, match="no pictures in its folders 0 to 9"):
        read_picture_folder(tmp_path)


def save_large(path: Path) -> None:
    Image.new("L", (3000, 3000)).save(path)


def save_deep(path: Path) -> None:
    Image.fromarray(np.full((28, 28), 40000, np.uint16)).save(path)


def save_transparent(path: Path) -> None:
    Image.new("RGBA", (28, 28), (0, 0, 0, 0)).save(path)


def save_text(path: Path) -> None:
    path.write_text("not a picture")


def save_nothing(path: Path) -> None:
    path.write_bytes(b"")


def save_half(path: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (28, 28), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:200])


@pytest.mark.parametrize(
    ("save", "message"),
    [
        (save_large, "3000 x 3000 pixels"),
        (save_deep, "more than 8 bits per pixel"),
        (save_transparent, "has transparent pixels"),
        (save_text, "not a picture"),
        (save_nothing, "not a picture"),
        (save_half, "the picture is damaged"),
    ],
)
@pytest.mark.parametrize("place", ["0/0.png", "5/odd.png"])
def test_a_file_that_cannot_be_used_is_named(
    folder: Path, save: Callable[[Path], None], message: str, place: str
) -> None:
    save(folder / place)
    with pytest.raises(PictureError) as caught:
        read_picture_folder(folder)
    assert message in str(caught.value)
    assert str(folder / place) in str(caught.value)
    assert caught.value.hint


def test_a_picture_of_another_size(folder: Path) -> None:
    Image.new("L", (32, 28)).save(folder / "5" / "wide.png")
    with pytest.raises(
        PictureError, match=r"wide\.png: 32 x 28 pixels, but the first picture has 28 x 28"
    ) as caught:
        read_picture_folder(folder)
    assert "one size" in str(caught.value.hint)


def test_a_picture_without_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(PictureError, match=r"00000\.png: permission denied"):
        read_picture_folder(folder)


def test_a_folder_that_is_there_is_not_overwritten(folder: Path, digits: Dataset) -> None:
    with pytest.raises(OutputError, match="there already"):
        write_picture_folder(folder, digits)


def test_a_full_disk_leaves_nothing(tmp_path: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    save, saved = Image.Image.save, []

    def fill_up(self: Image.Image, path: Path) -> None:
        if len(saved) == 5:
            raise OSError(28, "No space left on device")
        saved.append(path)
        save(self, path)

    monkeypatch.setattr(Image.Image, "save", fill_up)
    with pytest.raises(OutputError, match="no space left"):
        write_picture_folder(tmp_path / "x", digits)
    assert list(tmp_path.iterdir()) == []
