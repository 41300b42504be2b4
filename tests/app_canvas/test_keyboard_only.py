"""Work without a mouse, and on keyboards that do not write what the shortcuts ask for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from slimsam_app import physical_keys
from slimsam_app.physical_keys import us_char
from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import CTRL, NO_KEYS, SHIFT, click

KEY = Qt.Key
WAIT_MS = 60_000


def strike(
    window: MainWindow,
    key: int,
    scan_code: int,
    text: str,
    keys: Qt.KeyboardModifier = NO_KEYS,
    *,
    kind: QEvent.Type = QEvent.Type.KeyPress,
) -> None:
    """A key as X11 tells of it when no shortcut took it."""
    event = QKeyEvent(kind, key, keys, scan_code, 0, 0, text)
    QApplication.sendEvent(window.workspace.canvas, event)


@pytest.fixture
def by_x11(monkeypatch: pytest.MonkeyPatch, labelling: MainWindow) -> MainWindow:
    """The window with the keyboard on its canvas, and key events that count as those of X11."""
    monkeypatch.setattr(physical_keys.QGuiApplication, "platformName", lambda: "xcb")
    labelling.activateWindow()
    labelling.workspace.canvas.setFocus()
    return labelling


@pytest.mark.parametrize(
    ("platform", "scan_code", "virtual_key", "expected"),
    [
        pytest.param("xcb", 10, 0, "1", id="first of the digit row"),
        pytest.param("wayland", 19, 0, "0", id="last of the digit row"),
        pytest.param("windows", 2, 49, "1", id="Windows"),
        pytest.param("cocoa", 0, 18, "1", id="macOS digit"),
        pytest.param("cocoa", 0, 29, "0", id="macOS zero"),
        pytest.param("cocoa", 0, 12, "Q", id="macOS letter"),
        pytest.param("cocoa", 0, 46, "M", id="macOS last row"),
        pytest.param("xcb", 24, 0, "Q", id="letter"),
        pytest.param("xcb", 34, 0, "[", id="bracket"),
        pytest.param("xcb", 36, 0, "", id="Return"),
        pytest.param("xcb", 87, 0, "", id="keypad"),
        pytest.param("xcb", 0, 0, "", id="made by a program"),
    ],
)
def test_places_of_keys(platform: str, scan_code: int, virtual_key: int, expected: str) -> None:
    assert us_char(scan_code, virtual_key, platform) == expected


def test_the_digit_row_gives_classes_without_shift_on_a_french_keyboard(by_x11: MainWindow) -> None:
    for name in ("car", "person"):
        by_x11.workbench.classes.add(name)
    first, second = (c.id for c in by_x11.workbench.document.categories())
    strike(by_x11, KEY.Key_Eacute, 11, "é")
    assert by_x11.workbench.objects.category_id == second
    strike(by_x11, KEY.Key_Ampersand, 10, "&")
    assert by_x11.workbench.objects.category_id == first


@pytest.mark.parametrize(
    ("key", "scan_code", "text", "keys", "tool"),
    [
        pytest.param(0x419, 24, "й", NO_KEYS, "point", id="Russian Q"),
        pytest.param(KEY.Key_unknown, 25, "ц", NO_KEYS, "box", id="Russian W, unknown to Qt"),
        pytest.param(0x426, 25, "Ц", SHIFT, "boxes", id="Russian Shift+W"),
        pytest.param(0x3C0, 33, "π", NO_KEYS, "polygon", id="Greek P"),
    ],
)
def test_tools_are_chosen_where_no_key_writes_a_latin_letter(
    by_x11: MainWindow, key: int, scan_code: int, text: str, keys: Qt.KeyboardModifier, tool: str
) -> None:
    by_x11.workspace.canvas.set_tool("pan")
    strike(by_x11, key, scan_code, text, keys)
    assert by_x11.workspace.canvas.tool.id == tool


def test_a_latin_letter_counts_as_itself_wherever_it_lies(by_x11: MainWindow) -> None:
    by_x11.workspace.canvas.set_tool("pan")
    strike(by_x11, KEY.Key_J, 24, "j")  # where Q lies on a US keyboard
    assert by_x11.workspace.canvas.tool.id == "pan"


def test_the_bare_picture_by_place(by_x11: MainWindow) -> None:
    preview = by_x11.workspace.canvas.layers.preview
    strike(by_x11, 0x42B, 39, "ы")
    assert preview.opacity() == 0
    strike(by_x11, 0x42B, 39, "ы", kind=QEvent.Type.KeyRelease)
    assert preview.opacity() == 1


def test_text_fields_get_what_is_typed(by_x11: MainWindow) -> None:
    line = by_x11.images_dock.search
    line.setFocus()
    by_x11.workspace.canvas.set_tool("pan")
    QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, 0x419, NO_KEYS, 24, 0, 0, "й"))
    assert line.text() == "й"
    assert by_x11.workspace.canvas.tool.id == "pan"


def test_clicks_without_a_mouse(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, KEY.Key_Right)
    first = canvas.cross.at
    assert first == pytest.approx((80 + 10 / canvas.zoom, 60), abs=0.01)
    qtbot.keyClick(canvas, KEY.Key_Down, SHIFT)
    qtbot.keyClick(canvas, KEY.Key_Left, CTRL)
    there = canvas.cross.at
    assert there == pytest.approx((80 - 50 / canvas.zoom, 60 + 1 / canvas.zoom), abs=0.01)
    qtbot.keyClick(canvas, KEY.Key_K)
    qtbot.keyClick(canvas, KEY.Key_Up)
    qtbot.keyClick(canvas, KEY.Key_K, SHIFT)
    points = labelling.prompting.prompts.prompts.points
    assert [p.positive for p in points] == [True, False]
    assert (points[0].x, points[0].y) == there
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=WAIT_MS):
        qtbot.keyClick(canvas, KEY.Key_Return)
    assert len(labelling.workbench.objects.objects) == 1
    click(canvas, 20, 20)
    assert canvas.cross.at is None


def test_a_box_and_a_polygon_without_a_mouse(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    canvas.setFocus()
    labelling.actions_["tool.boxes"].trigger()
    for key in (KEY.Key_K, KEY.Key_Right, KEY.Key_Down, KEY.Key_K):
        qtbot.keyClick(canvas, key, CTRL if key in (KEY.Key_Right, KEY.Key_Down) else NO_KEYS)
    (box,) = labelling.prompting.boxes.boxes
    assert (box.x1 - box.x0, box.y1 - box.y0) == pytest.approx((60 / canvas.zoom, 60 / canvas.zoom), abs=0.01)
    labelling.prompting.boxes.clear()
    labelling.actions_["tool.polygon"].trigger()
    for key in (KEY.Key_Left, KEY.Key_Up, KEY.Key_Right):
        qtbot.keyClick(canvas, key, CTRL)
        qtbot.keyClick(canvas, KEY.Key_K)
    assert len(canvas.tool.outline()) == 3


def test_the_cross_stays_in_the_picture_and_in_view(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    canvas.setFocus()
    canvas.set_zoom(16)
    for _ in range(80):
        qtbot.keyClick(canvas, KEY.Key_Left, CTRL)
    assert canvas.cross.at is not None
    assert canvas.cross.at[0] == 0.5
    assert canvas.viewport().rect().contains(canvas.cross.geometry().center())


def test_the_focus_is_seen_where_keys_brought_it(labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    frame = canvas.findChild(object, "keyFrame")
    labelling.activateWindow()
    labelling.images_dock.view.setFocus()
    assert not frame.isVisible()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert frame.isVisible()
    labelling.images_dock.view.setFocus()
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not frame.isVisible()
    button = labelling.tool_bar.widgetForAction(labelling.actions_["tool.box"])
    assert isinstance(button, QToolButton)
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
