"""Keeping and finding trained models."""

from glassnet.models.file import Model, provenance

__all__ = ["Model", "provenance"]
