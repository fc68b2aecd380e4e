"""What the exit code of ``glassnet`` means, so that a script can tell one failure from another."""

from __future__ import annotations

from glassnet.errors import (
    DataError,
    GlassnetError,
    ModelError,
    OutputError,
    RecipeError,
    ShapeError,
    TrainingError,
)

__all__ = ["EXIT_CODES", "INTERRUPTED", "OUR_FAULT", "PIPE_CLOSED", "USAGE", "exit_code"]

OUR_FAULT = 1
"""A mistake in Glassnet (with its traceback), or a check of its own (of gradients, of claims) that failed."""
USAGE = 2
"""The command line itself: an unknown option, a missing argument."""
INTERRUPTED = 130
"""Stopped by Ctrl-C, as shells count it: 128 and the signal's number."""

PIPE_CLOSED = 141
"""Whoever read the output stopped reading, as shells count it: 128 and the signal's number."""

EXIT_CODES: dict[type[GlassnetError], int] = {
    DataError: 3,  # with its children for downloads and pictures
    RecipeError: 4,
    ShapeError: 4,
    ModelError: 5,
    TrainingError: 6,  # also a run that diverged
    OutputError: 7,
}


def exit_code(error: GlassnetError) -> int:
    """The code of the error's class, or of the nearest class above it that has one."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), OUR_FAULT)
