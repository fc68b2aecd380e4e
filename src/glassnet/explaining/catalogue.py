"""Every kind of layer and of loss, and the rule by which it explains its numbers."""

from __future__ import annotations

from typing import Any

from glassnet.engine import (
    GELU,
    AveragePool2D,
    BatchNorm,
    BinaryCrossEntropy,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    LeakyReLU,
    Loss,
    MaxPool2D,
    ReLU,
    Sigmoid,
    SigmoidSquaredError,
    Softmax,
    SoftmaxCrossEntropy,
    Tanh,
)
from glassnet.engine.layers import Layer
from glassnet.explaining.activation_rules import (
    GELURule,
    LeakyReLURule,
    ReLURule,
    SigmoidRule,
    SoftmaxRule,
    TanhRule,
)
from glassnet.explaining.loss_rules import (
    BinaryCrossEntropyRule,
    CrossEntropyRule,
    LossRule,
    SquaredErrorRule,
)
from glassnet.explaining.picture_rules import (
    AveragePoolRule,
    ConvolutionRule,
    GlobalAveragePoolRule,
    MaxPoolRule,
)
from glassnet.explaining.rules import BatchNormRule, DenseRule, DropoutRule, FlattenRule, Rule

__all__ = ["LAYER_RULES", "LOSS_RULES"]

LAYER_RULES: dict[type[Layer], Rule[Any]] = {
    Dense: DenseRule(),
    ReLU: ReLURule(),
    LeakyReLU: LeakyReLURule(),
    Sigmoid: SigmoidRule(),
    Tanh: TanhRule(),
    GELU: GELURule(),
    Softmax: SoftmaxRule(),
    Dropout: DropoutRule(),
    BatchNorm: BatchNormRule(),
    Conv2D: ConvolutionRule(),
    MaxPool2D: MaxPoolRule(),
    AveragePool2D: AveragePoolRule(),
    GlobalAveragePool2D: GlobalAveragePoolRule(),
    Flatten: FlattenRule(),
}
"""The rule of every layer in the engine's table."""

LOSS_RULES: dict[type[Loss], LossRule[Any]] = {
    SoftmaxCrossEntropy: CrossEntropyRule(),
    SigmoidSquaredError: SquaredErrorRule(),
    BinaryCrossEntropy: BinaryCrossEntropyRule(),
}
"""The rule of every loss in the engine's table."""
