"""What the choices of an export mean for whoever opens it."""

from __future__ import annotations

from slimsam_app.i18n import tr
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import Placement


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
