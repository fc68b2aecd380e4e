"""Principal components: by hand, against the eigenvectors, and folded away without a trace."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network, Preparation, PrincipalComponents
from glassnet.errors import ShapeError

close = np.testing.assert_allclose


def pictures(count: int, seed: int = 0) -> np.ndarray:
    """Pictures of 6 x 5 that differ in three ways, one more than the other, and a little noise."""
    random = np.random.default_rng(seed)
    ways = np.random.default_rng(1).normal(size=(3, 30))
    values = 128 + (random.normal(size=(count, 3)) * [12, 6, 3]) @ ways + random.normal(size=(count, 30)) * 0.5
    return values.clip(0, 255).astype(np.uint8).reshape(count, 6, 5)


def fitted(images: np.ndarray, count: int, kind: str = "unit", seed: int = 0) -> PrincipalComponents:
    return PrincipalComponents.fit(Preparation.fit(kind, images), images, count, np.random.default_rng(seed))


def test_by_hand():
    """Two pixels that always agree: the one direction is along both, half a root each."""
    images = np.array([[[0, 0]], [[255, 255]]], np.uint8)
    found = fitted(images, 1)
    close(found.mean, 0.5)
    close(np.abs(found.axes), np.sqrt(0.5), rtol=1e-6)
    close(np.abs(found.project(images)), np.sqrt(0.5), rtol=1e-6)  # half the diagonal on either side


def test_the_axes_are_the_first_eigenvectors_of_the_covariance():
    images = pictures(4000)
    found = fitted(images, 3)
    inputs = images.reshape(len(images), -1) / 255
    _, vectors = np.linalg.eigh(np.cov(inputs.T))  # the smallest first
    close(found.axes.T @ found.axes, np.eye(3), atol=1e-5)
    close(np.abs(np.diag(found.axes.T @ vectors[:, :-4:-1])), 1, atol=1e-4)
    variances = found.project(images).var(axis=0)
    assert (np.diff(variances) < 0).all()


@pytest.mark.parametrize("kind", ["unit", "interval", "centred", "standard"])
def test_projecting_is_what_the_docstring_says_and_float32(kind: str):
    images = pictures(2500)
    found = fitted(images, 4, kind)
    components = found.project(images)
    inputs = Preparation.fit(kind, images)(images).reshape(2500, -1)
    close(components, (inputs - found.mean) @ found.axes, atol=2e-5)
    assert components.dtype == found.axes.dtype == found.mean.dtype == np.float32
    assert found.project(images[:0]).shape == (0, 4)


def test_the_same_seed_finds_the_same_bits():
    images = pictures(300)
    first, again = (fitted(images, 3, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first.axes, again.axes)


def trained(input_shape: tuple[int, ...]) -> Network:
    """A small network whose every number is something."""
    network = Network(["dense 7", "batch_norm", "relu", "dense 3"], input_shape, seed=1)
    network.parameters += np.linspace(-0.1, 0.1, network.parameter_count, dtype=np.float32)
    network.state += np.linspace(0.1, 0.2, len(network.state), dtype=np.float32)
    return network


@pytest.mark.parametrize("kind", ["unit", "centred"])
@pytest.mark.parametrize("input_shape", [(8,), (1, 8, 1)])
def test_folded_the_network_answers_as_before(kind: str, input_shape: tuple[int, ...]):
    images = pictures(200)
    found = fitted(images, 8, kind)
    small = trained(input_shape)
    whole = found.fold(small, (6, 5, 1))
    inputs = Preparation.fit(kind, images)(images)
    close(whole.forward(inputs), small.forward(found.project(images).reshape(-1, *input_shape)), atol=1e-4)
    assert whole.notation() == trained((6, 5, 1)).notation()
    assert whole.parameters.dtype == np.float32
    assert not np.shares_memory(whole.parameters, small.parameters)


def test_a_folded_network_unfolds_to_what_it_was():
    found = fitted(pictures(200), 8)
    small = trained((1, 8, 1))
    again = Network(small.layers, (1, 8, 1), seed=2)
    found.unfold(found.fold(small, (6, 5, 1)), again)
    close(again.parameters, small.parameters, atol=1e-5)
    close(again.state, small.state)


@pytest.mark.parametrize("count", [0, 31])
def test_more_components_than_pixels_are_refused(count: int):
    with pytest.raises(ShapeError, match="pictures of 30 pixels have 1 to 30 components, not"):
        fitted(pictures(9), count)


def test_double_precision_throughout_where_it_is_asked_for():
    images = pictures(50)
    found = PrincipalComponents.fit(
        Preparation.fit("unit", images), images, 3, np.random.default_rng(0), np.float64
    )
    network = Network(["dense 4"], (3,), dtype=np.float64)
    assert found.project(images).dtype == found.fold(network, (30,)).dtype == np.float64


def test_fewer_pictures_than_components_still_give_axes():
    found = fitted(pictures(5), 9)
    close(found.axes.T @ found.axes, np.eye(9), atol=1e-4)
