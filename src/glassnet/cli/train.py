"""``glassnet train``: what can be asked of a run, and how the asking becomes one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.completion import complete_recipe, complete_source

__all__ = ["train"]


def train(
    recipe: Annotated[
        str | None,
        typer.Argument(
            metavar="RECIPE",
            help="A shipped recipe (see 'glassnet recipes') or a .toml file of yours; 'quick' if none is named. "
            "With --resume: the run to take up, the latest unfinished one if none is named.",
            autocompletion=complete_recipe,
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="What to learn from: mnist, strokes, another name from 'glassnet data info', a file or a folder. "
            "If nothing is named: MNIST, or digits drawn by code where it cannot be had.",
            autocompletion=complete_source,
            show_default=False,
        ),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change one setting of the recipe; may be repeated."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="The same as --set training.epochs=…")] = None,
    seed: Annotated[int | None, typer.Option(help="The same as --set training.seed=…")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Take up a run that was stopped or killed.")] = False,
    runs: Annotated[Path, typer.Option(help="The folder that every run gets its own folder in.")] = Path("runs"),
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of the internet.")] = False,
    figures: Annotated[bool, typer.Option(help="Draw the pictures of the run at its end.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what came of it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
) -> None:
    """Train a network, test it once, and keep the model.

    It learns in epochs: once through all the pictures is one. Ctrl-C stops after
    the step at hand and keeps what was learned; --resume goes on. A run that was
    killed goes on from its last checkpoint and ends exactly as if it had never
    stopped.

    [bold]Examples[/]
      glassnet train
      glassnet train --data strokes --epochs 3
      glassnet train --set optimizer.learning_rate=0.05 --seed 1
      glassnet train my-recipe.toml --data ~/digits --runs experiments
      glassnet train --resume
    """
    from glassnet.cli.training_run import TrainingRun
    from glassnet.cli.training_windows import open_window
    from glassnet.training import load_recipe

    changes = list(assignments or [])
    changes += [
        f"training.{key}={value}" for key, value in (("epochs", epochs), ("seed", seed)) if value is not None
    ]
    window = open_window(as_json=as_json, quiet=quiet)
    if resume and changes:
        raise typer.BadParameter(
            "a run is taken up with the recipe it began with: --resume allows no changes to it"
        )
    if resume:
        run = TrainingRun.resumed(runs, recipe, data, offline=offline, window=window)
    else:
        run = TrainingRun.new(runs, load_recipe(recipe or "quick", changes), data, offline=offline, window=window)
    raise typer.Exit(run.train(figures=figures))
