"""Learn from digits drawn by code alone, read real ones.

    python benchmarks/strokes_to_mnist.py strokes-mlp --seeds 1            # on a validation part: for choosing
    python benchmarks/strokes_to_mnist.py strokes-cnn --seeds 3 --test     # on the test part: once, at the end

The validation part is the last 10,000 digits of MNIST's training part. Prints the accuracy of every seed
with its Wilson interval, then mean and 95 % interval over seeds. ``--models`` keeps the models in a folder; what
is there already, made by the same recipe, is not learned again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path

import numpy as np

from glassnet.data import open_path
from glassnet.data.sources import open_source
from glassnet.models import Model
from glassnet.training import Epoch, Finished, Recipe, evaluate, load_recipe, make_model, train
from glassnet.training.reproduction import mean_interval

MNIST = Path(os.environ.get("GLASSNET_DATA", Path(__file__).parents[2] / "shared" / "data" / "mnist"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--test", action="store_true", help="read the test part instead of the validation part")
    parser.add_argument("--set", action="append", default=[], dest="changes")
    parser.add_argument("--models", type=Path, help="a folder to keep the models in")
    arguments = parser.parse_args()
    mnist = open_path(MNIST)
    real = mnist.test if arguments.test else mnist.train.subset(slice(50_000, None), "MNIST, validation part")
    assert real is not None
    scores = []
    for seed in range(arguments.seeds):
        recipe = load_recipe(arguments.recipe, [*arguments.changes, f"training.seed={seed}"])
        model = made_before(recipe, arguments.models) or learn(recipe)
        if arguments.models:
            model.save(place(recipe, arguments.models))
        result = evaluate(model.probabilities(real.images), real.labels, real.classes)
        scores.append(result.accuracy)
        low, high = result.interval
        print(f"seed {seed}: {result.accuracy:.2%} ({low:.2%} to {high:.2%}) of {real.name}")
        shown = result.confusion - np.diag(np.diag(result.confusion))
        worst = np.argsort(shown, axis=None)[::-1][:8]
        print("  most often:", ", ".join(f"{i // 10} as {i % 10} {shown.flat[i]}" for i in worst), flush=True)
    if len(scores) > 1:
        low, high = mean_interval(scores)
        mean = statistics.fmean(scores)
        print(f"{arguments.recipe}: {mean:.2%} ({low:.2%} to {high:.2%}) over {len(scores)} seeds")


def learn(recipe: Recipe) -> Model:
    """A model that has seen nothing but drawn digits, other ones for every seed."""
    bundle = open_source(f"{recipe.data.source}:seed={recipe.training.seed}")
    began, cpu = time.perf_counter(), time.process_time()
    for event in train(recipe, bundle.train):
        if isinstance(event, Epoch):
            record = event.record
            print(f"  epoch {record.epoch}: {record.train_accuracy:.2%} of the drawn digits", flush=True)
        elif isinstance(event, Finished):
            state = event.state
    print(f"  {time.perf_counter() - began:.0f} s, {time.process_time() - cpu:.0f} CPU s")
    return make_model(state, bundle.train.classes, trained_on=bundle.origin)


def place(recipe: Recipe, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{recipe.name}-{recipe.training.seed}.safetensors"


def made_before(recipe: Recipe, folder: Path | None) -> Model | None:
    """The model that this very recipe has made, where it was kept."""
    if folder is None or not place(recipe, folder).exists():
        return None
    model = Model.load(place(recipe, folder))
    return model if model.recipe == json.loads(json.dumps(recipe.model_dump())) else None


if __name__ == "__main__":
    main()
