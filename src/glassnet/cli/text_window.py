"""A run as people see it: what it will do, a line an epoch, and what came of it.

In a terminal two lines move below the table; elsewhere only lines that stay are written.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.text import Text

from glassnet.cli.downloading import download_bar
from glassnet.cli.epoch_table import EpochTable
from glassnet.cli.live_progress import LiveProgress
from glassnet.cli.output import complain, console, counted, note, with_interval
from glassnet.data.sources import Event as FetchEvent
from glassnet.training import Epoch, Event, Finished, Trouble

__all__ = ["TextWindow"]

_INDENT = 13
"""Characters for the name of a fact."""


class TextWindow:
    """The window for people."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._console = console()
        self._live = LiveProgress(self._console) if self._console.is_interactive and not quiet else None
        self._fatal: Trouble | None = None
        self._unwritten: Epoch | None = None
        self._seconds = 0.0

    def fetching(self) -> AbstractContextManager[Callable[[FetchEvent], None]]:
        return download_bar()

    def begin(self, plan: dict[str, Any]) -> None:
        if plan["notice"]:
            note(plan["notice"])
        self._table = EpochTable(plan["epochs"], validated=plan["validation_part"] is not None)
        if self._quiet:
            return
        self._say(Text.assemble((plan["recipe"], "bold"), f": {plan['title']}" if plan["title"] else ""))
        for name, text in _facts(plan):
            lines = textwrap.wrap(text, max(self._console.width - _INDENT, 20), break_long_words=False)
            self._say(Text.assemble((f"{name:<{_INDENT}}", "dim"), f"\n{'':<{_INDENT}}".join(lines)))
        self._say()
        self._say(Text(self._table.header(), "dim"))

    def show(self, event: Event) -> None:
        if isinstance(event, Epoch):
            self._seconds += event.seconds
            self._unwritten = event
            if self._table.has(event.record.epoch):
                self._write_epoch()
        elif isinstance(event, Trouble) and event.fatal:
            self._fatal = event
        elif isinstance(event, Trouble):
            self._say(Text.assemble(("note: ", "bold yellow"), f"{event.message}; {event.hint}"))
        elif isinstance(event, Finished):
            self._write_epoch()  # a run that stopped early ends on a line of its own
        if self._live is not None:
            self._live.show(event)

    def _write_epoch(self) -> None:
        if self._unwritten is not None and not self._quiet:
            self._say(self._table.line(self._unwritten.record, self._seconds))
        self._unwritten, self._seconds = None, 0.0

    def finish(self, report: dict[str, Any]) -> None:
        if self._fatal is not None:
            complain(self._fatal.message, self._fatal.hint)
        if not self._quiet:
            self._say()
        outcome, model = report["outcome"], str(Path(report["run"], "model.safetensors"))
        if report["test"]:
            test = report["test_part"]
            known = report["test_pictures_learned_from"]
            what = f"{known:,} of which it has learned from" if known else "that it has not learned from"
            self._say(
                f"tested on {test['name']}: {counted(test['count'], 'picture')}{',' if known else ''} {what}"
            )
            if known:
                note("such a score says little about pictures that it has never seen")
            self._say(
                Text(f"{with_interval(report['test']['accuracy'], report['test']['interval'])} right", "bold")
            )
        elif outcome == "interrupted":
            self._say(f"stopped in epoch {report['epochs_done'] + 1} of {report['epochs']}; not tested yet")
        elif outcome != "diverged":
            self._say(f"not tested: {report['origin']} has no test part")
        self._say()
        self._say(Text.assemble(("kept in ", "dim"), report["run"]))
        for line in textwrap.wrap(
            "  ".join(report["files"]), max(self._console.width - 2, 20), break_on_hyphens=False
        ):
            self._say(f"  {line}")
        commands = list(_next_commands(report, model))
        if commands:
            self._say(Text("next", "dim"))
        for command in commands:
            self._say(f"  {command}")

    def _say(self, line: Text | str = "") -> None:
        """A line of its own, whole: one that is cut up cannot be copied."""
        self._console.print(line, soft_wrap=True)

    def __enter__(self) -> TextWindow:
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)


def _facts(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    train, validation, (height, width) = plan["train_part"], plan["validation_part"], plan["picture"]
    yield "learns from", f"{train['name']}: {counted(train['count'], 'picture')} of {height}\u00a0×\u00a0{width}"
    if validation:
        yield "watched on", f"{validation['name']}: {counted(validation['count'], 'picture')}"
    yield "network", f"{' → '.join(plan['layers'])} ({plan['parameters']:,} parameters)"
    size = plan["batch_size"]
    batches = {"full": "all pictures at once", 1: "one picture at a time"}.get(size, f"batches of {size}")
    first, last = plan["first_epoch"], plan["epochs"]
    epochs = f"epochs {first:,} to {last:,}" if first > 1 else counted(last, "epoch")
    yield "training", f"{epochs}, {batches}, {plan['optimizer']} with learning rate {plan['learning_rate']:g}"
    yield "kept in", plan["run"]


def _next_commands(report: dict[str, Any], model: str) -> Iterator[str]:
    """What to type now, ready to be copied."""
    if report["outcome"] == "diverged":
        return
    if report["outcome"] == "interrupted":
        yield f"glassnet train --resume {shlex.quote(report['run'])}"
    yield f"glassnet predict {shlex.quote(model)} PICTURE"
    yield f"glassnet explain {shlex.quote(model)} PICTURE"
    if report["test_part"]:  # without one it would be tested on what it has learned from
        yield f"glassnet evaluate {shlex.quote(model)} --data {shlex.quote(report['source'])}"
