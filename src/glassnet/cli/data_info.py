"""What ``glassnet data info`` says: which data sets there are, and what one of them holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glassnet.data import DataBundle

__all__ = ["describe_data", "list_sources", "only_published"]


def only_published(data: str) -> bool:
    """Whether ``data`` names a published data set that would have to be fetched first."""
    from glassnet.data.sources import describe, source_names

    if data not in source_names():
        return False
    known = describe(data)
    return known.folder is None and known.download_bytes > 0


def list_sources(as_json: bool, only: str | None = None) -> None:
    """Print every data set that has a name, or ``only`` one of them; nothing is read."""
    from glassnet.cli.output import console, note, print_json, print_table, table
    from glassnet.data.sources import cache_folder, describe, source_names, unusable_choice

    found = [describe(name) for name in source_names() if only in (None, name)]
    if as_json:
        listed: list[dict[str, Any]] = [
            {
                "name": each.name,
                "title": each.title,
                "about": each.about,
                "classes": each.classes,
                "train": each.train_count,
                "test": each.test_count,
                "download_bytes": each.download_bytes,
                "homepage": each.homepage,
                "folder": str(each.folder) if each.folder else None,
            }
            for each in found
        ]
        print_json({"sources": listed, "cache": str(cache_folder())})
        return
    from rich.text import Text

    if problem := unusable_choice():
        note(problem)
    rows = table("name", "what it is", "where it is", numbers=("pictures",))
    for each in found:
        size = f"to be fetched, {each.download_bytes / 1e6:.0f} MB" if each.download_bytes else "drawn on the spot"
        where = str(each.folder) if each.folder else size
        rows.add_row(each.name, each.about, where, f"{each.train_count + each.test_count:,}")
    print_table(rows)
    screen = console()
    screen.print()
    screen.print(Text.assemble(("what is fetched is kept in ", "dim"), str(cache_folder())), soft_wrap=True)


def describe_data(bundle: DataBundle, as_json: bool) -> None:
    """Print what a data set holds: pictures of every class, part by part."""
    import numpy as np

    from glassnet.cli.output import console, note, print_json, print_table, table

    parts = {"train": bundle.train} | ({"test": bundle.test} if bundle.test is not None else {})
    counts = {name: np.bincount(part.labels, minlength=len(part.classes)) for name, part in parts.items()}
    height, width = bundle.train.images.shape[1:]
    if as_json:
        described = {
            name: {
                "name": part.name,
                "count": len(part),
                "picture": [height, width],
                "counts": dict(zip(part.classes, counts[name].tolist(), strict=True)),
                "sha256": part.fingerprint(),
            }
            for name, part in parts.items()
        }
        print_json({"origin": bundle.origin, "notice": bundle.notice, "parts": described})
        return
    if bundle.notice:
        note(bundle.notice)
    screen = console()
    screen.print(bundle.origin, soft_wrap=True)
    screen.print(f"pictures of {height} × {width}, 256 grey levels\n")
    rows = table("class", numbers=tuple(parts))
    for index, label in enumerate(bundle.train.classes):
        rows.add_row(label, *(f"{counts[name][index]:,}" for name in parts))
    rows.add_row("all", *(f"{len(part):,}" for part in parts.values()))
    print_table(rows)
