"""A recipe describes a whole run, and nothing that it does not describe has an influence on the result.

Recipes are TOML files that hold only what differs from the defaults below, with the reason beside each odd
value. A saved model carries its recipe.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from glassnet.data.augmentation import Augmentation
from glassnet.data.sources import source_names
from glassnet.engine import (
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    PREPARATIONS,
    Loss,
    Network,
    Optimizer,
    make_schedule,
    parse_layer,
)
from glassnet.engine.initializers import parse_initializer
from glassnet.engine.layers import Shape
from glassnet.engine.notation import suggestion
from glassnet.engine.schedules import Schedule
from glassnet.errors import GlassnetError, RecipeError

__all__ = ["Recipe", "load_recipe", "recipe_names", "recipe_text"]

DEFAULT = "quick"


class _Table(BaseModel):
    """A part of a recipe: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Choice(_Table):
    """A table whose ``name`` picks one entry of the engine's tables, with that entry's own settings beside it.

    A setting left out (``None``) takes the default that the engine gives it.
    """

    own: ClassVar[frozenset[str]] = frozenset()
    """Keys that belong to the table itself rather than to the entry."""

    def settings(self) -> dict[str, Any]:
        """What to pass to the chosen entry."""
        return {
            key: value
            for key, value in self.model_dump().items()
            if key not in self.own and key != "name" and value is not None
        }


class NetworkRecipe(_Table):
    """The chain of layers. The last one must give as many logits as there are classes."""

    layers: list[str] = Field(default=["dense 128", "relu", "dense 10"], min_length=1)
    initializer: str = Field(
        "he_normal", description=f"one of {', '.join(INITIALIZERS)}, the last two with a scale"
    )
    dtype: Literal["float32", "float64"] = "float32"


class DataRecipe(_Table):
    """What to learn from. ``source`` is what ``--data`` takes; without it MNIST, else digits drawn by code."""

    source: str | None = None
    limit: int | None = Field(None, ge=1, description="use only so many training samples, stratified")
    validation: float | int = Field(0, ge=0, description="share (below 1) or number of training samples set aside")
    preparation: str = Field("unit", description=f"one of {', '.join(PREPARATIONS)}")


class AugmentationRecipe(_Table):
    """How training pictures are deformed, anew in every epoch. Each field is a largest magnitude, 0 for none.

    Over the last ``fade`` of the run all magnitudes shrink evenly to the share ``fade_to``: the network ends on
    pictures close to those that it will meet.
    """

    shift: float = Field(0.0, description="pixels")
    rotation: float = Field(0.0, description="degrees")
    scale: float = Field(0.0, description="relative change of each side")
    shear: float = 0.0
    elastic: float = Field(0.0, description="standard deviation of the bends in pixels")
    thickness: float = Field(0.0, description="pixels that strokes gain or lose")
    blur: float = Field(0.0, description="sigma in pixels")
    noise: float = Field(0.0, description="standard deviation as a share of full ink")
    contrast: float = Field(0.0, description="share of its strength that ink may lose")
    erasing: float = Field(0.0, description="share of pictures that lose a rectangle")
    cut: float = Field(0.0, description="share of pictures cut off at an edge")
    neighbour: float = Field(0.0, description="share of pictures with remains of something else at an edge")
    pixelate: float = Field(0.0, description="share of pictures of a low resolution")
    fade: float = Field(0.0, ge=0, le=1, description="last share of the run over which magnitudes shrink")
    fade_to: float = Field(0.0, ge=0, le=1, description="what is left of the magnitudes at the end")

    def strength(self, progress: float) -> float:
        """The share of the magnitudes that is used when ``progress`` (0 to 1) of the run is done."""
        faded = max(0.0, progress - (1 - self.fade)) / self.fade if self.fade else 0.0
        return 1 - faded * (1 - self.fade_to)


class AveragingRecipe(_Table):
    """Whether the run ends with the average of its weights: of every step (ema) or of its last epochs (swa)."""

    name: Literal["none", "ema", "swa"] = "none"
    decay: float = Field(0.999, gt=0, lt=1, description="of ema: how much of the average a step keeps")
    start: float = Field(0.75, ge=0, lt=1, description="of swa: share of the run after which the mean begins")


class LossRecipe(_Choice):
    """How wrong an answer is."""

    name: str = "cross_entropy"
    label_smoothing: float | None = None
    low: float | None = None
    high: float | None = None


class OptimizerRecipe(_Choice):
    """How a gradient becomes a step. ``l1`` and ``l2`` are prices on weights, ``clip_norm`` a longest gradient."""

    own = frozenset({"learning_rate", "l1", "l2", "clip_norm"})

    name: str = "adam"
    learning_rate: float = Field(0.001, gt=0)
    l1: float = Field(0.0, ge=0)
    l2: float = Field(0.0, ge=0)
    clip_norm: float | None = Field(None, gt=0)
    momentum: float | None = None
    decay: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    epsilon: float | None = None
    weight_decay: float | None = None


class ScheduleRecipe(_Choice):
    """The learning rate's course over the run."""

    name: str = "constant"
    warm_up: float | None = Field(None, description="share of the run over which the rate climbs from 0")
    drops: int | None = None
    factor: float | None = None
    final: float | None = None
    rise: float | None = None
    start: float | None = None


class TrainingRecipe(_Table):
    """How long, in what portions, and from which seed."""

    epochs: int = Field(5, ge=1)
    batch_size: int | Literal["full"] = 128
    seed: int = Field(0, ge=0)
    threads: int | None = Field(None, ge=1, description="threads for large batches; none: one per core")
    validate_every: int = Field(1, ge=1, description="epochs between two looks at the validation part")
    patience: int | None = Field(
        None, ge=1, description="stop after so many looks without a better validation loss"
    )
    keep: Literal["last", "best"] | None = Field(
        None, description="which epoch's weights to keep: the best where patience is set, else the last"
    )

    @property
    def keeps_best(self) -> bool:
        """Whether the weights of the epoch with the lowest validation loss are the ones to keep."""
        return self.keep == "best" or (self.keep is None and self.patience is not None)

    @model_validator(mode="after")
    def _sensible(self) -> TrainingRecipe:
        if self.batch_size != "full" and self.batch_size < 1:
            raise ValueError("batch_size must be a whole number from 1, or 'full'")
        return self


class Claim(_Table):
    """What a recipe is said to reach: a share of right answers on one part of the data, and who says so."""

    accuracy: float = Field(gt=0, le=1)
    part: Literal["train", "validation", "test"] = "test"
    said_by: str = ""
    reached: str = Field("", description="what 'glassnet reproduce' measured for docs/reproduction.md")
    assumed: str = Field("", description="what the source leaves open, and what is assumed here")


class Recipe(_Table):
    """A run, described: network, data, loss, optimiser, schedule, and how long."""

    name: str = Field("recipe", pattern=r"^[\w .+-]{1,60}$", description="names the folder of its runs")
    title: str = ""
    claim: Claim | None = None
    network: NetworkRecipe = NetworkRecipe()
    data: DataRecipe = DataRecipe()
    augmentation: AugmentationRecipe = AugmentationRecipe()
    loss: LossRecipe = LossRecipe()
    optimizer: OptimizerRecipe = OptimizerRecipe()
    schedule: ScheduleRecipe = ScheduleRecipe()
    averaging: AveragingRecipe = AveragingRecipe()
    training: TrainingRecipe = TrainingRecipe()

    @model_validator(mode="after")
    def _makes_sense(self) -> Recipe:
        """Build every part once, so that a wrong name or setting is an error now and not after the first epoch."""
        for layer in self.network.layers:
            parse_layer(layer)
        parse_initializer(self.network.initializer)
        if self.data.preparation not in PREPARATIONS:
            raise RecipeError(
                f"data.preparation: there is no preparation '{self.data.preparation}'",
                hint=suggestion(self.data.preparation, PREPARATIONS),
            )
        self.make_loss()
        self.make_augmentation()
        self._optimizer()
        self.make_schedule()
        if (self.training.keep == "best" or self.training.patience) and not self.data.validation:
            raise RecipeError(
                "training.keep = 'best' and training.patience need a validation part",
                hint="set data.validation, for example --set data.validation=0.1",
            )
        return self

    def make_network(self, input_shape: Shape, classes: int) -> Network:
        """The network with its initial weights; :class:`RecipeError` unless it ends in one logit per class."""
        network = Network(
            self.network.layers,
            input_shape,
            initializer=self.network.initializer,
            seed=self.training.seed,
            dtype=np.dtype(self.network.dtype),
        )
        if network.output_shape != (classes,):
            raise RecipeError(
                f"the network ends in an output of shape {network.output_shape}, the data has {classes} classes",
                hint=_other_classes(network.output_shape, classes),
            )
        return network

    def make_loss(self) -> Loss:
        """The loss."""
        loss: Loss = _choose("loss", self.loss, LOSSES)
        return loss

    def make_augmentation(self) -> Augmentation | None:
        """How to deform the training pictures, or ``None`` where they are taken as they are."""
        magnitudes = self.augmentation.model_dump(exclude={"fade", "fade_to"})
        return Augmentation(**magnitudes) if any(magnitudes.values()) else None

    def make_optimizer(self, network: Network) -> Optimizer:
        """A fresh optimiser for ``network``."""
        optimizer = self._optimizer()
        if hasattr(optimizer, "decayed"):
            optimizer.decayed = network.weight_count
        return optimizer

    def _optimizer(self) -> Optimizer:
        optimizer: Optimizer = _choose("optimizer", self.optimizer, OPTIMIZERS)
        return optimizer

    def make_schedule(self) -> Schedule:
        """The factor on the learning rate over the run's progress."""
        return make_schedule(self.schedule.name, **self.schedule.settings())

    def changed(self, assignments: Iterable[str]) -> Recipe:
        """The recipe with assignments like ``"training.epochs=3"``; :class:`RecipeError` for bad ones."""
        tree = self.model_dump()
        for assignment in assignments:
            _assign(tree, assignment)
        return _validated(tree, f"recipe {self.name} with these settings")


def load_recipe(name: str | Path = DEFAULT, assignments: Sequence[str] = ()) -> Recipe:
    """A shipped recipe by name, or one of your own by path (``*.toml``), with ``--set`` assignments applied."""
    tree = _parse(recipe_text(name), str(name))
    tree.setdefault("name", Path(name).stem)
    return _validated(tree, f"recipe {name}").changed(assignments)


def recipe_names() -> list[str]:
    """The shipped recipes, the default first."""
    folder = resources.files("glassnet.training") / "recipes"
    names = sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return sorted(names, key=lambda name: name != DEFAULT)


def recipe_text(name: str | Path) -> str:
    """A recipe's TOML as it was written, comments included."""
    if Path(name).suffix == ".toml":
        try:
            return Path(name).read_text(encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise RecipeError(
                f"cannot read the recipe {name}: {reason}", hint="'glassnet recipes' lists ours"
            ) from error
        except UnicodeDecodeError as error:
            raise RecipeError(f"cannot read the recipe {name}: it is not text in UTF-8") from error
    if str(name) in source_names():
        raise RecipeError(f"'{name}' is a data set, not a recipe", hint=f"glassnet train --data {name}")
    if str(name) not in recipe_names():
        raise RecipeError(f"there is no recipe '{name}'", hint=suggestion(str(name), recipe_names()))
    return (resources.files("glassnet.training") / "recipes" / f"{name}.toml").read_text(encoding="utf-8")


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"recipe {name} is not valid TOML: {error}") from error


def _validated(tree: Mapping[str, Any], where: str) -> Recipe:
    try:
        return Recipe.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"] if str(part) not in _ALTERNATIVES)
        if first["type"] == "extra_forbidden":
            raise RecipeError(f"{where}: there is no setting '{path}'", hint=_nearest(path)) from None
        value = first.get("input")
        raise RecipeError(f"{where}: {path or 'recipe'}: {first['msg'].lower()}, got {value!r}") from None
    except GlassnetError as error:
        raise type(error)(f"{where}: {error}", hint=error.hint) from None


def _other_classes(outputs: Shape, classes: int) -> str:
    """What to do about a network and data of different numbers of classes."""
    if outputs == (classes + 1,):
        return "it knows one class more, such as what is no digit: add +nondigits:20000 to --data"
    hint = f"end network.layers with 'dense {classes}'"
    return f"{hint}, or take the recipe 'reader', which knows what is no digit" if classes == 11 else hint


_ALTERNATIVES = {"int", "float", "str", "literal['full']", "constrained-int", "constrained-float"}
"""Where a value may be of several kinds, pydantic adds the kind to the path; nobody can write that after --set."""


def _nearest(path: str) -> str:
    known = _paths(Recipe)
    near = difflib.get_close_matches(path, known, n=1, cutoff=0.5)
    leaf = path.rpartition(".")[2]
    same_leaf = [candidate for candidate in known if candidate.rpartition(".")[2] == leaf]
    best = (same_leaf or near or [""])[0]
    return f"did you mean '{best}'?" if best else f"known: {', '.join(known)}"


def _paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    found: list[str] = []
    for name, info in model.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found += _paths(kind, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return found


def _assign(tree: dict[str, Any], assignment: str) -> None:
    path, equals, text = assignment.partition("=")
    *parents, leaf = path.strip().split(".")
    if not equals or not leaf:
        raise RecipeError(f"--set {assignment}: expected KEY=VALUE", hint="--set optimizer.learning_rate=0.003")
    table = tree
    for parent in parents:
        table = table.get(parent)  # type: ignore[assignment]
        if not isinstance(table, dict):
            raise RecipeError(f"--set {assignment}: there is no setting '{path}'", hint=_nearest(path))
    if leaf not in table:
        raise RecipeError(f"--set {assignment}: there is no setting '{path}'", hint=_nearest(path))
    table[leaf] = _toml_value(text.strip())


def _toml_value(text: str) -> Any:
    if text == "none":  # TOML has no word for nothing
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text  # a word without quotes


def _choose(table: str, choice: _Choice, entries: Mapping[str, type[Any]]) -> Any:
    name: str = getattr(choice, "name")  # noqa: B009 - every choice has one, each with a default of its own
    if name not in entries:
        raise RecipeError(f"{table}.name: there is no '{name}'", hint=suggestion(name, entries))
    settings = choice.settings()
    known = [
        field.name for field in fields(entries[name]) if field.init and field.name in type(choice).model_fields
    ]
    for setting in settings:
        if setting not in known:
            raise RecipeError(
                f"{table}.{setting}: '{name}' has no such setting",
                hint=f"'{name}' has {', '.join(known)}" if known else f"'{name}' has no settings of its own",
            )
    return entries[name](**settings)
