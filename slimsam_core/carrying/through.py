"""Objects carried through many pictures of a sequence, until one of them is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.motion import NoMotion
from slimsam_core.carrying.objects import CarriedMask, CarriedObjects, Trail
from slimsam_core.errors import ImageReadError, ProjectError
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import BAR
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.progress import Progress, counted

__all__ = ["CarriedInto", "CarryEnd", "CarryStop", "carry_through"]

Read = Callable[[], RgbImage]
Embed = Callable[[RgbImage], ImageEmbedding]


class CarryStop(StrEnum):
    """Why carrying came to its end."""

    END = "end"
    """All pictures are done."""
    DOUBT = "doubt"
    """An object fell under the bar."""
    DRIFT = "drift"
    """An object does not look any more as it did in the first picture."""
    MET = "met"
    """An object met another one of its class and cannot be told from it any more."""
    GONE = "gone"
    """No object is left in the picture."""
    SIZE = "size"
    """The next picture differs in size or rotation."""
    CUT = "cut"
    """The next picture shows another scene, or is too far apart."""
    UNREAD = "unread"
    """The next picture cannot be read."""

    @property
    def is_before_the_picture(self) -> bool:
        """Whether the next picture itself ended it: nothing was looked for in there."""
        return self in (CarryStop.SIZE, CarryStop.CUT)


@dataclass(frozen=True)
class CarriedInto:
    """What was carried into one of the pictures."""

    number: int
    """Its place among them, from 0."""
    found: CarriedObjects


@dataclass(frozen=True)
class CarryEnd:
    """Where it ended, and why: the last thing that is told."""

    why: CarryStop
    number: int
    """The picture of the doubt, or that nothing was carried into; the count of pictures at their end."""


def carry_through(
    predictor: Predictor, embed: Embed, first: Read, objects: Sequence[Annotation], pictures: Sequence[Read],
    *, bar: float = BAR,
) -> Iterator[Progress | CarriedInto | CarryEnd]:  # fmt: skip
    """Carry objects of the first picture into one after another, from where they were carried to before.

    ``bar``: least confidence of an object, 0..1. Into the picture in which one falls under it all are still
    carried; there it ends. Yields after every small step, and one ``CarryEnd`` as the last. Raises
    OutOfMemory.
    """
    try:
        begin = first()
    except (ImageReadError, ProjectError):
        yield CarryEnd(CarryStop.UNREAD, 0)
        return
    yield Progress(STEP, 0, len(pictures))
    trail = Trail(predictor, begin, embed(begin), objects)
    for number, read in enumerate(pictures):
        yield Progress(STEP, number, len(pictures))
        try:
            rgb = read()
        except (ImageReadError, ProjectError):
            yield CarryEnd(CarryStop.UNREAD, number)
            return
        picture = trail.motions(rgb)
        if isinstance(picture, NoMotion):
            yield CarryEnd(CarryStop(picture.value), number)
            return
        yield Progress(STEP, number, len(pictures))
        step = yield from counted(trail.go_on(picture, embed(rgb)), partial(_at, number, len(pictures)))
        yield CarriedInto(number, step)
        doubtful = [carried for _, carried in step.carried if carried.confidence < bar]
        if doubtful:
            yield CarryEnd(_why(doubtful), number)
            return
        if not trail.objects:
            yield CarryEnd(CarryStop.GONE, number)
            return
    yield CarryEnd(CarryStop.END, len(pictures))


def _why(doubtful: Sequence[CarriedMask]) -> CarryStop:
    if not all(carried.told for carried in doubtful):
        return CarryStop.MET
    return CarryStop.DRIFT if any(carried.drifted for carried in doubtful) else CarryStop.DOUBT


STEP = "Carrying objects over"


def _at(number: int, count: int, _: Progress) -> Progress:
    """A step of one picture in the whole."""
    return Progress(STEP, number, count)
