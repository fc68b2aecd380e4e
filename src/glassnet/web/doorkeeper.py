"""Who may come in: this machine, this page, and a browser that was given the key.

A server on the loopback address is within reach of every page that the browser has open. So the name that it is
called by, the page that asks and the session's cookie are checked before anything else happens, and a body that is
too large is not read to its end.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassnet.errors import GlassnetError
from glassnet.web.refusals import ForbiddenError, SessionError, TooLargeError
from glassnet.web.wire import error_answer

ELSEWHERE = "open the page with the address that 'glassnet open' shows"

__all__ = ["JSON_LIMIT", "PICTURE_LIMIT", "UPLOAD_LIMIT", "Doorkeeper", "Keys"]

JSON_LIMIT = 2**20
PICTURE_LIMIT = 32 * 2**20
UPLOAD_LIMIT = 512 * 2**20

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Keys:
    """A key that opens the door once, and the secret that the browser then keeps in its cookie.

    Each key is for one browser. When it was used the next one is cut, and ``on_use`` is called, so that whoever
    sits at the terminal, and nobody else, can let in another browser.
    """

    def __init__(self, port: int, on_use: Callable[[], None] = lambda: None) -> None:
        self.port = port
        self.cookie = f"glassnet-{port}"
        self._on_use = on_use
        self._key = _new_key()
        self._secret = secrets.token_urlsafe(32)

    @property
    def key(self) -> str:
        """The one that was not used yet: what to put into the address that is opened."""
        return self._key

    def exchange(self, key: str) -> str | None:
        """The cookie for the right key, which is used up by this."""
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            return None
        self._key = _new_key()
        self._on_use()
        return f"{self.cookie}={self._secret}; HttpOnly; SameSite=Strict; Path=/"

    def knows(self, cookies: str) -> bool:
        """Whether a Cookie header has the secret."""
        try:
            morsel = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return False
        return morsel is not None and hmac.compare_digest(morsel.value.encode(), self._secret.encode())


def _new_key() -> str:
    return secrets.token_urlsafe(24)


class Doorkeeper:
    """ASGI middleware around the whole server."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app, self._keys = app, keys
        self._hosts = {f"{name}:{keys.port}" for name in ("127.0.0.1", "localhost")}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            self._check(scope)
        except GlassnetError as error:
            await error_answer(error)(scope, receive, answer)
            return
        if scope["path"] == "/" and (key := parse_qs(scope["query_string"].decode("latin-1")).get("key")):
            cookie = self._keys.exchange(key[0])
            response = RedirectResponse("/" if cookie else "/?used", 303)
            if cookie:
                response.headers["Set-Cookie"] = cookie
            await response(scope, receive, answer)
            return
        try:
            await self._app(scope, _limited(scope, receive), answer)
        except TooLargeError as error:  # raised while a route read its body, before it answered
            await error_answer(error)(scope, receive, answer)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._hosts:
            raise ForbiddenError("this server answers to 127.0.0.1 and localhost only")
        if headers.get("origin", next(iter(self._origins))) not in self._origins:
            raise ForbiddenError("another page may not ask here", hint=ELSEWHERE)
        if not scope["path"].startswith("/api/"):
            return
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise ForbiddenError("another page may not ask here", hint=ELSEWHERE)
        if not self._keys.knows(headers.get("cookie", "")):
            raise SessionError(
                "this browser has no key to this page, or Glassnet was started again since it had one",
                hint="open the newest address that 'glassnet open' shows: each lets in one browser",
            )
        _check_length(scope, headers.get("content-length"))


def limit_of(path: str) -> int:
    """The largest body that a route takes, in bytes."""
    if path.startswith("/api/uploads/") or path == "/api/models":
        return UPLOAD_LIMIT
    return PICTURE_LIMIT if path == "/api/images" else JSON_LIMIT


def _check_length(scope: Scope, announced: str | None) -> None:
    limit = limit_of(scope["path"])
    if announced is not None and not (announced.isdecimal() and int(announced) <= limit):
        raise _too_large(limit)


def _limited(scope: Scope, receive: Receive) -> Receive:
    limit, received = limit_of(scope["path"]), 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise _too_large(limit)
        return message

    return limited


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"more than {limit // 2**20} MB were sent", hint="send less, or a smaller file")
