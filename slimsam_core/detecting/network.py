"""What a detector's network takes and gives, as values that its family is recognised by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slimsam_core.detecting.found import Found
from slimsam_core.detecting.picture_fit import PictureInput
from slimsam_core.pixels.geometry import Size

Arrays = Sequence[NDArray[np.float32]]

YOLO_STRIDES = ((8, 16, 32), (8, 16, 32, 64), (4, 8, 16, 32))
"""Pixels from cell to cell of the usual heads, of those for large pictures (P6) and for small things (P2)."""


@dataclass(frozen=True)
class Port:
    """An output: what it is called and the shape that it had for a picture."""

    names: frozenset[str]
    shape: tuple[int, ...]
    values: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    """What it gave for a grey picture, where that is little: it tells families of one shape apart."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """What can be known of a network without knowing its family."""

    input: Size
    """Of the picture that it takes."""
    outputs: tuple[Port, ...]
    takes_size: bool = False
    """Whether it takes the size of the picture too, and gives boxes in it."""
    notes: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    """Classes by index, as its file says; none = it does not say."""

    @property
    def table(self) -> tuple[int, int] | None:
        """The two lengths of its only output (1, a, b); None where there is something else too."""
        if len(self.outputs) != 1 or len(self.outputs[0].shape) != 3:
            return None
        return self.outputs[0].shape[1:]

    def output(self, *names: str) -> int | None:
        """The index of the first output with one of these names."""
        return next((i for i, port in enumerate(self.outputs) if port.names.intersection(names)), None)


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """How the outputs of a network become boxes."""

    title: str
    """Of the family, as its makers write it."""
    input: PictureInput
    classes: int
    """How many it can tell apart."""
    decode: Callable[[Arrays, float], Found]
    """From the outputs, in their order, and the least score of what is wanted."""
    overlapping: bool = True
    """Whether one thing may get several boxes, of which the best is to be kept."""
    has_masks: bool = False
    counts_classes: bool = True
    """Whether ``classes`` is what the network has; else a number that is enough for most, as nothing says."""


def cells(size: Size, strides: Sequence[int]) -> int:
    """How many cells the grids of these strides have together."""
    return sum((size.height // stride) * (size.width // stride) for stride in strides)


def is_grid(size: Size, count: int) -> bool:
    """Whether so many boxes are those of a YOLO's grids, one a cell."""
    return any(cells(size, strides) == count for strides in YOLO_STRIDES)
