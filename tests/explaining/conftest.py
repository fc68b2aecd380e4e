"""Networks that between them have every kind of layer, in float64, with nothing left at a special value."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network

LAYERS = {
    "plain": ["dense 7", "relu", "dropout 0.3", "dense 4"],
    "sigmoids": ["dense 6", "sigmoid", "dense 5", "tanh", "dense 4"],
    "modern": ["dense 8", "batch_norm", "gelu", "dense 6", "leaky_relu slope=0.1", "dense 4"],
    "softmax": ["dense 5", "softmax", "dense 4"],
    "pictures": ["conv 3 3x3 padding=same", "batch_norm", "relu", "pool 2", "conv 4 2x3", "gelu", "dense 4"],
    "strided": ["conv 3 4x2 stride=2 padding=same", "tanh", "average_pool 2", "dense 4"],
    "skipping": ["conv 2 2x2 stride=3", "relu", "dense 4"],
    "global": ["conv 5 3x3", "leaky_relu", "global_average_pool", "dense 4"],
}
INPUT_SHAPE = (8, 8, 2)


def make_network(name: str, dtype: type[np.floating] = np.float64) -> Network:
    network = Network(LAYERS[name], INPUT_SHAPE, seed=1, dtype=dtype)
    random = np.random.default_rng(2)
    network.parameters[network.weight_count :] += random.normal(
        0, 0.3, network.parameters.size - network.weight_count
    )
    network.state += random.uniform(0.1, 0.9, network.state.size)
    return network


def make_sample(seed: int = 0, dtype: type[np.floating] = np.float64) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, INPUT_SHAPE).astype(dtype)


@pytest.fixture(params=LAYERS)
def network(request: pytest.FixtureRequest) -> Network:
    return make_network(request.param)
