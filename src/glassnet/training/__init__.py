"""From a recipe to a trained model.

``train`` is the loop, ``recipe`` what it follows, ``events`` what it tells, ``evaluation`` what came of it.
"""

from glassnet.training.checkpoint import load_checkpoint, save_checkpoint
from glassnet.training.evaluation import Evaluation, evaluate, score, wilson_interval
from glassnet.training.events import Epoch, Event, Finished, Started, Step, Trouble
from glassnet.training.recipe import Recipe, load_recipe, recipe_names
from glassnet.training.result import make_model
from glassnet.training.run_folder import RunFolder
from glassnet.training.state import EpochRecord, TrainingState, begin
from glassnet.training.trainer import train

__all__ = [
    "Epoch",
    "EpochRecord",
    "Evaluation",
    "Event",
    "Finished",
    "Recipe",
    "RunFolder",
    "Started",
    "Step",
    "TrainingState",
    "Trouble",
    "begin",
    "evaluate",
    "load_checkpoint",
    "load_recipe",
    "make_model",
    "recipe_names",
    "save_checkpoint",
    "score",
    "train",
    "wilson_interval",
]
