"""Schedules: where they begin and end, that they do not jump, and how warm-up joins on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engine import SCHEDULES, make_schedule
from glassnet.errors import RecipeError

every_name = pytest.mark.parametrize("name", SCHEDULES)


@pytest.mark.parametrize(
    ("name", "settings", "points"),
    [
        ("constant", {}, {0: 1, 0.5: 1, 1: 1}),
        ("step", {}, {0: 1, 0.33: 1, 0.34: 0.1, 0.66: 0.1, 0.67: 0.01, 1: 0.01}),
        ("step", {"drops": 1, "factor": 0.5}, {0: 1, 0.49: 1, 0.5: 0.5, 1: 0.5}),
        ("step", {"drops": 0}, {0: 1, 1: 1}),
        ("exponential", {}, {0: 1, 0.5: 0.1, 1: 0.01}),
        ("exponential", {"final": 0.25}, {0: 1, 0.5: 0.5, 1: 0.25}),
        ("linear", {}, {0: 1, 0.25: 0.75, 1: 0}),
        ("linear", {"final": 0.5}, {0: 1, 0.5: 0.75, 1: 0.5}),
        ("cosine", {}, {0: 1, 1 / 3: 0.75, 0.5: 0.5, 2 / 3: 0.25, 1: 0}),
        ("cosine", {"final": 0.2}, {0: 1, 0.5: 0.6, 1: 0.2}),
        ("one_cycle", {}, {0: 0.04, 0.15: 0.52, 0.3: 1, 0.65: 0.5, 1: 0}),
        ("one_cycle", {"rise": 0.5, "start": 0.2, "final": 0.1}, {0: 0.2, 0.25: 0.6, 0.5: 1, 0.75: 0.55, 1: 0.1}),
        ("one_cycle", {"rise": 0}, {0: 1, 0.5: 0.5, 1: 0}),
        ("one_cycle", {"rise": 1}, {0: 0.04, 0.5: 0.52, 1: 1}),
    ],
)
def test_values_by_hand(name: str, settings: dict[str, float], points: dict[float, float]):
    schedule = make_schedule(name, **settings)
    for progress, expected in points.items():
        assert schedule(progress) == pytest.approx(expected, abs=1e-12), progress


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "step"])
@pytest.mark.parametrize("warm_up", [0, 0.1])
def test_no_jumps(name: str, warm_up: float):
    schedule = make_schedule(name, warm_up=warm_up)
    factors = np.array([schedule(progress) for progress in np.linspace(0, 1, 10_001)])
    # the steepest is the climb of warm-up, 1 / 0.1 per unit of progress, so 0.001 per thousandth of a tenth;
    # one_cycle joins its own start (0.04) to the end of the climb (1): the one jump that is asked for
    jumps = np.abs(np.diff(factors)) > 0.0011
    assert jumps.sum() == (1 if name == "one_cycle" and warm_up else 0)


@every_name
def test_warm_up_climbs_in_a_line_and_then_the_whole_course_follows(name: str):
    plain, warmed = make_schedule(name), make_schedule(name, warm_up=0.2)
    assert [warmed(progress) for progress in (0, 0.05, 0.1)] == pytest.approx([0, 0.25, 0.5])
    for progress in (0, 0.3, 0.77, 1):
        assert warmed(0.2 + 0.8 * progress) == pytest.approx(plain(progress))


@given(
    st.sampled_from(list(SCHEDULES)),
    st.floats(0, 1),
    st.floats(0, 0.99),
    st.fixed_dictionaries({name: st.floats(0, 1) for name in ("factor", "final", "rise", "start")}),
    st.integers(0, 9),
)
def test_a_factor_is_always_from_0_to_1(
    name: str, progress: float, warm_up: float, shares: dict[str, float], drops: int
):
    known = SCHEDULES[name].__kwdefaults__ or {}
    settings = {setting: value for setting, value in {**shares, "drops": drops}.items() if setting in known}
    factor = make_schedule(name, warm_up=warm_up, **settings)(progress)
    assert isinstance(factor, float)
    assert -1e-12 <= factor <= 1 + 1e-12


@every_name
def test_a_schedule_is_a_pure_function(name: str):
    schedule = make_schedule(name)
    forwards = [schedule(progress / 10) for progress in range(11)]
    backwards = [schedule(progress / 10) for progress in reversed(range(11))]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize(
    ("name", "settings", "complaint", "hint"),
    [
        ("cosin", {}, "there is no schedule 'cosin'", "did you mean 'cosine'?"),
        ("cosine", {"finl": 0.1}, "schedule 'cosine' has no setting 'finl'", "did you mean 'final'?"),
        ("constant", {"final": 0.1}, "schedule 'constant' has no setting 'final'", "no settings of its own"),
        ("linear", {"warm_up": 1}, "warm_up must be from 0 up to, but not including, 1, got 1", None),
        ("linear", {"warm_up": -0.1}, "warm_up must be from 0 up to", None),
        ("linear", {"final": 2}, "schedule 'linear': final must be from 0 to 1, got 2", None),
        ("exponential", {"final": -1}, "final must be from 0 to 1, got -1", None),
        ("one_cycle", {"rise": math.nan}, "rise must be from 0 to 1, got nan", None),
        ("step", {"drops": 1.5}, "drops must be a whole number, 0 or above, got 1.5", None),
        ("step", {"drops": -1}, "drops must be a whole number, 0 or above, got -1", None),
    ],
)
def test_what_makes_no_schedule_is_refused(
    name: str, settings: dict[str, float], complaint: str, hint: str | None
):
    with pytest.raises(RecipeError, match=complaint) as caught:
        make_schedule(name, **settings)
    assert caught.value.hint is None if hint is None else hint in str(caught.value.hint)
