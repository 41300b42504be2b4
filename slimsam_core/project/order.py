"""The order of classes as edits: it is what people see and what formats without names number by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from slimsam_core.annotation import Category
from slimsam_core.project.class_keys import with_own_keys
from slimsam_core.project.edits import Edit


def order_classes(categories: Iterable[Category], ids: Sequence[int]) -> Iterator[Edit]:
    """Edits that put ``categories`` (all of a project) in the order of ``ids``; those not named follow.

    Every class keeps its key. Raises ValueError when an id is unknown or named twice.
    """
    known = {category.id: category for category in categories}
    if len(set(ids)) < len(ids) or not known.keys() >= set(ids):
        raise ValueError(f"{list(ids)} are not different classes of {sorted(known)}")
    order = [*ids, *(number for number in known if number not in set(ids))]
    if order == list(known) and all(c.place == place for place, c in enumerate(known.values())):
        return
    keyed = {category.id: category for category in with_own_keys(known.values())}
    for place, number in enumerate(order):
        after = replace(keyed[number], place=place)
        if known[number] != after:
            yield Edit(known[number], after)
