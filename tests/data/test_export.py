from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassnet.data import EXPORT_FORMATS, DataBundle, Dataset, export, open_path
from glassnet.errors import DataError, OutputError

NAMES = {
    "idx": [f"{part}-{kind}-ubyte.gz" for part in ("t10k", "train") for kind in ("images-idx3", "labels-idx1")],
    "csv": ["test.csv", "train.csv"],
    "npz": ["mnist.npz"],
    "pictures": ["test", "train"],
}


def by_class(dataset: Dataset) -> str:
    return dataset.subset(np.argsort(dataset.labels, kind="stable")).fingerprint()


@pytest.mark.parametrize("format", list(EXPORT_FORMATS))
def test_what_is_exported_opens_again(tmp_path: Path, bundle: DataBundle, format: str) -> None:
    assert bundle.test is not None
    written = export(bundle, tmp_path / "out", format)
    assert sorted(path.name for path in written) == NAMES[format]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == NAMES[format]
    again = open_path(tmp_path / "out")
    assert again.test is not None
    assert by_class(again.train) == by_class(bundle.train)
    assert by_class(again.test) == by_class(bundle.test)


@pytest.mark.parametrize("format", list(EXPORT_FORMATS))
def test_a_single_data_set_is_a_training_part(tmp_path: Path, digits: Dataset, format: str) -> None:
    export(digits, tmp_path, format)
    bundle = open_path(tmp_path)
    assert by_class(bundle.train) == by_class(digits)
    assert bundle.test is None


@pytest.mark.parametrize("format", list(EXPORT_FORMATS))
def test_nothing_is_overwritten(tmp_path: Path, bundle: DataBundle, format: str) -> None:
    taken = tmp_path / NAMES[format][0]
    taken.write_text("precious")
    with pytest.raises(OutputError, match="is there already"):
        export(bundle, tmp_path, format)
    assert list(tmp_path.iterdir()) == [taken]
    assert taken.read_text() == "precious"


def test_an_unknown_format(tmp_path: Path, digits: Dataset) -> None:
    with pytest.raises(DataError, match="'xls'") as caught:
        export(digits, tmp_path, "xls")
    assert caught.value.hint == "choose one of: idx, csv, npz, pictures"


def test_a_folder_that_cannot_be_made(tmp_path: Path, digits: Dataset) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the folder"):
        export(digits, tmp_path / "file" / "out")
