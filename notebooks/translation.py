"""Between the two ways of writing the same network: the books' columns and the engine's rows.

``glassnet.scratch`` holds a network as W1, b1, W2, b2, with weights (out, in) and biases (out, 1). The engine's
dense layers hold weights (in, out) and biases (out,). One is the other, transposed.
"""

from __future__ import annotations

from glassnet.engine import Network
from glassnet.scratch import Parameters

__all__ = ["from_engine", "to_engine"]


def to_engine(network: Network, parameters: Parameters) -> None:
    """Write W1, b1, W2, b2 into the two dense layers of ``network``, in place."""
    W1, b1, W2, b2 = parameters
    first, last = (layer for layer in network.layers if layer.word == "dense")
    first.weight[:], first.bias[:] = W1.T, b1.ravel()
    last.weight[:], last.bias[:] = W2.T, b2.ravel()


def from_engine(network: Network) -> Parameters:
    """The two dense layers of ``network`` as W1, b1, W2, b2: copies in double precision."""
    first, last = (layer for layer in network.layers if layer.word == "dense")
    return (
        first.weight.T.astype(float),
        first.bias[:, None].astype(float),
        last.weight.T.astype(float),
        last.bias[:, None].astype(float),
    )
