"""What is seen, and nothing changes: the actions, each as a person triggers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from slimsam_app.canvas.style import ColorBy
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.view_popup import ViewPopup
from tests.app_shell.every_action.hands import (
    Check,
    Checks,
    Hands,
    every,
)
from tests.app_shell.test_grey_actions import told

CHECKS = Checks()


def _zooms_to(wanted: Callable[[MainWindow], float]) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        canvas = hands.window.workspace.canvas
        zoom = wanted(hands.window)
        canvas.set_zoom(7.0)
        hands.trigger()
        assert canvas.zoom == pytest.approx(zoom)

    return test


def _fitted(window: MainWindow) -> float:
    window.workspace.canvas.fit()
    return window.workspace.canvas.zoom


def _as_wide(window: MainWindow) -> float:
    window.workspace.canvas.fit_width()
    return window.workspace.canvas.zoom


CHECKS |= {
    "view.fit": _zooms_to(_fitted),
    "view.fit_width": _zooms_to(_as_wide),
    "view.actual": _zooms_to(lambda _: 1.0),
    "view.zoom_in": _zooms_to(lambda _: 7 * 1.25),
    "view.zoom_out": _zooms_to(lambda _: 7 * 0.8),
}


@CHECKS.of("view.adjust")
def _adjust(hands: Hands) -> None:
    hands.open()
    hands.opens(ViewPopup)


@CHECKS.of("view.toggle_all")
def _toggle_all(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert not hands.window.workspace.canvas.style_now.show_objects
    assert told(hands.window)[0] == ["All objects are hidden, new ones too."]
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.show_objects
    assert not told(hands.window)[0]
    hands.trigger()
    hands.window.workbench.document.close()
    assert hands.window.workspace.canvas.style_now.show_objects, "another project begins with its objects"


@CHECKS.of("view.colors")
def _colors(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.color_by is ColorBy.INSTANCE
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.color_by is ColorBy.CLASS


@CHECKS.of("view.panels")
def _panels(hands: Hands) -> None:
    hands.open()
    window = hands.window
    left, right = (window.images_dock, window.details_dock), (window.classes_dock, window.objects_dock)
    for shown in ({*right}, set(), {*left, *right}):
        hands.trigger()
        assert {dock for dock in (*left, *right) if dock.isVisible()} == shown


@CHECKS.of("view.reset_panels")
def _reset_panels(hands: Hands) -> None:
    hands.open()
    window = hands.window
    before = window.dockWidgetArea(window.images_dock)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, window.images_dock)
    window.classes_dock.hide()
    hands.trigger()
    assert window.dockWidgetArea(window.images_dock) == before
    assert all(dock.isVisible() for dock in (window.images_dock, window.classes_dock, window.objects_dock))
    assert not window.review_dock.isVisible()
    assert not window.proposals_dock.isVisible()


@CHECKS.of("view.full_screen")
def _full_screen(hands: Hands) -> None:
    hands.trigger()
    assert hands.window.isFullScreen()
    hands.trigger()
    assert not hands.window.isFullScreen()


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
