"""The two lines that move while a network learns: how far it is, and how it is doing."""

from __future__ import annotations

import math
import time
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from glassnet.cli.output import percent, short
from glassnet.training import Epoch, Event, Started, Step

__all__ = ["LiveProgress", "sparkline"]

_SECONDS_BETWEEN = 0.1
"""Drawing takes about 2 ms: ten times a second costs little, and no thread has to take turns with the training."""

_BLOCKS = "▁▂▃▄▅▆▇█"


class LiveProgress:
    """``with LiveProgress(console) as progress: progress.show(event)`` for every event."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("epoch {task.fields[epoch]} of {task.fields[epochs]}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1)),
            TextColumn("{task.percentage:>3.0f} %"),
            _TimeLeft(),
            console=console,
            auto_refresh=False,
            expand=True,
        )
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._drawn = 0.0
        self._losses = _Course()
        self._right = ""

    def __enter__(self) -> LiveProgress:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, event: Event) -> None:
        """Take the event in; draw where the last drawing is old enough."""
        if isinstance(event, Started):
            steps = event.epochs * event.steps_per_epoch
            done = (event.first_epoch - 1) * event.steps_per_epoch
            self._task = self._progress.add_task(
                "", total=steps, completed=done, epoch=event.first_epoch, epochs=event.epochs
            )
        elif isinstance(event, Step):
            self._losses.add(event.loss)
            now = time.monotonic()
            if now - self._drawn >= _SECONDS_BETWEEN:
                self._drawn = now
                done = (event.epoch - 1) * event.steps_per_epoch + event.step
                self._progress.update(self._task, completed=done, epoch=event.epoch)
                self._live.update(Group(self._progress, self._figures(event)), refresh=True)
        elif isinstance(event, Epoch):
            self._right = percent(event.record.train_accuracy)

    def _figures(self, step: Step) -> Text:
        figures: list[str | tuple[str, str]] = [
            ("loss ", "dim"),
            f"{self._losses.now:.4f} ",
            (sparkline(self._losses.points), "cyan"),
        ]
        if self._right:
            figures += [("   right ", "dim"), self._right]
        figures += [("   rate ", "dim"), short(step.learning_rate), ("   Ctrl-C stops", "dim")]
        return Text.assemble(*figures, no_wrap=True, overflow="ellipsis")


class _TimeLeft(ProgressColumn):
    """Rich's own column shows hours, minutes and seconds; most runs here are over in one."""

    def render(self, task: Task) -> Text:
        seconds = task.time_remaining
        if seconds is None:
            return Text("")
        minutes, seconds = divmod(int(seconds), 60)
        left = f"{minutes // 60}:{minutes % 60:02}:{seconds:02} left" if minutes else f"{seconds} s left"
        return Text(left, style="cyan")


class _Course:
    """A number over time in few points: their mean over equal stretches, which double when they are too many."""

    _MOST = 24

    def __init__(self) -> None:
        self.points: list[float] = []
        self.now = math.nan
        self._stretch, self._sum, self._count = 1, 0.0, 0

    def add(self, value: float) -> None:
        self.now = value if math.isnan(self.now) else 0.95 * self.now + 0.05 * value
        self._sum, self._count = self._sum + value, self._count + 1
        if self._count < self._stretch:
            return
        self.points.append(self._sum / self._count)
        self._sum, self._count = 0.0, 0
        if len(self.points) == self._MOST:
            self.points = [(a + b) / 2 for a, b in zip(self.points[::2], self.points[1::2], strict=True)]
            self._stretch *= 2


def sparkline(values: list[float]) -> str:
    """A row of blocks as high as the values, on a logarithmic scale: a loss falls by the same share each time."""
    logs = [math.log(max(value, 1e-6)) for value in values]
    low, high = min(logs, default=0.0), max(logs, default=0.0)
    span = high - low or 1.0
    return "".join(_BLOCKS[round((value - low) / span * (len(_BLOCKS) - 1))] for value in logs)
