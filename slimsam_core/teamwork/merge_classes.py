"""The classes of several projects as those of one: by a mapping, by identity, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from slimsam_core.annotation import Category, ThingKind, color_for_new, colors_of
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit
from slimsam_core.project.tables import CATEGORIES
from slimsam_core.teamwork.candidates import HERE, SeenValue, choose, surviving
from slimsam_core.teamwork.merge_plan import MergePlan
from slimsam_core.teamwork.merge_report import NoteKind
from slimsam_core.teamwork.source import Source, class_content, variant_content


class ClassMerge:
    """Fills ``Source.classes`` of each project; ``edits`` first, ``last_edits`` after all objects."""

    def __init__(self, plan: MergePlan, mapping: Mapping[str, str | None]) -> None:
        """``mapping``: the name of a class there -> here, or None: its objects are not taken. Raises
        ProjectError for names that nobody has."""
        self._plan = plan
        self._listed = {category.id: category for category in plan.into.categories()}
        self._named = {category.name: category.id for category in self._listed.values()}
        self._colors = colors_of(self._listed.values())
        self._by_uid = {plan.here.uid_of(c): c.id for c in self._listed.values()}
        self._mapping = dict(mapping)
        self._theirs: dict[int, list[tuple[int, Category]]] = {}
        known = {c.name for source in plan.sources for c in source.project.categories()}
        for name in sorted(mapping.keys() - known):
            raise ProjectError(
                "No project that is merged in has the class {name!r}.",
                "Their classes are: {known}.",
                name=name,
                known=", ".join(sorted(known)) or "none",
            )

    def edits(self) -> Iterator[Edit]:
        """Say which class is which; add those that are new, and take changes over."""
        for number, source in enumerate(self._plan.sources):
            for category in source.project.categories():
                if self._mapping.get(category.name, category.name) is None:
                    source.left_out[category.id] = category.name
                else:
                    source.classes[category.id] = self._place_of(number, source, category)
        self._plan.classes.update(self._listed)
        for class_id, theirs in self._theirs.items():
            yield from self._join(class_id, theirs)
        waiting = self._plan.waiting_classes
        for class_id, category in list(waiting.items()):
            if self._plan.here.deleted[ThingKind.CLASS].get(category.uid):
                continue  # deleted here: it comes back when an object has it
            del waiting[class_id]
            self._plan.report.classes_added += 1
            yield Edit(None, category)

    def _place_of(self, number: int, source: Source, category: Category) -> int:
        """The class here that a class there is; a new one when there is none."""
        uid = source.uid_of(category)
        wanted = self._mapping.get(category.name)
        found = self._by_uid.get(uid) if wanted is None else self._named.get(wanted)
        if wanted is None and found is not None and found not in self._plan.waiting_classes:
            self._theirs.setdefault(found, []).append((number, category))
        if found is None:
            found = self._named.get(wanted or category.name)
        if found is not None:
            return found
        new_id = self._plan.new_id(Category)
        color = category.color or color_for_new(new_id, self._colors)
        made = replace(
            category, id=new_id, name=wanted or category.name, color=color, hotkey="", place=None, uid=uid
        )
        self._listed[new_id] = self._plan.waiting_classes[new_id] = made
        self._named[made.name] = new_id
        self._colors.add(made.display_color)
        self._by_uid.setdefault(uid, new_id)
        return new_id

    def _join(self, class_id: int, theirs: list[tuple[int, Category]]) -> Iterator[Edit]:
        mine, plan = self._listed[class_id], self._plan
        uid = plan.here.uid_of(mine)
        sides = [plan.here, *(plan.sources[number] for number, _ in theirs)]
        waits = any((ThingKind.CLASS, uid) in side.variants for side in sides)
        if not waits and all(_is_same(mine, category) for _, category in theirs):
            return
        own = SeenValue(writes=mine.writes, content=class_content(mine), author="", source=HERE)
        candidates = [own, *plan.waiting_here(ThingKind.CLASS, uid)]
        for number, category in theirs:
            if not _is_same(mine, category):
                content = class_content(category)
                candidates.append(
                    SeenValue(writes=category.writes, content=content, author="", source=number)
                )
            for variant in plan.sources[number].variants.get((ThingKind.CLASS, uid), ()):
                value = variant_content(variant)
                if value is not None:
                    candidates.append(
                        SeenValue(writes=variant.writes, content=value, author=variant.author, source=number)
                    )
        left = surviving(candidates)
        main = choose(left)
        if main.source != HERE:
            assert main.content is not None
            shown = _taken(mine, main)
            other = self._named.get(shown.name)
            if other not in (None, class_id):  # two classes of one name: the name here stays
                plan.note(NoteKind.CLASS_NAME, f"{mine.name} / {shown.name}", max(main.source, 0))
                return
            self._listed[class_id] = shown
            del self._named[mine.name]
            self._named[shown.name] = class_id
            yield Edit(replace(mine, uid=uid), shown)
        elif len({one.content["name"] for one in left if one.content is not None}) > 1:
            names = sorted(one.content["name"] for one in left if one.content is not None)
            plan.note(NoteKind.CLASS_NAME, " / ".join(names), theirs[0][0])
        yield from plan.keep_others(ThingKind.CLASS, uid, main, left, None)

    def last_edits(self) -> Iterator[Edit]:
        """Remove classes that were deleted elsewhere where no object has them any more."""
        plan = self._plan
        for number, source in enumerate(plan.sources):
            for uid, deletions in source.deleted[ThingKind.CLASS].items():
                class_id = self._by_uid.get(uid)
                mine = self._listed.get(class_id) if class_id is not None else None
                if mine is None or class_id in plan.waiting_classes or class_id in source.classes.values():
                    continue
                own = SeenValue(writes=mine.writes, content=class_content(mine), author="", source=HERE)
                gone = [
                    SeenValue(writes=writes, content=None, author="", source=number) for writes in deletions
                ]
                left = surviving([own, *gone])
                if own in left:
                    continue
                if plan.usage[mine.id]:
                    plan.note(NoteKind.CLASS_STAYS, mine.name, number, plan.usage[mine.id])
                    continue
                del self._listed[mine.id]
                yield Edit(replace(mine, writes=choose(left).writes), None)


def _is_same(mine: Category, theirs: Category) -> bool:
    """Whether a class there is the value here; a colour that the merge itself chose makes no other one."""
    content, own = class_content(theirs), class_content(mine)
    content["color"] = content["color"] or own["color"]
    return theirs.writes == mine.writes and content == own


def _taken(mine: Category, main: SeenValue) -> Category:
    """The class here with what was changed there."""
    row = CATEGORIES.encode(mine) | dict(main.content or {}) | {"writes": main.writes}
    found = CATEGORIES.decode(row)
    assert isinstance(found, Category)
    return replace(found, uid=mine.uid or found.uid)
