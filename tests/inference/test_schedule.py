"""The worker's queue: the user first, nothing lost, nothing done twice."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.inference.schedule import Answer, Durations, Encode, Spare, WorkQueue, neighbours

Queue = WorkQueue[str, str]


@pytest.fixture
def queue() -> Queue:
    return WorkQueue()


def take(queue: Queue) -> Encode[str] | Answer[str, str] | Spare | None:
    return queue.take(timeout=0)


@pytest.mark.parametrize(
    ("current", "count", "expected"),
    [(5, 100, (6, 4, 7, 8)), (0, 100, (1, 2, 3)), (99, 100, (98,)), (0, 1, ()), (1, 3, (2, 0))],
)
def test_neighbours_come_next_previous_next_but_one(
    current: int, count: int, expected: tuple[int, ...]
) -> None:
    assert neighbours(current, count) == expected


def test_the_shown_picture_comes_before_the_prepared_ones(queue: Queue) -> None:
    queue.show("b", ["c", "a"])
    order = []
    while work := take(queue):
        assert isinstance(work, Encode)
        order.append((work.picture, work.ahead))
        queue.encoded(work.picture)
    assert order == [("b", False), ("c", True), ("a", True)]


def test_a_click_goes_before_preparing(queue: Queue) -> None:
    queue.show("b", ["c"])
    queue.encoded("b")
    queue.ask("b", "click")
    assert take(queue) == Answer("b", "click", 1)
    assert take(queue) == Encode("c", ahead=True)


def test_long_work_comes_last_and_only_while_it_is_offered(queue: Queue) -> None:
    queue.offer_spare(True)
    queue.show("b", ["c"])
    assert take(queue) == Encode("b", ahead=False)
    queue.encoded("b")
    assert take(queue) == Encode("c", ahead=True)
    queue.encoded("c")
    assert take(queue) == Spare()
    assert take(queue) == Spare()
    queue.ask("b", "click")
    assert take(queue) == Answer("b", "click", 1)
    queue.offer_spare(False)
    assert take(queue) is None


def test_a_click_before_the_picture_is_encoded_waits_for_it(queue: Queue) -> None:
    queue.show("b", ["c"])
    queue.ask("b", "click")
    assert take(queue) == Encode("b", ahead=False)
    queue.encoded("b")
    assert take(queue) == Answer("b", "click", 1)


def test_the_newest_click_is_answered_and_the_older_answer_is_stale(queue: Queue) -> None:
    queue.show("b")
    queue.encoded("b")
    first = queue.ask("b", "one click")
    assert take(queue) == Answer("b", "one click", first)
    second = queue.ask("b", "two clicks")
    third = queue.ask("b", "three clicks")
    assert not queue.is_newest("b", first)
    assert not queue.is_newest("b", second)
    assert queue.is_newest("b", third)
    assert take(queue) == Answer("b", "three clicks", third)
    assert take(queue) is None


def test_slots_do_not_replace_each_other(queue: Queue) -> None:
    queue.show("b")
    queue.encoded("b")
    queue.ask("b", "preview", slot="hover")
    queue.ask("b", "accept", slot="accept")
    assert [w.request for w in (take(queue), take(queue)) if isinstance(w, Answer)] == ["preview", "accept"]


def test_a_jump_drops_what_was_to_be_prepared(queue: Queue) -> None:
    queue.show("b", ["c", "a"])
    queue.encoded("b")
    queue.show("x", ["y"])
    queue.encoded("x")
    assert take(queue) == Encode("y", ahead=True)
    queue.encoded("y")
    assert take(queue) is None


def test_a_request_about_a_left_picture_is_still_answered(queue: Queue) -> None:
    queue.show("b")
    queue.ask("b", "accept", slot="accept")
    queue.show("c")
    assert take(queue) == Encode("c", ahead=False)
    queue.encoded("c")
    assert take(queue) == Encode("b", ahead=False)
    queue.encoded("b")
    assert queue.pending("b")
    assert take(queue) == Answer("b", "accept", 1, "accept")
    assert not queue.pending("b")


def test_work_that_nobody_waits_for_begins_when_the_user_has_been_quiet_for_a_while() -> None:
    now = 100.0
    queue: Queue = WorkQueue(quiet_seconds=1.0, clock=lambda: now)
    queue.show("b", ["c"])
    queue.offer_spare(True)
    assert take(queue) == Encode("b", ahead=False), "what is waited for is not put off"
    queue.encoded("b")
    now += 0.9
    assert take(queue) is None
    queue.ask("b", "click")
    assert take(queue) == Answer("b", "click", 1)
    now += 0.9
    assert take(queue) is None, "a request begins the wait again"
    queue.show("b", ["c", "a"])
    now += 0.1
    assert take(queue) == Encode("c", ahead=True), "the same picture again does not"
    queue.show("d", [])
    queue.encoded("d")
    assert take(queue) is None
    now += 1.0
    assert take(queue) == Spare()


def test_a_picture_is_encoded_once_somebody_stays_with_it_or_clicks() -> None:
    now = 100.0
    queue: Queue = WorkQueue(clock=lambda: now, settle_seconds=0.15)
    for picture in "abcde":  # a held key
        queue.show(picture)
        assert take(queue) is None
        now += 0.03
    now += 0.1
    assert take(queue) is None
    now += 0.05
    assert take(queue) == Encode("e", ahead=False)
    queue.encoded("e")
    queue.show("f")
    queue.ask("f", "click")
    assert take(queue) == Encode("f", ahead=False), "a click does not wait"


def test_a_waiting_worker_wakes_when_it_has_been_quiet_long_enough() -> None:
    queue: Queue = WorkQueue(quiet_seconds=0.05)
    queue.show("b", ["c"])
    queue.encoded("b")
    start = time.monotonic()
    assert queue.take(timeout=60) == Encode("c", ahead=True)
    assert 0.04 < time.monotonic() - start < 50


def test_a_withdrawn_request_is_not_answered(queue: Queue) -> None:
    queue.show("b")
    queue.encoded("b")
    revision = queue.ask("b", "click")
    queue.withdraw("b")
    assert take(queue) is None
    assert not queue.is_newest("b", revision)


def test_a_picture_that_fails_is_not_tried_again_until_it_is_shown_again(queue: Queue) -> None:
    queue.show("b", ["c"])
    queue.ask("b", "click")
    queue.failed("b")
    assert take(queue) == Encode("c", ahead=True)
    queue.failed("c")
    assert take(queue) is None
    queue.show("b")
    assert take(queue) == Encode("b", ahead=False)


def test_a_change_of_model_encodes_again(queue: Queue) -> None:
    queue.show("b")
    queue.encoded("b")
    assert take(queue) is None
    queue.forget()
    assert take(queue) == Encode("b", ahead=False)


def test_closing_wakes_the_worker(queue: Queue) -> None:
    got: list[object] = []
    worker = threading.Thread(target=lambda: got.append(queue.take()))
    worker.start()
    queue.close()
    worker.join(5)
    assert got == [None]
    queue.show("b")
    assert take(queue) is None


def test_asking_wakes_the_worker(queue: Queue) -> None:
    queue.encoded("b")
    got: list[object] = []
    worker = threading.Thread(target=lambda: got.append(queue.take(timeout=5)))
    worker.start()
    queue.ask("b", "click")
    worker.join(5)
    assert got == [Answer("b", "click", 1)]


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["show", "ask", "work", "work"]), st.sampled_from("abcd")), max_size=60
)


@given(ACTIONS)
def test_the_last_request_of_every_picture_is_answered_in_the_end(actions: list[tuple[str, str]]) -> None:
    queue: Queue = WorkQueue()
    last: dict[str, int] = {}
    answered: dict[str, list[int]] = {}

    def work() -> bool:
        job = take(queue)
        if isinstance(job, Encode):
            queue.encoded(job.picture)
        elif job is not None:
            answered.setdefault(job.picture, []).append(job.revision)
        return job is not None

    for action, picture in actions:
        if action == "show":
            queue.show(picture, [p for p in "abcd" if p != picture])
        elif action == "ask":
            last[picture] = queue.ask(picture, "click")
        else:
            work()
    while work():
        pass
    for picture, revision in last.items():
        assert answered[picture][-1] == revision
        assert answered[picture] == sorted(set(answered[picture]))


def test_progress_is_predicted_from_past_runs() -> None:
    durations = Durations(keep=3)
    assert durations.fraction("model", 1.0) is None
    for seconds in (50.0, 2.0, 4.0, 3.0):
        durations.add("model", seconds)
    assert durations.expected("model") == 3.0
    assert durations.fraction("model", 1.5) == 0.5
    assert durations.fraction("model", 99.0) == 0.95
    assert durations.expected("another") is None
