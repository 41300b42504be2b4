"""COCO instances as a format of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slimsam_core.files.listing import is_folder
from slimsam_core.formats.coco_folder import is_coco, read_coco_file, read_coco_folder
from slimsam_core.formats.coco_write import CocoOptions, write_coco
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.records import Dataset, Record
from slimsam_core.formats.registry import Format, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.sniff import first_files


def read(source: Path, context: ReadContext) -> Iterator[Record]:
    """The records of a file, or of the files of a folder. Raises FormatError."""
    return read_coco_folder(source, context) if is_folder(source) else read_coco_file(source, context)


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
    """A JSON file with ``images`` and ``annotations``, or a folder of such files."""
    return any(map(is_coco, first_files(path, ".json")))


COCO = register(
    Format(
        name="coco",
        title="COCO instances (JSON)",
        is_folder=False,
        suffix=".json",
        read=read,
        write=write,
        recognises=recognises,
        numbers_pictures=True,
        spells_masks=True,
    )
)
