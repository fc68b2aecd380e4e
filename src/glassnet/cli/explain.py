"""``glassnet explain``: how a network came to its answer about one picture, and what it would learn from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli.completion import complete_model
from glassnet.cli.model_file import MODEL_HELP, check_answer, model_and_pictures, open_network, tell_of_several
from glassnet.errors import ShapeError

if TYPE_CHECKING:
    from rich.text import Text

    from glassnet.explaining import Explanation, LayerStory
    from glassnet.models import Model

__all__ = ["explain"]

_TERMS = 3
"""Products of a sum that are written out: enough to see what weighs most."""


def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[MODEL] PICTURE",
            help="A picture of one digit. Before it, or after --model: which network to explain.",
            autocompletion=complete_model,
            show_default=False,
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            metavar="DIGIT",
            help="What the picture shows: the loss measures how far off that is. If none is named, the answer.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help=MODEL_HELP, autocompletion=complete_model, show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole story as one JSON object.")] = False,
) -> None:
    """Follow one picture through a network and back, with formulas and numbers.

    Forward: what every layer made of it, and in each the one number that did most
    for the answer, with where it came from. Then the loss, and backward: how that
    number, the weights and the biases would have to change for a better answer.

    [bold]Examples[/]
      glassnet explain --model quick three.png
      glassnet explain runs/2026-01-31-quick three.png
      glassnet explain model.safetensors three.png --target 3
      glassnet explain model.safetensors three.png --json
    """
    from glassnet.cli.output import console, in_colour, print_json
    from glassnet.data.picture import open_digit
    from glassnet.explaining import walk
    from glassnet.models.certainty import certainty

    named, pictures = model_and_pictures(words, model)
    if len(pictures) > 1:
        raise typer.BadParameter(f"one picture at a time, not {len(pictures)}")
    reader, picture = open_network(named), pictures[0]
    opened = open_digit(picture, reader.picture_shape)
    digit = opened.pixels
    check_answer(reader.probabilities(digit[None]), named)
    story = walk(reader, digit, _class_number(reader, target))
    output = story[-1]
    probability = output.winner.value
    label = output.winner.title.removeprefix("output, class ")
    if as_json:
        layers = [part.as_dict() for part in story]
        print_json(
            {"picture": str(picture), "model": named, "label": label, "confidence": probability, "layers": layers}
        )
        return
    from rich.text import Text

    from glassnet.cli.digits_as_text import digit_as_text

    if opened.several:
        tell_of_several(picture)
    screen = console()
    screen.print(digit_as_text(digit, colour=in_colour(screen)))
    screen.print(Text.assemble((label, "bold"), f", {certainty(probability)} sure"), soft_wrap=True)
    width = min(screen.width, 100)
    for line in [*_forward(story, width), *_loss(output, reader, target, width), *_backward(story, width)]:
        screen.print(line, soft_wrap=True)


def _class_number(model: Model, target: str | None) -> int | None:
    if target is None:
        return None
    if target not in model.classes:
        raise ShapeError(f"the model knows no class '{target}'", hint=f"its classes: {', '.join(model.classes)}")
    return model.classes.index(target)


def _forward(story: Sequence[LayerStory], width: int) -> Iterator[Text]:
    from glassnet.cli.output import percent
    from glassnet.explaining.writing import written

    yield from _heading("forward: from the picture to the answer")
    for part in story:
        values = part.values
        shape = " × ".join(map(str, part.shape))
        spread = f"{written(values.minimum)} to {written(values.maximum)}, mean {written(values.mean)}"
        yield from _layer(part.title, f"{shape} numbers from {spread}, {percent(values.zeros, 0)} are 0")
        if part.temperature is not None:
            yield from _indented(part.temperature.symbols, style="cyan")
            yield from _indented(part.temperature.numbers, by=4)
            yield from _wrapped(part.temperature.sentence, width)
        yield from _explanation(part.title, part.winner, width)


def _loss(output: LayerStory, model: Model, target: str | None, width: int) -> Iterator[Text]:
    if output.loss is None:
        return
    wanted = model.classes[output.loss.target]
    yield from _heading(f"loss: how wrong that is, if the picture shows {wanted}")
    if target is None:
        yield from _indented("The answer is taken for right: name another digit with --target.", style="dim")
    yield from _indented(output.loss.symbols, style="cyan")
    yield from _indented(output.loss.numbers, by=4)
    yield from _wrapped(output.loss.sentence, width)


def _backward(story: Sequence[LayerStory], width: int) -> Iterator[Text]:
    from glassnet.explaining.writing import written

    yield from _heading("backward: what would make it better")
    for part in reversed(story):
        if part.gradient is None or part.winner_gradient is None:
            continue
        gradient = part.gradient
        spread = f"{written(gradient.minimum)} to {written(gradient.maximum)}, length {written(gradient.norm)}"
        yield from _layer(part.title, f"∂L/∂values from {spread}")
        yield from _explanation(part.title, part.winner_gradient, width)
        for parameter in part.parameters:
            yield from _formula(part.title, parameter.largest)


def _explanation(title: str, explained: Explanation, width: int) -> Iterator[Text]:
    """The formula of a number, its largest terms, and a sentence."""
    from glassnet.explaining.writing import in_brackets, written

    yield from _formula(title, explained)
    if explained.terms.bias is not None:
        for term in explained.terms.largest(_TERMS):
            where = explained.terms.place_in_words(term.place)
            product = f"{written(term.value)} · {in_brackets(term.weight)} = {written(term.product)}"
            yield from _indented(f"{product} from {where}", by=6, style="dim")
    yield from _wrapped(explained.sentence, width)


def _wrapped(sentence: str, width: int) -> Iterator[Text]:
    """A sentence in lines that fit, below the numbers that it is about."""
    import textwrap

    for line in textwrap.wrap(sentence, max(width - 4, 20)):
        yield from _indented(line, by=4, style="dim")


def _formula(title: str, explained: Explanation) -> Iterator[Text]:
    """Which number it is, and its formula in symbols and with numbers."""
    place = explained.title.removeprefix("gradient of ").removeprefix(f"{title}, ").removeprefix("output, ")
    yield from _indented(f"{place}: {explained.symbols}", style="cyan")
    yield from _indented(explained.numbers, by=4)


def _heading(text: str) -> Iterator[Text]:
    from rich.text import Text

    yield Text()
    yield Text(text, "bold reverse")


def _layer(title: str, facts: str) -> Iterator[Text]:
    from rich.text import Text

    yield Text()
    yield Text.assemble((title, "bold"), "  ", (facts, "dim"))


def _indented(text: str, by: int = 2, style: str = "") -> Iterator[Text]:
    from rich.text import Text

    yield Text(" " * by + text, style)
