# %% [markdown]
# # One picture at a time
#
# The oldest way to train a network: look at one example, correct every weight a little, and go on to the next.
# This notebook follows the README of *MNIST Handwritten Digit Classification (NumPy Implementation)*, which
# builds a class `NeuralNetwork` with the methods `train()` and `query()` and reaches **96.87 %** of the test
# pictures after 10 epochs.
#
# | layer | description |
# | --- | --- |
# | input | 784 nodes, a picture of 28 × 28 |
# | hidden | 100 nodes, sigmoid |
# | output | 10 nodes, sigmoid |
#
# Loss: squared error. Start: normal, scaled by the number of incoming nodes. Learning: stochastic gradient
# descent, one example after the other, 10 epochs. The rate is not named; 0.1 is assumed.

# %%
import os
import time

import numpy as np

import drawing
from glassnet.data.normal_form import normal_form
from glassnet.data.sources import open_source
from glassnet.figures import confusion_matrix
from glassnet.scratch import NeuralNetwork, Progress, array_to_image
from glassnet.training import Epoch, evaluate, load_recipe, train
from glassnet.training.one_at_a_time import BLOCK, learn_one_at_a_time

QUICK = "GLASSNET_QUICK" in os.environ  # a taste, as the tests take it: leave it unset for the real thing

# %% [markdown]
# ## The data, and a look at them
#
# The text reads `mnist_train.csv` and `mnist_test.csv`, with the label first and 784 numbers behind it.
# Glassnet reads such files too (`open_source("folder/with/both")`). Here MNIST is found or fetched in any of
# its forms.

# %%
bundle = open_source("strokes:1500" if QUICK else None)
print(bundle.notice or f"{bundle.train.name}: {len(bundle.train):,} pictures, and {len(bundle.test):,} to test")
X = bundle.train.images.reshape(len(bundle.train), -1).T / 255
Y = bundle.train.labels.astype(int)

# %% [markdown]
# `array_to_image(index)` shows one sample with its label.

# %%
array_to_image(0, X, Y)

# %%
drawing.digits(X[:, :30].T, Y[:30])

# %% [markdown]
# ## Prepare: inputs from 0.01 to 1, targets of 0.01 and 0.99
#
# The correction of a weight is "how wrong, times what came in". Where a 0 comes in nothing is learnt, so the
# pixels are moved off it: $x = 0.01 + 0.99 \cdot \text{pixel} / 255$. And a sigmoid never quite reaches 0 or 1.
# Asked for them, it would push its weights to infinity; so the target is 0.99 for the true digit and 0.01 for
# the others.

# %%
inputs = 0.01 + 0.99 * X.T  # (m, 784): one row for each picture, since they are handed over one by one
targets = 0.01 + 0.98 * np.eye(10)  # (10, 10): row k is the target for digit k
print(f"inputs {inputs.shape}, from {inputs.min()} to {inputs.max()}")
print("target for a 5:", targets[5])

# %% [markdown]
# ## The network: `__init__()`
#
# The weights come from a normal distribution of standard deviation $1/\sqrt{n}$, for $n$ incoming nodes: the
# sum of 784 terms is then about as wide as one input, and no sigmoid starts out at the flat end of its range.


# %%
def make_network():
    return NeuralNetwork(784, 100, 10, learning_rate=0.1, rng=0)


network = make_network()
print(network)
print("answers before learning:", network.query(inputs[0]).ravel().round(2))

# %% [markdown]
# ## What `train()` does with one example
#
# Forward, with $x$ the input column and $t$ the target:
#
# $$a = \sigma(W_1 x) \qquad o = \sigma(W_2 a) \qquad E = \tfrac12 \sum_k (o_k - t_k)^2$$
#
# Backward: the slope of $E$ along an output is its error $(o - t)$. The output's sigmoid has the slope
# $o\,(1 - o)$, and the hidden ones $a\,(1 - a)$:
#
# $$\delta_2 = (o - t)\; o\,(1 - o) \qquad\qquad \delta_1 = (W_2^{\mathsf T} \delta_2)\; a\,(1 - a)$$
#
# And a step for both layers, *how wrong times what came in*:
#
# $$W_2 \leftarrow W_2 - \alpha\, \delta_2\, a^{\mathsf T} \qquad
# W_1 \leftarrow W_1 - \alpha\, \delta_1\, x^{\mathsf T}$$
#
# Many scripts send the bare error $(o - t)$ back to the hidden layer and leave out the slope of the output.
# That is not the gradient of any loss, and ends half a point lower. The class in `glassnet.scratch` has it
# right, which one nudge proves:


# %%
def squared_error(network, x, t):
    return np.sum((network.query(x).ravel() - t) ** 2) / 2


x, t = inputs[0], targets[Y[0]]
trained = make_network()
trained.train(x, t)
row, column = np.unravel_index(np.abs(trained.W1 - network.W1).argmax(), network.W1.shape)
slope = -(trained.W1 - network.W1)[row, column] / network.learning_rate
errors = []
for nudge in (1e-5, -1e-5):
    nudged = make_network()
    nudged.W1[row, column] += nudge
    errors.append(squared_error(nudged, x, t))
print(f"slope that train() used {slope:+.9f}, by trial {(errors[0] - errors[1]) / 2e-5:+.9f}")

# %% [markdown]
# ## Train: 10 epochs, one example after the other
#
# After every epoch the first 5,000 training pictures are read once more to see how it goes. The order is a new
# one in each epoch.


# %%
def order_of(epoch):
    return np.random.default_rng([0, epoch]).permutation(Y.size)


def progress_of(network, epoch, most=5000):
    outputs = np.hstack([network.query(x) for x in inputs[:most]])
    error = np.mean(np.sum((outputs.T - targets[Y[:most]]) ** 2, axis=1) / 2)
    return Progress(epoch, float(error), float(np.mean(outputs.argmax(axis=0) == Y[:most])))


epochs = 2 if QUICK else 10
print(f"before learning: {progress_of(network, 0).accuracy:.2%} right")
history = []
began = time.perf_counter()
for epoch in range(1, epochs + 1):
    for i in order_of(epoch):
        network.train(inputs[i], targets[Y[i]])
    if epoch == 1:
        after_one_epoch = network.W1.copy(), network.W2.copy()
    history.append(progress_of(network, epoch))
    print(f"epoch {epoch:2}: error {history[-1].loss:.4f}, {history[-1].accuracy:.2%} right")
seconds = time.perf_counter() - began
print(f"{seconds:.0f} s, {1e6 * seconds / (epochs * Y.size):.0f} millionths of a second for an example")

# %%
drawing.curves({"training pictures": history}, x="epoch")

# %% [markdown]
# The first epoch, 60,000 small corrections, does most of the work, before the curves begin. Compare
# [ten-hidden](ten-hidden.ipynb), where one pass over all pictures makes *one* correction.
#
# ## The same in the engine's terms
#
# One example at a time is slow for a simple reason: each example touches all 78,400 weights of the first layer,
# to read and to write. The engine computes the same steps in the same order, in blocks. The second example of a
# block need not see the new weights; it must know what they do *to it*, and that depends only on how alike the
# two pictures are, $x \cdot x'$. So a block takes three matrix products, and then the examples go one after the
# other with short vectors only.
#
# It is no approximation. After a whole epoch, from the same start, in the same order and precision:

# %%
start = make_network()
weight0, weight1 = start.W1.T.copy(), start.W2.T.copy()  # the engine's weights are (in, out)
order = order_of(1)
for first in range(0, Y.size, BLOCK):
    rows = order[first : first + BLOCK]
    learn_one_at_a_time(inputs[rows], targets[Y[rows]], 0.1, weight0, weight1)
difference = max(np.abs(weight0.T - after_one_epoch[0]).max(), np.abs(weight1.T - after_one_epoch[1]).max())
print(f"after {Y.size:,} examples, the largest difference of any weight is {difference:.1e}")
assert difference < 1e-9

# %% [markdown]
# The recipe `one-at-a-time` is the whole run: the same network, with biases besides (which the text does not
# name) and in single precision.

# %%
recipe = load_recipe("one-at-a-time", [f"training.epochs={epochs}"])
began = time.perf_counter()
for event in train(recipe, bundle.train):
    if isinstance(event, Epoch):
        state = event.state
engine_seconds = time.perf_counter() - began
print(f"{engine_seconds:.0f} s instead of {seconds:.0f} s: {seconds / engine_seconds:.1f} times as fast")

# %% [markdown]
# ## Test: `query()`
#
# At last, and once, the test pictures. Each is handed to `query()`, and the largest of its ten outputs is the
# answer.

# %%
test_inputs = 0.01 + 0.99 * bundle.test.images.reshape(len(bundle.test), -1) / 255
outputs = np.hstack([network.query(x) for x in test_inputs])  # (10, m)
correct_predictions = int(np.sum(np.argmax(outputs, axis=0) == bundle.test.labels))
total_predictions = len(bundle.test)
accuracy = (correct_predictions / total_predictions) * 100
logits = state.network.predict(bundle.test.images, prepare=state.prepare)
by_recipe = 100 * np.mean(logits.argmax(axis=1) == bundle.test.labels)
print(f"the class {accuracy:.2f} %, the recipe {by_recipe:.2f} %; the text says 96.87 %")

# %%
evaluation = evaluate(outputs.T, bundle.test.labels, bundle.test.classes)
confusion_matrix(evaluation)

# %% [markdown]
# ## Predictions on real pictures
#
# The ten outputs are ten separate switches, so unlike softmax's they need not add up to 1. First ten test
# pictures, then the ten for whose true digit the network had least to say.

# %%
drawing.answers(test_inputs[:10], outputs[:, :10], bundle.test.labels[:10])

# %%
wrong = evaluation.worst(10)
drawing.answers(test_inputs[wrong], outputs[:, wrong], bundle.test.labels[wrong])

# %% [markdown]
# ## A digit of your own
#
# Drawn on a canvas, brought into MNIST's form, moved to the interval from 0.01 to 1 like every picture that the
# network has seen, and queried.

# %%
paper = drawing.canvas([(62, 10), (36, 34), (26, 62), (40, 86), (64, 82), (70, 62), (54, 50), (32, 60)])
own = 0.01 + 0.99 * normal_form(paper).ravel() / 255
drawing.answers(own, network.query(own))
