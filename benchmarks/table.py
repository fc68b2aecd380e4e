"""Every speed that Glassnet promises, measured side by side with its peers: one command, one table.

Runs each benchmark of this folder as a process of its own and gathers what it says. A ratio is Glassnet's figure
over the peer's, turn by turn: the median, with the lowest and the highest. Wants a quiet machine, and about ten
minutes on two cores; ``--quick`` takes a round of each on one thread, to see that all of it runs.

    python benchmarks/table.py [--write docs/benchmarks.md] [--quick]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

FOLDER = Path(__file__).parent
Found = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A line of the table: two lists of figures, measured in turns, and the most that their ratio should be."""

    what: str
    against: str
    ours: list[float]
    theirs: list[float]
    unit: str
    goal: float | None = None
    share: bool = False
    """The ratio is theirs over ours, and the goal a least: how much of our time the peer's would be."""

    def cells(self) -> list[str]:
        pairs = zip(self.ours, self.theirs, strict=True)
        ratios = sorted(b / a if self.share else a / b for a, b in pairs)
        middle, sign = statistics.median(ratios), "≥" if self.share else "≤"
        spread = f" ({ratios[0]:.2f} to {ratios[-1]:.2f})" if len(ratios) > 1 else ""
        goal = "" if self.goal is None else f"{sign} {self.goal:g}"
        met = "" if self.goal is None else "yes" if (middle >= self.goal) is self.share else "no"
        figures = (f"{statistics.median(each):.3g}" for each in (self.ours, self.theirs))
        return [self.what, self.against, *figures, self.unit, f"**{middle:.2f}**{spread}", goal, met]


def mlp_epoch(quick: bool) -> Iterator[Row]:
    found = run("mlp_epoch.py", "--rounds", "1" if quick else "11", *(["--threads", "1"] if quick else []))
    for threads, results in found["threads"].items():
        what = f"an epoch of 784-128-10, batch 128, Adam, {count(threads)}"
        ours = results["Glassnet"]["wall"]
        for peer, goal in (("PyTorch", 0.55), ("scikit-learn", 0.6)):
            yield Row(what, f"{peer}, {count(threads)}", ours, results[peer]["wall"], "s", goal)
        yield Row(what, "its bare products", ours, results["matrix products"]["wall"], "s", 0.65, share=True)


def time_to_accuracy(quick: bool) -> Iterator[Row]:
    goals = {"98.0": {"PyTorch, the same": 0.4, "PyTorch, Adam on pixels": 0.15, "scikit-learn": 0.1}}
    goals["98.5"] = {"PyTorch, the same": 0.5}
    small = ["--threads", "1", "--seeds", "1", "--goals", "98.5", "--part", "validation"]
    arguments = small if quick else ["--threads", "2", "--seeds", "5"]
    for key, results in run("time_to_accuracy.py", *arguments).items():
        goal, threads = key.split(", ")
        ours = results["Glassnet"]
        for peer, result in list(results.items())[1:]:
            reached = " against ".join(f"{100 * np.mean(each['accuracy']):.2f}" for each in (ours, result))
            what = f"pixels in memory to {goal} %, {count(threads)}"
            yield Row(what, f"{peer} ({reached} %)", ours["wall"], result["wall"], "s", goals[goal][peer])


def convolution(quick: bool) -> Iterator[Row]:
    arguments = ["--rounds", "1", "--threads", "1", "--networks", "lenet"] if quick else ["--rounds", "5"]
    titles = {
        "lenet": "5x5 network, 16-pool-32-pool-128",
        "3x3": "3x3 network, 16-32-pool-64-pool-128",
        "cnn-small": "the network of the recipe `cnn-small`",
        "cnn": "the network of the recipe `cnn`",
    }
    for key, results in run("convolution.py", *arguments).items():
        network, threads = key.split(", ")
        ours = results["Glassnet"]["wall"]
        for peer in [name for name in results if name != "Glassnet"]:
            goal = {"lenet": 1.0}.get(network, 1.2) if threads == "2" else None
            against = "im2col written out" if peer == "im2col" else f"{peer}, channels_last"
            what = f"{titles[network]}, training step, {count(threads)}"
            yield Row(what, against, ours, results[peer]["wall"], "µs a picture", goal)


def reference_speed(quick: bool) -> Iterator[Row]:
    goals = {"full batch": (0.33, 1e3, "ms an iteration"), "one at a time": (0.25, 1e6, "µs an example")}
    for name, figures in run("reference_speed.py", "--rounds", "1" if quick else "3").items():
        goal, scale, unit = next(found for start, found in goals.items() if name.startswith(start))
        ours, theirs = ([scale * each for each in figures[who]] for who in ("Glassnet", "texts"))
        yield Row(name, "the texts' float64 form", ours, theirs, unit, goal)


def prediction(quick: bool) -> Iterator[Row]:
    results = run("prediction.py", "--rounds", "1" if quick else "15")
    for peer, goal in (("PyTorch", 0.5), ("ONNX Runtime", 1.1)):
        ours, theirs = (results[who]["microseconds"] for who in ("Glassnet", peer))
        yield Row("one prediction, 784-128-10, 28 x 28 in, label out", peer, ours, theirs, "µs", goal)


def startup(quick: bool) -> Iterator[Row]:
    results = run("startup.py", "--runs", "1" if quick else "7")
    for command, goal in (("import glassnet", 0.15), ("glassnet predict digit.png", 0.4)):
        ours, theirs = (results[who]["seconds"] for who in (command, "import torch"))
        yield Row(f"`{command}`, a process", "`import torch`", ours, theirs, "s", goal)


def peak_memory(quick: bool) -> Iterator[Row]:
    for network, results in run("peak_memory.py", *(["--networks", "dense"] if quick else [])).items():
        ours, theirs = ([results[who]["peak_mb"]] for who in ("Glassnet", "PyTorch"))
        yield Row(f"most memory while training on MNIST, {network}", "PyTorch", ours, theirs, "MB", 0.5)


def growth(quick: bool) -> str:
    """How cost grows, as two short tables and a sentence."""
    found = run("scaling.py", *(["--copies", "1", "10"] if quick else []))
    lines = ["## How cost grows", "", "Microseconds a picture, 784-H-10 with Adam, one thread.", ""]
    for what, title in (("batch", "batch, H = 128"), ("width", "H, batch 128")):
        values, times = found[what].keys(), (f"{each:.1f}" for each in found[what].values())
        lines += [table_line([title, *values]), table_line(["---"] * (len(values) + 1))]
        lines += [table_line(["µs", *times]), ""]
    lines += ["5,000 pictures from a file of so many copies of MNIST's size, mapped and not read:", ""]
    copies = found["copies"]
    lines += [table_line(["copies", *copies]), table_line(["---"] * (len(copies) + 1))]
    lines += [table_line(["seconds", *(f"{seconds:.2f}" for seconds, _ in copies.values())])]
    lines += [table_line(["MB more than before", *(f"{memory:.1f}" for _, memory in copies.values())])]
    return "\n".join(lines) + "\n"


BENCHMARKS = (mlp_epoch, time_to_accuracy, convolution, reference_speed, prediction, startup, peak_memory)


def run(script: str, *arguments: str) -> Found:
    """What a benchmark says, as JSON; its progress in one line."""
    began = time.perf_counter()
    print(f"{script} {' '.join(arguments)} …", end=" ", file=sys.stderr, flush=True)
    command = [sys.executable, str(FOLDER / script), *arguments, "--json"]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
    found: Found = json.loads(result.stdout.splitlines()[-1])
    return found


def count(threads: str) -> str:
    return "1 thread" if threads == "1" else f"{threads} threads"


def table_line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page(quick: bool) -> str:
    head = ["what", "against", "Glassnet", "peer", "unit", "ratio", "goal", "met"]
    lines = [table_line(head), table_line(["---"] * len(head))]
    for benchmark in BENCHMARKS:
        try:
            lines += [table_line(row.cells()) for row in benchmark(quick)]
        except subprocess.CalledProcessError:  # its message stands above: the others' minutes are not lost by it
            lines.append(table_line([f"{benchmark.__name__}.py", "it failed", *[""] * (len(head) - 2)]))
    versions = ", ".join(f"{name} {version}" for name, version in installed())
    processor = next(iter(processors()), platform.machine())
    date = time.strftime("%d %B %Y")
    about = f"""
        Written by `python benchmarks/table.py --write docs/benchmarks.md` on {date}: {versions}; {processor}.
        Glassnet and its peers take turns in processes of their own. A ratio is Glassnet's figure over the peer's,
        the median over the turns, in brackets the lowest and the highest; for a share of time it is the other way
        round. The head of each script in `benchmarks/` says what is measured, and how. OpenBLAS picks its kernels
        by the processor, and those of another halve or double every figure: where OPENBLAS_CORETYPE is set, it
        must not name another processor."""
    about = textwrap.fill(" ".join(about.split()), 115, break_on_hyphens=False)
    title = f"# Benchmarks\n\n{about}\n"
    return "\n".join([title, *lines, "", growth(quick)])


def installed() -> Iterator[tuple[str, str]]:
    from importlib import metadata

    yield "Python", platform.python_version()
    for name in ("numpy", "torch", "scikit-learn", "onnxruntime"):
        yield name, metadata.version(name) + (f" ({blas()})" if name == "numpy" else "")


def blas() -> str:
    """The library of NumPy's matrix products, and the kernels that it chose: "openblas 0.3.31, SkylakeX"."""
    found = next((each for each in threadpool_info() if each["user_api"] == "blas"), None)
    if found is None:
        return "BLAS unknown"
    return f"{found['internal_api']} {found['version']}, {found.get('architecture', 'kernels unknown')}"


def processors() -> Iterator[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    if names:
        yield f"{names[0]}, {len(names)} cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="write the page here as well")
    parser.add_argument("--quick", action="store_true", help="one round of each, on small settings")
    options = parser.parse_args()
    text = page(options.quick)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
