"""A project as plain dictionaries, and random commands: what the store is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    ImageEntry,
    ImageState,
    ImportedFile,
    Provenance,
    RemovedImage,
    Root,
    ShapeKind,
)
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.project import Edit, Entity, Project

Command = tuple[str, Sequence[Edit]]
"""``("do", edits)``, ``("undo", ())`` or ``("redo", ())``."""

SIZE = Size(24, 31)


class Model:
    """Values by type and id, two stacks of commands, and the highest id of each type that was ever used."""

    def __init__(self, root: Root) -> None:
        self.values: dict[tuple[type, int], Entity] = {(Root, root.id): root}
        self.done: list[Sequence[Edit]] = []
        self.undone: list[Sequence[Edit]] = []
        self.highest: dict[type, int] = {Root: 1}

    def run(self, command: Command) -> None:
        kind, edits = command
        if kind == "do":
            self._effect(edits)
            self.done.append(edits)
            self.undone.clear()
        elif kind == "undo" and self.done:
            edits = self.done.pop()
            self._effect([edit.inverse for edit in reversed(edits)])
            self.undone.append(edits)
        elif kind == "redo" and self.undone:
            edits = self.undone.pop()
            self._effect(edits)
            self.done.append(edits)

    def _effect(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            key = (type(edit.entity), edit.entity.id)
            assert self.values.get(key) == edit.before
            if edit.after is None:
                del self.values[key]
            else:
                self.values[key] = edit.after
                self.highest[key[0]] = max(key[1], self.highest.get(key[0], 0))

    def all(self, kind: type) -> list:
        return [value for (found, _), value in sorted(self.values.items(), key=by_id) if found is kind]

    def next_id(self, kind: type) -> int:
        return self.highest.get(kind, 0) + 1


def by_id(item: tuple[tuple[type, int], Entity]) -> tuple[str, int]:
    return item[0][0].__name__, item[0][1]


def values_of(project: Project) -> dict[tuple[type, int], Entity]:
    found: list[Entity] = [
        *project.roots(),
        *project.imported_files,
        *project.categories(),
        *project.removed_images,
    ]
    for image, objects in project.labelled_images():
        found += [image, *objects]
    return {(type(value), value.id): value for value in found}


def run(project: Project, command: Command, label: str) -> None:
    kind, edits = command
    if kind == "do":
        project.apply(label, edits)
    elif kind == "undo":
        project.undo()
    else:
        project.redo()


def random_command(rng: Random, model: Model) -> Command:
    """A command that fits the model; the same for the same state of ``rng`` and model."""
    makers = [_undo, _undo, _redo, _add_category, _add_images, _add_file]
    if model.all(Category) and model.all(ImageEntry):
        makers += [_add_objects] * 4
    if model.all(Annotation):
        makers += [_change_objects] * 4 + [_remove_objects, _remove_category]
    if model.all(ImageEntry):
        makers += [_change_image, _remove_image]
    return rng.choice(makers)(rng, model)


def _undo(_: Random, __: Model) -> Command:
    return "undo", ()


def _redo(_: Random, __: Model) -> Command:
    return "redo", ()


def _add_category(rng: Random, model: Model) -> Command:
    number = model.next_id(Category)
    color = rng.choice(["", "#123456"])
    return "do", [
        Edit(None, Category(id=number, name=f"class {number}", color=color, attributes={"a": [1, "ü"]}))
    ]


def _add_images(rng: Random, model: Model) -> Command:
    first = model.next_id(ImageEntry)
    return "do", [
        Edit(
            None,
            ImageEntry(
                id=first + i, root_id=1, path=f"sub {rng.randrange(3)}/{first + i}.jpg", extra={"i": i}
            ),
        )
        for i in range(rng.randrange(1, 4))
    ]


def _add_file(rng: Random, model: Model) -> Command:
    number = model.next_id(ImportedFile)
    file = ImportedFile(
        id=number, name="ü.json", info={"year": rng.random()}, licences=({"id": 1},), extra={"k": [None, {}]}
    )
    return "do", [Edit(None, file)]


def _mask(rng: Random) -> mask.Rle:
    noise = np.random.default_rng(rng.randrange(10**6)).random(SIZE.hw)
    return mask.encode(noise < rng.choice([0.0, 0.01, 0.5, 1.0]))


def _add_objects(rng: Random, model: Model) -> Command:
    first = model.next_id(Annotation)
    edits = []
    for annotation_id in range(first, first + rng.randrange(1, 5)):
        origin = Provenance(
            source="model",
            prompts=PromptSet(
                (PointPrompt(rng.random(), 2.0, rng.random() < 0.5),), BoxXYXY(0, 0, 1, rng.random() + 1)
            ),
            model_name="tiny",
            model_hash="abc",
            predicted_iou=rng.random(),
            time_spent_s=rng.random(),
        )
        image, category = rng.choice(model.all(ImageEntry)), rng.choice(model.all(Category))
        edits.append(
            Edit(
                None,
                Annotation(
                    id=annotation_id,
                    image_id=image.id,
                    category_id=category.id,
                    mask=_mask(rng),
                    provenance=rng.choice([origin, Provenance()]),
                    layer=rng.choice([0.0, -1.5, 3.0]),
                ),
            )
        )
    return "do", edits


def _change_objects(rng: Random, model: Model) -> Command:
    edits = []
    for annotation in rng.sample(model.all(Annotation), min(3, len(model.all(Annotation)))):
        changes = [
            {"mask": _mask(rng), "provenance": replace(annotation.provenance, human_edits=rng.randrange(9))},
            {"category_id": rng.choice(model.all(Category)).id},
            {"image_id": rng.choice(model.all(ImageEntry)).id},
            {"note": rng.choice(["", "n\no'te", "日本"]), "attributes": {"b": [None, 1.5, {"c": True}]}},
            {"score": rng.choice([None, rng.random()]), "group_id": rng.choice([None, 5]), "hidden": True},
            {"drawn": DrawnShape(ShapeKind.POLYGON, (((0.0, rng.random()), (1.0, 2.0), (3.0, 1.0)),))},
        ]
        edits.append(Edit(annotation, replace(annotation, **rng.choice(changes))))
    changed = [edit for edit in edits if edit.before != edit.after]
    return ("do", changed) if changed else _add_objects(rng, model)


def _remove_objects(rng: Random, model: Model) -> Command:
    found = model.all(Annotation)
    return "do", [Edit(value, None) for value in rng.sample(found, rng.randrange(1, len(found) + 1))]


def _remove_category(rng: Random, model: Model) -> Command:
    category = rng.choice(model.all(Category))
    others = [None, *(other.id for other in model.all(Category) if other != category)]
    heir = rng.choice(others)
    edits = [
        Edit(value, None if heir is None else replace(value, category_id=heir))
        for value in model.all(Annotation)
        if value.category_id == category.id
    ]
    return "do", [*edits, Edit(category, None)]


def _change_image(rng: Random, model: Model) -> Command:
    image = rng.choice(model.all(ImageEntry))
    state = rng.choice([state for state in ImageState if state != image.state])
    return "do", [Edit(image, replace(image, state=state, flags=frozenset(rng.sample("abc", 2))))]


def _remove_image(rng: Random, model: Model) -> Command:
    image = rng.choice(model.all(ImageEntry))
    edits = [Edit(value, None) for value in model.all(Annotation) if value.image_id == image.id]
    removed = RemovedImage(model.next_id(RemovedImage), image.root_id, image.path)
    return "do", [*edits, Edit(image, None), Edit(None, removed)]
