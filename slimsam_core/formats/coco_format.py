"""COCO instances as a format of the registry."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.formats.coco import read_coco
from slimsam_core.formats.coco_write import CocoOptions, write_coco
from slimsam_core.formats.records import Dataset
from slimsam_core.formats.registry import Format, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sniff import json_head


def write(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write one JSON file through the gate."""
    return write_coco(
        target,
        dataset.meta,
        dataset.images(),
        dataset.annotations(),
        CocoOptions(options.masks),
        overwrite=options.overwrite,
        total=dataset.count_annotations(),
        progress=options.progress,
        cancel=options.cancel,
    )


def recognises(path: Path) -> bool:
    """A JSON file that names ``images`` or ``annotations`` early."""
    head = json_head(path)
    return ('"annotations"' in head and '"images"' in head) or ('"licenses"' in head and '"info"' in head)


COCO = register(Format("coco", "COCO instances (JSON)", False, ".json", read_coco, write, recognises))
