"""Sequences that once went wrong in a labeller's first hour, played by the robot's own rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.robot.machine import CLASSES, DIALOGS, Labeller

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.qt_no_exception_capture,  # the robot keeps errors itself
    pytest.mark.timeout(300),
]


@pytest.fixture
def labeller(robot: type[Labeller]) -> Iterator[Labeller]:
    """The robot, obeying; its classes are named and the first picture is open."""
    labeller = robot()
    labeller.name_the_classes()
    yield labeller
    labeller.teardown()


def one_object(labeller: Labeller, x: float = 80.0, y: float = 60.0) -> int:
    """Click, Enter; the id of what is new."""
    before = set(labeller.before[labeller.hands.picture].things)
    labeller.click(place=(x, y), right=False)
    labeller.accept(key="Return")
    (new,) = set(labeller.before[labeller.hands.picture].things) - before
    return new


def test_a_dialog_that_was_closed_does_not_hear_what_happens_later(labeller: Labeller) -> None:
    one_object(labeller)
    for action_id in DIALOGS:
        labeller.open_and_close(action_id)
    labeller.all_is_well()  # undo selects again what the review queue had selected
    one_object(labeller, 30.0, 30.0)
    labeller.undo()
    labeller.all_is_well()


def test_a_class_key_with_a_prompt_open_is_the_class_of_that_prompt_alone(labeller: Labeller) -> None:
    labeller.class_key(number=1)
    first = one_object(labeller)
    labeller.click(place=(30.0, 30.0), right=False)
    labeller.class_key(number=2)
    labeller.accept(key="Return")
    things = labeller.before[labeller.hands.picture].things
    assert things[first].class_name == CLASSES[0]
    assert {thing.class_name for thing in things.values()} == {CLASSES[0], CLASSES[1]}


def test_a_class_key_before_the_next_click_leaves_the_former_object_alone(labeller: Labeller) -> None:
    first = one_object(labeller)
    labeller.class_key(number=3)
    one_object(labeller, 30.0, 30.0)
    assert labeller.before[labeller.hands.picture].things[first].class_name == CLASSES[0]


def test_a_stroke_after_an_accepted_object_is_an_object_of_its_own(labeller: Labeller) -> None:
    labeller.brush(start=(20.0, 20.0), end=(60.0, 40.0))
    labeller.brush(start=(100.0, 80.0), end=(140.0, 100.0))
    assert len(labeller.before[labeller.hands.picture].things) == 2


@pytest.mark.parametrize("way", ["D", "list", "restart"])
def test_an_open_mask_stays_with_its_picture(labeller: Labeller, way: str) -> None:
    first = labeller.hands.picture
    labeller.click(place=(80.0, 60.0), right=False)
    if way == "restart":
        labeller.restart()
    elif way == "list":
        labeller.picture_in_the_list(row=2)
        labeller.picture_in_the_list(row=0)
    else:
        labeller.step(key="D")
        labeller.step(key="A")
    assert labeller.hands.picture == first
    labeller.all_is_well()
    assert labeller.hands.open_prompt
    labeller.accept(key="Return")
    assert len(labeller.before[first].things) == 1


def test_a_begun_outline_stays_with_its_picture(labeller: Labeller) -> None:
    labeller.polygon(corners=[(20.0, 20.0), (60.0, 30.0), (40.0, 70.0)], complete=False)
    labeller.step(key="D")
    labeller.step(key="A")
    labeller.all_is_well()
    assert labeller.hands.open_outline


def test_done_accepts_what_is_open(labeller: Labeller) -> None:
    first = labeller.hands.picture
    labeller.click(place=(80.0, 60.0), right=False)
    labeller.done()
    assert len(labeller.before[first].things) == 1


def test_what_is_refined_is_not_painted_over_its_new_mask(labeller: Labeller) -> None:
    labeller.brush(start=(20.0, 20.0), end=(140.0, 100.0))
    (thing,) = labeller.before[labeller.hands.picture].things
    labeller.select_one(thing)
    assert labeller.hands.painted(thing) > 0.9
    labeller.refine(place=(30.0, 30.0))
    labeller.escape()
    assert labeller.hands.painted(thing) > 0.9


def test_undo_is_seen_where_it_happens(labeller: Labeller) -> None:
    first = labeller.hands.picture
    one_object(labeller)
    labeller.step(key="D")
    labeller.undo()
    assert labeller.hands.picture == first
    assert not labeller.before[first].things


def test_the_review_queue_selects_what_it_shows_and_a_class_key_is_for_it(labeller: Labeller) -> None:
    labeller.brush(start=(20.0, 20.0), end=(26.0, 22.0))
    labeller.done()
    (thing,) = labeller.before["first.png"].things
    labeller.open_and_close("image.queue")
    labeller.all_is_well()
    labeller.hands.wait(lambda: labeller.hands.selected == {thing}, "the queue to show its entry")
    labeller.mine = labeller.hands.selected
    labeller.class_key(number=2)
    assert labeller.before["first.png"].things[thing].class_name == CLASSES[1]
    labeller.undo()
    labeller.all_is_well()


@pytest.mark.parametrize("key", ["Return", "Ctrl+Return"])
def test_the_class_that_is_asked_for_is_the_object_s(labeller: Labeller, key: str) -> None:
    labeller.asked_for_its_class(place=(80.0, 60.0), number=2, key=key)
    labeller.all_is_well()
    labeller.undo()
    labeller.all_is_well()


@pytest.mark.parametrize("key", ["Return", "Ctrl+Return", "D"])
def test_a_class_that_was_given_while_refining_is_not_lost(labeller: Labeller, key: str) -> None:
    first = labeller.hands.picture
    labeller.class_key(number=1)
    thing = one_object(labeller)
    labeller.select_one(thing)
    labeller.all_is_well()
    labeller.refine_the_class_alone(number=2, key=key)
    labeller.all_is_well()
    if key == "D":
        labeller.step(key="A")
        labeller.all_is_well()
        labeller.accept(key="Return")
    assert labeller.before[first].things[thing].class_name == CLASSES[1]


def test_boxes_that_are_passed_by_keep_their_class(labeller: Labeller) -> None:
    labeller.class_key(number=1)
    labeller.boxes_passed_by(start=(20.0, 20.0), end=(90.0, 80.0), number=2)
    labeller.all_is_well()
    assert {thing.class_name for thing in labeller.before["first.png"].things.values()} == {CLASSES[0]}
    one_object(labeller, 120.0, 100.0)


def test_undo_takes_the_clicks_of_an_open_mask_first(labeller: Labeller) -> None:
    one_object(labeller)
    labeller.click(place=(30.0, 30.0), right=False)
    labeller.take_back_a_step(key="Ctrl+Z")
    labeller.all_is_well()
    labeller.undo()
    assert not labeller.before["first.png"].things
