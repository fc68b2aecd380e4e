"""Windows onto a run: text for people, JSON for programs.

A window is told the plan, then every event, then the report; it changes nothing about the run.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from types import TracebackType
from typing import Any, Protocol

from glassnet.cli.output import print_json
from glassnet.data.sources import Event as FetchEvent
from glassnet.data.sources import Notice
from glassnet.training import Epoch, Event, Step, Trouble

__all__ = ["JsonWindow", "Window", "open_window"]


class Window(Protocol):
    """Who watches a run. It is entered around the events."""

    def fetching(self) -> AbstractContextManager[Callable[[FetchEvent], None]]:
        """Around the opening of the data; yields who is told how a download goes."""

    def begin(self, plan: dict[str, Any]) -> None:
        """What the run is about to do (see ``training_report``)."""

    def show(self, event: Event) -> None:
        """What it does."""

    def finish(self, report: dict[str, Any]) -> None:
        """What came of it, with the names of the ``files`` that it left."""

    def __enter__(self) -> Window: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_window(*, as_json: bool, quiet: bool) -> Window:
    """The window that was asked for; a quiet one shows what came of the run, and what went wrong."""
    if as_json:
        return JsonWindow(quiet)
    from glassnet.cli.text_window import TextWindow

    return TextWindow(quiet)


class JsonWindow:
    """One object a line: started, step (ten a second at most), epoch, trouble, finished."""

    _SECONDS_BETWEEN_STEPS = 0.1

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._last_step = 0.0

    @contextlib.contextmanager
    def fetching(self) -> Iterator[Callable[[FetchEvent], None]]:
        def tell(event: FetchEvent) -> None:
            if isinstance(event, Notice):
                print_json({"event": "notice", "message": event.text})

        yield tell

    def begin(self, plan: dict[str, Any]) -> None:
        print_json({"event": "started", **plan})

    def show(self, event: Event) -> None:
        if isinstance(event, Trouble):
            print_json({"event": "trouble", **asdict(event)})
        elif isinstance(event, Epoch) and not self._quiet:
            print_json({"event": "epoch", **event.record.as_dict(), "seconds": event.seconds})
        elif isinstance(event, Step) and not self._quiet:
            now = time.monotonic()
            if now - self._last_step >= self._SECONDS_BETWEEN_STEPS:
                self._last_step = now
                print_json({"event": "step", **asdict(event)})

    def finish(self, report: dict[str, Any]) -> None:
        print_json({"event": "finished", **report})

    def __enter__(self) -> JsonWindow:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass
