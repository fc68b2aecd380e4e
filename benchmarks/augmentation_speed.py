"""How fast pictures are augmented on one core, beside PyTorch's resampling.

    python benchmarks/augmentation_speed.py [--data mnist] [--pictures 12800] [--repeats 9] [--torch]

With ``--torch`` the peer draws the same kinds of numbers, makes its field with ``affine_grid`` and a bicubic
``interpolate`` of the same 5 × 5 grid, and resamples with ``grid_sample``, bilinear, zeros beyond the edge, in
float32 on one thread, as torchvision does; uint8 in and out. Both get the same pictures, 128 at a time, in turns.

Prints microseconds of processor time a picture, which other programs on the machine disturb less than the clock:
median, least and most of the repeats; then each setting alone, and the peak of temporary memory.
"""

from __future__ import annotations

import argparse
import math
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from glassnet.blas import one_blas_thread
from glassnet.data.augmentation import NATURAL, Augmentation
from glassnet.data.sources import open_source

BATCH = 128
BENT = Augmentation(shift=2, rotation=12, scale=0.1, shear=0.1, elastic=0.6)
ALONE = Augmentation(
    shift=2, rotation=12, scale=0.1, shear=0.1, elastic=0.6, thickness=1.5, blur=1, noise=0.1, contrast=0.3,
    erasing=0.1, cut=0.1, neighbour=0.1, pixelate=0.1,
)  # fmt: skip

Augment = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--pictures", type=int, default=100 * BATCH)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--torch", action="store_true", help="beside PyTorch")
    settings = parser.parse_args()

    images = open_source(settings.data).train.images[: settings.pictures]
    rng = np.random.default_rng(0)
    print(f"NumPy {np.__version__}, Python {platform.python_version()}, {platform.machine()}")
    print(f"{len(images):,} pictures, {BATCH} at a time; µs a picture: median (least–most) of {settings.repeats}")
    rivals: dict[str, Augment] = {"affine and elastic": lambda batch: BENT(batch, rng)}
    if settings.torch:
        rivals["the same in PyTorch"] = in_torch(BENT)
    rivals["NATURAL"] = lambda batch: NATURAL(batch, rng)
    report(images, rivals, settings.repeats)
    kinds = {
        f"{field.name} {getattr(ALONE, field.name):g}": Augmentation(**{field.name: getattr(ALONE, field.name)})
        for field in fields(ALONE)
    }
    report(images, {name: lambda batch, kind=kind: kind(batch, rng) for name, kind in kinds.items()}, 3)
    for count in (BATCH, len(images)):
        tracemalloc.start()
        out = ALONE(images[:count], rng)
        peak = tracemalloc.get_traced_memory()[1] - out.nbytes
        tracemalloc.stop()
        print(f"temporary memory, everything, {count:6,} pictures at once: {peak / 2**20:.1f} MiB")


def report(images: NDArray[np.uint8], rivals: dict[str, Augment], repeats: int) -> None:
    """Time the rivals in turns, so that a busy moment of the machine meets them all, and print a line for each."""
    spent: dict[str, list[float]] = {name: [] for name in rivals}
    with one_blas_thread():
        for augment in rivals.values():
            augment(images[:BATCH])
        for _ in range(repeats):
            for name, augment in rivals.items():
                began = time.process_time()
                for start in range(0, len(images), BATCH):
                    augment(images[start : start + BATCH])
                spent[name].append(1e6 * (time.process_time() - began) / len(images))
    first = statistics.median(next(iter(spent.values())))
    for name, times in spent.items():
        middle = statistics.median(times)
        ratio = f"  {first / middle:.2f} of the time" if "PyTorch" in name else ""
        print(
            f"  {name:22s}{middle:6.1f} ({min(times):.1f}–{max(times):.1f})  {1e6 / middle:9,.0f} a second{ratio}"
        )


def in_torch(most: Augmentation) -> Augment:
    """The same deformation, written as PyTorch's users write it."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)

    def even(count: int, *shape: int) -> torch.Tensor:
        return 2 * torch.rand((count, *shape), generator=generator) - 1

    def augment(batch: NDArray[np.uint8]) -> NDArray[np.uint8]:
        count, height, width = batch.shape
        turn = math.radians(most.rotation) * even(count)
        scale, shear = 1 + most.scale * even(count, 2), most.shear * even(count)
        sine, cosine = torch.sin(turn), torch.cos(turn)
        back = torch.stack([cosine + shear * sine, sine - shear * cosine, -sine, cosine], 1).view(-1, 2, 2)
        back = back / scale[:, :, None]
        shift = -back @ (most.shift * even(count, 2, 1))
        size = torch.tensor([width - 1.0, height - 1.0])
        grid = functional.affine_grid(
            torch.cat([back, shift * 2 / size[:, None]], 2), [count, 1, height, width], align_corners=True
        )
        knots = most.elastic * torch.randn((count, 2, 5, 5), generator=generator)
        bends = functional.interpolate(knots, (height, width), mode="bicubic", align_corners=True)
        grid += bends.permute(0, 2, 3, 1) * (2 / size)
        pictures = torch.from_numpy(batch).float()[:, None]
        out = functional.grid_sample(pictures, grid, align_corners=True)
        return (out[:, 0] + 0.5).to(torch.uint8).numpy()

    return augment


if __name__ == "__main__":
    main()
