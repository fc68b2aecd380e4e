"""``glassnet predict --submission``: a table of pictures, as Kaggle deals it, and a table of answers for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.errors import DataError, PictureError
from glassnet.files import may_exist

if TYPE_CHECKING:
    from glassnet.models import Committee, Model

__all__ = ["TABLES", "answer_table", "refuse_table"]

TABLES = (".csv", ".csv.gz")
"""How the names of tables end."""


def answer_table(reader: Model | Committee, table: Path, submission: Path) -> int:
    """Read every row of ``table`` and write the answers to ``submission``; returns how many there are.

    :class:`DataError` for a table that holds no pictures of the model's size.
    """
    from glassnet.adapters.kaggle import write_submission
    from glassnet.blas import one_blas_thread
    from glassnet.data.csv_table import read_csv

    if not table.name.lower().endswith(TABLES):
        raise DataError(f"{table} is no table", hint="--submission answers one such as Kaggle's test.csv")
    images, _ = read_csv(table)
    if images.shape[1:] != reader.picture_shape:
        (height, width), (high, wide) = images.shape[1:], reader.picture_shape
        raise DataError(f"{table} has pictures of {height} × {width}, the model reads {high} × {wide}")
    with one_blas_thread():
        answers = reader.predict(images)
    write_submission(submission, [reader.classes[int(answer)] for answer in answers])
    return len(answers)


def refuse_table(path: Path) -> None:
    """A table among pictures: say how to have it read; :class:`PictureError`."""
    if path.name.lower().endswith(TABLES) and may_exist(path):
        raise PictureError(
            f"{path} is a table, not a picture",
            hint="--submission answers.csv reads every row of it, as Kaggle wants it; "
            f"where it has the right answers as well: glassnet evaluate --data {path}",
        )
