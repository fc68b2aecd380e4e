from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from glassnet.data.stream import largest_expansion, open_output, open_stream, read_at_most
from glassnet.errors import DataError, OutputError


@pytest.mark.parametrize("name", ["plain", "packed.gz", "packed-under-another-name"])
def test_a_file_is_unpacked_by_its_content_not_its_name(tmp_path: Path, name: str) -> None:
    content = bytes(range(256)) * 5000
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if "packed" in name else content)
    with open_stream(path) as stream:
        assert read_at_most(stream, 10**15) == content


def test_reading_stops_at_the_count(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    with open_stream(path) as stream:
        assert read_at_most(stream, 4) == b"0123"
        assert stream.read() == b"456789"


@pytest.mark.parametrize("cut", [3, 12, -4])
def test_gzip_that_was_cut_short(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b"0123456789" * 50)[:cut])
    with (
        pytest.raises(DataError, match=r"file\.gz: the compressed data cannot be unpacked") as caught,
        open_stream(path) as s,
    ):
        s.read()
    assert "again" in str(caught.value.hint)


def test_gzip_with_a_flipped_bit_fails_its_checksum(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"0123456789" * 50))
    packed[-6] ^= 1
    (tmp_path / "file.gz").write_bytes(packed)
    with pytest.raises(DataError, match="CRC"), open_stream(tmp_path / "file.gz") as stream:
        stream.read()


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.data.stream.largest_expansion", lambda packed: 3 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(20 << 20)))
    with open_stream(path) as stream:
        assert len(stream.read(3 << 20)) == 3 << 20
    with pytest.raises(DataError, match="unpacks to more than 3,145,728 bytes"), open_stream(path) as stream:
        read_at_most(stream, 10**15)


def test_mnist_is_far_below_the_limit_and_a_bomb_far_above() -> None:
    assert largest_expansion(9_912_422) > 10 * 47_040_016
    assert largest_expansion(100 << 20) < 1000 * (100 << 20)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"), open_stream(tmp_path / "nowhere"):
        pass


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # chmod does not stop a test that runs as root
    with pytest.raises(DataError, match="permission denied") as caught, open_stream(tmp_path / "secret"):
        pass
    assert "chmod" in str(caught.value.hint)


def test_output_is_gzipped_by_its_name_and_reproducible(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        with open_output(tmp_path / name) as stream:
            stream.write(b"digits" * 1000)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"digits" * 1000


def test_output_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "result.gz"
    path.write_bytes(b"old")

    def fill_the_disk() -> None:
        with open_output(path) as stream:
            stream.write(b"half of the new")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="no space left"):
        fill_the_disk()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
