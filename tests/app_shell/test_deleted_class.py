"""After a class was deleted its neighbour is chosen, in the editor and for new objects."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_context_menus import LEFT, row_place

NAMES = ("ant", "bee", "cow", "dog")


@pytest.mark.parametrize(("row", "follows"), [(0, "bee"), (2, "dog"), (3, "cow")])
def test_the_next_class_is_chosen(opened: MainWindow, row: int, follows: str) -> None:
    workbench = opened.workbench
    for name in NAMES:
        workbench.classes.add(name)
    workbench.objects.choose_category(workbench.document.categories()[row].id)
    opened.actions_["class.edit"].trigger()
    (editor,) = opened.findChildren(ClassEditor)
    QTest.mouseClick(editor.view.viewport(), LEFT, pos=row_place(editor.view, row))
    delete = next(b for b in editor.findChildren(QPushButton) if b.text() == "Delete class…")
    QTest.mouseClick(delete, LEFT)
    assert [c.name for c in workbench.document.categories()] == [n for n in NAMES if n != NAMES[row]]
    assert editor.name.text() == follows
    chosen = workbench.document.category(workbench.objects.category_id)
    assert chosen is not None
    assert chosen.name == follows
    editor.close()
