"""What has arrived of a file so far, kept on disk until the rest comes, today or another day.

Beside ``x.gz.part`` lies ``x.gz.part.version``, the server's mark of what the bytes belong to; a part without
one cannot be continued, since nobody could say whether the rest would fit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from glassnet.errors import OutputError
from glassnet.files import make_folder

__all__ = ["PartFile", "on_disk"]

_HINT = "free some space, or name another folder for what is fetched in GLASSNET_CACHE"


class PartFile:
    """The beginning of the file ``target``.

    Every method that writes raises :class:`OutputError` where the disk does not take it.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target.with_name(f"{target.name}.part")
        self._version_path = target.with_name(f"{target.name}.part.version")

    @property
    def size(self) -> int:
        """Bytes that have arrived."""
        return self._path.stat().st_size if self._path.exists() else 0

    @property
    def version(self) -> str:
        """The server's mark of the version that the bytes belong to; empty where there is none."""
        try:
            version = self._version_path.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return ""
        return version if version.isprintable() else ""

    def begin(self, version: str) -> None:
        """Forget what has arrived, and expect bytes of ``version``."""
        make_folder(self._path.parent)
        self.discard()
        if version.isascii() and version:
            with on_disk(self._version_path):
                self._version_path.write_text(version, "ascii")

    def append(self, data: bytes) -> None:
        """Add what comes next. The file is closed again each time: whatever happens then, the data are there."""
        with on_disk(self._path), self._path.open("ab") as file:
            file.write(data)

    def discard(self) -> None:
        """Remove it."""
        with on_disk(self._path):
            self._version_path.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Give it the name of the whole file."""
        with on_disk(self._target):
            self._path.replace(self._target)
            self._version_path.unlink(missing_ok=True)


@contextlib.contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write ``path`` into :class:`OutputError`."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {path}: {(error.strerror or str(error)).lower()}", hint=_HINT) from error
