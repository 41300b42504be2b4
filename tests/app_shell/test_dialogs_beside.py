"""Dialogs about something on the picture open beside it: what they are about stays to be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtWidgets import QDialog

from slimsam_app.intents.objects import NewObject
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Provenance
from slimsam_core.labelling.mask_edit import shape_mask
from tests.app_shell.test_masks import rectangle


def seen(window: MainWindow, part: QRectF) -> QRect:
    """Where a part of the picture is on the screen."""
    canvas = window.workspace.canvas
    found = canvas.mapFromScene(part).boundingRect() & canvas.viewport().rect()
    return QRect(canvas.viewport().mapToGlobal(found.topLeft()), found.size())


def opened_dialog(window: MainWindow) -> QRect:
    (dialog,) = (d for d in window.findChildren(QDialog) if d.isVisible())
    place = dialog.frameGeometry()
    dialog.close()
    return place


# where the middle of the window is, where dialogs open by themselves, and the lower edge beyond it
@pytest.mark.parametrize("share", [(0.2, 0.2, 0.8, 0.75), (0.1, 0.5, 0.9, 1.0)], ids=["middle", "lower half"])
@pytest.mark.parametrize("action_id", ["mask.simplify", "object.edit"])
def test_the_objects_of_a_dialog_are_not_covered(
    opened: MainWindow, action_id: str, share: tuple[float, float, float, float]
) -> None:
    opened.resize(1280, 800)
    workbench, size = opened.workbench, opened.workspace.canvas.layers.image_size
    image_id = workbench.navigator.current_id
    assert size is not None
    assert image_id is not None
    x0, y0, x1, y1 = (
        share[0] * size.width,
        share[1] * size.height,
        share[2] * size.width,
        share[3] * size.height,
    )
    mask = shape_mask(rectangle(x0, y0, x1, y1), size)
    workbench.objects.add(NewObject(mask=mask, provenance=Provenance()), image_id)
    workbench.objects.select((workbench.objects.objects[-1].id,))
    opened.actions_[action_id].trigger()
    place = opened_dialog(opened)
    assert opened.frameGeometry().contains(place)
    if action_id == "mask.simplify":  # the other one is too high for what is left beside these
        assert not place.intersects(seen(opened, QRectF(QPointF(x0, y0), QPointF(x1, y1))))


def test_the_place_of_a_note_is_not_covered(opened: MainWindow) -> None:
    opened.resize(1280, 800)
    canvas, size = opened.workspace.canvas, opened.workspace.canvas.layers.image_size
    assert size is not None
    for down in (0.5, 0.9):
        at = QPointF(size.width / 2, size.height * down)
        canvas.note_wanted.emit(at.x(), at.y())
        assert not opened_dialog(opened).contains(seen(opened, QRectF(at, at + QPointF(1, 1))).topLeft())
