"""``glassnet predict``: which digit a picture shows, and how sure the network is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli.completion import complete_model
from glassnet.cli.model_file import (
    MODEL_HELP,
    PICTURES_HELP,
    check_answer,
    model_and_pictures,
    open_model,
    tell_of_several,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from glassnet.models import Committee, Model

__all__ = ["predict"]


def predict(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[MODEL] PICTURE", help=PICTURES_HELP, autocompletion=complete_model, show_default=False
        ),
    ],
    model: Annotated[
        str | None, typer.Option(help=MODEL_HELP, autocompletion=complete_model, show_default=False)
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Draw what the network saw: the digit after preparation.")
    ] = False,
    submission: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="For a table of pixels (Kaggle's test.csv): write the answer to every row there.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object for each picture, or for the table.")
    ] = False,
) -> None:
    """Read the digit in a picture.

    A picture of the model's own size with bright ink on black is taken as it is;
    any other is cut out, turned to bright on black, scaled and centred as the
    pictures of MNIST were. A picture that cannot be read is told of, the others
    are read, and the exit code is that of the last error.

    [bold]Examples[/]
      glassnet predict three.png
      glassnet predict --model quick three.png four.jpg
      glassnet predict runs/2026-01-31-quick scans/*.png --show
      glassnet predict model.safetensors three.png --json
      glassnet predict --model cnn-small test.csv --submission submission.csv
    """
    from glassnet.cli.exits import exit_code
    from glassnet.cli.output import complain, complain_json, counted, note, print_json
    from glassnet.cli.submission import answer_table, refuse_table
    from glassnet.data.picture import open_digit
    from glassnet.errors import GlassnetError
    from glassnet.files import spare_inputs

    named, pictures = model_and_pictures(words, model)
    if submission is not None and len(pictures) > 1:
        raise typer.BadParameter(f"--submission is for one table, not for {len(pictures)} files")
    if submission is not None:
        spare_inputs(submission, pictures)
    reader, code = open_model(named), 0
    if submission is not None:
        count = answer_table(reader, pictures[0], submission)
        if as_json:
            print_json(
                {"table": str(pictures[0]), "model": named, "answers": count, "submission": str(submission)}
            )
        else:
            note(f"{submission} has {counted(count, 'answer')} of {named}, as Kaggle takes them")
        return
    width = max(len(str(path)) for path in pictures)
    for path in pictures:
        try:
            refuse_table(path)
            picture = open_digit(path, reader.picture_shape)
            answer = _ranked(reader, picture.pixels, named)
        except GlassnetError as error:
            code = exit_code(error)
            if as_json:
                complain_json(error, code)
            else:
                complain(str(error), error.hint)
            continue
        if as_json:
            print_json(
                {
                    "picture": str(path),
                    "model": named,
                    "label": answer[0][0],
                    "confidence": answer[0][1],
                    "probabilities": dict(answer),
                    "several": picture.several,
                }
            )
        else:
            _print_answer(f"{path!s:<{width}}", answer, picture.pixels if show else None)
            if picture.several:
                tell_of_several(path)
    raise typer.Exit(code)


def _ranked(model: Model | Committee, digit: NDArray[np.uint8], named: str) -> list[tuple[str, float]]:
    """Every class with its probability, the likeliest first."""
    probabilities = model.probabilities(digit[None])[0]
    check_answer(probabilities, named)
    order = (-probabilities).argsort(kind="stable")
    return [(model.classes[index], float(probabilities[index])) for index in order]


def _print_answer(name: str, answer: list[tuple[str, float]], digit: NDArray[np.uint8] | None) -> None:
    from rich.text import Text

    from glassnet.cli.output import console, in_colour
    from glassnet.models.certainty import certainty

    screen = console()
    (label, confidence), *others = answer
    runners_up = ", ".join(f"{other} {certainty(share)}" for other, share in others[:2])
    screen.print(
        Text.assemble(
            name, "  ", (label, "bold"), f"  {certainty(confidence):>8}", (f"   then {runners_up}", "dim")
        ),
        soft_wrap=True,
    )
    if digit is not None:
        from glassnet.cli.digits_as_text import digit_as_text

        screen.print(digit_as_text(digit, colour=in_colour(screen)))
