"""Losses: by hand, at the extremes, against PyTorch's numbers, and against PyTorch itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engine import LOSSES, OUTPUTS, BinaryCrossEntropy, Loss, SigmoidSquaredError, SoftmaxCrossEntropy
from glassnet.errors import RecipeError, ShapeError

close = np.testing.assert_allclose

EVERY = [SoftmaxCrossEntropy(), SoftmaxCrossEntropy(0.1), SigmoidSquaredError(), BinaryCrossEntropy()]
every_loss = pytest.mark.parametrize("loss", EVERY, ids=repr)

LOGITS = 2 * np.sin(np.arange(12)).reshape(4, 3)
LABELS = np.array([0, 2, 1, 1])
ONE_HOT = np.eye(3)[LABELS]

# torch 2.13, float64, for LOGITS z, LABELS y and ONE_HOT t: value and z.grad of
#   cross_entropy(z, y); the same with label_smoothing=.1; ((sigmoid(z) - (.01 + .98 * t)) ** 2).sum() / 8;
#   binary_cross_entropy_with_logits(z, t, reduction="sum") / 4
FROM_PYTORCH = [
    (
        2.051217565141,
        [
            [-0.2300710375, 0.1072450117, 0.1228260258],
            [0.1958049988, 0.0325011103, -0.2283061091],
            [0.012403791, -0.1692945309, 0.15689074],
            [0.2071082264, -0.219401154, 0.0122929276],
        ],
    ),
    (
        2.002066323055,
        [
            [-0.2134043708, 0.0989116784, 0.1144926925],
            [0.1874716655, 0.024167777, -0.2116394425],
            [0.0040704576, -0.1526278643, 0.1485574066],
            [0.198774893, -0.2027344873, 0.0039595943],
        ],
    ),
    (
        0.586194378055,
        [
            [-0.030625, 0.0275298226, 0.0255360932],
            [0.0343179704, 0.0062989893, -0.0240667082],
            [0.0204731878, -0.008423772, 0.0231693377],
            [0.0362988518, -0.0347769402, 0.0028664983],
        ],
    ),
    (
        3.276313723627,
        [
            [-0.125, 0.2108234259, 0.2150993588],
            [0.142523827, 0.045101287, -0.2179745817],
            [0.0909544969, -0.052955686, 0.2196360683],
            [0.1737837476, -0.18700322, 0.0298012446],
        ],
    ),
]


@pytest.mark.parametrize(
    ("loss", "expected"), list(zip(EVERY, FROM_PYTORCH, strict=True)), ids=[repr(loss) for loss in EVERY]
)
def test_values_and_gradients_are_those_of_pytorch(loss: Loss, expected: tuple[float, list[list[float]]]):
    value, gradient = loss(LOGITS, LABELS)
    assert value == pytest.approx(expected[0], abs=1e-11)
    close(gradient, expected[1], atol=1e-10)


# --- By hand --------------------------------------------------------------------------------------


def test_cross_entropy_by_hand():
    # softmax([0, ln 3]) = [1, 3] / 4; the right class has 1/4, so the loss is −ln(1/4) = ln 4; p − t = [−3, 3] / 4
    value, gradient = SoftmaxCrossEntropy()(np.array([[0, math.log(3)]]), np.array([0]))
    assert value == pytest.approx(math.log(4))
    close(gradient, [[-3 / 4, 3 / 4]])


def test_label_smoothing_by_hand():
    # s = 0.2 and K = 2: the target [1, 0] becomes [0.8 + 0.1, 0.1]; −0.9 ln(1/4) − 0.1 ln(3/4)
    value, gradient = SoftmaxCrossEntropy(0.2)(np.array([[0, math.log(3)]]), np.array([0]))
    assert value == pytest.approx(-0.9 * math.log(1 / 4) - 0.1 * math.log(3 / 4))
    close(gradient, [[1 / 4 - 0.9, 3 / 4 - 0.1]])


def test_squared_error_by_hand():
    # σ(0) = 1/2, targets 0.99 and 0.01: ½ · (0.49² + 0.49²) = 0.2401; the gradient is ∓0.49 · ¼
    value, gradient = SigmoidSquaredError()(np.zeros((1, 2)), np.array([0]))
    assert value == pytest.approx(0.2401)
    close(gradient, [[-0.1225, 0.1225]])


def test_squared_error_with_other_targets_by_hand():
    # targets 1 and 0: ½ · (¼ + ¼) = ¼
    value, gradient = SigmoidSquaredError(low=0, high=1)(np.zeros((1, 2)), np.array([1]))
    assert value == pytest.approx(0.25)
    close(gradient, [[0.125, -0.125]])


def test_binary_cross_entropy_by_hand():
    # σ(ln 3) = 3/4 and t = 1: −ln(3/4), p − t = −1/4; σ(0) = 1/2 and t = 0: ln 2, p − t = 1/2
    value, gradient = BinaryCrossEntropy()(np.array([[math.log(3), 0]]), np.array([[1, 0]]))
    assert value == pytest.approx(math.log(4 / 3) + math.log(2))
    close(gradient, [[-1 / 4, 1 / 2]])


def test_one_question_takes_its_answers_as_a_plain_row():
    logits = np.array([[0.5], [-1.0], [2.0]])
    answers = np.array([1, 0, 1])
    value, gradient = BinaryCrossEntropy()(logits, answers)
    expected_value, expected_gradient = BinaryCrossEntropy()(logits, answers[:, None])
    assert value == expected_value
    close(gradient, expected_gradient)
    assert BinaryCrossEntropy()(logits, answers.astype(bool))[0] == value
    assert BinaryCrossEntropy()(logits, answers.astype(float))[0] == value


# --- What every loss keeps ------------------------------------------------------------------------


@every_loss
def test_the_mean_over_the_batch_does_not_know_its_size(loss: Loss):
    """The same samples twice: the same loss, each sample's gradient half as large."""
    value, gradient = loss(LOGITS, LABELS)
    twice, halves = loss(np.tile(LOGITS, (2, 1)), np.tile(LABELS, 2))
    assert twice == pytest.approx(value)
    close(halves, np.tile(gradient, (2, 1)) / 2)


@every_loss
def test_labels_and_the_rows_they_stand_for_are_the_same(loss: Loss):
    rows = loss.low + (loss.high - loss.low) * ONE_HOT if isinstance(loss, SigmoidSquaredError) else ONE_HOT
    value, gradient = loss(LOGITS, LABELS)
    expected_value, expected_gradient = loss(LOGITS, rows)
    assert value == pytest.approx(expected_value)
    close(gradient, expected_gradient)


@every_loss
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64])
def test_any_integer_type_will_do_for_labels(loss: Loss, kind: type):
    assert loss(LOGITS, LABELS.astype(kind))[0] == loss(LOGITS, LABELS)[0]


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("targets", [LABELS, ONE_HOT, ONE_HOT.astype(np.uint8)], ids=["labels", "rows", "bytes"])
def test_the_gradient_has_the_type_of_the_logits(loss: Loss, dtype: type, targets: np.ndarray):
    value, gradient = loss(LOGITS.astype(dtype), targets)
    assert type(value) is float
    assert gradient.dtype == dtype
    assert loss.probabilities(LOGITS.astype(dtype)).dtype == dtype


@every_loss
def test_logits_and_targets_are_left_alone(loss: Loss):
    logits, rows = LOGITS.copy(), ONE_HOT.copy()
    loss(logits, rows)
    np.testing.assert_array_equal(logits, LOGITS)
    np.testing.assert_array_equal(rows, ONE_HOT)


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_overflow_however_sure_or_wrong(loss: Loss, dtype: type):
    logits = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 0]], dtype)
    value, gradient = loss(logits, np.array([0, 0]))  # certain and right, certain and wrong
    assert math.isfinite(value)
    assert np.isfinite(gradient).all()


def test_cross_entropy_of_a_certain_mistake_is_the_distance_of_the_logits():
    # log p is computed without p, which is 0 in any floating type here: −log p = 1e4 − (−1e4)
    value, _ = SoftmaxCrossEntropy()(np.array([[1e4, -1e4]]), np.array([1]))
    assert value == pytest.approx(2e4)


@given(st.integers(1, 6), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_the_gradient_of_a_softmax_moves_no_total(count: int, classes: int, seed: int):
    """Probabilities and targets both add up to 1, so each row of the gradient adds up to 0."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 5, (count, classes))
    value, gradient = SoftmaxCrossEntropy(0.1)(logits, random.integers(0, classes, count))
    assert gradient.shape == logits.shape
    close(gradient.sum(axis=1), 0, atol=1e-12)
    assert value >= 0


# --- What is refused ------------------------------------------------------------------------------


@every_loss
@pytest.mark.parametrize(
    "targets",
    [np.array([0, 1, 2]), np.zeros((4, 1)), np.zeros((1, 3)), np.zeros((4, 4)), np.array([0.0, 1, 2, 1])],
    ids=["too few", "one column", "one row", "a class too many", "labels that are floats"],
)
def test_targets_that_do_not_fit_are_refused(loss: Loss, targets: np.ndarray):
    with pytest.raises(ShapeError, match=r"for logits of shape \(4, 3\), targets must be 4 integer labels"):
        loss(LOGITS, targets)


@every_loss
@pytest.mark.parametrize("label", [-1, 3])
def test_labels_outside_the_classes_are_refused(loss: Loss, label: int):
    with pytest.raises(ShapeError, match=r"labels must be from 0 to 2, got"):
        loss(LOGITS, np.array([0, label, 1, 1]))


@pytest.mark.parametrize("smoothing", [-0.1, 1, math.nan])
def test_smoothing_outside_its_range_is_refused(smoothing: float):
    with pytest.raises(RecipeError, match="label_smoothing must be from 0 up to, but not including, 1, got"):
        SoftmaxCrossEntropy(smoothing)


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.9), (0.1, 1.1), (0.5, 0.5), (0.9, 0.1), (math.nan, 1)])
def test_targets_that_a_sigmoid_cannot_have_are_refused(low: float, high: float):
    with pytest.raises(RecipeError, match="the targets must have 0 ≤ low < high ≤ 1"):
        SigmoidSquaredError(low, high)


# --- Tables and peers -----------------------------------------------------------------------------


def test_every_loss_is_in_the_table_and_names_its_output():
    assert set(LOSSES) == {"cross_entropy", "squared_error", "binary_cross_entropy"}
    for word, loss in LOSSES.items():
        assert loss.word == word
        assert loss.output in OUTPUTS


def test_probabilities():
    close(SoftmaxCrossEntropy().probabilities(np.log([[1.0, 3.0]])), [[1 / 4, 3 / 4]])
    close(BinaryCrossEntropy().probabilities(np.log([[1.0, 3.0]])), [[1 / 2, 3 / 4]])


@every_loss
def test_agrees_with_pytorch(loss: Loss):
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    functional = torch.nn.functional
    random = np.random.default_rng(3)
    logits, labels = random.normal(0, 4, (30, 10)), random.integers(0, 10, 30)
    z = torch.tensor(logits, requires_grad=True)
    one_hot = torch.tensor(np.eye(10)[labels])
    if isinstance(loss, SoftmaxCrossEntropy):
        theirs = functional.cross_entropy(z, torch.tensor(labels), label_smoothing=loss.label_smoothing)
    elif isinstance(loss, SigmoidSquaredError):
        theirs = functional.mse_loss(torch.sigmoid(z), 0.01 + 0.98 * one_hot, reduction="sum") / (2 * 30)
    else:
        theirs = functional.binary_cross_entropy_with_logits(z, one_hot, reduction="sum") / 30
    theirs.backward()
    value, gradient = loss(logits, labels)
    assert value == pytest.approx(theirs.item(), rel=1e-12)
    close(gradient, z.grad.numpy(), atol=1e-13)


@pytest.mark.parametrize("shape", [(1, 4), (3, 1), (1, 1), (3, 4)])
@pytest.mark.parametrize("loss", [SoftmaxCrossEntropy(), SigmoidSquaredError(), BinaryCrossEntropy()], ids=str)
def test_logits_and_targets_are_left_as_they_are(loss, shape):
    logits, targets = np.full(shape, 0.7), np.full(shape, 0.2)
    loss(logits, targets)
    assert (logits == 0.7).all()
    assert (targets == 0.2).all()
