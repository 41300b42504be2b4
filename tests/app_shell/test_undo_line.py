"""The line about what was done has an *Undo* as long as that takes back this very thing."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_labelling import add_object


def offers(window: MainWindow) -> list[str]:
    found = window.findChildren(QPushButton, "bannerOffer")
    return [button.text() for button in found if button.isVisible()]


def relabelled(window: MainWindow) -> None:
    """An object that has just been given another class, which the line tells."""
    add_object(window, 5)
    first = window.workbench.document.annotations(window.workbench.navigator.current_id or 0)[0]
    category = window.workbench.classes.add("cat", choose=False)
    assert category is not None
    window.workbench.objects.set_category_of((first.id,), category.id)
    assert offers(window) == ["Undo"]


def test_it_takes_back_what_it_tells(opened: MainWindow) -> None:
    relabelled(opened)
    (undo,) = (b for b in opened.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    undo.click()
    image_id = opened.workbench.navigator.current_id or 0
    (first,) = opened.workbench.document.annotations(image_id)
    category = opened.workbench.document.category(first.category_id)
    assert category is not None
    assert category.name != "cat"


def test_it_goes_when_something_else_was_done(opened: MainWindow) -> None:
    relabelled(opened)
    opened.actions_["image.done"].trigger()
    assert offers(opened) == [], "it would take back the state of the picture"
