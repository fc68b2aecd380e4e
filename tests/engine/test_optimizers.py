"""Optimisers: one step by hand, twenty steps against PyTorch's numbers and against PyTorch itself."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import numpy as np
import pytest

from glassnet.engine import OPTIMIZERS, SGD, Adam, AdamW, Momentum, Nesterov, RMSProp, clip_by_norm, penalise
from glassnet.errors import RecipeError

close = np.testing.assert_allclose

every_word = pytest.mark.parametrize("word", OPTIMIZERS)


# --- By hand --------------------------------------------------------------------------------------


def test_sgd_by_hand():
    w = np.array([1.0, -2.0])
    SGD().step(w, np.array([10.0, 5.0]), 0.1)
    close(w, [0, -2.5])


def test_momentum_by_hand():
    # μ = 0.5, η = 0.1, g = 1 both times: v = 1, then 1.5; w = 0 − 0.1 − 0.15
    w, optimizer = np.zeros(1), Momentum(0.5)
    optimizer.step(w, np.ones(1), 0.1)
    close(w, -0.1)
    optimizer.step(w, np.ones(1), 0.1)
    close(w, -0.25)


def test_nesterov_by_hand():
    # μ = 0.5, η = 0.1, g = 1: v = 1, step g + μ·v = 1.5; then v = 1.5, step 1 + 0.75 = 1.75
    w, optimizer = np.zeros(1), Nesterov(0.5)
    optimizer.step(w, np.ones(1), 0.1)
    close(w, -0.15)
    optimizer.step(w, np.ones(1), 0.1)
    close(w, -0.325)


def test_rmsprop_by_hand():
    # ρ = 0.75, g = 2: s = 0.25 · 4 = 1, step 0.1 · 2 / 1; then s = 0.75 + 1 = 1.75, step 0.1 · 2 / √1.75
    w, optimizer = np.zeros(1), RMSProp(0.75)
    optimizer.step(w, np.full(1, 2.0), 0.1)
    close(w, -0.2)
    optimizer.step(w, np.full(1, 2.0), 0.1)
    close(w, -0.2 - 0.2 / math.sqrt(1.75))


def test_adam_by_hand():
    # β₁ = 0.5, β₂ = 0.75, ε = 1, η = 0.1
    #   t = 1, g = 2:  m = 1, s = 1;          m̂ = 1 / (1 − 0.5) = 2,     ŝ = 1 / (1 − 0.75) = 4;   2 / (2 + 1)
    #   t = 2, g = 0:  m = 0.5, s = 0.75;     m̂ = 0.5 / (1 − 0.25) = 2/3, ŝ = 0.75 / (1 − 0.5625) = 12/7
    w, optimizer = np.zeros(1), Adam(beta1=0.5, beta2=0.75, epsilon=1.0)
    optimizer.step(w, np.full(1, 2.0), 0.1)
    first = -0.1 * 2 / 3
    close(w, first)
    optimizer.step(w, np.zeros(1), 0.1)
    close(w, first - 0.1 * (2 / 3) / (math.sqrt(12 / 7) + 1))


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient():
    w = np.zeros(3)
    Adam().step(w, np.array([1e-3, -1.0, 1e3]), 0.01)
    close(w, [-0.01, 0.01, -0.01], rtol=1e-4)


def test_adamw_shrinks_before_it_steps_and_only_what_decays():
    # η·λ = 0.1 · 0.5: the first two weights shrink by 5 %; without a gradient Adam itself does not move
    w = np.array([1.0, 2.0, 3.0])
    AdamW(weight_decay=0.5, decayed=2).step(w, np.zeros(3), 0.1)
    close(w, [0.95, 1.9, 3])
    w = np.array([1.0, 2.0, 3.0])
    AdamW(weight_decay=0.5).step(w, np.zeros(3), 0.1)
    close(w, [0.95, 1.9, 2.85])


def test_penalty_by_hand():
    # l1 · Σ|w| + l2/2 · Σw² = 0.1 · 5 + 0.2/2 · 13; gradient 0.1 · sign(w) + 0.2 · w
    gradients = np.array([1.0, 1.0, 1.0])
    price = penalise(np.array([2.0, -3.0, 0.0]), gradients, l1=0.1, l2=0.2)
    assert price == pytest.approx(0.5 + 1.3)
    close(gradients, [1 + 0.1 + 0.4, 1 - 0.1 - 0.6, 1])


def test_no_penalty_costs_nothing():
    gradients = np.ones(2)
    assert penalise(np.array([5.0, 5.0]), gradients) == 0
    close(gradients, 1)


def test_clipping_by_hand():
    gradients = np.array([3.0, 4.0])
    assert clip_by_norm(gradients, 10) == 5
    close(gradients, [3, 4])
    assert clip_by_norm(gradients, 1) == 5
    close(gradients, [0.6, 0.8])
    zero = np.zeros(2)
    assert clip_by_norm(zero, 1) == 0
    close(zero, 0)


# --- Twenty steps against PyTorch -----------------------------------------------------------------

# torch 2.13, float64: w = [1, -2, 3], 20 steps at lr=.05 on the loss (a * w * w).sum() / 2 with a = [1, .1, 4];
# SGD (momentum=.9, nesterov=True), RMSprop(alpha=.9), Adam, AdamW(weight_decay=.1)
FROM_PYTORCH = {
    "sgd": [0.3584859224, -1.8092209605, 0.0345876451],
    "momentum": [-0.1211305259, -0.9654245746, -1.0477578498],
    "nesterov": [-0.0690710226, -0.931937571, -0.118492361],
    "rmsprop": [0.0705339993, -0.7750436973, 1.6956386662],
    "adam": [0.1112262223, -1.0401854519, 2.0241135943],
    "adamw": [0.072573577, -0.9036189936, 1.7913445362],
}


@every_word
def test_twenty_steps_are_those_of_pytorch(word: str):
    optimizer = AdamW(weight_decay=0.1) if word == "adamw" else OPTIMIZERS[word]()
    w = np.array([1.0, -2.0, 3.0])
    for _ in range(20):
        optimizer.step(w, np.array([1, 0.1, 4]) * w, 0.05)
    close(w, FROM_PYTORCH[word], atol=1e-9)


@every_word
@pytest.mark.parametrize(("l1", "l2"), [(0, 0), (0.03, 0), (0, 0.2), (0.03, 0.2)])
def test_twenty_steps_with_penalties_agree_with_pytorch(word: str, l1: float, l2: float):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    peers: dict[str, Callable[[object], object]] = {
        "sgd": lambda w: torch.optim.SGD(w, lr=1),
        "momentum": lambda w: torch.optim.SGD(w, lr=1, momentum=0.9),
        "nesterov": lambda w: torch.optim.SGD(w, lr=1, momentum=0.9, nesterov=True),
        "rmsprop": lambda w: torch.optim.RMSprop(w, lr=1, alpha=0.9),
        "adam": lambda w: torch.optim.Adam(w, lr=1),
        "adamw": lambda w: torch.optim.AdamW(w, lr=1, weight_decay=0.01),
    }
    random = np.random.default_rng(5)
    ours = random.normal(size=40)
    theirs = torch.tensor(ours, requires_grad=True)
    optimizer, peer = OPTIMIZERS[word](), peers[word]([theirs])
    for step in range(20):
        noise = random.normal(size=40)
        learning_rate = 0.02 * (1 - step / 40)  # it changes from step to step, as a schedule makes it
        peer.param_groups[0]["lr"] = learning_rate
        peer.zero_grad()
        loss = (torch.tensor(noise) * theirs).sum() + l1 * theirs.abs().sum() + l2 / 2 * (theirs**2).sum()
        loss.backward()
        peer.step()
        gradients = noise.copy()
        penalise(ours, gradients, l1=l1, l2=l2)
        optimizer.step(ours, gradients, learning_rate)
    close(ours, theirs.detach().numpy(), atol=1e-12)


def test_clipping_agrees_with_pytorch():
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    gradients = np.random.default_rng(6).normal(size=50)
    theirs = torch.zeros(50, dtype=torch.float64)
    theirs.grad = torch.tensor(gradients)
    norm = torch.nn.utils.clip_grad_norm_([theirs], 2.0)
    assert clip_by_norm(gradients, 2.0) == pytest.approx(norm.item())
    close(gradients, theirs.grad.numpy(), rtol=1e-6)  # PyTorch adds 1e-6 to the norm


# --- What every optimiser keeps -------------------------------------------------------------------


@every_word
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_step_is_in_place_and_in_the_type_of_the_parameters(word: str, dtype: type):
    optimizer = OPTIMIZERS[word]()
    w = np.ones(5, dtype)
    view = w[:2]
    for _ in range(3):
        gradients = np.full(5, 0.5, dtype)
        penalise(w, gradients, l1=0.1, l2=0.1)
        clip_by_norm(gradients, 0.1)
        optimizer.step(w, gradients, 0.1)
        assert gradients.dtype == dtype
    assert np.shares_memory(view, w)
    assert (view < 1).all()
    assert w.dtype == dtype
    assert {moment.dtype for moment in optimizer.moments.values()} <= {np.dtype(dtype)}
    assert set(optimizer.moments) == set(optimizer.remembers)


@every_word
def test_steps_against_the_gradient(word: str):
    w = np.array([1.0, -1.0, 5.0])
    before = w.copy()
    OPTIMIZERS[word]().step(w, np.array([1.0, -1.0, 2.0]), 0.01)
    assert (np.sign(before - w) == [1, -1, 1]).all()


@every_word
def test_moments_and_steps_are_all_the_memory(word: str):
    """An optimiser given another's moments and steps goes on exactly as that one does."""
    random = np.random.default_rng(7)
    gradients = random.normal(size=(6, 4))
    w, optimizer = random.normal(size=4), OPTIMIZERS[word]()
    for gradient in gradients[:3]:
        optimizer.step(w, gradient.copy(), 0.1)
    resumed, copy_of_w = OPTIMIZERS[word](), w.copy()
    resumed.moments, resumed.steps = copy.deepcopy(optimizer.moments), optimizer.steps
    for gradient in gradients[3:]:
        optimizer.step(w, gradient.copy(), 0.1)
        resumed.step(copy_of_w, gradient.copy(), 0.1)
    np.testing.assert_array_equal(w, copy_of_w)
    assert resumed.steps == optimizer.steps == 6


def test_words_are_the_names_in_the_table():
    assert list(OPTIMIZERS) == ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
    assert all(optimizer.word == word for word, optimizer in OPTIMIZERS.items())


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (
            lambda: Momentum(1.0),
            "optimiser 'momentum': momentum must be .* but not including, 1, got 1.0",
        ),
        (lambda: Nesterov(-0.1), "optimiser 'nesterov': momentum must be from 0"),
        (lambda: RMSProp(decay=math.nan), "optimiser 'rmsprop': decay must be from 0"),
        (lambda: RMSProp(epsilon=0), "optimiser 'rmsprop': epsilon must be above 0, got 0"),
        (lambda: Adam(beta1=1), "optimiser 'adam': beta1 must be from 0"),
        (lambda: Adam(beta2=-1), "optimiser 'adam': beta2 must be from 0"),
        (lambda: Adam(epsilon=-1e-8), "optimiser 'adam': epsilon must be above 0"),
        (lambda: AdamW(weight_decay=-1), "optimiser 'adamw': weight_decay must be 0 or above, got -1"),
    ],
)
def test_settings_outside_their_range_are_refused(make: Callable[[], object], complaint: str):
    with pytest.raises(RecipeError, match=complaint):
        make()


def test_clipping_survives_squares_that_overflow():
    gradients = np.array([3e30, 4e30], np.float32)
    assert clip_by_norm(gradients, 1.0) == pytest.approx(5e30)
    close(gradients, [0.6, 0.8], rtol=1e-6)
