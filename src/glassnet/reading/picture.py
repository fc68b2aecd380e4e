"""The picture to be read, as every reader gets it: one decoder serves the whole house, and reading offers it too."""

from __future__ import annotations

from glassnet.data.decoding import open_picture

__all__ = ["open_picture"]
