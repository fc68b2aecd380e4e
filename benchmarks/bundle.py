"""Train a model for the package, measure it, and write it with its card.

    python benchmarks/bundle.py quick --seeds 3 --validate    # held-out rows judge; the test part is not read
    python benchmarks/bundle.py quick --seeds 3               # the release: model, card, the test part read once

``--validate`` trains without rows 50,000 to 59,999 of MNIST's training part and scores on them: try settings with
it (``--set``). The release trains on everything from every seed, reads the test part once per seed, fits the
temperature on the held-out rows by the first seed's validation run (which it makes where there is none yet), and
keeps the first seed's model. A recipe with a teacher needs another one for the validation run, which has not
learned from the held-out rows either: ``--held-out-teacher``.

Both go on where they were when they were stopped: give the same command again. Runs lie in
``runs/bundle/NAME/validate-SEED`` and ``release-SEED``. MNIST is found as 'glassnet train' finds it, or in
``../shared/data/mnist`` beside the checkout.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from glassnet.cli.interruption import Interruption
from glassnet.data.sources import open_source
from glassnet.errors import GlassnetError
from glassnet.models import Model, bundled_folder, card_text, read_header
from glassnet.training import Epoch, Evaluation, Event, Recipe, Trouble, load_recipe, score
from glassnet.training.recipe import recipe_text
from glassnet.training.release import (
    calibrate,
    calibration,
    in_half_precision,
    measures,
    released,
    run_in,
    seed_rows,
)
from glassnet.training.release_data import ReleaseData, open_release_data

BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data" / "mnist"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", help="a shipped recipe or a .toml file")
    parser.add_argument("--seeds", type=int, default=3, help="how many; the model is that of the first")
    parser.add_argument("--first-seed", type=int, default=0, help="whose model is kept")
    parser.add_argument("--validate", action="store_true", help="only the validation runs, and their scores")
    parser.add_argument("--set", action="append", default=[], dest="changes", metavar="KEY=VALUE")
    parser.add_argument("--threads", type=int, help="the same as --set training.threads=N")
    parser.add_argument("--data", help="what to learn from; the recipe's own source, or mnist")
    parser.add_argument("--mnist", default="mnist", help="where MNIST lies, if it cannot be found")
    parser.add_argument("--held-out-teacher", help="the recipe's teacher for validation runs")
    parser.add_argument("--name", help="the model's name; the recipe's, if none is given")
    parser.add_argument("--runs", type=Path, default=Path("runs/bundle"), help="where the runs' folders go")
    parser.add_argument("--into", type=Path, default=bundled_folder(), help="where model and card go")
    arguments = parser.parse_args()
    try:
        return bundle(arguments)
    except GlassnetError as error:
        print(f"error: {error}" + (f"\nhint: {error.hint}" if error.hint else ""), file=sys.stderr)
        return 1


def bundle(arguments: argparse.Namespace) -> int:
    changes = list(arguments.changes)
    changes += [f"data.source={arguments.data}"] if arguments.data else []
    changes += [f"training.threads={arguments.threads}"] if arguments.threads else []
    recipe = load_recipe(arguments.recipe, changes)
    name = arguments.name or recipe.name
    folder = arguments.runs / name
    if BESIDE_THE_CHECKOUT.is_dir():
        os.environ.setdefault("GLASSNET_DATA", str(BESIDE_THE_CHECKOUT))
    data = open_release_data(recipe.data.source or "mnist", open_source(arguments.mnist))
    print(f"{name}: {data.whole.name}, {len(data.whole):,} pictures; tested on {data.test.name}", flush=True)

    first = arguments.first_seed
    seeds = range(first, first + arguments.seeds)
    held_out = [f'teacher.model="{arguments.held_out_teacher}"'] if arguments.held_out_teacher else []
    validation = validation_runs(
        recipe.changed(held_out), data, folder, seeds if arguments.validate else seeds[:1]
    )
    if arguments.validate:
        return 0
    models = {seed: finished(released(recipe, seed), data, folder / f"release-{seed}") for seed in seeds}
    model = models[first]
    model.temperature = calibrate(validation["models"][first], data.held_out)
    evaluations = {seed: score(each, data.test) for seed, each in models.items()}
    for seed, found in evaluations.items():
        print(f"seed {seed}: {told(found)} on {data.test.name}")
    shipped = in_half_precision(model)
    shipped.metrics = measures(shipped, data) | seed_rows(evaluations, models)
    shipped.metrics |= {"full_precision": agreement(model, shipped, evaluations[first], data)}
    shipped.metrics |= {"calibration": calibration(shipped, data), "validation": validation["metrics"]}
    shipped.provenance |= {
        "recipe_toml": recipe_text(arguments.recipe),
        "recipe_changes": [*changes, "data.validation=0"],
        "command": " ".join(["python benchmarks/bundle.py", *command_words(arguments)]),
    }
    path = arguments.into / f"{name}.safetensors"
    shipped.save(path, half=True)
    text = card_text(name, read_header(path), path.stat().st_size)
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes; {path.with_suffix('.md')}")
    return 0


def validation_runs(recipe: Recipe, data: ReleaseData, folder: Path, seeds: range) -> dict[str, Any]:
    """Models that have not seen the held-out rows, and what they score there."""
    models, evaluations = {}, {}
    for seed in seeds:
        models[seed] = finished(released(recipe, seed), data, folder / f"validate-{seed}", validate=True)
        evaluations[seed] = score(models[seed], data.held_out)
        print(f"seed {seed}: {told(evaluations[seed])} on {data.held_out.name}", flush=True)
    rows = seed_rows(evaluations, models)
    if len(seeds) > 1:
        low, high = rows["mean_interval"]
        print(f"mean over {len(seeds)} seeds: {rows['mean_accuracy']:.3%} ({low:.3%} to {high:.3%})")
    return {"models": models, "metrics": {"on": data.held_out.name, "runs": rows["seeds"]}}


def finished(recipe: Recipe, data: ReleaseData, folder: Path, *, validate: bool = False) -> Model:
    """The model of a run in ``folder``, trained now as far as it has not been."""
    learned_from, watched = (data.part, data.held_out) if validate else (data.whole, None)
    began = time.perf_counter()
    with Interruption() as stop:
        for event in run_in(folder, recipe, learned_from, watched):
            tell(folder, recipe, event, began)
            if stop.wished and isinstance(event, Epoch) and event.record.epoch < recipe.training.epochs:
                print(f"stopped after epoch {event.record.epoch}: the same command goes on from there")
                raise SystemExit(130)
    return Model.load(folder / "model.safetensors")


def tell(folder: Path, recipe: Recipe, event: Event, began: float) -> None:
    if isinstance(event, Trouble):
        print(f"{folder.name}: {event.message} {event.hint}", flush=True)
    if not isinstance(event, Epoch):
        return
    record, epochs = event.record, recipe.training.epochs
    held_out = "" if record.validation_accuracy is None else f"  held out {record.validation_accuracy:.2%}"
    left = (epochs - record.epoch) * event.seconds / 60
    print(
        f"{folder.name}  {record.epoch:3d}/{epochs}  loss {record.train_loss:.4f}  right "
        f"{record.train_accuracy:.2%}{held_out}  {event.seconds:.1f} s, {left:.1f} min left",
        flush=True,
    )


def agreement(full: Model, half: Model, found: Evaluation, data: ReleaseData) -> dict[str, float]:
    """What rounding to half precision changed: hardly anything, or the model is not fit to be shipped so."""
    same = float((full.predict(data.test.images) == half.predict(data.test.images)).mean())
    print(f"half precision: {same:.3%} of the answers are the same")
    return {"accuracy": found.accuracy, "agreement": same}


def told(found: Evaluation) -> str:
    low, high = found.interval
    return f"{found.accuracy:.2%} ({low:.2%} to {high:.2%}), {found.count - found.correct} errors"


def command_words(arguments: argparse.Namespace) -> list[str]:
    """The words of the command that matter to the result."""
    words = [Path(arguments.recipe).name, f"--seeds {arguments.seeds}"]
    words += [f"--first-seed {arguments.first_seed}"] if arguments.first_seed else []
    words += [f"--set '{change}'" for change in arguments.changes]
    words += [f"--data '{arguments.data}'"] if arguments.data else []
    words += ["--held-out-teacher FILE"] if arguments.held_out_teacher else []
    words += [f"--threads {arguments.threads}"] if arguments.threads else []
    return words + ([f"--name {arguments.name}"] if arguments.name else [])


if __name__ == "__main__":
    raise SystemExit(main())
