"""``glassnet open``: the glass box in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["open_page"]


def open_page(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL|RUN|LINK",
            help="What to look at: a model that comes with Glassnet, a model.safetensors file, a run or its "
            "folder, or a link that somebody shared. If nothing is named: the first bundled model, else the "
            "newest run.",
            show_default=False,
        ),
    ] = None,
    runs: Annotated[Path, typer.Option(help="The folder of runs.")] = Path("runs"),
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Where to listen; the first free one from 7840 on.", show_default=False
        ),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Look inside a network: write a digit and see, number by number, how it is read.

    Opens a page in the browser: draw a digit, point at any number and be told where
    it comes from, train a network and drag time back. It is served to this machine
    alone and needs no internet. Ctrl-C ends it.

    [bold]Examples[/]
      glassnet open
      glassnet open runs/2026-01-31-quick
      glassnet open model.safetensors --no-browser --port 8000
    """
    from glassnet.web.server import serve

    serve(target, runs=runs, port=port, browser=browser)
