"""Files of programs that are not read here: they get their own name, and what to do about them."""

from __future__ import annotations

from pathlib import Path

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
    if path.is_file():
        name = path.name.lower()
        suffix = ".nii" if name.endswith(".nii.gz") else path.suffix.lower()
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix]
    for file in first_files(path, ".json"):
        found = _of_json(file)
        if found:
            return found
    for suffix in (".dcm", ".nii", ".nii.gz", ".tfrecord"):
        if path.is_dir() and next(first_files(path, suffix), None):
            return _BY_SUFFIX[".nii" if suffix == ".nii.gz" else suffix]
    return None


def _of_json(path: Path) -> tuple[str, str] | None:
    head = json_head(path)
    if head.is_list and head.has("annotations") and head.names("coordinates", "label"):
        return "CreateML", "It has boxes only: export them as COCO or as YOLO."
    if head.is_list and head.names("image_id", "category_id"):
        return "a list of COCO results", "It has no pictures and classes: give the COCO file it belongs to."
    if head.names("classTitle") or head.names("geometryType"):
        return "Supervisely", "Export it there as COCO or as Pascal VOC."
    if head.names("Labeled Data") or head.names("data_row"):
        return "Labelbox", "Convert it to COCO with Labelbox's own tools."
    return None
