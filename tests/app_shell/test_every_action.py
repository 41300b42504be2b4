"""Every action of the table, triggered as a person would, does what it says; none may lack its check here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.actions import ACTIONS, BY_ID
from slimsam_app.canvas.style import ColorBy
from slimsam_app.canvas.tools import TOOLS
from slimsam_app.document import Intent
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.everything_session import EverythingSession, FoundProposals, Proposal
from slimsam_app.windows.dialogs.about import AboutBox
from slimsam_app.windows.dialogs.class_chooser import ClassChooser
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.compare_dialog import CompareDialog
from slimsam_app.windows.dialogs.doctor_dialog import DoctorDialog
from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.go_back_dialog import GoBackDialog
from slimsam_app.windows.dialogs.go_to_dialog import GoToDialog
from slimsam_app.windows.dialogs.left_out_dialog import LeftOutDialog
from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.dialogs.object_editor import ObjectEditor
from slimsam_app.windows.dialogs.palette import CommandPalette
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.dialogs.shortcut_sheet import ShortcutSheet
from slimsam_app.windows.dialogs.simplify_sheet import SimplifySheet
from slimsam_app.windows.dialogs.statistics_page import StatisticsPage
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.view_popup import ViewPopup
from slimsam_core.annotation import Annotation, DrawnShape, ImageState, Provenance, ShapeKind
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import Selection, export_project
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason
from slimsam_core.pixels.geometry import PointPrompt
from slimsam_core.pixels.mask import BoolMask, encode
from slimsam_core.project import CLASS_KEYS, Edit
from tests.app_canvas.canvas_hands import click, place
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_labelling import banner_texts

SIZE = (60, 80)


@dataclass(frozen=True)
class Hands:
    """A person before a window; ``trigger`` is the action under test."""

    qtbot: QtBot
    window: MainWindow
    folder: Path
    trigger: Callable[[], None]
    tiny_model: Callable[[], Path]

    def open(self) -> None:
        """Open the folder of three pictures."""
        open_and_wait(self.qtbot, self.window, self.folder)
        self.window.workspace.canvas.setFocus()

    def add(self, x: int, y: int = 10, side: int = 20, pixels: BoolMask | None = None) -> int:
        """Add a square object, or these pixels; it is chosen then."""
        session = self.window.session
        if pixels is None:
            pixels = np.zeros(SIZE, np.bool_)
            pixels[y : y + side, x : x + side] = True
        image_id = session.navigator.current_id
        assert image_id is not None
        session.objects.add(NewObject(mask=encode(pixels), provenance=Provenance(source="manual")), image_id)
        made = max(annotation.id for annotation in session.objects.objects)
        session.objects.select((made,))
        return made

    @property
    def objects(self) -> tuple[Annotation, ...]:
        """Objects of the current picture."""
        return self.window.session.objects.objects

    def choose(self, *ids: int) -> None:
        """Select objects."""
        self.window.session.objects.select(ids)

    def settle(self) -> None:
        """Wait for the pool."""
        session = self.window.session
        self.qtbot.waitUntil(lambda: not session.masks.busy and not session.pool.busy, timeout=60_000)

    def opens(self, kind: type[QWidget]) -> None:
        """Trigger; a widget of this kind appears."""
        assert self.window.findChild(kind) is None
        self.trigger()
        found = self.window.findChild(kind)
        assert found is not None
        assert found.isVisible()
        found.close()

    def answers(self, path: Path) -> None:
        """Trigger, and choose a path in the file dialog that appears."""
        self.trigger()
        (dialog,) = (d for d in self.window.findChildren(QFileDialog) if d.isVisible())
        dialog.selectFile(str(path))
        QDialog.accept(dialog)
        dialog.fileSelected.emit(str(path))
        dialog.filesSelected.emit([str(path)])


Check = Callable[[Hands], None]
CHECKS: dict[str, Check] = {}


def check(*action_ids: str) -> Callable[[Check], Check]:
    """The check of an action: brings about the state, triggers, asserts the effect."""

    def keep(function: Check) -> Check:
        CHECKS.update(dict.fromkeys(action_ids, function))
        return function

    return keep


def ways() -> list[tuple[str, str]]:
    """Every action with each of its keys; without a key by its menu."""
    return [(action.id, key) for action in ACTIONS for key in action.keys or ("",)]


def choose_in_menu(window: MainWindow, action_id: str) -> None:
    """Open the menu of the action and click its line."""
    menu: QMenu = window.menus[BY_ID[action_id].menu]
    action = window.actions_[action_id]
    menu.popup(QPoint(0, 0))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_every_action_has_a_check_here() -> None:
    assert set(BY_ID) - set(CHECKS) == set(), "write down what these do, and how that shows"
    assert set(CHECKS) - set(BY_ID) == set()


@pytest.mark.parametrize(("action_id", "key"), ways())
def test_an_action_does_what_it_says(
    action_id: str,
    key: str,
    qtbot: QtBot,
    window: MainWindow,
    folder: Path,
    request: pytest.FixtureRequest,
) -> None:
    def trigger() -> None:
        assert window.actions_[action_id].isEnabled()
        if key:
            target = window.workspace.canvas if window.session.document.is_open else window
            QTest.keySequence(target, QKeySequence(key))
        else:
            choose_in_menu(window, action_id)

    window.activateWindow()
    CHECKS[action_id](Hands(qtbot, window, folder, trigger, lambda: request.getfixturevalue("tiny_model")))


@check("file.open_images")
def _open_images(hands: Hands) -> None:
    with hands.qtbot.waitSignal(hands.window.session.navigator.picture_ready, timeout=60_000):
        hands.answers(hands.folder / "photo 2.png")
    assert hands.window.session.navigator.entry.path == "photo 2.png"  # type: ignore[union-attr]


@check("file.open_folder")
def _open_folder(hands: Hands) -> None:
    with hands.qtbot.waitSignal(hands.window.session.navigator.picture_ready, timeout=60_000):
        hands.answers(hands.folder)
    hands.settle()
    assert len(hands.window.session.navigator.ids) == 3


@check("file.open_project")
def _open_project(hands: Hands) -> None:
    hands.open()
    path = hands.window.session.document.project.path
    hands.window.session.close()
    with hands.qtbot.waitSignal(hands.window.session.document.opened, timeout=60_000):
        hands.answers(path)
    assert hands.window.session.document.project.path == path
    hands.settle()


@check("file.samples")
def _samples(hands: Hands) -> None:
    with hands.qtbot.waitSignal(hands.window.session.navigator.picture_ready, timeout=60_000):
        hands.trigger()
    hands.settle()


@check("file.save")
def _save(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert "Everything is saved." in banner_texts(hands.window)


@check("file.import", "file.doctor")
def _read_annotations(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    entry = hands.window.session.navigator.entry
    assert entry is not None
    written = hands.folder.parent / "one.json"
    with hands.qtbot.waitSignal(hands.window.session.transfer.exported, timeout=60_000):
        hands.window.session.transfer.export_images(written, [entry.id])
    hands.settle()
    hands.answers(written)
    if hands.window.findChild(DoctorDialog) is None:
        hands.qtbot.waitUntil(
            lambda: "are in the project already" in banner_texts(hands.window), timeout=60_000
        )
    hands.settle()


@check("file.import_folder")
def _read_a_folder(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    session, written = hands.window.session, hands.folder.parent / "labelme"
    labelme = get_format("labelme")
    export_project(session.document.project, labelme, written, Selection(), WriteOptions())
    hands.answers(written)
    hands.qtbot.waitUntil(
        lambda: "objects of labelme are in the project already" in banner_texts(hands.window), timeout=60_000
    )
    hands.settle()


@check("file.export")
def _export(hands: Hands) -> None:
    hands.open()
    hands.opens(ExportDialog)


@check("file.export_image")
def _export_image(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    with hands.qtbot.waitSignal(hands.window.session.transfer.exported, timeout=60_000):
        hands.answers(hands.folder / "mine.json")
    assert (hands.folder / "mine.json").stat().st_size > 0
    hands.settle()


@check("file.go_back")
def _go_back(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.findChild(GoBackDialog) is not None


@check("file.left_out")
def _left_out(hands: Hands) -> None:
    hands.open()
    session = hands.window.session
    session.opener.left_out = (LeftOut("a:b.png", LeftOutReason.DRIVE),)
    session.opener.left_out_changed.emit()
    hands.opens(LeftOutDialog)


@check("file.close")
def _close(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert not hands.window.session.document.is_open


@check("file.quit")
def _quit(hands: Hands) -> None:
    hands.trigger()
    assert not hands.window.isVisible()


@check("edit.undo")
def _undo(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert not hands.objects


@check("edit.redo")
def _redo(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.window.session.undo()
    hands.trigger()
    assert len(hands.objects) == 1


@check("edit.copy")
def _copy(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    assert not hands.window.session.objects.can_paste
    hands.trigger()
    assert hands.window.session.objects.can_paste


@check("edit.paste")
def _paste(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.window.session.objects.copy()
    hands.trigger()
    assert len(hands.objects) == 2


@check("edit.duplicate")
def _duplicate(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert len(hands.objects) == 2


@check("edit.select_all")
def _select_all(hands: Hands) -> None:
    hands.open()
    ids = {hands.add(5), hands.add(30)}
    hands.trigger()
    assert set(hands.window.session.objects.selection) == ids


@check("edit.settings")
def _settings(hands: Hands) -> None:
    hands.opens(SettingsDialog)


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


@check("view.adjust")
def _adjust(hands: Hands) -> None:
    hands.open()
    hands.opens(ViewPopup)


@check("view.toggle_all")
def _toggle_all(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert not hands.window.workspace.canvas.style_now.show_objects
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.show_objects


@check("view.colors")
def _colors(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.color_by is ColorBy.INSTANCE
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.color_by is ColorBy.CLASS


@check("view.panels")
def _panels(hands: Hands) -> None:
    hands.open()
    window = hands.window
    left, right = (window.images_dock, window.details_dock), (window.classes_dock, window.objects_dock)
    for shown in ({*right}, set(), {*left, *right}):
        hands.trigger()
        assert {dock for dock in (*left, *right) if dock.isVisible()} == shown


@check("view.reset_panels")
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


@check("view.full_screen")
def _full_screen(hands: Hands) -> None:
    hands.trigger()
    assert hands.window.isFullScreen()
    hands.trigger()
    assert not hands.window.isFullScreen()


def _goes(start: int, end: int, done: tuple[int, ...] = ()) -> Check:
    """From one place in the list to another, with these pictures done."""

    def test(hands: Hands) -> None:
        hands.open()
        session = hands.window.session
        ids = session.navigator.ids
        for place_ in done:
            session.navigator.go(ids[place_])
            session.set_state(ImageState.DONE)
        session.navigator.go(ids[start])
        hands.trigger()
        assert session.navigator.current_id == ids[end]
        hands.settle()

    return test


CHECKS |= {
    "image.next": _goes(0, 1),
    "image.previous": _goes(1, 0),
    "image.next_unfinished": _goes(0, 2, done=(1,)),
    "image.previous_unfinished": _goes(2, 0, done=(1,)),
}


CHECKS |= {"image.first": _goes(1, 0), "image.last": _goes(0, 2)}


@check("image.go_to")
def _go_to(hands: Hands) -> None:
    hands.open()
    hands.opens(GoToDialog)


def _becomes(state: ImageState, goes_on: bool, before: ImageState = ImageState.IN_PROGRESS) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        session = hands.window.session
        entry = session.navigator.entry
        assert entry is not None
        session.set_state(before)
        hands.trigger()
        assert session.document.project.image(entry.id).state is state
        assert (session.navigator.current_id != entry.id) is goes_on
        hands.settle()

    return test


CHECKS |= {
    "image.done": _becomes(ImageState.DONE, goes_on=True),
    "image.empty": _becomes(ImageState.EMPTY_CHECKED, goes_on=True),
    "image.review": _becomes(ImageState.NEEDS_REVIEW, goes_on=False),
    "image.new": _becomes(ImageState.NEW, goes_on=False),
}


@check("image.remove")
def _remove(hands: Hands) -> None:
    hands.open()
    before = list(hands.window.session.navigator.ids)
    hands.trigger()
    hands.qtbot.waitUntil(lambda: hands.window.session.navigator.ids == before[1:], timeout=60_000)
    hands.settle()


@check("image.statistics")
def _statistics(hands: Hands) -> None:
    hands.open()
    hands.opens(StatisticsPage)
    hands.settle()


@check("image.queue")
def _queue(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.review_dock.isVisible()
    hands.settle()


@check("class.choose")
def _choose_class(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.opens(ClassChooser)


@check("review.right", "review.wrong")
def _judge(hands: Hands) -> None:
    hands.open()
    hands.add(5, side=2)
    review = hands.window.session.review
    with hands.qtbot.waitSignal(review.queue_changed, timeout=60_000):
        hands.window.actions_["image.queue"].trigger()
    review.go(next(doubt for doubt in review.doubts if doubt.owner is not None))
    hands.window.workspace.canvas.setFocus()
    before = hands.window.session.document.project.last_seq()
    hands.trigger()
    assert hands.window.session.document.project.last_seq() == before + 1
    hands.settle()


@check("object.edit")
def _edit_object(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.opens(ObjectEditor)


@check("object.delete")
def _delete(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert not hands.objects


@check("object.hide")
def _hide(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert hands.objects[0].hidden
    hands.trigger()
    assert not hands.objects[0].hidden


@check("object.lock")
def _lock(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert hands.objects[0].locked
    hands.trigger()
    assert not hands.objects[0].locked


def _two_chosen(hands: Hands, x: int = 15) -> tuple[int, int]:
    hands.open()
    rear, front = hands.add(5), hands.add(x)
    hands.choose(rear, front)
    return rear, front


@check("object.group")
def _group(hands: Hands) -> None:
    _two_chosen(hands)
    hands.trigger()
    groups = {annotation.group_id for annotation in hands.objects}
    assert len(groups) == 1
    assert groups != {None}


@check("object.ungroup")
def _ungroup(hands: Hands) -> None:
    _two_chosen(hands)
    hands.window.session.objects.group(True)
    hands.trigger()
    assert {annotation.group_id for annotation in hands.objects} == {None}


def _front(hands: Hands) -> int:
    return max(hands.objects, key=lambda annotation: annotation.layer).id


@check("object.raise")
def _raise(hands: Hands) -> None:
    rear, _ = _two_chosen(hands)
    hands.choose(rear)
    hands.trigger()
    assert _front(hands) == rear


@check("object.lower")
def _lower(hands: Hands) -> None:
    rear, front = _two_chosen(hands)
    hands.choose(front)
    hands.trigger()
    assert _front(hands) == rear


@check("mask.merge")
def _merge(hands: Hands) -> None:
    _two_chosen(hands)
    hands.trigger()
    hands.settle()
    assert [annotation.mask.area for annotation in hands.objects] == [30 * 20]


@check("mask.subtract")
def _subtract(hands: Hands) -> None:
    _two_chosen(hands)
    hands.trigger()
    hands.settle()
    assert sorted(annotation.mask.area for annotation in hands.objects) == [10 * 20, 20 * 20]


@check("mask.intersect")
def _intersect(hands: Hands) -> None:
    _two_chosen(hands)
    hands.trigger()
    hands.settle()
    assert [annotation.mask.area for annotation in hands.objects] == [10 * 20]


def _squares(*squares: tuple[int, int, int], hole: bool = False) -> BoolMask:
    """Squares of x, y, side; with a hole in the middle of the first."""
    pixels = np.zeros(SIZE, np.bool_)
    for x, y, side in squares:
        pixels[y : y + side, x : x + side] = True
    if hole:
        x, y, side = squares[0]
        pixels[y + side // 2, x + side // 2] = False
    return pixels


def _mask_becomes(before: BoolMask, areas: list[int]) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        hands.add(0, pixels=before)
        hands.trigger()
        hands.settle()
        assert sorted(annotation.mask.area for annotation in hands.objects) == areas

    return test


CHECKS |= {
    "mask.split": _mask_becomes(_squares((2, 2, 10), (30, 30, 20)), [100, 400]),
    "mask.fill": _mask_becomes(_squares((2, 2, 10), hole=True), [100]),
    "mask.specks": _mask_becomes(_squares((2, 2, 20), (50, 50, 2)), [400]),
    "mask.largest": _mask_becomes(_squares((2, 2, 20), (40, 40, 12)), [400]),
}


@check("mask.smooth")
def _smooth(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    hands.settle()
    assert 300 < hands.objects[0].mask.area < 400, "the corners of the square are rounded"


@check("mask.simplify")
def _simplify(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.opens(SimplifySheet)


def _polygon(hands: Hands, *corners: tuple[float, float]) -> None:
    """Draw corners with the polygon tool, without closing it."""
    canvas = hands.window.workspace.canvas
    canvas.set_tool("polygon")
    for corner in corners:
        click(canvas, *corner)


TRIANGLE = ((10.0, 10.0), (50.0, 10.0), (10.0, 50.0))


@check("prompt.accept", "prompt.accept_next")
def _accept(hands: Hands) -> None:
    hands.open()
    _polygon(hands, *TRIANGLE)
    hands.trigger()
    hands.settle()
    assert len(hands.objects) == 1
    assert hands.objects[0].mask.area == pytest.approx(800, rel=0.1)


@check("prompt.remove_last")
def _remove_last(hands: Hands) -> None:
    hands.open()
    _polygon(hands, *TRIANGLE, (50, 50))
    hands.trigger()
    hands.window.workspace.canvas.finish()
    hands.settle()
    assert hands.objects[0].mask.area == pytest.approx(800, rel=0.1), "the fourth corner is gone"


@check("prompt.cancel")
def _cancel(hands: Hands) -> None:
    hands.open()
    _polygon(hands, *TRIANGLE)
    hands.trigger()
    assert not hands.window.workspace.canvas.finish()
    assert not hands.objects


def _with_model(hands: Hands) -> None:
    """Load the smallest model and open the folder."""
    window = hands.window
    window.settings.set("model.name", str(hands.tiny_model()))
    window.settings.set("model.runtime", "torch")
    window.session.model_in_use.start()
    with hands.qtbot.waitSignal(window.prompting.client.encoded, timeout=30_000):
        hands.open()


def _cycles(step: int) -> Check:
    def test(hands: Hands) -> None:
        _with_model(hands)
        prompts = hands.window.prompting.prompts
        prompts.add_point(PointPrompt(40, 30))
        hands.qtbot.waitUntil(lambda: len(prompts.candidates) == 3, timeout=60_000)
        before = prompts.chosen
        hands.trigger()
        assert prompts.chosen == (before + step) % 3

    return test


CHECKS |= {"prompt.cycle": _cycles(+1), "prompt.cycle_back": _cycles(-1)}


@check("prompt.focus")
def _focus(hands: Hands) -> None:
    _with_model(hands)
    prompts = hands.window.prompting.prompts
    hands.window.workspace.canvas.set_zoom(40.0)
    hands.trigger()
    hands.qtbot.waitUntil(lambda: prompts.focused is not None, timeout=60_000)
    hands.trigger()
    hands.qtbot.waitUntil(lambda: prompts.focused is None, timeout=60_000)


@check("object.refine")
def _refine(hands: Hands) -> None:
    _with_model(hands)
    hands.add(5)
    hands.window.workspace.canvas.set_tool("select")
    hands.trigger()
    hands.qtbot.waitUntil(lambda: hands.window.prompting.prompts.active, timeout=60_000)
    assert hands.window.workspace.canvas.tool.id == "point"


@check("image.prepare")
def _prepare(hands: Hands) -> None:
    _with_model(hands)
    with hands.qtbot.waitSignal(hands.window.session.preparation.finished, timeout=60_000) as heard:
        hands.trigger()
    assert heard.args[0].encoded + heard.args[0].ready_before == 3
    hands.settle()


@check("mask.from_boxes")
def _masks_of_boxes(hands: Hands) -> None:
    _with_model(hands)
    window = hands.window
    object_id = hands.add(5)
    document = window.session.document
    before = window.session.objects.objects[0]
    corners = DrawnShape(ShapeKind.RECTANGLE, (((5.0, 10.0), (25.0, 30.0)),))
    box = replace(before, drawn=corners, provenance=Provenance(source="import:coco"))
    document.run(Intent("A detector's box", (Edit(before, box),)))
    with hands.qtbot.waitSignal(window.session.box_masks.finished, timeout=60_000):
        hands.trigger()
    (made,) = hands.objects
    assert made.id == object_id
    assert made.provenance.source == "model"
    hands.settle()


def _proposed(hands: Hands) -> EverythingSession:
    """A picture with three proposals, the first of which is chosen."""
    hands.open()
    session, navigator = hands.window.prompting.everything, hands.window.session.navigator
    found = []
    for number, x in enumerate((5, 30, 55), 1):
        pixels = np.zeros(SIZE, np.bool_)
        pixels[10:30, x : x + 20] = True
        made = Provenance(source="everything", predicted_iou=1 - number / 100)
        found.append(Proposal(number, encode(pixels), made))
    assert navigator.current_id is not None
    session._take(FoundProposals(navigator.current_id, tuple(found), 0))
    hands.window.workspace.canvas.set_tool("review")
    session.select((1,))
    return session


def _proposals(left: tuple[int, ...], chosen: tuple[int, ...], objects: int, first: tuple[int, ...]) -> Check:
    def test(hands: Hands) -> None:
        session = _proposed(hands)
        session.select(first)
        hands.trigger()
        assert tuple(p.id for p in session.proposals) == left
        assert session.selection == chosen
        assert len(hands.objects) == objects

    return test


CHECKS |= {
    "proposal.accept_shown": _proposals((), (), 3, (1,)),
    "proposal.reject": _proposals((1, 3), (3,), 0, (2,)),
    "proposal.merge": _proposals((4, 3), (4,), 0, (1, 2)),
    "proposal.discard": _proposals((), (), 0, (1,)),
    "proposal.next": _proposals((1, 2, 3), (2,), 0, (1,)),
    "proposal.previous": _proposals((1, 2, 3), (3,), 0, (1,)),
}


@check("proposal.find")
def _find_everything(hands: Hands) -> None:
    _with_model(hands)
    with hands.qtbot.waitSignal(hands.window.prompting.everything.found, timeout=60_000):
        hands.trigger()
    hands.settle()


def _chooses_tool(tool_id: str) -> Check:
    def test(hands: Hands) -> None:
        if tool_id == "review":
            _proposed(hands)
        else:
            hands.open()
        canvas = hands.window.workspace.canvas
        canvas.set_tool("pan" if tool_id != "pan" else "select")
        hands.trigger()
        assert canvas.tool.id == tool_id
        assert hands.window.actions_[f"tool.{tool_id}"].isChecked()

    return test


CHECKS |= {f"tool.{tool_id}": _chooses_tool(tool_id) for tool_id in TOOLS}


@check("tool.smaller")
def _smaller(hands: Hands) -> None:
    hands.open()
    hands.window.workspace.canvas.set_tool("brush")
    before = hands.window.workspace.canvas.style_now.brush_px
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.brush_px < before


@check("tool.larger")
def _larger(hands: Hands) -> None:
    hands.open()
    hands.window.workspace.canvas.set_tool("brush")
    before = hands.window.workspace.canvas.style_now.brush_px
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.brush_px > before


@check("tool.click")
def _click_at_the_cross(hands: Hands) -> None:
    hands.open()
    added: list[bool] = []
    hands.window.workspace.canvas.point_added.connect(lambda point, _: added.append(point.positive))
    hands.trigger()
    assert added == [True]


@check("tool.click_right")
def _right_click_at_the_cross(hands: Hands) -> None:
    hands.open()
    added: list[bool] = []
    hands.window.workspace.canvas.point_added.connect(lambda point, _: added.append(point.positive))
    hands.trigger()
    assert added == [False]


@check("class.new")
def _new_class(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    line = hands.window.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "heron")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [c.name for c in hands.window.session.document.categories()] == ["heron"]


@check("class.edit")
def _edit_classes(hands: Hands) -> None:
    hands.open()
    hands.opens(ClassEditor)


@check("model.manage")
def _models(hands: Hands) -> None:
    hands.opens(ModelManager)
    hands.settle()


@check("model.compare")
def _compare(hands: Hands) -> None:
    hands.opens(CompareDialog)
    hands.settle()


@check("model.toggle", "model.compare_end")
def _comparing(hands: Hands) -> None:
    _with_model(hands)
    compare = hands.window.prompting.compare
    assert not hands.window.actions_["model.toggle"].isEnabled()
    compare.start(hands.tiny_model(), runtime="torch")
    compare.show_second(False)
    hands.trigger()
    assert compare.shows_second or not compare.active


@check("model.compress")
def _compress(hands: Hands) -> None:
    hands.trigger()
    wizard = hands.window.slimming.wizard
    assert wizard.isVisible()
    hands.qtbot.waitUntil(lambda: wizard.model.table.topLevelItemCount() > 0, timeout=60_000)
    hands.settle()
    wizard.close()


@check("help.palette")
def _palette(hands: Hands) -> None:
    hands.opens(CommandPalette)


@check("help.keys")
def _keys(hands: Hands) -> None:
    hands.opens(ShortcutSheet)


@check("help.about")
def _about(hands: Hands) -> None:
    hands.opens(AboutBox)


def _gives_class(number: int, under_pointer: bool) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        for name in range(number):
            hands.window.session.classes.add(f"class {name}")
        object_id = hands.add(5)
        hands.window.session.objects.choose_category(hands.window.session.document.categories()[0].id)
        if under_pointer:
            hands.choose()
            canvas = hands.window.workspace.canvas
            QCursor.setPos(canvas.viewport().mapToGlobal(place(canvas, 15, 20)))
        hands.trigger()
        categories = hands.window.session.document.categories()
        (annotation,) = hands.objects
        assert annotation.id == object_id
        assert annotation.category_id == categories[number - 1].id

    return test


CHECKS |= {f"class.{n}": _gives_class(n, under_pointer=False) for n in range(1, len(CLASS_KEYS) + 1)}
CHECKS |= {f"class.under.{n}": _gives_class(n, under_pointer=True) for n in range(1, 10)}
