from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from mirror import Mirror
from tiny import make_arrays, make_source, packed_files

from glassnet.data.sources import Patience, Source


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing has been fetched and nothing is set; returns the folder of its cache."""
    for name in ("GLASSNET_DATA", "GLASSNET_MIRRORS", "KERAS_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("home", "work/here"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path / "work/here")
    return tmp_path / "cache"


@pytest.fixture
def patient() -> Patience:
    """For servers that answer: it costs no time, and a machine that is busy elsewhere fails no test."""
    return Patience(answer=20, stall=20, attempts=2)


@pytest.fixture
def quick() -> Patience:
    """For servers that do not."""
    return Patience(answer=0.25, stall=0.3, slowest=1_000, attempts=2)


@pytest.fixture
def arrays() -> list[np.ndarray]:
    """Training pictures and labels, test pictures and labels: 20 and 10 of them."""
    return make_arrays()


@pytest.fixture
def new_mirror() -> Iterator[Callable[[], Mirror]]:
    """Starts servers on the loopback address."""
    running: list[Mirror] = []

    def start() -> Mirror:
        running.append(Mirror())
        return running[-1]

    yield start
    for mirror in running:
        mirror.close()


@pytest.fixture
def mirror(new_mirror: Callable[[], Mirror], arrays: list[np.ndarray]) -> Mirror:
    """A server that has the four files of the tiny data set below ``/mnist/``."""
    server = new_mirror()
    server.files = {f"/mnist/{name}": data for name, data in packed_files(arrays).items()}
    return server


@pytest.fixture
def source(mirror: Mirror, arrays: list[np.ndarray]) -> Source:
    """A tiny "mnist" with one mirror."""
    return make_source(arrays, mirror.url("/mnist/"))
