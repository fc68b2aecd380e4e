"""Where every number in a network comes from, and what it is worth.

``explain`` gives the terms that add up to a value, ``explain_gradient`` the same for a gradient, ``one_step``
shows what a step of learning promises and keeps, ``influence`` what a number depends on, and ``walk`` tells the
whole story of one picture.
"""

from glassnet.explaining.ends import explain_in_model
from glassnet.explaining.explanation import Explanation, Onward, Term, Terms, Use
from glassnet.explaining.influence import influence
from glassnet.explaining.questions import explain, explain_gradient
from glassnet.explaining.step import Step, one_step
from glassnet.explaining.story import (
    LayerStory,
    LossStory,
    ParameterStory,
    Spread,
    TemperatureStory,
    training_loss,
    walk,
)

__all__ = [
    "Explanation",
    "LayerStory",
    "LossStory",
    "Onward",
    "ParameterStory",
    "Spread",
    "Step",
    "TemperatureStory",
    "Term",
    "Terms",
    "Use",
    "explain",
    "explain_gradient",
    "explain_in_model",
    "influence",
    "one_step",
    "training_loss",
    "walk",
]
