"""How much of a project an export would write, counted without reading a mask."""

from __future__ import annotations

from dataclasses import dataclass

from slimsam_core.formats.project_records import ProjectRecords, Selection
from slimsam_core.project.reader import Reader


@dataclass(frozen=True, kw_only=True)
class Selected:
    """Numbers of what a selection holds."""

    images: int
    objects: int
    classes: int


def count_selected(project: Reader, selection: Selection) -> Selected:
    """What ``export_project`` would write of this selection. Raises ProjectError."""
    wanted = selection.category_ids
    classes = [c.id for c in project.categories() if not wanted or c.id in wanted]
    records = ProjectRecords(project, selection)
    # the few that a person picked, or what no counter knows
    if selection.image_ids is not None or selection.authors or selection.approved:
        return Selected(
            images=records.count_images(), objects=records.count_annotations(), classes=len(classes)
        )
    states = tuple(map(str, selection.states))
    of_states = f" AND image.state IN ({', '.join('?' * len(states))})" if states else ""
    ((objects,),) = project.ask(
        "SELECT count(*) FROM annotation JOIN image ON image.id = annotation.image_id"
        f" WHERE annotation.category_id IN ({', '.join('?' * len(classes))}){of_states}",
        (*classes, *states),
    )
    return Selected(images=records.count_images(), objects=int(objects), classes=len(classes))
