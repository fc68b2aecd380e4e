"""What Kaggle's "Digit Recognizer" takes: a table of answers, one for each row of its ``test.csv``."""

from __future__ import annotations

import os
from collections.abc import Iterable

from glassnet.files import replacing

__all__ = ["write_submission"]


def write_submission(path: str | os.PathLike[str], labels: Iterable[int | str]) -> None:
    """Write ``ImageId,Label`` and a line for each of ``labels``, numbered from 1 in the order of the table.

    :class:`OutputError` where it cannot be written.
    """
    lines = ["ImageId,Label", *(f"{number},{label}" for number, label in enumerate(labels, start=1))]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="ascii")
