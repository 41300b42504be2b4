"""What readers of one annotation file a picture share: listing, finding the picture, ids, classes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.annotation import Annotation, Category, DrawnShape, Provenance, imported_from
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.containment import is_entry_below, lies_in
from slimsam_core.files.listing import files_below, is_file, is_folder
from slimsam_core.formats.context import ReadContext, clean_text, fitting, reason, settled, warning
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.json_stream import is_id, plain_id
from slimsam_core.formats.pictures import FolderPictures, Pictures
from slimsam_core.formats.records import ImageRecord, Issue, Record, Severity
from slimsam_core.formats.report import UNREADABLE
from slimsam_core.formats.shapes import turn_upright
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.sentences import sentence


def annotation_files(source: Path, suffix: str) -> list[Path]:
    """The file itself, or all files with this suffix below a folder, sorted; links and hidden files not.

    Raises FormatError when there is none.
    """
    if is_file(source):
        return [source]
    files = [path for path in _visible_files(source, suffix) if not _is_link(source, path)]
    if not files:
        raise FormatError(
            "{source} holds no {suffix} file.",
            "Choose another folder or another format.",
            source=source,
            suffix=suffix,
        )
    return files


def left_out_links(source: Path, suffix: str) -> Iterator[Issue]:
    """What ``annotation_files`` leaves out: links, which could lead to any file of the machine."""
    for path in _visible_files(source, suffix):
        if _is_link(source, path):
            where = path.relative_to(source).as_posix()
            yield Issue(
                severity=Severity.ERROR,
                code="link",
                where=where,
                message="is a link and was not followed; copy the file",
            )


def _visible_files(source: Path, suffix: str) -> list[Path]:
    found = sorted(files_below(source, suffix))
    return [p for p in found if not any(part.startswith(".") for part in p.relative_to(source).parts)]


def _is_link(source: Path, path: Path) -> bool:
    return path.is_symlink() or not lies_in(source, path)


@dataclass(frozen=True)
class OpenedPicture:
    """A picture that objects belong to; ``size`` is as their file says, ``turn`` the EXIF turn they lack."""

    id: int
    size: Size
    turn: int


class PerImage:
    """One run over the files of a folder."""

    def __init__(self, source: Path, context: ReadContext, format_name: str) -> None:
        context.looking_into(source)
        self.context, self.source = context, source
        self._source_name = imported_from(format_name)
        self._base = source if is_folder(source) else source.parent
        self._opened: dict[str, OpenedPicture] = {}
        self._picture_ids: dict[int, None] = {}
        self._class_ids: dict[int, None] = {}
        self._names: dict[str, str] = {}
        self._current: dict[Named, OpenedPicture] = {}
        self._classes: dict[str, int] = {}
        self._last_annotation = 0

    @property
    def places(self) -> tuple[Pictures, ...]:
        """Where pictures are looked for, one after the other; see ``Pictures.places``."""
        return self.context.pictures.places() if self.context.pictures is not None else ()

    def where(self, file: Path) -> str:
        """The file, relative to the source."""
        return file.relative_to(self._base).as_posix()

    def locate(self, file: Path, named: object, where: str) -> tuple[Named, Issue | None]:
        """The picture that ``file`` names, below the image root; a name that is none means the one beside.

        Raises FormatError when there is neither a name nor a picture of the same stem.
        """
        try:
            if not isinstance(named, str):
                raise FormatError("is not a file name", where=where)
            found = take_name(named, where, self._folder(file))
        except FormatError as error:
            beside = self._beside(file)
            if beside is None:
                raise
            return Named(beside, beside), warning(
                "path", where, "{error}; taken as {beside}", error=reason(error), beside=beside
            )
        if found.issue is not None and self._leads_to(file, named, found.path):
            found = replace(found, issue=None)
        if self.context.pictures is None and not is_file(file.parent / PurePosixPath(found.path).name):
            beside = self._beside(file)
            if beside is not None:
                message = sentence("{path} is not there; taken as {beside}", path=found.path, beside=beside)
                return Named(beside, beside), warning("moved-image", where, message)
        return found, found.issue

    def _leads_to(self, file: Path, said: str, name: str) -> bool:
        """Whether what ``file`` says, from where it lies, is the picture ``name`` below the image root."""
        pictures = self.context.pictures
        if not isinstance(pictures, FolderPictures):
            return False
        try:
            return os.path.normpath(file.parent.absolute() / said) == str(pictures.path(name).absolute())
        except (ImageReadError, FormatError, ValueError):
            return False

    def _beside(self, file: Path) -> str | None:
        """The picture with the stem of ``file``, at its place below the image root."""
        stem = self.stem(file)
        if self.context.pictures is not None:
            found = self.context.pictures.with_stem(stem)
            return found[0] if len(found) == 1 else None
        for suffix in sorted(IMAGE_SUFFIXES):
            for path in (file.with_suffix(suffix), file.with_suffix(suffix.upper())):
                if is_file(path):
                    return f"{stem}{path.suffix}"
        return None

    def stem(self, file: Path) -> str:
        """The place of ``file`` below the image root, without its extension."""
        return (PurePosixPath(self._folder(file)) / file.stem).as_posix()

    def _folder(self, file: Path) -> str:
        """The folder of ``file`` below the image root, or below the source when it is not in the root."""
        roots = self.context.pictures.roots if isinstance(self.context.pictures, FolderPictures) else ()
        for root in roots:
            if is_entry_below(root, file):
                return file.parent.resolve().relative_to(root.resolve()).as_posix()
        return file.parent.relative_to(self._base).as_posix()

    def name_of_stem(self, stem: str, where: str) -> tuple[Named, Issue | None]:
        """The picture that is ``stem`` and an extension. Raises FormatError when several are."""
        found = self.context.pictures.with_stem(stem) if self.context.pictures is not None else ()
        if len(found) > 1:
            message = sentence(
                "{value} share this file; it cannot be told whose it is", value=" and ".join(found)
            )
            raise FormatError(message, where=where)
        if found:
            return Named(found[0], found[0]), None
        guess = f"{stem}.png"
        return Named(guess, guess), warning(
            "missing-image",
            where,
            "no picture {stem}.* is known; it is taken as {guess}",
            stem=stem,
            guess=guess,
        )

    def first_known(self, *names: Named) -> Named:
        """The first of some names that is a picture, else the first."""
        for pictures in self.places:
            for name in names:
                with contextlib.suppress(FormatError):
                    if pictures.has(name.path):
                        return name
        return names[0]

    def open(
        self,
        image: ImageRecord | None,
        named: Named,
        size: Size | None,
        where: str,
        stem: str = "",
        *,
        number: object = None,
    ) -> Iterator[Record]:
        """Yield the picture and findings; ``opened(named)`` is then where its objects go.

        ``image`` has the fields that the file gives besides name and size; ``number`` is the file's id, kept
        when it can be; ``stem`` is the place of the annotation file, which tells the picture when the name
        does not. Raises FormatError when the size is in neither file nor picture, or contradicts it.
        """
        found = self.context.picture(named, where, stem)
        if found.facts is None and size is None:
            beside = self.context.beside(self._base, named, where, stem)
            found = beside if beside.facts else found
        found = fitting(found, named, size, where)
        if found.issue:
            yield found.issue
        turn, orientation, written = 1, 1, size
        if found.facts:
            orientation = found.facts.exif_orientation
            size, turn, issue = settled(size or found.facts.size, found.facts, where)
            if issue:
                yield issue
        if size is None:
            raise FormatError(
                "the size of the picture is not known", "Give the folder of the pictures.", where
            )
        if turn == 1:
            written = size
        assert written is not None
        known = self._opened.get(found.file_name)
        if known is not None:
            yield self._met_again(found.file_name, named, known, written, where)
        else:
            known = OpenedPicture(free_id(number, self._picture_ids), written, turn)
            blank = image or ImageRecord(id=1, file_name=found.file_name, size=size)
            yield replace(
                blank,
                id=known.id,
                file_name=found.file_name,
                size=size,
                exif_orientation=orientation if orientation != 1 else blank.exif_orientation,
            )
            self._names[found.file_name] = named.path
        self._opened[found.file_name] = known
        self._current[named] = known

    def _met_again(
        self, file_name: str, named: Named, known: OpenedPicture, written: Size, where: str
    ) -> Issue:
        """What is said of a picture that was opened before. Raises FormatError when both cannot be true."""
        other = self._names[file_name]
        if other != named.path:
            raise FormatError(
                "{file_name} would be the picture of {other} and of {name}",
                where=where, file_name=file_name, other=other, name=named.path,
            )  # fmt: skip
        if known.size != written:
            raise FormatError(
                "{file_name} is described before with another size", where=where, file_name=file_name
            )
        text = "{file_name} is described twice; objects were joined"
        return warning("colliding-image", where, text, file_name=file_name)

    def opened(self, named: Named) -> OpenedPicture:
        """The picture that ``open`` yielded for this name."""
        return self._current[named]

    def category(self, name: str, *, number: object = None, **fields: Any) -> Iterator[Category]:
        """Yield the class when it is a new one; ``category_id`` then knows it.

        It keeps ``number``, the id that the file gives it, when it can.
        """
        name = clean_text(name).strip() or "unnamed"
        if name not in self._classes:
            self._classes[name] = free_id(number, self._class_ids)
            yield Category(id=self._classes[name], name=name, **fields)

    def category_id(self, name: str) -> int:
        """The id of a class that ``category`` met."""
        return self._classes[clean_text(name).strip() or "unnamed"]

    def annotation(
        self,
        opened: OpenedPicture,
        class_name: str,
        mask: Rle,
        drawn: DrawnShape | None = None,
        **fields: Any,
    ) -> Annotation:
        """A new object of a picture, turned upright where needed."""
        if opened.turn != 1:
            mask, drawn = turn_upright(mask, drawn, opened.turn)
        self._last_annotation += 1
        fields.setdefault("provenance", Provenance(source=self._source_name))
        return Annotation(
            id=self._last_annotation,
            image_id=opened.id,
            category_id=self.category_id(class_name),
            mask=mask,
            drawn=drawn,
            **fields,
        )


def free_id(wanted: object, taken: dict[int, None]) -> int:
    """``wanted`` when it is an id that is not taken, else one above the last that was; takes it."""
    number = plain_id(wanted)
    if not is_id(number) or not isinstance(number, int) or number in taken:
        number = next(reversed(taken), 0) + 1
        while number in taken:
            number += 1
    taken[number] = None
    return number


def file_error(error: FormatError) -> Issue:
    """A file that could not be used at all."""
    return Issue(
        severity=Severity.ERROR,
        code=UNREADABLE,
        where=error.where,
        message=f"{reason(error)} {error.hint}".strip(),
    )


def each_file(
    run: PerImage,
    suffix: str,
    is_ours: Callable[[Path], bool],
    foreign: str,
    read: Callable[[Path, str], Iterator[Record]],
) -> Iterator[Record]:
    """What ``read`` yields for a file and its place, or for every file below a folder; errors become issues.

    ``foreign``: what is said of a file in a folder that is of another format. Raises FormatError without any.
    """
    yield from left_out_links(run.source, suffix)
    for file in annotation_files(run.source, suffix):
        where = run.where(file)
        if is_folder(run.source) and not is_ours(file):
            yield warning("other-file", where, foreign)
            continue
        try:
            yield from read(file, where)
        except FormatError as error:
            yield file_error(error)
