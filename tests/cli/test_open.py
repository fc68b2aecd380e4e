"""``glassnet open``: a server of its own process, as a user starts it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from glassnet.cli import main
from glassnet.web import server
from glassnet.web.app import assets_folder

needs_the_page = pytest.mark.skipif(
    not (assets_folder() / "index.html").is_file(), reason="needs the built page in src/glassnet/web/assets"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GLASSNET_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def test_what_is_no_model_is_an_error_in_words(home: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["open", "nothing-of-the-kind", "--no-browser"]) == 5
    told = capsys.readouterr().err
    assert "there is no model, run or file 'nothing-of-the-kind'" in told
    assert "quick" in told


def test_a_port_that_is_taken_is_an_error_in_words(home: Path, capsys: pytest.CaptureFixture[str]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["open", "--no-browser", "--port", str(port)]) == 7
    assert f"port {port} is taken" in capsys.readouterr().err


def test_the_next_free_port_is_taken_where_the_first_is_not_free(monkeypatch: pytest.MonkeyPatch):
    with server._listen(None) as first, server._listen(None) as second:
        assert first.getsockname()[0] == second.getsockname()[0] == "127.0.0.1"
        assert first.getsockname()[1] < second.getsockname()[1]
        assert first.proto == socket.IPPROTO_TCP  # or every small answer comes 40 ms late


@pytest.mark.parametrize("link", ["#v=inside&t=9", "http://127.0.0.1:9999/#v=inside&t=9"])
def test_a_link_is_opened_whatever_its_host_and_port(home: Path, link: str):
    assert server.open_box(link, Path("runs")).link == "v=inside&t=9"


def test_a_model_is_opened_by_name_and_by_file(home: Path):
    from glassnet.models import bundled_folder

    assert server.open_box("quick", Path("runs")).first() == "quick"
    opened = server.open_box(str(bundled_folder() / "quick.safetensors"), Path("runs")).first()
    assert opened is not None
    assert re.fullmatch("file:[0-9a-f]{8}", opened)


@needs_the_page
def test_the_server_serves_this_machine_and_ends_with_ctrl_c(home: Path, tmp_path: Path):
    command = [sys.executable, "-m", "glassnet", "open", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?key=([\w-]+)", line)
        assert found, line
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        connection.request("GET", f"/?key={found[2]}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303
        cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        for path in ("/", "/api/about"):
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read()
        connection.close()
        process.send_signal(signal.CTRL_C_EVENT if os.name == "nt" else signal.SIGINT)
        assert process.wait(timeout=10) in (0, 130)
        assert "Traceback" not in process.stdout.read()
    finally:
        process.kill()
        process.communicate()
