"""What happens while a data set is fetched, for whoever wants to show it: this room prints nothing."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Event", "Notice", "Progress"]


@dataclass(frozen=True)
class Progress:
    """So many bytes of a file have ``received``, of ``total`` where the server has said how many there are."""

    file: str
    url: str
    received: int
    total: int | None


@dataclass(frozen=True)
class Notice:
    """A sentence on what is going on: a mirror that failed, a damaged copy, another process to wait for."""

    text: str


Event = Progress | Notice
