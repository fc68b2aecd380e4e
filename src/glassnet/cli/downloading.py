"""How a download looks: bars in a terminal, a line a file elsewhere, nothing where nothing is fetched."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from glassnet.cli.output import console
from glassnet.data import DataBundle
from glassnet.data.sources import Event, Notice, open_source

__all__ = ["download_bar", "open_with_bar"]


@contextlib.contextmanager
def download_bar() -> Iterator[Callable[[Event], None]]:
    """Yield the function to pass as ``progress=`` to :func:`glassnet.data.sources.open_source` or ``fetch``.

    Everything goes to standard error, and vanishes when it is done. What went wrong with a mirror is only shown
    while it goes on: an error tells of all of them, and a success needs none.
    """
    from rich import progress

    screen = console(stderr=True)

    def of_a_file(column: progress.ProgressColumn) -> progress.ProgressColumn:
        """The column, left out where words stand in the place of a file."""
        draw = column.render
        column.render = lambda task: "" if task.fields.get("words") else draw(task)  # type: ignore[method-assign]
        return column

    bar = progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        of_a_file(progress.BarColumn()),
        of_a_file(progress.DownloadColumn()),
        of_a_file(progress.TransferSpeedColumn()),
        console=screen,
        transient=True,
        disable=not screen.is_interactive,
    )
    tasks: dict[str, progress.TaskID] = {}

    def task_of(name: str, *, words: bool = False) -> progress.TaskID:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=None, words=words)
            bar.start()
        return tasks[name]

    def show(event: Event) -> None:
        if isinstance(event, Notice):
            bar.update(task_of(event.text, words=True))
            return
        if event.file not in tasks and not screen.is_interactive:
            screen.print(f"fetching {event.url}", soft_wrap=True)
        bar.update(task_of(event.file), completed=event.received, total=event.total)

    try:
        yield show
    finally:
        bar.stop()


def open_with_bar(source: str, *, offline: bool = False) -> DataBundle:
    """Open what was typed for a data set, and show a download where there is one."""
    with download_bar() as progress:
        return open_source(source, offline=offline, progress=progress)
