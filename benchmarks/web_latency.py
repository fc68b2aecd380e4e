"""How soon the glass box answers: a server of its own process, asked over HTTP as the page asks it.

    python benchmarks/web_latency.py [--times 200]

Prints the start, the memory, and the median and 95th percentile of each call in milliseconds, for the networks of
the page's budgets. Write down the load of the machine beside the figures: it is part of them.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np

from glassnet.data import strokes
from glassnet.engine import Network, Preparation
from glassnet.models import Model

FOUR = [[60, 40, 50, 130, 160, 130], [130, 60, 130, 220]]
INK = {"strokes": FOUR}
NETWORKS = {
    "784-128-10": ["dense 128", "relu", "dense 10"],
    "784-800-800-10": ["dense 800", "relu", "dense 800", "relu", "dense 10"],
    "LeNet": [
        *("conv 8 5x5 padding=same", "relu", "pool 2", "conv 16 5x5 padding=same", "relu", "pool 2"),
        *("dense 64", "relu", "dense 10"),
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "GLASSNET_HOME": f"{folder}/home"}
        command = [sys.executable, "-m", "glassnet", "open", "--no-browser", "--runs", f"{folder}/runs"]
        began = time.perf_counter()
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            assert server.stdout is not None
            found = re.search(r"(http://127\.0\.0\.1:\d+)/\?key=(\S+)", server.stdout.readline())
            assert found is not None
            with httpx.Client(base_url=found[1], timeout=60) as client:
                client.get("/", params={"key": found[2]})
                client.get("/").raise_for_status()
                page = time.perf_counter() - began
                about = client.get("/api/about").raise_for_status().json()
                first = client.post("/api/read", json={"ink": INK, "model": about["model"], "layers": "all"})
                first.raise_for_status()
                answer = time.perf_counter() - began
                print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
                print(f"page after {page:.2f} s, first digit read after {answer:.2f} s")
                for name, layers in NETWORKS.items():
                    measure(client, name, opened(client, layers, Path(folder)), times)
                train(client)
                print(f"memory of the server {resident(server.pid):.0f} MB")
        finally:
            server.terminate()
            server.wait()


def opened(client: httpx.Client, layers: list[str], folder: Path) -> str:
    images = strokes.generate(100, seed=1).images
    network = Network(layers, (28, 28, 1), seed=0)
    Model(network, Preparation.fit("unit", images), tuple("0123456789")).save(folder / "model.safetensors")
    answer = client.put("/api/models", content=(folder / "model.safetensors").read_bytes())
    return str(answer.raise_for_status().json()["address"])


def measure(client: httpx.Client, name: str, model: str, times: int) -> None:
    card = client.get(f"/api/models/{model}").json()
    first = next(layer for layer in card["layers"] if layer["weights"])
    index = [size // 2 for size in first["out"]]
    body = {"ink": INK, "model": model}
    calls: dict[str, Callable[[], httpx.Response]] = {
        "read": lambda: client.post("/api/read", json=body | {"layers": "all"}),
        "explain": lambda: client.post("/api/explain", json=body | {"layer": first["layer"], "index": index}),
        "gradients": lambda: client.post("/api/gradients", json=body | {"target": 9}),
        "influence": lambda: client.post("/api/influence", json=body | {"layer": first["layer"], "index": index}),
        "weights": lambda: client.get(f"/api/models/{model}/weights/{first['layer']}"),
        "step": lambda: client.post("/api/edits", json=body | {"step": {"target": 9, "rate": 0.01}}),
        "card": lambda: client.get(f"/api/models/{model}"),
    }
    for call, ask in calls.items():
        taken, size = [], 0
        for _ in range(max(times // (10 if call in ("card", "step") else 1), 10)):
            began = time.perf_counter()
            size = len(ask().raise_for_status().content)
            taken.append(1000 * (time.perf_counter() - began))
        middle, late = np.percentile(taken, [50, 95])
        print(f"{name:16}{call:12} p50 {middle:6.1f} ms   p95 {late:6.1f} ms   {size / 1000:8.1f} kB")


def train(client: httpx.Client) -> None:
    """From pressing Run to the first snapshot and to the last step."""
    began = time.perf_counter()
    card = client.post("/api/runs", json={"recipe": "quick", "epochs": 2}).raise_for_status().json()
    first = None
    while (card := client.get(f"/api/runs/{card['run']}").json())["state"] not in ("finished", "failed"):
        if first is None and card["step"] > 0:
            first = time.perf_counter() - began
        time.sleep(0.02)
    took = time.perf_counter() - began
    first = took if first is None else first
    print(f"run of {card['steps']} steps: the first after {first:.2f} s, all after {took:.1f} s")


def resident(process: int) -> float:
    """Memory that a process holds, in MB; Linux only."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1000 if found else float("nan")


if __name__ == "__main__":
    main()
