# %% [markdown]
# # The ladder, part one: a single neuron
#
# This page teaches one number to learn, with nothing but arithmetic. Then it lets 785 numbers learn in the same
# way, and they tell a handwritten 3 from a 5.
#
# No mathematics is needed beyond school, and no word is used before it is explained. The ladder has eight
# rungs, two here and six in [part two](ladder-2-to-the-engine.ipynb). Each rung changes **one** thing, and each
# is checked against the rung below: the new thing, with its novelty switched off, must give the old numbers.

# %%
import os
import time

import matplotlib.pyplot as plt
import numpy as np

import drawing
from glassnet import scratch
from glassnet.data.sources import open_source

QUICK = "GLASSNET_QUICK" in os.environ  # a taste, as the tests take it: leave it unset for the real thing

# %% [markdown]
# ## Rung 1: one weight, one example
#
# A machine has one knob. A number $x$ goes in, is multiplied by the setting of the knob, and comes out as $y$:
#
# $$y = w \cdot x$$
#
# The setting $w$ is called a **weight**. We want the machine to answer $t = 3$ (the **target**) when it is given
# $x = 2$. The knob stands at $w = 0.5$, so it answers
#
# $$y = 0.5 \cdot 2 = 1,$$
#
# which is 2 too little. *How wrong is that?* We need one number for it, 0 when the answer is right and larger
# the further off it is. A usual choice is half the square of the error. It is called the **loss**:
#
# $$L = \tfrac12\,(y - t)^2 = \tfrac12\,(1 - 3)^2 = 2$$

# %%
x, t = 2.0, 3.0


def loss(w):
    return (w * x - t) ** 2 / 2


w = 0.5
print(f"answer {w * x}, wanted {t}, loss {loss(w)}")

# %% [markdown]
# Which way should the knob be turned? **Try it.** Turn it by a very small amount, a thousandth, and see what the
# loss does.

# %%
nudge = 0.001
print(f"loss at w = {w}:      {loss(w):.6f}")
print(f"loss at w = {w + nudge}:    {loss(w + nudge):.6f}")
print(f"change of the loss:   {loss(w + nudge) - loss(w):.6f}")
print(f"change per unit of w: {(loss(w + nudge) - loss(w)) / nudge:.3f}")

# %% [markdown]
# Turning the knob up makes the loss fall, and about 4 times as fast as the knob turns. That number, $-4$, is the
# **slope** of the loss at this setting. With several knobs there is a slope for each of them, and all the slopes
# together are called the **gradient**. You have just computed one. There is nothing more behind the word.
#
# Trying every knob is slow when there are a hundred thousand of them, so let us find the slope by thought. When
# the knob turns by a little bit $\Delta$, the answer changes by $\Delta \cdot x$: a large input gives the knob
# more say. And when the answer changes by a little, the loss changes $(y - t)$ times as much, because
#
# $$\tfrac12\,(y + \varepsilon - t)^2 = \tfrac12\,(y - t)^2 + \varepsilon\,(y - t) + \tfrac12\,\varepsilon^2,$$
#
# and for a tiny $\varepsilon$ the last term is as good as nothing. One after the other, the two rates multiply.
# This is the *chain rule*, and it is the engine of everything that follows:
#
# $$\frac{\partial L}{\partial w}
#   = \underbrace{(y - t)}_{\text{how wrong}} \cdot \underbrace{x}_{\text{what came in}} = (1 - 3) \cdot 2 = -4$$
#
# ($\partial L / \partial w$ is read "the slope of $L$ along $w$".) Trying gave almost the same: the small
# difference is the $\tfrac12\varepsilon^2$.


# %%
def slope(w):
    return (w * x - t) * x


print(f"by thought {slope(w)}, by trial {(loss(w + nudge) - loss(w)) / nudge:.3f}")

# %% [markdown]
# Now **learn**: turn the knob against the slope, by a small part of it. The part, here a tenth, is called the
# **learning rate** and often written $\alpha$ (alpha):
#
# $$w \leftarrow w - \alpha \, \frac{\partial L}{\partial w} = 0.5 - 0.1 \cdot (-4) = 0.9$$
#
# With $w = 0.9$ the answer is 1.8, and the loss has fallen from 2 to 0.72. You can check the first line of this
# table on paper, and the second.

# %%
alpha = 0.1
w = 0.5
print("step   weight   answer   loss     slope")
for step in range(7):
    print(f"{step:4}   {w:.4f}   {w * x:.4f}   {loss(w):.4f}   {slope(w):+.4f}")
    w = w - alpha * slope(w)

# %% [markdown]
# Each step makes the error 0.6 times as large as it was. The loss is a valley over the weight, and learning is
# walking down its side. The step need not be told to become shorter near the bottom: the slope does that.
#
# How long should a step be? Below is the same walk at three learning rates.


# %%
def walk(alpha, steps=9, w=0.5):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - alpha * slope(path[-1]))
    return np.array(path)


ground = np.linspace(-0.6, 3.6, 200)
_, places = plt.subplots(1, 3, figsize=(9, 3), dpi=drawing.DPI, layout="constrained", sharey=True)
cases = {0.03: "0.03: too shy", 0.1: "0.1: good", 0.52: "0.52: too bold"}
for axes, (rate, title) in zip(places, cases.items(), strict=True):
    path = walk(rate)
    axes.plot(ground, loss(ground), color=drawing.LINE, linewidth=3)
    axes.plot(path, loss(path), color=drawing.INK, marker="o", markersize=5, linewidth=1)
    axes.plot(path[0], loss(path[0]), "o", color="white", markeredgecolor=drawing.INK, markersize=9)
    drawing.plain_axes(axes, title=f"Learning rate {title}", x="weight", grid=False)
places[0].set_ylabel("loss")
plt.show()

# %% [markdown]
# The white dot is the start. A rate that is too small wastes steps. One that is too large jumps across the
# valley and lands higher than before: the loss grows, and in the end the numbers overflow. When a network "does
# not learn", this is the first thing to look at.
#
# ## Rung 2: one neuron, real pictures
#
# The machine of rung 1 answers with any number. Now the question is one of **yes or no**: is this picture a 3,
# or is it a 5? One thing changes: behind the sum comes a switch that turns any number into one between 0 and 1,
# to be read as "how sure am I that it is a 3". And since one knob is not enough for a picture, every pixel gets
# its own, and there is one more, the **bias** $b$, which is added whatever the picture shows:
#
# $$z = w_1 x_1 + w_2 x_2 + \dots + w_{784} x_{784} + b \qquad\qquad a = \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# The switch $\sigma$ is the **sigmoid**. A weighted sum with such a bend behind it is all that a *neuron* is.

# %%
z = np.linspace(-7, 7, 200)
_, axes = plt.subplots(figsize=(5, 2.6), dpi=drawing.DPI, layout="constrained")
axes.plot(z, scratch.sigmoid(z), color=drawing.INK, linewidth=2.2)
drawing.plain_axes(axes, title="The sigmoid", x="the weighted sum z", y="the answer a")
axes.set_yticks([0, 0.5, 1])
plt.show()

# %% [markdown]
# The loss changes with the switch. Being sure and wrong should cost a lot, more than a squared error of at most
# 1 can say. We take the **cross-entropy**, the negative logarithm of the share that the neuron gave to the
# truth. The target is $t = 1$ for a 3 and $t = 0$ for a 5:
#
# $$L = \begin{cases} -\log a & \text{for a 3} \\ -\log (1 - a) & \text{for a 5} \end{cases}$$
#
# It is 0 for an answer that is sure and right, $\log 2 \approx 0.69$ for a shrug ($a = \tfrac12$), and grows
# without limit for one that is sure and wrong.
#
# What is the slope of $L$ along $z$? For a 3, $L = -\log \sigma(z) = \log(1 + e^{-z})$, and the rules for
# logarithms and powers give $-e^{-z} / (1 + e^{-z}) = a - 1$. For a 5 the same work gives $a - 0$. Both are
#
# $$\frac{\partial L}{\partial z} = a - t,$$
#
# *what was said minus what was right*, just as the $(y - t)$ of rung 1. Behind it the rule is the old one, for
# each weight: **how wrong, times what came in**. The bias has the constant input 1.
#
# $$\frac{\partial L}{\partial w_i} = (a - t)\, x_i \qquad\qquad \frac{\partial L}{\partial b} = a - t$$
#
# First, numbers that fit on paper: one "pixel" $x = 2$, weight 0.5, bias $-1$. The sum is $z = 0$, so
# $a = 0.5$, a shrug; and for the target 1 the slopes are $(0.5 - 1) \cdot 2 = -1$ and $-0.5$.


# %%
def neuron(w, b, X):
    """The answers (m,) of a neuron with weights w (D,) and bias b to m pictures X (D, m), one per column."""
    return scratch.sigmoid(w @ X + b)


def cross_entropy(a, t):
    """The mean loss of answers a (m,) to questions whose right answers are t (m,), each 0 or 1."""
    return -np.mean(np.log(np.where(t == 1, a, 1 - a)))


def gradient(w, b, X, t):
    """The slopes of the mean loss along every weight (D,) and along the bias: how wrong, times what came in."""
    wrong = neuron(w, b, X) - t
    return X @ wrong / len(t), wrong.mean()


by_hand = np.array([0.5]), -1.0, np.array([[2.0]]), np.array([1])
print("answer", neuron(*by_hand[:3]), " loss", cross_entropy(neuron(*by_hand[:3]), by_hand[3]).round(4))
print("slopes", *gradient(*by_hand))

# %% [markdown]
# **Check against rung 1.** Take the switch away, so that $a = z$, and set the bias to 0: "how wrong, times what
# came in" must be the slope of rung 1.

# %%
x_column, w_row = np.array([[x]]), np.array([0.5])
without_switch = x_column @ (w_row @ x_column - t)
assert without_switch[0] == slope(0.5)
print(f"neuron without its switch {without_switch[0]}, rung 1 {slope(0.5)}")

# %% [markdown]
# Now the pictures. **MNIST** is a collection of 70,000 digits, written by some 500 people, each 28 × 28 pixels:
# 784 numbers from 0 (paper) to 255 (ink). 60,000 are there to learn from. The other 10,000 are the **test
# set**: we put them away and look at them once, at the very end, because a pupil is not examined on the
# exercises.
#
# We divide the pixels by 255, so that they lie between 0 and 1, and lay every picture down as a *column* of 784
# numbers.

# %%
bundle = open_source("strokes:2000" if QUICK else None)
print(bundle.notice or f"{bundle.train.name}: {len(bundle.train):,} pictures")


def threes_and_fives(data):
    """Pictures as columns (784, m) between 0 and 1, and the right answers (m,): 1 for a 3, 0 for a 5."""
    rows = (data.labels == 3) | (data.labels == 5)
    return data.images[rows].reshape(-1, 784).T / 255, (data.labels[rows] == 3).astype(int)


X, T = threes_and_fives(bundle.train)
print(f"{T.sum():,} threes and {len(T) - T.sum():,} fives: X has shape {X.shape}")
drawing.digits(X[:, :20].T, ["3" if answer else "5" for answer in T[:20]])

# %% [markdown]
# The neuron starts with all its 785 numbers at 0, so its first answer to everything is a shrug. Before it
# learns, one more check: is the gradient right for pictures too? We nudge a few of the weights by hand, as in
# rung 1, and compare. (Two-sided this time, a nudge up and one down. That cancels the $\tfrac12\varepsilon^2$.)

# %%
random = np.random.default_rng(0)
w, b = random.normal(0, 0.1, 784), 0.0
dw, db = gradient(w, b, X, T)
print("weight   by thought    by trial")
for i in (210, 350, 406, 600):
    up, down = w.copy(), w.copy()
    up[i] += 1e-5
    down[i] -= 1e-5
    trial = (cross_entropy(neuron(up, b, X), T) - cross_entropy(neuron(down, b, X), T)) / 2e-5
    print(f"{i:6}   {dw[i]:+.7f}    {trial:+.7f}")
    assert abs(dw[i] - trial) < 1e-7

# %% [markdown]
# They agree, so we may stop trying and start learning. The loop is that of rung 1: slope, small step, again. It
# is called **gradient descent**.

# %%
steps, alpha = (60 if QUICK else 300), 0.1
w, b, history = np.zeros(784), 0.0, []
began = time.perf_counter()
for step in range(steps):
    if step % 10 == 0:
        a = neuron(w, b, X)
        history.append(scratch.Progress(step, float(cross_entropy(a, T)), scratch.get_accuracy(a > 0.5, T)))
    dw, db = gradient(w, b, X, T)
    w, b = w - alpha * dw, b - alpha * db
seconds = time.perf_counter() - began
print(f"{steps} steps on {len(T):,} pictures in {seconds:.0f} s")
drawing.curves({"one neuron": history}, x="step")

# %% [markdown]
# The loss falls from $\log 2 \approx 0.69$, quickly at first, then slowly. Now for what one neuron lets us see.
# Its 784 weights have the shape of a picture. Where it is **blue**, ink speaks for a 3; where it is **orange**,
# ink speaks against it, and so for a 5; white does not matter. The neuron lays this stencil over the picture,
# adds up, and switches.

# %%
drawing.weights(w[None], side=2.2)
averages = np.stack([X[:, T == 1].mean(axis=1), X[:, T == 0].mean(axis=1)])
drawing.digits(averages, ["average 3", "average 5"], side=1.6)

# %% [markdown]
# Compare it with the average 3 and the average 5: they share their lower halves, and the neuron has found that
# the stroke at the upper left (a 5) or upper right (a 3) tells them apart. Nobody told it where to look.
#
# ## The end of part one
#
# Now, once, the pictures that the neuron has not seen.

# %%
X_test, T_test = threes_and_fives(bundle.test)
a = neuron(w, b, X_test)
right = scratch.get_accuracy(a > 0.5, T_test)
print("rung   what is new                       weights   seconds   right on the test pictures")
print("   1   one weight, one example                 1       0.0   -")
print(f"   2   784 weights, a bias, a switch         785   {seconds:7.1f}   {right:.2%} of {len(T_test):,}")

# %%
worst = np.argsort(-np.abs(a - T_test))[:10]
drawing.digits(
    X_test[:, worst].T,
    [f"3 by {a[i]:.0%}" for i in worst],
    note="The ten answers that were furthest off: how sure the neuron was that each is a 3.",
)

# %% [markdown]
# A stencil cannot read a 5 that leans, or one drawn in an unusual way. For that, and for ten digits instead of
# two, one neuron is not enough. On to [part two](ladder-2-to-the-engine.ipynb).
