"""Whoever hears the window instead of seeing it: everything that takes the focus has a name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMenuBar, QTabBar, QWidget

from slimsam_app.sessions.proposal_table import FoundProposals
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Provenance
from slimsam_core.labelling.drafts import Proposal
from tests.app_shell.test_labelling import add_object

OPENS = (
    "image.statistics", "help.keys", "help.palette", "help.about", "edit.settings",
    "edit.history", "class.edit", "file.export", "model.manage", "object.edit", "mask.simplify",
    "view.adjust", "model.compare",
)  # fmt: skip


def nameless(root: QWidget) -> list[str]:
    """Widgets of ``root`` that take the focus and tell no name."""
    return [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in (root, *root.findChildren(QWidget))
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(widget, QMenu | QMenuBar)
        and not (isinstance(widget, QTabBar) and not widget.count())  # its name is that of its tab
        and widget.objectName() != "qt_spinbox_lineedit"  # the box around it has the name
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]


def test_the_welcome_page(window: MainWindow) -> None:
    assert nameless(window) == []


def test_the_window_with_a_picture(opened: MainWindow) -> None:
    add_object(opened)
    assert nameless(opened) == []


def test_the_window_with_proposals_work_in_the_background_and_a_comparison(opened: MainWindow) -> None:
    add_object(opened)
    mask = opened.workbench.objects.objects[0].mask
    image_id = opened.workbench.navigator.current_id
    assert image_id is not None
    found = FoundProposals(
        image_id,
        (Proposal(id=1, mask=mask, provenance=Provenance(source="everything", predicted_iou=0.9)),),
        0,
    )
    opened.prompting.everything._take(found, ())
    opened.workbench.preparation.start()
    for widget in (opened.proposals_dock, opened.spare_bar, opened.compare_bar):
        widget.show()
    assert nameless(opened) == []
    opened.prompting.client.spare.cancel()


@pytest.mark.parametrize("action_id", OPENS)
def test_what_an_action_opens(opened: MainWindow, action_id: str) -> None:
    add_object(opened)
    before = set(QApplication.topLevelWidgets())
    opened.actions_[action_id].trigger()
    shown = [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]
    shown += [dialog for dialog in opened.findChildren(QDialog) if dialog.isVisible()]
    assert shown, "nothing was opened"
    try:
        assert [name for widget in shown for name in nameless(widget)] == []
    finally:
        for widget in shown:
            widget.close()
