"""Several people with copies of a project, and what a merge must give, told by sets and no database."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState, ThingKind
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project, Reader, remove_images
from slimsam_core.project.lineage import parse_writes, rests_on, uid_of
from slimsam_core.teamwork.source import Source, object_content, variant_content

SIZE = Size(12, 16)
PICTURES = 3


def square(x: int, y: int, side: int = 4, size: Size = SIZE) -> mask.Rle:
    pixels = np.zeros(size.hw, bool)
    pixels[y : y + side, x : x + side] = True
    return mask.encode(pixels)


def write_base(path: Path, objects: int = 3) -> Path:
    """A project of three pictures with some objects."""
    with Project.create(path, [path.parent / "pictures"]) as project:
        values = [
            Category(id=1, name="cat"),
            Category(id=2, name="dog"),
            *(
                ImageEntry(id=n, root_id=1, path=f"{n}.jpg", size=SIZE, content_hash=f"{n:064x}")
                for n in range(1, PICTURES + 1)
            ),
        ]
        project.apply("Begin", [Edit(None, value) for value in values])
        made = [
            Annotation(id=n, image_id=1 + n % PICTURES, category_id=1, mask=square(n % 8, 2))
            for n in range(1, objects + 1)
        ]
        project.apply("Add", [Edit(None, value) for value in made])
    return path


def copy_of(path: Path, name: str) -> Path:
    """A copy as people make them: of the file."""
    target = path.with_name(f"{name}.slimsam")
    shutil.copyfile(path, target)
    return target


def objects_of(project: Reader) -> list[Annotation]:
    return [o for image in project.images() for o in project.annotations(image.id)]


def add(project: Project, image_id: int, x: int, category_id: int = 1) -> Annotation:
    made = Annotation(
        id=project.next_id(Annotation), image_id=image_id, category_id=category_id, mask=square(x, 3)
    )
    project.apply("Add object", [Edit(None, made)])
    return project.annotation(made.id)


def redraw(project: Project, annotation_id: int, x: int) -> None:
    before = project.annotation(annotation_id)
    project.apply("Redraw", [Edit(before, replace(before, mask=square(x, 5)))])


def delete(project: Project, annotation_id: int) -> None:
    project.apply("Delete", [Edit(project.annotation(annotation_id), None)])


def work(project: Project, rng: Random) -> None:
    """One random command."""
    objects, images = objects_of(project), project.images()
    kind = rng.choice(
        ["add", "add", "redraw", "redraw", "delete", "state", "undo", "redo", "class", "picture"]
    )
    if kind == "add" and images:
        add(project, rng.choice(images).id, rng.randrange(12), rng.choice(project.categories()).id)
    elif kind == "redraw" and objects:
        redraw(project, rng.choice(objects).id, rng.randrange(12))
    elif kind == "delete" and objects:
        delete(project, rng.choice(objects).id)
    elif kind == "state" and images:
        image = rng.choice(images)
        project.apply("State", [Edit(image, replace(image, state=rng.choice(list(ImageState))))])
    elif kind == "class" and objects:
        one = rng.choice(objects)
        category = rng.choice(project.categories()).id
        project.apply("Class", [Edit(one, replace(one, category_id=category))])
    elif kind == "picture" and len(images) > 1 and rng.random() < 0.3:
        project.apply("Remove picture", remove_images(project, [rng.choice(images).id]))
    elif kind == "undo":
        project.undo()
    elif kind == "redo":
        project.redo()


Value = tuple[str, str]
"""Writes, and content by names in place of numbers; empty = deleted."""
State = dict[str, frozenset[Value]]
"""By uid: all values that no other rests on."""


def state_of(project: Reader) -> State:
    """The objects of a project as the set of values that it shows or lets wait."""
    source = Source.of(project, "")
    names = {category.id: category.name for category in project.categories()}
    pictures = {image.id: uid_of(source.uid, image.uid, image.id) for image in project.images()}
    found: dict[str, set[Value]] = {}

    def content(row: dict[str, object] | None) -> str:
        if row is None:
            return ""
        named = {**row, "category_id": names[row["category_id"]], "image_id": ""}  # type: ignore[index]
        return repr(sorted(named.items()))

    for annotation in objects_of(project):
        assert annotation.image_id in pictures
        uid = source.uid_of(annotation)
        found.setdefault(uid, set()).add((annotation.writes, content(object_content(annotation))))
    for uid, listed in source.deleted[ThingKind.OBJECT].items():
        if uid not in found:
            found.setdefault(uid, set()).update((writes, "") for writes in listed)
    for (kind, uid), variants in source.variants.items():
        if kind == ThingKind.OBJECT:
            for variant in variants:
                found.setdefault(uid, set()).add((variant.writes, content(variant_content(variant))))
    return {uid: maximal(values) for uid, values in found.items()}


def maximal(values: Iterable[Value]) -> frozenset[Value]:
    listed = set(values)
    return frozenset(
        one
        for one in listed
        if not any(rests_on(parse_writes(other[0]), parse_writes(one[0])) for other in listed)
    )


def joined(*states: State) -> State:
    """What a merge must give."""
    uids = {uid for state in states for uid in state}
    return {uid: maximal(v for state in states for v in state.get(uid, ())) for uid in uids}


@dataclass(frozen=True)
class Team:
    """Copies of one project in a folder."""

    paths: tuple[Path, ...]
