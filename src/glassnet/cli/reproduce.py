"""``glassnet reproduce``: what five people said that their networks reach, and what these reach here."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.completion import complete_recipe
from glassnet.cli.exits import OUR_FAULT

if TYPE_CHECKING:
    from rich.table import Table

    from glassnet.training.recipe import Recipe
    from glassnet.training.reproduction import Reproduction
    from glassnet.training.training_data import TrainingData

__all__ = ["reproduce"]


def reproduce(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Recipes that have a claim (see 'glassnet recipes'); all of them if none is named.",
            autocompletion=complete_recipe,
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many runs of each, from seeds 0, 1, 2 …")] = 3,
    quick: Annotated[
        bool, typer.Option("--quick", help="A tenth of the epochs and one seed: the way, not the result.")
    ] = False,
    kaggle: Annotated[
        Path | None,
        typer.Option(help="Kaggle's own train.csv; its layout is made from MNIST otherwise.", show_default=False),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the page with the results.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a result, for programs.")] = False,
) -> None:
    """Run the reference systems and hold their results against their claims.

    Five people described a network for handwritten digits and said what it
    reaches. Each has a recipe here. They learn from real MNIST; a claim is met
    where the mean over the seeds is at least the claim less half a point.

    [bold]Examples[/]
      glassnet reproduce
      glassnet reproduce --quick
      glassnet reproduce one-at-a-time --seeds 5
      glassnet reproduce --write docs/reproduction.md
    """
    from glassnet.cli.downloading import download_bar
    from glassnet.cli.output import console, percent, print_json, print_table
    from glassnet.files import replacing
    from glassnet.training.recipe import load_recipe
    from glassnet.training.reproduction import claimed_recipes, report
    from glassnet.training.training_data import open_training_data

    numbers = range(1 if quick else seeds)
    recipes = [load_recipe(name) for name in names or claimed_recipes()]
    results = []
    for recipe in recipes:
        source = str(kaggle) if kaggle is not None and recipe.data.source == "kaggle" else None
        with download_bar() as progress:
            data = open_training_data(recipe, source, offline=False, progress=progress)
        result = _followed(recipe, data, numbers, quick=quick, silent=as_json)
        results.append(result)
        if as_json:
            print_json(_as_dict(result))
        else:  # what is measured is not lost if the next one is stopped
            console(stderr=True).print(f"{recipe.name}: {percent(result.mean)}, {result.verdict}")
    if not as_json:
        print_table(_table(results))
        if quick:
            console().print(
                "\nA tenth of the epochs: this shows the way, not the result. Leave --quick out for that."
            )
    if write is not None:
        with replacing(write) as temporary:
            temporary.write_text(report(results, _command(names, seeds, quick, kaggle, write)), encoding="utf-8")
    if not quick and not all(result.met for result in results):
        raise typer.Exit(OUR_FAULT)


def _followed(recipe: Recipe, data: TrainingData, seeds: range, *, quick: bool, silent: bool) -> Reproduction:
    """Run one recipe from every seed, with a bar over all its epochs where somebody watches."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from glassnet.cli.output import console, note, percent
    from glassnet.training import Epoch, Trouble
    from glassnet.training.reproduction import Reproduction, hurried, reproduce

    epochs = (hurried(recipe) if quick else recipe).training.epochs
    screen = console(stderr=True)
    columns = (
        TextColumn(f"{recipe.name:<18}"),
        BarColumn(),
        TextColumn("{task.fields[right]}"),
        TimeRemainingColumn(),
    )
    watched = screen.is_interactive and not silent
    with Progress(*columns, console=screen, transient=True, disable=not watched) as progress:
        task = progress.add_task("", total=len(seeds) * epochs, right="")
        for event in reproduce(recipe, data, seeds, quick=quick):
            if isinstance(event, Epoch):
                progress.update(
                    task, advance=1, right=f"{percent(event.record.train_accuracy)} of the training digits"
                )
            elif isinstance(event, Trouble) and not silent:
                note(f"{event.message}; {event.hint}")
            elif isinstance(event, Reproduction):
                return event
    raise AssertionError("a reproduction ends with its result")


def _table(results: list[Reproduction]) -> Table:
    from rich.text import Text

    from glassnet.cli.output import percent, table

    rows = table("recipe", "claim", "result", "verdict", numbers=["runs", "s each"])
    for each in results:
        interval = each.interval
        spread = f" ({100 * interval[0]:.2f} to {100 * interval[1]:.2f})" if interval else ""
        rows.add_row(
            each.recipe.name,
            f"{percent(each.claim.accuracy)} {each.claim.part}",
            percent(each.mean) + spread,
            Text(each.verdict, "green" if each.met else "yellow" if each.hurried else "red"),
            str(len(each.results)),
            f"{each.seconds:.1f}",
        )
    return rows


def _as_dict(result: Reproduction) -> dict[str, Any]:
    return {
        "recipe": result.recipe.name,
        "claim": result.claim.model_dump(),
        "mean": result.mean,
        "interval": result.interval,
        "runs": [asdict(run) for run in result.results],
        "hurried": result.hurried,
        "verdict": result.verdict,
        "data": result.data,
    }


def _command(names: list[str] | None, seeds: int, quick: bool, kaggle: Path | None, write: Path) -> str:
    options = ["--quick"] if quick else ["--seeds", str(seeds)]
    options += ["--kaggle", kaggle.name] if kaggle else []
    return " ".join(["glassnet reproduce", *(names or []), *options, "--write", str(write)])
