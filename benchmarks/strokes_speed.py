"""How fast digits are drawn, and in how much memory.

    python benchmarks/strokes_speed.py [--digits 60000] [--repeats 5]

Prints digits per second on one core: by processor time, which other programs on the machine disturb little, and
by the clock; the best and the median of the repeats; then where the time goes, and the peak memory.
"""

from __future__ import annotations

import argparse
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from glassnet.data.strokes import BLOCK, brush, generate, hand, pen

STAGES: tuple[tuple[object, str], ...] = (
    (hand, "choose_paths"),
    (hand, "wander"),
    (hand, "slide_ends"),
    (hand, "flick"),
    (hand, "warp"),
    (hand, "trapezoid"),
    (hand, "lean"),
    (pen, "radii"),
    (brush, "fit"),
    (brush, "step_lengths"),
    (pen, "soil"),
    (pen, "ragged_rim"),
    (brush, "draw"),
    (brush, "set_in"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--digits", type=int, default=60_000)
    parser.add_argument("--repeats", type=int, default=5)
    settings = parser.parse_args()

    began = time.perf_counter()
    generate(1)
    print(f"NumPy {np.__version__}, Python {platform.python_version()}, {platform.machine()}")
    print(f"first digit, with reading all templates: {1000 * (time.perf_counter() - began):.0f} ms")
    processor, clock = [], []
    for _ in range(settings.repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        generate(settings.digits, seed=1)
        processor.append(settings.digits / (time.process_time() - cpu))
        clock.append(settings.digits / (time.perf_counter() - wall))
    for name, rates in (("processor time", processor), ("the clock", clock)):
        print(f"digits a second by {name}: best {max(rates):,.0f}, median {statistics.median(rates):,.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    pictures = settings.digits * 784 / 2**20
    print(f"peak memory of the process: {peak:,.0f} MiB, of which pictures {pictures:,.0f} MiB")
    for stage, share in stage_times(40 * BLOCK).items():
        print(f"  {stage:14s}{share:6.2f} µs a digit")


def stage_times(count: int) -> dict[str, float]:
    """Microseconds of processor time per digit for each stage, by timing the functions in place."""
    spent = {name: 0.0 for _, name in STAGES}

    def timed(name: str, work: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object) -> object:
            began = time.process_time()
            result = work(*arguments)
            spent[name] += time.process_time() - began
            return result

        return run

    originals = [(module, name, getattr(module, name)) for module, name in STAGES]
    try:
        for module, name, work in originals:
            setattr(module, name, timed(name, work))
        generate(count, seed=2)
    finally:
        for module, name, work in originals:
            setattr(module, name, work)
    return {name: 1e6 * seconds / count for name, seconds in spent.items()}


if __name__ == "__main__":
    main()
