"""The objects of one picture, joined: what is left of the values of each in all projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slimsam_core.annotation import Annotation, ThingKind
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit
from slimsam_core.project.json_columns import dump_mapping, load_mapping
from slimsam_core.project.lineage import rests_on
from slimsam_core.project.tracks import with_track
from slimsam_core.teamwork.candidates import HERE, SeenValue, choose, differ, surviving, writes_of
from slimsam_core.teamwork.merge_plan import SILENT, MergePlan, authors_of, decoded, groups_used
from slimsam_core.teamwork.merge_report import NoteKind, Outcome
from slimsam_core.teamwork.source import object_content, variant_content


@dataclass(kw_only=True)
class PictureSide:
    """The objects that one project brings to a picture."""

    number: int
    """Which of the projects."""
    objects: dict[str, Annotation]
    """By uid."""
    waiting: frozenset[str] = frozenset()
    """Objects of which another value waits there, also where the object itself was deleted."""
    changed: bool = False
    """Whether the picture itself is another one there: only what is the same or older is clear then."""
    groups: dict[int, int] = field(default_factory=dict)
    """Number of a group there -> here."""


@dataclass(kw_only=True)
class PictureObjects:
    """One picture of the project that is merged into."""

    plan: MergePlan
    image_id: int
    path: str
    size: Size | None
    mine: dict[str, Annotation]
    """By uid."""
    sides: Sequence[PictureSide]
    alive: int = 0
    """Objects that the picture has once it is joined."""
    _refused: dict[tuple[int, NoteKind], int] = field(default_factory=dict)

    def edits(self) -> Iterator[Edit]:
        """Every change; ``alive`` is known afterwards."""
        self._map_groups()
        uids = dict.fromkeys(self.mine)
        for side in self.sides:
            uids.update(dict.fromkeys((*side.objects, *sorted(side.waiting))))
        for uid in uids:
            if self._is_the_same(uid):
                continue
            yield from self._join(uid)
        for (number, kind), objects in self._refused.items():
            self.plan.note(kind, self.path, number, objects)
        if (
            len(authors_of(self.mine.values()).union(*(authors_of(s.objects.values()) for s in self.sides)))
            > 1
        ):
            self.plan.report.shared_pictures += 1

    def _is_the_same(self, uid: str) -> bool:
        """The quick way for nearly all objects: nobody changed it, and nothing waits."""
        mine, plan = self.mine.get(uid), self.plan
        if mine is None or (ThingKind.OBJECT, uid) in plan.here.variants:
            return False
        if any(
            uid in s.deleted[ThingKind.OBJECT] or (ThingKind.OBJECT, uid) in s.variants for s in plan.sources
        ):
            return False
        for side in self.sides:
            theirs = side.objects.get(uid)
            if theirs is not None and (
                theirs.writes != mine.writes or self._as_here(side, theirs, mine.id) != mine
            ):
                return False
        for side in self.sides:
            if uid in side.objects:
                self._count(side.number, Outcome.SAME)
        self.alive += 1
        return True

    def _join(self, uid: str) -> Iterator[Edit]:
        plan, mine = self.plan, self.mine.get(uid)
        theirs, candidates = self._theirs(uid), self._mine(uid)
        candidates += [one for _, one in theirs]
        by_number = {side.number: side for side in self.sides}
        for number in range(len(plan.sources)):
            candidates += self._deleted_and_waiting(
                by_number.get(number) or PictureSide(number=number, objects={}), uid
            )
        left = surviving(candidates)
        if not left:
            return
        main = choose(left)
        for one in left:
            if one.content is not None:
                yield from plan.need_class(one.content["category_id"])
                plan.changed_class(None, one.content["category_id"] if one is not main else None)
        yield from self._show(uid, mine, main)
        shown = main if mine is not None or main.content is not None or main.source == HERE else None
        others = left if main.content is not None else [one for one in left if one.source != HERE]
        yield from plan.keep_others(ThingKind.OBJECT, uid, shown, others, self.image_id)
        self.alive += main.content is not None
        keys, open_ = {one.key for one in left}, differ(left, SILENT[ThingKind.OBJECT])
        before = None
        if mine is not None:
            before = SeenValue(writes=mine.writes, content=object_content(mine), author="", source=HERE)
        for number, one in theirs:
            if one.key not in keys:
                outcome = Outcome.OLDER
            elif open_ and not (before is not None and one.key == before.key):
                outcome = Outcome.CONFLICT
            elif one.key != main.key or (before is not None and one.text == before.text):
                outcome = Outcome.SAME
            else:
                outcome = Outcome.TAKEN if mine is not None else Outcome.ADDED
            self._count(number, outcome)

    def _mine(self, uid: str) -> list[SeenValue]:
        """What the project itself says of an object: its value or that it was deleted, and what waits."""
        mine, plan = self.mine.get(uid), self.plan
        if mine is not None:
            found = [
                SeenValue(writes=mine.writes, content=object_content(mine), author=mine.author, source=HERE)
            ]
        else:
            found = [
                SeenValue(writes=writes, content=None, author="", source=HERE)
                for writes in plan.here.deleted[ThingKind.OBJECT].get(uid, ())
            ]
        return found + [self._waiting_here(one) for one in plan.waiting_here(ThingKind.OBJECT, uid)]

    def _waiting_here(self, one: SeenValue) -> SeenValue:
        """A value that waits here, in this picture: it may wait since before the picture was removed."""
        if one.content is None or one.content["image_id"] == self.image_id:
            return one
        return replace(one, content={**one.content, "image_id": self.image_id})

    def _theirs(self, uid: str) -> list[tuple[int, SeenValue]]:
        """The values that count, each with its project; those that cannot be taken are counted and noted."""
        found: list[tuple[int, SeenValue]] = []
        for side in self.sides:
            theirs = side.objects.get(uid)
            if theirs is None:
                continue
            content = object_content(self._as_here(side, theirs, theirs.id))
            one = SeenValue(writes=theirs.writes, content=content, author=theirs.author, source=side.number)
            reason = self._trouble(side, theirs)
            if reason is not None and not self._is_known(uid, one):
                self._count(side.number, Outcome.REPORTED)
                self._refused[side.number, reason] = self._refused.get((side.number, reason), 0) + 1
                continue
            found.append((side.number, one))
        return found

    def _trouble(self, side: PictureSide, theirs: Annotation) -> NoteKind | None:
        if side.changed:
            return NoteKind.PICTURE_CHANGED
        if self.size is not None and theirs.mask.size != self.size:
            return NoteKind.OTHER_SIZE
        return None

    def _is_known(self, uid: str, one: SeenValue) -> bool:
        """Whether the project has this value, or a later one."""
        return any(
            own.key == one.key or rests_on(writes_of(own.writes), writes_of(one.writes))
            for own in self._mine(uid)
        )

    def _deleted_and_waiting(self, side: PictureSide, uid: str) -> list[SeenValue]:
        source = self.plan.sources[side.number]
        found = []
        if uid not in side.objects:
            found = [
                SeenValue(writes=writes, content=None, author="", source=side.number)
                for writes in source.deleted[ThingKind.OBJECT].get(uid, ())
            ]
        for variant in source.variants.get((ThingKind.OBJECT, uid), ()):
            content = variant_content(variant)
            if content is not None and content["category_id"] in source.left_out:
                continue
            if content is not None:
                content = self._content_here(side, content)
            if content is not None and (
                side.changed
                or (self.size is not None and (content["height"], content["width"]) != self.size.hw)
            ):
                continue
            found.append(
                SeenValue(
                    writes=variant.writes,
                    content=content,
                    author=variant.author,
                    source=side.number,
                    origin=variant.source,
                )
            )
        return found

    def _show(self, uid: str, mine: Annotation | None, main: SeenValue) -> Iterator[Edit]:
        """Make ``main`` the value of the object."""
        plan = self.plan
        if main.source == HERE:
            return
        if main.content is None:
            if mine is not None:
                plan.report.deleted += 1
                plan.changed_class(mine.category_id, None)
                yield Edit(replace(mine, writes=main.writes), None)
            return
        number = mine.id if mine is not None else plan.new_id(Annotation)
        shown = decoded(main.content, number=number, uid=uid, writes=main.writes)
        if shown.category_id not in plan.classes:  # deleted here while the value waited: as in _content_here
            shown = replace(shown, category_id=min(plan.classes, default=shown.category_id))
        plan.changed_class(mine.category_id if mine is not None else None, shown.category_id)
        yield Edit(replace(mine, uid=uid) if mine is not None else None, shown)

    def _as_here(self, side: PictureSide, theirs: Annotation, number: int) -> Annotation:
        source = self.plan.sources[side.number]
        return replace(
            theirs,
            id=number,
            image_id=self.image_id,
            category_id=source.classes[theirs.category_id],
            extra=with_track(theirs.extra, source.tracks),
            group_id=None if theirs.group_id is None else side.groups.get(theirs.group_id, theirs.group_id),
        )

    def _content_here(self, side: PictureSide, content: Mapping[str, Any]) -> dict[str, Any]:
        source = self.plan.sources[side.number]
        classes, group = source.classes, content["group_id"]
        own: dict[str, Any] = {
            "image_id": self.image_id,
            "extra": _with_track(content["extra"], source.tracks),
            "group_id": None if group is None else side.groups.get(group, group),
        }
        # a class that nobody has any more: the first one, as of an object whose class was deleted
        own["category_id"] = classes.get(content["category_id"]) or min(classes.values(), default=0)
        return {**content, **own}

    def _map_groups(self) -> None:
        """Groups that two people made at the same time have one number: the later one gets another."""
        used = groups_used(self.mine.values())
        for side in self.sides:
            for uid, theirs in side.objects.items():
                mine = self.mine.get(uid)
                if theirs.group_id is not None and mine is not None and mine.group_id is not None:
                    side.groups.setdefault(theirs.group_id, mine.group_id)
            for group in sorted(groups_used(side.objects.values())):
                if group not in side.groups:
                    side.groups[group] = group if group not in used else max(used) + 1
                used.add(side.groups[group])

    def _count(self, number: int, outcome: Outcome) -> None:
        self.plan.report.sources[number].outcomes[outcome] += 1


def _with_track(text: str | None, now: Mapping[int, int]) -> str | None:
    """What a stored object says besides, with the track that its own became; else the very same text."""
    extra = load_mapping(text)
    other = with_track(extra, now)
    return text if other is extra else dump_mapping(other)
