"""The most memory that training on MNIST takes: Glassnet and PyTorch, everything in the process counted.

Each reads the IDX files and trains the same network for one epoch (batch 128, Adam) as its users do: Glassnet's
trainer on uint8 pictures, PyTorch's loop over a float32 tensor. Interpreter, libraries and data are all in it;
what the process held before it trained is told apart.

    python benchmarks/peak_memory.py [--networks dense conv] [--json]
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from mnist_files import part
from turns import most_memory, rivals, serve

NETWORKS = {
    "dense": ["dense 128", "relu", "dense 10"],
    "conv": [*("conv 16 5x5", "pool 2", "relu", "conv 32 5x5", "pool 2", "relu", "dense 128", "relu", "dense 10")],
}
COUNT = {"dense": 60_000, "conv": 3_000}  # pictures learned from: memory does not grow with the number of steps


def glassnet(name: str) -> None:
    from glassnet.data import Dataset
    from glassnet.training import load_recipe, train

    layers = json.dumps(NETWORKS[name])
    recipe = load_recipe("one-hidden-layer", [f"network.layers={layers}", "training.epochs=1"])
    images, labels = part("train")
    for _ in train(recipe, Dataset(images, labels).subset(slice(COUNT[name]))):
        pass


def pytorch(name: str) -> None:
    import torch

    nn = torch.nn
    images, labels = part("train")
    inputs = torch.from_numpy(images).to(torch.float32).div_(255)[:, None]
    targets = torch.from_numpy(labels).to(torch.int64)
    dense = [nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)]
    conv = [
        *(nn.Conv2d(1, 16, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(16, 32, 5), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 10)),
    ]
    network = nn.Sequential(*(dense if name == "dense" else conv))
    optimizer, loss = torch.optim.Adam(network.parameters(), fused=True), nn.CrossEntropyLoss()
    for rows in torch.randperm(COUNT[name]).split(128):
        optimizer.zero_grad()
        loss(network(inputs[rows]), targets[rows]).backward()
        optimizer.step()


COMPETITORS = {"Glassnet": glassnet, "PyTorch": pytorch}


def compete(name: str, network: str) -> None:
    """In the child: import, then train once."""
    if name == "PyTorch":
        import torch  # noqa: F401
    else:
        import glassnet.training  # noqa: F401
    imported = most_memory()

    def turn(_: object) -> list[float]:
        COMPETITORS[name](network)
        return [imported, most_memory()]

    serve(turn)


def measure(network: str) -> dict[str, dict[str, float]]:
    """MB after importing, and at the most, of everybody."""
    results = {}
    for name in COMPETITORS:  # one after the other: no two need to fit at once
        # PyTorch with one thread: on a busy machine its second one spins, and the epoch hardly ever ends
        with rivals(__file__, [name], 1, "--networks", network) as processes:
            imported, peak = processes[name].turn()
        results[name] = {"imported_mb": imported, "peak_mb": peak}
    for result in results.values():
        result["ratio"] = results["Glassnet"]["peak_mb"] / result["peak_mb"]
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        compete(options.serve, options.networks[0])
        return
    found = {network: measure(network) for network in options.networks}
    if options.json:
        print(json.dumps(found))
        return
    for network, results in found.items():
        print(f"{network}: MB at the most while training on MNIST (after importing)")
        for name, result in results.items():
            share = f"   Glassnet takes {result['ratio']:.2f} of it" if name != "Glassnet" else ""
            print(f"  {name:10} {result['peak_mb']:6.0f} ({np.round(result['imported_mb']):.0f}){share}")


if __name__ == "__main__":
    main()
