"""Files of programs that are not read here: they get their own name, and what to do about them."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.files.listing import is_file, is_folder
from slimsam_core.formats.sniff import first_files, json_head

_BY_SUFFIX = {
    ".dcm": ("DICOM", "Export the pictures as PNG or TIFF and the segmentation as PNG masks."),
    ".nii": ("NIfTI", "Export its slices as PNG or TIFF and the labels as PNG masks."),
    ".gz": ("a packed file", "Unpack it first."),
    ".zip": ("a packed file", "Unpack it first."),
    ".tfrecord": ("TFRecord", "Export the dataset as COCO."),
    ".record": ("TFRecord", "Export the dataset as COCO."),
    ".csv": ("a table (CSV)", "Export the annotations as COCO or in another known format."),
    ".mat": ("a MATLAB file", "Save the masks as PNG pictures of numbers."),
    ".slimsam": ("a project of this program", "Open it with File > Open."),
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
        return "CreateML", "It has boxes only: export them as COCO or as YOLO."
    if head.is_list and head.names("image_id", "category_id"):
        return "a list of COCO results", "It has no pictures and classes: give the COCO file it belongs to."
    if head.is_list and head.names("annotation_id", "annotator"):
        return "Label Studio's short JSON", "Export it there as JSON, not as JSON-MIN."
    if not head.is_list and head.has("images", "categories") and not head.names("annotations"):
        return "a COCO file without annotations", "Add the folder of its pictures to a project instead."
    return next(((name, _TO_COCO) for name, keys in _BY_KEYS if head.names(*keys)), None)


_TO_COCO = "Export it as COCO from the program that made it, or convert it to COCO with its tools."
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
