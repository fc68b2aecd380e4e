"""A network as a classifier of scikit-learn: in its pipelines, its searches over settings, its cross-validation.

It reads tables, one sample a row, as all of scikit-learn does; with ``picture`` the rows are pictures again, and
the layers may be convolutions. What it has learned lies in ``network_``, to be looked into like any other network.

Needs the extra: ``pip install 'glassnet[sklearn]'``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "GlassnetClassifier needs the package scikit-learn: pip install 'glassnet[sklearn]'", name=error.name
    ) from error

from glassnet.blas import one_blas_thread
from glassnet.engine import OPTIMIZERS, Network, SoftmaxCrossEntropy, softmax
from glassnet.engine.layers import Array
from glassnet.engine.notation import suggestion
from glassnet.errors import RecipeError

__all__ = ["GlassnetClassifier"]


class GlassnetClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A neural network, trained by small batches on cross-entropy.

    ``layers`` are those of the inside, as recipes write them; the last one, a logit for each class, is added.
    ``optimizer`` is a name from the engine's table, such as ``"adam"`` or ``"momentum"``. ``batch_size`` is a
    number, or ``"auto"``: a twentieth of the samples, 8 to 128. ``picture`` is the (height, width) of pictures
    that lie in the rows. ``random_state`` decides the initial weights and the order of the samples. Inputs should
    be of about unit size: put a scaler before it, or divide pixels by 255. It computes in float32 where the inputs
    are float32, else in float64.

    After ``fit``: ``classes_ (K,)``, ``n_features_in_``, ``network_``, and ``loss_curve_``, the mean loss of each
    epoch.

    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> GlassnetClassifier(("dense 32", "relu"), random_state=0).fit(X / 16, y).score(X / 16, y) > 0.97
    True
    """

    def __init__(
        self,
        layers: Sequence[str] = ("dense 100", "relu"),
        *,
        optimizer: str = "adam",
        learning_rate: float = 0.003,
        epochs: int = 20,
        batch_size: int | str = "auto",
        picture: tuple[int, int] | None = None,
        random_state: Any = None,
    ) -> None:
        self.layers = layers
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.picture = picture
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> GlassnetClassifier:
        """Learn from samples ``X (N, D)`` and their classes ``y (N,)``, from scratch.

        Raises :class:`RecipeError` for a layer or an optimiser that does not exist, :class:`ShapeError` for layers
        that do not fit, and ``ValueError``, as scikit-learn's own do, for data that are none and for numbers that
        nothing can be learned with.
        """
        self._check_numbers()
        table: Array
        table, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if self.optimizer not in OPTIMIZERS:
            raise RecipeError(
                f"there is no optimizer '{self.optimizer}'", hint=suggestion(self.optimizer, OPTIMIZERS)
            )
        random = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        inputs = self._shaped(table)
        network = Network(
            [*self.layers, f"dense {len(self.classes_)}"],
            inputs.shape[1:],
            seed=int(random.integers(2**31)),
            dtype=inputs.dtype,
        )
        optimizer, loss = OPTIMIZERS[self.optimizer](), SoftmaxCrossEntropy()
        size = min(128, max(8, len(inputs) // 20)) if self.batch_size == "auto" else int(self.batch_size)
        self.loss_curve_: list[float] = []
        with one_blas_thread():
            for _ in range(self.epochs):
                order, total = random.permutation(len(inputs)), 0.0
                for start in range(0, len(order), size):
                    rows = order[start : start + size]
                    value, gradient = loss(network.forward(inputs[rows], training=True), labels[rows])
                    network.backward(gradient)
                    optimizer.step(network.parameters, network.gradients, self.learning_rate)
                    total += value * len(rows)
                self.loss_curve_.append(total / len(order))
        self.network_ = network
        return self

    def _check_numbers(self) -> None:
        """Here and not when it is made: scikit-learn's searches set parameters one by one."""
        if not (isinstance(self.epochs, Integral) and self.epochs >= 1):
            raise ValueError(f"epochs must be a whole number from 1, got {self.epochs!r}")
        if not (isinstance(self.learning_rate, Real) and 0 < self.learning_rate < math.inf):
            raise ValueError(f"learning_rate must be a number above 0, got {self.learning_rate!r}")
        if self.batch_size != "auto" and not (isinstance(self.batch_size, Integral) and self.batch_size >= 1):
            raise ValueError(f"batch_size must be a whole number from 1, or 'auto', got {self.batch_size!r}")

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """The probability of each class ``(N, K)``, in the order of ``classes_``."""
        check_is_fitted(self)
        table: Array = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        inputs = self._shaped(table).astype(self.network_.dtype, copy=False)
        with one_blas_thread():
            probabilities: NDArray[Any] = softmax(self.network_.predict(inputs))
        return probabilities

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The likeliest class of each sample ``(N,)``."""
        likeliest: NDArray[Any] = self.predict_proba(X).argmax(axis=1)
        named: NDArray[Any] = self.classes_[likeliest]
        return named

    def _shaped(self, X: Array) -> Array:
        """Rows, or rows as pictures with one channel."""
        if self.picture is None:
            return X
        height, width = self.picture
        if height * width != X.shape[1]:
            raise ValueError(f"X has {X.shape[1]} features, a picture of {height} × {width} has {height * width}")
        return X.reshape(len(X), height, width, 1)
