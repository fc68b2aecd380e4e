"""A recipe describes a whole run, and nothing that it does not describe has an influence on the result.

Recipes are TOML files that hold only what differs from the defaults below, with the reason beside each odd
value. A saved model carries its recipe.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError, model_validator

from glassnet.data.augmentation import Augmentation
from glassnet.data.composites import CLASSES
from glassnet.data.dataset import DIGITS
from glassnet.data.sources import source_names
from glassnet.engine import (
    LOSSES,
    OPTIMIZERS,
    PREPARATIONS,
    Dense,
    Flatten,
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
from glassnet.training.recipe_settings import assign, nearest, setting_paths
from glassnet.training.recipe_tables import (
    AugmentationRecipe,
    AveragingRecipe,
    Choice,
    Claim,
    DataRecipe,
    LossRecipe,
    NetworkRecipe,
    OptimizerRecipe,
    ScheduleRecipe,
    Table,
    TeacherRecipe,
    TrainingRecipe,
)

__all__ = ["Recipe", "load_recipe", "recipe_names", "recipe_text"]

DEFAULT = "quick"

_IN_A_NAME, _LONGEST_NAME = r"\w .+-", 60
"""What a recipe's name is made of: it names folders, on every system."""


class Recipe(Table):
    """A run, described: network, data, loss, optimiser, schedule, and how long."""

    name: str = Field("recipe", description="names the folder of its runs")
    title: str = ""
    claim: Claim | None = None
    network: NetworkRecipe = NetworkRecipe()
    data: DataRecipe = DataRecipe()
    augmentation: AugmentationRecipe = AugmentationRecipe()
    loss: LossRecipe = LossRecipe()
    teacher: TeacherRecipe = TeacherRecipe()
    optimizer: OptimizerRecipe = OptimizerRecipe()
    schedule: ScheduleRecipe = ScheduleRecipe()
    averaging: AveragingRecipe = AveragingRecipe()
    training: TrainingRecipe = TrainingRecipe()

    @model_validator(mode="after")
    def _makes_sense(self) -> Recipe:
        """Build every part once, so that a wrong name or setting is an error now and not after the first epoch."""
        if not re.fullmatch(rf"[{_IN_A_NAME}]{{1,{_LONGEST_NAME}}}", self.name):
            raise RecipeError(
                f"name: {self.name!r} cannot name the folder of a run",
                hint=f"a name has up to {_LONGEST_NAME} letters, digits, spaces and . + - _",
            )
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
        if self.data.components is not None:
            self._check_components()
        if self.teacher.model is not None:
            self._check_teacher()
        if (self.training.keep == "best" or self.training.patience) and not self.data.validation:
            raise RecipeError(
                "training.keep = 'best' and training.patience need a validation part",
                hint="set data.validation, for example to 0.1",
            )
        return self

    def _check_components(self) -> None:
        """Components are computed once, for a first layer into which they can be folded."""
        if self.make_augmentation() is not None:
            raise RecipeError(
                "data.components and [augmentation] exclude each other: components are computed once, and "
                "augmented pictures are new ones in every step",
                hint="set data.components = none, or every magnitude of [augmentation] to 0",
            )
        layers = (parse_layer(layer) for layer in self.network.layers)
        first = next((layer for layer in layers if not isinstance(layer, Flatten)), None)
        if not isinstance(first, Dense) or not first.use_bias:
            found = f"'{first.notation()}'" if first else "nothing"
            raise RecipeError(
                f"data.components: the network must begin with a dense layer with a bias, into which the "
                f"components are folded, but begins with {found}",
                hint="set data.components = none, or begin with a layer such as 'dense 128'",
            )

    def _check_teacher(self) -> None:
        """A teacher looks at pictures and answers in probabilities."""
        if self.loss.name != "cross_entropy":
            raise RecipeError(
                f"teacher.model: a teacher's probabilities are learned by cross-entropy, and loss.name is "
                f"'{self.loss.name}'",
                hint="set loss.name = 'cross_entropy', or teacher.model = none",
            )
        if self.data.components is not None:
            raise RecipeError(
                "data.components and [teacher] exclude each other: a teacher reads pictures, not their components",
                hint="set data.components = none, or teacher.model = none",
            )

    def make_network(self, input_shape: Shape, classes: int | None = None) -> Network:
        """The network with its initial weights; :class:`RecipeError` unless it ends in one logit per class.

        Without ``classes``, there are as many as its last layer has outputs.
        """
        network = Network(
            self.network.layers,
            input_shape,
            initializer=self.network.initializer,
            seed=self.training.seed,
            dtype=np.dtype(self.network.dtype),
        )
        if len(network.output_shape) != 1 or classes not in (None, *network.output_shape):
            wanted = "a class needs one number" if classes is None else f"the data has {classes} classes"
            raise RecipeError(
                f"the network ends in an output of shape {network.output_shape}, {wanted}",
                hint=_other_classes(network.output_shape, classes or len(DIGITS)),
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
            assign(tree, assignment, setting_paths(Recipe))
        return _validated(tree, f"recipe {self.name} with these settings")


def load_recipe(name: str | Path = DEFAULT, assignments: Sequence[str] = ()) -> Recipe:
    """A shipped recipe by name, or one of your own by path (``*.toml``), with ``--set`` assignments applied."""
    tree = _parse(recipe_text(name), str(name))
    tree.setdefault("name", re.sub(f"[^{_IN_A_NAME}]", "", Path(name).stem)[:_LONGEST_NAME].strip() or "recipe")
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
            raise RecipeError(
                f"{where}: there is no setting '{path}'", hint=nearest(path, setting_paths(Recipe))
            ) from None
        if first["type"] == "value_error":  # a sentence of ours, which names the value
            raise RecipeError(f"{where}: {path + '.' if path else ''}{first['ctx']['error']}") from None
        value = first.get("input")
        told = f": {first['msg'].lower()}".replace(": input should be", " must be")  # pydantic's words
        raise RecipeError(f"{where}: {path or 'recipe'}{told}, got {value!r}") from None
    except GlassnetError as error:
        raise type(error)(f"{where}: {error}", hint=error.hint) from None


def _other_classes(outputs: Shape, classes: int) -> str:
    """What to do about a network and data of different numbers of classes."""
    if outputs == (len(CLASSES),) and classes == len(DIGITS):
        return "it also knows what is no digit, and what is several: add +nondigits:20000 to the data"
    hint = f"end network.layers with 'dense {classes}'"
    return (
        f"{hint}, or take the recipe 'reader', which knows what is no digit" if classes == len(CLASSES) else hint
    )


_ALTERNATIVES = {"int", "float", "str", "literal['full']", "constrained-int", "constrained-float"}
"""Where a value may be of several kinds, pydantic adds the kind to the path; nobody can write that after --set."""


def _choose(table: str, choice: Choice, entries: Mapping[str, type[Any]]) -> Any:
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
