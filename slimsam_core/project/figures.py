"""A project in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slimsam_core.annotation import ImageState, ReviewState


@dataclass(frozen=True, kw_only=True)
class ClassStatistics:
    """The objects of one class."""

    category_id: int
    objects: int
    images: int
    small: int
    """Objects below 32x32 pixels; ``large`` from 96x96."""
    medium: int
    large: int
    time_spent_s: float


@dataclass(frozen=True, kw_only=True)
class AnnotatorStatistics:
    """The objects of one annotator."""

    name: str
    """Empty = not known."""
    objects: int
    images: int
    """Pictures with an object by this annotator; 0 where the annotator is not known."""
    time_spent_s: float


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """A project in numbers."""

    images: int
    objects: int
    images_by_state: Mapping[ImageState, int]
    """Every state, also those without pictures."""
    classes: tuple[ClassStatistics, ...]
    """Every class, in the order of their places."""
    annotators: tuple[AnnotatorStatistics, ...]
    """By name; the one without a name, if there are such objects, comes last."""
    images_by_review: Mapping[ReviewState, int]
    """Every state."""
    time_spent_s: float

    @property
    def time_per_object_s(self) -> float | None:
        """Mean time spent on an object, None without objects."""
        return self.time_spent_s / self.objects if self.objects else None

    @property
    def progress(self) -> float:
        """Share of pictures that are done or checked to be empty, 0..1; 1 without pictures."""
        finished = self.images_by_state[ImageState.DONE] + self.images_by_state[ImageState.EMPTY_CHECKED]
        return finished / self.images if self.images else 1.0
