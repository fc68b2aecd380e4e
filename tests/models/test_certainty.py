"""How sure a model is, in words."""

from __future__ import annotations

import pytest

from glassnet.models.certainty import certainty


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100.0 %"),
        (0.99996, "> 99.9 %"),
        (0.974, "97.4 %"),
        (0.0004, "< 0.1 %"),
        (0.0, "0.0 %"),
        (0.0006, "0.1 %"),
    ],
)
def test_nobody_is_quite_sure(share: float, text: str) -> None:
    assert certainty(share) == text
