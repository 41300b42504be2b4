"""Label Studio tasks (JSON): brushes, polygons, rectangles and ellipses in; tasks to import out.

Coordinates are percent of the picture. Of several annotations of a task the one marked as ground truth
counts, else the first that was not cancelled; without any the first prediction.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.foreign import parse_json
from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.brush_rle import decode_brush, encode_brush
from slimsam_core.formats.context import ReadContext, clean_text, lost, lost_by, read_size, warning
from slimsam_core.formats.finding import Named
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.json_stream import JsonWalker, is_number, open_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.per_image import PerImage, each_file
from slimsam_core.formats.records import Dataset, ImageRecord, Record
from slimsam_core.formats.registry import Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle, ellipse_ring
from slimsam_core.formats.sniff import JsonHead, first_files, json_head
from slimsam_core.formats.text_files import read_text
from slimsam_core.formats.voc_xml import check_xml_text
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Ring, Rle, encode
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.sentences import mark

FILE, CONFIG, PICTURES = "tasks.json", "config.xml", "images"
MAX_CONFIG_BYTES = 1 << 20
_LABELS = ("brushlabels", "polygonlabels", "rectanglelabels", "ellipselabels", "labels", "choices")
_SHAPES = ("brush", "polygon", "rectangle", "ellipse")


def read_label_studio(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of an exported file, or of all below a folder. Raises FormatError without any."""
    run = PerImage(source, context, "label-studio")
    for label in _config_names(source if is_folder(source) else source.parent):
        yield from run.category(label)

    def read(file: Path, where: str) -> Iterator[Record]:
        with open_json(file) as walker:
            for index, task in enumerate(_tasks(walker)):
                context.tick("Reading tasks", index)
                yield from _task(run, file, task, f"{where}: [{index}]")

    def is_ours(file: Path) -> bool:
        return _is_tasks(json_head(file))

    foreign = mark("has no tasks of Label Studio; left out")
    yield from each_file(run, ".json", is_ours, foreign, read)


def _config_names(folder: Path) -> Iterator[str]:
    """The classes of ``config.xml`` beside the tasks, in their order."""

    path = folder / CONFIG
    if is_file(path):
        with contextlib.suppress(FormatError, ElementTree.ParseError, DefusedXmlException, ValueError):
            root = fromstring(read_text(path, MAX_CONFIG_BYTES))
            yield from (label.get("value", "") for label in root.iter("Label") if label.get("value"))


def _tasks(walker: JsonWalker) -> Iterator[Any]:
    if walker.top_is_array():
        yield from walker.elements()
    else:
        yield walker.value()
    walker.expect_end()


def _task(run: PerImage, file: Path, task: Any, where: str) -> Iterator[Record]:
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict):
        yield lost("task", where, "is not a task with data", 0)
        return
    chosen, others = _chosen(task)
    for other in others:
        number = sum(1 for result in other if _is_object(result))
        for _ in range(number):
            run.context.met("Reading objects")
        if number:
            yield lost("other-annotator", where, "was annotated by several; one of them counts", number)
    labels = _labels_of(chosen)
    objects = [(n, r) for n, r in enumerate(chosen) if _is_object(r)]
    first: dict[str, Any] = next((r for _, r in objects if isinstance(r, dict)), {})
    try:
        named = next((v for k, v in data.items() if k == "image" and isinstance(v, str)), None)
        named = named or _picture_name([v for v in data.values() if isinstance(v, str)])
        name, issue = run.locate(file, named, f"{where}.data")
        if issue:
            yield issue
        width, height = (first.get(f"original_{s}") or data.get(s) for s in ("width", "height"))
        size, issue = read_size(width, height, where) if objects or width else (None, None)
        if issue:
            yield issue
        name = run.first_known(name, Named(f"{PICTURES}/{name.path}", name.tail))
        yield from run.open(None, name, size, where)
    except FormatError as error:
        for _ in objects:
            run.context.met("Reading objects")
        yield lost_by(error, "image", len(objects))
        return
    for number, result in objects:
        run.context.met("Reading objects")
        try:
            yield from _object(run, name, result, labels, f"{where}.result[{number}]")
        except FormatError as error:
            yield lost_by(error, "shape")


def _picture_name(values: list[str]) -> str | None:
    """The first value that ends as pictures do, else the first."""
    paths = (
        value for value in values if PurePosixPath(value.partition("?")[0]).suffix.lower() in IMAGE_SUFFIXES
    )
    return next(paths, values[0] if values else None)


def _chosen(task: dict[str, Any]) -> tuple[list[Any], list[list[Any]]]:
    """The results that count, and those of other people."""
    whole: dict[str, list[dict[str, Any]]] = {}
    for key in ("annotations", "completions", "predictions"):
        entries = task.get(key)
        whole[key] = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    made = [e for e in (*whole["annotations"], *whole["completions"]) if not e.get("was_cancelled")]
    made.sort(key=lambda entry: entry.get("ground_truth") is not True)
    kept = made or whole["predictions"][:1]
    results = [r if isinstance(r := entry.get("result"), list) else [] for entry in kept]
    return (results[0], results[1:]) if results else ([], [])


def _is_object(result: object) -> bool:
    """Whether a result is a region; labels that stand alone belong to the region of the same id."""
    if not isinstance(result, dict):
        return True
    kind, value = str(result.get("type", "")), result.get("value")
    if kind in ("choices", "relation", "textarea", "rating", "number", "taxonomy", "labels"):
        return False
    label_alone = isinstance(value, dict) and bool(value) and not value.keys() - {*_LABELS, "text"}
    return not label_alone or kind in _SHAPES


def _labels_of(results: list[Any]) -> dict[object, str]:
    found: dict[object, str] = {}
    for result in results:
        if isinstance(result, dict) and isinstance(result.get("id"), str):
            label = _label(result.get("value"))
            if label:
                found.setdefault(result["id"], label)
    return found


def _label(value: object) -> str:
    for key in _LABELS:
        labels = value.get(key) if isinstance(value, dict) else None
        if isinstance(labels, list) and labels and isinstance(labels[0], str):
            return labels[0]
    return ""


def _object(
    run: PerImage, name: Named, result: object, labels: dict[object, str], where: str
) -> Iterator[Record]:
    opened = run.opened(name)
    if not isinstance(result, dict) or not isinstance(result.get("value"), dict):
        raise FormatError("is not a region", where=where)
    value: dict[str, Any] = result["value"]
    number = result.get("id")
    label = _label(value) or (labels.get(number, "") if isinstance(number, str) else "")
    if not clean_text(label).strip():
        yield warning("name", where, "has no class name; it became 'unnamed'")
    mask, drawn = _shape(str(result.get("type", "")), value, opened.size, where)
    if not mask.area:
        raise FormatError("covers no pixel of the picture", where=where)
    score = result.get("score")
    yield from run.category(label)
    yield run.annotation(
        opened,
        label,
        mask,
        drawn,
        score=float(score) if is_number(score) else None,  # type: ignore[arg-type]
    )


def _shape(kind: str, value: dict[str, Any], size: Size, where: str) -> tuple[Rle, DrawnShape | None]:
    if kind.startswith("brush") or "rle" in value:
        code = value.get("rle")
        if not isinstance(code, list):
            raise FormatError("has no run-length code", where=where)
        try:
            return encode(decode_brush(code, size)), None
        except FormatError as error:
            raise FormatError(error.message, where=where) from error
    reader = next((r for name, r in _READERS.items() if kind.startswith(name)), None)
    if reader is None:
        raise FormatError("a {kind} has no area here", where=where, kind=kind[:40] or "region")
    drawn = reader(value, size, where)
    return drawn_to_rle(drawn, size), drawn


def _percent(value: dict[str, Any], key: str, where: str, default: float | None = None) -> float:
    number = value.get(key, default)
    if not is_number(number) or abs(number) > 10_000:  # type: ignore[arg-type]
        raise FormatError(
            "{key} is {number!r}, not a share of the picture", where=where, key=key, number=str(number)[:40]
        )
    return float(number)  # type: ignore[arg-type]


def _polygon(value: dict[str, Any], size: Size, where: str) -> DrawnShape:
    points = value.get("points")
    if not isinstance(points, list) or len(points) < 3:
        raise FormatError("has no 3 points", where=where)
    for point in points:
        if (
            not isinstance(point, list)
            or len(point) != 2
            or not all(is_number(c) and abs(c) <= 10_000 for c in point)
        ):
            raise FormatError("{point} is not a point", where=where, point=str(point)[:60])
    ring = tuple((x * size.width / 100, y * size.height / 100) for x, y in points)
    return DrawnShape(ShapeKind.POLYGON, (ring,))


def _rectangle(value: dict[str, Any], size: Size, where: str) -> DrawnShape:
    x0, width = (_percent(value, key, where) * size.width / 100 for key in ("x", "width"))
    y0, height = (_percent(value, key, where) * size.height / 100 for key in ("y", "height"))
    angle = _percent(value, "rotation", where, 0.0)
    if not angle:
        return DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x0 + width, y0 + height)),))
    corners = ((x0, y0), (x0 + width, y0), (x0 + width, y0 + height), (x0, y0 + height))
    return DrawnShape(ShapeKind.POLYGON, (_turned(corners, (x0, y0), angle),))


def _ellipse(value: dict[str, Any], size: Size, where: str) -> DrawnShape:
    x, rx = (_percent(value, key, where) * size.width / 100 for key in ("x", "radiusX"))
    y, ry = (_percent(value, key, where) * size.height / 100 for key in ("y", "radiusY"))
    angle = _percent(value, "rotation", where, 0.0)
    if not angle:
        return DrawnShape(ShapeKind.ELLIPSE, (((x, y), (x + rx, y + ry)),))
    return DrawnShape(ShapeKind.POLYGON, (_turned(ellipse_ring((x, y), rx, ry), (x, y), angle),))


def _turned(ring: Ring, centre: tuple[float, float], degrees: float) -> Ring:
    """Clockwise on the screen, about the point that Label Studio turns about."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    moved = ((x - centre[0], y - centre[1]) for x, y in ring)
    return tuple((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in moved)


_READERS: dict[str, Callable[[dict[str, Any], Size, str], DrawnShape]] = {
    "polygon": _polygon,
    "rectangle": _rectangle,
    "ellipse": _ellipse,
}


def write_label_studio(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write tasks to import and the config of their labels through the gate.

    The objects of a picture that all have a score are a prediction, others an annotation.
    """
    names = {category.id: category.name for category in dataset.meta.categories}

    def fill(staging: Staging) -> None:
        with staging.stream(FILE) as file:
            file.write(b"[")
            separator = b"\n"
            for image, objects in each_picture(dataset, options, "Writing Label Studio"):
                task = _task_json(image, staging.with_pixels(objects), names)
                file.write(separator + json_text(task).encode())
                separator = b",\n"
                staging.place(f"{PICTURES}/{image.file_name}", image, options, Placement.NONE)
            file.write(b"\n]\n")
        staging.write(CONFIG, _config(dataset).encode())

    return export_folder(dataset, target, fill, Rules(read=read_label_studio, exact=True), options)


def _task_json(image: ImageRecord, objects: list[Annotation], names: dict[int, str]) -> dict[str, Any]:
    results = [_result(annotation, names[annotation.category_id]) for annotation in objects]
    scores = [annotation.score for annotation in objects if annotation.score is not None]
    size = {"width": image.size.width, "height": image.size.height}
    task: dict[str, Any] = {
        "id": image.id,
        "data": {"image": f"/data/local-files/?d={quote(image.file_name)}", **size},
    }
    if results and len(scores) == len(objects):
        prediction = {"model_version": "slimsam", "score": sum(scores) / len(scores), "result": results}
        return task | {"predictions": [prediction]}
    return task | {"annotations": [{"result": results, "ground_truth": False, "was_cancelled": False}]}


def _result(annotation: Annotation, label: str) -> dict[str, Any]:
    size = annotation.mask.size
    kind, value = _drawn_value(annotation) or _brush(annotation)
    tag = {"brush": "brush", "polygon": "polygon", "rectangle": "rectangle", "ellipse": "ellipse"}[kind]
    common = {
        "id": f"o{annotation.id}",
        "type": f"{kind}labels",
        "from_name": tag,
        "to_name": "image",
        "original_width": size.width,
        "original_height": size.height,
        "image_rotation": 0,
        "value": {**value, f"{kind}labels": [label]},
    }
    return common if annotation.score is None else common | {"score": annotation.score}


def _brush(annotation: Annotation) -> tuple[str, dict[str, Any]]:
    try:
        return "brush", {"format": "rle", "rle": encode_brush(annotation.mask.decode())}
    except ValueError as error:
        raise OutputError(
            "The export was refused: object {id}: {error}.", id=annotation.id, error=error
        ) from error


def _drawn_value(annotation: Annotation) -> tuple[str, dict[str, Any]] | None:
    """The outline in percent, where it still says the mask after that."""
    drawn, size = annotation.drawn, annotation.mask.size
    if drawn is None or len(drawn.rings) != 1:
        return None
    ring = tuple((100 * x / size.width, 100 * y / size.height) for x, y in drawn.rings[0])
    (xa, ya), (xb, yb) = ring[0], ring[-1]
    if drawn.kind is ShapeKind.RECTANGLE:
        value: dict[str, Any] = {"x": min(xa, xb), "y": min(ya, yb), "width": abs(xb - xa)}
        found = "rectangle", value | {"height": abs(yb - ya), "rotation": 0}
    elif drawn.kind is ShapeKind.ELLIPSE:
        value = {"x": xa, "y": ya, "radiusX": abs(xb - xa), "radiusY": abs(yb - ya)}
        found = "ellipse", value | {"rotation": 0}
    elif drawn.kind is ShapeKind.POLYGON:
        found = "polygon", {"points": [list(point) for point in ring], "closed": True}
    else:
        return None
    try:
        back = _READERS[found[0]](parse_json(json_text(found[1])), size, "")
        return found if drawn_to_rle(back, size) == annotation.mask else None
    except FormatError:
        return None


def _config(dataset: Dataset) -> str:
    labels = "".join(
        f"    <Label value={quoteattr(check_xml_text(c.name))} background={quoteattr(c.display_color)}/>\n"
        for c in dataset.meta.categories
    )
    tags = (("BrushLabels", "brush"), ("PolygonLabels", "polygon"), ("RectangleLabels", "rectangle"),
            ("EllipseLabels", "ellipse"))  # fmt: skip
    body = "".join(f'  <{tag} name="{name}" toName="image">\n{labels}  </{tag}>\n' for tag, name in tags)
    return f'<View>\n  <Image name="image" value="$image"/>\n{body}</View>\n'


def _is_tasks(head: JsonHead) -> bool:
    made = any(head.has(key) for key in ("annotations", "predictions", "completions"))
    return head.has("data") and made and not head.has("images")


def _recognises(path: Path) -> bool:
    return any(_is_tasks(json_head(file)) for file in first_files(path, ".json"))


register(
    Format(
        name="label-studio",
        title="Label Studio (JSON)",
        is_folder=True,
        suffix=".json",
        read=read_label_studio,
        write=write_label_studio,
        recognises=_recognises,
        pictures=Placement.NONE,
    )
)
