"""What ``glassnet data show --augment`` shows: digits beside what augmentation makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.errors import RecipeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.console import Console

    from glassnet.data import Dataset
    from glassnet.data.augmentation import Augmentation

    Row = tuple[str, NDArray[np.uint8]]

__all__ = ["chosen_augmentation", "show_augmented"]

_BAR = " ┃ "
"""Between a digit and what becomes of it."""
_EXAMPLE = "--set rotation=15"


def show_augmented(data: Dataset, augment: Augmentation, seed: int, output: Path | None) -> None:
    """Show all pictures of ``data`` augmented: in the terminal, or as a picture in ``output``."""
    from glassnet.cli.output import console, note

    if output is not None:
        from glassnet.figures import save
        from glassnet.figures.augmentation import augmentation_sheet

        save(augmentation_sheet(_augmented_rows(data, augment, 9, seed)), output)
        note(f"drawn: {output}")
        return
    screen = console()
    width = screen.width if screen.is_terminal else 80
    across = -(-data.images.shape[2] // 2)
    versions = max(1, (width - len(_BAR) - across + 2) // (across + 2))
    _print(_augmented_rows(data, augment, versions, seed), screen, across)


def chosen_augmentation(recipe: str | None, assignments: Sequence[str]) -> Augmentation:
    """A recipe's augmentation with assignments like ``"rotation=15"``, those alone, or what looks natural."""
    from glassnet.data.augmentation import NATURAL
    from glassnet.training.recipe import Recipe, load_recipe

    if recipe is None and not assignments:
        return NATURAL
    for each in assignments:
        if "=" not in each:
            raise RecipeError(f"--set {each}: expected KEY=VALUE", hint=f"for example {_EXAMPLE}")
    base = Recipe(name="preview") if recipe is None else load_recipe(recipe)
    found = base.changed(f"augmentation.{each.removeprefix('augmentation.')}" for each in assignments)
    augment = found.make_augmentation()
    if augment is None:
        raise RecipeError(
            f"the recipe '{recipe}' deforms nothing" if recipe else "these settings deform nothing",
            hint=f"name a deformation, for example {_EXAMPLE}",
        )
    return augment


def _augmented_rows(data: Dataset, augment: Augmentation, versions: int, seed: int) -> list[Row]:
    """A row for every picture of ``data``, then one for every kind of deformation in it, with their names.

    A row is ``(1 + versions, H, W)``: a picture, and what becomes of it. What happens only to a share of the
    pictures happens to all of the row that shows it, and may borrow from all of ``data``.
    """
    import numpy as np

    from glassnet.data.augmentation import SHARES

    rng = np.random.default_rng(seed)

    def row(name: str, number: int, deform: Augmentation) -> Row:
        others = np.roll(data.images, -number, axis=0)  # a neighbour may be any of them
        crowd = np.concatenate([others[:1].repeat(versions, axis=0), others])
        return name, np.concatenate([others[:1], deform(crowd, rng)[:versions]])

    rows = [row(data.classes[label], number, augment) for number, label in enumerate(data.labels)]
    kinds = [(field.name, getattr(augment, field.name)) for field in fields(augment)]
    for number, (name, most) in enumerate((name, most) for name, most in kinds if most):
        alone = replace(type(augment)(), **{name: 1.0 if name in SHARES else most})
        rows.append(row(f"{name} {most:g}", number % len(data), alone))
    return rows


def _print(rows: Sequence[Row], screen: Console, across: int) -> None:
    """Print rows of pictures ``across`` characters wide, the original bright at the left, beside a bar.

    Under every row stands what was done to it; at the top, once, which is which.
    """
    from rich.text import Text

    from glassnet.cli.digits_as_text import in_a_terminal
    from glassnet.cli.output import in_colour

    colour = in_colour(screen)
    head = Text(f"{'original':^{across}}{_BAR}what a network gets in its place", "bold")
    screen.print(head, soft_wrap=True)
    for name, images in rows:
        original, *versions = (
            in_a_terminal(image, colour=colour, highlighted=place == 0) for place, image in enumerate(images)
        )
        for parts in zip(original, *versions, strict=True):
            screen.print(
                Text.assemble(parts[0], (_BAR, "bold"), Text("  ").join(parts[1:])), soft_wrap=True, no_wrap=True
            )
        screen.print(Text(f"{name:^{across}}" if len(name) <= across else name, "dim"), soft_wrap=True)
        screen.print()
