"""The pictures of several projects as those of one: what people say of each, and where new ones lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from slimsam_core.annotation import Annotation, ImageEntry, ImageState, RemovedImage, Root, ThingKind
from slimsam_core.files.listing import is_file
from slimsam_core.project import Edit
from slimsam_core.project.lineage import uid_of
from slimsam_core.teamwork.candidates import HERE, SeenValue, choose, differ, surviving
from slimsam_core.teamwork.dealing import folder_names
from slimsam_core.teamwork.merge_objects import PictureObjects, PictureSide
from slimsam_core.teamwork.merge_plan import SILENT, MergePlan, moves_only
from slimsam_core.teamwork.merge_report import NoteKind, Outcome
from slimsam_core.teamwork.packed_part import PackedPart, free_folder
from slimsam_core.teamwork.part_beside import parts_home
from slimsam_core.teamwork.pictures import entries_of, folders_of, index_of, known_of, same_folder
from slimsam_core.teamwork.said_of_pictures import said_of, with_said
from slimsam_core.teamwork.source import Source, picture_content, variant_content
from slimsam_core.teamwork.split import PICTURES

PAGE = 200
"""Pictures whose objects are read at a time, of each project."""


@dataclass
class _Target:
    """A picture here, or one that becomes one, and which pictures of the others it is."""

    here: int | None
    """Its number; None for a new one."""
    theirs: list[tuple[int, int]] = field(default_factory=list)
    """Number of the project, number of the picture there."""


class PictureMerge:
    """All pictures that any of the projects says something of."""

    def __init__(self, plan: MergePlan) -> None:
        self._plan = plan
        self._voted: dict[tuple[int, int], int] = {}
        """Project and folder there -> the folder here that has the same pictures."""
        self._joined: dict[tuple[int, int, bool], int] = {}
        """The same, and whether the file came in a zip -> the folder here that new pictures come with."""
        self._roots = {root.id: root for root in plan.here.project.roots()}
        self._removed = {(gone.root_id, gone.path): gone for gone in plan.here.project.removed_images}
        self._places: set[tuple[int, str]] = set()
        self._new_roots: list[Root] = []
        self._objects_here: set[str] = set()
        """Objects that are here and were deleted in another project."""
        self._pictures_here: set[str] = set()
        self._met: dict[ThingKind, set[str]] = {ThingKind.OBJECT: set(), ThingKind.PICTURE: set()}
        """Objects and pictures of the other projects that were joined."""
        self._targets = self._find_targets()
        self.total = len(self._targets)

    def _find_targets(self) -> list[_Target]:
        plan, index = self._plan, index_of(self._plan.here.project)
        by_id: dict[int, _Target] = {}
        fresh: dict[int, _Target] = {}
        votes: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        roots_here: dict[int, int] = {}
        self._pictures_here = set(index.by_uid)
        for image in entries_of(plan.here.project):
            roots_here[image.id] = image.root_id
            self._places.add((image.root_id, image.path))
        for number, source in enumerate(plan.sources):
            taken: set[int] = set()
            folders = folders_of(source.project)
            for image in entries_of(source.project):
                other = known_of(source.project, image, folders)
                found = index.find(other, taken)
                if found is None:
                    found = replace(other, id=-len(fresh) - 1)
                    fresh[found.id] = _Target(None)
                    index.add(found)
                taken.add(found.id)
                target = fresh.get(found.id) or by_id.setdefault(found.id, _Target(found.id))
                target.theirs.append((number, image.id))
                if found.id > 0 and found.path == image.path:
                    votes[number, image.root_id][roots_here[found.id]] += 1
            for uid in source.deleted[ThingKind.PICTURE]:
                gone = index.by_uid.get(uid)
                if gone is not None and gone.id > 0:
                    by_id.setdefault(gone.id, _Target(gone.id))
        for image_id in self._pictures_of_deleted():
            by_id.setdefault(image_id, _Target(image_id))
        self._voted = {place: count.most_common(1)[0][0] for place, count in votes.items()}
        return [*(by_id[number] for number in sorted(by_id)), *fresh.values()]

    def last_edits(self) -> Iterator[Edit]:
        """Remember what was deleted elsewhere and never was here: another copy may still bring it."""
        here = self._plan.here
        for kind, alive in ((ThingKind.OBJECT, self._objects_here), (ThingKind.PICTURE, self._pictures_here)):
            deleted: dict[str, list[SeenValue]] = defaultdict(list)
            for number, source in enumerate(self._plan.sources):
                for uid, writes in source.deleted[kind].items():
                    if uid not in alive and uid not in self._met[kind]:
                        deleted[uid] += [
                            SeenValue(writes=one, content=None, author="", source=number) for one in writes
                        ]
                for (of_kind, uid), variants in source.variants.items():
                    if of_kind == kind and uid not in alive and uid not in self._met[kind]:
                        deleted[uid] += [
                            SeenValue(
                                writes=v.writes, content=None, author="", source=number, origin=v.source
                            )
                            for v in variants
                            if not v.content
                        ]
            for uid, candidates in deleted.items():
                own = [
                    SeenValue(writes=writes, content=None, author="", source=HERE)
                    for writes in here.deleted[kind].get(uid, ())
                ]
                left = surviving([*own, *self._plan.waiting_here(kind, uid), *candidates])
                others = [one for one in left if one.source != HERE]
                yield from self._plan.keep_others(kind, uid, None, others, None)

    def _pictures_of_deleted(self) -> set[int]:
        """Pictures here with an object that was deleted in another project."""
        deleted = {uid for source in self._plan.sources for uid in source.deleted[ThingKind.OBJECT]}
        deleted |= {uid for s in self._plan.sources for kind, uid in s.variants if kind is ThingKind.OBJECT}
        found: set[int] = set()
        here, last = self._plan.here, 0
        while deleted and (
            rows := here.project.ask(
                "SELECT id, image_id, uid FROM annotation WHERE id > ? ORDER BY id LIMIT 10000", (last,)
            )
        ):
            for number, image_id, uid in rows:
                if (known := uid_of(here.uid, uid or "", number)) in deleted:
                    found.add(image_id)
                    self._objects_here.add(known)
            last = rows[-1][0]
        return found

    def edits(self) -> Iterator[list[Edit]]:
        """The changes of each picture; those of new folders come before."""
        for start in range(0, len(self._targets), PAGE):
            page = self._targets[start : start + PAGE]
            wanted: dict[int, list[int]] = defaultdict(list)
            for target in page:
                if target.here is not None:
                    wanted[HERE].append(target.here)
                for number, image_id in target.theirs:
                    wanted[number].append(image_id)
            read = {number: _read(self._source(number), ids) for number, ids in wanted.items()}
            for target in page:
                yield list(self._join(target, read))

    def _source(self, number: int) -> Source:
        return self._plan.here if number == HERE else self._plan.sources[number]

    def _join(self, target: _Target, read: dict[int, _Read]) -> Iterator[Edit]:
        plan = self._plan
        mine = read[HERE].images[target.here] if target.here is not None else None
        theirs = [(number, read[number].images[image_id]) for number, image_id in target.theirs]
        first = mine or theirs[0][1]
        place = None
        if mine is None:
            place = self._place_for(*theirs[0])
        image_id = mine.id if mine is not None else plan.new_id(ImageEntry)
        if mine is None and place is None:
            for number, image in theirs:
                count = len(read[number].objects.get(image.id, ()))
                plan.report.sources[number].outcomes[Outcome.REPORTED] += count
                plan.note(NoteKind.PICTURE_PLACE, image.path, number, count)
            return
        size = first.size
        objects = PictureObjects(
            plan=plan,
            image_id=image_id,
            path=first.path,
            size=size,
            mine=self._by_uid(HERE, read[HERE].objects.get(mine.id, ())) if mine is not None else {},
            sides=[
                PictureSide(
                    number=number,
                    objects=self._by_uid(number, read[number].objects.get(image.id, ())),
                    waiting=self._waiting_in(number, image.id),
                    changed=_is_another(first, image),
                )
                for number, image in theirs
            ],
        )
        of_objects = list(objects.edits())
        alive = bool(objects.alive)
        if place is None:
            assert mine is not None
            yield from self._say(mine, theirs, alive)
        else:
            if not (yield from self._bring(theirs, image_id, place, alive)):
                of_objects = [edit for edit in of_objects if not moves_only(edit)]
        yield from of_objects

    def _waiting_in(self, number: int, image_id: int) -> frozenset[str]:
        found = frozenset(self._plan.sources[number].waiting.get(image_id, ()))
        self._met[ThingKind.OBJECT] |= found
        return found

    def _by_uid(self, number: int, objects: Sequence[Annotation]) -> dict[str, Annotation]:
        source, found = self._source(number), dict[str, Annotation]()
        for annotation in objects:
            if annotation.category_id in source.left_out:
                self._plan.report.sources[number].outcomes[Outcome.REPORTED] += 1
                source.not_taken[source.left_out[annotation.category_id]] += 1
                continue
            uid = source.uid_of(annotation)
            if uid in found:  # no project that this program wrote
                if number != HERE:
                    self._plan.report.sources[number].outcomes[Outcome.REPORTED] += 1
                    self._plan.note(NoteKind.TWICE, str(annotation.id), number, 1)
                continue
            found[uid] = annotation
            if any(
                uid in other.deleted[ThingKind.OBJECT] or (ThingKind.OBJECT, uid) in other.variants
                for other in self._plan.sources
            ):
                self._met[ThingKind.OBJECT].add(uid)
        return found

    def _candidates(self, uid: str, theirs: Sequence[tuple[int, ImageEntry]]) -> list[SeenValue]:
        """What the other projects say of a picture, or that they removed it."""
        plan, found = self._plan, []
        for number, image in theirs:
            source = plan.sources[number]
            if source.uid_of(image) == uid:
                found.append(
                    SeenValue(writes=image.writes, content=picture_content(image), author="", source=number)
                )
        for number, source in enumerate(plan.sources):
            if uid not in {source.uid_of(image) for which, image in theirs if which == number}:
                found += [
                    SeenValue(writes=writes, content=None, author="", source=number)
                    for writes in source.deleted[ThingKind.PICTURE].get(uid, ())
                ]
            found += [
                SeenValue(
                    writes=v.writes, content=variant_content(v), author="", source=number, origin=v.source
                )
                for v in source.variants.get((ThingKind.PICTURE, uid), ())
            ]
        return found

    def _say(self, mine: ImageEntry, theirs: Sequence[tuple[int, ImageEntry]], alive: bool) -> Iterator[Edit]:
        """What is said of a picture that is here, or that it goes."""
        plan = self._plan
        uid = plan.here.uid_of(mine)
        own = SeenValue(writes=mine.writes, content=picture_content(mine), author="", source=HERE)
        left = said_of([own, *plan.waiting_here(ThingKind.PICTURE, uid), *self._candidates(uid, theirs)])
        if (main := choose(left)).content is None:
            if not alive:
                plan.report.pictures_removed += 1
                yield Edit(replace(mine, writes=main.writes), None)
                gone = RemovedImage(plan.new_id(RemovedImage), mine.root_id, mine.path)
                yield Edit(None, gone)
                yield from plan.keep_others(ThingKind.PICTURE, uid, main, left, mine.id)
            else:
                plan.note(NoteKind.PICTURE_CAME_BACK, mine.path, max(main.source, 0))
                yield from plan.keep_others(ThingKind.PICTURE, uid, None, left, mine.id)
            return
        if main.source != HERE or main.writes != mine.writes:
            yield Edit(mine, with_said(mine, main))
        else:
            yield from self._of_strangers(mine, uid, theirs)
        if differ(left, SILENT[ThingKind.PICTURE]):
            plan.report.picture_conflicts += 1
        yield from plan.keep_others(ThingKind.PICTURE, uid, main, left, mine.id)

    def _of_strangers(
        self, mine: ImageEntry, uid: str, theirs: Sequence[tuple[int, ImageEntry]]
    ) -> Iterator[Edit]:
        """What projects of other origin say of a picture of which nothing was said here."""
        empty = picture_content(ImageEntry(id=1, root_id=1, path="x"))
        if mine.state is not ImageState.NEW or {**picture_content(mine), "extra": None} != empty:
            return
        for number, image in theirs:
            content = picture_content(image)
            if self._plan.sources[number].uid_of(image) != uid and {**content, "extra": None} != empty:
                one = SeenValue(writes=mine.writes, content=content, author="", source=number)
                yield Edit(mine, with_said(mine, one))
                return

    def _bring(
        self, theirs: Sequence[tuple[int, ImageEntry]], image_id: int, root_id: int, alive: bool
    ) -> Generator[Edit, None, bool]:
        """A picture that is not here: new, or removed and with new objects. Returns whether it comes."""
        plan = self._plan
        number, image = theirs[0]
        uid = plan.sources[number].uid_of(image)
        self._met[ThingKind.PICTURE].add(uid)
        gone_here = [
            SeenValue(writes=writes, content=None, author="", source=HERE)
            for writes in plan.here.deleted[ThingKind.PICTURE].get(uid, ())
        ]
        left = said_of(
            [*gone_here, *plan.waiting_here(ThingKind.PICTURE, uid), *self._candidates(uid, theirs)]
        )
        main = choose(left)
        if main.content is None and not alive:
            others = [one for one in left if one.source != HERE]
            yield from plan.keep_others(ThingKind.PICTURE, uid, None, others, None)
            return False
        while self._new_roots:
            root = self._new_roots.pop()
            kind = NoteKind.UNPACKED if root.path in plan.kept_folders else NoteKind.NEW_FOLDER
            plan.note(kind, root.path, number)
            yield Edit(None, root)
        if main.content is None or gone_here:
            plan.note(NoteKind.PICTURE_CAME_BACK, image.path, number)
        shown = replace(image, id=image_id, root_id=root_id, uid=uid)
        if main.content is not None:
            shown = with_said(shown, main)
        removed = self._removed.pop((root_id, image.path), None)
        if removed is not None:
            yield Edit(removed, None)
        plan.report.pictures_added += 1
        self._places.add((root_id, image.path))
        self._unpack(number, image, self._roots[root_id].path)
        yield Edit(None, shown)
        yield from plan.keep_others(
            ThingKind.PICTURE, uid, main if main.content is not None else None, left, image_id
        )
        return True

    def _place_for(self, number: int, image: ImageEntry) -> int | None:
        """The folder here that a picture joins; None when another picture has its place."""
        voted = self._voted.get((number, image.root_id))
        if voted is not None and (voted, image.path) not in self._places and self._lies_in(voted, image.path):
            return voted
        folders = self._plan.sources[number].project.roots()
        path = next(root.path for root in folders if root.id == image.root_id)
        packed = self._plan.sources[number].packed
        comes_along = packed is not None and packed.place_of(path, image.path) is not None
        there = (number, image.root_id, comes_along)
        if there not in self._joined:
            if packed is not None and comes_along:
                path = self._kept_in(packed, image.root_id if len(folders) > 1 else None)
            same = [root.id for root in self._roots.values() if same_folder(root.path, path)]
            if not same:
                same = [self._plan.new_id(Root)]
                self._roots[same[0]] = Root(same[0], path)
                self._new_roots.append(self._roots[same[0]])
            self._joined[there] = same[0]
        found = self._joined[there]
        return None if (found, image.path) in self._places else found

    def _kept_in(self, packed: PackedPart, root_id: int | None) -> str:
        """The folder that new pictures of a zip file are taken out to: where parts of the project lie."""
        into = self._plan.into
        if packed.home is None:
            name = packed.path.stem
            homes = {one.home for one in self._plan.packed_parts if one.home}
            packed.home = free_folder(parts_home(into, into.path), folder_names((name,))[name], homes)
        folder = packed.home / PICTURES if root_id is None else packed.home / PICTURES / str(root_id)
        self._plan.kept_folders.append(str(folder))
        return str(folder)

    def _unpack(self, number: int, image: ImageEntry, folder: str) -> None:
        """Have the file of a new picture taken out of the zip file that it came in."""
        source = self._plan.sources[number]
        if source.packed is None or folder not in self._plan.kept_folders:
            return
        path = next(root.path for root in source.project.roots() if root.id == image.root_id)
        member = source.packed.place_of(path, image.path)
        if member is not None:
            source.packed.keep(member, Path(folder), image.path)

    def _lies_in(self, root_id: int, path: str) -> bool:
        """Whether the file of a picture lies in a folder of this project, or was removed from it."""
        if (root_id, path) in self._removed:
            return True
        folder = self._roots[root_id].path
        return self._plan.into.agreement.covers(folder) and is_file(Path(folder, path))


@dataclass(frozen=True)
class _Read:
    images: dict[int, ImageEntry]
    objects: dict[int, list[Annotation]]


def _read(source: Source, image_ids: Sequence[int]) -> _Read:
    images = source.project.images_by_id(image_ids)
    objects: dict[int, list[Annotation]] = defaultdict(list)
    for annotation in source.project.annotations_of_images(image_ids):
        objects[annotation.image_id].append(annotation)
    return _Read(images, objects)


def _is_another(here: ImageEntry, there: ImageEntry) -> bool:
    """Whether the file of a picture holds something else there."""
    return bool(here.content_hash and there.content_hash and here.content_hash != there.content_hash)
