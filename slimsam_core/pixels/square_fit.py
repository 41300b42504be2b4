"""How a picture of any proportions comes into a model's square: a property of the model's family.

Everything that maps between a picture and a square asks here: pixels, prompts, masks, crops of training, and
what is painted on the screen.
"""

from __future__ import annotations

from enum import StrEnum

from slimsam_core.pixels.geometry import Size

__all__ = ["SquareFit", "resized_size"]


def resized_size(original: Size, longest: int) -> Size:
    """A picture's size with its longest side ``longest`` and the same proportions, each side at least 1."""
    scale = longest / max(original.hw)
    return Size(max(1, int(original.height * scale + 0.5)), max(1, int(original.width * scale + 0.5)))


class SquareFit(StrEnum):
    """Where a picture lies in a square."""

    LETTERBOX = "letterbox"
    """Its proportions kept, the longest side fills the square, nothing right or below: SAM and its kin."""
    STRETCHED = "stretched"
    """It fills the square, whatever its proportions: SAM 2."""

    def inside(self, original: Size, side: int) -> Size:
        """The part of a square of ``side`` pixels or cells that the picture covers, from the upper left."""
        return Size(side, side) if self is SquareFit.STRETCHED else resized_size(original, side)

    def spans(self, original: Size) -> tuple[int, int]:
        """How many pixels of the picture, and of the nothing beside it, the square holds across and down."""
        longest = max(original.hw)
        return (original.width, original.height) if self is SquareFit.STRETCHED else (longest, longest)
