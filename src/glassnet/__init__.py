"""Glassnet: neural networks a person can see through, on NumPy alone.

>>> import glassnet
>>> network = glassnet.Network(["dense 16", "relu", "dense 10"], input_shape=(28, 28, 1))
>>> network.parameter_count
12730

The rooms: ``glassnet.scratch`` (the whole idea in one file), ``engine`` (the network and how it learns), ``data``
(what goes in), ``training`` (from a recipe to a model), ``models`` (keeping them), ``reading`` (the digits on a
page), ``explaining`` (where a number comes from), ``figures`` (pictures of all of it). The names below are the
ones that most programs begin with.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own is not asked: importing it takes ten times as long as all else here
if TYPE_CHECKING:
    from typing import Any

    from glassnet.data import Dataset as Dataset
    from glassnet.data.sources import open_source as open_source
    from glassnet.engine import Network as Network
    from glassnet.errors import GlassnetError as GlassnetError
    from glassnet.models import Model as Model
    from glassnet.reading import read as read
    from glassnet.reading import read_digit as read_digit
    from glassnet.training import Recipe as Recipe
    from glassnet.training import evaluate as evaluate
    from glassnet.training import load_recipe as load_recipe
    from glassnet.training import train as train

__version__ = "0.1.0"

_HOMES = {
    "Dataset": "glassnet.data",
    "GlassnetError": "glassnet.errors",
    "Model": "glassnet.models",
    "Network": "glassnet.engine",
    "Recipe": "glassnet.training",
    "evaluate": "glassnet.training",
    "load_recipe": "glassnet.training",
    "open_source": "glassnet.data.sources",
    "read": "glassnet.reading",
    "read_digit": "glassnet.reading",
    "train": "glassnet.training",
}

__all__ = [
    "Dataset",
    "GlassnetError",
    "Model",
    "Network",
    "Recipe",
    "__version__",
    "evaluate",
    "load_recipe",
    "open_source",
    "read",
    "read_digit",
    "train",
]


def __getattr__(name: str) -> Any:
    """Names come from their rooms when they are first asked for: ``import glassnet`` alone loads nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'glassnet' has no attribute '{name}'")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
