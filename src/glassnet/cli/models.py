"""``glassnet models``: what comes with the package, and what each is worth."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.completion import complete_format, complete_model
from glassnet.cli.model_file import MODEL_HELP, open_network
from glassnet.errors import OutputError

if TYPE_CHECKING:
    from glassnet.models import BundledModel

__all__ = ["app"]

app = typer.Typer(rich_markup_mode="rich")


@app.callback(invoke_without_command=True)
def models(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
) -> None:
    """List the models that come with Glassnet, show the card of one, or export it.

    They read at once, without training and without the internet. How many digits
    they read right was counted on MNIST's test part, which they have not learned
    from; the interval says how sure that is. 'took' is the time of the training.

    [bold]Examples[/]
      glassnet models
      glassnet models show quick
      glassnet models export quick quick.onnx
      glassnet predict --model quick three.png
    """
    if context.invoked_subcommand is not None:
        return
    from glassnet.cli.output import console, print_json
    from glassnet.models import bundled_models

    found = bundled_models()
    if as_json:
        print_json({"models": [_row(model) for model in found]})
        return
    from rich.text import Text

    screen = console()
    widest = max(len(model.name) for model in found)
    heading = f"{'':<{widest}}  {'right':>7}  {'95 % interval':^14}  {'parameters':>10}  {'size':>6}  {'took':>6}"
    screen.print(Text(heading, "dim"), soft_wrap=True)
    for model in found:
        row = _row(model)
        figures = (
            f"  {_share(row['accuracy']):>7}  {_range(row['interval']):>14}  {model.parameters:>10,}"
            f"  {_bytes(model.size):>6}  {_minutes(row['seconds']):>6}"
        )
        screen.print(Text.assemble((f"{model.name:<{widest}}", "bold"), figures), soft_wrap=True)
        about = model.title
        if len(row["seeds"]) > 1 and row["mean_accuracy"] is not None:
            about += f" ({_share(row['mean_accuracy'])} in the mean of {len(row['seeds'])} runs)"
        for line in textwrap.wrap(about, max(screen.width - widest - 2, 20)):
            screen.print(Text(f"{'':<{widest}}  {line}", "dim"), soft_wrap=True)


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A bundled model.", autocompletion=complete_model, show_default=False),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="All that the model's file says of itself, as one JSON object.")
    ] = False,
) -> None:
    """Show a model's card: data, recipe, accuracy, calibration, robustness, limits.

    A card says what a careful person asks before relying on a model. All of it was
    measured by the command that trained the model.

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


@app.command("export")
def export(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help=MODEL_HELP, autocompletion=complete_model, show_default=False)
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Where it goes; .onnx or .safetensors says in which format.", show_default=False
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help="numpy, glassnet, pytorch or keras: a program. Or onnx, safetensors, which FILE says too.",
            autocompletion=complete_format,
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="The same as FILE.", show_default=False)
    ] = None,
) -> None:
    """Write a model for other programs: as ONNX, as a program in code, or as the safetensors file that it is.

    Both ONNX and code take pictures (N, 28, 28) of whole numbers from 0 to 255,
    bright ink on black, and give the probability of each class. Code is a program
    to be read, every formula with its shapes; what was learned goes into a model
    file beside it. Writing ONNX needs the package onnx: pip install onnx

    [bold]Examples[/]
      glassnet models export quick quick.onnx
      glassnet models export quick --as numpy --output quick.py
      glassnet models export runs/2026-01-31-quick mine.onnx
    """
    if (file is None) == (output is None):
        raise typer.BadParameter(
            "say where it goes, with FILE or with --output"
            if file is None
            else "FILE and --output are the same: give one"
        )
    path = file or output
    assert path is not None
    from glassnet.adapters.formats import FORMATS
    from glassnet.files import spare_inputs
    from glassnet.models.library import model_path

    chosen = FORMATS[_format(path, form)]
    spare_inputs(path, [model_path(model)])
    for written in chosen.write(open_network(model), path):
        print(written)


def _format(path: Path, named: str | None) -> str:
    """The name of the format that was asked for, or that the file's ending says."""
    from glassnet.adapters.formats import FORMATS
    from glassnet.engine.notation import suggestion

    ending = path.suffix.lower()
    if named is None:
        fitting = [name for name, form in FORMATS.items() if form.ending == ending]
        if len(fitting) == 1:
            return fitting[0]
        endings = [form.ending for form in FORMATS.values() if form.ending != ".py"]
        if fitting:
            problem, hint = "code is written for one framework", f"say which, with --as: {', '.join(fitting)}"
        else:
            problem = (
                f"'{ending}' is no format for a model"
                if ending
                else "its name has no ending that says in which format"
            )
            hint = f"known endings: {', '.join(endings)}; or say --as"
        raise OutputError(f"cannot write {path}: {problem}", hint=hint)
    if named not in FORMATS:
        raise OutputError(f"there is no format '{named}' for a model", hint=suggestion(named, FORMATS))
    if ending != FORMATS[named].ending:
        raise OutputError(
            f"cannot write {path}: a model as {named} has a name that ends in {FORMATS[named].ending}",
            hint=f"call it {path.with_suffix(FORMATS[named].ending)}" if path.name else "give it a name",
        )
    return named


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


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f} %"


def _range(interval: list[float] | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.2f} to {100 * min(interval[1], 1):.2f}"


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
