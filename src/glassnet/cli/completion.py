"""What the shell offers when Tab is pressed."""

from __future__ import annotations

from importlib import resources

__all__ = ["complete_format", "complete_model", "complete_recipe", "complete_source"]


def complete_model(incomplete: str) -> list[str]:
    """Bundled models that begin so, from their folder, for the same reason as recipes."""
    folder = resources.files("glassnet") / "models" / "bundled"
    names = sorted(entry.name.rpartition(".")[0] for entry in folder.iterdir() if not entry.name.endswith(".md"))
    return [name for name in names if name.startswith(incomplete)]


def complete_format(incomplete: str) -> list[str]:
    """What a model can be saved as."""
    from glassnet.adapters.formats import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]


def complete_recipe(incomplete: str) -> list[str]:
    """Shipped recipes that begin so, from their folder: importing ``training`` takes longer than a keystroke."""
    folder = resources.files("glassnet") / "training" / "recipes"
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [name for name in names if name.startswith(incomplete)]


def complete_source(incomplete: str) -> list[str]:
    """Data sets with a name that begins so."""
    from glassnet.data.sources import source_names

    return [name for name in source_names() if name.startswith(incomplete)]
