"""``slimsam project split``, ``merge`` and ``conflicts``: one data set, several people."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slimsam_core import figures
from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState
from slimsam_core.commands.console import print_progress, say
from slimsam_core.errors import ProjectError, ProjectReadOnly
from slimsam_core.project import Edit, ImageFilter, Project, Stamps, project_at
from slimsam_core.project.annotators import person
from slimsam_core.teamwork import (
    Deal,
    MergeConflict,
    MergeReport,
    NoteKind,
    Outcome,
    PartPictures,
    SplitOptions,
    keep_mine,
    merge,
    names_in,
    open_conflicts,
    parts_folder,
    split,
    take_other,
    take_union,
)

if TYPE_CHECKING:
    from slimsam_core.teamwork import MadePart, Note, SourceCounts

_LOCKED = {"open": False, "locked": True}
"""What ``--classes`` says of whether classes are left as they are."""

SHOWN = 20
"""Notes and conflicts that are listed; the rest is counted."""


def add_actions(action: Any) -> None:
    """Add the actions; ``action(name, run, text)`` makes a parser that knows the project."""
    parts = action("split", run_split, "split a project into parts, one for each annotator")
    parts.add_argument(
        "--among",
        required=True,
        metavar="NAMES",
        help="annotators with commas between; quote one with a comma",
    )
    parts.add_argument(
        "--overlap", type=_share, default=0.0, metavar="SHARE",
        help="pictures that several people get, e.g. 10%% (default: 0%%)",
    )  # fmt: skip
    parts.add_argument("--people", type=int, default=2, help="how many get such a picture (default: 2)")
    parts.add_argument(
        "--pictures", choices=[str(one) for one in PartPictures], default="copy",
        help="how pictures come along: copies, second names of the same files, or not at all (default: copy)",
    )  # fmt: skip
    parts.add_argument("--out", type=Path, metavar="FOLDER", help="default: NAME-parts beside the project")
    parts.add_argument("--zip", action="store_true", help="each part as one zip file")
    parts.add_argument(
        "--classes", choices=tuple(_LOCKED), default="open",
        help="whether annotators may add, rename and delete classes (default: open)",
    )  # fmt: skip
    parts.add_argument("--seed", type=int, default=0, help="the same seed and names give the same parts")
    parts.add_argument(
        "--state", dest="states", action="append", default=[], choices=[str(state) for state in ImageState],
        help="only pictures in this state; may be repeated",
    )  # fmt: skip
    parts.add_argument("--text", default="", help="only pictures with these words in path, comment or flags")
    join = action(
        "merge", run_merge, "join parts, copies or other projects into a project, as one step of undo"
    )
    join.add_argument(
        "others", type=Path, nargs="+", metavar="FROM",
        help="project files, their folders, or zip files of parts",
    )  # fmt: skip
    join.add_argument(
        "--class", dest="classes", action="append", default=[], metavar="THERE=HERE",
        help="a class there is this one here; may be repeated (default: by name)",
    )  # fmt: skip
    join.add_argument(
        "--leave-out", dest="left_out", action="append", default=[], metavar="CLASS",
        help="objects of this class there are not taken; may be repeated",
    )  # fmt: skip
    conflicts = action("conflicts", run_conflicts, "list what was changed on both sides, and decide it")
    conflicts.add_argument(
        "--take", choices=("mine", "theirs", "union"),
        help="decide all: as the project shows it, as it is elsewhere, or the pixels of both masks",
    )  # fmt: skip
    conflicts.add_argument("--number", type=int, metavar="N", help="decide only this one of the list")


def _share(text: str) -> float:
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 10% or 0.1")
    return value


def run_split(args: argparse.Namespace) -> int:
    """``slimsam project split``; 1 when pictures are missing in a part."""
    path = project_at(args.project)
    deal = Deal(
        annotators=names_in(args.among),
        overlap=args.overlap,
        people=args.people,
        seed=args.seed,
    )
    options = SplitOptions(
        deal=deal,
        wanted=ImageFilter(states=frozenset(map(ImageState, args.states)), text=args.text),
        pictures=PartPictures(args.pictures),
        packed=args.zip,
        classes_locked=_LOCKED[args.classes],
    )
    with Project.open(path, read_only=True, progress=print_progress) as project:
        made = split(project, args.out or parts_folder(project.path), options, print_progress)
    for part in made:
        _say_part(part)
    return int(any(part.missing for part in made))


def _say_part(part: MadePart) -> None:
    shared = f", {part.shared:,} of them shared" if part.shared else ""
    holds = f"{figures.pictures(part.pictures)}{shared}, {figures.objects(part.objects)}"
    say(f"{part.annotator}: {holds}: {part.path}")
    for name in part.missing[:SHOWN]:
        say(f"  missing: {name}", err=True)
    if len(part.missing) > SHOWN:
        say(f"  and {len(part.missing) - SHOWN:,} more are missing", err=True)


def run_merge(args: argparse.Namespace) -> int:
    """``slimsam project merge``; 1 when something waits for a decision or was not taken that was wanted."""
    mapping: dict[str, str | None] = dict.fromkeys(args.left_out)
    for pair in args.classes:
        there, mark, here = pair.partition("=")
        if not (mark and there and here):
            raise ProjectError(f"{pair!r} does not say which class is which.", "Write THERE=HERE.")
        if there in args.left_out:
            raise ProjectError(f"The class {there!r} is left out and taken.", "Choose one of the two.")
        mapping[there] = here
    with _writable(project_at(args.project)) as project:
        report = merge(project, [project_at(path) for path in args.others], mapping, print_progress)
        say_merge(report)
        if report.conflicts:
            say(f"'slimsam project conflicts {project.path}' lists what waits, and decides it.")
    return int(bool(report.conflicts or report.total(Outcome.REPORTED) > report.left_out))


def say_merge(report: MergeReport) -> None:
    """What became of every object, and what to look at."""
    for source in report.sources:
        _say_source(source)
    say(
        f"in all: {figures.objects(report.objects_in)} in = {_merged(report):,} merged"
        f" + {report.total(Outcome.CONFLICT):,} conflicts + {report.total(Outcome.REPORTED):,} reported"
    )
    for number_of, count, what in (
        (figures.objects, report.deleted, "deleted, as they were deleted elsewhere"),
        (figures.pictures, report.pictures_added, "added"),
        (figures.pictures, report.pictures_removed, "removed, as they were removed elsewhere"),
        (figures.pictures, report.picture_conflicts, "different things are said of it"),
        (figures.classes, report.classes_added, "added"),
        (figures.pictures, report.shared_pictures, "by several annotators, to be compared"),
    ):
        if count:
            say(f"  {number_of(count)}: {what}")
    for note in report.notes[:SHOWN]:
        say(f"  {_words(note)}")
    more = len(report.notes) + report.more_notes - SHOWN
    if more > 0:
        say(f"  and {more:,} more notes")
    if not report.seq:
        say("Nothing was new: the project is as it was.")


def _merged(report: MergeReport) -> int:
    return report.total(Outcome.SAME, Outcome.ADDED, Outcome.TAKEN, Outcome.OLDER)


def _say_source(source: SourceCounts) -> None:
    named = {
        Outcome.ADDED: "added",
        Outcome.TAKEN: "taken as changed there",
        Outcome.SAME: "the same here",
        Outcome.OLDER: "older than here",
        Outcome.CONFLICT: "in conflict",
        Outcome.REPORTED: "not taken",
    }
    parts = [f"{source.outcomes[kind]:,} {text}" for kind, text in named.items() if source.outcomes[kind]]
    say(f"{source.name}: {figures.objects(source.objects_in)}: {', '.join(parts) or 'none'}")


_NOTES = {
    NoteKind.PICTURE_CHANGED: "{where}: the picture in {source} is another one: {objects} not taken",
    NoteKind.OTHER_SIZE: "{where}: {objects} of {source} with masks of another size than it has, not taken",
    NoteKind.CLASS_NAME: "class {where}: renamed on both sides or to a name that is taken; as it is here",
    NoteKind.CLASS_CAME_BACK: "class {where}: deleted here, and back, as objects of {source} have it",
    NoteKind.CLASS_STAYS: "class {where}: deleted in {source}; it stays, as {objects} here have it",
    NoteKind.PICTURE_CAME_BACK: "{where}: removed on one side; it is there, as work is in it ({source})",
    NoteKind.PICTURE_PLACE: "{where}: another picture has its place: {objects} of {source} not taken",
    NoteKind.TWICE: "object {where} of {source} is there twice: one was not taken",
    NoteKind.UNPACKED: "new pictures of {source} were put into {where}",
    NoteKind.CLASS_LEFT_OUT: "class {where}: left out as wanted: {objects} of {source}",
    NoteKind.NEW_FOLDER: "new pictures of {source} lie in {where}: agree to it, or re-link it",
}


def _words(note: Note) -> str:
    return _NOTES[note.kind].format(
        where=note.where, source=note.source, objects=figures.objects(note.objects)
    )


def run_conflicts(args: argparse.Namespace) -> int:
    """``slimsam project conflicts``; 1 when something waits still."""
    ways: dict[str, Callable[[Project, MergeConflict], list[Edit]]] = {
        "mine": keep_mine,
        "theirs": take_other,
        "union": take_union,
    }
    path = project_at(args.project)
    if args.take is None:
        with Project.open(path, read_only=True, progress=print_progress) as project:
            return _list_conflicts(project)
    with _writable(path) as project:
        found = open_conflicts(project)
        if args.number is not None:
            if not 1 <= args.number <= len(found):
                raise ProjectError(f"There is no conflict {args.number} of {len(found)}.", "List them first.")
            found = [found[args.number - 1]]
        decided = 0
        for conflict in found:
            try:
                edits = ways[args.take](project, conflict)
            except ProjectError as error:
                say(f"left: {_title(project, conflict)}: {error}", err=True)
                continue
            project.apply(f"Decide a conflict: take {args.take}", edits, stamps=Stamps.AUTHORS)
            decided += 1
        say(f"{decided:,} decided, {len(open_conflicts(project)):,} wait.")
        return int(bool(open_conflicts(project)))


def _list_conflicts(project: Project) -> int:
    found = open_conflicts(project)
    for number, conflict in enumerate(found, 1):
        say(f"{number:>5}  {_title(project, conflict)}")
    say(f"{len(found):,} wait for a decision.")
    return int(bool(found))


def _title(project: Project, conflict: MergeConflict) -> str:
    place = "" if conflict.image_id is None else f"{project.image(conflict.image_id).path}: "
    others = ", ".join(
        ("deleted" if not other.content else "changed")
        + f" by {person(other.author) or 'somebody'} ({person(other.source) or 'elsewhere'})"
        for other in conflict.others
    )
    mine = conflict.mine
    if isinstance(mine, Annotation):
        return f"{place}object {mine.id}, here by {person(mine.author) or 'somebody'}; {others}"
    if isinstance(mine, Category):
        return f"class {mine.name}; {others}"
    what = f"what is said of it ({mine.state})" if isinstance(mine, ImageEntry) else "deleted here"
    return f"{place}{what}; {others}"


def _writable(path: Path) -> Project:
    project = Project.open(path, progress=print_progress)
    if project.read_only:
        reason = project.read_only_reason
        project.close()
        raise ProjectReadOnly(reason, "Close it there, then try again.")
    return project
