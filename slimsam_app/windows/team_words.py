"""Parts, merges and reviews in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_core.project import PROJECT_SUFFIX
from slimsam_core.teamwork import MadePart, MergeReport, NoteKind, Outcome

Line = tuple[str, str]
"""What is the matter, and where."""

OUTCOMES = {
    Outcome.ADDED: _("added: {count}"),
    Outcome.TAKEN: _("taken as changed there: {count}"),
    Outcome.SAME: _("the same here: {count}"),
    Outcome.OLDER: _("older than here: {count}"),
    Outcome.CONFLICT: _("in conflict: {count}"),
    Outcome.REPORTED: _("not taken: {count}"),
}
NOTES = {
    NoteKind.PICTURE_CHANGED: _("The image in {source} is another one. Objects not taken: {objects}"),
    NoteKind.OTHER_SIZE: _("Masks of {source} that have another size than the image, not taken: {objects}"),
    NoteKind.CLASS_NAME: _(
        "The class was renamed on both sides, or to a name that is taken: it is as it was here"
    ),
    NoteKind.CLASS_CAME_BACK: _("The class was deleted here and is back, as objects of {source} have it"),
    NoteKind.CLASS_STAYS: _(
        "The class was deleted in {source} and stays, as objects here have it: {objects}"
    ),
    NoteKind.PICTURE_CAME_BACK: _(
        "The image was removed on one side and is there, as work is in it ({source})"
    ),
    NoteKind.PICTURE_PLACE: _("Another image has its place. Objects of {source} not taken: {objects}"),
    NoteKind.TWICE: _("The object is twice in {source}: one was not taken"),
    NoteKind.NEW_FOLDER: _(
        "New images of {source} lie in this folder: agree to it, or open the folder that has them"
    ),
    NoteKind.UNPACKED: _("New images of {source} were put into this folder"),
    NoteKind.CLASS_LEFT_OUT: _(
        "The class was left out as you chose. Objects of {source} not taken: {objects}"
    ),
}
"""What a person should look at after a merge."""


def part_lines(parts: Sequence[MadePart]) -> list[Line]:
    """A line a part, and one for each picture that is missing in it."""
    lines = []
    for part in parts:
        words = tr("{name} · images: {images}, shared: {shared}, objects: {objects}").format(
            name=part.annotator,
            images=figures.count(part.pictures),
            shared=figures.count(part.shared),
            objects=figures.count(part.objects),
        )
        lines.append((words, str(part.path)))
        lines += [(tr("Its file is missing"), name) for name in part.missing]
    return lines


def parts_told(parts: Sequence[MadePart]) -> tuple[str, str]:
    """What was written, and where it is or what is missing."""
    words = counted(tr("{count} part was written."), tr("{count} parts were written."), len(parts))
    missing = sum(len(part.missing) for part in parts)
    if missing:
        return words, tr("Picture files that are missing in them: {count}.").format(
            count=figures.count(missing)
        )
    folder = _folder_of(parts)
    return words, "" if folder is None else str(folder)


def _folder_of(parts: Sequence[MadePart]) -> Path | None:
    if not parts:
        return None
    path = parts[0].path
    return path.parent.parent if path.suffix == PROJECT_SUFFIX else path.parent


def merge_told(report: MergeReport) -> tuple[str, str]:
    """What came in, and the sum of every object."""
    if not report.seq:
        words = tr("Nothing was new: the project is as it was.")
    elif report.conflicts:
        words = counted(
            tr("Merged. {count} thing waits for a decision."),
            tr("Merged. {count} things wait for a decision."),
            report.conflicts,
        )
    elif report.shared_pictures:
        words = counted(
            tr("Merged. {count} image has objects by several people."),
            tr("Merged. {count} images have objects by several people."),
            report.shared_pictures,
        )
    else:
        words = tr("Merged. Nothing waits for a decision.")
    what = [
        (report.total(Outcome.ADDED), tr("new: {count}")),
        (report.total(Outcome.TAKEN), tr("changed: {count}")),
        (report.total(Outcome.SAME, Outcome.OLDER), tr("as before: {count}")),
        (report.deleted, tr("deleted here, as there: {count}")),
        (report.total(Outcome.CONFLICT), tr("in conflict: {count}")),
        (report.total(Outcome.REPORTED), tr("not taken: {count}")),
    ]
    told = " · ".join(words.format(count=figures.count(count)) for count, words in what if count)
    return words, tr("Of {total} objects: {told}").format(
        total=figures.count(report.objects_in), told=told or tr("none")
    )


def merge_lines(report: MergeReport) -> list[Line]:
    """A line for each project, for what happened to the whole, and for each thing to look at."""
    lines = []
    for source in report.sources:
        parts = [
            tr(words).format(count=figures.count(source.outcomes[outcome]))
            for outcome, words in OUTCOMES.items()
            if source.outcomes[outcome]
        ]
        words = tr("Objects in: {count}").format(count=figures.count(source.objects_in))
        lines.append((" · ".join((words, *parts)), source.name))
    for count, words in (
        (report.deleted, tr("Objects deleted, as they were deleted elsewhere: {count}")),
        (report.pictures_added, tr("Images added: {count}")),
        (report.pictures_removed, tr("Images removed, as they were removed elsewhere: {count}")),
        (report.picture_conflicts, tr("Images of which different things are said: {count}")),
        (report.classes_added, tr("Classes added: {count}")),
        (report.shared_pictures, tr("Images with objects by several people: {count}")),
    ):
        if count:
            lines.append((words.format(count=figures.count(count)), ""))
    for note in report.notes:
        words = tr(NOTES[note.kind])
        lines.append((words.format(source=note.source, objects=figures.count(note.objects)), note.where))
    if report.more_notes:
        lines.append((tr("Further notes: {count}").format(count=figures.count(report.more_notes)), ""))
    return lines
