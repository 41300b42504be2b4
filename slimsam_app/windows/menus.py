"""Menus and tool bars, laid out from the action table."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from slimsam_app.actions import ACTIONS, BY_ID, MENUS, TOP_BAR
from slimsam_app.i18n import tr
from slimsam_app.windows.action_set import ActionSet

BREAK_BEFORE = frozenset(
    {
        "file.save", "file.import", "file.close", "file.quit", "edit.copy", "edit.settings", "view.zoom_in",
        "view.toggle_all", "view.panels", "image.next_unfinished", "image.first", "image.done",
        "image.remove", "image.statistics", "image.prepare", "proposal.find", "mask.from_boxes",
        "object.hide", "object.group", "object.same_thing", "object.raise",
        "prompt.accept", "class.new", "tool.polygon", "tool.brush", "tool.pan", "tool.smaller",
        "model.compare", "project.split", "project.differences", "review.approve", "help.guide",
    }
)  # fmt: skip
"""Actions that a line stands above in their menu."""


_MORE = "qt_toolbar_ext_button"
"""Qt's own button for what finds no room; the style sheet makes it visible."""
_ICON_PX, _WORDED_ICON_PX = 22, 18
"""Of a tool; with a word below all tools find room in a window that is 720 pixels high."""


def build_menus(window: QMainWindow, actions: ActionSet) -> dict[str, QMenu]:
    """Fill the menu bar; returns the menus by their (untranslated) title."""
    menus: dict[str, QMenu] = {}
    for title in MENUS:
        menus[title] = window.menuBar().addMenu(tr(title))
        menus[title].setToolTipsVisible(True)
        menus[title].setObjectName(f"menu_{title.replace('&', '').lower()}")
    for entry in ACTIONS:
        if entry.menu:
            if entry.id in BREAK_BEFORE:
                menus[entry.menu].addSeparator()
            menus[entry.menu].addAction(actions[entry.id])
    return menus


def build_top_bar(window: QMainWindow, actions: ActionSet) -> QToolBar:
    """The bar above the picture."""
    bar = _bar(window, "topBar", tr("Main tool bar"), 20)
    for action_id in TOP_BAR:
        if action_id:
            bar.addAction(actions[action_id])
        else:
            bar.addSeparator()
    spacer = QWidget(bar)
    spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.insertWidget(actions["image.done"], spacer)
    for action_id in ("image.done", "file.export"):
        _show_text(bar, actions, action_id)
    _reach_by_keys(bar)
    window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
    return bar


def build_tool_bar(window: QMainWindow, actions: ActionSet, tool_ids: Iterable[str]) -> QToolBar:
    """The tools, left of the picture; ids that the action table does not know are left out."""
    bar = _bar(window, "toolBar", tr("Tools"), _ICON_PX)
    for tool_id in tool_ids:
        action_id = f"tool.{tool_id}"
        if action_id in BY_ID:
            if action_id in BREAK_BEFORE:
                bar.addSeparator()
            bar.addAction(actions[action_id])
    _reach_by_keys(bar)
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
    return bar


def show_words(bar: QToolBar, wanted: bool) -> None:
    """Write the name of each tool under its icon, or leave it to the tip."""
    style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if wanted else Qt.ToolButtonStyle.ToolButtonIconOnly
    bar.setToolButtonStyle(style)
    side = _WORDED_ICON_PX if wanted else _ICON_PX
    bar.setIconSize(QSize(side, side))
    bar.setProperty("words", wanted)  # the style sheet has smaller letters for it
    for widget in (bar, *bar.findChildren(QToolButton)):
        bar.style().unpolish(widget)
        bar.style().polish(widget)


def _reach_by_keys(bar: QToolBar) -> None:
    """Qt leaves the buttons of tool bars out of the way of Tab."""
    for button in bar.findChildren(QToolButton):
        if button.defaultAction() is not None:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def _bar(window: QMainWindow, name: str, title: str, icon_size: int) -> QToolBar:
    bar = QToolBar(title, window)
    bar.setObjectName(name)
    bar.setMovable(False)
    bar.setIconSize(QSize(icon_size, icon_size))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    more = bar.findChild(QToolButton, _MORE)
    if more is not None:
        more.setToolTip(tr("More: what finds no room in the bar"))
        more.setAccessibleName(tr("More: what finds no room in the bar"))
    return bar


def _show_text(bar: QToolBar, actions: ActionSet, action_id: str) -> None:
    button = bar.widgetForAction(actions[action_id])
    if isinstance(button, QToolButton):
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setObjectName(f"button_{action_id}")
