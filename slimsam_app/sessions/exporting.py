"""Writing a project, or one of its pictures, as a COCO file; runs in the pool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from slimsam_app.i18n import tr
from slimsam_core.annotation import Annotation, ImageEntry
from slimsam_core.errors import OutputError
from slimsam_core.formats.coco_write import write_coco
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.formats.report import ExportReport
from slimsam_core.progress import CancelToken
from slimsam_core.project import Project, fill_facts

PAGE = 500


def export_coco(
    project: Project, target: Path, token: CancelToken, image_ids: Sequence[int] | None = None
) -> ExportReport:
    """Write the pictures (all, or these) with their objects to ``target`` as COCO, and read it back.

    The masks are compressed run-length codes. Pictures that were never read get their size from their file
    first. Raises OutputError, ProjectError, ImageReadError, and Cancelled; ``target`` is then as before.
    """
    if not project.read_only:
        fill_facts(project, cancel=token)
    ids = list(project.image_ids() if image_ids is None else image_ids)
    return write_coco(
        target,
        DatasetMeta(categories=tuple(project.categories())),
        _images(project, ids),
        _annotations(project, ids),
        overwrite=True,
        cancel=token,
    )


def _pages(project: Project, ids: list[int]) -> Iterator[ImageEntry]:
    for start in range(0, len(ids), PAGE):
        page = project.images_by_id(ids[start : start + PAGE])
        yield from (page[image_id] for image_id in ids[start : start + PAGE] if image_id in page)


def _images(project: Project, ids: list[int]) -> Iterator[ImageRecord]:
    several = len(project.roots()) > 1
    for entry in _pages(project, ids):
        if entry.size is None:
            if project.count_annotations(entry.id):
                raise OutputError(
                    tr("The size of {path} is not known.").format(path=entry.path),
                    tr("Open the picture once, so that it is read."),
                )
            continue
        name = f"{entry.root_id}/{entry.path}" if several else entry.path
        yield ImageRecord(
            entry.id,
            name,
            entry.size,
            exif_orientation=entry.exif_orientation,
            flags=entry.flags,
            comment=entry.comment,
            extra=entry.extra,
        )


def _annotations(project: Project, ids: list[int]) -> Iterator[Annotation]:
    for image_id in ids:
        yield from project.annotations(image_id)
