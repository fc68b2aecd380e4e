"""Digits drawn by code: handwriting from typed-in strokes, any number, any seed, with no download.

``generate(1000, seed=0)`` draws a thousand; ``stream(...)`` never ends. A digit is made in stages, one module
each: ``templates`` (the shapes people write), ``splines`` (points to paths), ``hand`` (what hands do to a shape),
``brush`` (paths to pictures in MNIST's normal form), ``digits`` (all of it, block by block).
"""

from __future__ import annotations

from glassnet.data.strokes.digits import BLOCK, LEVELS, generate, stream

__all__ = ["BLOCK", "LEVELS", "generate", "stream"]
