"""Lessons: text files of a sentence and a link, which anybody can write.

::

    # What it sees

    Write a 7 high up in the corner. Is it still read?
    [Try it](#v=inside&form=drawn)

A title, then cards: some words, and a link to a state of the page. Seven lessons come with the package; a
teacher's own lie in the folder ``lessons`` of the user's data and need nothing but a name that ends in ``.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from glassnet.web.links import check, fragment_of
from glassnet.web.refusals import MissingError

__all__ = ["Lessons", "parse_lesson"]

LONGEST = 256 * 1024
LINK = re.compile(r"^\s*\[(?P<label>[^\]]{1,80})\]\((?P<link>[^)\s]*)\)\s*$")
ORDER = (
    "what-it-sees",
    "one-neuron",
    "a-kernel-slides",
    "ten-numbers-to-percent",
    "blame-flows-back",
    "watch-it-learn",
    "fool-it",
)


@dataclass(frozen=True)
class Card:
    """Some words, and the state of the page that they are about; ``line`` is where the link stands."""

    text: str
    label: str
    link: str
    line: int


def parse_lesson(name: str, text: str) -> dict[str, Any]:
    """A lesson as the page shows it, with what is wrong in it, by line."""
    title, cards, problems = "", [], []
    words: list[str] = []
    began = 1
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line.startswith("# ") and not title:
            title = line[2:].strip()
        elif found := LINK.match(line):
            fragment = fragment_of(found["link"]) if "#" in found["link"] else ""
            problems += [{"line": number, "what": what} for what in check(fragment)[1]]
            if not fragment:
                problems.append({"line": number, "what": "the link has no '#': it leads nowhere in this page"})
            if not any(words):
                problems.append({"line": number, "what": "a link without words before it"})
            cards.append(Card(" ".join(filter(None, words)), found["label"], fragment, number))
            words = []
        elif line.strip():
            began = number if not words else began
            words.append(line.strip())
    if words:
        problems.append({"line": began, "what": "words without a link after them, such as [Try it](#v=inside)"})
    if not title:
        problems.append({"line": 1, "what": "no title: begin with a line such as '# What it sees'"})
    if not cards:
        problems.append({"line": max(len(lines), 1), "what": "no cards: a card is some words and a link"})
    return {
        "lesson": name,
        "title": title or name,
        "cards": [vars(card) for card in cards],
        "problems": problems,
    }


class Lessons:
    """The lessons that are here: the package's own, in their order, then the user's."""

    def __init__(self, home: Path) -> None:
        self._own = home / "lessons"

    def _files(self) -> dict[str, Path]:
        shipped = Path(str(resources.files("glassnet.web") / "lessons"))
        own = {path.stem: path for path in sorted(self._own.glob("*.md")) if path.is_file()}
        return {name: shipped / f"{name}.md" for name in ORDER} | own

    def listing(self) -> list[dict[str, Any]]:
        """Name, title and number of cards of every lesson."""
        listed = []
        for name, path in self._files().items():
            lesson = parse_lesson(name, _text(path))
            own = path.parent == self._own
            listed.append({"lesson": name, "title": lesson["title"], "cards": len(lesson["cards"]), "own": own})
        return listed

    def get(self, name: str) -> dict[str, Any]:
        """One lesson; :class:`MissingError` for one that is not here."""
        files = self._files()
        if name not in files:
            raise MissingError(f"there is no lesson '{name}'", hint=f"own lessons lie in {self._own}")
        return parse_lesson(name, _text(files[name]))


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(LONGEST)
