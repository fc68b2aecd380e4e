"""``glassnet models``: what comes with the package, and what each is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.completion import complete_model

if TYPE_CHECKING:
    from glassnet.models import BundledModel

__all__ = ["app"]

app = typer.Typer(rich_markup_mode="rich")


@app.callback(invoke_without_command=True)
def models(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
) -> None:
    """List the models that come with Glassnet, or show the card of one.

    They need no training and no network. Their accuracy is on MNIST's test part,
    with its 95 % interval, and where there were several seeds the mean of them;
    the time is that of one training.

    [bold]Examples[/]
      glassnet models
      glassnet models show quick
      glassnet predict --model quick three.png
    """
    if context.invoked_subcommand is not None:
        return
    from glassnet.cli.output import console, print_json, table
    from glassnet.models import bundled_models

    found = bundled_models()
    if as_json:
        print_json({"models": [_row(model) for model in found]})
        return
    from rich.text import Text

    rows = table("model", "what it is", numbers=("parameters", "size", "right", "seeds", "mean", "time"))
    for model in found:
        row = _row(model)
        rows.add_row(
            model.name,
            Text(model.title),
            f"{model.parameters:,}",
            _bytes(model.size),
            _share(row["accuracy"], row["interval"]),
            str(len(row["seeds"]) or "–"),
            _share(row["mean_accuracy"], row["mean_interval"]),
            _minutes(row["seconds"]),
        )
    console().print(rows)


@app.command("show")
def show(
    name: Annotated[
        str, typer.Argument(help="A bundled model.", autocompletion=complete_model, show_default=False)
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="All that the model's file says of itself, as one JSON object.")
    ] = False,
) -> None:
    """Show a model's card: data, recipe, accuracy, calibration, robustness, limits.

    [bold]Examples[/]
      glassnet models show quick
      glassnet models show quick --json
    """
    from glassnet.cli.output import console, print_json
    from glassnet.models import bundled_model

    model = bundled_model(name)
    if as_json:
        print_json({"name": model.name, "path": str(model.path), "size": model.size, **model.header})
        return
    screen = console()
    if not screen.is_terminal:
        print(model.card, end="")
        return
    from rich.markdown import Markdown

    screen.print(Markdown(model.card))


def _row(model: BundledModel) -> dict[str, Any]:
    metrics = model.metrics
    seeds = metrics.get("seeds", [])
    return {
        "name": model.name,
        "title": model.title,
        "parameters": model.parameters,
        "size": model.size,
        "path": str(model.path),
        "classes": list(model.header["classes"]),
        "accuracy": metrics.get("accuracy"),
        "interval": metrics.get("interval"),
        "seeds": [seed["seed"] for seed in seeds],
        "mean_accuracy": metrics.get("mean_accuracy"),
        "mean_interval": metrics.get("mean_interval"),
        "seconds": seeds[0]["seconds"] if seeds else None,
    }


def _share(share: float | None, interval: list[float] | None) -> str:
    if share is None:
        return "–"
    spread = "" if interval is None else f" ({100 * interval[0]:.2f}–{100 * min(interval[1], 1):.2f})"
    return f"{100 * share:.2f} %{spread}"


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
