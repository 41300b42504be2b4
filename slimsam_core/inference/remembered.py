"""What was made from the pictures that were asked about last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from slimsam_core.pixels.image_io import RgbImage

V = TypeVar("V")


class Remembered(Generic[V]):
    """Values by picture (the array itself, not its pixels) and key; the last ``kept`` that were used stay."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._known: OrderedDict[tuple[int, Hashable], tuple[RgbImage, V]] = OrderedDict()

    def holds(self, picture: RgbImage, key: Hashable = None) -> bool:
        """Whether the value is there."""
        return (id(picture), key) in self._known

    def of(self, picture: RgbImage, make: Callable[[], V], key: Hashable = None) -> V:
        """The value, made when it is not there."""
        place = (id(picture), key)
        if place not in self._known:
            self._known[place] = (picture, make())  # the array is held, so that its id stays its own
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        self._known.move_to_end(place)
        return self._known[place][1]
