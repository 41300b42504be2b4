"""What a merge knows while it goes on: the project as it is, new numbers, what waits, what is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slimsam_core.annotation import Annotation, Category, ThingKind, Variant
from slimsam_core.project import Edit, Entity, Project
from slimsam_core.project.tables import ANNOTATIONS
from slimsam_core.teamwork.candidates import HERE, WAITING, SeenValue, differ
from slimsam_core.teamwork.merge_report import MergeReport, Note, NoteKind
from slimsam_core.teamwork.packed_part import PackedPart
from slimsam_core.teamwork.source import Source, variant_content

SILENT = {
    ThingKind.OBJECT: frozenset({"layer", "hidden", "locked", "author", "score", "provenance", "extra"}),
    ThingKind.PICTURE: frozenset({"extra"}),
    ThingKind.CLASS: frozenset({"color", "supercategory", "attributes", "extra"}),
}
"""Columns in which two values may differ without a question: how it is shown, and where it comes from."""


@dataclass(kw_only=True)
class MergePlan:
    """The project that is merged into, and the others."""

    into: Project
    here: Source
    sources: Sequence[Source]
    report: MergeReport
    usage: Counter[int] = field(default_factory=Counter)
    """Class -> objects that it has once the merge is done."""
    classes: set[int] = field(default_factory=set)
    """Numbers of the classes here, new ones among them."""
    waiting_classes: dict[int, Category] = field(default_factory=dict)
    """New classes that are written when an object has them."""
    kept_folders: list[str] = field(default_factory=list)
    """Folders that new pictures of zip files are taken out to."""
    _next: dict[type, int] = field(default_factory=dict)
    _waiting: set[tuple[ThingKind, str]] = field(default_factory=set)

    def new_id(self, kind: type[Entity]) -> int:
        """A number that was never given. The edits of the merge are not seen by the project yet."""
        number = self._next.get(kind) or self.into.next_id(kind)
        self._next[kind] = number + 1
        return number

    def note(self, kind: NoteKind, where: str, source: int | str, objects: int = 0) -> None:
        """Something for a person to look at."""
        name = source if isinstance(source, str) else self.sources[source].name
        self.report.note(Note(kind=kind, where=where, source=name, objects=objects))

    def waiting_here(self, kind: ThingKind, uid: str) -> list[SeenValue]:
        """The other values that wait in the project already."""
        return [
            SeenValue(
                writes=v.writes, content=variant_content(v), author=v.author, source=WAITING, origin=v.source
            )
            for v in self.here.variants.get((kind, uid), ())
        ]

    @property
    def packed_parts(self) -> list[PackedPart]:
        """The zip files that projects came in."""
        return [source.packed for source in self.sources if source.packed is not None]

    def note_left_out(self) -> None:
        """How many objects of each class were left out."""
        for number, source in enumerate(self.sources):
            for name, count in source.not_taken.items():
                self.note(NoteKind.CLASS_LEFT_OUT, name, number, count)

    def need_class(self, number: int) -> Iterator[Edit]:
        """The class, before the first object that has it."""
        category = self.waiting_classes.pop(number, None)
        if category is not None:
            self.report.classes_added += 1
            yield Edit(None, category)

    def keep_others(
        self,
        kind: ThingKind,
        uid: str,
        main: SeenValue | None,
        left: Sequence[SeenValue],
        image_id: int | None,
    ) -> Iterator[Edit]:
        """Let the values that are not shown wait, and no others; ``main`` None: none of them is shown."""
        wanted = {one.key: one for one in left if one is not main}
        if main is not None and main.content is None:  # what goes was perhaps deleted before, and came back
            for writes in self.here.deleted[kind].get(uid, ()):
                wanted.pop(SeenValue(writes=writes, content=None, author="", source=HERE).key, None)
        for variant in self.here.variants.get((kind, uid), ()):
            content = variant_content(variant)
            key = SeenValue(writes=variant.writes, content=content, author=variant.author, source=WAITING).key
            if wanted.pop(key, None) is None:
                yield Edit(variant, None)
            elif None not in (image_id, variant.image_id) and image_id != variant.image_id:
                # its picture was removed and is back as another row
                yield Edit(variant, replace(variant, image_id=image_id))
        for one in wanted.values():
            origin = one.origin or (self.here.name if one.source == HERE else self.sources[one.source].name)
            yield Edit(
                None,
                Variant(
                    id=self.new_id(Variant),
                    kind=kind,
                    uid=uid,
                    image_id=image_id,
                    content=one.text,
                    writes=one.writes,
                    author=one.author,
                    source=origin,
                ),
            )
        if main is not None and main.content is not None and differ(left, SILENT[kind]):
            self._waiting.add((kind, uid))

    def changed_class(self, before: int | None, after: int | None) -> None:
        """Keep count of the objects of each class."""
        if before is not None:
            self.usage[before] -= 1
        if after is not None:
            self.usage[after] += 1


def moves_only(edit: Edit) -> bool:
    """Whether an edit only gives what waits another row of its picture, which none has that does not come."""
    before, after = edit.before, edit.after
    if not isinstance(before, Variant) or not isinstance(after, Variant):
        return False
    return replace(after, image_id=before.image_id) == before


def decoded(content: Any, *, number: int, uid: str, writes: str) -> Annotation:
    """The object of a content."""
    row = dict(content) | {"id": number, "uid": uid, "writes": writes}
    found = ANNOTATIONS.decode(row)
    assert isinstance(found, Annotation)
    return found


def authors_of(objects: Iterable[Annotation]) -> set[str]:
    """The annotators of objects, but for those that are not known."""
    return {annotation.author for annotation in objects if annotation.author}


def groups_used(objects: Iterable[Annotation]) -> set[int]:
    """Numbers of groups in a picture."""
    return {annotation.group_id for annotation in objects if annotation.group_id is not None}
