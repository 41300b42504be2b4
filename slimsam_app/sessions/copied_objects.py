"""Objects that were copied: they outlive their project, whose numbers of classes mean others elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.class_moves import ClassMoves
from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.project.tracks import without_track


@dataclass
class CopiedObjects:
    """What ``paste`` brings back, each with the class that it gets here; 0 = there is none."""

    objects: tuple[Annotation, ...] = ()
    names: dict[int, str] = field(default_factory=dict)
    """Of their classes as they were copied; for another project."""
    elsewhere: bool = False
    """Whether they come from a project that was closed since."""

    @staticmethod
    def of(objects: tuple[Annotation, ...], document: Document) -> CopiedObjects:
        """Objects of the open project."""
        found = (document.category(number) for number in {one.category_id for one in objects})
        return CopiedObjects(objects, {one.id: one.name for one in found if one is not None})

    def leave(self) -> None:
        """The project is closed."""
        self.objects, self.elsewhere = tuple(map(without_track, self.objects)), True

    def with_classes(self, document: Document, moves: ClassMoves) -> list[tuple[Annotation, int]]:
        """The objects, each with its class in the open project: in another one than theirs the class of the
        same name."""
        if not self.elsewhere:
            return [(one, moves.now(one.category_id)) for one in self.objects]
        by_name = {category.name: category.id for category in document.categories()}
        return [(one, by_name.get(self.names.get(one.category_id, ""), 0)) for one in self.objects]

    def why_left(self, left: Sequence[Annotation]) -> ProjectError:
        """What to say of those that have no class here."""
        names = sorted({self.names[one.category_id] for one in left if one.category_id in self.names})
        if self.elsewhere and names:
            words = tr("Objects that were not pasted, as this project has no class of their name: {count}.")
            hint = tr("Add the class first: {names}.").format(names=", ".join(names))
            return ProjectError(words.format(count=figures.count(len(left))), hint)
        words = tr("Objects that were not pasted, as their class was deleted: {count}.")
        return ProjectError(words.format(count=figures.count(len(left))), "")
