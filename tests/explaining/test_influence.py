"""What a number depends on has to be what a nudge shows."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import ShapeError
from glassnet.explaining import influence
from tests.explaining.conftest import LAYERS, make_network, make_sample


@pytest.mark.parametrize("name", LAYERS)
def test_a_slope_is_what_a_nudge_of_a_pixel_shows(name: str):
    network, sample = make_network(name), make_sample()
    before = network.parameters.copy()
    for layer in range(len(network.layers)):
        place = tuple(size // 2 for size in network.layers[layer].output_shape)
        slopes = influence(network, sample, layer, place)
        assert slopes[0].shape == sample.shape
        assert [slope.shape for slope in slopes[1:]] == [kind.output_shape for kind in network.layers[: layer + 1]]
        assert slopes[-1][place] == slopes[-1].sum() == 1
        pixel = np.unravel_index(int(np.abs(slopes[0]).argmax()), sample.shape)
        up, down = sample.copy(), sample.copy()
        up[pixel] += 1e-6
        down[pixel] -= 1e-6
        high, low = (network.trace(one[None]).values[layer + 1][0][place] for one in (up, down))
        assert slopes[0][pixel] == pytest.approx((high - low) / 2e-6, rel=1e-4, abs=1e-8)
    np.testing.assert_array_equal(network.parameters, before)


def test_a_place_that_does_not_exist_is_refused():
    with pytest.raises(ShapeError, match="there is no place"):
        influence(make_network("plain"), make_sample(), 1, 7)
    with pytest.raises(ShapeError, match="depends on no number"):
        influence(make_network("plain"), make_sample(), -1, (0, 0, 0))
