"""CVAT for images 1.1 out: one XML file of all pictures.

Polygons, boxes and ellipses are written where they were drawn and say the mask, masks for the rest.
``z_order`` is the layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from slimsam_core.annotation import Annotation, ShapeKind
from slimsam_core.formats.cvat_read import CHECKBOX, OCCLUDED, PICTURES, is_cvat, read_cvat
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.groups import distinct_groups
from slimsam_core.formats.label_images import stripes
from slimsam_core.formats.records import Dataset, ImageRecord
from slimsam_core.formats.registry import Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.voc_xml import check_xml_text
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.pixels.mask_crop import crop

FILE = "annotations.xml"


def write_cvat(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write ``annotations.xml`` and the pictures through the gate."""
    names = {category.id: category.name for category in dataset.meta.categories}

    def fill(staging: Staging) -> None:
        with staging.stream(FILE) as file:
            file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n')
            file.write(as_bytes(meta_xml(dataset)))
            for image, objects in each_picture(dataset, options, "Writing CVAT"):
                file.write(as_bytes(_image_xml(image, staging.with_pixels(objects), names)))
                staging.place(f"{PICTURES}/{image.file_name}", image, options, Placement.NONE)
            file.write(b"</annotations>\n")

    return export_folder(dataset, target, fill, Rules(read=read_cvat, exact=True), options)


def as_bytes(element: ElementTree.Element) -> bytes:
    """An element as it stands in a file, indented."""
    ElementTree.indent(element)
    return ElementTree.tostring(element, encoding="unicode").encode() + b"\n"


def _attributes(dataset: Dataset) -> dict[int, dict[str, set[type]]]:
    """Class -> the attributes that its objects have, each with the types of its values."""
    found: dict[int, dict[str, set[type]]] = {}
    for annotation in dataset.annotations():
        for name, value in annotation.attributes.items():
            if name != OCCLUDED:
                found.setdefault(annotation.category_id, {}).setdefault(name, set()).add(type(value))
    return found


def _attribute_xml(name: str, types: set[type]) -> ElementTree.Element:
    """How CVAT declares an attribute: a checkbox where all values are true or false, else text."""
    is_box = types == {bool}
    attribute = ElementTree.Element("attribute")
    for key, text in (
        ("name", check_xml_text(name)),
        ("mutable", "False"),
        ("input_type", CHECKBOX if is_box else "text"),
        ("default_value", "false" if is_box else ""),
        ("values", "false\ntrue" if is_box else ""),
    ):
        ElementTree.SubElement(attribute, key).text = text
    return attribute


def meta_xml(dataset: Dataset) -> ElementTree.Element:
    """The classes with their colours and the attributes that their objects have. Raises OutputError."""
    known = _attributes(dataset)
    meta = ElementTree.Element("meta")
    labels = ElementTree.SubElement(ElementTree.SubElement(meta, "task"), "labels")
    for category in dataset.meta.categories:
        label = ElementTree.SubElement(labels, "label")
        for name, text in (("name", category.name), ("color", category.display_color), ("type", "any")):
            ElementTree.SubElement(label, name).text = check_xml_text(text)
        attributes = ElementTree.SubElement(label, "attributes")
        attributes.extend(_attribute_xml(name, types) for name, types in known.get(category.id, {}).items())
    return meta


def _image_xml(image: ImageRecord, objects: list[Annotation], names: dict[int, str]) -> ElementTree.Element:
    size = image.size
    head = {"id": str(image.id), "name": check_xml_text(image.file_name)}
    if image.split:
        head["subset"] = image.split
    element = ElementTree.Element("image", head | {"width": str(size.width), "height": str(size.height)})
    for flag in sorted(image.flags):
        ElementTree.SubElement(element, "tag", {"label": check_xml_text(flag), "source": "manual"})
    for annotation, group, order in zip(objects, distinct_groups(objects), orders(objects), strict=True):
        common = {"label": check_xml_text(names[annotation.category_id]), "source": "manual"}
        kind, keys = shape_xml(annotation)
        common |= keys | {"occluded": occluded(annotation), "z_order": str(order)}
        if annotation.group_id is not None and group > 0:
            common["group_id"] = str(group)
        add_attributes(ElementTree.SubElement(element, kind, common), annotation)
    return element


def orders(objects: Sequence[Annotation]) -> list[int]:
    """The layers of the objects of a picture as whole numbers, as CVAT needs them: else their places."""
    places = {layer: place for place, layer in enumerate(sorted({a.layer for a in objects}))}
    if all(layer == int(layer) for layer in places):
        places = {layer: int(layer) for layer in places}
    return [places[annotation.layer] for annotation in objects]


def occluded(annotation: Annotation) -> str:
    """What CVAT has a key of its own for."""
    return str(int(annotation.attributes.get(OCCLUDED) is True))


def add_attributes(shape: ElementTree.Element, annotation: Annotation) -> None:
    """Those of an object, below its shape. Raises OutputError."""
    for name, value in annotation.attributes.items():
        if name != OCCLUDED:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            attribute = ElementTree.SubElement(shape, "attribute", {"name": check_xml_text(name)})
            attribute.text = check_xml_text(text)


def shape_xml(annotation: Annotation) -> tuple[str, dict[str, str]]:
    """What was drawn where it says the mask, else the mask: the name of its element, and its keys."""
    drawn, mask = annotation.drawn, annotation.mask
    if drawn is not None and len(drawn.rings) == 1 and drawn_to_rle(drawn, mask.size) == mask:
        points = ";".join(f"{x!r},{y!r}" for x, y in drawn.rings[0])
        (xa, ya), (xb, yb) = drawn.rings[0][0], drawn.rings[0][-1]
        if drawn.kind is ShapeKind.RECTANGLE:
            edges = {"xtl": min(xa, xb), "ytl": min(ya, yb), "xbr": max(xa, xb), "ybr": max(ya, yb)}
            return "box", {name: repr(value) for name, value in edges.items()}
        if drawn.kind is ShapeKind.ELLIPSE:
            radii = {"cx": xa, "cy": ya, "rx": abs(xb - xa), "ry": abs(yb - ya)}
            return "ellipse", {name: repr(value) for name, value in radii.items()}
        kinds = {ShapeKind.POLYGON: "polygon", ShapeKind.LINE: "polyline", ShapeKind.POINTS: "points"}
        return kinds[drawn.kind], {"points": points}
    x, y, width, height = mask.bbox_xywh
    runs = row_runs(crop(mask, x, y, width, height))
    box = {"left": str(x), "top": str(y), "width": str(width), "height": str(height)}
    return "mask", {"rle": ", ".join(map(str, runs.tolist())), **box}


def row_runs(pixels: BoolMask) -> NDArray[np.int64]:
    """The lengths of the runs of a mask (bool HxW), row by row, those of unset pixels first."""
    changes, before, place = [np.zeros(1, np.int64)], np.bool_(False), 0
    for rows in stripes(pixels):
        flat = rows.ravel()
        changes.append(np.flatnonzero(np.diff(flat, prepend=before)) + place)
        before, place = flat[-1], place + flat.size
    return np.diff(np.concatenate([*changes, [place]]))


def _recognises(path: Path) -> bool:
    return any(map(is_cvat, first_files(path, ".xml")))


register(
    Format(
        name="cvat",
        title="CVAT for images 1.1 (XML)",
        is_folder=True,
        suffix=".xml",
        read=read_cvat,
        write=write_cvat,
        recognises=_recognises,
        knows_splits=True,
        pictures=Placement.NONE,
    )
)
