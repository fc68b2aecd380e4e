"""The network and how it learns, on NumPy alone.

Read it in this order: ``layers``, ``activations``, ``losses``, ``network``, ``optimizers``, ``gradient_check``;
then ``convolution``, ``pooling``, ``normalization``, ``initializers``, ``schedules``, ``preparation``,
``principal_components``.
"""

from glassnet.engine.activations import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh, sigmoid, softmax
from glassnet.engine.catalogue import LAYERS, parse_layer
from glassnet.engine.convolution import Conv2D
from glassnet.engine.gradient_check import GradientCheck, check_gradients
from glassnet.engine.initializers import INITIALIZERS
from glassnet.engine.layers import Dense, Dropout, Flatten, Layer
from glassnet.engine.losses import (
    LOSSES,
    OUTPUTS,
    BinaryCrossEntropy,
    Loss,
    SigmoidSquaredError,
    SoftmaxCrossEntropy,
)
from glassnet.engine.network import Network, Trace
from glassnet.engine.normalization import BatchNorm
from glassnet.engine.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    clip_by_norm,
    penalise,
)
from glassnet.engine.pooling import AveragePool2D, GlobalAveragePool2D, MaxPool2D
from glassnet.engine.preparation import PREPARATIONS, Preparation
from glassnet.engine.principal_components import PrincipalComponents
from glassnet.engine.schedules import SCHEDULES, make_schedule

__all__ = [
    "GELU",
    "INITIALIZERS",
    "LAYERS",
    "LOSSES",
    "OPTIMIZERS",
    "OUTPUTS",
    "PREPARATIONS",
    "SCHEDULES",
    "SGD",
    "Adam",
    "AdamW",
    "AveragePool2D",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePool2D",
    "GradientCheck",
    "Layer",
    "LeakyReLU",
    "Loss",
    "MaxPool2D",
    "Momentum",
    "Nesterov",
    "Network",
    "Optimizer",
    "Preparation",
    "PrincipalComponents",
    "RMSProp",
    "ReLU",
    "Sigmoid",
    "SigmoidSquaredError",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Tanh",
    "Trace",
    "check_gradients",
    "clip_by_norm",
    "make_schedule",
    "parse_layer",
    "penalise",
    "sigmoid",
    "softmax",
]
