"""The review queue: each rule on a good and on a bad picture, and the order of doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    ImageEntry,
    ImageState,
    Provenance,
    ShapeKind,
)
from slimsam_core.errors import Cancelled
from slimsam_core.labelling.limits import Limits, usual_limits
from slimsam_core.labelling.quality import (
    RULES,
    Review,
    approve,
    approved,
    candidate_agreement,
    check_image,
    doubts_of,
    review_queue,
    reviews,
)
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.progress import CancelToken
from slimsam_core.project import Edit, ImageFilter, Project

SIZE = Size(100, 120)
IMAGE = ImageEntry(id=1, root_id=1, path="a.jpg", size=SIZE, state=ImageState.DONE)


def box(x0: int, y0: int, x1: int, y1: int, **fields) -> Annotation:
    pixels = np.zeros(SIZE.hw, bool)
    pixels[y0:y1, x0:x1] = True
    return Annotation(**{"id": 1, "image_id": 1, "category_id": 1, "mask": mask.encode(pixels), **fields})


def found(*annotations: Annotation, image: ImageEntry = IMAGE, limits: Limits | None = None):
    return [(f.rule, f.annotation_ids, round(f.doubt, 3)) for f in check_image(image, annotations, limits)]


GOOD = box(10, 10, 50, 50)


def model(**fields) -> Provenance:
    return Provenance(source="model", **{"predicted_iou": 0.95, "stability_score": 0.95, **fields})


@pytest.mark.parametrize(
    "annotations",
    [
        [GOOD],
        [GOOD, box(60, 60, 90, 90, id=2)],
        [GOOD, box(20, 20, 40, 40, id=2, category_id=2)],
        [GOOD, box(20, 20, 40, 40, id=2, iscrowd=True)],
        [replace(GOOD, group_id=4), box(20, 20, 40, 40, id=2, group_id=4)],
        [replace(GOOD, provenance=model(candidate_agreement=0.9))],
        [replace(GOOD, provenance=model(predicted_iou=0.2, stability_score=0.1, human_edits=1))],
        [replace(GOOD, drawn=DrawnShape(ShapeKind.POLYGON, (((0, 0), (120, 100), (0, 100)),)))],
    ],
)
def test_good_objects_are_not_doubted(annotations: list[Annotation]) -> None:
    assert found(*annotations) == []


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ([box(0, 0, 4, 4)], [("tiny", (1,), 0.75)]),
        ([replace(GOOD, mask=mask.empty(SIZE))], [("tiny", (1,), 1.0)]),
        ([replace(GOOD, mask=mask.from_runs([0, 10000], Size(100, 100)))], [("outside", (1,), 1.0)]),
        (
            [replace(GOOD, drawn=DrawnShape(ShapeKind.POLYGON, (((0, 0), (120.5, 0), (0, 9)),)))],
            [("outside", (1,), 0.5)],
        ),
        ([GOOD, replace(GOOD, id=2)], [("duplicate", (1, 2), 1.0)]),
        ([GOOD, box(10, 10, 50, 48, id=2, category_id=2)], [("duplicate", (1, 2), 0.95)]),
        ([GOOD, box(20, 20, 40, 40, id=2)], [("overlapping", (1, 2), 0.5)]),
        ([GOOD, box(30, 10, 60, 50, id=2)], [("overlapping", (1, 2), 0.333)]),
        ([], [("unlabelled", (), 0.9)]),
        ([replace(GOOD, provenance=model(predicted_iou=0.6))], [("low_iou", (1,), 0.4)]),
        ([replace(GOOD, score=0.3)], [("low_iou", (1,), 0.7)]),
        ([replace(GOOD, provenance=model(stability_score=0.8))], [("unstable", (1,), 0.2)]),
        ([replace(GOOD, provenance=model(candidate_agreement=0.2))], [("disagreement", (1,), 0.4)]),
    ],
)
def test_each_rule_finds_its_kind(annotations: list[Annotation], expected: list[object]) -> None:
    assert found(*annotations) == expected


def test_every_rule_is_tested() -> None:
    assert set(RULES) == {
        *("tiny", "outside", "duplicate", "overlapping", "unlabelled", "low_iou", "unstable", "disagreement")
    }
    assert check_image(IMAGE, [], rules=set(RULES) - {"unlabelled"}) == ()


def test_the_state_of_a_picture_without_objects_matters() -> None:
    assert found(image=replace(IMAGE, state=ImageState.EMPTY_CHECKED)) == []
    assert found(image=replace(IMAGE, state=ImageState.NEW)) == [], "nobody has begun"
    assert found(image=replace(IMAGE, state=ImageState.IN_PROGRESS)) == [("unlabelled", (), 0.3)]
    assert found(GOOD, image=replace(IMAGE, state=ImageState.EMPTY_CHECKED)) == [("unlabelled", (1,), 0.9)]


def test_limits_are_obeyed() -> None:
    assert found(box(0, 0, 4, 4), limits=Limits(tiny_area=16)) == []
    assert found(replace(GOOD, score=0.3), limits=Limits(predicted_iou=0.2)) == []


@dataclass(frozen=True)
class Opinion:
    low_res_logits: np.ndarray
    predicted_iou: float


def opinions(*pairs: tuple[int, float]) -> list[Opinion]:
    """Candidates that cover the first columns of 8, each with its predicted IoU."""
    return [Opinion(np.where(np.arange(8) < columns, 1.0, -1.0)[None], guess) for columns, guess in pairs]


def test_agreement_is_that_with_the_best_rival() -> None:
    assert candidate_agreement(opinions((8, 0.9), (4, 0.8), (2, 0.7)), 0) == 0.5
    assert candidate_agreement(opinions((8, 0.9), (4, 0.7), (2, 0.8)), 0) == 0.25
    assert candidate_agreement(opinions((8, 0.9), (4, 0.8), (2, 0.7)), 2) == 0.25
    assert candidate_agreement(opinions((0, 0.5), (0, 0.5)), 1) == 1.0
    assert candidate_agreement(opinions((3, 0.5)), 0) is None


def test_the_queue_begins_with_the_greatest_doubt(tmp_path: Path) -> None:
    images = [replace(IMAGE, id=number, path=f"{number}.jpg") for number in range(1, 5)]
    objects = [
        replace(GOOD, id=1, image_id=1),
        replace(GOOD, id=2, image_id=2, score=0.7),
        replace(GOOD, id=3, image_id=3, score=0.7),
        box(60, 60, 63, 64, id=4, image_id=3),
    ]
    with Project.create(tmp_path / "p.slimsam", [tmp_path]) as project:
        project.apply("Add", [Edit(None, value) for value in (Category(id=1, name="cat"), *images, *objects)])
        queue = review_queue(reviews(project))
        assert [(review.image.id, round(review.doubt, 4)) for review in queue] == [
            (4, 0.9),
            (3, round(1 - 0.7 * 12 / 64, 4)),
            (2, 0.3),
        ]
        assert [finding.rule for finding in queue[1].findings] == ["tiny", "low_iou"]
        assert [review.image.id for review in review_queue(reviews(project), 1)] == [4]
        assert not list(reviews(project, ImageFilter(text="1.jpg")))
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            list(reviews(project, cancel=token))


def sure(tmp_path: Path, name: str, signs: Sequence[float]) -> Project:
    """A project with an object for each predicted IoU, ten in a picture; its stability is the same."""
    project = Project.create(tmp_path / name, [tmp_path])
    images = [replace(IMAGE, id=n, path=f"{n}.jpg") for n in range(1, 2 + len(signs) // 10)]
    objects = [
        box(
            10,
            10,
            40,
            40,
            id=n,
            image_id=1 + (n - 1) // 10,
            provenance=model(predicted_iou=s, stability_score=s),
        )
        for n, s in enumerate(signs, 1)
    ]
    project.apply("Add", [Edit(None, value) for value in (Category(id=1, name="cat"), *images, *objects)])
    return project


def test_of_a_model_that_is_unsure_of_all_the_least_sure_quarter_is_doubted(tmp_path: Path) -> None:
    with sure(tmp_path, "a.slimsam", [0.5 + 0.002 * n for n in range(100)]) as project:
        limits = usual_limits(project)
        assert limits.predicted_iou == pytest.approx(0.5495, abs=0.002)
        assert limits.agreement == Limits().agreement, "nothing says so"
        rules = ("low_iou", "unstable")
        doubted = {f.owner for review in reviews(project, rules=rules) for f in review.findings}
        assert doubted == set(range(1, 26))
        usual = {f.owner for review in reviews(project, None, Limits(), rules) for f in review.findings}
        assert len(usual) == 100


def test_of_a_model_that_is_sure_and_of_few_objects_the_limits_stay(tmp_path: Path) -> None:
    with sure(tmp_path, "a.slimsam", [0.9 + 0.001 * n for n in range(60)]) as project:
        assert usual_limits(project) == Limits()
    with sure(tmp_path, "b.slimsam", [0.4] * 19) as project:
        assert usual_limits(project) == Limits()
    with Project.create(tmp_path / "c.slimsam", [tmp_path]) as project:
        assert usual_limits(project) == Limits()


def test_an_approved_object_is_not_doubted_until_its_mask_is_edited() -> None:
    tiny = box(10, 10, 12, 12, provenance=model(predicted_iou=0.3))
    assert {rule for rule, _, _ in found(tiny)} == {"tiny", "low_iou"}
    right = approve(tiny)
    assert approved(right)
    assert found(right) == []
    edited = replace(right, provenance=replace(right.provenance, human_edits=1))
    assert not approved(edited)
    assert {rule for rule, _, _ in found(edited)} == {"tiny"}


def test_of_two_that_are_the_same_the_approval_of_the_later_one_settles_it() -> None:
    first, second = GOOD, box(10, 10, 50, 51, id=2)
    assert [rule for rule, _, _ in found(first, second)] == ["duplicate"]
    assert [rule for rule, _, _ in found(approve(first), second)] == ["duplicate"]
    assert found(first, approve(second)) == []


def test_an_entry_has_every_reason_of_its_object() -> None:
    bad = box(10, 10, 12, 12, id=1, provenance=model(predicted_iou=0.3, stability_score=0.2))
    twins = box(60, 60, 90, 90, id=2), box(60, 60, 90, 91, id=3)
    doubts = doubts_of(Review(IMAGE, check_image(IMAGE, [bad, *twins])))
    assert {doubt.owner: {f.rule for f in doubt.findings} for doubt in doubts} == {
        1: {"tiny", "low_iou", "unstable"},
        3: {"duplicate"},
    }
    assert [doubt.doubt for doubt in doubts] == sorted((doubt.doubt for doubt in doubts), reverse=True)
    assert doubts[1 if doubts[0].owner == 1 else 0].annotation_ids == (2, 3)


def test_an_empty_picture_is_doubted_as_a_whole() -> None:
    (doubt,) = doubts_of(Review(IMAGE, check_image(IMAGE, [])))
    assert doubt.owner is None
