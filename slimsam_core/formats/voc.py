"""Pascal VOC segmentation out: XML, label pictures, their colours in ``labelmap.txt``, image sets, pictures.

Object k of the XML has the value k in ``SegmentationObject``; 255 is void. Boxes are 1-based and include
their last pixel. ``ImageRecord.extra["void"]`` keeps void pixels as a run-length code.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.listing import is_folder
from slimsam_core.formats.context import is_one_line
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.label_images import paint, png_bytes, take_apart, voc_palette
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport, LossKind
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.voc_masks import VOID
from slimsam_core.formats.voc_read import ANNOTATIONS, CLASSES, OBJECTS, PICTURES, SETS, read_voc, voc_folders
from slimsam_core.formats.voc_xml import VocObject, looks_like_voc, xml_bytes
from slimsam_core.pixels.mask import BoolMask, Rle, from_compressed

MAX_VALUES = 254
"""255 is void, 0 is nothing."""


def write_voc(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write XML, PNGs and image sets through the gate; what is covered by other objects is lost."""
    categories = dataset.meta.categories
    number = {category.id: index for index, category in enumerate(categories, 1)}
    if len(categories) > MAX_VALUES:
        raise OutputError("The export was refused: Pascal VOC holds at most 254 classes.", "Choose fewer.")

    def fill(staging: Staging) -> None:
        sets: dict[str, list[str]] = {}
        for image, objects in each_picture(dataset, options, "Writing VOC"):
            stem = stem_of(image.file_name)
            kept = staging.with_pixels(objects)
            staging.omitted |= {a.id: LossKind.MANY_OBJECTS for a in kept[MAX_VALUES:]}
            labels, visible = paint(kept[:MAX_VALUES], image.size)
            staging.omit_hidden(kept[:MAX_VALUES], visible)
            names = {category.id: category.name for category in categories}
            masks = take_apart(labels)
            entries = [
                _entry(annotation, names[annotation.category_id], masks[value])
                for value, annotation in enumerate(visible, 1)
            ]
            table = np.array([0, *(number[a.category_id] for a in visible)], np.uint16)
            classes = table[labels]
            void = _void(image)
            if void is not None:
                void &= labels == 0
                classes[void] = labels[void] = VOID
            staging.write(f"{ANNOTATIONS}/{stem}.xml", xml_bytes(image, entries, _path_of(image, options)))
            staging.write(f"{OBJECTS}/{stem}.png", png_bytes(labels, palette=True))
            staging.write(f"{CLASSES}/{stem}.png", png_bytes(classes, palette=True))
            staging.place(f"{PICTURES}/{image.file_name}", image, options, Placement.COPY)
            sets.setdefault(image.split or "trainval", []).append(stem)
        for split, stems in sets.items():
            for kind in SETS:
                staging.write(f"{kind}/{split}.txt", "".join(f"{stem}\n" for stem in stems).encode())
        if not all(is_one_line(c.name) for c in categories):
            raise OutputError("The export was refused: a class name has spaces at its end or a line break.")
        staging.write("classes.txt", "".join(f"{category.name}\n" for category in categories).encode())
        staging.write("labelmap.txt", _label_map(staging, categories).encode())

    return export_folder(
        dataset, target, fill, Rules(read=read_voc, exact=False, loss=LossKind.COVERED), options
    )


def _path_of(image: ImageRecord, options: WriteOptions) -> Path | None:
    """Where the picture lies, for exports that shall say so instead of bringing it along."""
    if options.picture_path is None or options.pictures is not Placement.LIST:
        return None
    path = options.picture_path(image)
    return path.absolute() if path is not None else None


def _label_map(staging: Staging, categories: tuple[Category, ...]) -> str:
    """The colour of each class, as CVAT and datumaro need it for classes that are not VOC's own 20."""
    palette = voc_palette()
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
    for value, category in enumerate(categories, 1):
        red, green, blue = palette[3 * value : 3 * value + 3]
        name = category.name.replace(":", "_")
        if name != category.name:
            staging.warn("name", "labelmap.txt", f"{category.name!r} is {name!r} there: a colon ends a name")
        lines.append(f"{name}:{red},{green},{blue}::")
    return "\n".join(lines) + "\n"


def _entry(annotation: Annotation, name: str, mask: Rle) -> VocObject:
    x, y, width, height = mask.bbox_xywh
    box = (float(x), float(y), float(x + width), float(y + height))
    return VocObject(name=name, box=box, attributes=dict(annotation.attributes), where="")


def _void(image: ImageRecord) -> BoolMask | None:
    value = image.extra.get("void")
    if isinstance(value, dict) and value.get("size") == list(image.size.hw):
        try:
            return from_compressed(str(value.get("counts")), image.size).decode()
        except FormatError as error:
            raise OutputError(
                "The export was refused: {file_name} has odd void pixels. {error}",
                file_name=image.file_name,
                error=error,
            ) from error
    return None


def _recognises(path: Path) -> bool:
    if is_folder(path) and voc_folders(path):
        return True
    return any(map(looks_like_voc, first_files(path, ".xml")))


register(
    Format(
        name="voc",
        title="Pascal VOC",
        is_folder=True,
        suffix=".xml",
        by_stem=ByStem.WHOLE,
        read=read_voc,
        write=write_voc,
        recognises=_recognises,
        knows_splits=True,
        numbers_classes=True,
        pictures=Placement.COPY,
    )
)
