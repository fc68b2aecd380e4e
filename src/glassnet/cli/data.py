"""``glassnet data``: what there is to learn from, where it lies, and what it looks like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli.augmentation_preview import chosen_augmentation, show_augmented
from glassnet.cli.completion import complete_recipe, complete_source
from glassnet.cli.data_info import describe_data, list_sources, only_published
from glassnet.errors import DataError, DownloadError, RecipeError

if TYPE_CHECKING:
    from glassnet.data import Dataset

__all__ = ["app"]

app = typer.Typer(rich_markup_mode="rich")

_Source = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="A name from 'glassnet data info', strokes[:COUNT][:seed=SEED], a file or a folder.",
        autocompletion=complete_source,
        show_default=False,
    ),
]


@app.callback(invoke_without_command=True)
def data(context: typer.Context) -> None:
    """Find, fetch, look at and convert data sets.

    Without a word behind it, it lists those that Glassnet knows by name.

    [bold]Examples[/]
      glassnet data
      glassnet data show strokes
      glassnet data info mnist
    """
    if context.invoked_subcommand is None:
        list_sources(as_json=False)


@app.command("info")
def info(
    data: Annotated[
        str | None,
        typer.Argument(
            metavar="DATA",
            help="A name, a file or a folder; all names if none is given.",
            autocompletion=complete_source,
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as one JSON object.")] = False,
) -> None:
    """Say which data sets there are, or what one of them holds.

    Nothing is fetched: a published data set that is not on this machine is
    described as far as it is known.

    [bold]Examples[/]
      glassnet data info
      glassnet data info mnist
      glassnet data info ~/digits --json
    """
    if data is None or only_published(data):
        list_sources(as_json, data)
    else:
        from glassnet.cli.downloading import open_with_bar

        describe_data(open_with_bar(data, offline=True), as_json)


@app.command("show")
def show(
    data: _Source,
    output: Annotated[
        Path | None, typer.Option(help="Write a picture (PNG) instead of text.", show_default=False)
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(min=1, max=2000, help="How many digits: 20, or 4 with --augment.", show_default=False),
    ] = None,
    label: Annotated[str | None, typer.Option(help="Only digits of this class.", show_default=False)] = None,
    test: Annotated[bool, typer.Option("--test", help="From the test part instead of the training part.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Which digits: another seed, others.")] = 0,
    styles: Annotated[
        bool, typer.Option("--styles", help="For strokes: every way of writing a digit, once, undeformed.")
    ] = False,
    augment: Annotated[
        bool, typer.Option("--augment", help="Each digit beside what augmentation makes of it, kind by kind.")
    ] = False,
    recipe: Annotated[
        str | None,
        typer.Option(
            help="With --augment: as this recipe does it.", autocompletion=complete_recipe, show_default=False
        ),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="With --augment: this deformation, or a change to the recipe's; may be repeated.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show digits with their labels, in the terminal or as a picture.

    Of what is drawn by code only the digits shown are drawn; a published data set
    is fetched first where it is not on this machine.

    [bold]Examples[/]
      glassnet data show strokes
      glassnet data show mnist --label 7 --count 40
      glassnet data show mnist --test --count 100 --output sheet.png
      glassnet data show strokes --styles --output styles.png
      glassnet data show mnist --augment --output augmented.png
      glassnet data show mnist --augment --set rotation=15 --set elastic=0.6
    """
    from glassnet.cli.output import console, in_colour, note

    # what was asked for comes first: nobody waits for pictures to be told of a mistyped word
    if not augment and (recipe is not None or assignments):
        raise RecipeError("--recipe and --set say how to deform digits", hint="add --augment")
    deform = chosen_augmentation(recipe, assignments or []) if augment else None
    if output is not None:
        from glassnet.figures import check_ending

        check_ending(output)
    count = count or (4 if augment else 20)
    chosen = _every_style(data, label) if styles else _sample(data, count, seed, label, test)
    if deform is not None:
        show_augmented(chosen, deform, seed, output)
        return
    if output is not None:
        from glassnet.figures import digit_sheet, save

        save(digit_sheet(chosen.images, chosen.labels, classes=chosen.classes), output)
        note(f"drawn: {output}")
        return
    from glassnet.cli.digits_as_text import digits_as_text

    screen = console()
    width = screen.width if screen.is_terminal else 80
    captions = [chosen.classes[index] for index in chosen.labels]
    sheet = digits_as_text(chosen.images, captions, width, colour=in_colour(screen))
    screen.print(sheet, soft_wrap=True)


@app.command("fetch")
def fetch(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A published data set.", autocompletion=complete_source, show_default=False
        ),
    ],
    force: Annotated[bool, typer.Option("--force", help="Fetch it anew, even where it is there.")] = False,
) -> None:
    """Fetch a data set, so that it is there without a network.

    Mirrors are asked in order, and what arrives is checked. A fetch that was
    stopped goes on where it was. GLASSNET_MIRRORS names other web addresses to
    ask first, GLASSNET_CACHE another folder to keep it in.

    [bold]Examples[/]
      glassnet data fetch mnist
      glassnet data fetch fashion-mnist --force
    """
    from glassnet.cli.downloading import download_bar
    from glassnet.cli.output import note
    from glassnet.data import sources

    try:
        with download_bar() as progress:
            folder = sources.fetch(name, force=force, progress=progress)
    except DownloadError:
        there = sources.describe(name).folder
        if there is not None:
            note(f"a copy lies in {there}: --data {name} uses it, and nothing need be fetched")
        raise
    print(folder)


@app.command("export")
def export(
    data: _Source,
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Where the files go; nothing is overwritten.", show_default=False),
    ],
    format: Annotated[
        str, typer.Option(help="idx (as MNIST), csv (as Kaggle), npz (as Keras) or pictures (a folder a class).")
    ] = "idx",
) -> None:
    """Write a data set in a format that other programs read.

    The training part and the test part go into files of their own.

    [bold]Examples[/]
      glassnet data export strokes:10000 drawn
      glassnet data export mnist kaggle --format csv
    """
    from glassnet import data as room
    from glassnet.cli.downloading import open_with_bar

    for path in room.export(open_with_bar(data), folder, format):
        print(path)


def _sample(data: str, count: int, seed: int, label: str | None, test: bool) -> Dataset:
    from glassnet.cli.downloading import download_bar
    from glassnet.data.sources import open_sample

    with download_bar() as progress:
        return open_sample(data, count, seed=seed, label=label, test=test, progress=progress)


def _every_style(data: str, label: str | None) -> Dataset:
    """One picture of every way in which ``strokes`` writes a digit, or that digit."""
    import numpy as np

    from glassnet.data import Dataset, strokes
    from glassnet.data.sources.sampling import of_class

    if data != "strokes":
        raise DataError(
            f"{data}: only digits drawn by code have styles", hint="glassnet data show strokes --styles"
        )
    known = strokes.styles()
    labels = np.array([int(style.shows) for style in known], np.uint8)
    every = Dataset(np.stack([style.images[0] for style in known]), labels, "the styles of strokes")
    return of_class(every, label)
