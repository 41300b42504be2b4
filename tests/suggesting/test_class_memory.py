"""Classes are learnt object by object and suggested only when the past says that it will be right."""

from __future__ import annotations

import numpy as np
import pytest

from slimsam_core.annotation import Annotation, ImageEntry, Provenance
from slimsam_core.labelling.quality import approve, check_image
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.suggesting import class_memory
from slimsam_core.suggesting.class_doubts import class_doubts
from slimsam_core.suggesting.class_memory import RIDGE, ClassMemory, Guess, TrackRecord
from slimsam_core.suggesting.description import Description

CABLE, PIPE, VALVE = 1, 2, 3
MODEL = "a model"


def seen(*values: float, model: str = MODEL) -> Description:
    return Description(np.array(values, np.float32), model)


def shown(category: int, rng: np.random.Generator) -> Description:
    """Cables lie around (1, 0, 0), pipes around (0, 1, 0), valves around (0, 0, 1)."""
    return seen(*(np.eye(3)[category - 1] + rng.normal(0, 0.1, 3)))


def taught(objects: int, classes: tuple[int, ...] = (CABLE, PIPE), seed: int = 0) -> ClassMemory:
    """Learnt that many, the classes in turn."""
    rng, memory = np.random.default_rng(seed), ClassMemory(MODEL)
    for number in range(1, objects + 1):
        category = classes[number % len(classes)]
        memory.learn(number, category, shown(category, rng))
    return memory


def test_what_was_met_often_is_suggested() -> None:
    memory = taught(40)
    assert memory.is_sure_at_times
    guess = memory.suggest(seen(0.95, 0.05, 0.0))
    assert guess is not None
    assert guess.category_id == CABLE
    assert memory.bar <= guess.margin <= 1.0


def test_nothing_is_suggested_before_it_was_right_for_some_time() -> None:
    for objects in range(12):
        memory = taught(objects)
        assert not memory.is_sure_at_times
        assert memory.suggest(seen(1.0, 0.0, 0.0)) is None


def test_two_classes_that_become_one_are_no_wrong_guesses() -> None:
    """Guesses of a valve are right for a cable once valves are cables, and for valves again after undo."""
    memory = taught(60, (CABLE, PIPE, VALVE))
    before, record = memory.bar, memory.record(50)
    assert record.right == record.offered > 0
    valves = [number for number in range(1, 61) if memory.category_of(number) == VALVE]
    for number in valves:
        memory.relabel(number, CABLE)
    assert (memory.bar, memory.record(50)) == (before, record)
    assert memory.copy().record(50) == record
    guess = memory.suggest(seen(0.0, 1.0, 0.0))
    assert guess is not None
    assert guess.category_id == PIPE
    for number in valves:
        memory.relabel(number, VALVE)
    assert memory.record(50) == record
    memory.relabel(valves[-1], CABLE)  # one that was corrected by hand was guessed wrong
    assert memory.record(50).right == record.right - 1


def test_what_lies_between_two_classes_is_left_to_the_user() -> None:
    memory = taught(60)
    assert memory.suggest(seen(0.5, 0.5, 0.0)) is None
    assert memory.guess(seen(0.5, 0.5, 0.0)) is not None


def test_two_classes_that_cannot_be_told_apart_are_never_suggested() -> None:
    rng, memory = np.random.default_rng(1), ClassMemory(MODEL)
    suggested = 0
    for number in range(1, 201):
        description = seen(*rng.normal(0, 1, 3))
        suggested += memory.suggest(description) is not None
        memory.learn(number, CABLE if rng.random() < 0.5 else PIPE, description)
    assert suggested <= 20  # a coin falls right eleven times in a row now and then


def test_one_class_alone_is_never_suggested() -> None:
    memory = taught(50, (CABLE,))
    assert memory.guess(seen(1.0, 0.0, 0.0)) is None
    assert memory.suggest(seen(1.0, 0.0, 0.0)) is None


def test_a_class_that_is_hardly_known_is_not_suggested() -> None:
    memory = taught(40)
    for number, x in enumerate((0.98, 1.02), 100):
        memory.learn(number, VALVE, seen(0.0, 0.0, x))
    assert memory.suggest(seen(0.0, 0.0, 1.0)) is None
    memory.learn(102, VALVE, seen(0.0, 0.0, 1.0))
    found = memory.suggest(seen(0.0, 0.0, 1.0))
    assert found is not None
    assert found.category_id == VALVE


def test_the_distances_are_those_of_the_scatter_within_classes() -> None:
    """Object by object, forwards and backwards, the memory has what a direct computation gives."""
    memory = taught(30, (CABLE, PIPE, VALVE))
    memory.forget(7)
    memory.relabel(9, PIPE)
    memory.learn(31, VALVE, seen(0.1, 0.0, 0.8))
    by_class: dict[int, list[np.ndarray]] = {}
    for category, vector in memory._objects.values():
        by_class.setdefault(category, []).append(vector)
    scatter = RIDGE * np.eye(3)
    for vectors in by_class.values():
        apart = np.array(vectors) - np.mean(vectors, 0)
        scatter += apart.T @ apart
    wanted = np.array([0.4, 0.3, 0.2])
    for category, vectors in by_class.items():
        step = wanted - np.mean(vectors, 0)
        expected = step @ np.linalg.inv(scatter) @ step
        assert memory._distances(wanted)[category] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("object_id", [3, 4, 40])
def test_an_object_is_looked_at_as_if_it_had_not_been_learnt(object_id: int) -> None:
    memory = taught(40)
    category, vector = memory._objects[object_id]
    with_it = memory._distances_without(category, vector)
    memory.forget(object_id)
    without = memory._distances(vector)
    assert with_it.keys() == without.keys()
    for one in without:
        assert with_it[one] == pytest.approx(without[one], rel=1e-6)


def test_undo_forgets_and_a_merge_takes_the_objects_along() -> None:
    memory = taught(40)
    memory.learn(99, CABLE, seen(1.0, 0.1, 0.0))
    memory.forget(99)
    memory.forget(99)
    assert 99 not in memory
    assert len(memory) == 40
    for number in memory.ids:
        memory.relabel(number, VALVE)  # both classes are merged into one
    assert memory.guess(seen(1.0, 0.0, 0.0)) is None
    assert {memory.category_of(number) for number in memory.ids} == {VALVE}
    assert memory.category_of(99) == 0


def test_another_models_descriptions_are_refused() -> None:
    memory = taught(20)
    stranger = seen(1.0, 0.0, 0.0, model="another model")
    with pytest.raises(ValueError, match="another model"):
        memory.learn(50, CABLE, stranger)
    with pytest.raises(ValueError, match="another model"):
        memory.suggest(stranger)
    assert 50 not in memory


def test_the_record_counts_what_was_offered_and_follows_later_changes() -> None:
    memory = taught(60)
    record = memory.record(20)
    assert record == TrackRecord(objects=20, offered=20, right=20)
    memory.relabel(60, PIPE if memory.category_of(60) == CABLE else CABLE)  # it was wrong after all
    assert memory.record(20) == TrackRecord(objects=20, offered=20, right=19)
    memory.forget(60)
    assert memory.record(20).objects == 20
    assert memory.record(1000).objects == 59
    assert ClassMemory(MODEL).record(50) == TrackRecord(0, 0, 0)


def test_a_copy_goes_its_own_way() -> None:
    memory = taught(30)
    copy = memory.copy()
    before = copy.guess(seen(0.7, 0.2, 0.0))
    for number in range(1, 31):
        memory.forget(number)
    assert copy.guess(seen(0.7, 0.2, 0.0)) == before
    assert isinstance(before, Guess)


def annotation(number: int, category: int) -> Annotation:
    pixels = np.zeros((40, 40), np.bool_)
    pixels[5:25, 5:25] = True
    made = Provenance(source="model", predicted_iou=0.95)
    return Annotation(id=number, image_id=1, category_id=category, mask=mask.encode(pixels), provenance=made)


def test_an_object_that_looks_like_another_class_is_doubted() -> None:
    memory = taught(40)
    memory.learn(50, PIPE, seen(1.0, 0.0, 0.0))
    image = ImageEntry(id=1, root_id=1, path="a.png", size=Size(40, 40))
    names = {CABLE: "cable", PIPE: "pipe"}
    rule = class_doubts(memory.copy(), names)
    wrong = annotation(50, PIPE)
    (finding,) = check_image(image, (wrong,), further=(rule,))
    assert finding.rule == "class"
    assert finding.message == "looks like cable, is pipe"
    assert finding.annotation_ids == (50,)
    assert 0.0 < finding.doubt <= 1.0
    assert not check_image(image, (approve(wrong),), further=(rule,))  # a person found it right
    assert not check_image(image, (annotation(50, CABLE),), further=(rule,))  # it was changed meanwhile
    assert not check_image(image, (annotation(40, memory.category_of(40)),), further=(rule,))
    assert not check_image(image, (wrong,), further=(class_doubts(memory.copy(), {CABLE: "cable"}),))
    assert not check_image(image, (wrong,))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """As many objects are kept as a test can learn."""
    monkeypatch.setattr(class_memory, "KEPT_OBJECTS", 60)
    return 60


def kept(memory: ClassMemory, category: int) -> list[int]:
    return sorted(i for i in memory.ids if memory.category_of(i) == category)


def test_a_rare_class_is_kept_whatever_comes_after_it(small: int) -> None:
    rng, memory = np.random.default_rng(3), ClassMemory(MODEL)
    for number in range(1, 401):
        category = VALVE if number <= 5 else CABLE if number % 2 else PIPE
        memory.learn(number, category, shown(category, rng))
    assert len(memory) == small
    assert kept(memory, VALVE) == [1, 2, 3, 4, 5]
    guess = memory.guess(seen(0.0, 0.05, 0.95))
    assert guess is not None
    assert guess.category_id == VALVE


def test_what_is_kept_of_a_class_is_from_all_over_its_past(small: int) -> None:
    rng, memory = np.random.default_rng(4), ClassMemory(MODEL)
    for number in range(1, 601):
        memory.learn(number, CABLE, shown(CABLE, rng))
    found = kept(memory, CABLE)
    assert len(found) == small
    thirds = [sum(low < number <= low + 200 for number in found) for low in (0, 200, 400)]
    assert min(thirds) >= 12, thirds
    for number in range(601, 1201):
        memory.learn(number, PIPE, shown(PIPE, rng))
    assert len(kept(memory, CABLE)) == len(kept(memory, PIPE)) == small // 2
    assert set(kept(memory, CABLE)) <= set(found)


def test_the_record_is_of_the_last_objects_also_of_those_given_up(small: int) -> None:
    memory = taught(300)
    assert len(memory) == small
    record = memory.record(50)
    assert record.objects == 50
    assert record.right == record.offered > 40
    assert memory.is_sure_at_times
    given_up = next(i for i in range(300, 250, -1) if i not in memory.ids)
    assert given_up in memory  # it need not be looked at again
    memory.relabel(given_up, VALVE)
    assert memory.record(50).right == record.right - 1
    memory.forget(given_up)
    assert given_up not in memory
    assert len(memory) == small


def test_what_was_given_up_takes_its_part_of_the_means_along(small: int) -> None:
    memory = taught(300)
    anew = ClassMemory(MODEL)
    for number in sorted(memory.ids):
        category, vector = memory._objects[number]
        anew.learn(number, category, Description(vector.astype(np.float32), MODEL))
    for number in memory.ids:
        assert memory.category_of(number) == anew.category_of(number)
    for one in (memory, anew):
        assert {i: c.count for i, c in one._classes.items()} == {CABLE: small // 2, PIPE: small // 2}
    for category in (CABLE, PIPE):
        np.testing.assert_allclose(memory._classes[category].mean, anew._classes[category].mean, atol=1e-5)
        np.testing.assert_allclose(memory._inverse, anew._inverse, rtol=1e-3, atol=1e-3)
