"""The average of the weights along the way: often better than where the last noisy steps happened to end.

Two ways to average. ``ema``: after every step the average moves a little towards the weights (decay · average +
(1 − decay) · weights; after Polyak & Juditsky 1992). ``swa``: the plain mean of the weights at the ends of the
last epochs (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima"). The running statistics of batch
normalisation are averaged along with the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.engine import Network
from glassnet.engine.layers import Array

__all__ = ["AveragedWeights"]


@dataclass
class AveragedWeights:
    """The average so far and how many sets of weights are in it. Both vectors are laid out like the network's."""

    parameters: Array
    state: Array
    count: int = 0

    @classmethod
    def like(cls, network: Network) -> AveragedWeights:
        """An average of nothing yet."""
        return cls(np.zeros_like(network.parameters), np.zeros_like(network.state))

    def follow(self, network: Network, decay: float) -> None:
        """Move towards the network's weights, exponentially. While few are in it, the average is a shorter one.

        The decay of step n is min(decay, n / (n + 9)), so that the first steps are soon forgotten.
        """
        self._move(network, 1 - min(decay, self.count / (self.count + 9)))

    def include(self, network: Network) -> None:
        """Take the network's weights into the plain mean."""
        self._move(network, 1 / (self.count + 1))

    def _move(self, network: Network, share: float) -> None:
        self.parameters += np.multiply(network.parameters - self.parameters, share, dtype=self.parameters.dtype)
        self.state += np.multiply(network.state - self.state, share, dtype=self.state.dtype)
        self.count += 1

    def network_like(self, network: Network) -> Network:
        """A network of the same layers that uses the averaged weights."""
        return Network.from_vectors(
            network.layers, network.input_shape, self.parameters, self.state, network.initializer
        )
