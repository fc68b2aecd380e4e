"""The ways in which the server says no, each with the status that HTTP has for it."""

from __future__ import annotations

from typing import ClassVar

from glassnet.errors import GlassnetError

__all__ = [
    "BusyError",
    "ForbiddenError",
    "GoneError",
    "MissingError",
    "RequestError",
    "SessionError",
    "TooLargeError",
    "status_of",
]


class _RefusalError(GlassnetError):
    status: ClassVar[int]


class RequestError(_RefusalError):
    """A request that does not make sense."""

    status = 400


class SessionError(_RefusalError):
    """A request from a browser that was not let in."""

    status = 401


class ForbiddenError(_RefusalError):
    """A request from another page than ours."""

    status = 403


class MissingError(_RefusalError):
    """Something that was asked for and does not exist."""

    status = 404


class GoneError(MissingError):
    """Something that was there and is not any more."""


class BusyError(_RefusalError):
    """Something that cannot be done now; ``run`` is the run in the way, where one is."""

    status = 409

    def __init__(self, message: str, *, hint: str | None = None, run: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.run = run


class TooLargeError(_RefusalError):
    """A body beyond the limit."""

    status = 413


def status_of(error: GlassnetError) -> int:
    """The status to answer with: 422 for what was understood and cannot be done."""
    return error.status if isinstance(error, _RefusalError) else 422
