from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from glassnet.data import Dataset, open_path
from glassnet.data.parquet import read_parquet
from glassnet.errors import DataError, PictureError


def png(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def pyarrow() -> Any:
    importorskip = pytest.importorskip("pyarrow", reason="needs the extra 'parquet'")
    pytest.importorskip("pyarrow.parquet", reason="needs the extra 'parquet'")
    return importorskip


def write(pyarrow: Any, path: Path, **columns: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ModuleNotFoundError(name)

    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(DataError, match="needs pyarrow") as caught:
        open_path(tmp_path / "x.parquet")
    assert caught.value.hint == "pip install 'glassnet[parquet]'"


def test_hugging_face_layout(tmp_path: Path, pyarrow: Any, digits: Dataset) -> None:
    cells = [{"bytes": png(image), "path": None} for image in digits.images]
    for part, rows in {"train-00000-of-00002": slice(0, 8), "train-00001-of-00002": slice(8, 20)}.items():
        path = tmp_path / "mnist" / f"{part}.parquet"
        write(pyarrow, path, image=cells[rows], label=digits.labels[rows].tolist())
    write(pyarrow, tmp_path / "mnist" / "test-00000-of-00001.parquet", image=cells[:5], label=[0, 1, 2, 3, 4])
    bundle = open_path(tmp_path)
    assert bundle.train.fingerprint() == digits.fingerprint()
    assert bundle.test is not None
    assert bundle.test.fingerprint() == digits.subset(slice(0, 5)).fingerprint()


def test_a_file_that_could_be_training_data_too(tmp_path: Path, pyarrow: Any, digits: Dataset) -> None:
    cells = [png(image) for image in digits.images]
    for name in ("train-00000-of-00001.parquet", "more.parquet"):
        write(pyarrow, tmp_path / name, image=cells, label=digits.labels.tolist())
    with pytest.raises(DataError, match=r"could be the same part: more\.parquet, train-00000"):
        open_path(tmp_path)


def test_bare_bytes(tmp_path: Path, pyarrow: Any, digits: Dataset) -> None:
    cells = [png(image) for image in digits.images]
    path = write(pyarrow, tmp_path / "x", image=cells, label=digits.labels.tolist())
    assert open_path(path).train.fingerprint() == digits.fingerprint()


@pytest.mark.parametrize(
    ("columns", "message", "kind"),
    [
        ({"picture": [b""], "label": [1]}, "no column named image; it has picture, label", DataError),
        ({"image": [None], "label": [1]}, "row 0: holds no picture", DataError),
        ({"image": [b"text"], "label": [1]}, "row 0: not a picture", PictureError),
        ({"image": [png(np.zeros((28, 28), np.uint8))], "label": [12]}, "label 12 at row 0", DataError),
        ({"image": [png(np.zeros((28, 28), np.uint8))], "label": ["one"]}, "expected whole numbers", DataError),
        ({"image": [], "label": []}, "a table without rows", DataError),
    ],
)
def test_tables_of_another_layout(
    tmp_path: Path, pyarrow: Any, columns: dict[str, list[Any]], message: str, kind: type[DataError]
) -> None:
    with pytest.raises(kind) as caught:
        read_parquet(write(pyarrow, tmp_path / "x.parquet", **columns))
    assert message in str(caught.value)


@pytest.mark.parametrize("keep", [4, 300, -1])
def test_a_table_that_was_cut_short(tmp_path: Path, pyarrow: Any, keep: int) -> None:
    path = write(pyarrow, tmp_path / "x.parquet", image=[png(np.zeros((28, 28), np.uint8))] * 99, label=[1] * 99)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match="cannot be read"):
        read_parquet(path)
