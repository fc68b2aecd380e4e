"""Keeping and finding trained models, and the ones that come with the package.

>>> from glassnet.models import bundled
>>> model = bundled("quick")
>>> model.classes[3]
'3'
"""

from glassnet.models.card import card_text
from glassnet.models.committee import Committee
from glassnet.models.file import Model, provenance, read_header
from glassnet.models.library import (
    DEFAULT,
    BundledModel,
    bundled,
    bundled_folder,
    bundled_model,
    bundled_models,
    load_model,
)

__all__ = [
    "DEFAULT",
    "BundledModel",
    "Committee",
    "Model",
    "bundled",
    "bundled_folder",
    "bundled_model",
    "bundled_models",
    "card_text",
    "load_model",
    "provenance",
    "read_header",
]
