"""A list of classes taken into a project: joined by name, in the order of the list, with its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from slimsam_core.annotation import Category, color_for_new, colors_of
from slimsam_core.project.class_keys import with_key, with_own_keys
from slimsam_core.project.edits import Edit


def take_classes(
    categories: Iterable[Category], listed: Iterable[Category], new_id: Callable[[], int]
) -> list[Edit]:
    """Edits that bring the classes of a list into ``categories`` (all of a project); nothing is removed.

    The listed ones come first, in their order. One that is there already takes what the list says of its
    colour, key, super-category and attributes, and keeps what the list says nothing of.
    """
    before = {category.name: category for category in categories}
    kept = {category.name: category for category in with_own_keys(before.values())}
    wanted = tuple(listed)
    merged: dict[str, Category] = {}
    colors = colors_of(kept.values())
    for one in wanted:
        own = kept.pop(one.name, None)
        if own is None:
            number = new_id()
            color = one.color or color_for_new(number, colors)
            merged[one.name] = replace(one, id=number, hotkey="", color=color)
            colors.add(merged[one.name].display_color)
            continue
        colors.remove(own.display_color)
        merged[one.name] = replace(
            own,
            color=one.color or own.color,
            supercategory=one.supercategory or own.supercategory,
            attributes={**own.attributes, **one.attributes} if one.attributes else own.attributes,
        )
        colors.add(merged[one.name].display_color)
    found: Sequence[Category] = [*merged.values(), *kept.values()]
    owners = {one.hotkey: one for one in reversed(wanted) if one.hotkey}  # of two with one digit the first
    for one in (one for one in wanted if owners.get(one.hotkey) is one):
        found = with_key(found, merged[one.name].id, one.hotkey)
    placed = (replace(category, place=place) for place, category in enumerate(found))
    return [Edit(before.get(c.name), c) for c in placed if before.get(c.name) != c]
