"""Black and white PNGs, one an object or one a class, and colour PNGs of classes with ``labelmap.txt``.

``masks/<class>/<picture>/<number>.png`` and ``masks/<class>/<picture>.png``: above 0 is the object. Objects
may overlap in the first; in the second those of a class are one; in ``colours/<picture>.png`` a pixel has one
class. ``classes.json`` says the class of a folder where its name cannot.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.context import ReadContext, clean_text, is_one_line, lost_by
from slimsam_core.formats.flat_pngs import CLASSES, has_colours, label_folder, picture_of
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.json_stream import load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.label_images import colour_png, paint, png_bytes, read_labels, take_apart
from slimsam_core.formats.names import collision_key
from slimsam_core.formats.per_image import PerImage, annotation_files, left_out_links
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record, by_image
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.subset import FilteredDataset
from slimsam_core.formats.voc_masks import VOID, class_list, read_classes
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, encode, union

MASKS, COLOURS = "masks", "colours"
SET = 255


def _read_masks(source: Path, context: ReadContext, *, objects: bool) -> Iterator[Record]:
    run = PerImage(source, context, "png")
    folder = source / MASKS if is_folder(source / MASKS) else source
    names = _names(source)
    for name in names.values():
        yield from run.category(name)
    yield from left_out_links(folder, ".png")
    files: dict[str, list[tuple[str, Path]]] = {}
    if is_file(source / CLASSES) and next(first_files(folder, ".png"), None) is None:
        return  # pictures without an object have no file
    found = annotation_files(folder, ".png")
    if context.pictures is not None:
        context.pictures.leave_out(found)
    for file in found:
        parts = _below(folder, file).with_suffix("").parts
        if len(parts) < 2 + objects:
            parts = ("object", *parts)
        stem = "/".join(parts[1:-1] if objects else parts[1:])
        files.setdefault(stem or parts[-1], []).append((parts[0], file))
    for done, stem in enumerate(sorted(files)):
        context.tick("Reading files", done, len(files))
        yield from _picture(run, stem, files[stem], names)


def _below(folder: Path, file: Path) -> Path:
    """The path of a file below a folder; its name when that is no folder but the file itself."""
    return file.relative_to(folder) if file != folder else Path(file.name)


def _names(source: Path) -> dict[str, str]:
    """Folder -> class, in the order of ``classes.json``."""
    path = source / CLASSES
    data = load_json(path) if is_file(path) else []
    found: dict[str, str] = {}
    for entry in data if isinstance(data, list) else ():
        folder, name = (entry.get("folder"), entry.get("name")) if isinstance(entry, dict) else (None, None)
        if isinstance(folder, str) and isinstance(name, str):
            found[folder] = name
    return found


def _picture(
    run: PerImage, stem: str, files: list[tuple[str, Path]], names: dict[str, str]
) -> Iterator[Record]:
    opened = None
    # the numbers of the files are the order of the objects
    order = {folder: place for place, folder in enumerate(names)}
    for folder, file in sorted(
        files, key=lambda item: (_number(item[1]), order.get(item[0], len(order)), item[1].as_posix())
    ):
        where = run.where(file)
        run.context.met("Reading objects")
        try:
            labels = read_labels(file, where)
            size = Size.of(labels)
            if opened is None:
                name, issue = picture_of(run, file, stem, where)
                if issue:
                    yield issue
                yield from run.open(ImageRecord(id=1, file_name="", size=size), name, size, where)
                opened = run.opened(name)
            if opened.size != size:
                raise FormatError(
                    "has {size}, the picture has {size2}", where=where, size=size, size2=opened.size
                )
            if not labels.any():
                raise FormatError("has no pixel of an object", where=where)
        except FormatError as error:
            yield lost_by(error, "mask")
            continue
        label = names.get(folder, clean_text(folder))
        yield from run.category(label)
        yield run.annotation(opened, label, encode(labels > 0))


def _number(file: Path) -> int:
    return int(file.stem) if file.stem.isdecimal() and len(file.stem) < 10 else 0


def _folders(categories: tuple[Category, ...]) -> dict[int, str]:
    """A folder for each class: its name, as far as every system takes it."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for category in categories:
        base = re.sub(r'[<>:"/\\|?*\x00-\x1f]|^\.+|[. ]+$', "_", category.name)[:60] or "class"
        folder, number = base, 2
        while collision_key(folder) in taken:
            folder, number = f"{base}_{number}", number + 1
        taken.add(collision_key(folder))
        found[category.id] = folder
    return found


def _write(
    dataset: Dataset, target: Path, options: WriteOptions, rules: Rules, name: Callable[[str, str, int], str]
) -> ExportReport:
    """A file an object; ``name`` gives it from the folder of the class, the picture and a number."""
    folders = _folders(dataset.meta.categories)

    def fill(staging: Staging) -> None:
        if isinstance(dataset, _Joined):
            dataset.tell(staging)
        for image, objects in each_picture(dataset, options, "Writing PNG masks"):
            stem = stem_of(image.file_name)
            staging.claim(stem)
            for number, annotation in enumerate(staging.with_pixels(objects), 1):
                pixels = annotation.mask.decode().view(np.uint8) * np.uint8(SET)
                path = f"{MASKS}/{name(folders[annotation.category_id], stem, number)}.png"
                staging.write(path, png_bytes(pixels, palette=False, bits=8))
            staging.place(f"images/{image.file_name}", image, options, Placement.NONE)
        entries = [{"name": c.name, "folder": folders[c.id]} for c in dataset.meta.categories]
        staging.write(CLASSES, json_text(entries, indent=1).encode())

    return export_folder(dataset, target, fill, rules, options)


read_per_object = functools.partial(_read_masks, objects=True)
read_per_class = functools.partial(_read_masks, objects=False)


def write_per_object(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write a PNG for each object through the gate; nothing is lost but pictures without objects."""
    rules = Rules(read=read_per_object, exact=True, empty_pictures=False)
    return _write(dataset, target, options, rules, lambda folder, stem, n: f"{folder}/{stem}/{n:04d}")


class _Joined(FilteredDataset):
    """A dataset whose objects of one class and picture are one."""

    def annotations(self) -> Iterator[Annotation]:
        """One object a class of each picture, in the order of the classes; those without pixels first."""
        order = {category.id: number for number, category in enumerate(self.whole.meta.categories)}
        for image, objects in by_image(self.whole):
            yield from (annotation for annotation in objects if not annotation.mask.area)
            groups = self.groups([a for a in objects if a.mask.area])
            for category_id in sorted(groups, key=lambda number: order[number]):
                found, mask = groups[category_id]
                crowd = any(annotation.iscrowd for annotation in found)
                yield Annotation(
                    id=found[0].id, image_id=image.id, category_id=category_id, mask=mask, iscrowd=crowd
                )

    def groups(self, objects: list[Annotation]) -> dict[int, tuple[list[Annotation], Rle]]:
        """The objects of each class of a picture, and the mask of all of them."""
        found: dict[int, list[Annotation]] = {}
        for annotation in objects:
            found.setdefault(annotation.category_id, []).append(annotation)
        return {number: (own, union(a.mask for a in own)) for number, own in found.items()}

    def tell(self, staging: Staging) -> None:
        """Say how many objects there were."""
        before, after = self.whole.count_annotations(), self.count_annotations()
        if after < before:
            staging.warn("joined", "", f"{before:,} objects became {after:,}: those of a class are one there")


def write_per_class(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write a PNG for each class of a picture through the gate: its objects are one there."""
    joined = _Joined(dataset, lambda image: image)
    rules = Rules(read=read_per_class, exact=True, empty_pictures=False)
    return _write(joined, target, options, rules, lambda folder, stem, _: f"{folder}/{stem}")


def read_colours_of_classes(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of colour PNGs: all pixels of a class in a picture are one object."""
    run = PerImage(source, context, "png")
    classes = class_list(source)
    if not classes.colours:
        raise FormatError(
            "{source} has no labelmap.txt, so its colours have no names.",
            "Write one: a line 'name:red,green,blue' for each class.",
            source=source,
        )
    for value in sorted(classes.names):
        yield from run.category(classes.names[value])
    folder = source / COLOURS if is_folder(source / COLOURS) else label_folder(source)
    yield from left_out_links(folder, ".png")
    files = annotation_files(folder, ".png")
    if context.pictures is not None:
        context.pictures.leave_out(files)
    for file in files:
        where, stem = run.where(file), stem_of(_below(folder, file).as_posix())
        masks: dict[int, Rle] = {}
        try:
            labels = read_classes(file, where, classes)
            masks = take_apart(np.where(labels == VOID, 0, labels))
            size = Size.of(labels)
            name, issue = picture_of(run, file, stem, where)
            if issue:
                yield issue
            yield from run.open(ImageRecord(id=1, file_name="", size=size), name, size, where)
        except FormatError as error:
            for _ in range(max(1, len(masks))):
                run.context.met("Reading objects")
            yield lost_by(error, "image", max(1, len(masks)))
            continue
        for value, mask in masks.items():
            run.context.met("Reading objects")
            yield run.annotation(run.opened(name), classes.names[value], mask)


def write_colours(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write colour PNGs and ``labelmap.txt`` through the gate. Raises OutputError for equal colours."""
    categories = dataset.meta.categories
    colours = {c.id: int(c.display_color.lstrip("#"), 16) for c in categories}
    taken = {0, 0xE0E0C0}  # background and void
    for category in categories:
        while colours[category.id] in taken:
            colours[category.id] = (colours[category.id] + 0x010203) & 0xFFFFFF
        taken.add(colours[category.id])
    if any(":" in c.name or not is_one_line(c.name) for c in categories):
        raise OutputError("The export was refused: a class name has a colon, a line break or outer spaces.")
    shown = _Shown(dataset, lambda image: image)

    def fill(staging: Staging) -> None:
        shown.tell(staging)
        for image, objects in each_picture(shown, options, "Writing colour PNGs"):
            labels, visible = paint(staging.with_pixels(objects), image.size)
            table = [0, *(colours[a.category_id] for a in visible)]
            staging.write(f"{COLOURS}/{stem_of(image.file_name)}.png", colour_png(labels, table))
            staging.place(f"images/{image.file_name}", image, options, Placement.NONE)
        lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
        for c in categories:
            value = colours[c.id]
            lines.append(f"{c.name}:{value >> 16},{value >> 8 & 255},{value & 255}::")
        staging.write("labelmap.txt", ("\n".join(lines) + "\n").encode())

    rules = Rules(read=read_colours_of_classes, exact=True)
    return export_folder(shown, target, fill, rules, options)


class _Shown(_Joined):
    """What a colour PNG shows: of each class of a picture the pixels that nothing else covers."""

    def groups(self, objects: list[Annotation]) -> dict[int, tuple[list[Annotation], Rle]]:
        """The objects of each class that can be seen, and their pixels together."""
        if not objects:
            return {}
        labels, visible = paint(objects, objects[0].mask.size)
        classes = sorted({annotation.category_id for annotation in visible})
        numbers = np.array([0, *(classes.index(a.category_id) + 1 for a in visible)], np.uint16)
        masks = take_apart(numbers[labels])
        return {
            category_id: ([a for a in visible if a.category_id == category_id], masks[number])
            for number, category_id in enumerate(classes, 1)
        }


def _recognises(path: Path) -> bool:
    return is_folder(path) and is_folder(path / MASKS) and is_file(path / CLASSES) and _depth(path) == 2


def _recognises_objects(path: Path) -> bool:
    return is_folder(path) and is_folder(path / MASKS) and is_file(path / CLASSES) and _depth(path) > 2


def _depth(path: Path) -> int:
    """Folders and file below ``masks``: 2 for one an object's class, more for one an object."""
    found = [file.relative_to(path / MASKS).parts for file in first_files(path / MASKS, ".png")]
    numbered = all(parts[-1].split(".")[0].isdecimal() and len(parts) > 2 for parts in found)
    return 3 if found and numbered else 2


def _recognises_colours(path: Path) -> bool:
    if not is_folder(path) or not is_file(path / "labelmap.txt"):
        return False
    return is_folder(path / COLOURS) or has_colours(label_folder(path))


register(
    Format(
        name="png-objects",
        title="PNG masks, one for each object",
        is_folder=True,
        suffix=".png",
        by_stem=ByStem.PART,
        read=read_per_object,
        write=write_per_object,
        recognises=_recognises_objects,
    )
)
register(
    Format(
        name="png-classes",
        title="PNG masks, one for each class",
        is_folder=True,
        suffix=".png",
        by_stem=ByStem.PART,
        read=read_per_class,
        write=write_per_class,
        recognises=_recognises,
    )
)
register(
    Format(
        name="png-colours",
        title="Colour PNGs of classes",
        is_folder=True,
        suffix=".png",
        by_stem=ByStem.PART,
        read=read_colours_of_classes,
        write=write_colours,
        recognises=_recognises_colours,
    )
)
