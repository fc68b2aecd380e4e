"""Pictures of paper that were dropped on the page, and what was read on them by ``glassnet read``'s own reader."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ModelError
from glassnet.models import Committee, Model, bundled, bundled_models
from glassnet.reading import Box, ReadDigit, Reading
from glassnet.web.answers import EMPTY, LITTLE, percent
from glassnet.web.refusals import MissingError

__all__ = ["Pictures", "reading_as_dict"]

MOST_KEPT = 6
LONGEST_SIDE = 1600
UNSURE = 0.75
COUNTED = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


@dataclass(frozen=True, eq=False)
class Kept:
    """A picture as it is shown, and what was read on it, in its own pixels."""

    pixels: NDArray[np.uint8]
    reading: Reading


class Pictures:
    """Keeps the last few pictures in memory; nothing of them is written anywhere."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, content: bytes) -> str:
        """Read a picture file; its name. :class:`PictureError` for what is no picture."""
        from PIL import Image

        from glassnet.data.decoding import open_picture

        pixels = open_picture(content, name="the picture")
        reading = read_paper(pixels, None)
        shown = Image.fromarray(pixels)
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        scale = shown.width / pixels.shape[1]
        name = hashlib.sha256(content).hexdigest()[:8]
        with self._lock:
            self._kept[name] = Kept(np.asarray(shown), _scaled(reading, scale))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> Kept:
        """A picture that was added."""
        kept = self._kept.get(name)
        if kept is None:
            raise MissingError("this picture is not here any more", hint="drop it again")
        return kept

    def png(self, name: str) -> bytes:
        """The picture as it is shown."""
        from PIL import Image

        file = io.BytesIO()
        Image.fromarray(self.get(name).pixels).save(file, "PNG", compress_level=1)
        return file.getvalue()

    def digit(self, name: str, box: int) -> NDArray[np.uint8]:
        """The 28 × 28 pixels of the digit with number ``box`` in the answer."""
        found = every(self.get(name).reading)
        if box >= len(found):
            raise MissingError(f"{len(found)} things were found on this picture, there is no number {box}")
        return found[box].pixels

    def answer(self, name: str) -> dict[str, Any]:
        """What was read, and the size of the picture."""
        kept = self.get(name)
        height, width = kept.pixels.shape[:2]
        return {"image": name, "width": width, "height": height, **reading_as_dict(kept.reading)}


def read_paper(pixels: NDArray[np.uint8], model: Model | Committee | None) -> Reading:
    """Read with the bundled reader, or with another model where it reads digits; else with the first that does."""
    from glassnet.reading import read

    try:
        return read(pixels, model=model)
    except ModelError:
        if model is not None:
            return read_paper(pixels, None)
    for entry in bundled_models():
        loaded = bundled(entry.name)
        if "0" in loaded.classes:
            return read(pixels, model=loaded)
    raise ModelError("no model that reads digits comes with this copy of Glassnet", hint="install it anew")


def every(reading: Reading) -> list[ReadDigit]:
    """The digits in reading order, then what was refused."""
    return [*reading.digits, *reading.rejected]


def reading_as_dict(reading: Reading, left: int = 0, top: int = 0) -> dict[str, Any]:
    """What was read, in words; boxes are counted from (left, top)."""
    found = list(reading.digits)
    state, sentence, what_to_do = _in_words(reading)
    return {
        "state": state,
        "text": reading.text or None,
        "sentence": sentence,
        "do": what_to_do,
        "digits": [
            {
                "label": None if one.digit is None else str(one.digit),
                "confidence": one.confidence,
                "runners_up": [[str(digit), share] for digit, share in one.runners_up],
                "reason": one.reason,
                "box": [one.box.left - left, one.box.top - top, one.box.right - left, one.box.bottom - top],
            }
            for one in [*found, *reading.rejected]
        ],
    }


def _in_words(reading: Reading) -> tuple[str, str, str | None]:
    found = reading.digits
    if not found:
        if not reading.rejected:
            return "empty", EMPTY, None
        worst = reading.rejected[0]
        reason = f": {worst.reason}" if worst.reason else ""
        return "none", f"No digit ({percent(worst.confidence)} sure){reason}.", "Draw one digit, large."
    if len(found) > 1:
        number = COUNTED[len(found)] if len(found) < len(COUNTED) else f"{len(found):,}"
        text = reading.text.replace("\n", ", ")
        return "several", f"{number} separate shapes: I read {text}.", "Pick one to look inside."
    one = found[0]
    if one.confidence < UNSURE and one.runners_up:
        other, share = one.runners_up[0]
        sentence = f"{one.digit} or {other}? {percent(one.confidence)} against {percent(share)}."
        return "unsure", sentence, "Draw it once more."
    return "read", f"Reads as {one.digit}, {percent(one.confidence)} sure.", None


def nothing_on_paper(state: str) -> dict[str, Any]:
    """The answer where nothing was drawn, or a dot."""
    sentence = EMPTY if state == "empty" else LITTLE
    what_to_do = None if state == "empty" else "Draw it larger."
    return {"state": state, "text": None, "sentence": sentence, "do": what_to_do, "digits": []}


def _scaled(reading: Reading, scale: float) -> Reading:
    """The same with its boxes in pixels of a smaller picture."""

    def smaller(one: ReadDigit) -> ReadDigit:
        box = one.box
        sides = [round(side * scale) for side in (box.left, box.top, box.right, box.bottom)]
        return replace(one, box=Box(*sides))

    return replace(
        reading,
        lines=tuple(tuple(map(smaller, line)) for line in reading.lines),
        rejected=tuple(map(smaller, reading.rejected)),
        size=(round(reading.size[0] * scale), round(reading.size[1] * scale)),
    )
