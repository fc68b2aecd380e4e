"""Do the systems that others describe reach what they say? Run them and compare.

A recipe with a claim is run from several seeds, and the part of the data that the claim speaks of is read once
per finished run. A claim counts as met where the mean is at least the claim minus half a point: what a text
rounds, or a lucky seed adds, is about that much.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.errors import RecipeError
from glassnet.training.events import Event, Finished
from glassnet.training.recipe import Recipe, load_recipe, recipe_names
from glassnet.training.recipe_tables import Claim
from glassnet.training.trainer import train
from glassnet.training.training_data import TrainingData

__all__ = [
    "TOLERANCE",
    "Reproduction",
    "SeedResult",
    "claimed_recipes",
    "hurried",
    "mean_interval",
    "report",
    "reproduce",
]

TOLERANCE = 0.005
"""How far below its claim a mean may lie."""

QUICK = 0.1
"""The share of the epochs that a hurried run makes."""

# Student's t for 95 %, two-sided, from 1 degree of freedom on (any table); beyond 30 the last one is wide enough.
_T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


@dataclass(frozen=True)
class SeedResult:
    """One finished run: its seed, its accuracy on the claim's part, and the seconds that training took."""

    seed: int
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class Reproduction:
    """A claim and what came of it; ``hurried`` says that fewer epochs were run than the recipe has."""

    recipe: Recipe
    claim: Claim
    results: tuple[SeedResult, ...]
    data: str
    hurried: bool

    @property
    def mean(self) -> float:
        """Mean accuracy over the seeds."""
        return statistics.fmean(result.accuracy for result in self.results)

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean over seeds (Student's t), or ``None`` for a single seed."""
        if len(self.results) < 2:
            return None
        return mean_interval([result.accuracy for result in self.results])

    @property
    def seconds(self) -> float:
        """Median time of a run, in seconds."""
        return statistics.median(result.seconds for result in self.results)

    @property
    def met(self) -> bool:
        """Whether the mean is at least the claim, less the tolerance."""
        return self.mean >= self.claim.accuracy - TOLERANCE

    @property
    def verdict(self) -> str:
        """One or two words for a table."""
        if self.met:
            return "met"
        return "on the way" if self.hurried else "not met"


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of two or more values, by Student's t."""
    half = _T95[min(len(values) - 1, len(_T95)) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.fmean(values) - half, statistics.fmean(values) + half


def claimed_recipes() -> list[str]:
    """The shipped recipes that somebody makes a claim for."""
    return [name for name in recipe_names() if load_recipe(name).claim is not None]


def hurried(recipe: Recipe) -> Recipe:
    """The same recipe with a tenth of its epochs, at least one."""
    return recipe.changed([f"training.epochs={max(1, round(recipe.training.epochs * QUICK))}"])


def reproduce(
    recipe: Recipe, data: TrainingData, seeds: Sequence[int], *, quick: bool = False
) -> Iterator[Event | Reproduction]:
    """Run ``recipe`` from each of ``seeds``; yields the events of all runs and, last, what came of them.

    Raises :class:`RecipeError` for a recipe without a claim, or whose claim is for a part that ``data`` lacks.
    """
    claim = recipe.claim
    if claim is None:
        raise RecipeError(
            f"nobody claims anything for the recipe '{recipe.name}'", hint=", ".join(claimed_recipes())
        )
    part = {"train": data.train, "validation": data.validation, "test": data.test}[claim.part]
    if part is None:
        raise RecipeError(
            f"the claim of '{recipe.name}' is for the {claim.part} part, and {data.origin} has none",
            hint="name a data set that has one",
        )
    results = []
    for seed in seeds:
        seeded = recipe.changed([f"training.seed={seed}"])
        if quick:
            seeded = hurried(seeded)
        began = time.perf_counter()
        for event in train(seeded, data.train, data.validation):
            yield event
            if isinstance(event, Finished):
                seconds = time.perf_counter() - began
                logits = event.state.network.predict(part.images, prepare=event.state.prepare)
                accuracy = float(np.mean(logits.argmax(axis=1) == part.labels))
                results.append(SeedResult(seed, accuracy, seconds))
    yield Reproduction(recipe, claim, tuple(results), data.train.name, quick)


_PAGE = """\
# The reference systems, reproduced

Five people wrote "MNIST from scratch in NumPy" and said what their networks reach. Glassnet has a recipe for
each, and this page is written by the command that runs them:

```bash
{command}
```
{hurry}
{table}

Result: mean over the seeds with its 95 % interval (Student's t). A claim is met where the mean is at least the
claim less {tolerance:.1f} points. Times are medians, on the machine that wrote the page.

## What the texts say, and what they leave open

{sources}

## What they learned from

{data}
"""

_HURRY = "\n**A hurried run:** a tenth of the epochs. It shows the way, not the result.\n"


def report(reproductions: Sequence[Reproduction], command: str) -> str:
    """The page ``docs/reproduction.md``: claims and results in a table, what was assumed, and the command."""
    table = ["recipe", "what it is", "claim", "result", "seeds", "s per run", "verdict"], ["---"] * 7
    rows = [
        [
            f"`{each.recipe.name}`",
            each.recipe.title,
            f"{each.claim.accuracy:.2%} {each.claim.part}",
            percent_with_interval(each),
            str(len(each.results)),
            f"{each.seconds:.1f}",
            each.verdict,
        ]
        for each in reproductions
    ]
    assumed = [f" Assumed: {each.claim.assumed}." if each.claim.assumed else "" for each in reproductions]
    sources = [
        f"* `{each.recipe.name}`: {each.claim.said_by}.{more}"
        for each, more in zip(reproductions, assumed, strict=True)
    ]
    return _PAGE.format(
        command=command,
        hurry=_HURRY if any(each.hurried for each in reproductions) else "",
        table="\n".join(f"| {' | '.join(row)} |" for row in [*table, *rows]),
        tolerance=100 * TOLERANCE,
        sources="\n".join(sources),
        data="\n".join(f"* {name}" for name in dict.fromkeys(each.data for each in reproductions)),
    )


def percent_with_interval(result: Reproduction) -> str:
    """``"97.51 % (97.40 to 97.62)"``, or without an interval for one seed."""
    interval = result.interval
    if interval is None:
        return f"{result.mean:.2%}"
    low, high = interval
    return f"{result.mean:.2%} ({100 * low:.2f} to {100 * min(high, 1):.2f})"
