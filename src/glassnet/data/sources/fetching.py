"""From mirrors to the cache: fetch what is missing of a data set, and let nothing in that fails its check.

Mirrors are asked in order. One that fails is not asked again for the other files, and its reason is kept: when
none is left, the error lists them all.
"""

from __future__ import annotations

import hashlib
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.data.sources.cache import dataset_folder, locked, read_checked, record_sums, recorded_sums
from glassnet.data.sources.catalogue import Source, SourceFile, content_sha256
from glassnet.data.sources.download import MirrorError, Patience, download, web_client
from glassnet.data.sources.events import Event, Notice
from glassnet.data.sources.part_file import on_disk
from glassnet.errors import DataError, DownloadError
from glassnet.files import make_folder

if TYPE_CHECKING:
    import httpx

__all__ = ["fetch_missing"]

_LEAST = 0.25  # seconds that every mirror gets to answer, however little is left


def fetch_missing(
    source: Source,
    *,
    force: bool = False,
    extra_mirrors: Sequence[str] = (),
    patience: Patience,
    in_a_hurry: bool = False,
    report: Callable[[Event], None],
) -> Path:
    """Fetch what the cache lacks of ``source``; return its folder there.

    Files that are there and pass their check are kept; ``force`` fetches all anew and forgets what was recorded.
    ``extra_mirrors`` are asked before the source's own. ``in_a_hurry``: the very first byte has to come
    within ``patience.answer`` seconds, however many mirrors there are. Of two processes at once, one fetches and
    the other waits.

    Raises :class:`DownloadError` with every mirror and its reason, and :class:`OutputError` where the cache
    cannot be written.
    """
    folder = make_folder(dataset_folder(source.name))
    wait_notice = Notice(f"another process is fetching {source.title}: waiting for it")
    with locked(folder, waiting=lambda: report(wait_notice)) as waited:
        sums = {} if force else recorded_sums(folder)
        missing = list(source.files) if force else _missing(source, folder, sums, report)
        if not missing:
            return folder
        if waited and in_a_hurry:
            raise DownloadError(f"{source.title} could not be fetched: another process has just tried")
        work = folder / ".downloads"
        errand = _Errand(source, extra_mirrors, work, report)
        with web_client(patience) as client:
            for file in missing:
                path, array = errand.fetch(client, file, sums.get(file.name), patience, in_a_hurry)
                in_a_hurry = False  # somebody answers: from here on it may take the time it needs
                _land(path, file, folder)
                sums[file.name] = content_sha256(array)
                record_sums(folder, sums)
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _missing(
    source: Source, folder: Path, sums: Mapping[str, str], report: Callable[[Event], None]
) -> list[SourceFile]:
    missing = []
    for file in source.files:
        path = file.find(folder)
        try:
            if path is not None:
                read_checked(path, file, sums.get(file.name))
                continue
        except DataError as error:
            report(Notice(f"{error}; it is fetched again"))
        missing.append(file)
    return missing


def _land(path: Path, file: SourceFile, folder: Path) -> None:
    """Move a checked file to its place, instead of whatever is there in either spelling."""
    place = folder / f"{file.name}.gz"
    with on_disk(place):
        path.replace(place)
        while (other := file.find(folder)) not in (None, place):
            other.unlink()


class _Errand:
    """Going from mirror to mirror for the files of one source; remembers which ones have failed, and why."""

    def __init__(
        self, source: Source, extra_mirrors: Sequence[str], work: Path, report: Callable[[Event], None]
    ) -> None:
        self._source = source
        self._mirrors = [f"{mirror.rstrip('/')}/{source.name}/" for mirror in extra_mirrors] + [*source.mirrors]
        self._work = work
        self._report = report
        self._failures: dict[str, str] = {}

    def fetch(
        self,
        client: httpx.Client,
        file: SourceFile,
        recorded: str | None,
        patience: Patience,
        in_a_hurry: bool,
    ) -> tuple[Path, NDArray[np.uint8]]:
        """One file, checked, from the first mirror that delivers: where it lies for now, and what it holds."""
        deadline = time.monotonic() + patience.answer
        mirrors = [mirror for mirror in self._mirrors if mirror not in self._failures]
        for mirror in mirrors:
            if in_a_hurry:  # half of what is left for each, all of it for the last one
                left = deadline - time.monotonic()
                patience = replace(patience, answer=max(left if mirror == mirrors[-1] else left / 2, _LEAST))
            try:
                return self._obtain(client, mirror, file, recorded, patience)
            except MirrorError as failure:
                self._failures[mirror] = str(failure)
                self._report(Notice(f"{mirror}: {failure}"))
        reasons = "".join(f"\n  {mirror}: {reason}" for mirror, reason in self._failures.items())
        raise DownloadError(f"no mirror has delivered {file.name}.gz of {self._source.title}:{reasons}")

    def _obtain(
        self, client: httpx.Client, mirror: str, file: SourceFile, recorded: str | None, patience: Patience
    ) -> tuple[Path, NDArray[np.uint8]]:
        archived = mirror.endswith(".zip")
        url = mirror if archived else f"{mirror}{file.name}.gz"
        limit = self._source.download_bytes if archived else file.packed_limit
        # Copies on different mirrors need not be equal byte for byte, so the parts of each are kept apart.
        packed = self._work / hashlib.sha256(url.encode()).hexdigest()[:8] / url.rsplit("/", 1)[1]
        if not packed.exists():
            download(client, url, packed, limit=limit, patience=patience, report=self._report)
        try:
            if mirror in self._source.mirrors:
                _check_published(packed, self._source.archive_sha256 if archived else file.served_sha256)
            path = _extract(packed, file) if archived else packed
            return path, read_checked(path, file, recorded)
        except DataError as error:
            packed.unlink()
            reason = str(error).removeprefix(f"{packed}: ")
            raise MirrorError(f"sent a file that is not the published one: {reason}") from error


def _check_published(path: Path, expected: str | None) -> None:
    if expected is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise DataError(f"{path}: has the sha256 {found}, expected {expected}")


def _extract(archive: Path, file: SourceFile) -> Path:
    """Take one member, itself gzipped, out of a zip archive."""
    target = archive.with_name(f"{file.name}.gz")
    try:
        with zipfile.ZipFile(archive) as members:
            names = [name for name in members.namelist() if name.rsplit("/", 1)[-1] == target.name]
            if not names:
                raise DataError(f"{archive}: has no {target.name} in it")
            with members.open(names[0]) as member:
                content = member.read(file.packed_limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{archive}: the archive cannot be unpacked ({error})") from error
    with on_disk(target):
        target.write_bytes(content)
    return target
