"""The block form against the plain loop it stands for: the same numbers to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.training import Finished, Recipe, train
from glassnet.training.one_at_a_time import OneAtATime, learn_one_at_a_time

from .conftest import quarters

BENDS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
}


def plain_step(x, t, rate, w0, w1, b0, b1, hidden, output):
    """One example, every weight touched."""
    bend, slope = BENDS[hidden]
    a = bend(x @ w0 + b0)
    z = a @ w1 + b1
    if output == "squared_error":
        o = 1 / (1 + np.exp(-z))
        d = (o - t) * o * (1 - o)
    else:
        d = np.exp(z - z.max()) / np.exp(z - z.max()).sum() - t
    e = (w1 @ d) * slope(a)
    w1 -= rate * np.outer(a, d)
    w0 -= rate * np.outer(x, e)
    return z, d, e


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("output", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("block", [1, 7, 32])
def test_blocks_equal_the_plain_loop(hidden, output, biases, block):
    rng = np.random.default_rng(0)
    n, d, h, k = 60, 20, 9, 4  # the last block is a short one
    inputs, targets = rng.random((n, d)), np.eye(k)[rng.integers(0, k, n)]
    w0, w1 = rng.normal(0, 0.3, (d, h)), rng.normal(0, 0.3, (h, k))
    b0, b1 = (rng.normal(size=h), rng.normal(size=k)) if biases else (np.zeros(h), np.zeros(k))
    plain = [p.copy() for p in (w0, w1, b0, b1)]
    expected = []
    for x, t in zip(inputs, targets, strict=True):
        z, dz, e = plain_step(x, t, 0.3, *plain, hidden, output)
        expected.append(z)
        if biases:
            plain[2] -= 0.3 * e
            plain[3] -= 0.3 * dz
    ours = [w0, w1, *((b0, b1) if biases else ())]
    logits = [
        learn_one_at_a_time(
            inputs[s : s + block], targets[s : s + block], 0.3, *ours, hidden=hidden, output=output
        )
        for s in range(0, n, block)
    ]
    np.testing.assert_allclose(np.concatenate(logits), expected, rtol=1e-11, atol=1e-12)
    for mine, theirs in zip(ours, plain, strict=False):
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-12)


def test_float32_stays_float32_and_close_to_float64():
    rng = np.random.default_rng(0)
    inputs, targets = rng.random((320, 784)), 0.01 + 0.98 * np.eye(10)[rng.integers(0, 10, 320)]
    w0, w1 = rng.normal(0, 784**-0.5, (784, 100)), rng.normal(0, 0.1, (100, 10))
    small = [w.astype(np.float32) for w in (w0, w1)]
    for s in range(0, 320, 32):
        learn_one_at_a_time(inputs[s : s + 32], targets[s : s + 32], 0.1, w0, w1)
        rows = slice(s, s + 32)
        logits = learn_one_at_a_time(inputs[rows].astype("f4"), targets[rows].astype("f4"), 0.1, *small)
    assert logits.dtype == np.float32
    assert max(abs(w0 - small[0]).max(), abs(w1 - small[1]).max()) < 1e-5


@pytest.mark.parametrize("bend", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_the_trainer_takes_the_short_way_and_arrives_at_the_same_place(bend, loss):
    recipe = Recipe.model_validate(
        {
            "network": {"layers": ["dense 12", bend, "dense 4"], "dtype": "float64"},
            "loss": {"name": loss},
            "optimizer": {"name": "sgd", "learning_rate": 0.05},
            "training": {"batch_size": 1, "epochs": 2},
        }
    )
    data = quarters(77)
    short = finish(recipe, data)
    assert OneAtATime.fits(recipe, short.network)
    # A limit on the gradient that is never reached forces the common way.
    long_way = recipe.changed(["optimizer.clip_norm=1e9"])
    assert not OneAtATime.fits(long_way, short.network)
    long = finish(long_way, data)
    np.testing.assert_allclose(short.network.parameters, long.network.parameters, rtol=1e-9, atol=1e-12)
    for ours, theirs in zip(short.history, long.history, strict=True):
        assert ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-9)
        assert ours.train_accuracy == theirs.train_accuracy


def finish(recipe, data):
    return next(event for event in train(recipe, data) if isinstance(event, Finished)).state
