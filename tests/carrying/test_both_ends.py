"""What is carried towards each other from two labelled pictures is one thing where that is sure."""

from __future__ import annotations

from slimsam_core.annotation import NO_EXTRA, Annotation
from slimsam_core.labelling.both_ends import Arrived, JoinedEnds, OneEnd, joined_ends
from tests.carrying.test_meetings import square


def thing(number: int, track: int = 0, category_id: int = 1) -> Annotation:
    extra = {"track_id": track} if track else NO_EXTRA
    return Annotation(id=number, image_id=1, category_id=category_id, mask=square(10), extra=extra)


def end(*things: Annotation, at: dict[int, int]) -> OneEnd:
    """These objects; some of them arrived at a place."""
    tracks = {one.id: one.extra.get("track_id", 100 + one.id) for one in things}
    classes = {one.id: one.category_id for one in things}
    return OneEnd(things, tracks, [Arrived(number, classes[number], square(x)) for number, x in at.items()])


def joined(here: OneEnd, there: OneEnd) -> tuple[dict[int, int], set[int], set[int]]:
    found: JoinedEnds = joined_ends(here, there)
    return dict(found.tracks), set(found.crossed), set(found.unsure)


def test_what_covers_each_other_has_one_track_then() -> None:
    found = joined(end(thing(1), thing(2), at={1: 10, 2: 80}), end(thing(3), thing(4), at={3: 84, 4: 12}))
    assert found == ({1: 101, 2: 102, 3: 102, 4: 101}, set(), set())


def test_a_track_of_before_is_taken_from_either_end() -> None:
    assert joined(end(thing(1, 7), at={1: 10}), end(thing(2), at={2: 10}))[0] == {1: 7, 2: 7}
    assert joined(end(thing(1), at={1: 10}), end(thing(2, 7), at={2: 10}))[0] == {1: 7, 2: 7}
    assert joined(end(thing(1, 7), at={1: 10}), end(thing(2, 7), at={2: 10})) == ({1: 7, 2: 7}, set(), set())


def test_another_class_and_what_did_not_arrive_are_no_pair() -> None:
    assert joined(end(thing(1), at={1: 10}), end(thing(2, category_id=2), at={2: 10}))[0] == {1: 101, 2: 102}
    assert joined(end(thing(1), at={1: 10}), end(thing(2), at={})) == ({1: 101, 2: 102}, set(), set())
    assert joined(end(thing(1), at={1: 10}), end(thing(2), at={2: 60}))[0] == {1: 101, 2: 102}


def test_where_several_could_be_it_none_is() -> None:
    found = joined(end(thing(1), thing(2), at={1: 10, 2: 16}), end(thing(3), at={3: 12}))
    assert found == ({1: 101, 2: 102, 3: 103}, set(), {1, 2, 3})


def test_two_tracks_of_before_stay_two_and_that_is_told() -> None:
    found = joined(end(thing(1, 5), at={1: 10}), end(thing(2, 6), at={2: 10}))
    assert found == ({1: 5, 2: 6}, set(), {1, 2})
    # the track of the one is that of another thing there
    found = joined(end(thing(1, 5), at={1: 10}), end(thing(2), thing(3, 5), at={2: 10}))
    assert found == ({1: 5, 2: 102, 3: 5}, set(), {1, 2})


def test_tracks_that_were_exchanged_on_the_way_are_found() -> None:
    here, there = (
        end(thing(1, 5), thing(2, 6), at={1: 10, 2: 80}),
        end(thing(3, 5), thing(4, 6), at={3: 80, 4: 10}),
    )
    tracks, crossed, unsure = joined(here, there)
    assert (crossed, unsure) == ({1, 2, 3, 4}, set())
    assert tracks == {1: 5, 2: 6, 3: 5, 4: 6}


def test_a_track_that_arrived_at_two_places_is_told() -> None:
    found = joined(end(thing(1, 5), at={1: 10}), end(thing(2, 5), at={2: 90}))
    assert found == ({1: 5, 2: 5}, set(), {1, 2})
