"""CVAT for video 1.1 out: a track for each thing of a folder of frames, with a key frame in each picture.

Tracks are outlines, or boxes where all were drawn as boxes: CVAT keeps of a track of masks the first alone,
and others stop at one. What was drawn in one picture only is written as in images. ``read_cvat`` reads both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from slimsam_core.annotation import Annotation, ShapeKind
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.formats.context import warning
from slimsam_core.formats.cvat import FILE, add_attributes, as_bytes, meta_xml, occluded, orders, shape_xml
from slimsam_core.formats.cvat_read import FRAME, PICTURES, read_cvat
from slimsam_core.formats.extended import KEY
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.keyhole import joined_ring
from slimsam_core.formats.records import Dataset, Issue, by_image
from slimsam_core.formats.registry import Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sequences import (
    ByIdentity,
    Identity,
    PictureSequence,
    folder_of,
    identities,
    out_of_time,
    sequences_of,
)
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.formats.voc_xml import check_xml_text
from slimsam_core.pixels.mask_crop import outlines


@dataclass
class _Track:
    """The shapes of a thing, which wait in a file: frame, place and length of each."""

    label: str
    kind: str
    shapes: list[tuple[int, int, int]] = field(default_factory=list)


_Tracks = dict[Identity, _Track]


def write_cvat_video(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write ``annotations.xml`` for each folder of pictures through the gate.

    Raises OutputError where the pictures of a folder differ in size.
    """
    ordered = ByIdentity(dataset, lambda image: image)
    # CVAT sorts the pictures of a task by letters unless it is told otherwise
    sequences = sequences_of(dataset, options.all_pictures, by_letters=True)
    outlined = _outlined(dataset)
    names = {category.id: check_xml_text(category.name) for category in dataset.meta.categories}

    def fill(staging: Staging) -> None:
        with temporary_folder() as aside, (aside / "shapes").open("w+b") as store:
            tracks: dict[str, _Tracks] = {folder: {} for folder in sequences}
            for image, objects in each_picture(ordered, options, "Writing CVAT"):
                folder = folder_of(image.file_name)
                frame, keep = sequences[folder].frames[image.file_name], staging.with_pixels(objects)
                found = {one.id: identity for identity, one in identities(objects)}
                for one, order in zip(keep, orders(keep), strict=True):
                    identity = found[one.id]
                    kind, text = _shape(one, order, as_outline=(folder, identity) in outlined)
                    track = tracks[folder].setdefault(identity, _Track(names[one.category_id], kind))
                    track.shapes.append((frame, store.tell(), len(text)))
                    store.write(text)
                staging.place(f"{PICTURES}/{image.file_name}", image, options, Placement.NONE)
            for folder, sequence in sequences.items():
                with staging.stream(sequence.below(FILE)) as file:
                    _write(file, _meta(dataset, sequence), tracks[folder], sequence, store)

    report = export_folder(ordered, target, fill, Rules(read=read_cvat, exact=True), options)
    found = [_told(folder, pair) for folder, one in sequences.items() if (pair := out_of_time(one))]
    count = report.warning_count + len(found)
    return replace(report, warnings=(*found, *report.warnings), warning_count=count)


def _told(folder: str, pair: tuple[str, str]) -> Issue:
    return warning(
        "frame-order",
        folder,
        "frames are numbered by the letters of their names, as CVAT does: {first} comes before {second}, "
        "other than in the list of pictures; zeros in front of the numbers make both alike",
        first=pair[0],
        second=pair[1],
    )


def _outlined(dataset: Dataset) -> frozenset[tuple[str, Identity]]:
    """The tracks that are not boxes throughout: a track has shapes of one kind. What has no track is none."""
    found: set[tuple[str, Identity]] = set()
    for image, objects in by_image(dataset):
        for identity, one in identities(objects):
            tracked = identity[0] == 0
            drawn = one.drawn
            boxed = drawn is not None and drawn.kind is ShapeKind.RECTANGLE
            if tracked and not (drawn and boxed and drawn_to_rle(drawn, one.mask.size) == one.mask):
                found.add((folder_of(image.file_name), identity))
    return frozenset(found)


def _shape(annotation: Annotation, order: int, *, as_outline: bool) -> tuple[str, bytes]:
    """The name of its element, and all that follows the keys for its frame."""
    kind, keys = shape_xml(annotation)
    if kind == "mask" or (as_outline and kind != "polygon"):
        ring = joined_ring(outlines(annotation.mask))
        kind, keys = "polygon", {"points": ";".join(f"{x!r},{y!r}" for x, y in ring)}
    element = ElementTree.Element(kind, {"occluded": occluded(annotation), **keys, "z_order": str(order)})
    add_attributes(element, annotation)
    text = ElementTree.tostring(element, encoding="unicode")
    return kind, text.removeprefix(f"<{kind} ").encode()


def _meta(dataset: Dataset, sequence: PictureSequence) -> ElementTree.Element:
    meta = meta_xml(dataset)
    task = meta[0]
    count, size = sequence.count, sequence.size
    said = {"size": count, "mode": "interpolation", "start_frame": 0, "stop_frame": count - 1}
    for place, (name, value) in enumerate(said.items()):
        task.insert(place, _text(name, value))
    original = ElementTree.SubElement(task, "original_size")
    original.extend((_text("width", size.width), _text("height", size.height)))
    own = ElementTree.SubElement(meta, KEY)
    for name, number in sequence.frames.items():
        ElementTree.SubElement(own, FRAME, {"number": str(number), "name": check_xml_text(name)})
    return meta


def _text(name: str, value: object) -> ElementTree.Element:
    element = ElementTree.Element(name)
    element.text = str(value)
    return element


def _write(
    file: BinaryIO,
    meta: ElementTree.Element,
    tracks: _Tracks,
    sequence: PictureSequence,
    store: BinaryIO,
) -> None:
    file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n')
    file.write(as_bytes(meta))
    taken = {identity[1] for identity in tracks if identity[0] == 0}
    free = max(taken, default=0)
    for identity in sorted(tracks):
        number = identity[1]
        if identity[0] == 0 and number in taken:
            taken.remove(number)
        else:
            number = free = free + 1
        head = ElementTree.Element("track", {"id": str(number - 1), "label": tracks[identity].label})
        head.set("source", "manual")
        file.write(ElementTree.tostring(head, encoding="unicode").removesuffix(" />").encode() + b">\n")
        for line in _lines(tracks[identity], sequence.count, store):
            file.write(line)
        file.write(b"</track>\n")
    file.write(b"</annotations>\n")


def _lines(track: _Track, frames: int, store: BinaryIO) -> Iterator[bytes]:
    """A key frame for each picture; what is not in the next one leaves there, else CVAT would carry it on."""
    shown = {shape[0] for shape in track.shapes}
    for frame, place, length in sorted(track.shapes):
        store.seek(place)
        text = store.read(length)
        yield _line(track.kind, frame, text, outside=False)
        if frame + 1 < frames and frame + 1 not in shown:
            yield _line(track.kind, frame + 1, text, outside=True)


def _line(kind: str, frame: int, text: bytes, *, outside: bool) -> bytes:
    return f'<{kind} frame="{frame}" keyframe="1" outside="{int(outside)}" '.encode() + text + b"\n"


register(
    Format(
        name="cvat-video",
        title="CVAT for video 1.1, tracks (XML)",
        is_folder=True,
        suffix=".xml",
        read=None,
        write=write_cvat_video,
        recognises=lambda _: False,
        numbers_frames=True,
    )
)
