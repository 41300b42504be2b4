"""A project split into parts, each a project of its own that opens anywhere and is merged again later."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from slimsam_core.annotation import ImageEntry, Root
from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.files.atomic import atomic_path, output_error
from slimsam_core.files.containment import lies_in
from slimsam_core.files.listing import entries_of, is_file
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import (
    PROJECT_SUFFIX,
    Edit,
    Entity,
    ImageFilter,
    PartOrigin,
    Project,
    Reader,
    Stamps,
)
from slimsam_core.project.agreement import own_folder
from slimsam_core.project.checkup import require_whole
from slimsam_core.project.lineage import uid_of
from slimsam_core.project.reader import PAGE
from slimsam_core.teamwork.dealing import Deal, folder_names

PICTURES = "pictures"
"""The folder of a part that its pictures lie in."""
PACKED_SUFFIX = ".zip"
REPORT_EVERY = 200


class PartPictures(StrEnum):
    """How pictures come along with a part."""

    COPY = "copy"
    LINK = "link"
    """A second name of the same file: takes no room, and stays on this disk."""
    NONE = "none"
    """Not at all: the part looks for them where they lie now."""


@dataclass(frozen=True, kw_only=True)
class SplitOptions:
    """What is split, and how the parts are made."""

    deal: Deal
    wanted: ImageFilter = field(default_factory=ImageFilter)
    """Only these pictures."""
    pictures: PartPictures = PartPictures.COPY
    packed: bool = False
    """Each part as one zip file in place of a folder."""
    classes_locked: bool = False


@dataclass(frozen=True, kw_only=True)
class MadePart:
    """One part."""

    annotator: str
    path: Path
    """The project file, or the zip file."""
    pictures: int
    objects: int
    shared: int
    """Pictures that somebody else got too."""
    missing: tuple[str, ...]
    """Pictures that should have come along, and are not there or cannot be read."""


def parts_folder(path: Path) -> Path:
    """Where the parts of a project file lie when nobody says otherwise: beside it and its pictures."""
    home, beside = own_folder(path), path.parent
    return beside / f"{path.stem}-parts" if home == beside else home.parent / f"{home.name}-parts"


def parts_below(folder: Path) -> tuple[Path, ...]:
    """Project files and zip files where ``split`` writes them below a folder; only names are looked at.

    Of a part that lies there as both, the project.
    """
    found: list[Path] = []
    for entry in entries_of(folder):
        if entry.name.lower().endswith(PACKED_SUFFIX):
            path, stem = folder / entry.name, entry.name[: -len(PACKED_SUFFIX)]
            if is_file(path) and not is_file(folder / stem / f"{stem}{PROJECT_SUFFIX}"):
                found.append(path)
        elif is_file(path := folder / entry.name / f"{entry.name}{PROJECT_SUFFIX}"):
            found.append(path)
    return tuple(found)


def split(
    project: Reader,
    out: Path | str,
    options: SplitOptions,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> list[MadePart]:
    """Write the parts below ``out``, a folder (or zip file) for each annotator. The project is not changed.

    The same pictures, seed and names give the same parts. Raises ProjectError (damaged; nothing to split),
    OutputError (a part of this name is there; ``out`` lies in a folder of pictures) and Cancelled; what was
    written is removed then.
    """
    cancel, out = cancel or CancelToken(), Path(out).absolute()
    _check_out(project, out, options)
    require_whole(project)
    with project.snapshot() as frozen, contextlib.ExitStack() as undone:
        image_ids = frozen.image_ids(options.wanted)
        if not image_ids:
            raise ProjectError("There are no pictures to split.", "Choose others.")
        dealt = _dealt(frozen, image_ids, options.deal)
        number, made = uuid.uuid4().hex, []
        for name, folder in folder_names(options.deal.annotators).items():
            target = out / folder
            part = _Part(
                project=frozen, annotator=name, folder=target, options=options, dealt=dealt.get(name, [])
            )
            part.shared = sum(len(dealt_to) > 1 for dealt_to in part.dealt_to)
            undone.callback(_remove, part)
            made.append(part.write(number, progress, cancel))
        undone.pop_all()
    return made


@dataclass(frozen=True)
class _Dealt:
    image_id: int
    to: tuple[str, ...]


def _dealt(project: Reader, image_ids: Sequence[int], deal: Deal) -> dict[str, list[_Dealt]]:
    uids: dict[str, int] = {}
    for start in range(0, len(image_ids), PAGE):
        for image in project.images_by_id(image_ids[start : start + PAGE]).values():
            uids[uid_of(project.uid, image.uid, image.id)] = image.id
    found: dict[str, list[_Dealt]] = {}
    order = {image_id: place for place, image_id in enumerate(image_ids)}
    for uid, names in deal.deal(uids).items():
        for name in names:
            found.setdefault(name, []).append(_Dealt(uids[uid], names))
    return {name: sorted(listed, key=lambda one: order[one.image_id]) for name, listed in found.items()}


def _check_out(project: Reader, out: Path, options: SplitOptions) -> None:
    for root in project.roots():
        if options.pictures is not PartPictures.NONE and lies_in(Path(root.path), out):
            raise OutputError(
                "{out} lies in the picture folder {folder}: its pictures would be there twice.",
                "Choose a folder elsewhere.",
                out=out,
                folder=root.path,
            )
    for folder in folder_names(options.deal.annotators).values():
        for path in (out / folder, out / f"{folder}{PACKED_SUFFIX}"):
            if os.path.lexists(path):
                raise OutputError("{path} exists already.", "Choose another folder.", path=path)


@dataclass(kw_only=True)
class _Part:
    """A part that is being written."""

    project: Reader
    annotator: str
    folder: Path
    options: SplitOptions
    dealt: list[_Dealt]
    shared: int = 0
    packed: Path | None = None
    missing: list[str] = field(default_factory=list)
    _names: dict[int, str] = field(default_factory=dict)

    @property
    def dealt_to(self) -> Iterator[tuple[str, ...]]:
        """The annotators of each picture."""
        return (one.to for one in self.dealt)

    def write(self, split_id: str, progress: ProgressSink, cancel: CancelToken) -> MadePart:
        options = self.options
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise output_error(self.folder, error) from error
        origin = PartOrigin(
            split=split_id,
            base=self.project.uid,
            base_name=self.project.path.stem,
            annotator=self.annotator,
            classes_locked=options.classes_locked,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        path = self.folder / f"{self.folder.name}{PROJECT_SUFFIX}"
        roots = self._roots()
        with Project.create(path, part_of=origin) as part:
            edits = (Edit(None, value) for value in self._values(roots, progress, cancel))
            part.apply("Split", edits, stamps=Stamps.AS_GIVEN)
            part.prune(0)
            part.agreement.give(
                root.path for root in roots if options.pictures is not PartPictures.NONE
                or self.project.agreement.covers(root.path)
            )  # fmt: skip
            counts = part.count_images(), part.count_annotations()
        if options.packed:
            path = self._pack(path, progress, cancel)
        elif options.pictures is not PartPictures.NONE:
            self._bring_pictures(progress, cancel)
        return MadePart(
            annotator=self.annotator,
            path=path,
            pictures=counts[0],
            objects=counts[1],
            shared=self.shared,
            missing=tuple(self.missing),
        )

    def _roots(self) -> list[Root]:
        roots = self.project.roots()
        if self.options.pictures is PartPictures.NONE:
            return roots
        for root in roots:
            self._names[root.id] = PICTURES if len(roots) == 1 else f"{PICTURES}/{root.id}"
        return [replace(root, path=str(self.folder / self._names[root.id])) for root in roots]

    def _values(self, roots: list[Root], progress: ProgressSink, cancel: CancelToken) -> Iterator[Entity]:
        project, uid = self.project, self.project.uid
        yield from roots
        for category in project.categories():
            yield replace(category, uid=uid_of(uid, category.uid, category.id))
        yield from project.imported_files
        chosen = {one.image_id for one in self.dealt}
        for done, image in enumerate(self._images()):
            if done % REPORT_EVERY == 0:
                cancel.raise_if_cancelled()
                progress(Progress(f"Writing the part of {self.annotator}", done, len(self.dealt)))
            yield replace(image, uid=uid_of(uid, image.uid, image.id))
        for annotation in project.annotations_of_images([one.image_id for one in self.dealt]):
            yield replace(annotation, uid=uid_of(uid, annotation.uid, annotation.id))
        yield from (variant for variant in project.variants if variant.image_id in chosen)
        progress(Progress(f"Writing the part of {self.annotator}", len(self.dealt), len(self.dealt)))

    def _images(self) -> Iterator[ImageEntry]:
        for start in range(0, len(self.dealt), PAGE):
            page = [one.image_id for one in self.dealt[start : start + PAGE]]
            found = self.project.images_by_id(page)
            yield from (found[number] for number in page if number in found)

    def _files(self, progress: ProgressSink, cancel: CancelToken) -> Iterator[tuple[Path, str]]:
        """Each picture's file that is there, and its name below the part's folder."""
        for done, image in enumerate(self._images()):
            if done % REPORT_EVERY == 0:
                cancel.raise_if_cancelled()
                progress(Progress(f"Pictures of {self.annotator}", done, len(self.dealt)))
            try:
                path = self.project.image_path(image)
            except ProjectError:
                self.missing.append(image.path)
                continue
            if is_file(path):
                yield path, f"{self._names[image.root_id]}/{image.path}"
            else:
                self.missing.append(image.path)
        progress(Progress(f"Pictures of {self.annotator}", len(self.dealt), len(self.dealt)))

    def _bring_pictures(self, progress: ProgressSink, cancel: CancelToken) -> None:
        for source, name in self._files(progress, cancel):
            target = self.folder / name
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._place(source, target)
            except OSError as error:
                if not is_file(source):
                    self.missing.append(name)
                    continue
                raise output_error(target, error) from error

    def _place(self, source: Path, target: Path) -> None:
        if self.options.pictures is PartPictures.LINK:
            with contextlib.suppress(OSError):  # another disk: a copy is what still opens anywhere
                target.hardlink_to(source.resolve())
                return
        shutil.copyfile(source, target)

    def _pack(self, path: Path, progress: ProgressSink, cancel: CancelToken) -> Path:
        """One zip file in the place of the folder; pictures are compressed already."""
        self.packed = self.folder.with_name(f"{self.folder.name}{PACKED_SUFFIX}")
        with (
            atomic_path(self.packed) as draft,
            zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED, strict_timestamps=False) as packed,
        ):
            packed.write(path, f"{self.folder.name}/{path.name}", zipfile.ZIP_DEFLATED)
            if self.options.pictures is not PartPictures.NONE:
                for source, name in self._files(progress, cancel):
                    try:
                        packed.write(source, f"{self.folder.name}/{name}")
                    except OSError:
                        self.missing.append(name)
        shutil.rmtree(self.folder)
        return self.packed


def _remove(part: _Part) -> None:
    """Take away what was written of a split that did not come to its end."""
    shutil.rmtree(part.folder, ignore_errors=True)
    if part.packed is not None:
        with contextlib.suppress(OSError):
            part.packed.unlink(missing_ok=True)
