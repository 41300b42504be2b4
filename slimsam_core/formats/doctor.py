"""The import doctor: what is wrong with annotations, and a repaired copy whose changes are shown first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.listing import exists
from slimsam_core.files.streaming import few_collections
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.formats.coco import read_coco
from slimsam_core.formats.coco_write import CocoMasks, CocoOptions, write_coco
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.json_stream import open_json
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue, Record
from slimsam_core.formats.registry import Format, WriteOptions, get_format, recognise
from slimsam_core.formats.report import ExportReport, ImportReport, IssueLog
from slimsam_core.formats.transfer import convert
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import file_hash
from slimsam_core.pixels.mask import from_runs
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence

_REPAIRED = "coco"
MAX_CHANGES = 1000
"""Changes that a plan lists word for word; the others are counted."""


@dataclass(frozen=True)
class Checked:
    """What the doctor found in ``report.issues``; ``format_`` as named or guessed."""

    format_: Format
    report: ImportReport

    @property
    def repairable(self) -> bool:
        """Whether the file itself can be repaired (``plan_repair``); of others a copy is written anew."""
        return self.format_.name == _REPAIRED

    @property
    def healthy(self) -> bool:
        """Nothing to report."""
        return self.report.issues.count() == 0


@dataclass(frozen=True)
class RepairLine:
    """One line of the diff: ``annotations[3].area: 400 -> 19``; an empty side means added or removed."""

    where: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.where}: {self.before or 'nothing'} -> {self.after or 'removed'}"


@dataclass(frozen=True, kw_only=True)
class RepairPlan:
    """What a repair of a COCO file would change. Nothing is changed by making a plan."""

    source: Path
    changes: tuple[RepairLine, ...]
    change_count: int
    issues: IssueLog
    source_hash: str
    images_root: Path | None = None

    def diff(self) -> str:
        """The changes as text, one a line."""
        lines = [str(change) for change in self.changes]
        if self.change_count > len(lines):
            lines.append(f"... and {self.change_count - len(lines):,} more")
        return "\n".join(lines)


def check(
    path: Path | str,
    format_name: str | None = None,
    *,
    images_root: Path | str | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> Checked:
    """Read a file or folder and report all that is wrong. Raises FormatError when it cannot be read at all.

    With ``images_root`` the pictures are compared too: missing ones, sizes, EXIF orientation.
    """
    path = Path(path)
    format_ = get_format(format_name) if format_name else recognise(path)
    if format_.read is None:
        raise FormatError("{title} cannot be read.", "Choose another format.", title=format_.title)
    context = _context(images_root, progress, cancel)
    issues, counts = IssueLog(), {Annotation: 0, ImageRecord: 0, Category: 0, DatasetMeta: 0}
    with few_collections():
        for record in format_.read(path, context):
            if isinstance(record, Issue):
                issues.add(record)
            else:
                counts[type(record)] += 1
    report = ImportReport(
        source=path,
        objects_in=context.objects_in,
        objects_imported=counts[Annotation],
        images=counts[ImageRecord],
        categories=counts[Category],
        issues=issues,
    )
    return Checked(format_, report)


def plan_repair(
    source: Path | str,
    *,
    images_root: Path | str | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> RepairPlan:
    """Find what a repair of a COCO file would change, field by field. Raises FormatError, OutputError."""
    source = Path(source)
    before = file_hash(source)
    with few_collections(), temporary_folder() as folder:
        repaired = folder / "repaired.json"
        issues = IssueLog()
        gone: dict[str, dict[int, str]] = {"images": {}, "annotations": {}, "categories": {}}
        _repair(source, repaired, images_root, issues, gone, progress=progress, cancel=cancel)
        changes: list[RepairLine] = []
        count = 0
        for name, lost in gone.items():
            for change in _differences(source, repaired, name, lost):
                count += 1
                if count <= MAX_CHANGES:
                    changes.append(change)
    root = Path(images_root) if images_root is not None else None
    return RepairPlan(
        source=source,
        changes=tuple(changes),
        change_count=count,
        issues=issues,
        source_hash=before,
        images_root=root,
    )


def apply_repair(
    plan: RepairPlan,
    target: Path | str,
    *,
    overwrite: bool = False,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write the repaired file to ``target`` through the export gate; the source is never written to.

    Raises OutputError when ``target`` is the source, when it exists without ``overwrite``, or when the source
    is not as it was when the plan was made.
    """
    target = Path(target)
    if exists(target) and target.samefile(plan.source):
        raise OutputError("A repair never replaces the file that it repairs.", "Choose another name.")
    if file_hash(plan.source) != plan.source_hash:
        raise OutputError(
            "{source} was changed since the repair was planned.", "Check it again.", source=plan.source
        )
    gone: dict[str, dict[int, str]] = {"images": {}, "annotations": {}, "categories": {}}
    return _repair(
        plan.source,
        target,
        plan.images_root,
        IssueLog(),
        gone,
        progress=progress,
        cancel=cancel,
        overwrite=overwrite,
    )


def anew_format(checked: Checked) -> Format:
    """The format of a copy that ``write_anew`` makes: the same, or labelme where that cannot be written."""
    return checked.format_ if checked.format_.write is not None else get_format("labelme")


def write_anew(
    checked: Checked,
    target: Path | str,
    *,
    images_root: Path | str | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """A copy of all that is usable in a file or folder of any format, through the export gate.

    What ``checked`` found is changed or left out; numbers may be spelt differently. Raises FormatError,
    OutputError (also when a file in the way was not written by an earlier export).
    """
    options = WriteOptions(progress=progress, cancel=cancel or CancelToken())
    source, format_ = checked.report.source, anew_format(checked)
    _, (report,) = convert(source, checked.format_, target, format_, images_root=images_root, options=options)
    return report


def _context(
    images_root: Path | str | None, progress: ProgressSink, cancel: CancelToken | None
) -> ReadContext:
    pictures = FolderPictures(Path(images_root)) if images_root is not None else None
    return ReadContext(pictures=pictures, progress=progress, cancel=cancel or CancelToken())


def _repair(
    source: Path,
    target: Path,
    images_root: Path | str | None,
    issues: IssueLog,
    gone: dict[str, dict[int, str]],
    *,
    progress: ProgressSink,
    cancel: CancelToken | None,
    overwrite: bool = False,
) -> ExportReport:
    """Write what the reader understands; note in ``gone`` which elements of the source are not in it."""

    def records() -> Iterator[Record]:
        return read_coco(source, _context(images_root, progress, cancel))

    meta, categories = DatasetMeta(), []
    for record in records():
        if isinstance(record, DatasetMeta):
            meta = record
        elif isinstance(record, Category):
            categories.append(record)
        elif isinstance(record, Issue):
            issues.add(record)
            _note_gone(record, gone)
    return write_coco(
        target,
        replace(meta, categories=tuple(categories)),
        (record for record in records() if isinstance(record, ImageRecord)),
        (_plain_crowd(record) for record in records() if isinstance(record, Annotation)),
        CocoOptions(CocoMasks.DRAWN),
        overwrite=overwrite,
        progress=progress,
        cancel=cancel,
    )


def _plain_crowd(annotation: Annotation) -> Annotation:
    """A crowd is a run-length code in COCO: polygons that it was given as are not kept beside it."""
    return replace(annotation, drawn=None) if annotation.iscrowd else annotation


def _note_gone(issue: Issue, gone: dict[str, dict[int, str]]) -> None:
    found = re.match(r"(images|annotations|categories)\[(\d+)\]", issue.where)
    if found is None:
        return
    kind, index = found[1], int(found[2])
    dropped = issue.lost_objects > 0 if kind == "annotations" else issue.severity == "error"
    if dropped or issue.code == "colliding-image":
        gone[kind][index] = issue.message


def _differences(source: Path, repaired: Path, name: str, lost: dict[int, str]) -> Iterator[RepairLine]:
    after = _elements(repaired, name)
    for index, before in enumerate(_elements(source, name)):
        where = f"{name}[{index}]"
        if index in lost:
            yield RepairLine(where, lost[index], "")
            continue
        new = next(after, None)
        if new is None:
            raise RuntimeError(f"{where} has no counterpart after the repair")
        for key in (*before, *(key for key in new if key not in before)):
            if not _same(key, before.get(key), new.get(key)):
                yield RepairLine(f"{where}.{key}", _short(before.get(key)), _short(new.get(key)))
    for new in after:
        yield RepairLine(sentence("{name} (new)", name=name), "", _short(new))


def _elements(path: Path, name: str) -> Iterator[Any]:
    with open_json(path) as walker:
        for key, start in walker.fields():
            if key == name and start == "[":
                yield from walker.elements()
            else:
                walker.skip()


def _same(key: str, before: object, after: object) -> bool:
    if (before == after and type(before) is type(after)) or (before is None and after == ""):
        return True
    if isinstance(before, int | float) and isinstance(after, int | float) and before == after:
        return not isinstance(before, bool)
    if key == "segmentation" and isinstance(before, dict) and isinstance(after, dict):
        return _counts(before) == _counts(after)
    return False


def _counts(code: dict[str, Any]) -> object:
    """The compressed spelling of a run-length code, so that two spellings of one mask are the same."""
    counts, size = code.get("counts"), code.get("size")
    if isinstance(counts, list) and isinstance(size, list) and len(size) == 2:
        try:
            return from_runs(counts, Size(*size)).counts, size
        except (FormatError, TypeError, ValueError):
            return None
    return counts, size


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
