"""``slimsam project``: make a project, look into it, take commands back, find moved pictures again."""

from __future__ import annotations

import argparse
import contextlib
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slimsam_core import figures
from slimsam_core.commands import (
    project_classes,
    project_compare,
    project_join,
    project_pictures,
    project_review,
    project_snapshots,
    project_team,
)
from slimsam_core.commands.console import print_progress, say, say_json
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.errors import ProjectError, ProjectReadOnly
from slimsam_core.figures import file_size, measured_time, things
from slimsam_core.labelling.quality import review_queue, reviews
from slimsam_core.project import (
    ImageFilter,
    Project,
    add_root,
    fill_facts,
    new_project,
    project_at,
    relink,
    scan_root,
)
from slimsam_core.project.annotators import person
from slimsam_core.project.checkup import examine
from slimsam_core.project.repair import repair
from slimsam_core.visible_text import one_line

if TYPE_CHECKING:
    from slimsam_core.annotation import Root
    from slimsam_core.project import Change, ScanReport, Statistics
    from slimsam_core.project.proof import Damage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands of ``project`` and their arguments."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
        added.add_argument(
            "project",
            type=Path,
            metavar="PROJECT",
            help="the project file (*.slimsam), or a folder that has one",
        )
        added.set_defaults(run=run)
        return added

    create = action("create", run_create, "make a project of the pictures in some folders")
    create.add_argument("folders", type=Path, nargs="*", metavar="FOLDER", help="folders with pictures")
    add = action("add", run_add, "add a folder of pictures, or one picture, to a project")
    add.add_argument("folder", type=Path, metavar="FOLDER", help="a folder or a picture")
    remove = "take pictures out of a project with their objects; the files stay, and scans leave them out"
    project_pictures.add_arguments(action("remove", project_pictures.run_remove, remove))
    scan = action("scan", run_scan, "look for new, moved and vanished pictures in the folders of a project")
    for added in (create, add, scan):
        added.add_argument("--quick", action="store_true", help="do not open the pictures' files yet")
        add_strict_argument(added)
    info = action("info", run_info, "say what is in a project")
    info.add_argument("--json", action="store_true", help="as JSON")
    history = action("history", run_history, "list the newest commands, the newest first")
    for name, run, text in (
        ("undo", run_undo, "take back the last commands"),
        ("redo", run_redo, "bring back what was taken back last"),
    ):
        action(name, run, text).add_argument("-n", type=_count, default=1, help="how many (default: 1)")
    history.add_argument("-n", type=_count, default=20, help="how many (default: 20)")
    prune = action("prune", run_prune, "forget old commands for good and give their space back")
    prune.add_argument("--keep", type=_count, required=True, metavar="N", help="commands that stay undoable")
    relink = action("relink", run_relink, "say where a folder of pictures lies now")
    relink.add_argument("folder", metavar="OLD", help="the folder as the project knows it, or its number")
    relink.add_argument("new_folder", type=Path, metavar="NEW")
    agree = action("agree", run_agree, "agree that a project from another place looks into its folders")
    agree.add_argument("folders", nargs="*", metavar="FOLDER", help="its path or number (default: all)")
    project_classes.add_arguments(
        action("classes", project_classes.run, "list the classes: number, objects, name; load and save them")
    )
    project_snapshots.add_actions(action)
    project_team.add_actions(action)
    project_join.add_actions(action)
    project_compare.add_actions(action)
    project_review.add_actions(action)
    copy = action("copy", run_copy, "write a copy of a project, also while it is open elsewhere")
    copy.add_argument("target", type=Path, metavar="TARGET")
    repair = action("repair", run_repair, "write what is whole in a damaged project to a new one")
    repair.add_argument("target", type=Path, metavar="TARGET")
    check = action(
        "check", run_check, "list what is damaged, and pictures to look at again, the most doubtful first"
    )
    check.add_argument("-n", type=_count, default=50, help="how many (default: 50)")


def run_create(args: argparse.Namespace) -> int:
    """``slimsam project create``."""
    for folder in args.folders:
        if not folder.is_dir():
            raise ProjectError(f"The folder {folder} does not exist.", "Check the path.")
    left_out = LeftOutList()
    with new_project(args.project) as project:
        for folder in args.folders:
            _scan(project, add_root(project, folder), left_out)
        _read_pictures(project, args.quick, left_out)
    return left_out.close(args.strict)


def run_add(args: argparse.Namespace) -> int:
    """``slimsam project add``."""
    left_out = LeftOutList()
    with _writable(args.project) as project:
        if project_pictures.is_picture(args.folder):
            project_pictures.add_picture(project, args.folder)
        else:
            _scan(project, add_root(project, args.folder), left_out)
        _read_pictures(project, args.quick, left_out)
    return left_out.close(args.strict)


def run_scan(args: argparse.Namespace) -> int:
    """``slimsam project scan``; 1 when pictures have vanished."""
    left_out = LeftOutList()
    with _writable(args.project) as project:
        reports = [_scan(project, root, left_out) for root in project.roots()]
        _read_pictures(project, args.quick, left_out)
    return max(left_out.close(args.strict), int(any(report.vanished for report in reports)))


def run_info(args: argparse.Namespace) -> int:
    """``slimsam project info``."""
    with _readable(args.project) as project:
        statistics, roots = project.statistics(), project.roots()
        waiting = project.agreement.missing(project.roots())
        names = {category.id: category.name for category in project.categories()}
        removed = len(project.removed_images)
        unread, path = project.count_images(ImageFilter(unread=True)), project.path
    if args.json:
        say_json(_as_json(statistics, roots, names, unread) | {"images_removed": removed})
        return 0
    states = ", ".join(f"{count:,} {state}" for state, count in statistics.images_by_state.items() if count)
    say(f"{path}: {figures.pictures(statistics.images)}, {figures.objects(statistics.objects)}")
    for root in roots:
        note = ""
        if root in waiting:
            note = "  (outside the project's folder: not looked into, see 'slimsam project agree')"
        elif not Path(root.path).is_dir():
            note = "  (missing: relink it)"
        say(f"  folder {root.id}  {one_line(root.path)}{note}")
    if statistics.images:
        say(f"  {statistics.progress:.0%} finished: {states}")
    if unread:
        say(f"  {figures.pictures(unread)} not read yet: slimsam project scan {shlex.quote(str(path))}")
    if removed:
        say(f"  removed, and left out when its folders are looked through: {figures.pictures(removed)}")
    if statistics.time_per_object_s:
        say(f"  {measured_time(statistics.time_per_object_s)} an object")
    for entry in statistics.classes:
        say(f"  {entry.objects:>9,}  {names[entry.category_id]}  (in {figures.pictures(entry.images)})")
    project_team.say_annotators(statistics.annotators)
    for state, count in statistics.images_by_review.items():
        if count:
            say(f"  {count:>9,}  pictures {state}")
    return 0


def run_history(args: argparse.Namespace) -> int:
    """``slimsam project history``."""
    with _readable(args.project) as project:
        for entry in project.history(args.n):
            time = entry.time.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            by = f"{person(entry.author)}: " if entry.author else ""
            say(f"{entry.seq:>8}  {time}  {by}{entry.label}{'  (undone)' if entry.undone else ''}")
    return 0


def run_undo(args: argparse.Namespace) -> int:
    """``slimsam project undo``; 1 when there was nothing to take back."""
    with _writable(args.project) as project:
        return _repeat(project.undo, args.n, "Took back")


def run_redo(args: argparse.Namespace) -> int:
    """``slimsam project redo``; 1 when there was nothing to bring back."""
    with _writable(args.project) as project:
        return _repeat(project.redo, args.n, "Brought back")


def run_prune(args: argparse.Namespace) -> int:
    """``slimsam project prune``."""
    with _writable(args.project) as project:
        path = project.path
        before = path.stat().st_size
        pruned = project.prune(args.keep)
    saved = max(0, before - path.stat().st_size)
    forgot = things("Forgot {count} command", "Forgot {count} commands", pruned)
    say(f"{forgot}; the file is {file_size(saved)} smaller.")
    return 0


def run_relink(args: argparse.Namespace) -> int:
    """``slimsam project relink``; 1 when pictures are missing or are other pictures."""
    with _writable(args.project) as project:
        root = _find_root(project, args.folder)
        report = relink(project, root.id, args.new_folder, print_progress)
        say(
            f"{figures.pictures(report.by_path)} found by path, {report.by_content:,} by content,"
            f" {len(report.missing):,} missing"
        )
        for image_id in report.missing[:20]:
            say(f"  missing: {project.image(image_id).path}")
        for image_id in report.different:
            say(f"  another picture: {project.image(image_id).path}")
    return 1 if report.missing or report.different else 0


def run_agree(args: argparse.Namespace) -> int:
    """``slimsam project agree``."""
    with _readable(args.project) as project:
        roots = [_find_root(project, folder) for folder in args.folders] or project.roots()
        waiting = project.agreement.missing(project.roots())
        for root in roots:
            say(f"{'agreed' if root in waiting else 'was agreed before'}: {one_line(root.path)}")
        project.agreement.give(root.path for root in roots)
    return 0


def run_copy(args: argparse.Namespace) -> int:
    """``slimsam project copy``."""
    with _readable(args.project) as project:
        project.save_copy(args.target)
    return 0


def run_check(args: argparse.Namespace) -> int:
    """``slimsam project check``; 1 when anything is damaged."""
    with _readable(args.project) as project:
        damages = _print_damages(examine(project, print_progress))
        if damages:
            say(f"{damages:,} damaged: 'slimsam project repair' takes what is whole into a new file.")
        project.on_damage = lambda _: None  # named above
        for review in review_queue(reviews(project, progress=print_progress), args.n):
            say(f"{review.doubt:.2f}  {review.image.path}")
            for finding in review.findings:
                objects = "".join(f" #{number}" for number in finding.annotation_ids)
                say(f"      {finding.rule}{objects}: {finding.message}")
    return 1 if damages else 0


def run_repair(args: argparse.Namespace) -> int:
    """``slimsam project repair``; 1 when something is not in the new file as it was."""
    damages = _print_damages(repair(args.project, args.target))
    with Project.open(args.target, read_only=True) as project:
        objects, images = project.count_annotations(), project.count_images()
    say(f"{args.target}: {figures.pictures(images)}, {figures.objects(objects)}; damaged: {damages:,}.")
    return 1 if damages else 0


def _print_damages(found: Iterable[Damage]) -> int:
    """Print each, how many there were."""
    count = 0
    for damage in found:
        count += 1
        say(f"damaged  {damage}")
    return count


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text} is less than 0")
    return count


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[Project]:
    with Project.open(project_at(path), read_only=True, progress=print_progress) as project:
        yield project


@contextlib.contextmanager
def _writable(path: Path) -> Iterator[Project]:
    with Project.open(project_at(path), progress=print_progress) as project:
        if project.read_only:
            raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
        yield project


def _scan(project: Project, root: Root, left_out: LeftOutList) -> ScanReport:
    report = scan_root(project, root.id, print_progress)
    say(
        f"{root.path}: {report.added:,} new pictures, {report.known:,} known, {report.moved:,} moved,"
        f" {len(report.vanished):,} vanished"
    )
    for image_id in report.vanished[:20]:
        say(f"  vanished: {project.image(image_id).path}")
    for entry in report.left_out:
        left_out.add(entry)
    return report


def _read_pictures(project: Project, quick: bool, left_out: LeftOutList) -> None:
    if not quick:
        for reason in fill_facts(project, print_progress).values():
            left_out.add(reason)


def _repeat(step: Any, count: int, verb: str) -> int:
    for number in range(count):
        change: Change | None = step()
        if change is None:
            if number == 0:
                say("Nothing left to do.")
                return 1
            break
        say(f"{verb}: {change.label}")
    return 0


def _find_root(project: Project, wanted: str) -> Root:
    for root in project.roots():
        if wanted in (str(root.id), root.path) or Path(wanted).absolute() == Path(root.path):
            return root
    known = ", ".join(f"{root.id} ({root.path})" for root in project.roots()) or "none"
    raise ProjectError(f"The project has no folder {wanted}.", f"Its folders: {known}.")


def _as_json(
    statistics: Statistics, roots: list[Root], names: dict[int, str], unread: int
) -> dict[str, object]:
    return {
        "images": statistics.images,
        "objects": statistics.objects,
        "progress": statistics.progress,
        "images_by_state": {str(state): count for state, count in statistics.images_by_state.items()},
        "images_not_read": unread,
        "images_by_review": {str(state): count for state, count in statistics.images_by_review.items()},
        "annotators": [
            {
                "name": entry.name,
                "objects": entry.objects,
                "images": entry.images,
                "time_spent_s": entry.time_spent_s,
            }
            for entry in statistics.annotators
        ],
        "time_spent_s": statistics.time_spent_s,
        "folders": [{"id": root.id, "path": root.path} for root in roots],
        "classes": [
            {
                "id": entry.category_id,
                "name": names[entry.category_id],
                "objects": entry.objects,
                "images": entry.images,
                "small": entry.small,
                "medium": entry.medium,
                "large": entry.large,
                "time_spent_s": entry.time_spent_s,
            }
            for entry in statistics.classes
        ],
    }
