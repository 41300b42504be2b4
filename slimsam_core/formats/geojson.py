"""GeoJSON out: a file a picture, a feature an object, in pixels or in the coordinates of the map.

See ``georeference`` for how the map is told. A system of coordinates other than WGS 84 is named in ``crs``,
which GDAL and QGIS read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.extended import KEY
from slimsam_core.formats.finding import Named
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.georeference import PIXELS, WGS84, Georeference, Transform, georeference
from slimsam_core.formats.json_stream import load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.per_image import PerImage, annotation_files
from slimsam_core.formats.pictures import stem_of
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import polygons_to_rle
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Polygon, Ring, signed_area
from slimsam_core.pixels.mask_crop import outlines


def write_geojson(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write a FeatureCollection a picture through the gate. Parts and holes are kept."""
    names = {category.id: category.name for category in dataset.meta.categories}

    def fill(staging: Staging) -> None:
        for image, objects in each_picture(dataset, options, "Writing GeoJSON"):
            place = _place(image, options, staging)
            content = {
                "type": "FeatureCollection",
                KEY: {
                    "picture": image.file_name,
                    "size": [image.size.height, image.size.width],
                    "transform": place.transform,
                    "frame": place.source,
                },
                **_crs(place.epsg),
                "features": [
                    _feature(annotation, names[annotation.category_id], place.transform)
                    for annotation in staging.with_pixels(objects)
                ],
            }
            staging.write(f"{stem_of(image.file_name)}.geojson", json_text(content).encode())
            staging.place(image.file_name, image, options, Placement.NONE)

    return export_folder(dataset, target, fill, Rules(read=_read_back, exact=True), options)


def _place(image: ImageRecord, options: WriteOptions, staging: Staging) -> Georeference:
    path = options.picture_path(image) if options.picture_path else None
    place = georeference(path) if path else Georeference()
    if image.exif_orientation != 1 and place.transform != PIXELS:
        staging.warn("turned", image.file_name, "is stored turned, so its place on the map was left out")
        return Georeference()
    return place


def _crs(epsg: int | None) -> dict[str, Any]:
    """The member that names a system of coordinates; WGS 84 is what is meant without."""
    if epsg in (None, WGS84):
        return {}
    return {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}}


def _moved(ring: Ring, transform: Transform) -> list[list[float]]:
    a, b, c, d, e, f = transform
    points = [[a * x + c * y + e, b * x + d * y + f] for x, y in ring]
    return [*points, points[0]]


def _feature(annotation: Annotation, label: str, transform: Transform) -> dict[str, Any]:
    polygons = [
        [_wound(_moved(ring, transform), outer=number == 0) for number, ring in enumerate(rings)]
        for polygon in outlines(annotation.mask)
        for rings in [(polygon.exterior, *polygon.holes)]
    ]
    single = len(polygons) == 1
    geometry = {"type": "Polygon" if single else "MultiPolygon"}
    score = {"score": annotation.score} if annotation.score is not None else {}
    return {
        "type": "Feature",
        "id": annotation.id,
        "properties": {
            **annotation.attributes,
            "class": label,
            "area_pixels": annotation.mask.area,
            "iscrowd": annotation.iscrowd,
            **score,
        },
        "geometry": {**geometry, "coordinates": polygons[0] if single else polygons},
    }


def _wound(ring: list[list[float]], *, outer: bool) -> list[list[float]]:
    """RFC 7946: outer rings run against the clock on a map whose y goes up, holes with it."""
    area = signed_area(tuple((x, y) for x, y in ring[:-1]))
    return ring if (area > 0) == outer else ring[::-1]


def _read_back(source: Path, context: ReadContext) -> Iterator[Record]:
    """What was written, back in pixels: for the gate alone."""
    run = PerImage(source, context, "geojson")
    for file in annotation_files(source, ".geojson"):
        data = load_json(file)
        head = data[KEY]
        name = Named(head["picture"], head["picture"])
        size = Size(*head["size"])
        yield from run.open(ImageRecord(id=1, file_name="", size=size), name, size, run.where(file))
        a, b, c, d, e, f = head["transform"]
        determinant = a * d - b * c
        for feature in data["features"]:
            run.context.met("Reading objects")
            geometry = feature["geometry"]
            parts = geometry["coordinates"]
            polygons = []
            for part in [parts] if geometry["type"] == "Polygon" else parts:
                rings = [
                    tuple(
                        (
                            round((d * (x - e) - c * (y - f)) / determinant),
                            round((a * (y - f) - b * (x - e)) / determinant),
                        )
                        for x, y in ring[:-1]
                    )
                    for ring in part
                ]
                polygons.append(Polygon(rings[0], tuple(rings[1:])))
            label = feature["properties"]["class"]
            yield from run.category(label)
            yield run.annotation(run.opened(name), label, polygons_to_rle(polygons, size))


register(
    Format(
        name="geojson",
        title="GeoJSON",
        is_folder=True,
        suffix=".geojson",
        by_stem=ByStem.PART,
        read=None,
        write=write_geojson,
        recognises=lambda _: False,
    )
)
