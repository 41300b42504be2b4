"""COCO instances JSON out: written as a stream beside the target, read back, compared, moved into place.

Source of the layout: https://cocodataset.org/#format-data. Masks are compressed run-length codes unless
polygons are asked for; ``area`` counts pixels and ``bbox`` is tight to them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pycocotools import mask as coco_mask

from slimsam_core.annotation import Annotation, Category, ShapeKind
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.atomic import atomic_path
from slimsam_core.files.listing import exists
from slimsam_core.formats.coco_gate import MASKS_A_CALL, Expectation, verify_coco
from slimsam_core.formats.extended import to_extended
from slimsam_core.formats.json_text import json_bytes, json_text
from slimsam_core.formats.names import safe_relative
from slimsam_core.formats.outlines import coco_raster, flattened, has_few_parts, is_short
from slimsam_core.formats.records import STORED_ROTATED, DatasetMeta, ImageRecord, Issue, Severity
from slimsam_core.formats.report import ExportReport, IssueLog, LossKind, LossLog
from slimsam_core.formats.shapes import bounds, rectangle_ring
from slimsam_core.pixels.mask import Ring, Rle, iou
from slimsam_core.pixels.mask_crop import outlines
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

REPORT_EVERY = 2000
_OWN_KEYS = frozenset(("id", "image_id", "category_id", "iscrowd", "area", "bbox", "segmentation"))


class CocoMasks(StrEnum):
    """How masks are written."""

    RLE = "rle"
    """Run-length codes, exact always; the usual code of trainers refuses them where ``iscrowd`` is 0."""
    POLYGONS = "polygons"
    """For programs that read nothing else: holes are lost, and the report says so."""
    MIXED = "mixed"
    """Polygons where they are exact, and run-length codes for the rest (holes, crowds)."""
    DRAWN = "drawn"
    """Polygons where a person drew them and they are exact, run-length codes for the rest."""


@dataclass(frozen=True)
class CocoOptions:
    """Choices of the COCO writer."""

    masks: CocoMasks = CocoMasks.RLE
    extended: bool = True
    """Also write what COCO has no key for (notes, groups, layers, drawn outlines) under ``slimsam``."""


def write_coco(
    path: Path | str,
    meta: DatasetMeta,
    images: Iterable[ImageRecord],
    annotations: Iterable[Annotation],
    options: CocoOptions | None = None,
    *,
    overwrite: bool = False,
    total: int | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write, read back with pycocotools (and faster-coco-eval where installed), compare, move into place.

    ``images`` and ``annotations`` are consumed once, as streams. ``total`` is the number of annotations, for
    progress. Raises OutputError when the file system refuses, when ``path`` exists without ``overwrite``,
    when the data would make a wrong COCO file (double ids, unknown classes, names that leave the image
    folder) or when reading back finds any difference; what stood at ``path`` is then untouched.
    """
    cancel = cancel or CancelToken()
    path = Path(path)
    if exists(path) and not overwrite:
        raise OutputError(
            "{path} exists already.", "Choose another name, or allow it to be replaced.", path=path
        )
    writer = _CocoWriter(options or CocoOptions(), meta)
    with atomic_path(path, suffix=".json") as temporary:
        with temporary.open("wb") as file:
            writer.write(file, images, _ticked(annotations, total, progress, cancel))
        readers = verify_coco(temporary, writer.expected, progress, cancel)
        cancel.raise_if_cancelled()
    return writer.report(path, readers)


def _ticked(
    annotations: Iterable[Annotation], total: int | None, progress: ProgressSink, cancel: CancelToken
) -> Iterator[Annotation]:
    done = 0
    for done, annotation in enumerate(annotations, start=1):
        if done % REPORT_EVERY == 0:
            cancel.raise_if_cancelled()
            progress(Progress("Writing COCO", done, total))
        yield annotation
    progress(Progress("Writing COCO", done, total if total is None else max(total, done)))


class _CocoWriter:
    """One run of the writer: the open file, what was written so far, and what reading back must find."""

    def __init__(self, options: CocoOptions, meta: DatasetMeta) -> None:
        self._options, self._meta = options, meta
        self._sizes: dict[int, tuple[int, int]] = {}
        self._annotation_ids: set[int] = set()
        self._category_ids: set[int] = set()
        self._licences = [licence.get("id") for licence in meta.licences]
        self._issues, self._losses = IssueLog(), LossLog()
        self._lost_iou = array("d")
        self.expected = Expectation()

    def write(self, file: BinaryIO, images: Iterable[ImageRecord], annotations: Iterable[Annotation]) -> None:
        """The whole file, element by element."""
        head = {**self._meta.extra, "info": dict(self._meta.info)}
        head["licenses"] = [dict(licence) for licence in self._meta.licences]
        file.write(b"{")
        for key, value in head.items():
            file.write(f"{json_text(key)}: {json_text(value)},\n".encode())
        for name, elements in (
            ("images", map(self._image, images)),
            ("categories", map(self._category, self._meta.categories)),
            ("annotations", self._objects(annotations)),
        ):
            file.write(f'"{name}": ['.encode())
            separator = b"\n"
            for element in elements:
                file.write(separator + element)
                separator = b",\n"
            file.write(b"\n]" + (b"}\n" if name == "annotations" else b",\n"))

    def report(self, path: Path, readers: tuple[str, ...]) -> ExportReport:
        """What was written, after it was verified."""
        objects = len(self._annotation_ids)
        lost = sum(1.0 - value for value in self._lost_iou)
        mean = 1.0 - lost / objects if objects else 1.0
        return ExportReport(
            target=path,
            objects=objects,
            images=len(self._sizes),
            iou=mean,
            losses=self._losses.losses(),
            warnings=tuple(self._issues.examples),
            warning_count=self._issues.count(),
            readers=readers,
        )

    def _image(self, image: ImageRecord) -> bytes:
        where = f"image {image.id} ({image.file_name})"
        if image.id < 1 or image.id in self._sizes:
            raise _refused(f"{where} has an id that is not unique or below 1")
        try:
            safe_relative(image.file_name)
        except FormatError as error:
            raise _refused(f"{where}: {error.message}") from error
        self._sizes[image.id] = image.size.hw
        value = {
            **image.extra,
            "id": image.id,
            "file_name": image.file_name,
            "width": image.size.width,
            "height": image.size.height,
        }
        if image.licence is not None:
            if image.licence in self._licences:
                value["license"] = image.licence
            else:
                self._warn("licence", where, f"licence {image.licence} is not in the list and was left out")
        if image.exif_orientation != 1:
            self._warn("exif", where, STORED_ROTATED)
        if self._options.extended:
            value |= to_extended(image)
        self.expected.add_image(image.id, image.file_name, image.size.hw)
        return json_bytes(value)

    def _category(self, category: Category) -> bytes:
        if category.id < 1 or category.id in self._category_ids:
            raise _refused(f"class {category.name!r} has an id that is not unique or below 1")
        self._category_ids.add(category.id)
        self.expected.add_category(category.id, category.name)
        value = {
            **category.extra,
            "id": category.id,
            "name": category.name,
            "supercategory": category.supercategory,
        }
        return json_bytes(value | to_extended(category) if self._options.extended else value)

    def _objects(self, annotations: Iterable[Annotation]) -> Iterator[bytes]:
        """The objects; areas and boxes of many masks are asked for in one call, which is much faster."""
        stream = iter(annotations)
        while batch := list(islice(stream, MASKS_A_CALL)):
            said = [self._checked(annotation) for annotation in batch]
            raw = [{"size": m.size.hw, "counts": m.counts} for _, m in said]
            areas, boxes = coco_mask.area(raw).tolist(), coco_mask.toBbox(raw).astype(int).tolist()
            for annotation, (segmentation, mask), area, box in zip(batch, said, areas, boxes, strict=True):
                yield self._annotation(annotation, segmentation, mask, area, box if area else [0, 0, 0, 0])

    def _checked(self, annotation: Annotation) -> tuple[str, Rle]:
        where = f"annotation {annotation.id}"
        if annotation.id < 1 or annotation.id in self._annotation_ids:
            raise _refused(f"{where} has an id that is not unique or below 1")
        if annotation.category_id not in self._category_ids:
            raise _refused(f"{where} is of class {annotation.category_id}, which is not in the list")
        if self._sizes.get(annotation.image_id) != annotation.mask.size.hw:
            raise _refused(f"{where} does not fit image {annotation.image_id}: {annotation.mask.size}")
        self._annotation_ids.add(annotation.id)
        return self._segmentation(annotation, where)

    def _annotation(
        self, annotation: Annotation, segmentation: str, mask: Rle, area: int, box: list[int]
    ) -> bytes:
        if not area:
            self._warn("empty", f"annotation {annotation.id}", "the mask has no pixel")
        self.expected.add_annotation(
            annotation.id,
            annotation.image_id,
            annotation.category_id,
            annotation.iscrowd,
            mask,
            area=area,
            box=box,
        )
        # most of the text is numbers: writing them here is several times faster than a JSON encoder
        text = (
            f'{{"id": {annotation.id}, "image_id": {annotation.image_id}, '
            f'"category_id": {annotation.category_id}, "iscrowd": {int(annotation.iscrowd)}, '
            f'"area": {area}, "bbox": {box}, "segmentation": {segmentation}'
        ).encode()
        others = {key: value for key, value in annotation.extra.items() if key not in _OWN_KEYS}
        if annotation.attributes:
            others["attributes"] = dict(annotation.attributes)
        if annotation.score is not None:
            others["score"] = annotation.score
        if self._options.extended:
            others |= to_extended(_without_said_outline(annotation, segmentation))
        return text + b", " + json_bytes(others)[1:] if others else text + b"}"

    def _segmentation(self, annotation: Annotation, where: str) -> tuple[str, Rle]:
        """The text of the ``segmentation`` value and the mask that COCO's own code makes of it."""
        exact = annotation.mask
        masks, drawn = self._options.masks, annotation.drawn
        outlined = drawn is not None and drawn.kind in (ShapeKind.POLYGON, ShapeKind.RECTANGLE)
        if masks is CocoMasks.RLE or annotation.iscrowd or not exact.area:
            return _rle_text(exact), exact
        if masks is CocoMasks.DRAWN and not outlined:
            return _rle_text(exact), exact
        try:
            rings, holes = _outlines(annotation, exact)
            written = coco_raster(rings, exact.size)
            if written != exact and drawn is not None and masks is CocoMasks.MIXED:
                # COCO draws an outline a little differently: that of the pixels says the same mask
                rings, holes = _traced(exact)
                written = coco_raster(rings, exact.size)
        except FormatError as error:
            self._warn("outline", where, f"{error.message}; it was written as a run-length code")
            return _rle_text(exact), exact
        value = _polygons_text(rings)
        if written == exact:
            return value, exact
        if masks is not CocoMasks.POLYGONS:
            return _rle_text(exact), exact
        left = iou(written, exact)
        self._losses.add(LossKind.HOLES if holes else LossKind.OUTLINE, left, where)
        self._lost_iou.append(left)
        return value, written

    def _warn(self, code: str, where: str, message: str) -> None:
        self._issues.add(Issue(severity=Severity.WARNING, code=code, where=where, message=message))


def _outlines(annotation: Annotation, mask: Rle) -> tuple[list[Ring], bool]:
    """Rings as they were drawn where COCO makes the mask of them, and whether holes are left out."""
    drawn = annotation.drawn
    if drawn is not None and not is_short(drawn.rings):
        drawn = None
    if drawn is not None and drawn.kind is ShapeKind.RECTANGLE:
        return [rectangle_ring(*drawn.rings[0])], False
    if (
        drawn is not None
        and drawn.kind is ShapeKind.POLYGON
        and (len(drawn.rings) == 1 or coco_raster(drawn.rings, mask.size) == mask)
    ):
        return list(drawn.rings), False
    return _traced(mask)


def _traced(mask: Rle) -> tuple[list[Ring], bool]:
    """Rings along the edges of the pixels, and whether holes are left out. Raises FormatError: too long."""
    if not has_few_parts(mask):
        raise FormatError("its outline is longer than other programs can draw")
    polygons = outlines(mask)
    if not is_short([polygon.exterior for polygon in polygons]):
        raise FormatError("its outline is longer than other programs can draw")
    return [polygon.exterior for polygon in polygons], any(polygon.holes for polygon in polygons)


def _without_said_outline(annotation: Annotation, segmentation: str) -> Annotation:
    """Without the outline that the polygons in ``segmentation`` say already: a reader takes it from there."""
    drawn = annotation.drawn
    if drawn is None or drawn.kind is not ShapeKind.POLYGON or segmentation != _polygons_text(drawn.rings):
        return annotation
    x0, y0, x1, y1 = bounds(point for ring in drawn.rings for point in ring)
    size = annotation.mask.size
    inside = min(x0, y0) >= 0 and x1 <= size.width and y1 <= size.height
    return replace(annotation, drawn=None) if inside else annotation


def _polygons_text(rings: Sequence[Ring]) -> str:
    return json_text([flattened(ring) for ring in rings])


def _rle_text(mask: Rle) -> str:
    """The code as JSON; of the characters of a code only the backslash needs care."""
    counts = mask.counts.replace("\\", "\\\\")
    return f'{{"size": [{mask.size.height}, {mask.size.width}], "counts": "{counts}"}}'


def _refused(reason: str) -> OutputError:
    return OutputError(
        "The export was refused: {reason}.", "Correct it in the project, then export again.", reason=reason
    )
