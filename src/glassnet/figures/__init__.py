"""Pictures of training, of what a model reads, and of what it has learned.

Every function returns a Matplotlib ``Figure`` of its own; ``save`` writes it, ``check_ending`` says beforehand
whether it can. ``run_figures`` draws those of a whole run.
"""

from glassnet.figures.calibration import reliability
from glassnet.figures.confusion import confusion_matrix
from glassnet.figures.digits import digit_sheet, gallery, worst_digits
from glassnet.figures.learning import learning_curves
from glassnet.figures.reading import reading_sheet
from glassnet.figures.run import run_figures
from glassnet.figures.style import check_ending, save
from glassnet.figures.weights import first_layer_weights

__all__ = [
    "check_ending",
    "confusion_matrix",
    "digit_sheet",
    "first_layer_weights",
    "gallery",
    "learning_curves",
    "reading_sheet",
    "reliability",
    "run_figures",
    "save",
    "worst_digits",
]
