"""What may be asked, as types: a body that does not fit is refused before anything is computed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from glassnet.web.refusals import RequestError

__all__ = [
    "MOST_NUMBERS",
    "MOST_STROKES",
    "Accept",
    "Begin",
    "Do",
    "Edit",
    "Explain",
    "Figure",
    "Gradients",
    "Influence",
    "Ink",
    "Keep",
    "LinkCheck",
    "Moment",
    "Picture",
    "Preview",
    "Read",
    "Reader",
    "parse",
]

MOST_STROKES = 200
MOST_NUMBERS = 20_000

Address = Annotated[str, Field(min_length=1, max_length=200)]
Index = Annotated[list[Annotated[int, Field(ge=0, le=10**9)]], Field(min_length=1, max_length=4)]
Layer = Annotated[int, Field(ge=-1, le=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Ink(_Body):
    """One digit: strokes on a canvas of 255 × 255, a picture of a data set, or one that was uploaded."""

    strokes: list[list[Annotated[float, Field(ge=0, le=255)]]] | None = Field(None, max_length=MOST_STROKES)
    pen: float = Field(18, ge=2, le=64)
    form: Literal["normal", "drawn"] = "normal"
    set: Name | None = None
    index: int = Field(0, ge=0, le=10**9)
    image: Name | None = None
    box: int = Field(0, ge=0, le=10_000)

    @model_validator(mode="after")
    def _one_kind(self) -> Ink:
        if sum(kind is not None for kind in (self.strokes, self.set, self.image)) != 1:
            raise ValueError("ink has exactly one of strokes, set and image")
        if self.strokes is not None:
            if sum(map(len, self.strokes)) > MOST_NUMBERS:
                raise ValueError(f"more than {MOST_NUMBERS:,} numbers in the strokes")
            if any(len(stroke) % 2 for stroke in self.strokes):
                raise ValueError("a stroke is x, y, x, y, …: an even number of numbers")
        return self


Layers = Literal["all"] | Annotated[list[Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=10_000)]


class Read(_Body):
    ink: Ink
    model: Address
    layers: Layers = []
    steps: bool = True
    thread: bool = False
    effect: bool = False


class Reader(_Body):
    ink: Ink
    model: Address | None = None


class Picture(_Body):
    ink: Ink
    as_: Literal["drawn", "seen"] = Field("drawn", alias="as")
    size: int = Field(560, ge=28, le=2000)


class Gradients(_Body):
    ink: Ink
    model: Address
    target: int = Field(ge=0, le=10_000)
    layers: Layers = "all"


class Explain(_Body):
    ink: Ink
    model: Address
    layer: Layer
    index: Index
    of: Literal["value", "gradient", "weight"] = "value"
    target: int | None = Field(None, ge=0, le=10_000)
    parameter: Name = "weight"

    @model_validator(mode="after")
    def _target(self) -> Explain:
        if self.of == "gradient" and self.target is None:
            raise ValueError("a gradient needs a target")
        return self


class Influence(_Body):
    ink: Ink
    model: Address
    layer: Layer
    index: Index


class StepEdit(_Body):
    target: int = Field(ge=0, le=10_000)
    rate: float = Field(0.05, ge=-1e6, le=1e6)


class OffEdit(_Body):
    layer: int = Field(ge=0, le=10_000)
    unit: int = Field(ge=0, le=10**9)


class Edit(_Body):
    model: Address
    ink: Ink | None = None
    step: StepEdit | None = None
    off: OffEdit | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Edit:
        if (self.step is None) == (self.off is None):
            raise ValueError("an edit has either step or off")
        if self.step is not None and self.ink is None:
            raise ValueError("a step needs ink")
        return self


class Begin(_Body):
    recipe: Name = "quick"
    data: Annotated[str, Field(max_length=300)] | None = None
    seed: int | None = Field(None, ge=0, le=2**63 - 1)
    epochs: int | None = Field(None, ge=1, le=100_000)
    set: dict[Name, Any] = Field({}, max_length=50)
    from_: Address | None = Field(None, alias="from")
    begin: Literal["run", "pause"] = "run"
    instead: bool = False


class Do(_Body):
    do: Literal["run", "pause", "step"]
    unit: Literal["batch", "epoch"] = "batch"
    n: int = Field(1, ge=1, le=10**6)
    instead: bool = False


class Moment(_Body):
    step: int | None = Field(None, ge=0, le=10**12)


class Exactly(_Body):
    step: int = Field(ge=0, le=10**12)


class Preview(_Body):
    invert: bool | None = None
    transpose: bool = False


class Accept(Preview):
    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^/\\\x00-\x1f]*$")]


class Keep(_Body):
    ink: Ink
    label: Name


class LinkCheck(_Body):
    link: Annotated[str, Field(max_length=100_000)]


class Figure(_Body):
    figure: Literal["values", "weights", "gradients", "confusion", "mistakes", "learning"]
    model: Address | None = None
    ink: Ink | None = None
    target: int = Field(0, ge=0, le=10_000)
    run: Name | None = None
    set: Name | None = None


B = TypeVar("B", bound=BaseModel)


def parse(kind: type[B], body: bytes) -> B:
    """The body as ``kind``; :class:`RequestError` naming the first thing that does not fit."""
    try:
        return kind.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise RequestError(f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}", hint=None) from None
