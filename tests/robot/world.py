"""What a project holds, as plain values, and what changed between two moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from slimsam_app.document import Document
from slimsam_core.annotation import Annotation


@dataclass(frozen=True)
class Thing:
    """One object: its class by name, and its pixels."""

    class_name: str
    mask: str


@dataclass(frozen=True)
class Picture:
    """What a labeller made of one picture."""

    state: str
    things: Mapping[int, Thing]


World = Mapping[str, Picture]
"""Name of the picture -> what is in it."""


class What(StrEnum):
    """Kinds of differences between two moments."""

    ADDED = "added"
    REMOVED = "removed"
    CLASS = "class"
    MASK = "mask"
    STATE = "state"


@dataclass(frozen=True)
class Difference:
    """One difference; ``thing`` is 0 for the state of a picture."""

    what: What
    picture: str
    thing: int = 0
    after: str = ""
    """The new class or the new state."""

    def __str__(self) -> str:
        thing = f" #{self.thing}" if self.thing else ""
        return f"{self.what} in {self.picture}{thing}" + (f": {self.after}" if self.after else "")


def look(document: Document) -> World:
    """Everything that the store holds now."""
    project = document.project
    names = {category.id: category.name for category in project.categories()}

    def thing(annotation: Annotation) -> Thing:
        return Thing(names.get(annotation.category_id, "?"), annotation.mask.counts)

    return {
        entry.path: Picture(
            str(entry.state), {found.id: thing(found) for found in project.annotations(entry.id)}
        )
        for entry in project.images()
    }


def differences(before: World, after: World) -> tuple[Difference, ...]:
    """What happened in between."""
    found: list[Difference] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, Picture("", {})), after.get(name, Picture("", {}))
        if old.state != new.state:
            found.append(Difference(What.STATE, name, after=new.state))
        for key in sorted(old.things.keys() | new.things.keys()):
            was, now = old.things.get(key), new.things.get(key)
            if was is None and now is not None:
                found.append(Difference(What.ADDED, name, key, now.class_name))
            elif now is None:
                found.append(Difference(What.REMOVED, name, key))
            elif was is not None and was != now:
                same_class = was.class_name == now.class_name
                what = What.MASK if same_class else What.CLASS
                found.append(Difference(what, name, key, now.class_name))
                if not same_class and was.mask != now.mask:
                    found.append(Difference(What.MASK, name, key, now.class_name))
    return tuple(found)


def without_ids(world: World) -> World:
    """The same with objects told apart by what they are: one that comes back may have another number."""
    return {
        name: replace(picture, things=dict(enumerate(sorted(picture.things.values(), key=repr))))
        for name, picture in world.items()
    }
