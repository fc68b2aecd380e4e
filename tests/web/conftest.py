"""A server in the test's own process: models of every kind, a folder of runs, a browser that was let in."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from glassnet.data import strokes
from glassnet.engine import Network, Preparation
from glassnet.models import Model
from glassnet.web.app import make_app
from glassnet.web.box import Box
from glassnet.web.doorkeeper import Keys

with warnings.catch_warnings():  # starlette would rather have a successor of httpx, which nothing else here needs
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient"]

PORT = 7840
ADDRESS = f"http://127.0.0.1:{PORT}"
FOUR = [[60, 40, 50, 130, 160, 130], [130, 60, 130, 220]]
"""A four in two strokes."""
INK = {"strokes": FOUR}

KINDS: dict[str, tuple[list[str], str]] = {
    "softmax": (["dense 10"], "softmax"),
    "sigmoid": (["dense 20", "sigmoid", "dense 10"], "sigmoid"),
    "wide": (["dense 300", "relu", "dense 80", "relu", "dense 10"], "softmax"),
    "lenet": (
        [
            "conv 4 5x5",
            "relu",
            "pool 2",
            "conv 6 3x3 padding=same",
            "relu",
            "pool 2",
            "dense 16",
            "relu",
            "dense 10",
        ],
        "softmax",
    ),
    "modern": (
        [
            *("conv 4 3x3", "batch_norm", "gelu", "average_pool 2", "conv 5 3x3", "leaky_relu"),
            *("global_average_pool", "dropout 0.2", "dense 10"),
        ],
        "softmax",
    ),
    "tanh": (["dense 12", "batch_norm", "tanh", "dropout 0.5", "dense 10"], "softmax"),
}


def make_model(name: str, classes: tuple[str, ...] = tuple("0123456789")) -> Model:
    layers, output = KINDS[name]
    network = Network(layers, (28, 28, 1), seed=1)
    random = np.random.default_rng(2)
    others = slice(network.weight_count, None)
    network.parameters[others] += random.normal(0, 0.1, network.parameters[others].size).astype(np.float32)
    network.state += random.uniform(0.1, 0.9, network.state.size).astype(np.float32)
    images = strokes.generate(50, seed=3).images
    preparation = Preparation.fit("centred" if name == "wide" else "unit", images)
    facts = {"loss": {"name": "squared_error" if output == "sigmoid" else "cross_entropy"}}
    return Model(network, preparation, classes, output, recipe=facts)


class Page:
    """What the page does with the server."""

    def __init__(self, client: TestClient, box: Box) -> None:
        self.client, self.box = client, box

    def post(self, path: str, status: int = 200, /, **body: Any) -> Any:
        return self.told(self.client.post(f"/api/{path}", content=json.dumps(body)), status)

    def get(self, path: str, status: int = 200, /) -> Any:
        return self.told(self.client.get(f"/api/{path}"), status)

    def get_post(self, path: str, status: int = 201) -> Any:
        """A POST without a body."""
        return self.told(self.client.post(f"/api/{path}"), status)

    @staticmethod
    def told(response: Any, status: int) -> Any:
        assert response.status_code == status, response.text[:2000]
        if response.headers.get("content-type") == "application/octet-stream":
            size = int.from_bytes(response.content[:8], "little")
            header = json.loads(response.content[8 : 8 + size])
            assert (8 + size) % 8 == 0
            return load(response.content), json.loads(header["__metadata__"]["glassnet"])
        return response.json() if response.content else None


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A model file of every kind."""
    folder = tmp_path_factory.mktemp("models")
    for name in KINDS:
        make_model(name).save(folder / f"{name}.safetensors")
    return {name: folder / f"{name}.safetensors" for name in KINDS}


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "runs", tmp_path / "home")


@pytest.fixture
def page(box: Box, tmp_path: Path) -> Iterator[Page]:
    """A browser that came in with the key."""
    assets = tmp_path / "assets"
    (assets / "deep").mkdir(parents=True)
    (assets / "index.html").write_text("<!doctype html><title>Glassnet</title>")
    (assets / "app-1a2b3c4d.js").write_text("// page")
    (assets / "deep" / "plain.css").write_text("body {}")
    (tmp_path / "secret.html").write_text("secret")
    keys = Keys(PORT)
    with TestClient(make_app(box, keys, assets), base_url=ADDRESS, raise_server_exceptions=True) as client:
        answer = client.get(f"/?key={keys.key}", follow_redirects=False)
        assert answer.status_code == 303
        yield Page(client, box)


@pytest.fixture
def models(box: Box, files: dict[str, Path]) -> dict[str, str]:
    """The address of a model of every kind."""
    return {name: box.models.open_file(path) for name, path in files.items()}
