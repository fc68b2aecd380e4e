"""``glassnet recipes``: what can be trained by name."""

from __future__ import annotations

from typing import Annotated

import typer

from glassnet.cli.completion import complete_recipe

__all__ = ["recipes"]


def recipes(
    name: Annotated[
        str | None,
        typer.Argument(
            help="Show this recipe as it is written, with the reasons for its values.",
            autocompletion=complete_recipe,
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every value, defaults included, as JSON.")] = False,
) -> None:
    """List the recipes: networks, and how each is trained. Or show one of them.

    A recipe is a TOML file that describes a whole run and holds only what
    differs from the defaults. Save one, change it, and train with your own:

    [bold]Examples[/]
      glassnet recipes
      glassnet recipes quick
      glassnet recipes quick > mine.toml
      glassnet train mine.toml
    """
    from glassnet.cli.output import percent, print_json, print_table, table
    from glassnet.training.recipe import load_recipe, recipe_names, recipe_text

    names = recipe_names() if name is None else [name]
    if as_json:
        print_json({"recipes": [load_recipe(each).model_dump() for each in names]})
    elif name is not None:
        _print_toml(recipe_text(name))
    else:
        from rich.text import Text

        rows = table("recipe", "what it is", "claim, and result")
        for each in names:
            recipe = load_recipe(each)
            claim = f"{percent(recipe.claim.accuracy)}, {recipe.claim.part} part" if recipe.claim else ""
            reached = Text(recipe.claim.reached.replace("%", " %") if recipe.claim else "", "dim")
            network = Text(" → ".join(recipe.network.layers), "dim")
            rows.add_row(
                each, Text("\n").join([Text(recipe.title), network]), Text("\n").join([Text(claim), reached])
            )
        print_table(rows)


def _print_toml(text: str) -> None:
    from glassnet.cli.output import console

    screen = console()
    if not screen.is_terminal:
        print(text, end="")
        return
    from rich.syntax import Syntax

    screen.print(Syntax(text, "toml", theme="ansi_dark", background_color="default", word_wrap=True))
