"""Edits that remove something together with what belongs to it, each of them explicit and undoable.

Every function returns a stream for one ``Project.apply``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from slimsam_core.annotation import Root
from slimsam_core.project.class_keys import with_own_keys
from slimsam_core.project.edits import Edit
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.reader import Reader


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


def remove_images(project: Reader, image_ids: Iterable[int]) -> Iterator[Edit]:
    """Remove pictures from the project with their objects; their files are not touched."""
    for image_id in image_ids:
        for annotation in project.annotations(image_id):
            yield Edit(annotation, None)
        yield Edit(project.image(image_id), None)


def remove_root(project: Reader, root: Root) -> Iterator[Edit]:
    """Remove a folder from the project with its pictures and their objects; its files are not touched."""
    yield from remove_images(project, project.image_ids(ImageFilter(root_id=root.id)))
    yield Edit(root, None)
