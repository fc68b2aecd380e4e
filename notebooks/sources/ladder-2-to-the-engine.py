# %% [markdown]
# # The ladder, part two: from one neuron to the engine
#
# [Part one](ladder-1-one-neuron.ipynb) ended with a neuron that tells a 3 from a 5. Six more rungs lead from
# there to a network that reads all ten digits as well as the first tutorials promise, and then in a fraction of
# their time. Each rung changes one thing, and each is checked against the rung below.
#
# | rung | what is new |
# | --- | --- |
# | 3 | ten neurons instead of one: all digits |
# | 4 | a layer of neurons in between |
# | 5 | learning from small portions |
# | 6 | the engine: the same numbers, sooner |
# | 7 | momentum, and Adam |
# | 8 | the recipe called `quick` |
#
# Two words from part one are used throughout: the **loss** says how wrong an answer is, and the **gradient**
# says how the loss changes with each weight.

# %%
import os
import time

import matplotlib.pyplot as plt
import numpy as np

import drawing
from glassnet import scratch
from glassnet.data import split
from glassnet.data.sources import open_source
from glassnet.engine import OPTIMIZERS
from glassnet.training import Epoch, begin, load_recipe, train, wilson_interval

QUICK = "GLASSNET_QUICK" in os.environ  # a taste, as the tests take it: leave it unset for the real thing

# %% [markdown]
# The data are MNIST's 60,000 training digits. 10,000 of them are set aside for **validation**: the network does
# not learn from them, and we look at them as often as we like to see where we stand. The test set is different.
# It is opened once, for the table at the end.

# %%
bundle = open_source("strokes:3000" if QUICK else None)
print(bundle.notice or bundle.train.name)
learn, watch = split(bundle.train, len(bundle.train) // 6)
X, Y = learn.images.reshape(len(learn), -1).T / 255, learn.labels.astype(int)
X_watch, Y_watch = watch.images.reshape(len(watch), -1).T / 255, watch.labels.astype(int)
print(f"{Y.size:,} pictures to learn from, {Y_watch.size:,} to watch; X has shape {X.shape}")
drawing.digits(learn.images[:20], learn.labels[:20])

table = []  # one row for each rung, filled in on the way up

# %% [markdown]
# ## Rung 3: ten neurons, ten digits
#
# One neuron answers one question. For ten digits we take ten neurons, each with its own 784 weights and its
# bias. Their sums $z_0, \dots, z_9$ are scores, one for each digit. Instead of ten separate switches there is
# one for all of them, the **softmax**, which shares out a certainty of 1:
#
# $$p_i = \frac{e^{z_i}}{e^{z_0} + e^{z_1} + \dots + e^{z_9}}$$
#
# The largest score gets the largest share, and all shares are above 0. The loss is again the negative logarithm
# of the share that went to the truth, and its slope along the scores is again the plainest there could be:
#
# $$L = -\log p_{\text{true}} \qquad\qquad \frac{\partial L}{\partial z_i} = p_i - t_i,$$
#
# where $t_i$ is 1 for the true digit and 0 for the other nine. *What was said minus what was right.*
#
# Many pictures are handled at once by writing them side by side as the columns of $X$, and the ten rows of
# weights below each other as $W$. One matrix product then computes all scores of all pictures: $Z = W X + b$.
# This is called *softmax regression*.


# %%
def scores_and_shares(W, b, X):
    Z = W.dot(X) + b
    return Z, scratch.softmax(Z)


def gradient(W, b, X, Y):
    """How wrong, times what came in, averaged over the pictures: the rule of rungs 1 and 2."""
    _, P = scores_and_shares(W, b, X)
    wrong = P - scratch.one_hot(Y, classes=len(P))
    return wrong.dot(X.T) / Y.size, wrong.mean(axis=1, keepdims=True)


# %% [markdown]
# **Check against rung 2.** With two digits only, softmax is the sigmoid of the difference of the two scores:
#
# $$\frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = \sigma(z_1 - z_0)$$
#
# So the *difference* of its two rows of weights must behave like the one neuron of rung 2. Each row takes a
# step of its own, in opposite directions, so their difference moves twice as far: the neuron gets twice the
# learning rate. We let both learn from threes and fives and compare.

# %%
pair = np.flatnonzero((Y == 3) | (Y == 5))[:2000]
X_pair, T_pair = X[:, pair], (Y[pair] == 3).astype(int)
W, b = np.zeros((2, 784)), np.zeros((2, 1))
w, c = np.zeros(784), 0.0
for _ in range(20):
    dW, db = gradient(W, b, X_pair, T_pair)
    W, b = W - 0.1 * dW, b - 0.1 * db
    wrong = scratch.sigmoid(w @ X_pair + c) - T_pair
    w, c = w - 0.2 * (X_pair @ wrong) / T_pair.size, c - 0.2 * wrong.mean()
difference = np.abs((W[1] - W[0]) - w).max()
print(f"largest difference after 20 steps: {difference:.1e}")
assert difference < 1e-12

# %% [markdown]
# (A computer keeps about 16 digits, so $10^{-16}$ is as equal as two results computed in different ways can be.)
#
# Now all ten digits, from weights of 0.


# %%
def note(rung, name, weights, passes, seconds, predict):
    """Put a rung into the table. ``predict`` turns pictures (784, m) into digits (m,)."""
    accuracy = scratch.get_accuracy(predict(X_watch), Y_watch)
    table.append((rung, name, weights, passes, seconds, accuracy, predict))
    print(f"{name}: {seconds:.1f} s, {accuracy:.2%} of the validation pictures read rightly")


iterations, alpha = (20 if QUICK else 100), 0.5
W, b = np.zeros((10, 784)), np.zeros((10, 1))
began = time.perf_counter()
for _ in range(iterations):
    dW, db = gradient(W, b, X, Y)
    W, b = W - alpha * dW, b - alpha * db
seconds = time.perf_counter() - began
softmax_regression = W, b
note(
    3,
    "ten neurons",
    W.size + b.size,
    iterations,
    seconds,
    lambda X: scores_and_shares(*softmax_regression, X)[1].argmax(axis=0),
)
drawing.weights(W, range(10), note="Blue: ink here speaks for the digit. Orange: ink here speaks against it.")

# %% [markdown]
# Ten stencils read most digits. The stencil for 0 has an orange middle: ink there rules a 0 out.
#
# ## Rung 4: a layer in between
#
# A stencil asks for ink at fixed places. A 7 with a bar and a 7 without one need two stencils, and one neuron
# has only one. So we let a row of neurons look at the picture first, each for a *feature* of its own choosing,
# and let the ten neurons of rung 3 look at what they found. The new row is called a **hidden layer**, since
# nobody says what its neurons should answer.
#
# Its bend must not be left out: without one, two layers of sums are just one layer of sums. We use the simplest,
# the **ReLU**, which lets the positive through and stops the negative:
#
# $$Z_1 = W_1 X + b_1 \quad A_1 = \max(0, Z_1) \quad Z_2 = W_2 A_1 + b_2 \quad A_2 = \operatorname{softmax}(Z_2)$$
#
# The gradient needs one new idea. We know how wrong the ten scores are, $\delta_2 = A_2 - T$. A hidden neuron
# is to blame for what it passed on: to each of the ten, through the weight between them. So the blame flows
# **back along the same weights**, and through the bend only where the neuron was awake:
#
# $$\delta_1 = (W_2^{\mathsf T} \delta_2) \cdot [Z_1 > 0] \qquad\qquad
# \frac{\partial L}{\partial W_2} = \tfrac1m\, \delta_2 A_1^{\mathsf T} \qquad\qquad
# \frac{\partial L}{\partial W_1} = \tfrac1m\, \delta_1 X^{\mathsf T}$$
#
# How wrong, times what came in: once for each layer. That is **backpropagation**, all of it. In
# [`glassnet.scratch`](../src/glassnet/scratch.py) it is `backward_prop`, nine lines of code with their reasons.
#
# The weights can no longer start at 0. Equal neurons would be blamed equally and stay equal for ever, so they
# start at random: `init_params`.
#
# **Check against rung 3.** The ten last neurons do not know whether their inputs are pixels or the findings of a
# hidden layer. So the gradient of rung 3, given $A_1$ for pictures, must be the last layer's.

# %%
hidden = 16 if QUICK else 64
start = scratch.init_params(hidden, rng=0)
W1, b1, W2, b2 = start
Z1, A1, Z2, A2 = scratch.forward_prop(*start, X)
dW1, db1, dW2, db2 = scratch.backward_prop(Z1, A1, A2, W2, X, Y)
dW, db = gradient(W2, b2, A1, Y)
difference = max(np.abs(dW - dW2).max(), np.abs(db - db2).max())
print(f"largest difference: {difference:.1e}")
assert difference < 1e-14

# %% [markdown]
# The part that is new is the blame for the first layer. Its steepest weight is nudged up and down, as on the
# first rungs, and the slope found by trial compared.

# %%
row, column = np.unravel_index(np.abs(dW1).argmax(), dW1.shape)
trial = []
for nudge in (1e-6, -1e-6):
    nudged = W1.copy()
    nudged[row, column] += nudge
    trial.append(scratch.cross_entropy(scratch.forward_prop(nudged, b1, W2, b2, X)[-1], Y))
by_trial = (trial[0] - trial[1]) / 2e-6
print(
    f"the steepest of the {W1.size:,} first weights: by thought {dW1[row, column]:+.8f}, by trial {by_trial:+.8f}"
)
assert abs(dW1[row, column] - by_trial) < 1e-7

# %%
began = time.perf_counter()
one_hidden_layer = scratch.gradient_descent(X, Y, alpha, iterations, start, report=None)
seconds = time.perf_counter() - began
weights = sum(parameter.size for parameter in start)
note(
    4,
    "a hidden layer",
    weights,
    iterations,
    seconds,
    lambda X: scratch.make_predictions(X, *one_hidden_layer),
)
drawing.weights((one_hidden_layer[0] - start[0])[:20], note="How the weights of twenty hidden neurons have moved.")

# %% [markdown]
# Better, and slower. The picture shows where learning has moved the weights of some hidden neurons since their
# random start. Some look like digits, others like pieces of strokes that several digits share, and a few have
# hardly moved.
#
# ## Rung 5: small portions
#
# So far every step looked at all pictures to find the gradient to sixteen digits, and then used it for one
# small step. That is like asking every voter before each word of a speech. A hundred pictures give nearly the
# same direction for a five-hundredth of the work. One change, then: the pictures are shuffled, and each step is
# made from the next **portion** (a *mini-batch*) of 100. When all have been used once, an **epoch** is over.
#
# **Check against rung 4.** A portion that holds everything must give the step of rung 4, to the last digit; and
# the gradients of all portions, taken from the same weights, must have the gradient of rung 4 as their mean.

# %%
BATCH = 100


def portions(epoch, size=BATCH):
    """The rows of each portion of an epoch: all pictures once, in an order that its number decides."""
    order = np.random.default_rng([0, epoch]).permutation(Y.size)
    return [order[first : first + size] for first in range(0, Y.size, size)]


def slopes(parameters, rows):
    Z1, A1, _, A2 = scratch.forward_prop(*parameters, X[:, rows])
    return scratch.backward_prop(Z1, A1, A2, parameters[2], X[:, rows], Y[rows])


whole = scratch.update_params(*start, *slopes(start, slice(None)), alpha)
by_rung_4 = scratch.gradient_descent(X, Y, alpha, 1, start, report=None)
assert all(np.array_equal(mine, theirs) for mine, theirs in zip(whole, by_rung_4, strict=True))
parts = [slopes(start, rows)[0] * len(rows) / Y.size for rows in portions(1)]
difference = np.abs(sum(parts) - dW1).max()
print(f"one portion of everything: equal; mean over {len(parts)} portions: difference {difference:.1e}")
assert difference < 1e-14

# %%
epochs = 2 if QUICK else 5


def learn_in_portions(parameters, epochs, alpha):
    for epoch in range(1, epochs + 1):
        for rows in portions(epoch):
            parameters = scratch.update_params(*parameters, *slopes(parameters, rows), alpha)
    return parameters


began = time.perf_counter()
in_portions = learn_in_portions(start, epochs, alpha)
seconds = time.perf_counter() - began
note(
    5,
    "portions of 100",
    weights,
    epochs,
    seconds,
    lambda X: scratch.make_predictions(X, *in_portions),
)

# %% [markdown]
# Five passes over the pictures now do far more than a hundred did before. Nothing else was changed, not even the
# learning rate; but there are 500 steps where there was one.
#
# ## Rung 6: the engine
#
# `glassnet.scratch` is written to be read. `glassnet.engine` computes the same thing, and is written to be fast
# and to be built from parts: layers, losses, optimisers. Pictures are *rows* there instead of columns
# ([the table of symbols](../docs/notation.md) has both ways side by side), and a whole run is described by a
# **recipe**. Here is rung 5 as one:

# %%
PLAIN = [
    f"network.layers=['dense {hidden}', 'relu', 'dense 10']",
    f"training.batch_size={BATCH}",
    f"training.epochs={epochs}",
    f"optimizer.learning_rate={alpha}",
]
BASE = "one-hidden-layer"  # plain gradient descent: one of the recipes that come with Glassnet


def run(recipe, state=None):
    """Train by a recipe, measured on the validation pictures after every epoch; where the run ended."""
    for event in train(recipe, learn, watch, state=state):
        if isinstance(event, Epoch):
            state = event.state
    return state


# %% [markdown]
# **Check against rung 5.** Same start, same order of the pictures, and for this check the same number of
# digits: in double precision (`float64`) the engine must end at the same weights as the plain functions.

# %%
recipe = load_recipe(BASE, [*PLAIN, "network.dtype='float64'", "training.epochs=1"])
state = begin(recipe, learn)
first, last = (layer for layer in state.network.layers if layer.word == "dense")
first.weight[:], first.bias[:] = start[0].T, start[1].ravel()
last.weight[:], last.bias[:] = start[2].T, start[3].ravel()
run(recipe, state)
by_scratch = learn_in_portions(start, 1, alpha)
difference = max(np.abs(first.weight.T - by_scratch[0]).max(), np.abs(last.weight.T - by_scratch[2]).max())
print(f"after {len(portions(1))} steps, the largest difference of {weights:,} weights is {difference:.1e}")
assert difference < 1e-11

# %% [markdown]
# Now as the engine likes it, in single precision: seven digits are plenty for learning, and numbers of half the
# size travel twice as fast.


# %%
def digits_by(state):
    """A finished run as a function from pictures (784, m) to digits (m,)."""

    def predict(X):
        images = np.rint(255 * X.T).astype(np.uint8).reshape(-1, 28, 28)
        return state.network.predict(images, prepare=state.prepare).argmax(axis=1)

    return predict


def climb(rung, name, recipe):
    began = time.perf_counter()
    state = run(recipe)
    seconds = time.perf_counter() - began
    note(rung, name, state.network.parameter_count, recipe.training.epochs, seconds, digits_by(state))
    return state


plain = climb(6, "the engine", load_recipe(BASE, PLAIN))
print(
    f"{table[-2][4] / table[-1][4]:.1f} times as fast as rung 5, with the looks at the validation pictures besides"
)

# %% [markdown]
# (Its random start is another one than that of rung 5, so the share of right answers differs a little.)
#
# ## Rung 7: steps with a memory
#
# Gradient descent forgets. In a long narrow valley it zigzags between the walls and creeps along the floor. Two
# classical cures remember a little of the past.
#
# **Momentum** treats the weights as a heavy ball: the gradient changes its velocity $v$, and the velocity moves
# it. Pushes that keep changing sides cancel; pushes that agree add up.
#
# $$v \leftarrow \mu\, v + g \qquad w \leftarrow w - \alpha\, v$$
#
# **Adam** also remembers how large the gradient of each weight usually is, and divides by it, so that every
# weight moves at about the same speed. With $m$ the running mean of $g$, and $s$ that of $g^2$:
#
# $$w \leftarrow w - \alpha\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}$$
#
# (the hats are a correction for the first steps, while the running means still remember their start at 0). Here
# are the three on a valley that is 100 times as steep across as along, 40 steps each.


# %%
def valley(w):
    return (w[0] ** 2 + 100 * w[1] ** 2) / 2


paths = {}
rates = {"sgd": ("gradient descent", 0.0185), "momentum": ("momentum", 0.006), "adam": ("Adam", 0.25)}
for name, (title, rate) in rates.items():
    optimizer, w = OPTIMIZERS[name](), np.array([-4.0, 0.5])
    path = [w.copy()]
    for _ in range(40):
        optimizer.step(w, np.array([1, 100]) * w, rate)
        path.append(w.copy())
    paths[f"{title}, rate {rate}"] = np.array(path).T

_, places = plt.subplots(1, 3, figsize=(9, 2.6), dpi=drawing.DPI, layout="constrained", sharey=True)
across, along = np.meshgrid(np.linspace(-4.6, 2.2, 90), np.linspace(-0.8, 0.8, 60))
for axes, (name, path) in zip(places, paths.items(), strict=True):
    axes.contour(across, along, valley((across, along)), levels=[0.1, 0.5, 1.5, 4, 9, 16, 25], colors=drawing.LINE)
    axes.plot(*path, color=drawing.INK, linewidth=1.2, marker="o", markersize=2.5)
    axes.plot(*path[:, 0], "o", color="white", markeredgecolor=drawing.INK, markersize=8)
    axes.plot(0, 0, "+", color=drawing.INK, markersize=12, markeredgewidth=2)
    drawing.plain_axes(axes, title=name, grid=False)
plt.show()

# %% [markdown]
# **Check against rung 6.** Momentum with $\mu = 0$ has no memory: it must make the same weights as rung 6, bit
# for bit. And Adam's very first step divides each gradient by its own size, so every weight must move by
# exactly the rate, whatever its gradient (as long as it has one).

# %%
one_epoch = [*PLAIN, "training.epochs=1"]
forgetful = run(load_recipe(BASE, [*one_epoch, "optimizer.name='momentum'", "optimizer.momentum=0.0"]))
same = run(load_recipe(BASE, one_epoch))
assert np.array_equal(forgetful.network.parameters, same.network.parameters)
w, g = np.zeros(5), np.array([1000.0, -1, 0.1, -0.001, 1])
OPTIMIZERS["adam"]().step(w, g, 0.01)
assert np.allclose(w, [-0.01, 0.01, -0.01, 0.01, -0.01], rtol=1e-4)
print("momentum 0: the same bits as rung 6; Adam's first step:", w.round(5))

# %%
MOMENTUM = ["optimizer.name='momentum'", "optimizer.learning_rate=0.05"]
momentum = climb(7, "momentum 0.9", load_recipe(BASE, [*PLAIN, *MOMENTUM]))
ADAM = ["optimizer.name='adam'", "optimizer.learning_rate=0.001"]
adam = climb(7, "Adam", load_recipe(BASE, [*PLAIN, *ADAM]))

# %% [markdown]
# With $\mu = 0.9$ pushes that agree add up to $1 / (1 - 0.9) = 10$ times one of them, so momentum gets a tenth
# of the learning rate. Do not expect wonders here: 0.5 happens to suit this small network, and its valleys are
# not very narrow. The memory pays where networks are deep, and where nobody has time to look for the best rate.
# Adam in particular is seldom the best and seldom bad, with the same 0.001 nearly everywhere.
#
# ## Rung 8: the recipe `quick`
#
# The last rung is the recipe that `glassnet train` takes by default. It puts together what thirty years of
# small improvements have found useful for such networks: two hidden layers, pictures from which the average
# picture is taken away, a momentum that looks ahead (Nesterov), and a learning rate that climbs first and then
# falls to 0, so that the last steps are small ones. This is the whole file; what it does not say stands in the
# defaults.

# %%
from glassnet.training.recipe import recipe_text

print(recipe_text("quick"))

# %% [markdown]
# **Check against rung 7.** What is not in a recipe has no influence on a run. So the recipe `quick`, with each
# of its changes taken back, must learn the weights of rung 7, bit for bit.

# %%
undone = load_recipe("quick").changed(
    [
        *PLAIN,  # one hidden layer, portions of 100
        *MOMENTUM,  # not looking ahead
        "data.preparation='unit'",  # pictures as they are
        "schedule.name='constant'",  # a steady rate
        "schedule.warm_up=none",
        "training.epochs=1",
    ]
)
rung_7 = load_recipe(BASE, [*one_epoch, *MOMENTUM])
assert np.array_equal(run(undone).network.parameters, run(rung_7).network.parameters)
print("quick, with its changes taken back, learns the same bits as rung 7")

# %%
quick = climb(8, "the recipe quick", load_recipe("quick", ["training.epochs=2"] if QUICK else []))

# %% [markdown]
# ## The view from the top
#
# How the four runs of the engine went, on the pictures that they did not learn from:

# %%
_, axes = plt.subplots(figsize=(7, 3.4), dpi=drawing.DPI, layout="constrained")
runs = {"6 plain": plain, "7 momentum": momentum, "7 Adam": adam, "8 quick": quick}
for (name, state), line in zip(runs.items(), drawing.LINES, strict=True):
    epochs_done = [record.epoch for record in state.history]
    errors = [100 - 100 * record.validation_accuracy for record in state.history]
    axes.plot(epochs_done, errors, **line, marker="o", markersize=4, linewidth=2, label=name)
drawing.plain_axes(axes, title="Misread validation pictures, %", x="epoch")
axes.set_ylim(bottom=0)
axes.legend(frameon=False, fontsize=9)
plt.show()

# %% [markdown]
# And now the test set, once, for all rungs. The last column is the 95 % interval: how far luck, in which 10,000
# pictures happen to be in the test set, may have moved the share. Seconds are those of the machine that made
# this page, on a busy day; yours will differ, their order hardly.

# %%
X_test, Y_test = bundle.test.images.reshape(len(bundle.test), -1).T / 255, bundle.test.labels.astype(int)
print("rung  what is new         weights   passes   seconds   validation     test   95 % interval")
for rung, name, weights, passes, seconds, accuracy, predict in table:
    right = int((predict(X_test) == Y_test).sum())
    low, high = wilson_interval(right, Y_test.size)
    print(
        f"{rung:4}  {name:18} {weights:8,} {passes:8} {seconds:9.1f}   {accuracy:9.2%} "
        f"{right / Y_test.size:9.2%}   {100 * low:.2f} to {100 * high:.2f}"
    )

# %% [markdown]
# From here, the five notebooks of [this folder](README.md) rebuild five systems that other people have
# published, and `glassnet train` on the command line does what rung 8 does, with a live display.
