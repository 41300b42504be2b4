"""The digit that chooses each class, and edits after which every class still has the digit that it had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from slimsam_core.annotation import Category

CLASS_KEYS = "1234567890"
"""Digits in the order of a keyboard."""


def class_keys(categories: Iterable[Category]) -> Mapping[str, int]:
    """Digit -> class id: the classes' own digits first, the free ones go to the others in their order.

    Of two classes with the same digit of their own the later one counts as without.
    """
    listed = tuple(categories)
    found: dict[str, int] = {}
    for category in listed:
        if category.hotkey and category.hotkey in CLASS_KEYS and category.hotkey not in found:
            found[category.hotkey] = category.id
    owners = set(found.values())
    free = [digit for digit in CLASS_KEYS if digit not in found]
    others = (category for category in listed if category.id not in owners)
    found.update((digit, category.id) for digit, category in zip(free, others, strict=False))
    return found


def with_own_keys(categories: Iterable[Category]) -> Sequence[Category]:
    """The classes, each with the digit that it has now as its own: no change of the others moves it then."""
    listed = tuple(categories)
    digits = {category_id: digit for digit, category_id in class_keys(listed).items()}
    return [replace(category, hotkey=digits.get(category.id, "")) for category in listed]


def with_key(categories: Iterable[Category], category_id: int, digit: str) -> Sequence[Category]:
    """The classes, each with a digit of its own, and ``digit`` with this class.

    The class that had ``digit`` gets the one that becomes free. An empty ``digit``: the first free one.
    """
    listed = with_own_keys(categories)
    former = next((category.hotkey for category in listed if category.id == category_id), "")
    found: list[Category] = []
    for category in listed:
        if category.id == category_id:
            found.append(replace(category, hotkey=digit))
        elif digit and category.hotkey == digit:
            found.append(replace(category, hotkey=former))
        else:
            found.append(category)
    return found
