"""A data set of thirty digits in the shape of MNIST."""

from __future__ import annotations

import gzip
import struct
from typing import Any

import numpy as np

from glassnet.data.sources import Source, SourceFile
from glassnet.data.sources.catalogue import content_sha256

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def make_arrays(seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = [(20, 28, 28), (20,), (10, 28, 28), (10,)]
    return [rng.integers(0, 256 if len(shape) == 3 else 10, shape, np.uint8) for shape in shapes]


def idx_bytes(array: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def packed_files(arrays: list[np.ndarray], names: tuple[str, ...] = NAMES) -> dict[str, bytes]:
    return {
        f"{name}.gz": gzip.compress(idx_bytes(array), mtime=0) for name, array in zip(names, arrays, strict=True)
    }


def make_source(arrays: list[np.ndarray], *mirrors: str, known: bool = True, **changes: Any) -> Source:
    """``known``: whether the sha256 of its files has been published."""
    files = [
        SourceFile(name, array.shape, sha256=content_sha256(array) if known else None)
        for name, array in zip(NAMES, arrays, strict=True)
    ]
    settings = {
        "name": "mnist",
        "title": "Tiny MNIST",
        "about": "thirty digits",
        "mirrors": mirrors,
        "download_bytes": 30_000,
        "homepage": "http://127.0.0.1/",
        "elsewhere": ("MNIST/raw", "mnist.npz"),
    }
    return Source(
        train_images=files[0],
        train_labels=files[1],
        test_images=files[2],
        test_labels=files[3],
        **(settings | changes),
    )
