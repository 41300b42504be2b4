"""What a project is made of: roots, images, categories, annotations. Frozen values, replaced whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Any

from slimsam_core.class_colors import ColorsInUse, color_of, is_color
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.mask import Ring, Rle

__all__ = ["Annotation", "Category", "ImageEntry", "ImageState", "MaskSource", "Provenance", "Root", "is_box"]

NO_EXTRA: Mapping[str, Any] = MappingProxyType({})


def default_color(category_id: int) -> str:
    """The colour of a class that nobody chose one for: stable by id, ``#rrggbb``."""
    return color_of(category_id)


class ImageState(StrEnum):
    """How far the work on a picture is."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    EMPTY_CHECKED = "empty_checked"
    NEEDS_REVIEW = "needs_review"


FINISHED = frozenset({ImageState.DONE, ImageState.EMPTY_CHECKED})
UNFINISHED = frozenset(ImageState) - FINISHED
"""Somebody has work left there."""
MAX_CLASSES = 10_000
"""Of a list or a detector: LVIS has 1,203 classes, ImageNet 21,841 of which nobody outlines all."""
MAX_CLASS_NAME = 200
"""Letters of a name; the longest of LVIS has 44."""


class ReviewState(StrEnum):
    """What a second person said of a picture."""

    APPROVED = "approved"
    REJECTED = "rejected"
    """Back to the annotator, with notes."""
    FIXED = "fixed"
    """The annotator is done with the notes: to be looked at again."""


@dataclass(frozen=True, kw_only=True)
class ReviewNote:
    """What is to be done, at a place in the picture (image pixels)."""

    x: float
    y: float
    text: str
    author: str = ""


@dataclass(frozen=True, kw_only=True)
class PictureReview:
    """The last word on a picture, and the notes that it was rejected with."""

    state: ReviewState
    author: str = ""
    notes: tuple[ReviewNote, ...] = ()


class ShapeKind(StrEnum):
    """What the user drew, when it was not a mask."""

    POLYGON = "polygon"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    LINE = "line"
    POINTS = "points"


@dataclass(frozen=True)
class DrawnShape:
    """The outline that a person drew, in image pixels, kept as it was drawn.

    ``rings``: for a polygon one ring a part or hole (even-odd), for a rectangle its two corners, for an
    ellipse centre, and centre plus radii, for a line its vertices, for points the points.
    """

    kind: ShapeKind
    rings: tuple[Ring, ...]


MAX_COORDINATE = 1e6
"""Pixels: fifty times the side of the largest picture; nobody's outline lies further out."""


def check_drawn(shape: DrawnShape) -> None:
    """Raise ValueError for an outline that nothing can be drawn from, as files of others may hold it."""
    kind, rings = shape.kind, shape.rings
    numbers = list(chain.from_iterable(chain.from_iterable(rings)))
    # the sum is no number where one of them is none, and fails this comparison too
    if numbers and not (max(map(abs, numbers)) <= MAX_COORDINATE and abs(sum(numbers)) < math.inf):
        raise ValueError("a coordinate lies far outside of any picture")
    if not rings or not all(rings) or (kind is not ShapeKind.POLYGON and len(rings) > 1):
        raise ValueError(f"a {kind} has one list of points")
    if kind in (ShapeKind.RECTANGLE, ShapeKind.ELLIPSE) and len(rings[0]) != 2:
        raise ValueError(f"a {kind} has two points, not {len(rings[0]):,}")


class MaskSource(StrEnum):
    """What made a mask that was not imported."""

    MANUAL = "manual"
    MODEL = "model"
    """Clicks and boxes that the model answered."""
    EVERYTHING = "everything"
    DETECTOR = "detector"
    CARRIED = "carried"
    """From another picture."""
    LIKENESS = "likeness"
    """Found where it looks like an object of the picture."""


_IMPORTED = "import:"


def imported_from(format_name: str) -> str:
    """``Provenance.source`` of what came in with a format."""
    return _IMPORTED + format_name


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a mask comes from, so that it can be refined, replayed and judged later."""

    source: str = MaskSource.MANUAL
    """A MaskSource or ``imported_from(format)``; a word of a later version stays what it is."""
    prompts: PromptSet | None = None
    model_name: str = ""
    model_hash: str = ""
    predicted_iou: float | None = None
    stability_score: float | None = None
    human_edits: int = 0
    time_spent_s: float = 0.0
    candidate_agreement: float | None = None
    """IoU, 0..1, of the chosen candidate with the best of the others; see ``quality.candidate_agreement``."""

    @property
    def is_imported(self) -> bool:
        """Whether it came in with a file."""
        return self.source.startswith(_IMPORTED)


class AttributeKind(StrEnum):
    """What an attribute of a class can be besides one of some values."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "bool"


ATTRIBUTE_KINDS = frozenset(AttributeKind)


@dataclass(frozen=True, kw_only=True)
class Category:
    """A class. ``id`` >= 1 and never reused; the name is unique in a project."""

    id: int
    name: str
    color: str = ""
    """``#rrggbb``; empty = ``default_color(id)``."""
    supercategory: str = ""
    hotkey: str = ""
    attributes: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    """Attribute schema: name -> list of allowed values, or the word of an AttributeKind."""
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    place: int | None = None
    """Place in the list of classes, from 0, and the number that index formats give it; None = at the end."""
    uid: str = field(default="", compare=False, repr=False)
    """As in ``Annotation``."""
    writes: str = field(default="", compare=False, repr=False)

    @property
    def display_color(self) -> str:
        """``#rrggbb``, always set: that of its number where a file says none, or one that is none."""
        return self.color if is_color(self.color) else default_color(self.id)

    @property
    def schema(self) -> dict[str, str | list[str]]:
        """What of ``attributes`` can be asked for; a file of others may hold anything there."""
        found: dict[str, str | list[str]] = {}
        for name, kind in self.attributes.items():
            if isinstance(kind, str):
                found[name] = kind if kind in ATTRIBUTE_KINDS else AttributeKind.TEXT
            elif isinstance(kind, list) and kind:
                found[name] = [str(value) for value in kind]
        return found


def colors_of(categories: Iterable[Category]) -> ColorsInUse:
    """The colours that classes are shown in."""
    return ColorsInUse(category.display_color for category in categories)


def color_for_new(category_id: int, used: ColorsInUse) -> str:
    """The colour to store with a new class: the first that no other one has; empty where its id gives that.

    Ids are never given twice: after classes were deleted or taken back, ids alone would give further and
    further colours.
    """
    first = used.free()
    return "" if first == default_color(category_id) else first


def class_order(category: Category) -> tuple[bool, int, int]:
    """The key by which classes are sorted: those with a place by it, then the others by id."""
    return (category.place is None, category.place or 0, category.id)


@dataclass(frozen=True)
class Root:
    """A folder that images are found in; ``path`` is absolute on this machine and may be re-linked."""

    id: int
    path: str


@dataclass(frozen=True, kw_only=True)
class ImportedFile:
    """What an annotation file says about the whole of its dataset, kept to be given back at export."""

    id: int
    name: str
    """Base name of the file or folder."""
    info: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    """COCO's ``info``: description, contributor, version, ..."""
    licences: tuple[Mapping[str, Any], ...] = ()
    """COCO's mappings with at least an ``id``, those that no picture has too."""
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    """Other keys at the top of the file."""


@dataclass(frozen=True, kw_only=True)
class ImageEntry:
    """A picture of a project. ``path`` is POSIX, relative to its root, with sub-folder and extension."""

    id: int
    root_id: int
    path: str
    size: Size | None = None
    """Size as labelled (after EXIF); None until the picture was read."""
    content_hash: str = ""
    exif_orientation: int = 1
    state: ImageState = ImageState.NEW
    flags: frozenset[str] = frozenset()
    comment: str = ""
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    """Keys of an imported file that we do not use ourselves, given back at export."""
    review: PictureReview | None = None
    """What a second person said of it; None = nobody looked."""
    uid: str = field(default="", compare=False, repr=False)
    """As in ``Annotation``."""
    writes: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class RemovedImage:
    """A file that somebody took out of the project: a look into its folder does not bring it back.

    ``path`` as in ``ImageEntry``. Where there is one, the project has no picture at that path.
    """

    id: int
    root_id: int
    path: str


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One object. ``mask`` is always there; ``drawn`` is the truth where a person drew an outline.

    Ids are >= 1 and unique in a project, and never reused.
    """

    id: int
    image_id: int
    category_id: int
    mask: Rle
    drawn: DrawnShape | None = None
    iscrowd: bool = False
    attributes: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    note: str = ""
    group_id: int | None = None
    layer: float = 0.0
    """Painter's order inside an image: higher is nearer to the eye."""
    hidden: bool = False
    locked: bool = False
    score: float | None = None
    provenance: Provenance = field(default_factory=Provenance)
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)
    author: str = ""
    """The annotator who made the mask, or who changed it or its class last; empty = not known."""
    uid: str = field(default="", compare=False, repr=False)
    """What tells this object from every other in all copies and parts of the project; given by the store.
    Empty: of an older version, or not stored yet (``lineage.uid_of``)."""
    writes: str = field(default="", compare=False, repr=False)
    """Whose changes this value rests on, by which a merge sees which of two is the later one
    (``slimsam_core.project.lineage``); kept by the store."""


class ThingKind(StrEnum):
    """What copies of a project can have different values of; its word is the name of the table."""

    OBJECT = "annotation"
    PICTURE = "image"
    CLASS = "category"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Another value of something in the project, made elsewhere at the same time: a conflict to decide.

    The project shows one value; the others wait as variants until somebody decides.
    """

    id: int
    kind: ThingKind
    uid: str
    """Of the thing that it is another value of."""
    image_id: int | None
    """The picture that it is about; None for a class."""
    content: str
    """Its columns as JSON; empty = it was deleted there."""
    writes: str
    """As in ``Annotation``."""
    author: str = ""
    source: str = ""
    """The project that it came from."""


def is_box(annotation: Annotation) -> bool:
    """Whether an object was imported as a box alone and still is one."""
    drawn = annotation.drawn
    return annotation.provenance.is_imported and drawn is not None and drawn.kind is ShapeKind.RECTANGLE
