"""Several networks that vote, each after a look from several sides.

Networks that learned differently err on different digits, and one network errs on different views of the same
digit: the mean of their probabilities is right more often than most of them. It costs every member's time for
every view. A committee of one is a network with views.

The file is a short JSON text that names its members' files, as seen from its own folder. It holds each member's
checksum, so that what was measured of a committee is never said of another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.layers import Array
from glassnet.errors import ModelError
from glassnet.files import FORBIDDEN_HINT, replacing
from glassnet.models.file import Model, read_checksum
from glassnet.models.views import PLAIN, view

__all__ = ["FORMAT", "SUFFIX", "Committee", "read_committee"]

FORMAT = 1
SUFFIX = ".json"
"""How the name of a committee's file ends."""


@dataclass(eq=False)
class Committee:
    """Models that answer together: the mean of their probabilities over all ``views``.

    Reads and answers as a :class:`Model` does. The mean is raised to the power 1 / ``temperature`` (and
    divided by its sum): it is less sure than it could be. Raises :class:`ModelError` for members that know
    different classes or read pictures of different sizes.
    """

    members: Sequence[Model]
    views: Sequence[str] = PLAIN
    temperature: float = 1.0
    provenance: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.members or not self.views:
            raise ModelError("a committee needs a member and a view at least")
        if not 0 < self.temperature < float("inf"):
            raise ModelError(f"a committee's temperature must be a number above 0, got {self.temperature}")
        first = self.members[0]
        for number, member in enumerate(self.members[1:], start=2):
            for what in ("classes", "picture_shape"):
                if getattr(member, what) != getattr(first, what):
                    raise ModelError(
                        f"member {number} of the committee has {what} {getattr(member, what)}, "
                        f"the first has {getattr(first, what)}"
                    )

    def __repr__(self) -> str:
        members = ", ".join(map(repr, self.members))
        return f"<Committee of {len(self.members)} over {len(self.views)} views: {members}>"

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what it tells apart."""
        return self.members[0].classes

    @property
    def picture_shape(self) -> tuple[int, int]:
        """Height and width of the pictures it reads."""
        return self.members[0].picture_shape

    def probabilities(self, images: NDArray[np.uint8]) -> Array:
        """Probabilities ``(N, K)`` for pictures ``(N, H, W)`` of ``uint8``, ink bright on black."""
        total = np.zeros((len(images), len(self.classes)))
        for each in self.views:
            seen = view(images, each)
            for member in self.members:
                total += member.probabilities(seen)
        mean: Array = total / (len(self.views) * len(self.members))
        if self.temperature == 1:
            return mean
        sharpened: Array = mean ** (1 / self.temperature)
        sharpened /= sharpened.sum(axis=1, keepdims=True)
        return sharpened

    def predict(self, images: NDArray[np.uint8]) -> Array:
        """The likeliest class ``(N,)`` for pictures ``(N, H, W)``."""
        likeliest: Array = self.probabilities(images).argmax(axis=1)
        return likeliest

    def save(self, path: str | os.PathLike[str], members: Sequence[Path], **about: Any) -> None:
        """Write the file. ``members`` are the members' own files, in order; ``about`` is kept for people.

        :class:`OutputError` where it cannot be written.
        """
        folder = Path(path).resolve().parent
        files = [{"file": os.path.relpath(file, folder), "sha256": read_checksum(file)} for file in members]
        content = {
            "format": FORMAT,
            "members": files,
            "views": list(self.views),
            "temperature": self.temperature,
            "classes": self.classes,
            "provenance": self.provenance,
            "metrics": self.metrics,
            **about,
        }
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Committee:
        """Read a committee and its members.

        :class:`ModelError` where a file is missing or damaged, or a member is not the one that was measured.
        """
        content = read_committee(path)
        try:
            members = [_member(Path(path).parent / entry["file"], entry["sha256"]) for entry in content["members"]]
            views, temperature = content["views"], content["temperature"]
            return cls(members, views, temperature, content["provenance"], content["metrics"])
        except (KeyError, TypeError) as error:
            raise ModelError(f"{path} does not describe a committee ({error!r})") from error


def read_committee(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a committee's file says, without its members; :class:`ModelError` where it says nothing of the kind."""
    try:
        content: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] > FORMAT:
            raise ModelError(
                f"{path}: the committee has format {content['format']}, this Glassnet reads up to {FORMAT}",
                hint="upgrade it: pip install --upgrade glassnet",
            )
        _ = content["members"]
    except OSError as error:
        raise ModelError(
            f"cannot read the committee {path}: {(error.strerror or str(error)).lower()}",
            hint=FORBIDDEN_HINT if isinstance(error, PermissionError) else None,
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} does not describe a committee ({error!r})") from error
    return content


def _member(file: Path, expected: str) -> Model:
    if read_checksum(file) != expected:
        raise ModelError(
            f"{file} is not the model that the committee was made of",
            hint="fetch the committee and its members anew, together",
        )
    return Model.load(file)
