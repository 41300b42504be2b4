"""What the choices of an export mean for whoever opens it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_app.figures import file_size, moment
from slimsam_app.i18n import counted, tr
from slimsam_core.files.listing import exists
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import Placement

if TYPE_CHECKING:
    from slimsam_core.formats.selected import Selected


def amount_words(found: Selected | None, format_title: str, place: str) -> str:
    """What will be written, in one sentence; ``found`` is None while it is being counted."""
    if found is None:
        return tr("Writes {format} {place}; being counted …").format(format=format_title, place=place)
    return tr("Writes {objects} of {classes} on {images} as {format} {place}.").format(
        objects=counted(tr("1 object"), tr("{count} objects"), found.objects),
        classes=counted(tr("1 class"), tr("{count} classes"), found.classes),
        images=counted(tr("1 image"), tr("{count} images"), found.images),
        format=format_title,
        place=place,
    )


def alike_words(found: Selected | None, format_title: str) -> str:
    """Which pictures would share a file, and what helps; empty when none would."""
    if found is None or not found.alike:
        return ""
    first, second = found.alike[0]
    words = tr(
        "{first} and {second} would share a file, which {format} names without the ending of the image."
    )
    told = [words.format(first=first, second=second, format=format_title)]
    if more := len(found.alike) - 1:
        told.append(counted(tr("So would 1 more pair."), tr("So would {count} more pairs."), more))
    told.append(tr("Rename one of the two, or choose a format of one file, such as COCO."))
    return " ".join(told)


def place_words(files: list[Path], folder: bool, earlier: bool) -> str:
    """Where it goes, for the middle of a sentence; ``earlier``: an export that is there gives way to it."""
    if folder:
        new = tr("into the new folder {path}")
        old = tr("into the folder {path}, where everything else stays")
        old = tr("into the folder {path} in place of the earlier export") if earlier else old
        return (old if exists(files[0]) else new).format(path=files[0])
    if len(files) == 1:
        return tr("to {path}").format(path=files[0])
    names = ", ".join(file.name for file in files)
    return tr("to {names} in {path}").format(names=names, path=files[0].parent)


def left_open_words(count: int) -> str:
    """What is no object yet in ``count`` images, and in no export; empty when there is nothing."""
    one = tr("What is open in 1 image was not accepted: it is not written.")
    many = tr("What is open in {count} images was not accepted: it is not written.")
    return counted(one, many, count) if count else ""


def masks_words(masks: CocoMasks) -> str:
    """A sentence."""
    if masks is CocoMasks.RLE:
        return tr("Every pixel is kept. Programs that read polygons only cannot read it.")
    if masks is CocoMasks.POLYGONS:
        return tr("Every program reads it. Holes are filled; the report counts what changed.")
    return tr("Every pixel is kept. Programs that read polygons only stop at objects with holes.")


def placement_words(placement: Placement) -> str:
    """A sentence."""
    if placement is Placement.COPY:
        return tr("The folder is complete: it works wherever it is moved, and takes the space of the images.")
    if placement is Placement.LINK:
        return tr("Takes no space and works on this computer, as long as the images stay where they are.")
    if placement is Placement.LIST:
        return tr("The files say where the images lie; they must stay there.")
    return tr("Only the annotations are written: put the images beside them before they are opened.")


def existing_words(files: list[Path]) -> str:
    """What is there already and would be replaced; empty when there is nothing."""
    if not files:
        return ""
    told = []
    for file in files:
        try:
            found = file.stat()
        except OSError:  # it went meanwhile
            continue
        when = moment(datetime.fromtimestamp(found.st_mtime))
        told.append(f"{file.name} ({file_size(found.st_size)}, {when})")
    one, many = tr("There is already {names}."), tr("There are already {names}.")
    return (one if len(told) == 1 else many).format(names=", ".join(told))
