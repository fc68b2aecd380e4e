"""``glassnet gradient-check``: proves in front of your eyes that backpropagation computes derivatives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli.completion import complete_recipe
from glassnet.cli.exits import OUR_FAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.engine import GradientCheck, Network

__all__ = ["gradient_check"]

_PICTURES = 8
"""Few pictures make the check quick, and one would hide mistakes in the mean over a batch."""


def gradient_check(
    recipe: Annotated[
        str,
        typer.Argument(help="Whose network and loss to check.", autocompletion=complete_recipe),
    ] = "quick",
    layers: Annotated[
        str | None,
        typer.Option(help="Other layers, with commas between: 'dense 32, tanh, dense 10'.", show_default=False),
    ] = None,
    loss: Annotated[
        str | None, typer.Option(help="Another loss: cross_entropy, squared_error …", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the weights, the pictures and the places looked at.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
) -> None:
    """Compare every layer's gradients with what nudging a number does to the loss.

    The derivative of the loss L by a number w is nearly (L(w + ε) − L(w − ε)) / 2ε.
    In float64 that agrees with backpropagation to eight digits; a wrong formula does
    not agree to one. Prints the worst pair of every array, and exits with 1 if one
    disagrees.

    [bold]Examples[/]
      glassnet gradient-check
      glassnet gradient-check --layers "dense 32, batch_norm, gelu, dense 10"
      glassnet gradient-check --loss squared_error --seed 7
    """
    import numpy as np

    from glassnet.cli.output import print_json
    from glassnet.data import strokes
    from glassnet.engine import Preparation, check_gradients
    from glassnet.training import load_recipe

    changes = (
        [] if layers is None else [f"network.layers={json.dumps([each.strip() for each in layers.split(',')])}"]
    )
    changes += [] if loss is None else [f"loss.name={loss}"]
    chosen = load_recipe(recipe, [*changes, f"training.seed={seed}"])
    digits = strokes.generate(_PICTURES, seed)
    network = chosen.make_network((*digits.images.shape[1:], 1))
    prepare = Preparation.fit(chosen.data.preparation, digits.images)
    # ReLU has a kink at 0 and pooling a choice among equals, and there no nudge is right. Biases of exactly 0 and
    # paper of exactly one grey put whole pictures on those edges: a little noise takes them off.
    random = np.random.default_rng(seed)
    for name, values in network.named_parameters():
        if name.endswith(".bias"):
            values += random.normal(0, 0.1, values.shape)
    inputs = prepare(digits.images, "float64")
    inputs += random.normal(0, 0.05, inputs.shape)
    # Any answer may be wanted of any picture, so that a network of other classes than the ten is checked as well.
    wanted = random.integers(network.output_shape[0], size=_PICTURES)
    results = check_gradients(network, chosen.make_loss(), inputs, wanted, epsilon=1e-6, seed=seed)
    passed = all(result.passed for result in results)
    if as_json:
        rows = [
            {
                "name": result.name,
                "layer": result.layer,
                "checked": result.checked,
                "analytic": result.analytic,
                "numeric": result.numeric,
                "error": result.error,
                "passed": result.passed,
            }
            for result in results
        ]
        print_json({"layers": network.notation(), "loss": chosen.loss.name, "passed": passed, "checks": rows})
    else:
        _print(network, chosen.loss.name, results)
    raise typer.Exit(0 if passed else OUR_FAULT)


def _print(network: Network, loss: str, results: Sequence[GradientCheck]) -> None:
    from rich.text import Text

    from glassnet.cli.output import console, print_table, table

    screen = console()
    screen.print(f"{' → '.join(network.notation())}, {loss}, {_PICTURES} pictures, float64\n")
    rows = table("array", "layer", numbers=("checked", "backpropagation", "nudging", "difference", ""))
    for result in results:
        verdict = Text("agrees", "green") if result.passed else Text("differs", "bold red")
        numbers = (f"{result.checked}", f"{result.analytic:+.9f}", f"{result.numeric:+.9f}", f"{result.error:.0e}")
        rows.add_row(result.name, result.layer, *numbers, verdict)
    print_table(rows)
    screen.print()
    screen.print(Text("difference: of the worst pair, relative to the largest derivative of its array", "dim"))
