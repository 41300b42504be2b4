"""``slimsam project remove``, and adding single pictures: what a person takes out of a project stays out."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from slimsam_core import figures
from slimsam_core.annotation import ImageEntry
from slimsam_core.commands.console import say
from slimsam_core.errors import ProjectError, ProjectReadOnly
from slimsam_core.pixels.folder_search import trouble_with_name
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.project import Project, add_image, add_root, project_at, remove_images


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``remove`` takes besides the project."""
    parser.add_argument(
        "pictures", nargs="+", metavar="PICTURE", help="its file, or its path as the project knows it"
    )


def run_remove(args: argparse.Namespace) -> int:
    """``slimsam project remove``."""
    with Project.open(project_at(args.project)) as project:
        if project.read_only:
            raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
        found = list(dict.fromkeys(find_picture(project, name) for name in args.pictures))
        objects = sum(project.count_annotations(image_id=number) for number in found)
        label = figures.things("Remove image", "Remove {count} images", len(found))
        project.apply(label, remove_images(project, found))
    removed = f"{figures.pictures(len(found))} with {figures.objects(objects)}"
    say(f"Removed: {removed}. The files are where they were;")
    say("'slimsam project undo' takes this back, 'slimsam project add' brings single pictures in again.")
    return 0


def is_picture(path: Path) -> bool:
    """Whether a path names one picture rather than a folder."""
    return path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES


def add_picture(project: Project, path: Path) -> None:
    """Add one picture, also one that was removed before. Raises ProjectError."""
    path = path.absolute()
    reason = trouble_with_name(path.name)
    if reason is not None:
        raise ProjectError(f"{path.name!r} cannot be in a project: {reason}", "Rename the file.")
    known = [(root.path, root) for root in project.roots()]
    root = next((root for folder, root in known if path.is_relative_to(folder)), None)
    root = root or add_root(project, path.parent)
    relative = path.relative_to(root.path).as_posix()
    if project.image_by_path(root.id, relative) is not None:
        say(f"{path}: is in the project already")
        return
    image = ImageEntry(id=project.next_id(ImageEntry), root_id=root.id, path=relative)
    project.apply("Add images", add_image(image, project.removed_images))
    say(f"{path}: added")


def find_picture(project: Project, name: str) -> int:
    """The id of the picture with this file or path. Raises ProjectError."""
    for root in project.roots():
        for path in _relative(name, root.path):
            found = project.image_by_path(root.id, path)
            if found is not None:
                return found.id
    raise ProjectError(
        f"The project has no picture {name}.", "Name its file, or its path below the folder of the project."
    )


def _relative(name: str, folder: str) -> Iterable[str]:
    yield Path(name).as_posix()
    if Path(name).absolute().is_relative_to(folder):
        yield Path(name).absolute().relative_to(folder).as_posix()
