"""MNIST as Kaggle's "Digit Recognizer" deals it: 42,000 digits to learn from, 28,000 to be asked about.

Kaggle shuffled all 70,000 digits and kept the answers to 28,000 for itself. Where its ``train.csv`` is not at
hand, a seeded shuffle of MNIST has the same shape and the same difficulty, and answers for both parts.
"""

from __future__ import annotations

import numpy as np

from glassnet.data.dataset import DataBundle, Dataset
from glassnet.errors import DataError

__all__ = ["KAGGLE", "TITLE", "kaggle_layout"]

KAGGLE = "kaggle"
"""What to ask for after ``--data``."""

TITLE = "MNIST in Kaggle's layout"
"""How the names of its parts begin."""

TRAIN_SHARE = 42_000 / 70_000
"""Kaggle's share of digits with answers."""


def kaggle_layout(bundle: DataBundle, seed: int = 0) -> DataBundle:
    """All digits of ``bundle`` shuffled and dealt anew, three fifths to learn from and two fifths to test.

    Raises :class:`DataError` where the bundle has no test part to shuffle in.
    """
    if bundle.test is None:
        raise DataError(f"{bundle.train.name}: has no test part, so it cannot be dealt in Kaggle's way")
    whole = Dataset(
        np.concatenate([bundle.train.images, bundle.test.images]),
        np.concatenate([bundle.train.labels, bundle.test.labels]),
        classes=bundle.train.classes,
    )
    order = np.random.default_rng(seed).permutation(len(whole))
    cut = round(len(whole) * TRAIN_SHARE)
    return DataBundle(
        train=whole.subset(order[:cut], f"{TITLE}, {cut:,} to learn from"),
        test=whole.subset(order[cut:], f"{TITLE}, {len(whole) - cut:,} to test"),
        origin=f"{bundle.origin}, dealt in Kaggle's way by a shuffle of seed {seed}",
        notice=bundle.notice,
    )
