"""The words that every command uses: errors and notes on one stream, results on the other, numbers for people.

Results go to standard output, ``error:``, ``hint:`` and ``note:`` lines to standard error. With ``--json``
everything is JSON on standard output, errors too, so that a program reads one stream.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from glassnet.errors import GlassnetError

__all__ = [
    "complain",
    "complain_json",
    "console",
    "counted",
    "in_colour",
    "note",
    "percent",
    "print_json",
    "print_table",
    "short",
    "table",
    "with_interval",
]

_GAP, _WORD, _AMPLE = 2, 16, 1000
"""Characters: between columns; of a text that is broken if it is longer; and more than any table needs."""


def console(stderr: bool = False) -> Console:
    """A fresh rich console on the stream of the moment; results in a pipe are not squeezed into 80 columns.

    A string is printed as it is: names and paths may hold ``[bold]`` or ``:100:``. For styles there is ``Text``.
    """
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = max(made.width, 120)
    return made


def in_colour(screen: Console) -> bool:
    """Whether ``screen`` can show shades: not in a pipe or a plain terminal, nor where NO_COLOR is set."""
    return screen.color_system is not None and not screen.no_color


def print_json(content: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own; a number that is none (NaN, ∞) becomes ``null``."""
    print(json.dumps(_plain(content), ensure_ascii=False, allow_nan=False), flush=True)


def complain(message: str, hint: str | None = None) -> None:
    """``error:`` and ``hint:`` lines on standard error."""
    _line("error:", "bold red", message)
    if hint:
        _line("hint:", "bold cyan", hint)


def complain_json(error: GlassnetError, code: int) -> None:
    """The same as a JSON object."""
    found = {"kind": type(error).__name__, "message": str(error), "hint": error.hint, "exit_code": code}
    print_json({"event": "error", **found})


def note(text: str) -> None:
    """A sentence that people should see, on standard error."""
    _line("note:", "bold yellow", text)


def percent(share: float, digits: int = 2) -> str:
    """``0.98412`` → ``"98.41 %"``."""
    return f"{100 * share:.{digits}f} %"


def counted(number: int, noun: str) -> str:
    """``"1 picture"``, ``"1,200 pictures"``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def table(*columns: str, numbers: Sequence[str] = (), **options: Any) -> Table:
    """An empty table without lines: ``columns`` of text, the first one bold, then ``numbers``, right-aligned."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim", **options)
    for index, name in enumerate(columns):
        made.add_column(name, style="bold" if index == 0 else "", no_wrap=index == 0, overflow="fold")
    for name in numbers:
        made.add_column(name, justify="right", no_wrap=True)
    return made


def print_table(rows: Table) -> None:
    """Print a table; a terminal too narrow for its numbers breaks their lines, and nothing is cut off."""
    screen = console()
    ample = screen.options.update(width=_AMPLE)
    needed = 0
    for column in rows.columns:
        widths = [screen.measure(each, options=ample) for each in (column.header, *column.cells)]
        needed += max(each.maximum if column.no_wrap else min(each.minimum, _WORD) for each in widths) + _GAP
    screen.width = max(screen.width, needed)
    screen.print(rows)


def short(number: float) -> str:
    """Two digits, and an exponent only for what is tiny: ``"0.15"``, ``"0.000079"``, ``"7.1e-10"``."""
    if not 1e-5 <= abs(number) < math.inf:
        return f"{number:.2g}"
    return f"{number:.{max(0, 1 - math.floor(math.log10(abs(number))))}f}"


def with_interval(share: float, interval: Sequence[float]) -> str:
    """``"98.41 % (95 % interval 98.15 to 98.64)"``."""
    low, high = interval
    return f"{percent(share)} (95 % interval {100 * low:.2f} to {100 * high:.2f})"


def _line(word: str, style: str, text: str) -> None:
    from rich.text import Text

    # soft_wrap: a path that is broken in two cannot be copied
    console(stderr=True).print(Text.assemble((word, style), " ", text), soft_wrap=True)
    sys.stderr.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
