"""Which of the shown proposals *Accept all* leaves on the table: a thing is not labelled twice unseen."""

from __future__ import annotations

from collections.abc import Callable

from slimsam_app.i18n import counted, tr
from slimsam_core.annotation import Annotation
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.labelling.known_objects import over_better, over_known

Proposals = tuple[Proposal, ...]


class Overlapping:
    """Remembers what it found last: lists, buttons and the table ask again and again."""

    def __init__(self, class_now: Callable[[int], int]) -> None:
        """``class_now``: from the class that a proposal came with to the one that it would get."""
        self._class_now = class_now
        self._known: tuple[Proposals, tuple[Annotation, ...]] = ((), ())
        self._looked_at: tuple[Proposals, tuple[int, ...]] = ((), ())
        self._over_objects: frozenset[int] = frozenset()
        self._over_better: frozenset[int] = frozenset()

    @property
    def last_over_objects(self) -> frozenset[int]:
        """As it was found last."""
        return self._over_objects

    def over_objects(self, shown: Proposals, objects: tuple[Annotation, ...]) -> frozenset[int]:
        """Ids of those that lie over an object, which may be the same thing."""
        if self._known != (shown, objects):
            self._known = (shown, objects)
            self._over_objects = over_known(shown, objects)
        return self._over_objects

    def over_better(self, shown: Proposals) -> frozenset[int]:
        """Ids of those that lie over a better one of their class; of proposals that came with one."""
        classes = tuple(self._class_now(p.category_id) if p.category_id else 0 for p in shown)
        if self._looked_at != (shown, classes):
            self._looked_at = (shown, classes)
            by_id = {p.id: number for p, number in zip(shown, classes, strict=True)}
            self._over_better = over_better(shown, lambda p: by_id[p.id])
        return self._over_better


def words_of_left(over_objects: int, over_better: int) -> list[str]:
    """What *Accept all* left on the table, in sentences."""
    told = []
    if over_objects:
        one = tr("{count} lies over an object and is left.")
        told.append(counted(one, tr("{count} lie over objects and are left."), over_objects))
    if over_better:
        one = tr("{count} lies over a better one of its class and is left.")
        several = tr("{count} lie over better ones of their class and are left.")
        told.append(counted(one, several, over_better))
    return told
