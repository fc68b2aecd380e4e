"""What can go wrong by a user's hand, and what to do about it.

Every error here says three things: what was wrong and where, what was expected against what was found, and
(in ``hint``) what to do next. The command line prints them as ``error:`` and ``hint:`` lines; anything that
is not a :class:`GlassnetError` is our own bug and shows its traceback.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "DownloadError",
    "GlassnetError",
    "ModelError",
    "OutputError",
    "PictureError",
    "RecipeError",
    "ShapeError",
    "TrainingError",
]


class GlassnetError(Exception):
    """Something that a user can cause and mend.

    ``str(error)`` says what was wrong and where; ``error.hint`` says what to do, or is ``None``.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:  # keyword-only arguments do not survive pickling on their own
        return _restore, (type(self), str(self), self.hint)


def _restore(kind: type[GlassnetError], message: str, hint: str | None) -> GlassnetError:
    return kind(message, hint=hint)


class DataError(GlassnetError):
    """A data set that is missing, damaged, or not what it claims to be."""


class DownloadError(DataError):
    """A data set that could not be fetched from any of its mirrors."""


class PictureError(DataError):
    """A file that cannot be read as a picture of a digit."""


class RecipeError(GlassnetError):
    """A recipe or a setting that does not describe a run."""


class ShapeError(GlassnetError, ValueError):
    """Layers that do not fit together, or an array that does not fit the network."""


class ModelError(GlassnetError):
    """A model file that is missing, cut short, edited, or from a newer Glassnet."""


class TrainingError(GlassnetError):
    """A training run that cannot go on, or that cannot be taken up again."""


class OutputError(GlassnetError):
    """A result that could not be written: a full disk, a folder without permission, a name that is taken."""
