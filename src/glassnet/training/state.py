"""Where a training run stands: all of it, so that what is saved here can be taken up exactly.

There is no hidden state beside this. The order of the samples and the dropout masks of an epoch follow from
the seed and the epoch's number alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import Dataset
from glassnet.engine import Network, Optimizer, Preparation, PrincipalComponents
from glassnet.engine.layers import Array, Shape
from glassnet.training.averaging import AveragedWeights
from glassnet.training.recipe import Recipe
from glassnet.training.teacher import Teacher

__all__ = ["EpochRecord", "TrainingState", "Weights", "begin"]


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One line of a run's history.

    Training figures are the mean over the epoch, each batch measured before its update, without the price of L1
    and L2. Validation figures are measured after the epoch, and ``None`` where there is no validation part or it
    was not this epoch's turn.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None

    def validated(self, loss: float, accuracy: float) -> EpochRecord:
        """The same record with validation figures."""
        return replace(self, validation_loss=loss, validation_accuracy=accuracy)

    def as_dict(self) -> dict[str, Any]:
        """The record as plain numbers, by name."""
        return asdict(self)


@dataclass(frozen=True)
class Weights:
    """A copy of everything that a network learned, and the epoch after which it was taken."""

    epoch: int
    parameters: Array
    state: Array

    @classmethod
    def of(cls, network: Network, epoch: int) -> Weights:
        """Copy them from ``network``."""
        return cls(epoch, network.parameters.copy(), network.state.copy())

    @property
    def are_finite(self) -> bool:
        """Whether no number among them has overflowed."""
        return bool(np.isfinite(self.parameters).all() and np.isfinite(self.state).all())

    def put_into(self, network: Network) -> None:
        """Write them back, in place."""
        network.parameters[...] = self.parameters
        network.state[...] = self.state


@dataclass
class TrainingState:
    """A run between two epochs. ``epoch`` counts the finished ones; ``data`` fingerprints what it learns from.

    ``network`` is what learns. Where there are ``components``, it reads those instead of pictures: K of them as a
    picture of one row, so that the layers are the same. What there is to show and keep is :meth:`over_pictures`.
    """

    recipe: Recipe
    network: Network
    optimizer: Optimizer
    preparation: Preparation
    data: str
    picture_shape: Shape
    """Shape of a prepared picture, (28, 28, 1) for digits."""
    components: PrincipalComponents | None = None
    epoch: int = 0
    history: list[EpochRecord] = field(default_factory=list)
    best: Weights | None = None
    average: AveragedWeights | None = None
    """The average of the weights so far, where the recipe wants one: what validation looks at."""
    reported: set[str] = field(default_factory=set)
    """Kinds of trouble already told of: each is told once."""

    def prepare(self, images: NDArray[np.uint8]) -> Array:
        """Inputs for the network, in its dtype, from pictures."""
        if self.components is None:
            return self.preparation(images, self.network.dtype)
        return self.components.project(images).reshape(len(images), *self.network.input_shape)

    def over_pictures(self) -> Network:
        """The network over prepared pictures: a copy with the components folded in, else ``network`` itself."""
        if self.components is None:
            return self.network
        return self.components.fold(self.network, self.picture_shape)

    def take_over(self, network: Network, preparation: Preparation) -> None:
        """Go on from a network over pictures, of the same layers, and the preparation that it learned with."""
        if self.components is not None:
            self.components.unfold(network, self.network)
            return
        self.network.parameters[...] = network.parameters
        self.network.state[...] = network.state
        self.preparation = preparation

    @property
    def best_record(self) -> EpochRecord | None:
        """The history's line for the best epoch so far, by validation loss."""
        return next((record for record in self.history if self.best and record.epoch == self.best.epoch), None)


def begin(recipe: Recipe, data: Dataset) -> TrainingState:
    """A fresh run of ``recipe``: initial weights, preparation and components fitted to ``data``, nothing learned.

    Raises :class:`ShapeError` where the recipe wants more components than a picture has pixels, and whatever
    :meth:`Teacher.of` does: what cannot be learned from is to be known before anything is kept of a run.
    """
    Teacher.of(recipe.teacher, data)
    preparation = Preparation.fit(recipe.data.preparation, data.images)
    picture_shape = (*data.images.shape[1:], 1)
    components, input_shape = None, picture_shape
    if recipe.data.components is not None:
        count, random = recipe.data.components, np.random.default_rng(recipe.training.seed)
        components = PrincipalComponents.fit(preparation, data.images, count, random, recipe.network.dtype)
        input_shape = (1, count, 1)
    network = recipe.make_network(input_shape, len(data.classes))
    return TrainingState(
        recipe=recipe,
        network=network,
        optimizer=recipe.make_optimizer(network),
        preparation=preparation,
        data=data.fingerprint(),
        picture_shape=picture_shape,
        components=components,
        average=AveragedWeights.like(network) if recipe.averaging.name != "none" else None,
    )
