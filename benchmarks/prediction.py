"""How long one prediction takes: a picture of 28 x 28 pixels in, its label out; 784-128-10 with ReLU.

Everybody has the same weights and gets the same uint8 pictures, one at a time, on one thread: Glassnet's
``model.predict``, PyTorch under ``no_grad``, ONNX Runtime. The answers must agree, which is checked.

    python benchmarks/prediction.py [--rounds 9] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from mnist_files import part
from turns import ratio, rivals, serve

HIDDEN, PICTURES, REPEATS = 128, 200, 10
Label = Callable[[np.ndarray], int]


def weights() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    shapes = (784, HIDDEN), (HIDDEN,), (HIDDEN, 10), (10,)
    return [random.normal(0, 0.05, shape).astype(np.float32) for shape in shapes]


def glassnet() -> Label:
    from glassnet.engine import Network, Preparation
    from glassnet.models import Model

    network = Network([f"dense {HIDDEN}", "relu", "dense 10"], (28, 28, 1))
    arrays = (getattr(network.layers[index], name) for index in (1, 3) for name in ("weight", "bias"))
    for array, values in zip(arrays, weights(), strict=True):
        array[...] = values
    preparation = Preparation.fit("unit", np.zeros((1, 28, 28), np.uint8))
    model = Model(network, preparation, tuple("0123456789"))
    return lambda picture: model.predict(picture[None])[0]


def pytorch() -> Label:
    import torch

    torch.set_num_threads(1)
    network = torch.nn.Sequential(torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    with torch.no_grad():
        for parameter, values in zip(network.parameters(), weights(), strict=True):
            parameter.copy_(torch.from_numpy(values.T.copy()))
    network.eval()

    def label(picture: np.ndarray) -> int:
        with torch.no_grad():
            return network(torch.from_numpy(picture).reshape(1, 784).float() / 255).argmax(1).item()

    return label


def onnx_runtime() -> Label:
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("Gemm", ["inputs", "w1", "b1"], ["before"]),
        helper.make_node("Relu", ["before"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "w2", "b2"], ["logits"]),
    ]
    given, made = (
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size])]
        for name, size in (("inputs", 784), ("logits", 10))
    )
    stored = [
        numpy_helper.from_array(values, name)
        for name, values in zip(("w1", "b1", "w2", "b2"), weights(), strict=True)
    ]
    graph = helper.make_graph(nodes, "784-128-10", given, made, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def label(picture: np.ndarray) -> int:
        pixels = picture.reshape(1, 784).astype(np.float32)
        pixels /= 255
        return session.run(None, {"inputs": pixels})[0].argmax()

    return label


COMPETITORS: dict[str, Callable[[], Label]] = {
    "Glassnet": glassnet,
    "PyTorch": pytorch,
    "ONNX Runtime": onnx_runtime,
}


def compete(name: str) -> None:
    """In the child: a turn is all the pictures, several times; the answer is the microseconds of each time."""
    label = COMPETITORS[name]()
    pictures = list(part("t10k")[0][:PICTURES])  # nothing is measured on them but time
    labels = [int(label(picture)) for picture in pictures]

    def turn(_: object) -> list[object]:
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            for picture in pictures:
                label(picture)
            times.append((time.perf_counter() - began) / len(pictures) * 1e6)
        return [statistics.median(times), labels]

    serve(turn)


def measure(rounds: int) -> dict[str, dict[str, object]]:
    microseconds: dict[str, list[float]] = {name: [] for name in COMPETITORS}
    with rivals(__file__, list(COMPETITORS), 1) as processes:
        for _ in range(rounds):
            answers = {name: process.turn() for name, process in processes.items()}
            if any(labels != answers["PyTorch"][1] for _, labels in answers.values()):
                raise SystemExit("the competitors do not give the same answers")
            for name, (median, _) in answers.items():
                microseconds[name].append(median)
    return {
        name: {"microseconds": times, "ratio": ratio(microseconds["Glassnet"], times)}
        for name, times in microseconds.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="every single figure, for machines")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        compete(options.serve)
        return
    results = measure(options.rounds)
    if options.json:
        print(json.dumps(results))
        return
    print(f"one picture in, its label out; {options.rounds} rounds, one thread")
    print(f"  {'µs':14} {'median':>8} {'from':>5} {'to':>5}")
    for name, result in results.items():
        times = result["microseconds"]
        share = f"   Glassnet takes {result['ratio']:.2f} of it" if name != "Glassnet" else ""
        print(f"  {name:14} {statistics.median(times):8.1f} {min(times):5.1f} {max(times):5.1f}{share}")


if __name__ == "__main__":
    main()
