"""Dialogs about a part of the picture open where they do not cover it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMargins, QRect, QRectF
from PySide6.QtWidgets import QDialog

from slimsam_app.canvas.view import CanvasView
from slimsam_app.clear_places import GAP_PX, clear_place
from slimsam_app.windows.on_screen import TITLE_PX


def part_with(canvas: CanvasView, annotation_ids: Iterable[int]) -> QRectF:
    """The part of the picture, in image pixels, that these objects cover."""
    part = QRectF()
    for annotation_id in annotation_ids:
        part |= canvas.layers.objects.outline_of(annotation_id).boundingRect()
    return part


def open_beside(dialog: QDialog, canvas: CanvasView, part: QRectF) -> None:
    """Open a dialog in its window where it hides nothing of a part of the picture, given in image pixels.

    Where the part leaves no room it goes to the lower edge. Some desktops (Wayland) place dialogs themselves.
    """
    window = canvas.window()
    size = dialog.sizeHint().expandedTo(dialog.minimumSizeHint()).grownBy(QMargins(0, TITLE_PX, 0, 0))
    dialog.move(clear_place(size, window.frameGeometry(), (_on_screen(canvas, part),), low=True))
    dialog.open()


def _on_screen(canvas: CanvasView, part: QRectF) -> QRect:
    """The part as it is seen, with a gap around it; empty when it is out of sight."""
    seen = canvas.mapFromScene(part).boundingRect() & canvas.viewport().rect()
    if part.isEmpty() or seen.isEmpty():
        return QRect()
    return seen.translated(canvas.viewport().mapToGlobal(seen.topLeft()) - seen.topLeft()).marginsAdded(
        QMargins(GAP_PX, GAP_PX, GAP_PX, GAP_PX)
    )
