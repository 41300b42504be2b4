"""The garbage collector runs less often during a stream, and as before after it."""

from __future__ import annotations

import gc
import threading

import pytest

from slimsam_core.files.streaming import THRESHOLD, few_collections


def test_the_threshold_comes_back_even_after_an_error() -> None:
    usual = gc.get_threshold()

    def fail() -> None:
        with few_collections():
            assert gc.get_threshold()[0] == max(THRESHOLD, usual[0])
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert gc.get_threshold() == usual


def test_the_last_of_several_threads_restores_it() -> None:
    usual = gc.get_threshold()
    inside, leave = threading.Barrier(2), threading.Event()

    def other() -> None:
        with few_collections():
            inside.wait(5)
            leave.wait(5)

    thread = threading.Thread(target=other)
    with few_collections():
        thread.start()
        inside.wait(5)
    assert gc.get_threshold()[0] >= THRESHOLD
    leave.set()
    thread.join(5)
    assert gc.get_threshold() == usual


def test_a_collector_that_is_off_stays_off() -> None:
    usual = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with few_collections():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*usual)
