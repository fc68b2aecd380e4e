"""The door: from what was typed to an exit code."""

from __future__ import annotations

import errno
import inspect
import io
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import glassnet
from glassnet.cli import data, evaluate, explain, gradient_check, models, predict, read, recipes, reproduce, train
from glassnet.cli.exits import PIPE_CLOSED, USAGE, exit_code
from glassnet.cli.open import open_page
from glassnet.cli.output import complain, complain_json
from glassnet.errors import DataError, GlassnetError, OutputError
from glassnet.files import FORBIDDEN_HINT

__all__ = ["app", "main"]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
"""What a full disk says to whoever writes standard output to it."""

_HELP = ["-h", "--help"]

app = typer.Typer(
    name="glassnet",
    rich_markup_mode="rich",
    context_settings={"help_option_names": _HELP},
    pretty_exceptions_enable=False,  # a traceback of ours is for a bug report: plain, whole, without locals
    epilog="Exit codes: 0 done, 1 a mistake of ours, 2 usage, 3 data or picture, 4 recipe, 5 model, "
    "6 training, 7 output, 130 stopped by Ctrl-C.",
)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("predict")(predict.predict)
app.command("read")(read.read)
app.command("explain")(explain.explain)
app.command("recipes")(recipes.recipes)
app.command("reproduce")(reproduce.reproduce)
app.command("gradient-check")(gradient_check.gradient_check)
app.command("open")(open_page)
app.add_typer(data.app, name="data")
app.add_typer(models.app, name="models")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"glassnet {glassnet.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _glassnet(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Train, question and look into neural networks that read handwritten digits.

    Begin with [bold]glassnet train[/]: it finds or draws digits, trains a network within
    a minute, and says what to type next.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())


def command() -> Any:
    """The command line as typer builds it, its help made to fit terminals of any width.

    Typer keeps the line ends of a docstring, which leaves ragged lines where a terminal is narrow, and says
    ``<bool>`` behind options that take no value.
    """
    built = typer.main.get_command(app)
    waiting: list[Any] = [built]
    while waiting:
        each = waiting.pop()
        waiting += getattr(each, "commands", {}).values()
        each.help = _reflowed(each.help or "")
        for parameter in each.get_params(typer.Context(each, help_option_names=_HELP)):
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""
    return built


def _reflowed(text: str) -> str:
    """Paragraphs as one line each; examples, whose lines are indented, stay as they are."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(each if "\n " in each else each.replace("\n", " ") for each in paragraphs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``glassnet`` with the given arguments (those of the process by default) and return its exit code.

    A user's mistake becomes ``error:`` and ``hint:`` lines; anything else is our own and shows its traceback.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    _never_choke_on_a_character()
    try:
        return int(command().main(arguments, prog_name="glassnet", standalone_mode=False) or 0)
    except GlassnetError as error:
        return _told(error, exit_code(error), arguments)
    except typer.TyperException as error:  # the command line itself was not understood
        message = error.format_message()
        if not message:
            raise
        return _told(GlassnetError(_sentence(message), hint=_where_to_look(error)), USAGE, arguments)
    except typer.Abort:
        return USAGE
    except SystemExit as end:  # typer's own: completion is done, or whoever reads has read enough, as 'head' has
        return PIPE_CLOSED if end.code else 0
    except PermissionError as error:  # who reads or writes has better words; this is from a look at what is there
        where = f"{error.filename}: " if error.filename else ""
        told = DataError(f"{where}permission denied", hint=FORBIDDEN_HINT)
        return _told(told, exit_code(told), arguments)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        return _told(
            OutputError(f"cannot write the output: {(error.strerror or str(error)).lower()}"),
            exit_code(OutputError("")),
            [],
        )
    except Exception as error:
        error.add_note("This is a mistake in Glassnet, not yours. Please report it with the lines above.")
        raise


def _told(error: GlassnetError, code: int, arguments: Sequence[str]) -> int:
    if "--json" in arguments:
        complain_json(error, code)
    else:
        complain(str(error), error.hint)
    return code


def _sentence(message: str) -> str:
    message = message.replace("Input should be", "it must be")  # pydantic's words
    return message[:1].lower() + message[1:].rstrip(".")


def _where_to_look(error: typer.TyperException) -> str:
    context: typer.Context | None = getattr(error, "ctx", None)
    return f"'{context.command_path if context else 'glassnet'} --help' shows how it is used"


def _never_choke_on_a_character() -> None:
    """A terminal or pipe whose encoding lacks a character of ours shows a question mark, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
