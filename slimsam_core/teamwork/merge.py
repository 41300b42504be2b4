"""Projects joined into one, as one command: nothing is lost, nothing doubled, conflicts keep both values."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import Edit, Project, Reader, Stamps
from slimsam_core.project.checkup import require_whole
from slimsam_core.teamwork.conflicts import open_conflicts
from slimsam_core.teamwork.merge_classes import ClassMerge
from slimsam_core.teamwork.merge_pictures import PictureMerge
from slimsam_core.teamwork.merge_plan import MergePlan
from slimsam_core.teamwork.merge_report import MergeReport, SourceCounts
from slimsam_core.teamwork.merge_tracks import map_tracks
from slimsam_core.teamwork.packed_part import PackedPart, unpacked
from slimsam_core.teamwork.part_look import name_of, opened_part
from slimsam_core.teamwork.source import Source

MAX_SOURCES = 100
"""Projects that are merged at once: each is held open."""


def merge(
    into: Project,
    sources: Sequence[Path | str],
    mapping: Mapping[str, str | None] | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> MergeReport:
    """Join other projects (parts of a split, copies, any) into an open one, as one step of undo.

    Objects, pictures and classes are known by their identity. What was changed on one side alone is taken;
    what was changed on both sides stays as it is here, and the other value waits for a decision
    (``open_conflicts``). Pictures of other origin are matched by content, then by path; classes by
    ``mapping`` (name there -> name here, or None: its objects are not taken), then by name. The same merge
    again changes nothing. A part may come as a zip file: new pictures in it are put where the parts of the
    project lie, and that folder may be looked into.

    The other projects are only read, with the checks of any project from a stranger. Raises ProjectError (a
    project is damaged, or the same as this one; or an object would be lost: the sum of the report is checked
    before anything is written) and Cancelled; nothing was changed then.
    """
    cancel = cancel or CancelToken()
    if len(sources) > MAX_SOURCES:
        raise ProjectError(
            "{count} projects are too many for one merge.",
            "Merge at most {most} at once.",
            count=len(sources),
            most=MAX_SOURCES,
        )
    with contextlib.ExitStack() as opened:
        read = [opened.enter_context(_reading(into, path, progress, cancel)) for path in _once(sources)]
        here = opened.enter_context(into.snapshot())
        require_whole(here)
        report = MergeReport(sources=[])
        plan = MergePlan(
            into=into,
            here=Source.of(here, into.path.stem),
            sources=[Source.of(reader, name_of(reader), packed) for reader, packed in read],
            report=report,
            usage=Counter(into.objects_by_class()),
        )
        report.sources = [
            SourceCounts(source.name, source.project.count_annotations()) for source in plan.sources
        ]
        map_tracks(plan)
        names = ", ".join(source.name for source in plan.sources)[:200]
        edits = _edits(plan, mapping or {}, progress, cancel)
        report.seq = _apply(plan, f"Merge projects: {names}", edits)
    report.conflicts = len(open_conflicts(into))
    return report


def _apply(plan: MergePlan, label: str, edits: Iterator[Edit]) -> int:
    """Number of the command; new pictures that came in zip files stay with it, or not at all."""
    with contextlib.ExitStack() as undone:
        for packed in plan.packed_parts:
            undone.callback(packed.forget)
        change = plan.into.apply(label, edits, stamps=Stamps.AS_GIVEN)
        undone.pop_all()
    if plan.kept_folders:
        plan.into.agreement.give(plan.kept_folders)  # nothing but pictures that this program put there
    return change.seq


def _edits(
    plan: MergePlan, mapping: Mapping[str, str | None], progress: ProgressSink, cancel: CancelToken
) -> Iterator[Edit]:
    classes = ClassMerge(plan, mapping)
    yield from classes.edits()
    pictures = PictureMerge(plan)
    for done, edits in enumerate(pictures.edits()):
        if done % 100 == 0:
            cancel.raise_if_cancelled()
            progress(Progress("Merging pictures", done, pictures.total))
        yield from edits
    progress(Progress("Merging pictures", pictures.total, pictures.total))
    yield from pictures.last_edits()
    yield from classes.last_edits()
    plan.note_left_out()
    for source in plan.report.sources:
        if not source.is_whole:  # a fault of this program: rather no merge than one that loses something
            raise ProjectError(
                "Nothing was merged: of {count:,} objects of {name} only {known:,} are accounted for.",
                "Please report this with both projects.",
                count=source.objects_in,
                name=source.name,
                known=source.outcomes.total(),
            )
    for packed in plan.packed_parts:
        packed.take_pictures(cancel)


@contextlib.contextmanager
def _reading(
    into: Project, path: Path, progress: ProgressSink, cancel: CancelToken
) -> Iterator[tuple[Reader, PackedPart | None]]:
    with unpacked(path, cancel) as (file, packed), opened_part(file, packed, progress) as project:
        if project.path == into.path:
            raise ProjectError(
                "{path} cannot be merged into itself.", "Name another project.", path=project.path
            )
        with project.snapshot() as frozen:
            yield frozen, packed


def _once(paths: Sequence[Path | str]) -> list[Path]:
    """Each file once, in order."""
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(Path(path).resolve(), Path(path))
    return list(found.values())
