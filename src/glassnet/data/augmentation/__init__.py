"""Ten thousand hands from one: digits are bent, fattened, smudged and cut off while a network learns.

A digit that leans a little more is still the same digit. A network that never sees the same picture twice cannot
learn pictures by heart; it has to learn what stays when they change. ``augmentation`` holds the settings and the
order of things, ``bending`` moves the ink, ``ink`` changes it, ``field`` spoils what surrounds it.

>>> import numpy as np
>>> from glassnet.data.augmentation import Augmentation
>>> augment = Augmentation(shift=2, rotation=12, elastic=0.6)
>>> augment(np.zeros((5, 28, 28), np.uint8), np.random.default_rng(1)).shape
(5, 28, 28)
"""

from __future__ import annotations

from glassnet.data.augmentation.augmentation import NATURAL, SHARES, Augmentation

__all__ = ["NATURAL", "SHARES", "Augmentation"]
