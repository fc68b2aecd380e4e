"""Writing files so that bad luck never costs data.

A result is written beside its final place under a temporary name and renamed when it is complete, so that a
reader sees the old file or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from glassnet.errors import OutputError

__all__ = ["FORBIDDEN_HINT", "make_folder", "may_exist", "replacing", "spare_inputs"]

FORBIDDEN_HINT = "give yourself the right to read it and to enter its folder: chmod u+rX"
"""What to do where the system says "permission denied"."""


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path; rename it to ``path`` when the block ends well, remove it when it does not.

    Raises :class:`OutputError` where the disk is full or the folder cannot be written. The missing parents of
    ``path`` are made.
    """
    target = Path(path)
    make_folder(target.parent)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=target.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb") as finished:
            os.fsync(finished.fileno())  # a rename that outlives a power cut must not point at empty blocks
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes private files; results are ordinary ones
        temporary.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {_reason(error)}", hint=_way_out(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def make_folder(path: str | os.PathLike[str]) -> Path:
    """Make a folder and its parents; :class:`OutputError` where that cannot be done."""
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {folder}: {_reason(error)}", hint=_way_out(error)) from error
    return folder


def spare_inputs(output: str | os.PathLike[str], inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Ask before anything is read: :class:`OutputError` where ``output`` is one of the files that go in."""
    for given in inputs:
        if os.path.exists(output) and os.path.exists(given) and os.path.samefile(output, given):
            raise OutputError(
                f"cannot write {output}: it is read here, and would be lost",
                hint="choose another name for what is written",
            )


def may_exist(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` is there, or may be: in a folder that may not be entered only an attempt to read it tells.

    For what a user has named, so that the reader's error says "permission denied" and not "there is none". What
    is merely looked for asks ``os.path``, to which such a place is empty; pathlib's own questions would raise.
    """
    try:
        os.stat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _way_out(error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
        return "something else has that name already: choose another, or move it away"
    return "free some space, or choose another folder that you may write to"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
