"""How much an export would write, counted without reading a mask, and what of it would be in its way."""

from __future__ import annotations

from dataclasses import dataclass

from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.project_records import ProjectRecords, Selection
from slimsam_core.formats.registry import ByStem
from slimsam_core.formats.subset import Split
from slimsam_core.project.reader import Reader


@dataclass(frozen=True, kw_only=True)
class Selected:
    """Numbers of what a selection holds."""

    images: int
    objects: int
    classes: int
    alike: tuple[tuple[str, str], ...] = ()
    """File names of pictures that would share a file, two by two, see ``ByStem``."""


def count_selected(project: Reader, selection: Selection, by_stem: ByStem = ByStem.NO) -> Selected:
    """What ``export_project`` would write of this selection in such a format. Raises ProjectError."""
    wanted = selection.category_ids
    classes = [c.id for c in project.categories() if not wanted or c.id in wanted]
    records = ProjectRecords(project, selection)
    objects = _count_objects(project, records, selection, classes)
    alike = _alike(records.selected_names(), selection.split, by_stem) if by_stem is not ByStem.NO else ()
    return Selected(images=records.count_images(), objects=objects, classes=len(classes), alike=alike)


def _count_objects(project: Reader, records: ProjectRecords, selection: Selection, classes: list[int]) -> int:
    # the few that a person picked, or what no counter knows
    if selection.image_ids is not None or selection.authors or selection.approved:
        return records.count_annotations()
    states = tuple(map(str, selection.states))
    of_states = f" AND image.state IN ({', '.join('?' * len(states))})" if states else ""
    ((objects,),) = project.ask(
        "SELECT count(*) FROM annotation JOIN image ON image.id = annotation.image_id"
        f" WHERE annotation.category_id IN ({', '.join('?' * len(classes))}){of_states}",
        (*classes, *states),
    )
    return int(objects)


def _alike(names: list[str], split: Split | None, by_stem: ByStem) -> tuple[tuple[str, str], ...]:
    """Names that differ in their ending alone, where they come into one folder."""
    parts = split.assign(iter(names)) if split is not None and by_stem is ByStem.PART else {}
    first: dict[tuple[str, str], str] = {}
    found = []
    for name in names:
        other = first.setdefault((parts.get(name, ""), stem_of(name)), name)
        if other != name:
            found.append((other, name))
    return tuple(found)
