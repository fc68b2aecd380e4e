"""A web server that can misbehave in every way that mirrors do."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Handler", bytes], None]


class Mirror:
    """``files`` maps paths to bytes; ``replies`` maps a path, or ``""`` for all others, to what happens there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.replies: dict[str, Reply] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.mirror = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def close(self) -> None:
        self.over.set()  # lets go of everyone who is being kept waiting
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them, and no test leaves a thread behind
    mirror: Mirror

    def handle_error(self, *_: Any) -> None:
        pass  # clients that hang up are what the tests are about


class Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        mirror = self.server.mirror
        mirror.requests.append((self.path, dict(self.headers)))
        reply = mirror.replies.get(self.path, mirror.replies.get("", serve))
        body = mirror.files.get(self.path)
        with contextlib.suppress(ConnectionError):
            if body is None and reply is serve:
                status(404)(self, b"")
            else:
                reply(self, body or b"")

    def log_message(self, *_: Any) -> None:
        pass

    def start(self, code: int = 200, /, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def drip(self, data: bytes, size: int, pause: float) -> None:
        for start in range(0, len(data), size):
            if self.server.mirror.over.wait(pause):
                return
            self.wfile.write(data[start : start + size])
            self.wfile.flush()

    def wait(self) -> None:
        self.server.mirror.over.wait(30)


def serve(handler: Handler, body: bytes) -> None:
    """As a good server does: with a version, and parts on request."""
    _serve(handler, body, '"v1"', stop=None)


def cut_at(position: int, etag: str | None = '"v1"') -> Reply:
    """Like ``serve``, but the connection ends when this position in the file is reached."""
    return lambda handler, body: _serve(handler, body, etag, stop=position)


def _serve(handler: Handler, body: bytes, etag: str | None, stop: int | None) -> None:
    wish = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    version = {"ETag": etag} if etag else {}
    if wish and etag and handler.headers.get("If-Range") == etag:
        first = int(wish[1])
        if first >= len(body):
            return handler.start(416, Content_Range=f"bytes */{len(body)}")
        where = f"bytes {first}-{len(body) - 1}/{len(body)}"
        handler.start(206, Content_Length=len(body) - first, Content_Range=where, **version)
        handler.wfile.write(body[first:stop] if stop is None or stop > first else b"")
        return None
    handler.start(200, Content_Length=len(body), **version)
    handler.wfile.write(body[:stop])
    return None


def without_ranges(handler: Handler, body: bytes) -> None:
    handler.start(200, Content_Length=len(body), ETag='"v1"')
    handler.wfile.write(body)


def without_length(handler: Handler, body: bytes) -> None:
    handler.start(200)
    handler.wfile.write(body)


def status(code: int) -> Reply:
    return lambda handler, body: handler.start(code, Content_Length=0)


def web_page(handler: Handler, body: bytes) -> None:
    handler.start(200, Content_Type="text/html")
    handler.wfile.write(b"\n<!doctype html><title>Please log in</title>")


def dripping(size: int, pause: float) -> Reply:
    def reply(handler: Handler, body: bytes) -> None:
        handler.start(200, Content_Length=len(body), ETag='"v1"')
        handler.drip(body, size, pause)

    return reply


def dripping_header(handler: Handler, body: bytes) -> None:
    handler.drip(b"HTTP/1.0 200 OK\r\nX-Slow: " + b"y" * 200, 1, 0.05)


def stalling_at(position: int) -> Reply:
    def reply(handler: Handler, body: bytes) -> None:
        handler.start(200, Content_Length=len(body), ETag='"v1"')
        handler.wfile.write(body[:position])
        handler.wfile.flush()
        handler.wait()

    return reply


def after(seconds: float) -> Reply:
    def reply(handler: Handler, body: bytes) -> None:
        if not handler.server.mirror.over.wait(seconds):
            serve(handler, body)

    return reply


def silent(handler: Handler, body: bytes) -> None:
    handler.wait()


def redirect(address: str) -> Reply:
    return lambda handler, body: handler.start(302, Location=address, Content_Length=0)


def endless(handler: Handler, body: bytes) -> None:
    handler.start(200)
    handler.wfile.write(b"\x1f\x8b")
    while not handler.server.mirror.over.is_set():
        handler.wfile.write(b"\0" * 65536)
