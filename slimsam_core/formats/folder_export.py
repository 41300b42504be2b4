"""Folders of annotation files: written aside, read back, compared, then put in place without harm to others.

Only a file that is still as an earlier export left it is ever replaced or removed; see ``earlier_export``.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from slimsam_core.annotation import Annotation
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.atomic import output_error
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listed_pictures import note
from slimsam_core.files.listing import exists, is_file, is_folder
from slimsam_core.files.telling_apart import tells_names_apart
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.formats.context import ReadContext, clean_text, warning
from slimsam_core.formats.earlier_export import EarlierExport, digest, digest_of, digest_of_link
from slimsam_core.formats.last_copies import sparing_last_copies
from slimsam_core.formats.names import check_lengths, collision_key, safe_relative
from slimsam_core.formats.pictures import KnownPictures
from slimsam_core.formats.records import STORED_ROTATED, Dataset, ImageRecord, Severity, by_image
from slimsam_core.formats.registry import FormatReader, Placement, WriteOptions
from slimsam_core.formats.report import ExportReport, IssueLog, LossKind, LossLog
from slimsam_core.formats.spool import Spool
from slimsam_core.pixels.mask import iou
from slimsam_core.progress import Progress
from slimsam_core.sentences import mark

REPORT_EVERY = 200
_CLAIMED = ".claimed/"
"""In front of names that are kept free and are no file."""


LACKING: Mapping[str, tuple[str, str]] = {
    "missing-image": (
        mark("is not there, so the export lacks it"),
        mark("is not there; its copy in the earlier export stays"),
    ),
    "unreadable-image": (
        mark("may not be read, so the export lacks it"),
        mark("may not be read; its copy in the earlier export stays"),
    ),
}
"""Why a picture did not come along: without a copy in an earlier export, with one."""


@dataclass(kw_only=True)
class Staging:
    """The folder that an export is written to first, and what could not be written."""

    folder: Path
    digests: dict[str, str] = field(default_factory=dict)
    omitted: dict[int, LossKind] = field(default_factory=dict)
    """Ids of objects that the format cannot hold -> what happens to them, e.g. ``vanish under others``."""
    issues: IssueLog = field(default_factory=IssueLog)
    elsewhere: dict[str, Path] = field(default_factory=dict)
    """Pictures that do not come along, by their names."""
    copies: set[str] = field(default_factory=set)
    """The files that are copies of pictures."""
    lacking: dict[str, tuple[str, ImageRecord]] = field(default_factory=dict)
    """Copies that should have been made and could not -> code of the reason, the picture."""
    _names: dict[str, str] = field(default_factory=dict)
    """Key of a name -> the first name with it; see ``collision_key``."""
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._tells_apart = tells_names_apart(self.folder)

    def write(self, name: str, data: bytes) -> None:
        """One file; ``name`` is POSIX below the target. Raises OutputError when two files would be one."""
        self._reserve(name)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.digests[name] = digest(data)

    @contextlib.contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        """One file that is written piece by piece. Raises OutputError when two files would be one."""
        self._reserve(name)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            yield file
        self.digests[name] = digest_of(path)

    def place(self, name: str, image: ImageRecord, options: WriteOptions, default: Placement) -> None:
        """The picture itself under ``name``, as a copy or a link; missing pictures are told, not refused."""
        if image.exif_orientation != 1:
            self.warn("exif", image.file_name, STORED_ROTATED)
        how = options.pictures or default
        if options.picture_path is None or how is Placement.NONE:
            return
        source = options.picture_path(image)
        if how is Placement.LIST:
            if source is not None:
                self.elsewhere[image.file_name] = source.absolute()
            return
        if source is None or not is_file(source):
            self.lacking[name] = ("missing-image", image)
            return
        if how is Placement.COPY and not _is_readable(source):
            self.lacking[name] = ("unreadable-image", image)
            return
        self._reserve(name)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if how is Placement.COPY:
            shutil.copyfile(source, path)
        else:
            _link(path, source.absolute())
        if path.is_symlink():
            self.digests[name] = digest_of_link(path)
        else:  # a second name of the file is as good as a copy: it stays when the first one goes
            self.digests[name] = digest_of(path)
            self.copies.add(name)

    def with_pixels(self, objects: tuple[Annotation, ...]) -> list[Annotation]:
        """The objects that have pixels; the others are noted as omitted."""
        self.omitted |= {a.id: LossKind.NO_PIXELS for a in objects if not a.mask.area}
        return [annotation for annotation in objects if annotation.id not in self.omitted]

    def omit_hidden(self, objects: list[Annotation], visible: list[Annotation]) -> None:
        """Note the objects that are not among the visible ones as omitted."""
        shown = {annotation.id for annotation in visible}
        self.omitted |= {a.id: LossKind.HIDDEN for a in objects if a.id not in shown}

    def warn(self, code: str, where: str, message: str) -> None:
        """Something to tell that is not a loss of pixels."""
        self.issues.add(warning(code, where, message))

    def tell_lacking(self, there: Collection[str]) -> None:
        """Warn of pictures that could not come along; ``there``: their copies in an earlier export."""
        for name, (code, image) in self.lacking.items():
            self.warn(code, image.file_name, LACKING[code][name in there])

    def claim(self, name: str) -> None:
        """Keep a name that is no file. Raises OutputError when it is taken."""
        self._reserve(f"{_CLAIMED}{name}")

    def _reserve(self, name: str) -> None:
        try:
            safe_relative(name)
        except FormatError as error:
            raise OutputError(
                "The export was refused: {words}.", "Rename the picture.", words=error.message
            ) from error
        check_lengths(name)
        first = self._names.setdefault(collision_key(name), name)
        if name in self._taken or (first != name and not self._tells_apart):
            raise OutputError(
                "The export was refused: two pictures would share the file {name}.",
                "This format names a file after its picture without the extension: rename one of them.",
                name=name.removeprefix(_CLAIMED),
            )
        self._taken.add(name)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What reading back must find."""

    read: FormatReader
    exact: bool
    """Whether every pixel of every object must come back; else differences are reported as losses."""
    loss: LossKind = LossKind.OUTLINE
    """What a difference is called."""
    classes: bool = True
    """Whether the format knows classes."""
    empty_pictures: bool = True
    """Whether the format can say that a picture has no object."""


def _check_classes(dataset: Dataset) -> None:
    """Readers leave control characters out, so that a class would come back as another one."""
    for category in dataset.meta.categories:
        if clean_text(category.name) != category.name:
            raise OutputError(
                "The export was refused: the class name {name!r} has control characters.",
                "Rename the class.",
                name=category.name,
            )


def export_folder(
    dataset: Dataset,
    target: Path,
    fill: Callable[[Staging], None],
    rules: Rules,
    options: WriteOptions,
) -> ExportReport:
    """Run ``fill``, read its files back, compare object by object, and move them into ``target``.

    Raises OutputError when the file system refuses, when a file in the way is not ours, or when an object
    comes back different though the format can say it; nothing was changed at ``target`` then.
    """
    if exists(target) and not is_folder(target):
        raise OutputError(
            "{target} is a file.", "This format is a folder of files: choose a folder.", target=target
        )
    if rules.classes:
        _check_classes(dataset)
    with _os_errors(target), temporary_folder(beside=target) as folder:
        staging = Staging(folder=folder)
        fill(staging)
        earlier = EarlierExport(target)
        earlier.check_free(staging.digests)
        losses, lost_iou, objects = _compare(dataset, staging, rules, options)
        options.cancel.raise_if_cancelled()
        folders = tuple(path.absolute() for path in options.picture_folders)
        known = {n: f for n, f in staging.elsewhere.items() if any(f.is_relative_to(p) for p in folders)}
        pictures = note(known, folders)
        left = earlier.replace_by(
            folder,
            staging.digests,
            remove=options.overwrite,
            pictures=pictures,
            copies=staging.copies | staging.lacking.keys(),
            spare=sparing_last_copies(folders),
        )
        staging.tell_lacking((*left.copies, *left.earlier, *left.changed))
        for code, message in left.told():
            staging.warn(code, str(target), message)
    return ExportReport(
        target=target,
        objects=objects,
        images=dataset.count_images(),
        iou=1.0 - lost_iou / objects if objects else 1.0,
        losses=losses.losses(),
        warnings=tuple(staging.issues.examples),
        warning_count=staging.issues.count(),
        readers=("slimsam",),
    )


def each_picture(
    dataset: Dataset, options: WriteOptions, stage: str
) -> Iterator[tuple[ImageRecord, tuple[Annotation, ...]]]:
    """Each picture with its objects; reports progress, and stops when the user cancelled."""
    total = dataset.count_images()
    for done, pair in enumerate(by_image(dataset)):
        if done % REPORT_EVERY == 0:
            options.cancel.raise_if_cancelled()
            options.progress(Progress(stage, done, total))
        yield pair


def _compare(
    dataset: Dataset, staging: Staging, rules: Rules, options: WriteOptions
) -> tuple[LossLog, float, int]:
    losses, lost_iou, objects = LossLog(), 0.0, 0
    names = {category.id: category.name for category in dataset.meta.categories}
    context = ReadContext(pictures=KnownPictures(dataset.images()), cancel=options.cancel)
    total = dataset.count_images()
    with Spool() as spool:
        for issue in spool.fill(rules.read(staging.folder, context)):
            if issue.severity is Severity.ERROR:
                raise _different(str(issue))
        found_names = {category.id: category.name for category in spool.meta.categories}
        for image, own in each_picture(dataset, options, "Reading back"):
            objects += len(own)
            for annotation in own:
                if annotation.id in staging.omitted:
                    losses.add(
                        staging.omitted[annotation.id], 0.0, f"{image.file_name}: object {annotation.id}"
                    )
                    lost_iou += 1.0
            written = [annotation for annotation in own if annotation.id not in staging.omitted]
            if not written and not rules.empty_pictures:
                continue
            for annotation, found in zip(written, _found(spool, image, len(written)), strict=True):
                where = f"{image.file_name}: object {annotation.id}"
                if rules.classes and found_names[found.category_id] != names[annotation.category_id]:
                    raise _different(f"{where} has another class")
                if annotation.iscrowd and not found.iscrowd:
                    losses.add(LossKind.CROWD, 1.0, where)
                if found.mask == annotation.mask:
                    continue
                if rules.exact or found.mask.size != annotation.mask.size:
                    raise _different(f"{where} has other pixels")
                left = iou(found.mask, annotation.mask)
                losses.add(rules.loss, left, where)
                lost_iou += 1.0 - left
        options.progress(Progress("Reading back", total, total))
    return losses, lost_iou, objects


def _found(spool: Spool, image: ImageRecord, expected: int) -> tuple[Annotation, ...]:
    record = spool.image_named(image.file_name)
    if record is None:
        raise _different(f"{image.file_name} is missing")
    found = spool.annotations_of(record.id)
    if len(found) != expected:
        raise _different(f"{image.file_name} has {len(found)} objects instead of {expected}")
    return found


def _link(path: Path, source: Path) -> None:
    """A symbolic link, or where the system has none for us, a second name of the same file."""
    try:
        path.symlink_to(source)
    except OSError:
        try:
            path.hardlink_to(source)
        except OSError as error:
            raise OutputError(
                "{source} cannot be linked to: {strerror}.",
                "Choose copies of the pictures.",
                source=source,
                strerror=error.strerror or error,
            ) from error


def _is_readable(path: Path) -> bool:
    try:
        with open_regular(path):
            return True
    except PermissionError:
        return False


@contextlib.contextmanager
def _os_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise output_error(target, error) from error


def _different(reason: str) -> OutputError:
    return OutputError(
        "The export was refused because reading it back went wrong: {reason}.",
        "Nothing was written. This is a fault of the program: please report it.",
        reason=reason,
    )
