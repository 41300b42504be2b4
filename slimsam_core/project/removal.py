"""Edits that remove something together with what belongs to it, each of them explicit and undoable.

Every function returns a stream for one ``Project.apply``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from slimsam_core.annotation import ImageEntry, RemovedImage, Root
from slimsam_core.project.class_keys import with_own_keys
from slimsam_core.project.edits import Edit
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.reader import Reader
from slimsam_core.project.store import Project


def remove_category(project: Reader, category_id: int, reassign_to: int | None = None) -> Iterator[Edit]:
    """Remove a class, and remove its objects or give them to the class ``reassign_to``.

    The other classes keep their keys.
    """
    if reassign_to == category_id:
        raise ValueError("a class that is removed cannot take over its own objects")
    with_class = project.image_ids(ImageFilter(category_ids=frozenset({category_id})))
    for annotation in project.annotations_of_images(with_class):
        if annotation.category_id == category_id:
            kept = None if reassign_to is None else replace(annotation, category_id=reassign_to)
            yield Edit(annotation, kept)
    categories = project.categories()
    for category, keyed in zip(categories, with_own_keys(categories), strict=True):
        if category.id == category_id:
            yield Edit(category, None)
        elif category != keyed:
            yield Edit(category, keyed)


def remove_images(project: Project, image_ids: Iterable[int]) -> Iterator[Edit]:
    """Remove pictures from the project with their objects; their files are not touched.

    The project remembers them: a look into the folder does not bring them back. ``add_image`` does.
    """
    for image_id in image_ids:
        image = project.image(image_id)
        yield from _without(project, image)
        yield Edit(None, RemovedImage(project.next_id(RemovedImage), image.root_id, image.path))


def add_image(image: ImageEntry, removed: Iterable[RemovedImage]) -> Iterator[Edit]:
    """Add a picture on purpose, also one of a file among the ``removed`` of the project."""
    place = (image.root_id, image.path)
    yield from (Edit(found, None) for found in removed if (found.root_id, found.path) == place)
    yield Edit(None, image)


def remove_root(project: Reader, root: Root) -> Iterator[Edit]:
    """Remove a folder from the project with its pictures and their objects; its files are not touched."""
    for image_id in project.image_ids(ImageFilter(root_id=root.id)):
        yield from _without(project, project.image(image_id))
    yield from (Edit(found, None) for found in project.removed_images if found.root_id == root.id)
    yield Edit(root, None)


def _without(project: Reader, image: ImageEntry) -> Iterator[Edit]:
    for annotation in project.annotations(image.id):
        yield Edit(annotation, None)
    yield Edit(image, None)
