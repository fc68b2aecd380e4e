"""Keeping and finding trained models."""

from glassnet.models.committee import Committee
from glassnet.models.file import Model, provenance

__all__ = ["Committee", "Model", "provenance"]
