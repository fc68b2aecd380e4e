from __future__ import annotations

import contextlib
import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data import read_idx, write_idx
from glassnet.data.idx import read_idx_header
from glassnet.errors import DataError

TYPES = ["u1", "i1", "i2", "i4", "f4", "f8"]


def test_a_file_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "any name"
    path.write_bytes(bytes([0, 0, 0x0B, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + struct.pack(">6h", 1, -2, 300, 4, 5, -32768))
    array = read_idx(path)
    assert array.tolist() == [[1, -2, 300], [4, 5, -32768]]
    assert array.dtype == np.int16
    assert array.dtype.isnative
    assert read_idx_header(path).shape == (2, 3)


def test_mnist_begins_with_its_magic_numbers(tmp_path: Path) -> None:
    write_idx(tmp_path / "images", np.zeros((2, 28, 28), np.uint8))
    write_idx(tmp_path / "labels", np.zeros(2, np.uint8))
    assert int.from_bytes((tmp_path / "images").read_bytes()[:4], "big") == 2051
    assert int.from_bytes((tmp_path / "labels").read_bytes()[:4], "big") == 2049


@given(
    array=st.sampled_from(TYPES).flatmap(
        lambda kind: hnp.arrays(np.dtype(kind), hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
    ),
    suffix=st.sampled_from(["", ".gz"]),
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, suffix: str) -> None:
    path = tmp_path_factory.mktemp("idx") / f"array{suffix}"
    write_idx(path, array)
    again = read_idx(path)
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()


@given(head=st.binary(max_size=16), claims=st.booleans())
def test_any_bytes_give_an_array_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, claims: bool
) -> None:
    path = tmp_path_factory.mktemp("idx") / "noise"
    path.write_bytes(b"\0\0\x08" + head if claims else head)
    with contextlib.suppress(DataError):
        read_idx(path)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\0\0", "not an IDX file"),
        (b"<!DOCTYPE html>", "begins with 3c 21 44 4f"),
        (b"\0\0\x0a\x01", "not an IDX file"),
        (b"\0\0\x08\0", "not an IDX file"),
        (b"\0\0\x08\x03\0\0", "ends inside its header"),
        (b"\0\0\x08\x01\0\0\0\x05abcd", "claims 5 numbers, 5 bytes, but only 4 follow"),
        (b"\0\0\x08\x01\0\0\0\x05abcdef", "the file goes on after them"),
        (b"\0\0\x08\xff" + bytes(4 * 255), "impossible shape"),
        (b"\0\0\x0e\x03" + b"\xff" * 12, "impossible shape"),
    ],
)
def test_damage_is_named(tmp_path: Path, content: bytes, message: str, packed: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(DataError) as caught:
        read_idx(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_claim_costs_no_memory(tmp_path: Path, packed: bool) -> None:
    content = b"\0\0\x08\x02\0\xff\xff\xff\0\xff\xff\xff" + bytes(1000)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="only 1,000 follow"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_gzip_bomb_stops_at_the_claimed_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"\0\0\x08\x01\0\0\x01\0" + bytes(100 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="claims 256 numbers"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("array", [np.zeros(3, np.int64), np.zeros(3, np.float16), np.zeros(3, np.bool_), ["a"]])
def test_types_that_idx_does_not_have(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(DataError, match="IDX has no type"):
        write_idx(tmp_path / "file", array)
    assert list(tmp_path.iterdir()) == []


def test_a_single_number_is_no_idx(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not fit"):
        write_idx(tmp_path / "file", np.uint8(3))


def test_gzipped_files_are_reproducible(tmp_path: Path) -> None:
    array = np.arange(1000, dtype=np.int32)
    write_idx(tmp_path / "a.gz", array)
    write_idx(tmp_path / "b.gz", array)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert (tmp_path / "a.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_arrays_are_writable_and_strided_ones_can_be_written(tmp_path: Path) -> None:
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4).transpose(2, 0, 1)
    write_idx(tmp_path / "file", array)
    again = read_idx(tmp_path / "file")
    assert np.array_equal(again, array)
    again[0] = 7  # a read-only array would surprise whoever wants to change a pixel
