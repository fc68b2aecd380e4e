"""How a recipe was chosen: the recipe, and what each change to it does, on a validation part of the training data.

    python benchmarks/recipe_choice.py quick --seeds 3 \
        --change data.preparation=unit --change loss.label_smoothing=0

The test set is not opened. Every line is the mean over the seeds, with the lowest and the highest.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np

from glassnet.data import Dataset, open_path, split
from glassnet.training import Epoch, load_recipe, train

MNIST = Path(os.environ.get("GLASSNET_DATA", Path(__file__).parents[2] / "shared" / "data" / "mnist"))
VALIDATION = 10_000


def validation_accuracies(recipe_name: str, changes: list[str], seeds: int, data: Dataset) -> list[float]:
    """Accuracy on the validation part after the last epoch, one per seed; the split is always the same."""
    part, validation = split(data, VALIDATION, seed=0)
    accuracies = []
    for seed in range(seeds):
        recipe = load_recipe(recipe_name, [*changes, f"training.seed={seed}", "training.validate_every=1000000"])
        for event in train(recipe, part, validation):
            if isinstance(event, Epoch) and event.record.validation_accuracy is not None:
                accuracies.append(event.record.validation_accuracy)
    return accuracies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="?", default="quick")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--change", action="append", default=[], help="one variant: assignments separated by semicolons"
    )
    arguments = parser.parse_args()
    data = open_path(MNIST).train
    print(
        f"{arguments.recipe}: {VALIDATION:,} of {len(data):,} training digits set aside, {arguments.seeds} seeds"
    )
    for change in ["", *arguments.change]:
        began = time.process_time()
        scores = validation_accuracies(
            arguments.recipe, [part for part in change.split(";") if part], arguments.seeds, data
        )
        seconds = (time.process_time() - began) / arguments.seeds
        spread = f"{min(scores):.2%} to {max(scores):.2%}"
        print(f"{np.mean(scores):.3%}  ({spread})  {seconds:5.1f} CPU s  {change or 'as it is'}", flush=True)


if __name__ == "__main__":
    main()
