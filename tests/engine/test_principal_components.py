"""Principal components: by hand, against the eigenvectors, and folded away without a trace."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network, Preparation
from glassnet.engine.principal_components import PrincipalComponents
from glassnet.errors import ShapeError

close = np.testing.assert_allclose


def pictures(count: int, seed: int = 0) -> np.ndarray:
    """Pictures of 6 x 5 that differ in three ways, one more than the other, and a little noise."""
    random = np.random.default_rng(seed)
    ways = np.random.default_rng(1).normal(size=(3, 30))
    values = 128 + (random.normal(size=(count, 3)) * [12, 6, 3]) @ ways + random.normal(size=(count, 30)) * 0.5
    return values.clip(0, 255).astype(np.uint8).reshape(count, 6, 5)


def test_by_hand():
    """Two pixels that always agree: the one direction is along both, half a root each."""
    images = np.array([[[0, 0]], [[255, 255]]], np.uint8)
    found = PrincipalComponents.fit(images, 1, np.random.default_rng(0))
    close(found.mean, 0.5)
    close(np.abs(found.axes), np.sqrt(0.5), rtol=1e-6)
    close(np.abs(found.project(images)), np.sqrt(0.5), rtol=1e-6)  # half the diagonal on either side


def test_the_axes_are_the_first_eigenvectors_of_the_covariance():
    images = pictures(4000)
    found = PrincipalComponents.fit(images, 3, np.random.default_rng(0))
    inputs = images.reshape(len(images), -1) / 255
    _, vectors = np.linalg.eigh(np.cov(inputs.T))  # the smallest first
    close(found.axes.T @ found.axes, np.eye(3), atol=1e-5)
    close(np.abs(np.diag(found.axes.T @ vectors[:, :-4:-1])), 1, atol=1e-4)
    variances = found.project(images).var(axis=0)
    assert (np.diff(variances) < 0).all()


def test_projecting_is_what_the_docstring_says_and_float32():
    images = pictures(2500)
    found = PrincipalComponents.fit(images, 4, np.random.default_rng(0))
    components = found.project(images)
    close(components, (images.reshape(2500, -1) / 255 - found.mean) @ found.axes, atol=1e-5)
    assert components.dtype == found.axes.dtype == found.mean.dtype == np.float32
    assert found.project(images[:0]).shape == (0, 4)


def test_the_same_seed_finds_the_same_bits():
    images = pictures(300)
    first, again = (PrincipalComponents.fit(images, 3, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.axes, again.axes)


def test_folded_into_the_first_layer_the_network_answers_as_before():
    images = pictures(200)
    components = PrincipalComponents.fit(images, 8, np.random.default_rng(0))
    small = Network(["dense 7", "relu", "dense 3"], (8,), seed=1)
    small.layers[0].bias[...] = np.linspace(-1, 1, 7)
    whole = Network(["dense 7", "relu", "dense 3"], (6, 5, 1))
    first, last = whole.layers[1], whole.layers[3]  # a 'flatten' comes first
    first.weight[...], first.bias[...] = components.fold_into(small.layers[0].weight, small.layers[0].bias)
    last.weight[...], last.bias[...] = small.layers[2].weight, small.layers[2].bias
    prepare = Preparation.fit("unit", images)
    close(whole.forward(prepare(images)), small.forward(components.project(images)), atol=1e-4)


@pytest.mark.parametrize("count", [0, 31])
def test_more_components_than_pixels_are_refused(count: int):
    with pytest.raises(ShapeError, match="pictures of 30 pixels have 1 to 30 components, not"):
        PrincipalComponents.fit(pictures(9), count, np.random.default_rng(0))


def test_fewer_pictures_than_components_still_give_axes():
    found = PrincipalComponents.fit(pictures(5), 9, np.random.default_rng(0))
    close(found.axes.T @ found.axes, np.eye(9), atol=1e-4)
