"""``serve``: a port on the loopback address, a key, a browser, and a server until Ctrl-C."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from types import FrameType

import uvicorn

from glassnet.errors import ModelError, OutputError
from glassnet.web.app import assets_folder, make_app
from glassnet.web.box import Box, home_folder
from glassnet.web.doorkeeper import Keys
from glassnet.web.refusals import MissingError

__all__ = ["DEFAULT_PORT", "serve"]

DEFAULT_PORT = 7840
"""The same everywhere, so that a teacher's link works on every machine; the next free one where it is taken."""
TRIES = 20
SECONDS_BEFORE_WARMING_UP = 1.5
"""The page comes first; then a process is started that waits for the first run."""


def serve(
    target: str | None = None, *, runs: Path = Path("runs"), port: int | None = None, browser: bool = True
) -> None:
    """Serve the page until Ctrl-C and open it, unless ``browser`` is false.

    ``target`` is what to look at: a bundled model's name, a model file, a run or its folder, or a link to a state
    of the page, whatever its host and port. ``port`` must be free; without one the first free one from 7840 on is
    taken. Raises :class:`ModelError` for a target that is none of these, :class:`OutputError` where no port is
    free.
    """
    box = open_box(target, runs)
    listener = _listen(port)
    number = listener.getsockname()[1]
    keys = Keys(number, lambda: _say(f"Another browser? {address()}"))
    if not (assets_folder() / "index.html").is_file():
        raise OutputError(
            "this copy of Glassnet has no page: src/glassnet/web/assets is empty",
            hint="build it ('npm ci && npm run build' in the folder page), or install a release",
        )

    def address() -> str:
        return f"http://127.0.0.1:{number}/?key={keys.key}" + (f"#{box.link}" if box.link else "")

    first = address()
    _say(f"Glassnet is at {first}")
    _say("It is for this machine alone, and each address lets in one browser. Ctrl-C ends it.")
    if browser:
        threading.Thread(target=webbrowser.open, args=(first,), daemon=True).start()
    config = uvicorn.Config(
        make_app(box, keys),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    box.runs.keep_warm = True
    threading.Timer(SECONDS_BEFORE_WARMING_UP, box.runs.warm_up).start()
    _Server(config, box).run(sockets=[listener])


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # nobody reads any more: the page works on
        print(line, flush=True)


class _Server(uvicorn.Server):
    """Ends the streams of events when it is told to end: they would keep it waiting."""

    def __init__(self, config: uvicorn.Config, box: Box) -> None:
        super().__init__(config)
        self._box = box

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._box.closing.set()
        super().handle_exit(sig, frame)


def open_box(target: str | None, runs: Path) -> Box:
    """The server's state, with what was named as the first thing to look at."""
    box = Box(runs.expanduser(), home_folder())
    if target is None:
        return box
    if "#" in target:
        box.link = target.partition("#")[2]
        return box
    path = Path(target).expanduser()
    if path.is_file():
        box.first_model = box.models.open_file(path)
    elif (path / "recipe.json").is_file():
        box = Box(path.resolve().parent, box.home)
        box.first_model = f"run:{path.resolve().name}"
        box.models.run_folder(path.resolve().name)
    else:
        candidates = [target, f"run:{target}"]
        for candidate in candidates:
            try:
                box.models.answering(candidate)
            except MissingError:
                continue
            box.first_model = candidate
            return box
        names = ", ".join(entry["address"] for entry in box.models.listing() if entry["kind"] == "bundled")
        raise ModelError(
            f"there is no model, run or file '{target}'",
            hint=f"with Glassnet come: {names}" if names else "make one with 'glassnet train'",
        )
    return box


def _listen(port: int | None) -> socket.socket:
    """A socket on the loopback address, at the port asked for or the first free one."""
    ports = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + TRIES), 0]
    for each in ports:
        # With the protocol named asyncio sends small answers at once; without it each waits 40 ms for a receipt.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", each))
        except OSError:
            listener.close()
            continue
        listener.listen(100)
        return listener
    raise OutputError(f"port {port} is taken", hint="name another one with --port, or none")
