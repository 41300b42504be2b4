"""Which objects are learnt from and which judge: a person's own, the newest, no picture on both sides."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.adapting import choice
from slimsam_core.adapting.choice import Parted, TooFew, accepted, part, parted
from slimsam_core.annotation import Annotation, ImageEntry, ImageState, MaskSource, Provenance, imported_from
from slimsam_core.datasets.labelled import LabelledImage, LabelledObject
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, ImageFilter, Project
from tests.adapting.projects import write_project

SIZE = Size(40, 40)


def mask(side: int = 10):  # type: ignore[no-untyped-def]
    pixels = np.zeros(SIZE.hw, np.bool_)
    pixels[:side, :side] = True
    return encode(pixels)


def picture(name: str, ids: list[int], side: int = 10) -> tuple[str, LabelledImage]:
    objects = tuple(LabelledObject(mask=mask(side), id=number) for number in ids)
    return name, LabelledImage(path=Path("/nowhere") / name, size=SIZE, objects=objects)


def pictures(count: int, each: int) -> list[tuple[str, LabelledImage]]:
    return [picture(f"{i}", list(range(i * each + 1, (i + 1) * each + 1))) for i in range(count)]


def keys(side: choice.AcceptedObjects) -> set[str]:
    return {key for key, _ in side.images}


@pytest.mark.parametrize(("count", "each"), [(20, 1), (5, 4), (8, 5), (40, 3), (4, 60), (300, 1)])
def test_no_picture_is_on_both_sides_and_the_newest_judge(count: int, each: int) -> None:
    found = part("p", pictures(count, each))
    assert isinstance(found, Parted)
    assert not keys(found.learnt) & keys(found.held)
    assert len(found.held) >= choice.LEAST_HELD_PICTURES
    assert choice.LEAST_HELD <= found.held.objects <= choice.MOST_HELD
    assert found.learnt.objects >= choice.LEAST_LEARNT
    assert found.learnt.objects + found.held.objects <= choice.MOST_OBJECTS
    ids = [
        [one.id for _, image in side.images for one in image.objects] for side in (found.learnt, found.held)
    ]
    assert max(ids[0]) < min(ids[1]), "the newest objects judge"


@pytest.mark.parametrize(
    "images",
    [
        [],
        pictures(19, 1),
        pictures(1, 40),
        pictures(3, 10),
        pictures(2, 200),
        [picture(f"{i}", [i + 1], side=3) for i in range(30)],  # specks
        [*pictures(3, 30), picture("few", [1000])],  # one object would be left to learn from, or three
    ],
)
def test_too_little_is_told(images: list[tuple[str, LabelledImage]]) -> None:
    found = part("p", images)
    if isinstance(found, Parted):  # the one case that can be parted: by the picture of ninety
        assert found.learnt.objects >= choice.LEAST_LEARNT
        assert len(found.held) >= 3
    else:
        assert isinstance(found, TooFew)


def test_copies_of_a_picture_stay_together(tmp_path: Path) -> None:
    images = []
    for name, image in pictures(12, 3):
        path = tmp_path / f"{name}.png"
        path.write_bytes(bytes([int(name) // 3]) * 100)  # four contents, three copies of each
        images.append((name, replace(image, path=path)))
    found = part("p", images)
    assert isinstance(found, Parted)
    contents = [{image.path.read_bytes() for _, image in side.images} for side in (found.learnt, found.held)]
    assert not contents[0] & contents[1]
    assert len(contents[1]) >= choice.LEAST_HELD_PICTURES
    for _, image in images:
        image.path.write_bytes(b"the same")
    assert part("p", images) == TooFew(objects=36, pictures=1)


ENTRY = ImageEntry(id=1, root_id=1, path="a.png")
DONE = replace(ENTRY, state=ImageState.DONE)


@pytest.mark.parametrize(
    ("entry", "made", "counts"),
    [
        (ENTRY, Provenance(), True),
        (ENTRY, Provenance(source=MaskSource.MODEL, time_spent_s=2.0), True),
        (ENTRY, Provenance(source=MaskSource.MODEL), False),  # boxes-to-masks: nobody was there
        (ENTRY, Provenance(source=MaskSource.DETECTOR), True),  # an object only since it was accepted
        (ENTRY, Provenance(source=imported_from("coco")), False),
        (ENTRY, Provenance(source=imported_from("coco"), human_edits=1), True),
        (DONE, Provenance(source=imported_from("coco")), True),
    ],
)
def test_what_a_person_made_or_confirmed_counts(entry: ImageEntry, made: Provenance, counts: bool) -> None:
    annotation = Annotation(id=1, image_id=1, category_id=1, mask=mask(), provenance=made)
    assert accepted(entry, annotation) is counts


def test_a_project_is_parted_and_imports_are_not(tmp_path: Path) -> None:
    path = write_project(tmp_path / "own", 10)
    found = parted(path)
    assert isinstance(found, Parted)
    assert found.learnt.name == "shapes"
    with Project.open(path) as project:
        for entry in project.images(ImageFilter()):
            for one in project.annotations(entry.id):
                other = replace(one, provenance=Provenance(source=imported_from("coco")))
                project.apply("object", [Edit(one, other)])
    assert parted(path) == TooFew(objects=0, pictures=0)


def test_pictures_that_are_gone_are_no_copies_and_projects_that_are_gone_are_told(tmp_path: Path) -> None:
    path = write_project(tmp_path, 10)
    shutil.rmtree(tmp_path / "pictures")
    assert isinstance(parted(path), (Parted, TooFew))
    with pytest.raises(ProjectError):
        parted(tmp_path / "none.slimsam")
    path.write_bytes(b"no project")
    with pytest.raises(ProjectError):
        parted(path)
