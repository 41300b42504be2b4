"""What was made from the pictures that were asked about last."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from slimsam_core.pixels.image_io import RgbImage

V = TypeVar("V")


class Remembered(Generic[V]):
    """Values by picture (the array itself, not its pixels) and key; the last ``kept`` that were used stay.

    Pictures are not held: values go with the picture that they were made from.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._known: OrderedDict[tuple[int, Hashable], tuple[weakref.ref[RgbImage], V]] = OrderedDict()

    def holds(self, picture: RgbImage, key: Hashable = None) -> bool:
        """Whether the value is there."""
        found = self._known.get((id(picture), key))
        return found is not None and found[0]() is picture  # the id of one that is gone may be given again

    def of(self, picture: RgbImage, make: Callable[[], V], key: Hashable = None) -> V:
        """The value, made when it is not there."""
        for gone in [place for place, (made_from, _) in self._known.items() if made_from() is None]:
            del self._known[gone]
        place = (id(picture), key)
        if place not in self._known:
            self._known[place] = (weakref.ref(picture), make())
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        self._known.move_to_end(place)
        return self._known[place][1]
