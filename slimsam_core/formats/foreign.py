"""Files of programs that are not read here: they get their own name, and what to do about them."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.sniff import first_files, json_head
from slimsam_core.sentences import mark

_BY_SUFFIX = {
    ".dcm": (mark("DICOM"), mark("Export the pictures as PNG or TIFF and the segmentation as PNG masks.")),
    ".nii": (mark("NIfTI"), mark("Export its slices as PNG or TIFF and the labels as PNG masks.")),
    ".gz": (mark("a packed file"), mark("Unpack it first.")),
    ".zip": (mark("a packed file"), mark("Unpack it first.")),
    ".tfrecord": (mark("TFRecord"), mark("Export the dataset as COCO.")),
    ".record": (mark("TFRecord"), mark("Export the dataset as COCO.")),
    ".csv": (mark("a table (CSV)"), mark("Export the annotations as COCO or in another known format.")),
    ".mat": (mark("a MATLAB file"), mark("Save the masks as PNG pictures of numbers.")),
    ".slimsam": (mark("a project of this program"), mark("Open it with File > Open.")),
}


def foreign_name(path: Path) -> tuple[str, str] | None:
    """What a file or folder is that no reader takes, and what to do; None when that is not known either."""
    if is_file(path):
        name = path.name.lower()
        suffix = ".nii" if name.endswith(".nii.gz") else path.suffix.lower()
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix]
    for file in first_files(path, ".json"):
        found = _of_json(file)
        if found:
            return found
    for suffix in (".dcm", ".nii", ".nii.gz", ".tfrecord"):
        if is_folder(path) and next(first_files(path, suffix), None):
            return _BY_SUFFIX[".nii" if suffix == ".nii.gz" else suffix]
    return None


def _of_json(path: Path) -> tuple[str, str] | None:
    head = json_head(path)
    if (
        head.is_list
        and (head.has("annotations") or head.has("annotation"))
        and head.names("coordinates", "label")
    ):
        return mark("CreateML"), mark("It has boxes only: export them as COCO or as YOLO.")
    if head.is_list and head.names("image_id", "category_id"):
        return mark("a list of COCO results"), mark(
            "It has no pictures and classes: give the COCO file it belongs to."
        )
    if head.is_list and head.names("annotation_id", "annotator"):
        return mark("Label Studio's short JSON"), mark("Export it there as JSON, not as JSON-MIN.")
    if not head.is_list and head.has("images", "categories") and not head.names("annotations"):
        return mark("a COCO file without annotations"), mark(
            "Add the folder of its pictures to a project instead."
        )
    return next(((name, _TO_COCO) for name, keys in _BY_KEYS if head.names(*keys)), None)


_TO_COCO = mark("Export it as COCO from the program that made it, or convert it to COCO with its tools.")
_BY_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Supervisely", ("classTitle",)),
    ("Supervisely", ("geometryType",)),
    ("Labelbox", ("Labeled Data",)),
    ("Labelbox", ("data_row",)),
    ("VoTT", ("assets", "tags")),
    ("VoTT", ("asset", "regions")),
    ("OpenLABEL", ("openlabel",)),
    ("BDD100K", ("labels", "box2d")),
    ("BDD100K", ("labels", "poly2d")),
    ("Cityscapes", ("imgHeight", "imgWidth", "objects")),
    ("V7 Darwin", ("item", "slots")),
    ("SuperAnnotate", ("metadata", "instances")),
    ("Hasty", ("export_format_version", "project_name")),
    ("SageMaker Ground Truth", ("source-ref",)),
    ("VIA 3", ("project", "__VIA_PROJECT_ID__")),
    ("VIA 3", ("project", "metadata", "attribute", "view")),
    ("Dataloop", ("annotations", "coordinates", "metadata")),
    ("GeoJSON", ("FeatureCollection", "features")),
)
"""Programs and data sets by words that their files have near the start."""
