"""One file over a network that fails in every way: how long it takes, what is kept, and what is said."""

from __future__ import annotations

import errno
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mirror as replies
import numpy as np
import pytest
from mirror import Mirror

from glassnet.data.sources.download import MirrorError, Patience, _certificates, download, web_client
from glassnet.data.sources.events import Event, Progress
from glassnet.errors import DownloadError, OutputError

BODY = gzip.compress(np.random.default_rng(0).bytes(30_000), mtime=0)
LIMIT = 40_000

Fetch = Callable[..., bytes]


@pytest.fixture
def server(new_mirror: Callable[[], Mirror]) -> Mirror:
    server = new_mirror()
    server.files["/file.gz"] = BODY
    return server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "fetched" / "file.gz"


@pytest.fixture
def fetch(server: Mirror, target: Path, patient: Patience) -> Fetch:
    def fetch(
        url: str | None = None,
        patience: Patience = patient,
        report: Callable[[Event], None] = lambda event: None,
        **changes: Any,
    ) -> bytes:
        patience = replace(patience, **changes)
        with web_client(patience) as client:
            address = url or server.url("/file.gz")
            download(client, address, target, limit=LIMIT, patience=patience, report=report)
        return target.read_bytes()

    return fetch


@pytest.fixture
def stopwatch() -> Iterator[None]:
    """Fails a test that takes longer than the patience that it was given could explain."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 3


def left_over(target: Path) -> bytes:
    part = target.with_name("file.gz.part")
    return part.read_bytes() if part.exists() else b""


def ranges(server: Mirror) -> list[str | None]:
    return [headers.get("Range") for _, headers in server.requests]


def test_a_file_arrives_whole_and_leaves_nothing_else_behind(fetch: Fetch, target: Path) -> None:
    assert fetch() == BODY
    assert [path.name for path in target.parent.iterdir()] == ["file.gz"]


def test_servers_are_asked_for_files_as_they_are(fetch: Fetch, server: Mirror) -> None:
    fetch()
    assert server.requests[0][1]["Accept-Encoding"] == "identity"  # else ranges and sums would mean nothing
    assert server.requests[0][1]["User-Agent"].startswith("glassnet/")


def test_progress_counts_up_to_the_total(fetch: Fetch, server: Mirror) -> None:
    events: list[Event] = []
    fetch(report=events.append)
    received = [event.received for event in events if isinstance(event, Progress)]
    assert received == sorted(received)
    assert events[-1] == Progress("file.gz", server.url("/file.gz"), len(BODY), len(BODY))


def test_a_length_that_is_not_announced_is_none(fetch: Fetch, server: Mirror) -> None:
    server.replies[""] = replies.without_length
    events: list[Event] = []
    assert fetch(report=events.append) == BODY
    assert events[-1] == Progress("file.gz", server.url("/file.gz"), len(BODY), None)


def test_a_slow_server_is_waited_for_as_long_as_it_delivers(fetch: Fetch, server: Mirror) -> None:
    server.replies[""] = replies.dripping(1_000, 0.02)  # 0.6 s in all: several times as long as a stall
    assert fetch(stall=0.15) == BODY


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (replies.status(403), "answered 403 Forbidden"),
        (replies.status(404), "answered 404 Not Found"),
        (replies.status(500), "answered 500 Internal Server Error"),
        (replies.status(204), "answered 204 No Content"),
        (replies.status(206), "answered 206 Partial Content"),
        (replies.web_page, "a web page instead of the file"),
        (replies.redirect("/file.gz"), "from one address to the next without end"),
        (replies.redirect("file:///etc/passwd"), "no web address"),
        (replies.endless, "more than the 40,000 bytes"),
        (replies.cut_at(0), "the connection broke"),
        (replies.cut_at(5_000, etag=None), "the connection broke"),
        (lambda handler, body: handler.start(200), "sent an empty file"),
        (lambda handler, body: handler.start(200, Content_Length=10**9), "the connection broke"),
        (lambda handler, body: handler.start(200, Content_Length="9" * 5_000), "the connection broke"),
        (lambda handler, body: handler.wfile.write(b"SSH-2.0\r\n"), "the connection broke"),
    ],
)
def test_every_wrong_answer_has_a_reason(
    fetch: Fetch, server: Mirror, target: Path, reply: replies.Reply, reason: str
) -> None:
    server.replies[""] = reply
    with pytest.raises(MirrorError) as caught:
        fetch()
    assert reason in str(caught.value)
    assert not target.exists()
    assert len(left_over(target)) <= LIMIT


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (replies.silent, "no answer within 0.2 s"),
        (replies.stalling_at(0), "no answer within 0.2 s"),
        (replies.dripping_header, "no answer within 0.2 s"),
        (replies.stalling_at(2_000), "sent nothing for 0.3 s"),
        (replies.dripping(1, 0.02), "is too slow"),
    ],
)
@pytest.mark.usefixtures("stopwatch")
def test_every_silence_has_an_end(
    fetch: Fetch, server: Mirror, target: Path, quick: Patience, reply: replies.Reply, reason: str
) -> None:
    server.replies[""] = reply
    with pytest.raises(MirrorError) as caught:
        fetch(patience=quick)
    assert reason in str(caught.value)
    assert not target.exists()


@pytest.mark.usefixtures("stopwatch")
def test_a_name_that_cannot_be_looked_up_in_time_is_not_waited_for(
    fetch: Fetch, quick: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def no_answer(*_: object, **__: object) -> None:
        over.wait(30)
        raise socket.gaierror("no answer")

    monkeypatch.setattr(socket, "getaddrinfo", no_answer)  # it stands for a dead name server
    with pytest.raises(MirrorError, match=r"no answer within 0\.2 s"):
        fetch("http://mirror.example/file.gz", quick)
    over.set()


def test_a_closed_port_is_a_refused_connection(fetch: Fetch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(MirrorError, match="cannot connect"):
        fetch(f"http://127.0.0.1:{port}/file.gz")


@pytest.mark.parametrize(
    "address", ["mirror/file.gz", "ftp://mirror/file.gz", "http://[::1/file.gz", "http://\0/"]
)
def test_what_is_no_web_address_is_a_failure_of_that_mirror(fetch: Fetch, address: str) -> None:
    with pytest.raises(MirrorError):
        fetch(address)


def test_more_than_the_limit_is_refused_before_it_is_sent(fetch: Fetch, server: Mirror, target: Path) -> None:
    server.files["/file.gz"] = BODY + bytes(LIMIT)
    with pytest.raises(MirrorError, match="offers 70,"):
        fetch()
    assert left_over(target) == b""


def test_other_content_is_named(fetch: Fetch, server: Mirror, target: Path) -> None:
    server.files["/file.gz"] = b"%PDF-1.4"
    with pytest.raises(MirrorError, match="neither gzip nor zip: it begins with 25 50 44 46"):
        fetch()
    assert left_over(target) == b""


def test_a_redirect_is_followed(fetch: Fetch, server: Mirror) -> None:
    server.files["/elsewhere.gz"] = BODY
    server.replies["/file.gz"] = replies.redirect("/elsewhere.gz")
    assert fetch() == BODY


def test_a_transfer_that_was_cut_off_goes_on_where_it_stopped(fetch: Fetch, server: Mirror, target: Path) -> None:
    server.replies[""] = replies.cut_at(5_000)
    with pytest.raises(MirrorError, match="the connection broke"):
        fetch(attempts=1)
    assert left_over(target) == BODY[:5_000]
    del server.replies[""]
    events: list[Event] = []
    assert fetch(report=events.append) == BODY
    assert ranges(server) == [None, "bytes=5000-"]
    assert all(event.received >= 5_000 for event in events if isinstance(event, Progress))


def test_it_is_taken_up_again_in_one_go_while_bytes_come(fetch: Fetch, server: Mirror) -> None:
    def a_bit_more_each_time(handler: replies.Handler, body: bytes) -> None:
        replies.cut_at(12_000 * len(server.requests))(handler, body)

    server.replies[""] = a_bit_more_each_time
    assert fetch(attempts=3) == BODY
    assert ranges(server) == [None, "bytes=12000-", "bytes=24000-"]


def test_a_server_that_brings_nothing_new_is_not_asked_again(fetch: Fetch, server: Mirror) -> None:
    server.replies[""] = replies.cut_at(5_000)
    with pytest.raises(MirrorError):
        fetch(attempts=10)
    assert len(server.requests) == 2


def test_a_server_that_begins_anew_each_time_and_gets_no_further_is_given_up(fetch: Fetch, server: Mirror) -> None:
    def cut_without_ranges(handler: replies.Handler, body: bytes) -> None:
        handler.start(200, Content_Length=len(body), ETag='"v1"')
        handler.wfile.write(body[:5_000])

    server.replies[""] = cut_without_ranges
    with pytest.raises(MirrorError):
        fetch(attempts=10)
    assert len(server.requests) == 2


def test_a_stalled_transfer_is_resumed(fetch: Fetch, server: Mirror, target: Path) -> None:
    server.replies[""] = replies.stalling_at(7_000)
    with pytest.raises(MirrorError):
        fetch(stall=0.2, attempts=1)
    del server.replies[""]
    assert fetch() == BODY
    assert ranges(server)[-1] == "bytes=7000-"


def begun(target: Path, part: bytes, version: bytes | None = b'"v1"') -> None:
    target.parent.mkdir()
    target.with_name("file.gz.part").write_bytes(part)
    if version is not None:
        target.with_name("file.gz.part.version").write_bytes(version)


def test_a_server_that_ignores_ranges_sends_all_of_it(fetch: Fetch, server: Mirror, target: Path) -> None:
    begun(target, BODY[:100])
    server.replies[""] = replies.without_ranges
    assert fetch() == BODY
    assert ranges(server) == ["bytes=100-"]


def test_another_version_on_the_server_is_fetched_from_its_beginning(
    fetch: Fetch, server: Mirror, target: Path
) -> None:
    begun(target, b"\x1f\x8bold", b'"v0"')
    assert fetch() == BODY
    assert server.requests[0][1]["If-Range"] == '"v0"'


def test_a_part_longer_than_the_file_is_dropped(fetch: Fetch, server: Mirror, target: Path) -> None:
    begun(target, BODY + b"more")
    assert fetch() == BODY
    assert ranges(server) == [f"bytes={len(BODY) + 4}-", None]


def test_a_part_sent_from_the_wrong_position_is_not_glued_on(fetch: Fetch, server: Mirror, target: Path) -> None:
    def wrong(handler: replies.Handler, body: bytes) -> None:
        if "Range" not in handler.headers:
            return replies.serve(handler, body)
        handler.start(206, Content_Range=f"bytes 0-9/{len(body)}", Content_Length=10)
        handler.wfile.write(body[:10])
        return None

    begun(target, BODY[:100])
    server.replies[""] = wrong
    assert fetch() == BODY


@pytest.mark.parametrize("version", [None, b"", b"\xff\xfe", b"a\nb"])
def test_a_part_of_unknown_version_is_not_resumed(
    fetch: Fetch, server: Mirror, target: Path, version: bytes | None
) -> None:
    begun(target, BODY[:100], version)
    assert fetch() == BODY
    assert ranges(server) == [None]


@pytest.mark.parametrize(
    ("headers", "mark"),
    [
        ({"ETag": '"a"', "Last-Modified": "Mon"}, '"a"'),
        ({"ETag": 'W/"a"', "Last-Modified": "Mon"}, "Mon"),
        ({"ETag": 'W/"a"'}, None),
        ({}, None),
    ],
)
def test_what_counts_as_the_version_of_a_file(
    fetch: Fetch, server: Mirror, target: Path, headers: dict[str, str], mark: str | None
) -> None:
    def cut(handler: replies.Handler, body: bytes) -> None:
        handler.start(200, Content_Length=len(body), **headers)
        handler.wfile.write(body[:50])

    server.replies[""] = cut
    with pytest.raises(MirrorError):
        fetch(attempts=1)
    version = target.with_name("file.gz.part.version")
    assert (version.read_text() if version.exists() else None) == mark


def test_ctrl_c_keeps_what_has_arrived(fetch: Fetch, server: Mirror, target: Path) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.received >= 10_000:
            raise KeyboardInterrupt

    server.replies[""] = replies.dripping(5_000, 0.02)
    with pytest.raises(KeyboardInterrupt):
        fetch(report=interrupt)
    have = len(left_over(target))
    assert 10_000 <= have < len(BODY)
    del server.replies[""]
    assert fetch() == BODY
    assert ranges(server)[-1] == f"bytes={have}-"


def test_a_full_disk_is_said_and_keeps_the_part(
    fetch: Fetch, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if mode == "ab":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, mode, *rest, **options)

    real = Path.open
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OutputError, match="no space left on device") as caught:
        fetch()
    assert "GLASSNET_CACHE" in str(caught.value.hint)
    monkeypatch.undo()
    assert fetch() == BODY


def test_a_proxy_that_cannot_be_one_is_the_users_to_mend(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://proxy")
    with pytest.raises(DownloadError, match="proxy") as caught:
        fetch()
    assert "HTTP_PROXY" in str(caught.value.hint)


def test_certificates_that_are_not_there_are_the_users_to_mend(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    _certificates.cache_clear()
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/certificates.pem")
    with pytest.raises(DownloadError, match="certificate") as caught:
        fetch()
    assert "SSL_CERT_FILE" in str(caught.value.hint)


def test_the_proxy_of_the_environment_is_used(
    fetch: Fetch, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files["http://mirror.example/file.gz"] = BODY  # a proxy is asked for whole addresses
    monkeypatch.setenv("HTTP_PROXY", server.url())
    assert fetch("http://mirror.example/file.gz") == BODY
