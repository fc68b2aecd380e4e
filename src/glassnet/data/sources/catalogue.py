"""The data sets that Glassnet knows by name: what they hold, where they are published, how to tell them.

Each consists of four IDX files: pictures and labels, of a training and a test part. Mirrors come and go, and
copies get compressed anew, so a file is known by its content: its shape and the sha256 of its unpacked bytes.
Where that is not known, the sha256 of the file as its publisher serves it stands in; those are the sums that
TensorFlow Datasets has recorded (``url_checksums``).
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS

__all__ = ["SOURCES", "Source", "SourceFile", "content_sha256"]


@dataclass(frozen=True)
class SourceFile:
    """One of the four files: pictures ``(N, H, W)`` or labels ``(N,)``, as ``uint8``.

    ``name`` is the usual one, without ``.gz``. ``sha256`` is that of the unpacked file, ``served_sha256`` that of
    the ``.gz`` on the source's own mirrors; either may be unknown.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str | None = None
    served_sha256: str | None = None

    @property
    def packed_limit(self) -> int:
        """No honest gzip of this file has more bytes: what cannot be compressed grows by far less than this."""
        return math.prod(self.shape) + (1 << 20)

    def find(self, folder: Path) -> Path | None:
        """This file in ``folder``: in either spelling (``images-idx3``, ``images.idx3``), gzipped or not."""
        for name in (self.name, self.name.replace("-idx", ".idx")):
            for path in (folder / name, folder / f"{name}.gz"):
                if os.path.isfile(path):  # unlike pathlib's it says no in a folder that may not be entered
                    return path
        return None

    def problem(self, array: NDArray[Any], recorded: str | None = None) -> str | None:
        """Why ``array`` is not the content of this file, or ``None`` where it is.

        ``recorded`` is the sha256 that an earlier copy had, for files of which no sum has been published.
        """
        if array.dtype != np.uint8 or array.shape != self.shape:
            return f"holds {array.dtype} of shape {array.shape}, expected uint8 of shape {self.shape}"
        if array.ndim == 1 and (highest := int(array.max(initial=0))) >= len(DIGITS):
            return f"holds the label {highest}, expected 0 to {len(DIGITS) - 1}"
        expected = self.sha256 or recorded
        if expected and (found := content_sha256(array)) != expected:
            return f"has the sha256 {found}, expected {expected}"
        return None


@dataclass(frozen=True)
class Source:
    """A published data set.

    ``mirrors`` are web folders that hold each file as ``NAME.gz``; one that ends in ``.zip`` is an archive of
    those. ``transposed`` says that the pictures are stored with rows and columns exchanged. ``elsewhere`` lists
    the places, below a folder of data sets, where other programs keep it.
    """

    name: str
    title: str
    about: str
    train_images: SourceFile
    train_labels: SourceFile
    test_images: SourceFile
    test_labels: SourceFile
    mirrors: tuple[str, ...]
    download_bytes: int
    homepage: str
    classes: tuple[str, ...] = DIGITS
    archive_sha256: str | None = None
    transposed: bool = False
    elsewhere: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[SourceFile, SourceFile, SourceFile, SourceFile]:
        """The four files: training pictures and labels, test pictures and labels."""
        return self.train_images, self.train_labels, self.test_images, self.test_labels

    @property
    def recognisable(self) -> bool:
        """Whether the content alone, wherever it lies, proves that it is this data set."""
        return all(file.sha256 for file in self.files)


def content_sha256(array: NDArray[np.uint8]) -> str:
    """The sha256 of ``array`` as an unpacked IDX file, whatever file it was read from."""
    digest = hashlib.sha256(struct.pack(f">BBBB{array.ndim}I", 0, 0, 0x08, array.ndim, *array.shape))
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


_MNIST = Source(
    name="mnist",
    title="MNIST",
    about="70,000 handwritten digits by some 500 people, the field's first exercise since 1998",
    train_images=SourceFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    train_labels=SourceFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    test_images=SourceFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    test_labels=SourceFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    mirrors=(
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
    download_bytes=11_594_722,
    homepage="http://yann.lecun.com/exdb/mnist/",
    elsewhere=("MNIST/raw", "mnist.npz"),
)

_FASHION_MNIST = Source(
    name="fashion-mnist",
    title="Fashion-MNIST",
    about="70,000 pictures of clothes and shoes in MNIST's format, harder than digits",
    train_images=SourceFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        served_sha256="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    train_labels=SourceFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        served_sha256="a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    test_images=SourceFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        served_sha256="346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    test_labels=SourceFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        served_sha256="67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
    mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    download_bytes=30_878_645,
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    classes=("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
    elsewhere=("FashionMNIST/raw",),
)

_KMNIST = Source(
    name="kmnist",
    title="Kuzushiji-MNIST",
    about="70,000 cursive Japanese characters of ten kinds from old books, in MNIST's format",
    train_images=SourceFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        served_sha256="51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    ),
    train_labels=SourceFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        served_sha256="e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
    ),
    test_images=SourceFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        served_sha256="edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
    ),
    test_labels=SourceFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        served_sha256="20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    ),
    mirrors=("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
    download_bytes=21_240_888,
    homepage="http://codh.rois.ac.jp/kmnist/",
    classes=("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"),
    elsewhere=("KMNIST/raw",),
)

_EMNIST_DIGITS = Source(
    name="emnist-digits",
    title="EMNIST Digits",
    about="280,000 handwritten digits from the same forms as MNIST's: four times as many",
    train_images=SourceFile("emnist-digits-train-images-idx3-ubyte", (240_000, 28, 28)),
    train_labels=SourceFile("emnist-digits-train-labels-idx1-ubyte", (240_000,)),
    test_images=SourceFile("emnist-digits-test-images-idx3-ubyte", (40_000, 28, 28)),
    test_labels=SourceFile("emnist-digits-test-labels-idx1-ubyte", (40_000,)),
    mirrors=(
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
    ),
    download_bytes=561_753_746,
    archive_sha256="fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
    homepage="https://www.nist.gov/itl/products-and-services/emnist-dataset",
    transposed=True,
    elsewhere=("EMNIST/raw",),
)

SOURCES: Mapping[str, Source] = MappingProxyType(
    {source.name: source for source in (_MNIST, _FASHION_MNIST, _KMNIST, _EMNIST_DIGITS)}
)
"""The one table from a name to a published data set."""
