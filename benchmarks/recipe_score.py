"""What a recipe scores on MNIST's test part: the mean over seeds, with its interval. Run once, at the end.

    python benchmarks/recipe_score.py quick --seeds 5

Nothing is chosen here; ``recipe_choice.py`` does that on a validation part. Interval: Student's t over seeds.
"""

from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path

from glassnet.data.sources import open_source
from glassnet.training import Finished, evaluate, load_recipe, make_model, train
from glassnet.training.reproduction import mean_interval
from glassnet.training.training_data import open_training_data

MNIST = Path(os.environ.get("GLASSNET_DATA", Path(__file__).parents[2] / "shared" / "data" / "mnist"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="?", default="quick")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    test = open_source(MNIST).test
    assert test is not None
    scores, seconds = [], []
    for seed in range(arguments.seeds):
        recipe = load_recipe(arguments.recipe, [f"training.seed={seed}"])
        data = open_training_data(recipe, str(MNIST), offline=True, progress=lambda event: None)
        for event in train(recipe, data.train, data.validation):
            if isinstance(event, Finished):
                model = make_model(event.state, data.train.classes)
            elif hasattr(event, "seconds"):
                seconds.append(event.seconds)
        result = evaluate(model.probabilities(test.images), test.labels, test.classes)
        scores.append(result.accuracy)
        low, high = result.interval
        print(f"seed {seed}: {result.accuracy:.2%} (Wilson {low:.2%} to {high:.2%})", flush=True)
    low, high = mean_interval(scores)
    print(
        f"{arguments.recipe}: {statistics.fmean(scores):.2%} ({low:.2%} to {high:.2%}) over {len(scores)} seeds; "
        f"{statistics.median(seconds) * recipe.training.epochs:.1f} s a run"
    )


if __name__ == "__main__":
    main()
