"""A result is there whole or not at all, and what stands in its way is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glassnet.errors import OutputError
from glassnet.files import make_folder, may_exist, replacing


def test_what_is_half_written_never_appears(tmp_path: Path):
    target = tmp_path / "deep" / "result.txt"
    with pytest.raises(ZeroDivisionError), replacing(target) as temporary:
        temporary.write_text("half") / 0
    assert list(target.parent.iterdir()) == []


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path: Path):
    target = tmp_path / "result.txt"
    target.write_text("old")
    with replacing(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result.txt"]
    assert target.read_text() == "new"


def test_a_file_where_a_folder_should_be_is_named_and_free_space_is_not_the_cure(tmp_path: Path):
    file = tmp_path / "runs"
    file.write_text("mine")
    with pytest.raises(OutputError, match=r"cannot make the folder .*runs: file exists") as refused:
        make_folder(file)
    assert "choose another" in refused.value.hint
    assert "space" not in refused.value.hint
    with pytest.raises(OutputError, match="cannot make the folder"), replacing(file / "result.txt"):
        pass
    assert file.read_text() == "mine"


def test_a_folder_where_a_file_should_be_is_left_alone(tmp_path: Path):
    (tmp_path / "result.txt").mkdir()
    with (
        pytest.raises(OutputError, match=r"cannot write .*result\.txt") as refused,
        replacing(tmp_path / "result.txt") as temporary,
    ):
        temporary.write_text("new")
    assert "something else has that name" in refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["result.txt"]


def test_what_cannot_be_looked_at_may_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert may_exist(tmp_path)
    assert not may_exist(tmp_path / "nothing")
    assert not may_exist(tmp_path / "no\0name")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", refuse)
    assert may_exist("locked/model.safetensors")
