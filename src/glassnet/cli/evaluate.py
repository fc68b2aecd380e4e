"""``glassnet evaluate``: how good a model is, with how sure one can be of that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.completion import complete_model, complete_source
from glassnet.cli.model_file import MODEL_HELP, check_answer, model_or_default, open_model
from glassnet.errors import DataError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from glassnet.data import Dataset
    from glassnet.models import Committee, Model
    from glassnet.training import Evaluation

__all__ = ["evaluate"]


def evaluate(
    data: Annotated[
        str,
        typer.Option(
            help="What to test on: a name from 'glassnet data info', a file or a folder; the test part of it.",
            autocompletion=complete_source,
            show_default=False,
        ),
    ],
    model: Annotated[
        str | None,
        typer.Argument(metavar="MODEL", help=MODEL_HELP, autocompletion=complete_model, show_default=False),
    ] = None,
    model_option: Annotated[
        str | None,
        typer.Option("--model", help="The same.", autocompletion=complete_model, show_default=False),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Draw the confusion matrix, the reliability and the worst digits there.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False,
) -> None:
    """Test a model on data it has not learned from.

    Prints the accuracy with its 95 % interval (Wilson), every class by itself,
    what was taken for what, the cross-entropy, and the calibration error: how far
    the network's certainty is from how often it is right.

    [bold]Examples[/]
      glassnet evaluate quick --data mnist
      glassnet evaluate runs/2026-01-31-quick --data mnist
      glassnet evaluate model.safetensors --data ~/my-digits --figures pictures
      glassnet evaluate model.safetensors --data strokes --json
    """
    from glassnet.cli.downloading import open_with_bar
    from glassnet.cli.output import console, note, print_json
    from glassnet.training import score
    from glassnet.training.learned_from import pictures_learned_from

    if model is not None and model_option is not None:
        raise typer.BadParameter(f"two models are named, {model} and {model_option}: one at a time")
    named = model_or_default(model or model_option)
    tested = open_model(named)
    bundle = open_with_bar(data)
    part = bundle.train if bundle.test is None else bundle.test
    _check_fit(tested, part)
    evaluation = score(tested, part)
    check_answer(evaluation.probabilities, named)
    if len(evaluation.classes) < len(tested.classes):
        left_out = ", ".join(name for name in tested.classes if name not in evaluation.classes)
        note(f"the model also knows '{left_out}', of which {part.name} has none: it chose among the others")
    known = pictures_learned_from(tested, part)
    if known:
        note(
            f"the model has learned from {known:,} of these {len(part):,} pictures: "
            "such a score says little about pictures that it has never seen"
        )
    if as_json:
        parts: dict[str, Any] = {
            "model": named,
            "data": part.name,
            "origin": bundle.origin,
            "test_pictures_learned_from": known,
        }
        print_json(
            parts
            | evaluation.summary()
            | {"classes": evaluation.per_class(), "confusion": evaluation.confusion.tolist()}
        )
    else:
        if bundle.test is None and not known:
            note(f"{part.name} is one part: if the model learned from it, this says nothing about new pictures")
        _print(console(), part, evaluation)
    if figures is not None:
        _draw(figures, evaluation, part)


def _draw(folder: Path, evaluation: Evaluation, data: Dataset) -> None:
    from glassnet.cli.output import note
    from glassnet.figures import confusion_matrix, reliability, save, worst_digits

    drawn = {"confusion-matrix.png": confusion_matrix(evaluation), "reliability.png": reliability(evaluation)}
    if evaluation.correct < evaluation.count:
        drawn["worst-digits.png"] = worst_digits(evaluation, data.images)
    for name, figure in drawn.items():
        save(figure, folder / name)
        note(f"drawn: {folder / name}")


def _check_fit(model: Model | Committee, data: Dataset) -> None:
    (height, width), shape = model.picture_shape, data.images.shape[1:]
    if shape != (height, width):
        raise DataError(
            f"{data.name} has pictures of {shape[0]} × {shape[1]}, the model reads {height} × {width}",
            hint="test it on data of the kind it was trained on",
        )
    if len(data) == 0:
        raise DataError(f"{data.name} has no pictures")
    unknown = sorted(label for label in set(data.labels.tolist()) if label >= len(model.classes))
    if beyond := ", ".join(f"'{data.classes[label]}'" for label in unknown):
        raise DataError(
            f"{data.name}: pictures of class {beyond}, the model knows {', '.join(model.classes)}",
            hint="test it on data of the classes it was trained on, or take another model: 'glassnet models'",
        )


def _print(screen: Console, data: Dataset, evaluation: Evaluation) -> None:
    from rich.text import Text

    from glassnet.cli.output import counted, print_table, with_interval

    screen.print(f"{data.name}: {counted(evaluation.count, 'picture')}", soft_wrap=True)
    right = f"{with_interval(evaluation.accuracy, evaluation.interval)} right"
    screen.print(Text.assemble((right, "bold"), f", {evaluation.correct:,} of them"))
    screen.print(
        f"cross-entropy {evaluation.cross_entropy:.4f}, "
        f"calibration error {100 * evaluation.calibration_error:.2f} points\n"
    )
    print_table(_class_table(evaluation))
    screen.print()
    print_table(_confusion_table(evaluation))


def _class_table(evaluation: Evaluation) -> Table:
    from glassnet.cli.output import percent, table

    rows = table("class", numbers=("pictures", "recall", "precision", "F1"))
    for row in evaluation.per_class():
        shares = ("–" if row[key] is None else percent(row[key]) for key in ("recall", "precision", "f1"))
        rows.add_row(row["name"], f"{row['count']:,}", *shares)
    return rows


def _confusion_table(evaluation: Evaluation) -> Table:
    """Rows are what a picture shows, columns what it was taken for; right answers are set back."""
    from rich.text import Text

    from glassnet.cli.output import table

    heading = {"title": "shown ↓   taken for →", "title_justify": "left", "title_style": "dim"}
    rows = table("", numbers=evaluation.classes, **heading)
    for shown, counts in enumerate(evaluation.confusion):
        cells = (
            Text(str(count) if count else "·", "dim" if shown == taken or not count else "")
            for taken, count in enumerate(counts)
        )
        rows.add_row(evaluation.classes[shown], *cells)
    return rows
