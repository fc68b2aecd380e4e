# %% [markdown]
# # One hidden layer of 128: the network of most first tutorials
#
# 784 inputs, 128 hidden neurons with ReLU, 10 outputs with softmax: whoever has met one neural network has met
# this one. This notebook follows the README of *MNIST Digit Classification with Neural Networks (NumPy Only)*,
# step by step through its list, to its **97.5 %** of the test pictures.
#
# The text says "gradient descent" and no more. With all pictures in every step that takes thousands of
# iterations, so small portions (*mini-batches*) of 64 are assumed, rate 0.1, 10 epochs.

# %%
import os
import time

import matplotlib.pyplot as plt
import numpy as np

import drawing
from glassnet.data.normal_form import normal_form
from glassnet.data.sources import open_source
from glassnet.figures import confusion_matrix
from glassnet.scratch import (
    Progress,
    backward_prop,
    cross_entropy,
    forward_prop,
    get_accuracy,
    get_predictions,
    init_params,
    one_hot,
    test_model,
    update_params,
)
from glassnet.training import Epoch, begin, evaluate, load_recipe, train
from translation import from_engine, to_engine

QUICK = "GLASSNET_QUICK" in os.environ  # a taste, as the tests take it: leave it unset for the real thing

# %% [markdown]
# ## 1. Loading and preparing the data
#
# **Flatten**: a picture of 28 × 28 becomes a column of 784 numbers. **Normalise**: from 0 … 255 to 0 … 1.
# **One-hot**: the label 5 becomes a column of noughts with a 1 at place 5, the answer that we should like to
# hear.

# %%
bundle = open_source("strokes:2000" if QUICK else None)
print(bundle.notice or f"{bundle.train.name}: {len(bundle.train):,} pictures, and {len(bundle.test):,} to test")
X = bundle.train.images.reshape(len(bundle.train), -1).T / 255
Y = bundle.train.labels.astype(int)
T = one_hot(Y)
print(f"X {X.shape}, T {T.shape}; label {Y[0]} becomes {T[:, 0].astype(int)}")
drawing.digits(X[:, :30].T, Y[:30])

# %% [markdown]
# ## 2. Weights and biases
#
# Random weights, as wide as ReLU needs them (He): $W \sim \mathcal N(0, 1) \cdot \sqrt{2 / n_{\text{in}}}$.
# Biases 0.

# %%
start = init_params(hidden=128, rng=0)
print("W1 {}, b1 {}, W2 {}, b2 {}".format(*(parameter.shape for parameter in start)))
print(f"{sum(parameter.size for parameter in start):,} numbers to be learnt")

# %% [markdown]
# ## 3. Forward propagation
#
# $$Z_1 = W_1 X + b_1 \quad A_1 = \max(0, Z_1) \quad Z_2 = W_2 A_1 + b_2 \quad A_2 = \operatorname{softmax}(Z_2)$$

# %%
Z1, A1, Z2, A2 = forward_prop(*start, X[:, :1000])
print(f"probabilities {A2.shape}; the first column adds up to {A2[:, 0].sum():.6f}")
print(f"before learning {get_accuracy(get_predictions(A2), Y[:1000]):.1%} are right: guessing would do as well")

# %% [markdown]
# ## 4. The loss: categorical cross-entropy
#
# $$L = -\frac1m \sum_{k} \sum_i T_{ik} \log A_{ik}$$
#
# Each column of $T$ has a single 1, so only the logarithm of the true digit's probability is left of the inner
# sum. Written either way, it is the same number:

# %%
print(f"with one-hot columns   {-np.sum(T[:, :1000] * np.log(A2)) / 1000:.6f}")
print(f"with the labels alone  {cross_entropy(A2, Y[:1000]):.6f}")

# %% [markdown]
# What does a given probability cost? Little once it is near 1, and more and more as it nears 0:

# %%
p = np.linspace(0.005, 1, 300)
_, axes = plt.subplots(figsize=(5, 2.6), dpi=drawing.DPI, layout="constrained")
axes.plot(p, -np.log(p), color=drawing.INK, linewidth=2.2)
drawing.plain_axes(axes, title="The price of doubt", x="probability given to the true digit", y="loss")
axes.set(xlim=(0, 1), ylim=(0, 5))
plt.show()

# %% [markdown]
# ## 5. Backpropagation and gradient descent
#
# $$\begin{aligned}
# dZ_2 &= A_2 - T & dW_2 &= \tfrac1m\, dZ_2\, A_1^{\mathsf T} & db_2 &= \tfrac1m \textstyle\sum dZ_2 \\
# dZ_1 &= (W_2^{\mathsf T}\, dZ_2) \cdot [Z_1 > 0] & dW_1 &= \tfrac1m\, dZ_1\, X^{\mathsf T} &
# db_1 &= \tfrac1m \textstyle\sum dZ_1
# \end{aligned}$$
#
# and $W \leftarrow W - \alpha\, dW$ for all four. The loop below is the whole of learning. In every epoch the
# pictures are shuffled and dealt in portions of 64. A portion's gradient is a rough estimate of the true one,
# and costs a thousandth of it.

# %%
epochs, batch_size, alpha = (2 if QUICK else 10), 64, 0.1
parameters, history, losses = start, [], []
began = time.perf_counter()
for epoch in range(1, epochs + 1):
    order = np.random.default_rng([0, epoch]).permutation(Y.size)
    right = 0
    for first in range(0, Y.size, batch_size):
        rows = order[first : first + batch_size]
        X_batch, Y_batch = X[:, rows], Y[rows]
        Z1, A1, Z2, A2 = forward_prop(*parameters, X_batch)
        losses.append(cross_entropy(A2, Y_batch))
        right += int(np.sum(get_predictions(A2) == Y_batch))
        gradients = backward_prop(Z1, A1, A2, parameters[2], X_batch, Y_batch)
        parameters = update_params(*parameters, *gradients, alpha)
    steps = len(losses) // epoch
    history.append(Progress(epoch, float(np.mean(losses[-steps:])), right / Y.size))
    print(f"epoch {epoch:2}: loss {history[-1].loss:.4f}, accuracy {history[-1].accuracy:.2%}")
seconds = time.perf_counter() - began
W1, b1, W2, b2 = parameters
print(f"{seconds:.0f} s for {len(losses):,} steps")

# %% [markdown]
# ## 6. The loss over time
#
# Grey: the loss of every single portion. It jumps, for each is made of 64 other pictures. Black: the mean of
# each epoch.

# %%
drawing.curves({"training": history}, x="epoch")
_, axes = plt.subplots(figsize=(9, 2.8), dpi=drawing.DPI, layout="constrained")
axes.plot(np.arange(len(losses)) / steps, losses, color=drawing.LINE, linewidth=0.6)
axes.plot(
    [each.iteration - 0.5 for each in history], [each.loss for each in history], color=drawing.INK, marker="o"
)
drawing.plain_axes(axes, title="Loss of every portion, and its mean over each epoch", x="epoch", grid=False)
axes.set_yscale("log")
plt.show()

# %% [markdown]
# ## The same in the engine's terms
#
# The recipe `one-hidden-layer` is this run. From the same start, with the same portions in the same order and
# in the same precision, the engine must end at the same weights; and then once more as the recipe is shipped,
# in single precision.


# %%
def run(*changes):
    state = begin(load_recipe("one-hidden-layer", [f"training.epochs={epochs}", *changes]), bundle.train)
    to_engine(state.network, start)
    began = time.perf_counter()
    for event in train(state.recipe, bundle.train, state=state):
        if isinstance(event, Epoch):
            state = event.state
    return state, time.perf_counter() - began


state, _ = run("network.dtype='float64'")
by_engine = from_engine(state.network)
difference = max(np.abs(mine - theirs).max() for mine, theirs in zip(by_engine, parameters, strict=True))
print(f"after {len(losses):,} steps, the largest difference of any weight is {difference:.1e}")
assert difference < 1e-6

state, engine_seconds = run()
ratio = seconds / engine_seconds
print(f"single precision: {engine_seconds:.0f} s instead of {seconds:.0f} s, {ratio:.1f} times as fast")

# %% [markdown]
# ## 7. Accuracy on the test set
#
# Ten thousand pictures that no step has seen, read once.

# %%
X_test, Y_test = bundle.test.images.reshape(len(bundle.test), -1).T / 255, bundle.test.labels.astype(int)
*_, A2 = forward_prop(W1, b1, W2, b2, X_test)
evaluation = evaluate(A2.T, bundle.test.labels, bundle.test.classes)
low, high = evaluation.interval
print(f"{test_model(X_test, Y_test, W1, b1, W2, b2):.2%} read rightly; the text says about 97.5 %")
print(f"95 % interval for other pictures of the kind: {low:.2%} to {high:.2%}")
confusion_matrix(evaluation)

# %% [markdown]
# ## 8. Predictions on real pictures
#
# Ten test pictures as they come:

# %%
drawing.answers(X_test[:, :10].T, A2[:, :10], Y_test[:10])

# %% [markdown]
# And the ten least excusable mistakes. With some of them one may disagree about who is wrong.

# %%
wrong = evaluation.worst(10)
drawing.answers(X_test[:, wrong].T, A2[:, wrong], Y_test[wrong])

# %% [markdown]
# What have the hidden neurons learnt? This is how the weights of forty of the 128 have moved since their random
# start: blue where ink now wakes a neuron more than it did, orange where it silences it.

# %%
drawing.weights((W1 - start[0])[:40])

# %% [markdown]
# ## A custom prediction
#
# Two digits drawn on a canvas, brought into MNIST's form by `normal_form`, and read. Change the points and try.

# %%
papers = [
    drawing.canvas([(66, 14), (32, 14), (28, 44), (52, 40), (70, 56), (62, 80), (28, 84)]),
    drawing.canvas([(58, 10), (24, 58), (78, 58)], [(60, 36), (58, 90)]),
]
own = np.stack([normal_form(paper).ravel() for paper in papers]).T / 255
drawing.answers(own.T, forward_prop(W1, b1, W2, b2, own)[-1])
