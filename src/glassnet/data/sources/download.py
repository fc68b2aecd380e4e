"""One file from one address on the web, over a network that may fail in every way.

What has arrived is kept beside the target in a ``.part`` file, so that a transfer that was cut off goes on where
it stopped. Servers can be silent, slow, endless or wrong; each ends within known time and space and with a
reason in words, a :class:`MirrorError`, so that the caller can turn to the next mirror.
"""

from __future__ import annotations

import contextlib
import functools
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import glassnet
from glassnet.data.sources.events import Event, Progress
from glassnet.data.sources.part_file import PartFile
from glassnet.errors import DownloadError

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["MirrorError", "Patience", "download", "web_client"]

_PACKED = (b"\x1f\x8b", b"PK")  # how gzip and zip files begin


@dataclass(frozen=True)
class Patience:
    """How long to wait for one mirror.

    ``answer``: seconds from the request to the first byte of data, with everything that lies between.
    ``stall``: seconds without news after which a transfer counts as dead; also the time over which fewer than
    ``slowest`` bytes a second do. ``attempts``: how often a transfer that is cut off is taken up again in one go.
    """

    answer: float = 15.0
    stall: float = 20.0
    slowest: float = 1_000.0
    attempts: int = 3


class MirrorError(Exception):
    """One mirror did not deliver; the text says why. Never reaches a user on its own."""


class _CutOffError(MirrorError):
    """The transfer ended early; what has arrived is good, and worth resuming."""


@dataclass(frozen=True)
class _Answer:
    response: httpx.Response
    first: bytes
    rest: Iterator[bytes]


@contextlib.contextmanager
def web_client(patience: Patience) -> Iterator[httpx.Client]:
    """A client that follows redirects (over http and https alone) and uses the proxies of the environment.

    Raises :class:`DownloadError` where the environment's settings cannot be used at all.
    """
    import httpx

    try:
        client = httpx.Client(
            verify=_certificates(),
            follow_redirects=True,
            max_redirects=5,
            timeout=httpx.Timeout(patience.stall, connect=patience.answer),
            # Compressed files are to arrive as they are: only then do byte ranges and checksums mean anything.
            headers={"Accept-Encoding": "identity", "User-Agent": f"glassnet/{glassnet.__version__}"},
        )
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        raise DownloadError(
            f"the proxy or certificate settings of this machine do not work: {error}",
            hint="look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE in the environment",
        ) from error
    with client:
        yield client


@functools.cache
def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()  # reading a machine's certificates takes 25 to 60 ms: once is enough


def download(
    client: httpx.Client,
    url: str,
    target: Path,
    *,
    limit: int,
    patience: Patience,
    report: Callable[[Event], None],
) -> None:
    """Fetch the gzip or zip file at ``url`` to ``target``, taking up what an earlier attempt has left.

    Raises :class:`MirrorError` where the server does not deliver at most ``limit`` bytes of such a file, and
    :class:`OutputError` where the disk does not take them. The ``.part`` file outlives everything but success
    and content that is wrong.
    """
    part = PartFile(target)
    for attempt in range(1, patience.attempts + 1):
        before = part.size
        try:
            _receive(
                client, url, part, limit, patience, lambda *counts: report(Progress(target.name, url, *counts))
            )
        except _CutOffError:
            if attempt == patience.attempts or part.size <= before:
                raise
        else:
            part.finish()
            return


def _receive(
    client: httpx.Client,
    url: str,
    part: PartFile,
    limit: int,
    patience: Patience,
    report: Callable[[int, int | None], None],
) -> None:
    answer, have = _begin(client, url, part, patience)
    with contextlib.closing(answer.response) as response:
        if not have:
            if response.status_code != 200:
                raise MirrorError(f"answered {response.status_code} {response.reason_phrase}".rstrip())
            _refuse_other_content(answer.first)
            part.begin(_version(response))
        announced = _announced_length(response)
        total = None if announced is None else have + announced
        if total is not None and total > limit:
            raise MirrorError(f"offers {total:,} bytes, more than the {limit:,} that this file can have")
        for chunk in _steady(answer, patience):
            have += len(chunk)
            if have > limit:
                part.discard()
                raise MirrorError(f"sent more than the {limit:,} bytes that this file can have")
            part.append(chunk)
            report(have, total)


def _begin(client: httpx.Client, url: str, part: PartFile, patience: Patience) -> tuple[_Answer, int]:
    """Ask for what ``part`` lacks of the file; the answer, and how many bytes of ``part`` it continues."""
    if part.version and (have := part.size):
        # If-Range: the rest of the file where it is still the same version, else all of it.
        answer = _ask(client, url, {"Range": f"bytes={have}-", "If-Range": part.version}, patience.answer)
        if answer.response.status_code not in (206, 416):
            return answer, 0
        if answer.response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return answer, have
        answer.response.close()  # what we have does not fit this file
    return _ask(client, url, {}, patience.answer), 0


def _ask(client: httpx.Client, url: str, headers: dict[str, str], seconds: float) -> _Answer:
    """Send a request and wait for the first bytes of its answer, ``seconds`` in all.

    httpx bounds each step of a connection, but not their sum, not the look-up of a name, and not a server that
    spells out its header one letter a minute. So a thread asks, and is left behind when the time is up.
    """
    future: Future[_Answer] = Future()

    def ask() -> None:
        try:
            response = client.send(client.build_request("GET", url, headers=headers), stream=True)
            try:
                chunks = response.iter_raw()
                answer = _Answer(response, next(chunks, b"") if response.is_success else b"", chunks)
                if future.set_running_or_notify_cancel():
                    future.set_result(answer)
                else:
                    response.close()  # too late: nobody waits for it any more
            except BaseException:
                response.close()
                raise
        except BaseException as error:  # whatever it is, it is for the one who waits to see
            if future.set_running_or_notify_cancel():
                future.set_exception(error)

    threading.Thread(target=ask, name=f"ask {url}", daemon=True).start()
    with _failures_in_words(seconds):
        try:
            return future.result(timeout=seconds)
        except TimeoutError:
            if future.cancel():
                raise MirrorError(f"no answer within {seconds:.1f} s") from None
            return future.result()  # it came in the very last moment
        finally:
            future.cancel()  # on Ctrl-C


def _steady(answer: _Answer, patience: Patience) -> Iterator[bytes]:
    """The chunks of an answer, for as long as they come fast enough."""
    yield answer.first
    since, received = time.monotonic(), 0
    with _failures_in_words(patience.stall, kind=_CutOffError):
        for chunk in answer.rest:
            received += len(chunk)
            elapsed = time.monotonic() - since
            if elapsed > patience.stall:
                if received < patience.slowest * elapsed:
                    raise MirrorError(f"is too slow: {received:,} bytes in {elapsed:.1f} s")
                since, received = time.monotonic(), 0
            yield chunk


@contextlib.contextmanager
def _failures_in_words(seconds: float, kind: type[MirrorError] = MirrorError) -> Iterator[None]:
    """Whatever httpx raises, as a reason that a person can read."""
    import httpx

    try:
        yield
    except httpx.ConnectTimeout:
        raise kind(f"no connection within {seconds:.1f} s") from None
    except httpx.TimeoutException:
        raise kind(f"sent nothing for {seconds:.1f} s") from None
    except httpx.ConnectError as error:
        raise kind(f"cannot connect: {_plain(error)}") from error
    except httpx.TooManyRedirects as error:
        raise MirrorError("sends us from one address to the next without end") from error
    except httpx.UnsupportedProtocol as error:
        raise MirrorError(f"is no web address, or sends us to one that is none: {_plain(error)}") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        raise kind(f"the connection broke: {_plain(error)}") from error


def _plain(error: Exception) -> str:
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


def _refuse_other_content(first: bytes) -> None:
    if not first:
        raise MirrorError("sent an empty file")
    if first.lstrip()[:1] == b"<":
        raise MirrorError("sent a web page instead of the file (perhaps a log-in page of this network)")
    if not any(first.startswith(magic[: len(first)]) for magic in _PACKED):
        raise MirrorError(f"sent something that is neither gzip nor zip: it begins with {first[:4].hex(' ')}")


def _announced_length(response: httpx.Response) -> int | None:
    length: str = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and len(length) < 20 else None


def _version(response: httpx.Response) -> str:
    tag: str = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):  # a weak tag does not promise the same bytes
        return tag
    date: str = response.headers.get("Last-Modified", "")
    return date
