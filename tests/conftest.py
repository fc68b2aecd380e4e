"""What several rooms' tests need: the real MNIST, where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, so that a failure belongs to the change at hand and not to luck. Machines are
# shared, so no example is too slow. HYPOTHESIS_PROFILE=explore looks for new examples.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data" / "mnist"


@pytest.fixture(scope="session")
def mnist() -> Path:
    """The folder with MNIST's four IDX files, from ``GLASSNET_DATA`` or ``../shared/data/mnist``."""
    named = os.environ.get("GLASSNET_DATA")
    folder = Path(named) if named else _BESIDE_THE_CHECKOUT
    if not folder.is_dir():
        pytest.skip(f"needs MNIST: {folder} is not there; name its folder in GLASSNET_DATA")
    return folder
