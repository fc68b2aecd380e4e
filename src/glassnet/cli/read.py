"""``glassnet read``: the digits on a picture, line by line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.completion import complete_model
from glassnet.cli.model_file import MODEL_HELP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from glassnet.reading import ReadDigit, Reading

__all__ = ["read"]

STANDARD_INPUT = "-"


def read(
    pictures: Annotated[
        list[str],
        typer.Argument(
            metavar="PICTURE...", help="Drawings, photographs, scans; '-' is standard input.", show_default=False
        ),
    ],
    one: Annotated[bool, typer.Option("--one", help="Each picture shows exactly one digit.")] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object for each picture: boxes, confidence, runners-up, reasons."),
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Draw each page with its digits as the network got them: NAME-read.png.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Draw that into this file, or this folder, instead.", show_default=False),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file of pictures and the digits on them: tell how many were read right.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help=MODEL_HELP, autocompletion=complete_model, show_default=False)
    ] = None,
) -> None:
    """Read the digits on a picture: a drawing, a photo of paper, a scan, a form.

    Prints them as they stand, line by line; of several pictures each line
    begins with its picture's name. What is no digit is left out. A picture that
    cannot be read is told of, the others are read, and the exit code is that of
    the last error. Of several pages or frames the first one is read.

    With --answers you learn how well it reads your own handwriting. The file
    has a line for each picture, its name and what is written on it, such as
    page.jpg,0415 4219454 or scribble.png, where there is no digit.

    [bold]Examples[/]
      glassnet read phone-number.jpg
      glassnet read scans/*.png --show
      glassnet read three.png --one --json
      glassnet read page.jpg --output seen.png
      glassnet read scans/*.png --answers scans/written.csv
    """
    from glassnet.cli.answers import alignment_fields, load_answers, print_alignment, print_total, total_fields
    from glassnet.cli.exits import exit_code
    from glassnet.cli.model_file import open_model
    from glassnet.cli.output import complain, complain_json, note, print_json
    from glassnet.data.decoding import open_picture
    from glassnet.errors import GlassnetError
    from glassnet.files import spare_inputs
    from glassnet.reading import read as read_page
    from glassnet.reading import read_digit
    from glassnet.reading.alignment import Alignment, align

    places, code = _figure_paths(pictures, show, output), 0
    for place in places:
        if place is not None:
            spare_inputs(place, pictures)
    reader = None if model is None else open_model(model)
    written = [None] * len(pictures) if answers is None else load_answers(answers, pictures)
    compared: list[Alignment] = []
    for name, place, text in zip(pictures, places, written, strict=True):
        try:
            page = open_picture(sys.stdin.buffer if name == STANDARD_INPUT else name, name=_shown(name))
            answer = read_digit(page, model=reader) if one else None
            reading = read_page(page, model=reader) if answer is None else _as_reading(answer, page)
            if place is not None:
                _draw(page, reading, _shown(name), place)
        except GlassnetError as error:
            code = exit_code(error)
            if as_json:
                complain_json(error, code)
            else:
                complain(str(error), error.hint)
            continue
        if text is not None:
            compared.append(align(text, reading.text.replace("\n", "")))
        if as_json:
            found = _reading_fields(reading) if answer is None else _digit_fields(answer)
            if text is not None:
                found["compared"] = alignment_fields(compared[-1])
            print_json({"picture": name, **found, **({"figure": str(place)} if place else {})})
            continue
        if text is None:
            _print_lines(reading, _shown(name), with_name=len(pictures) > 1)
        else:
            print_alignment(_shown(name), compared[-1])
        if place is not None:
            note(f"what was seen is drawn in {place}")
    if answers is not None and as_json:
        print_json({"event": "total", **total_fields(compared)})
    elif answers is not None:
        print_total(compared)
    raise typer.Exit(code)


def _print_lines(reading: Reading, name: str, *, with_name: bool) -> None:
    from glassnet.cli.output import note

    for line in reading.text.splitlines():
        print(f"{name}: {line}" if with_name else line)
    if not reading:
        note(f"{name}: {_why_nothing(reading)}")


def _shown(name: str) -> str:
    return "standard input" if name == STANDARD_INPUT else name


def _figure_paths(pictures: list[str], show: bool, output: Path | None) -> list[Path | None]:
    """Where the figure of each picture goes, if anywhere; two of one name do not overwrite each other."""
    if output is None and not show:
        return [None] * len(pictures)
    if output is not None and len(pictures) == 1 and output.suffix and not os.path.isdir(output):
        return [output]
    if output is not None and output.suffix and not os.path.isdir(output):
        raise typer.BadParameter(f"--output {output} is one file for {len(pictures)} pictures: name a folder")
    found: list[Path | None] = []
    for name in pictures:
        stem = "standard-input" if name == STANDARD_INPUT else Path(name).stem
        place, number = Path(output or ".") / f"{stem}-read.png", 2
        while place in found:
            place, number = place.with_name(f"{stem}-read-{number}.png"), number + 1
        found.append(place)
    return found


def _draw(page: NDArray[np.uint8], reading: Reading, name: str, place: Path) -> None:
    from glassnet.figures import reading_sheet, save

    save(reading_sheet(page, reading, name=name), place)


def _as_reading(answer: ReadDigit, page: NDArray[np.uint8]) -> Reading:
    """A picture of one digit as a page with one line."""
    from glassnet.reading import Reading

    size = page.shape[0], page.shape[1]
    if answer.digit is None:
        return Reading((), size, (answer,), answer.reason)
    return Reading(((answer,),), size)


def _why_nothing(reading: Reading) -> str:
    reasons = sorted({one.reason for one in reading.rejected if one.reason})
    told = reading.reason or "no digit"
    return f"{told} ({', '.join(reasons)})" if reasons and reasons != [told] else told


def _reading_fields(reading: Reading) -> dict[str, Any]:
    height, width = reading.size
    return {
        "text": reading.text,
        "lines": [[_digit_fields(one) for one in line] for line in reading.lines],
        "rejected": [_digit_fields(one) for one in reading.rejected],
        "reason": reading.reason,
        "width": width,
        "height": height,
    }


def _digit_fields(one: ReadDigit) -> dict[str, Any]:
    box = one.box
    return {
        "digit": one.digit,
        "confidence": one.confidence,
        "runners_up": [{"digit": digit, "probability": share} for digit, share in one.runners_up],
        "box": {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom},
        "reason": one.reason,
    }
