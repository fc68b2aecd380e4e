from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glassnet.data.sources.cache import cache_folder, locked, record_sums, recorded_sums


def test_the_cache_is_where_the_environment_says(bare_machine: Path) -> None:
    assert cache_folder() == bare_machine


def test_otherwise_it_is_where_the_system_keeps_such_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GLASSNET_CACHE")
    assert cache_folder().is_absolute()
    assert "glassnet" in cache_folder().parts


def test_a_tilde_is_ones_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_CACHE", "~/kept")
    assert cache_folder() == Path.home() / "kept"


def test_sums_come_back_as_they_were_recorded(tmp_path: Path) -> None:
    sums = {"a": "0" * 64, "b": "f" * 64}
    record_sums(tmp_path, sums)
    assert recorded_sums(tmp_path) == sums


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=200))
def test_a_damaged_record_is_no_record_and_no_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "SHA256SUMS").write_bytes(content)
    assert all(name and digest for name, digest in recorded_sums(tmp_path).items())


def test_a_process_that_was_killed_does_not_block_the_next(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time; from glassnet.data.sources.cache import locked\n"
        "with locked(pathlib.Path(sys.argv[1]), print): print('locked', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        waits: list[float] = []

        def kill() -> None:
            waits.append(time.monotonic())
            holder.kill()

        with locked(tmp_path, waiting=kill) as waited:
            assert waited
    assert len(waits) == 1
    assert time.monotonic() - waits[0] < 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks on every file system")
def test_a_file_system_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with locked(tmp_path, waiting=lambda: pytest.fail("waits for a lock that cannot be had")) as waited:
        assert not waited
