from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.data import Dataset, write_csv
from glassnet.data.csv_table import TableLayout, _parse_clean, _parse_line, read_csv, read_csv_layout
from glassnet.errors import DataError

HEADER = "label," + ",".join(f"pixel{i}" for i in range(784))


def row(*, label: str = "5", **cells: str) -> str:
    """A line of 785 cells, pixel by pixel ``i % 256``; ``p12="x"`` puts x into pixel 12."""
    values = [str(i % 256) for i in range(784)]
    for name, value in cells.items():
        values[int(name[1:])] = value
    return ",".join([label, *values])


def table(path: Path, *lines: str, end: str = "\n") -> Path:
    path.write_bytes((end.join(lines) + end).encode())
    return path


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("name", ["train.csv", "train.csv.gz"])
def test_round_trip(tmp_path: Path, digits: Dataset, header: bool, name: str) -> None:
    write_csv(tmp_path / name, digits, header=header)
    images, labels = read_csv(tmp_path / name)
    assert np.array_equal(images, digits.images)
    assert labels is not None
    assert np.array_equal(labels, digits.labels)
    assert images.dtype == labels.dtype == np.uint8


@settings(max_examples=25)
@given(side=st.integers(7, 12), count=st.integers(1, 600), seed=st.integers(0, 99))
def test_round_trip_of_other_sizes(
    tmp_path_factory: pytest.TempPathFactory, side: int, count: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (count, side, side), dtype=np.uint8)
    data = Dataset(images, generator.integers(0, 10, count, dtype=np.uint8))
    path = tmp_path_factory.mktemp("csv") / "train.csv"
    write_csv(path, data)
    again, labels = read_csv(path)
    assert np.array_equal(again, images)
    assert np.array_equal(labels, data.labels)


def test_what_is_written_is_kaggles_layout(tmp_path: Path, digits: Dataset) -> None:
    write_csv(tmp_path / "train.csv", digits)
    first, second = (tmp_path / "train.csv").read_text().splitlines()[:2]
    assert first == HEADER
    assert second.startswith("0,0,0,")
    assert len(second.split(",")) == 785


@pytest.mark.parametrize(("shape", "header"), [((8, 9), True), ((8, 8), False), ((4, 4), True)])
def test_pictures_that_could_not_be_read_back_are_not_written(
    tmp_path: Path, shape: tuple[int, int], header: bool
) -> None:
    data = Dataset(np.zeros((2, *shape), np.uint8), np.zeros(2, np.uint8))
    with pytest.raises(DataError, match="cannot hold pictures"):
        write_csv(tmp_path / "x.csv", data, header=header)
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("name", ["label", "Label", "class", '"label"', "digit"])
@pytest.mark.parametrize("index", [0, 400, 784])
def test_the_label_column_is_found_by_its_name(tmp_path: Path, name: str, index: int) -> None:
    names = [f"{i // 28}x{i % 28}" for i in range(784)]
    cells = [str(i % 256) for i in range(784)]
    names.insert(index, name)
    cells.insert(index, "7")
    images, labels = read_csv(table(tmp_path / "x.csv", ",".join(names), ",".join(cells)))
    assert labels is not None
    assert labels.tolist() == [7]
    assert images.ravel().tolist() == [i % 256 for i in range(784)]


def test_a_table_without_labels(tmp_path: Path) -> None:
    path = table(tmp_path / "test.csv", HEADER.removeprefix("label,"), row().removeprefix("5,"))
    images, labels = read_csv(path)
    assert labels is None
    assert images.shape == (1, 28, 28)
    assert read_csv(table(tmp_path / "bare.csv", row().removeprefix("5,")))[1] is None


def test_column_numbers_as_pandas_writes_them_are_a_header(tmp_path: Path) -> None:
    images, labels = read_csv(table(tmp_path / "x.csv", ",".join(map(str, range(785))), row()))
    assert labels is not None
    assert labels.tolist() == [5]
    assert len(images) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r\n\r\n"])
@pytest.mark.parametrize("first", [HEADER, "\ufeff" + HEADER, "\ufeff" + row(), "\n\n" + row()])
def test_line_ends_empty_lines_and_byte_order_marks(tmp_path: Path, end: str, first: str) -> None:
    path = table(tmp_path / "x.csv", first, row(label="3"), row(label="4"), end=end)
    images, labels = read_csv(path)
    assert labels is not None
    assert labels.tolist()[-2:] == [3, 4]
    assert images[-1].ravel().tolist() == [i % 256 for i in range(784)]


def test_a_last_line_without_an_end(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{row()}\n{row(label='6')}")
    assert read_csv(tmp_path / "x.csv")[1].tolist() == [5, 6]


@pytest.mark.parametrize("change", [(",", ";"), (",", "\t"), (",", ", "), (",0,", ',"000",')])
def test_other_delimiters_blanks_and_quotes(tmp_path: Path, change: tuple[str, str]) -> None:
    images, labels = read_csv(table(tmp_path / "x.csv", HEADER.replace(*change), row().replace(*change)))
    assert labels.tolist() == [5]
    assert images.ravel().tolist() == [i % 256 for i in range(784)]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"p11": "abc"}, "line 301, column 13 (pixel11): 'abc' is not a whole number from 0 to 255"),
        ({"p11": "0.5"}, "line 301, column 13 (pixel11): '0.5' is not a whole number"),
        ({"p11": "1e2"}, "column 13 (pixel11): '1e2' is not a whole number"),
        ({"p11": "nan"}, "column 13 (pixel11): 'nan' is not a whole number"),
        ({"p11": ""}, "column 13 (pixel11): '' is not a whole number"),
        ({"p11": "-1"}, "column 13 (pixel11): '-1' is not a whole number"),
        ({"p11": "256"}, "column 13 (pixel11): '256' is not a whole number"),
        ({"p11": "1000"}, "column 13 (pixel11): '1000' is not a whole number"),
        ({"p783": "9_9"}, "column 785 (pixel783): '9_9' is not a whole number"),
        ({"p0": "٣"}, "column 2 (pixel0): '٣' is not a whole number"),
        ({"p0": "x" * 500}, "...' is not a whole number"),
        ({"label": "10"}, "line 301, column 1 (label): '10' is not a digit from 0 to 9"),
        ({"label": "seven"}, "line 301, column 1 (label): 'seven' is not a digit from 0 to 9"),
        ({"p5": "1,2"}, "line 301: 786 columns, but the first line has 785"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_found_and_named(tmp_path: Path, cells: dict[str, str], message: str) -> None:
    lines = [HEADER, *[row()] * 299, row(**cells), row(label="nor this")]
    with pytest.raises(DataError) as caught:
        read_csv(table(tmp_path / "train.csv", *lines))
    assert message in str(caught.value)
    assert str(tmp_path / "train.csv") in str(caught.value)


def test_empty_lines_count_as_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 6, column 1"):
        read_csv(table(tmp_path / "x.csv", "", HEADER, "", row(), "", row(label="x")))


def test_columns_without_names_are_counted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2, column 1 \(the label\): '-3'"):
        read_csv(table(tmp_path / "x.csv", row(), row(label="-3")))
    with pytest.raises(DataError, match="line 2, column 4: '300'"):
        read_csv(table(tmp_path / "x.csv", row(), row(p2="300")))


def test_scaled_pixels_get_a_hint(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_csv(table(tmp_path / "x.csv", HEADER, row(p3="0.25")))
    assert "255" in str(caught.value.hint)


def test_a_line_that_was_cut_short(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{row()}\n{row()[:700]}")
    with pytest.raises(DataError, match=r"line 3: .* columns, but the first line has 785") as caught:
        read_csv(tmp_path / "x.csv")
    assert "cut short" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("first", "message", "hint"),
    [
        (row() + ",0", "786 columns and no header", "index=False"),
        (row() + ",0,0", "787 columns", "header"),
        (HEADER + ",extra", "785 columns of pixels make no square", "index=False"),
        ("Unnamed: 0," + HEADER, "785 columns of pixels make no square", "index=False"),
        (HEADER.removesuffix(",pixel783"), "783 columns of pixels make no square", "index=False"),
        (HEADER.replace("label", "number"), "785 columns of pixels make no square", "label"),
        (HEADER.replace("pixel7,", "label,"), "2 columns are named like a label", ""),
    ],
)
def test_a_column_too_many_or_too_few(tmp_path: Path, first: str, message: str, hint: str) -> None:
    for read in (read_csv, read_csv_layout):
        with pytest.raises(DataError) as caught:
            read(table(tmp_path / "x.csv", first, row()))
        assert message in str(caught.value)
        assert hint in (caught.value.hint or "")


def test_a_submission_is_no_table_of_pixels(tmp_path: Path) -> None:
    path = table(tmp_path / "sample_submission.csv", "ImageId,Label", "1,0")
    assert read_csv_layout(path) is None
    with pytest.raises(DataError, match="'ImageId,Label' is not the first line of a table of pixels"):
        read_csv(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"\n\r\n\n", "is empty"), (HEADER.encode(), "a header and no rows")],
)
def test_nothing_in_it(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_csv(tmp_path / "x.csv")


def test_a_file_without_lines_costs_no_memory(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(gzip.compress(b"1," * (40 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="line 1: longer than"):
            read_csv(tmp_path / "x.csv")
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


CELLS = st.one_of(
    st.integers(0, 255).map(str), st.integers(-3, 1200).map(str), st.text("0123456789 .+-e\"'", max_size=4)
)


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_fast_parser_agrees_with_the_careful_one(rows: list[list[str]]) -> None:
    layout = TableLayout(columns=3, label=None, side=1, header=None, delimiter=b",")
    block = [(i, ",".join(cells).encode()) for i, cells in enumerate(rows, 1)]
    fast = _parse_clean(block, layout)
    if fast is not None:
        assert fast.tolist() == [_parse_line(number, line, layout, "x.csv") for number, line in block]
    elif all(
        cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) <= 255
        for cells in rows
        for cell in cells
    ):
        pytest.fail("a clean block went the slow way")


def test_reading_does_not_hold_the_table_twice(tmp_path: Path, make_digits: Callable[..., Dataset]) -> None:
    data = make_digits(4000)
    write_csv(tmp_path / "x.csv", data)
    tracemalloc.start()
    try:
        read_csv(tmp_path / "x.csv")
        assert tracemalloc.get_traced_memory()[1] < 2 * data.images.nbytes + (10 << 20)
    finally:
        tracemalloc.stop()
