"""How cost grows: with the batch, with the width, and with data far larger than memory would like.

784-H-10 with ReLU and Adam, one thread. Where the arithmetic is linear, so should be the time; memory must not
grow with the data, which lies on the disk and is mapped, not read: copies of MNIST's size in one file, up to a
hundred (4.7 GB), of which a run touches 5,000 pictures at random places.

    python benchmarks/scaling.py [--copies 1 10 100] [--json]
"""

from __future__ import annotations

import argparse
import json
import mmap
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from turns import rivals, serve

BATCHES = (1, 4, 16, 64, 256, 1024, 4096)
WIDTHS = (32, 128, 512, 2048)
COPIES = (1, 10, 100)
TOUCHED = 5_000
SEVERAL = 3


class Trainer:
    """The engine's own loop over batches of noise."""

    def __init__(self, width: int) -> None:
        from glassnet.engine import Adam, Network, Preparation, SoftmaxCrossEntropy

        self.network = Network([f"dense {width}", "relu", "dense 10"], (28, 28, 1))
        self.prepare = Preparation.fit("unit", np.zeros((1, 28, 28), np.uint8))
        self.loss, self.optimizer = SoftmaxCrossEntropy(), Adam()

    def step(self, images: np.ndarray, labels: np.ndarray) -> None:
        _, gradient = self.loss(self.network.forward(self.prepare(images), training=True), labels)
        self.network.backward(gradient)
        self.optimizer.step(self.network.parameters, self.network.gradients, 0.001)


def noise(count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.integers(0, 256, (count, 28, 28), np.uint8), random.integers(0, 10, count)


def microseconds(width: int, batch: int) -> float:
    """Per picture, the median of several goes of at least 20 ms."""
    trainer, (images, labels) = Trainer(width), noise(batch)
    trainer.step(images, labels)
    goes = []
    while len(goes) < SEVERAL:
        began, steps = time.perf_counter(), 0
        while time.perf_counter() - began < 0.02:
            trainer.step(images, labels)
            steps += 1
        goes.append((time.perf_counter() - began) / steps / batch * 1e6)
    return statistics.median(goes)


def from_disk(path: str) -> tuple[float, float]:
    """Seconds for 5,000 pictures at random places of the file, and MB that this process holds by itself after."""
    images = mapped(Path(path))
    labels = np.zeros(128, np.int64)
    trainer, random = Trainer(128), np.random.default_rng(0)
    trainer.step(np.ascontiguousarray(images[:128]), labels)
    before = _own_memory()
    began = time.perf_counter()
    for _ in range(TOUCHED // 128):
        trainer.step(images[np.sort(random.integers(0, len(images), 128))], labels)
    return time.perf_counter() - began, _own_memory() - before


def mapped(path: Path) -> np.ndarray:
    """All pictures of the file, none of them read yet.

    The system is told that they will be asked for in no order: else it reads on for megabytes behind each of them.
    """
    with path.open("rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(mmap, "MADV_RANDOM"):
        whole.madvise(mmap.MADV_RANDOM)
    return np.frombuffer(whole, np.uint8).reshape(-1, 28, 28)


def _own_memory() -> float:
    """MB held by the process without the pages of mapped files, which the system takes back when it likes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024
    except (OSError, StopIteration):  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(copies: list[int]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {"batch": {}, "width": {}, "copies": {}}
    with rivals(__file__, ["Glassnet"], 1) as processes, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        ask = processes["Glassnet"].turn
        found["batch"] = {str(batch): ask(["step", 128, batch]) for batch in BATCHES}
        found["width"] = {str(width): ask(["step", width, 128]) for width in WIDTHS}
        for count in copies:
            path = Path(folder) / "pictures"
            with path.open("wb") as file:
                file.truncate(60_000 * count * 784)  # zeros, which take no room on the disk
            found["copies"][str(count)] = ask(["disk", str(path)])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, nargs="+", default=list(COPIES))
    parser.add_argument("--json", action="store_true", help="every single figure, for machines")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(lambda request: microseconds(*request[1:]) if request[0] == "step" else from_disk(request[1]))
        return
    found = measure(options.copies)
    if options.json:
        print(json.dumps(found))
        return
    print("784-H-10, Adam, one thread: µs a picture")
    for what, other in (("batch", "H = 128"), ("width", "batch 128")):
        line = ", ".join(f"{value}: {each:.1f}" for value, each in found[what].items())
        print(f"  {what:8} {line} ({other})")
    print(f"{TOUCHED:,} pictures from a file of so many copies of 60,000: seconds, and MB more than before")
    for count, (seconds, memory) in found["copies"].items():
        print(f"  {count:>4} {seconds:6.2f} {memory:6.1f}")


if __name__ == "__main__":
    main()
