"""Put bundled models together as a committee, measure it, and write it with its card.

    python benchmarks/bundle_committee.py committee cnn cnn-small mlp --validate    # the test part is not read
    python benchmarks/bundle_committee.py committee cnn cnn-small mlp               # the release

``--validate`` scores every subset of the members, with and without the views, on held-out training rows: choose
by it. The release takes the members and views that it is given, fits the temperature on the held-out rows, reads
the test part once, and writes ``NAME.json`` and its card. On the held-out rows the members are their validation
runs, which have not learned from them and which ``benchmarks/bundle.py`` left in ``runs/bundle/MEMBER``.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.blas import one_blas_thread
from glassnet.data.sources import open_source
from glassnet.errors import GlassnetError, ModelError
from glassnet.models import BundledModel, Committee, Model, bundled_folder, card_text, provenance, read_header
from glassnet.models.views import ROTATED_AND_SCALED, view
from glassnet.training import evaluate
from glassnet.training.calibration import fit_temperature
from glassnet.training.release import calibration, machine, measures
from glassnet.training.release_data import ReleaseData, open_release_data

BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data" / "mnist"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("members", nargs="+", metavar="MEMBER", help="models that were bundled before")
    parser.add_argument(
        "--views", nargs="+", default=list(ROTATED_AND_SCALED), help="plain, 'rotate 8', 'scale 1.06'"
    )
    parser.add_argument("--title", help="what it is, in a sentence")
    parser.add_argument("--validate", action="store_true", help="only score subsets on the held-out rows")
    parser.add_argument("--mnist", default="mnist", help="where MNIST lies, if it cannot be found")
    parser.add_argument("--runs", type=Path, default=Path("runs/bundle"), help="where the members' runs lie")
    parser.add_argument("--into", type=Path, default=bundled_folder(), help="where the members are and it will be")
    arguments = parser.parse_args()
    if BESIDE_THE_CHECKOUT.is_dir():
        os.environ.setdefault("GLASSNET_DATA", str(BESIDE_THE_CHECKOUT))
    try:
        data = open_release_data("mnist", open_source(arguments.mnist))
        said = votes(arguments, data)
        if arguments.validate:
            print_subsets(said, data)
        else:
            release(arguments, data, said)
    except GlassnetError as error:
        print(f"error: {error}" + (f"\nhint: {error.hint}" if error.hint else ""), file=sys.stderr)
        return 1
    return 0


def votes(arguments: argparse.Namespace, data: ReleaseData) -> dict[tuple[str, str], Any]:
    """What every member's validation run says of every view of the held-out rows: probabilities ``(N, K)``."""
    looks = {each: view(data.held_out.images, each) for each in dict.fromkeys(["plain", *arguments.views])}
    said: dict[tuple[str, str], Any] = {}
    for name in arguments.members:
        temperature = read_header(arguments.into / f"{name}.safetensors")["temperature"]
        model = Model.load(validation_run(arguments.runs / name))
        model.temperature = temperature
        with one_blas_thread():
            said |= {(name, look): model.probabilities(images) for look, images in looks.items()}
    return said


def validation_run(folder: Path) -> Path:
    """The first seed's."""
    found = sorted(
        folder.glob("validate-*/model.safetensors"), key=lambda path: int(path.parent.name.split("-")[1])
    )
    if not found:
        raise ModelError(
            f"there is no finished validation run in {folder}",
            hint="make one with benchmarks/bundle.py --validate",
        )
    return found[0]


def print_subsets(said: dict[tuple[str, str], Any], data: ReleaseData) -> None:
    members = list(dict.fromkeys(name for name, _ in said))
    views = list(dict.fromkeys(look for _, look in said))
    print(f"{data.held_out.name}: accuracy and cross-entropy without views, and with {', '.join(views)}")
    for size in range(1, len(members) + 1):
        for chosen in itertools.combinations(members, size):
            plain, all_views = (mean_scores(said, chosen, looks, data) for looks in (["plain"], views))
            print(f"{plain}   {all_views}   {' + '.join(chosen)}")


def mean_scores(said: dict[tuple[str, str], Any], members: Any, views: list[str], data: ReleaseData) -> str:
    mean = np.mean([said[name, look] for name in members for look in views], axis=0)
    found = evaluate(mean, data.held_out.labels, data.held_out.classes)
    return f"{found.accuracy:.2%} {found.cross_entropy:.5f}"


def release(arguments: argparse.Namespace, data: ReleaseData, said: dict[tuple[str, str], Any]) -> None:
    mean = np.mean([said[name, look] for name in arguments.members for look in arguments.views], axis=0)
    held_out = evaluate(mean, data.held_out.labels, data.held_out.classes)
    files = [arguments.into / f"{name}.safetensors" for name in arguments.members]
    committee = Committee([Model.load(file) for file in files], arguments.views)
    committee.temperature = fit_temperature(np.log(np.maximum(mean, 1e-30)), data.held_out.labels)
    committee.metrics = measures(committee, data) | {
        "calibration": calibration(committee, data),
        "validation": {
            "on": data.held_out.name,
            "runs": [{"run": "the committee", "accuracy": held_out.accuracy, "interval": list(held_out.interval)}],
        },
    }
    views = " ".join(f"'{each}'" for each in arguments.views)
    words = ["python benchmarks/bundle_committee.py", arguments.name, *arguments.members, "--views", views]
    committee.provenance = provenance(machine=machine(), command=" ".join(words))
    path = arguments.into / f"{arguments.name}.json"
    title = arguments.title or f"{len(files)} networks that vote, each on {len(arguments.views)} views"
    committee.save(path, files, title=title)
    made = BundledModel(arguments.name, path)
    text = card_text(arguments.name, made.header, made.size)
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    low, high = committee.metrics["interval"]
    print(f"{path}: {committee.metrics['accuracy']:.2%} ({low:.2%} to {high:.2%}) on {data.test.name}")


if __name__ == "__main__":
    raise SystemExit(main())
