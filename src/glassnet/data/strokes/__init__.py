"""Digits drawn by code: handwriting from typed-in strokes, any number, any seed, with no download.

``generate(1000, seed=0)`` draws a thousand; ``stream(...)`` never ends; ``generate_nondigits`` draws what is no
digit; ``styles()`` shows every way of writing. A digit is made in stages, one module each: ``templates`` (the
shapes people write), ``splines`` (points to paths), ``alphabets`` (which shapes, how often), ``hand`` (what hands
do to a shape), ``pen`` (what pen and paper do), ``brush`` (paths to pictures in MNIST's normal form), ``digits``
(all of it, block by block).
"""

from __future__ import annotations

from glassnet.data.strokes.alphabets import DrawnStyle, styles
from glassnet.data.strokes.digits import BLOCK, LEVELS, generate, stream
from glassnet.data.strokes.nondigits import generate_nondigits

__all__ = ["BLOCK", "LEVELS", "DrawnStyle", "generate", "generate_nondigits", "stream", "styles"]
