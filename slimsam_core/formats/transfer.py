"""From a format to a project, from a project to a format, and from format to format."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from slimsam_core.errors import FormatError, ImageReadError, OutputError
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.files.listed_pictures import listed_pictures
from slimsam_core.files.listing import exists
from slimsam_core.files.streaming import few_collections
from slimsam_core.formats.context import ReadContext, warning
from slimsam_core.formats.earlier_export import EarlierExport
from slimsam_core.formats.last_copies import sparing_last_copies
from slimsam_core.formats.layouts import dataset_root
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.project_import import Importer
from slimsam_core.formats.project_records import FileNames, ProjectRecords, Selection
from slimsam_core.formats.records import Dataset, ImageRecord, Issue
from slimsam_core.formats.registry import Format, WriteOptions
from slimsam_core.formats.report import ExportReport, ImportReport, IssueLog
from slimsam_core.formats.spool import Spool
from slimsam_core.formats.subset import Split, base_names, check_collisions, only_split, split_dataset
from slimsam_core.progress import CancelToken, ProgressSink, ends_with, ignore_progress
from slimsam_core.project import Edit, Project, Reader, Stamps
from slimsam_core.project.checkup import require_whole
from slimsam_core.sentences import sentence

__all__ = ["FileNames", "Selection", "convert", "export_project", "import_into", "write_dataset"]


def export_project(
    project: Reader,
    format_: Format,
    target: Path | str,
    selection: Selection | None = None,
    options: WriteOptions | None = None,
) -> tuple[ExportReport, ...]:
    """Write the selected part of a project; one report a file or folder (several with a split).

    Raises OutputError when the export is refused; nothing of the refused file was written then.
    """
    selection, options = selection or Selection(), options or WriteOptions()
    # several passes: a snapshot, since the user may go on labelling
    with few_collections(), ends_with(options.cancel), project.snapshot() as frozen:
        require_whole(frozen)
        whole = ProjectRecords(frozen, selection)
        dataset: Dataset = whole
        if options.picture_path is None:
            folders = tuple(Path(root.path) for root in frozen.roots())
            options = replace(options, picture_path=whole.picture_path, picture_folders=folders)
        if format_.numbers_frames:
            options = replace(options, all_pictures=whole.all_names())
        if selection.file_names is FileNames.NAME:
            names = ((image.file_name, PurePosixPath(image.file_name).name) for image in whole.images())
            dataset = base_names(dataset)
        else:
            names = ((image.file_name, image.file_name) for image in dataset.images())
        alike = check_collisions(names)
        reports = write_dataset(dataset, format_, Path(target), selection.split, options)
        anew = whole.numbered_anew() if format_.numbers_classes else None
        nameless = whole.left_out()
    told = [issue for issue in (anew, alike, nameless) if issue is not None]
    return tuple(
        replace(report, warnings=(*told, *report.warnings), warning_count=report.warning_count + len(told))
        for report in reports
    )


def write_dataset(
    dataset: Dataset, format_: Format, target: Path, split: Split | None, options: WriteOptions
) -> tuple[ExportReport, ...]:
    """Write a dataset, split by picture when wanted. Raises OutputError."""
    if format_.write is None:
        raise OutputError("{title} cannot be written.", "Choose another format.", title=format_.title)
    if split is None:
        parted, whole = dataset, True
    else:
        parted, whole = split_dataset(dataset, split), format_.knows_splits
    if whole:
        return _telling([format_.write(parted, target, options)], _earlier_parts(target, format_))
    reports = []
    names = [name for name in SPLITS if getattr(split, name) > 0]
    targets = {
        name: target / name if format_.is_folder else target.with_name(f"{target.stem}_{name}{target.suffix}")
        for name in names
    }
    for path in targets.values():
        if exists(path) and not format_.is_folder and not options.overwrite:
            raise OutputError(
                "{path} exists already.", "Choose another name, or allow it to be replaced.", path=path
            )
    if format_.is_folder:
        target.mkdir(exist_ok=True)
    for name, path in targets.items():
        reports.append(format_.write(only_split(parted, name), path, options))
    return _telling(reports, _earlier_whole(target, format_, options))


def _telling(reports: list[ExportReport], found: list[Issue]) -> tuple[ExportReport, ...]:
    """The reports, the first with some more warnings."""
    first = reports[0]
    count = first.warning_count + len(found)
    return (replace(first, warnings=(*first.warnings, *found), warning_count=count), *reports[1:])


def _earlier_parts(target: Path, format_: Format) -> list[Issue]:
    """What tells that parts of an earlier export lie below the folder, where programs find them too.

    They stay: nobody knows whether they were exported on their own.
    """
    if not format_.is_folder or format_.knows_splits:
        return []
    there = [path for path in (target / name for name in SPLITS) if EarlierExport(path).is_there]
    return [warning("earlier", str(path), sentence("holds another export, which stays")) for path in there]


def _earlier_whole(target: Path, format_: Format, options: WriteOptions) -> list[Issue]:
    """Take away what an export into the folder itself left before it got parts; returns what stays."""
    earlier = EarlierExport(target)
    if not format_.is_folder or not earlier.is_there:
        return []
    if options.overwrite:
        left = earlier.take_away(sparing_last_copies(options.picture_folders))
    else:
        left = earlier.left_alone()
    return [warning(code, str(target), text) for code, text in left.told()]


def import_into(
    project: Project,
    format_: Format,
    source: Path | str,
    *,
    images_root: Path | str | None = None,
    check_pictures: bool = True,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Take a file's objects into a project as one command that can be undone.

    Pictures are looked for in the project's image folders and in ``images_root``, which becomes one of them.
    Without ``images_root`` those that a data set brings along count first, each as the picture of the project
    that is the same file; others join the project with their folder. A project without any folder takes the
    folder of ``source``. Classes are joined by name. Objects that are there already, pixel for pixel, are
    reported and not doubled. When there are objects and none of them can be taken, nothing is changed: the
    report says why. Raises FormatError when the file cannot be read at all, ProjectError when the project
    refuses; nothing was changed then either.
    """
    source = Path(source)
    if format_.read is None:
        raise FormatError("{title} cannot be read.", "Choose another format.", title=format_.title)
    importer = Importer(
        project,
        source,
        Path(images_root) if images_root is not None else None,
        numbers_pictures=format_.numbers_pictures,
        check_pictures=check_pictures,
    )
    pictures = importer.pictures if check_pictures else None
    context = ReadContext(
        pictures=pictures, progress=progress, cancel=cancel or CancelToken(), looks_beside=check_pictures
    )

    def edits() -> Iterator[Edit]:
        assert format_.read is not None
        yield from importer.edits(format_.read(source, context))
        if context.objects_in and not importer.has_objects:
            raise _NothingTaken

    with few_collections(), ends_with(context.cancel), contextlib.suppress(_NothingTaken):
        project.apply(f"Import {source.name}", edits(), stamps=Stamps.AUTHORS)
    return importer.report(source, context.objects_in)


class _NothingTaken(Exception):
    """Takes back what an import has brought so far: pictures and classes without any object."""


def convert(
    source: Path | str,
    source_format: Format,
    target: Path | str,
    target_format: Format,
    *,
    images_root: Path | str | None = None,
    split: Split | None = None,
    options: WriteOptions | None = None,
) -> tuple[ImportReport, tuple[ExportReport, ...]]:
    """From format to format without a project, ids kept. Raises FormatError or OutputError."""
    source, options = Path(source), options or WriteOptions()
    if source_format.read is None:
        raise FormatError("{title} cannot be read.", "Choose another format.", title=source_format.title)
    pictures = FolderPictures(Path(images_root)) if images_root is not None else None
    context = ReadContext(pictures=pictures, progress=options.progress, cancel=options.cancel)
    issues = IssueLog()
    with few_collections(), ends_with(options.cancel), Spool() as spool:
        for issue in spool.fill(source_format.read(source, context)):
            issues.add(issue)
        imported = ImportReport(
            source=source,
            objects_in=context.objects_in,
            objects_imported=spool.count_annotations(),
            images=spool.count_images(),
            categories=len(spool.meta.categories),
            issues=issues,
        )
        if options.picture_path is None:
            folder = dataset_root(source)
            found = context.pictures if isinstance(context.pictures, FolderPictures) else None
            roots = found.roots if found is not None else (folder,)
            listed = (*listed_pictures(folder).folders, *roots)
            path_in = _path_in(found or FolderPictures(folder), spool)
            options = replace(options, picture_path=path_in, picture_folders=listed)
        return imported, write_dataset(spool, target_format, Path(target), split, options)


def _path_in(pictures: FolderPictures, spool: Spool) -> Callable[[ImageRecord], Path | None]:
    def find(image: ImageRecord) -> Path | None:
        known = spool.image(image.id)  # an export may call it otherwise
        with contextlib.suppress(ImageReadError, FormatError):
            return pictures.path(known.file_name) if known else None
        return None

    return find
