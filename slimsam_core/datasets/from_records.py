"""The labels of one picture from the records of an import: one truth for all data sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation, Category, is_box
from slimsam_core.datasets.labelled import LabelledImage, LabelledObject
from slimsam_core.errors import FormatError
from slimsam_core.formats.coco_objects import mask_of
from slimsam_core.formats.records import ImageRecord, Issue, Record, Severity
from slimsam_core.pixels import mask as masks
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import Rle


def labels_of_records(
    records: Iterable[Record], where: str, picture: Callable[[str], Path], classes: Mapping[int, str]
) -> LabelledImage:
    """What the records of one picture say; ``where``: the file, in errors; ``picture``: where a file name
    lies; ``classes``: names by id that are known before. Raises FormatError, and what ``picture`` raises."""
    names, found, lost = dict(classes), [], []
    image: ImageRecord | None = None
    for record in records:
        if isinstance(record, Category):
            names[record.id] = record.name
        elif isinstance(record, ImageRecord):
            image = image or record
        elif isinstance(record, Annotation):
            found.append(record)
        elif isinstance(record, Issue) and record.severity is Severity.ERROR:
            lost.append(FormatError(record.message, where=f"{where}: {record.where}"))
    if image is None:
        raise lost[0] if lost else FormatError("there is no picture", where=where)
    return labelled_image(picture(image.file_name), image, found, names, [str(error) for error in lost])


def labelled_image(
    path: Path,
    image: ImageRecord,
    found: Sequence[Annotation],
    names: Mapping[int, str],
    left_out: Sequence[str] = (),
) -> LabelledImage:
    """The picture at ``path`` with the objects of its record: crowds are ignored pixels, boxes without masks
    are neither learned nor scored. ``names``: classes by id; ``left_out``: why objects could not be read.

    Raises FormatError where nothing but boxes or objects that could not be read is left.
    """
    if found and all(map(is_box, found)):
        raise FormatError(
            "has boxes alone, no masks",
            "Import them and give them masks first.",
            where=image.file_name,
            command=("slimsam", "boxes-to-masks", "PROJECT"),
        )
    if left_out and not found:
        raise FormatError(left_out[0])
    objects = tuple(
        LabelledObject(
            mask=one.mask,
            category=names.get(one.category_id, ""),
            id=one.id,
            point=_point(one.provenance.prompts),
            ignore=_ignored(one.extra, image.size, f"{path}: object {one.id}: ignore"),
        )
        for one in found
        if not one.iscrowd and not is_box(one)
    )
    ignored = [one.mask for one in found if one.iscrowd]
    unclear = _ignored(image.extra, image.size, f"{path}: ignore")
    ignored += [unclear] if unclear else []
    return LabelledImage(
        path=path,
        size=image.size,
        objects=objects,
        ignore=masks.union(ignored) if ignored else None,
        left_out=tuple(left_out),
    )


def _point(prompts: PromptSet | None) -> PointPrompt | None:
    """The first click that an object was made with, as SA-1B tells it."""
    first = prompts.points[0] if prompts is not None and prompts.points else None
    return first if first is not None and first.positive else None


def _ignored(extra: Mapping[str, Any], size: Size, where: str) -> Rle | None:
    """Pixels of which nobody said what they are; some files have a flag of this name, which is no mask."""
    value = extra.get("ignore")
    return mask_of(value, size, where) if value and isinstance(value, dict | list) else None
