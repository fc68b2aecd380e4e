# %% [markdown]
# # Ten hidden neurons, five thousand steps
#
# A network of 784 inputs, 10 hidden neurons and 10 outputs learns to read handwritten digits, with nothing but
# NumPy. This notebook follows the README of *mnist-classification*, which promises about **90.6 %** on the
# training pictures and **90.89 %** on the test pictures after 5,000 iterations.
#
# | layer | description |
# | --- | --- |
# | input | 784 numbers, a picture of 28 × 28 |
# | hidden | 10 neurons, ReLU |
# | output | 10 neurons, softmax |
#
# Start: He initialisation. Learning: plain gradient descent, rate 0.01, all 60,000 pictures in every step.
#
# If you have never seen a gradient, climb [the ladder](ladder-1-one-neuron.ipynb) first: it takes half an hour
# and needs no mathematics beyond school. Here the formulas come quickly.

# %%
import os
import time

import numpy as np

import drawing
from glassnet.data.normal_form import normal_form
from glassnet.data.sources import open_source
from glassnet.figures import confusion_matrix
from glassnet.scratch import (
    back_propagation,
    cross_entropy,
    forward_propagation,
    gradient_descent,
    inference,
    init_params,
    one_hot,
    test_model,
)
from glassnet.training import Epoch, begin, evaluate, load_recipe, train
from translation import from_engine, to_engine

QUICK = "GLASSNET_QUICK" in os.environ  # a taste, as the tests take it: leave it unset for the real thing

# %% [markdown]
# ## Load the data
#
# `open_source` finds MNIST on this machine (`train-images.idx3-ubyte` and its three companions, under any of
# their usual names, in the folder named by `GLASSNET_DATA` or in the cache) or fetches it. Where it cannot be
# had, digits drawn by code take its place, and the line below says so.

# %%
bundle = open_source("strokes:2000" if QUICK else None)
print(bundle.notice or f"{bundle.train.name}: {len(bundle.train):,} pictures, and {len(bundle.test):,} to test")

# %% [markdown]
# A picture is 28 × 28 whole numbers from 0 (paper) to 255 (ink). It becomes a *column* of 784 numbers from 0 to
# 1, and all columns side by side are the matrix $X$. The labels are the vector $Y$. The test pictures stay
# where they are until the end.

# %%
X = bundle.train.images.reshape(len(bundle.train), -1).T / 255
Y = bundle.train.labels.astype(int)
print(f"X: {X.shape}, from {X.min():.0f} to {X.max():.0f};  Y: {Y.shape}")

# %% [markdown]
# ## Look at the data
#
# Before any mathematics: what do the pictures look like, and is every digit there about equally often?

# %%
drawing.digits(X[:, :30].T, Y[:30])
print("how often:", {digit: int(count) for digit, count in enumerate(np.bincount(Y))})

# %% [markdown]
# ## Initialise: `init_params()`
#
# Weights that are all equal would stay equal for ever, so they start at random. How large should they be? A
# hidden neuron adds up 784 terms, and a sum of $n$ random terms is $\sqrt n$ times as wide as one of them. ReLU
# then cuts away half of it. He initialisation makes up for both:
#
# $$W \sim \mathcal N(0, 1) \cdot \sqrt{2 / n_{\text{in}}}, \qquad b = 0$$

# %%
start = init_params(hidden=10, rng=0)
W1, b1, W2, b2 = start
for name, parameter in zip(("W1", "b1", "W2", "b2"), start, strict=True):
    print(f"{name}: {parameter.shape!s:10} standard deviation {parameter.std():.3f}")

# %% [markdown]
# ## Forward: `forward_propagation()`
#
# $$Z_1 = W_1 X + b_1 \quad A_1 = \max(0, Z_1) \quad Z_2 = W_2 A_1 + b_2 \quad A_2 = \operatorname{softmax}(Z_2)$$
#
# Each column of $A_2$ holds ten probabilities that add up to 1. A network that knows nothing yet gives answers
# like these:

# %%
Z1, A1, Z2, A2 = forward_propagation(W1, b1, W2, b2, X)
drawing.answers(X[:, :5].T, A2[:, :5], Y[:5])

# %% [markdown]
# ## How wrong is that? The loss
#
# The **cross-entropy**: the negative logarithm of the probability given to the true digit, averaged over all $m$
# pictures. Guessing blindly costs $\log 10 \approx 2.30$, being sure and right costs nothing.
#
# $$L = -\frac1m \sum_{k=1}^m \log A_2[y_k, k]$$

# %%
print(f"loss before learning: {cross_entropy(A2, Y):.3f}")
print("what the first answer should have been:", one_hot(Y[:1]).ravel().astype(int))

# %% [markdown]
# ## Backward: `back_propagation()`
#
# The slope of the loss along every weight and bias, from the end to the beginning. $T$ holds the right answers
# as columns of noughts with a single one, and $[Z_1 > 0]$ is 1 where a hidden neuron was awake and 0 where it
# was not.
#
# $$\begin{aligned}
# dZ_2 &= A_2 - T & dW_2 &= \tfrac1m\, dZ_2\, A_1^{\mathsf T} & db_2 &= \tfrac1m \textstyle\sum dZ_2 \\
# dZ_1 &= (W_2^{\mathsf T}\, dZ_2) \cdot [Z_1 > 0] & dW_1 &= \tfrac1m\, dZ_1\, X^{\mathsf T} &
# db_1 &= \tfrac1m \textstyle\sum dZ_1
# \end{aligned}$$
#
# Never trust a gradient that you have not tried. Here one weight is nudged up and down, and the change of the
# loss is compared with what the formula says.

# %%
dW1, db1, dW2, db2 = back_propagation(Z1, A1, A2, W2, X, Y)
row, column = np.unravel_index(np.abs(dW1).argmax(), dW1.shape)
losses = []
for nudge in (1e-6, -1e-6):
    nudged = W1.copy()
    nudged[row, column] += nudge
    losses.append(cross_entropy(forward_propagation(nudged, b1, W2, b2, X)[-1], Y))
print(f"by the formula {dW1[row, column]:+.8f}, by trial {(losses[0] - losses[1]) / 2e-6:+.8f}")

# %% [markdown]
# ## Learn: `gradient_descent()`
#
# Forward, backward, one small step against the slope: $W \leftarrow W - \alpha\, dW$. Then again. Every 100
# iterations the accuracy on the training pictures is shown.
#
# The text makes 5,000 iterations. We make the first 500 in this plain way, and let the engine make all 5,000
# below, once it has proved that it computes the same.

# %%
iterations, alpha = (60 if QUICK else 500), 0.01
history = []


def watch(progress):
    history.append(progress)
    if progress.iteration % 100 == 0:
        print(progress)


began = time.perf_counter()
by_scratch = gradient_descent(X, Y, alpha, iterations, start, every=20, report=watch)
seconds = time.perf_counter() - began
print(f"{seconds:.0f} s, {seconds / iterations:.2f} s for an iteration")
drawing.curves({"scratch": history})

# %% [markdown]
# The loss falls in every step, and slowly: the rate is small.
#
# ## The same in the engine's terms
#
# The engine describes this run by a recipe that comes with Glassnet, `ten-hidden`. First the proof: from the
# same start, in the same precision (`float64`), the engine must see the same losses and end at the same
# weights.


# %%
def run(recipe, start):
    """Train by a recipe from the given W1, b1, W2, b2; the network and the history."""
    state = begin(recipe, bundle.train)
    to_engine(state.network, start)
    for event in train(recipe, bundle.train, state=state):
        if isinstance(event, Epoch):
            state = event.state
    return state


state = run(load_recipe("ten-hidden", ["network.dtype='float64'", f"training.epochs={iterations}"]), start)
losses = [state.history[progress.iteration].train_loss for progress in history]
loss_difference = max(abs(mine - progress.loss) for mine, progress in zip(losses, history, strict=True))
difference = max(
    np.abs(mine - theirs).max() for mine, theirs in zip(from_engine(state.network), by_scratch, strict=True)
)
print(f"largest difference of the losses {loss_difference:.1e}, of the weights at the end {difference:.1e}")
assert max(loss_difference, difference) < 1e-9

# %% [markdown]
# They are equal to the last digits that a computer keeps. (An *epoch*, one pass over all pictures, is one
# iteration here.) So the engine may finish the job, as its recipe says: 5,000 iterations, in single precision,
# which is enough for learning and faster.

# %%
recipe = load_recipe("ten-hidden", ["training.epochs=100"] if QUICK else [])
began = time.perf_counter()
state = run(recipe, start)
engine_seconds = time.perf_counter() - began
epochs = recipe.training.epochs
print(f"{epochs:,} iterations in {engine_seconds:.0f} s, {engine_seconds / epochs:.3f} s for one: ", end="")
print(f"{seconds / iterations / (engine_seconds / epochs):.1f} times as fast as the plain functions")

# %%
from glassnet.scratch import Progress

by_engine = [Progress(r.epoch - 1, r.train_loss, r.train_accuracy) for r in state.history[::20]]
drawing.curves(
    {"engine": by_engine, "scratch": history}, goal=0.906, goal_name="what the text says of the training pictures"
)
print(f"training pictures read rightly: {state.history[-1].train_accuracy:.2%}; the text says about 90.6 %")

# %% [markdown]
# The plain run lies exactly on the engine's, as far as it goes.
#
# ## Evaluate: `test_model()`
#
# The weights go back into the books' form, and the text's own function reads the test pictures: now, and once.

# %%
W1, b1, W2, b2 = from_engine(state.network)
X_test, Y_test = bundle.test.images.reshape(len(bundle.test), -1).T / 255, bundle.test.labels.astype(int)
print(f"test pictures read rightly: {test_model(X_test, Y_test, W1, b1, W2, b2):.2%}; the text says 90.89 %")

# %%
*_, A2 = forward_propagation(W1, b1, W2, b2, X_test)
evaluation = evaluate(A2.T, bundle.test.labels, bundle.test.classes)
confusion_matrix(evaluation)

# %% [markdown]
# ## Predictions on real pictures
#
# Ten test pictures with the network's probabilities below them, and then ten of those that it gets wrong.

# %%
drawing.answers(X_test[:, :10].T, A2[:, :10], Y_test[:10])

# %%
wrong = evaluation.worst(10)
drawing.answers(X_test[:, wrong].T, A2[:, wrong], Y_test[wrong])

# %% [markdown]
# What do the ten hidden neurons look for? Each has 784 weights: a picture, blue where ink wakes it, orange
# where ink silences it. Above each stands the share of the training pictures for which it is awake, its sum
# above 0.

# %%
_, A1, _, _ = forward_propagation(W1, b1, W2, b2, X)
drawing.weights(W1, [f"{awake:.1%}" for awake in np.mean(A1 > 0, axis=1)])

# %% [markdown]
# A neuron that hardly ever wakes is hardly ever blamed, so it hardly learns: its picture is still the noise of
# the random start. With only ten neurons, every one that is lost is felt. The text's figures come from one
# random start, and so do these; another start ends somewhat higher or lower.
# [The reproduction page](../docs/reproduction.md) has the mean of several.

# %% [markdown]
# ## Your own digit: `inference()`
#
# Draw one! `drawing.canvas` is a sheet of paper with a round pen: lists of points, in hundredths from the left
# and from the top. One thing must not be forgotten. MNIST's digits were all scaled and centred by one rule, and
# a network that was raised on them reads only such. `normal_form` applies that rule to any ink.

# %%
paper = drawing.canvas([(20, 30), (40, 12), (62, 20), (66, 40), (45, 62), (22, 85), (50, 82), (80, 84)])
digit = normal_form(paper)
prediction = inference(digit.reshape(784) / 255, W1, b1, W2, b2)

# %% [markdown]
# (`inference` shows the picture as the network has it: ink is bright, paper is dark.) Change the points, and
# see when it starts to fail. Ten hidden neurons are few: the next notebooks have more.
