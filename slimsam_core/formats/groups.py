"""Numbers that tell the objects of a picture apart, for formats that join what shares class and group."""

from __future__ import annotations

from collections.abc import Sequence

from slimsam_core.annotation import Annotation


def distinct_groups(objects: Sequence[Annotation]) -> list[int]:
    """Each object's group where it is its own, else a new one: one class and group is one object."""
    taken: set[tuple[int, int]] = set()
    highest = max((a.group_id for a in objects if a.group_id is not None), default=0)
    groups: list[int] = []
    for annotation in objects:
        group = annotation.group_id
        if group is None or (annotation.category_id, group) in taken:
            highest = group = max(highest, 0) + 1
        taken.add((annotation.category_id, group))
        groups.append(group)
    return groups
