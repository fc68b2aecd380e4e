"""BLAS works with one thread inside, in whatever thread of ours that is, and as before outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np  # noqa: F401 - it brings BLAS along
import pytest
from threadpoolctl import ThreadpoolController

from glassnet import blas
from glassnet.blas import one_blas_thread


def threads() -> set[int]:
    return {each["num_threads"] for each in ThreadpoolController().info() if each["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    """As on a machine with two cores, wherever the tests run, and whatever other tests have loaded meanwhile.

    Other libraries bring a BLAS of their own. One that came after our first look is not ours, but is seen here.
    """
    blas._controller.cache_clear()
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        if threads() != {2}:
            pytest.skip("this BLAS has no threads to set")
        yield


def in_a_thread() -> set[int]:
    found: list[set[int]] = []

    def work() -> None:
        with one_blas_thread():
            found.append(threads())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found[0]


def test_it_is_one_inside_and_as_before_outside():
    with one_blas_thread():
        assert threads() == {1}
        with one_blas_thread():
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == {2}


def test_it_holds_in_every_thread_one_after_another():
    with one_blas_thread():
        pass
    assert in_a_thread() == {1}
    assert threads() == {2}
    assert in_a_thread() == {1}
    with one_blas_thread():
        assert threads() == {1}
    assert threads() == {2}


def test_blocks_of_two_threads_may_overlap():
    entered, leave = threading.Event(), threading.Event()

    def work() -> None:
        with one_blas_thread():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=work)
    with one_blas_thread():
        thread.start()
        entered.wait(10)
    assert threads() == {1}  # the other one is still inside
    leave.set()
    thread.join()
    assert threads() == {2}
