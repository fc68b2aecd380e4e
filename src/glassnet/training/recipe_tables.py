"""What stands in a recipe, table by table: every setting, its default and what it means."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from glassnet.engine import INITIALIZERS, PREPARATIONS

__all__ = [
    "AugmentationRecipe",
    "AveragingRecipe",
    "Choice",
    "Claim",
    "DataRecipe",
    "LossRecipe",
    "NetworkRecipe",
    "OptimizerRecipe",
    "ScheduleRecipe",
    "Table",
    "TeacherRecipe",
    "TrainingRecipe",
]


class Table(BaseModel):
    """A part of a recipe: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Choice(Table):
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


class NetworkRecipe(Table):
    """The chain of layers. The last one must give as many logits as there are classes."""

    layers: list[str] = Field(default=["dense 128", "relu", "dense 10"], min_length=1)
    initializer: str = Field(
        "he_normal", description=f"one of {', '.join(INITIALIZERS)}, the last two with a scale"
    )
    dtype: Literal["float32", "float64"] = "float32"


class DataRecipe(Table):
    """What to learn from. ``source`` is what ``--data`` takes; without it MNIST, else digits drawn by code."""

    source: str | None = None
    limit: int | None = Field(None, ge=1, description="use only so many training samples, stratified")
    validation: float | int = Field(0, ge=0, description="share (below 1) or number of training samples set aside")
    preparation: str = Field("unit", description=f"one of {', '.join(PREPARATIONS)}")
    components: int | None = Field(
        None, ge=1, description="learn from so many principal components; the trained network reads pixels"
    )


class AugmentationRecipe(Table):
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


class AveragingRecipe(Table):
    """Whether the run ends with the average of its weights: of every step (ema) or of its last epochs (swa)."""

    name: Literal["none", "ema", "swa"] = "none"
    decay: float = Field(0.999, gt=0, lt=1, description="of ema: how much of the average a step keeps")
    start: float = Field(0.75, ge=0, lt=1, description="of swa: share of the run after which the mean begins")

    @field_validator("name", mode="before")
    @classmethod
    def _none_is_a_name_here(cls, name: Any) -> Any:
        return "none" if name is None else name  # what --set averaging.name=none arrives as


class LossRecipe(Choice):
    """How wrong an answer is."""

    name: str = "cross_entropy"
    label_smoothing: float | None = None
    low: float | None = None
    high: float | None = None


class TeacherRecipe(Table):
    """A trained model whose probabilities are learned along with the labels, in every batch anew."""

    model: str | None = Field(None, description="a bundled model's name, a model's file, or the folder of a run")
    share: float = Field(0.9, gt=0, le=1, description="how much of a target comes from the teacher")
    temperature: float = Field(2.0, gt=0, description="above 1, the teacher's small probabilities count more")


class OptimizerRecipe(Choice):
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


class ScheduleRecipe(Choice):
    """The learning rate's course over the run."""

    name: str = "constant"
    warm_up: float | None = Field(None, description="share of the run over which the rate climbs from 0")
    drops: int | None = None
    factor: float | None = None
    final: float | None = None
    rise: float | None = None
    start: float | None = None


class TrainingRecipe(Table):
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


class Claim(Table):
    """What a recipe is said to reach: a share of right answers on one part of the data, and who says so."""

    accuracy: float = Field(gt=0, le=1)
    part: Literal["train", "validation", "test"] = "test"
    said_by: str = ""
    reached: str = Field("", description="what 'glassnet reproduce' measured for docs/reproduction.md")
    assumed: str = Field("", description="what the source leaves open, and what is assumed here")
