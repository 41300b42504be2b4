"""A person before a window, and the checks of actions: each brings about a state, triggers, and looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.actions import ACTIONS, BY_ID
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.everything_session import EverythingSession
from slimsam_app.sessions.proposal_table import FoundProposals
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.pixels.mask import BoolMask, encode
from tests.app_shell.conftest import open_and_wait

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
        workbench = self.window.workbench
        if pixels is None:
            pixels = np.zeros(SIZE, np.bool_)
            pixels[y : y + side, x : x + side] = True
        image_id = workbench.navigator.current_id
        assert image_id is not None
        workbench.objects.add(
            NewObject(mask=encode(pixels), provenance=Provenance(source="manual")), image_id
        )
        made = max(annotation.id for annotation in workbench.objects.objects)
        workbench.objects.select((made,))
        return made

    @property
    def objects(self) -> tuple[Annotation, ...]:
        """Objects of the current picture."""
        return self.window.workbench.objects.objects

    def choose(self, *ids: int) -> None:
        """Select objects."""
        self.window.workbench.objects.select(ids)

    def settle(self) -> None:
        """Wait for the pool."""
        workbench = self.window.workbench
        self.qtbot.waitUntil(lambda: not workbench.masks.busy and not workbench.pool.busy, timeout=120_000)

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


class Checks(dict[str, Check]):
    """What the actions of one file must do, by action."""

    def of(self, *action_ids: str) -> Callable[[Check], Check]:
        """The check of these actions."""

        def keep(function: Check) -> Check:
            self.update(dict.fromkeys(action_ids, function))
            return function

        return keep


def every(checks: Checks) -> pytest.MarkDecorator:
    """Each of these actions with each of its keys; without a key by its menu."""
    ways = [(action.id, key) for action in ACTIONS if action.id in checks for key in action.keys or ("",)]
    return pytest.mark.parametrize(("action_id", "key"), ways)


def choose_in_menu(window: MainWindow, action_id: str) -> None:
    """Open the menu of the action and click its line."""
    menu: QMenu = window.menus[BY_ID[action_id].menu]
    action = window.actions_[action_id]
    menu.popup(QPoint(0, 0))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def two_chosen(hands: Hands, x: int = 15) -> tuple[int, int]:
    """Two squares side by side, or one over the other: the rear and the front one, both chosen."""
    hands.open()
    rear, front = hands.add(5), hands.add(x)
    hands.choose(rear, front)
    return rear, front


def with_model(hands: Hands) -> None:
    """Load the smallest model and open the folder."""
    window = hands.window
    window.settings.set("model.name", str(hands.tiny_model()))
    window.settings.set("model.runtime", "torch")
    window.workbench.model_in_use.start()
    with hands.qtbot.waitSignal(window.prompting.client.encoded, timeout=30_000):
        hands.open()


def proposed(hands: Hands) -> EverythingSession:
    """A picture with three proposals, the first of which is chosen."""
    hands.open()
    session, navigator = hands.window.prompting.everything, hands.window.workbench.navigator
    found = []
    for number, x in enumerate((5, 30, 55), 1):
        pixels = np.zeros(SIZE, np.bool_)
        pixels[10:30, x : x + 20] = True
        made = Provenance(source="everything", predicted_iou=1 - number / 100)
        found.append(Proposal(id=number, mask=encode(pixels), provenance=made))
    assert navigator.current_id is not None
    session._take(FoundProposals(navigator.current_id, tuple(found), 0), tuple(session.proposals))
    hands.window.workspace.canvas.set_tool("review")
    session.select((1,))
    return session
