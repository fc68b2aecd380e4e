"""Where every number in a network comes from, and what it is worth.

``explain`` gives the terms that add up to a value, ``explain_gradient`` the same for a gradient, ``one_step``
shows what a step of learning promises and keeps, and ``walk`` tells the whole story of one picture.
"""

from glassnet.explaining.explanation import Explanation, Term, Terms
from glassnet.explaining.questions import explain, explain_gradient
from glassnet.explaining.step import Step, one_step
from glassnet.explaining.story import LayerStory, LossStory, ParameterStory, Spread, training_loss, walk

__all__ = [
    "Explanation",
    "LayerStory",
    "LossStory",
    "ParameterStory",
    "Spread",
    "Step",
    "Term",
    "Terms",
    "explain",
    "explain_gradient",
    "one_step",
    "training_loss",
    "walk",
]
