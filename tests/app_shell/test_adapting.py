"""A model adapts in spare time: silent until it saves clicks, one line to take it, one to go back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.sessions import adapting_session
from slimsam_app.windows.dialogs import settings_dialog
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.workers.model_status import ModelStatus
from slimsam_core.adapting import in_child
from slimsam_core.adapting.choice import LEAST_OBJECTS
from slimsam_core.adapting.outcome import AdaptingOutcome, Result
from slimsam_core.errors import SlimSamError
from slimsam_core.judging.verdict import PairedChange
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.progress import CancelToken
from tests.adapting.projects import write_project
from tests.app_shell.conftest import open_and_wait
from tests.tiny_models import save_tiny

BETTER = AdaptingOutcome(
    result=Result.BETTER, model_hash="hash", objects=24, pictures=8, held_objects=14, held_pictures=5,
    clicks=PairedChange(2.1, 1.4, -1.1, -0.3), iou=PairedChange(0.7, 0.75, 0.01, 0.1),
)  # fmt: skip
WORDS = "Adapted to this project: on your last 14 objects 1.4 instead of 2.1 clicks."
STATUS = ModelStatus(
    name="lite2", model_hash="hash", encoder_of="hash", device="cpu", runtime="OpenVINO, CPU",
    fit=SquareFit.LETTERBOX, bundled=True, path=Path("lite2.safetensors"), preparable=False,
)  # fmt: skip


@dataclass
class Child:
    """In the place of the child process."""

    outcome: AdaptingOutcome | SlimSamError = BETTER
    asked: list[Path] = field(default_factory=list)
    outs: list[Path] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)
    cancelled: list[bool] = field(default_factory=list)

    def adapt(self, project: Path, _: Path, out: Path, *, cancel: CancelToken, **__: Any) -> AdaptingOutcome:
        """As ``adapt_in_child``."""
        self.asked.append(project)
        self.outs.append(out)
        while not self.ends.wait(0.01):
            if cancel.cancelled:
                self.cancelled.append(True)
                cancel.raise_if_cancelled()
        if isinstance(self.outcome, SlimSamError):
            raise self.outcome
        if self.outcome.better:
            save_tiny(out, seed=7, source="lite2 adapted to shapes")
        return self.outcome


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    child = Child()
    child.ends.set()
    monkeypatch.setattr(in_child, "adapt_in_child", child.adapt)
    monkeypatch.setattr(adapting_session, "LOOK_MS", 1)
    monkeypatch.setattr(adapting_session, "QUIET_S", 0.0)
    return child


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, 10)


@pytest.fixture
def opened(qtbot: QtBot, make_window: Callable[[], MainWindow], child: Child, project: Path) -> MainWindow:
    del child
    window = make_window()
    window.settings.set("model.adapt", True)
    open_and_wait(qtbot, window, project)
    assert window.workbench.document.project.count_annotations() >= LEAST_OBJECTS
    return window


def ready(window: MainWindow, status: ModelStatus = STATUS) -> None:
    window.workbench.inference.model_ready.emit(status)


def line(window: MainWindow) -> QPushButton | None:
    buttons = window.findChildren(QPushButton, "bannerOffer")
    return next((one for one in buttons if one.text() == "Use it" and one.isVisible()), None)


def test_the_first_try_is_with_as_many_objects_as_it_takes() -> None:
    assert adapting_session.FIRST_OBJECTS == LEAST_OBJECTS


def test_what_is_better_is_offered_used_and_taken_back(
    qtbot: QtBot, opened: MainWindow, child: Child
) -> None:
    workbench = opened.workbench
    told: list[str] = []
    workbench.noted.connect(lambda words, _: told.append(words))
    ready(opened)
    qtbot.waitUntil(lambda: line(opened) is not None)
    offer = workbench.adapting.offer
    assert offer is not None
    assert offer.words == WORDS
    assert not ModelLibrary().resolve(None).name.endswith("shapes"), (
        "nothing is installed before it is wanted"
    )
    line(opened).click()  # type: ignore[union-attr]
    uid = workbench.document.project.uid
    qtbot.waitUntil(lambda: workbench.models.chosen_for(uid) == "lite2-shapes")
    assert ModelLibrary().resolve("lite2-shapes").source == "lite2 adapted to shapes"
    assert workbench.models.in_use("") == "lite2", "other projects keep their model"
    assert told == ["lite2-shapes answers in this project now."]
    workbench.adoption.undo()
    assert workbench.models.chosen_for(uid) == ""
    assert told[-1] == "lite2-shapes is no longer used, but stays installed."
    assert not child.outs[0].parent.exists(), "the temporary folder is gone"
    ready(opened)
    qtbot.wait(50)  # it has to be seen that nothing begins
    assert len(child.asked) == 1, "the same objects are not tried again"


def test_while_another_job_runs_the_offer_stands(qtbot: QtBot, opened: MainWindow, child: Child) -> None:
    workbench, failed, goes_on = opened.workbench, list[SlimSamError](), threading.Event()
    workbench.failed.connect(failed.append)
    ready(opened)
    qtbot.waitUntil(lambda: line(opened) is not None)
    offer = workbench.adapting.offer
    workbench.jobs.start("Importing", lambda *_: goes_on.wait(10), lambda _: None, failed.append)
    line(opened).click()  # type: ignore[union-attr]
    assert len(failed) == 1
    assert workbench.adapting.offer is offer
    assert child.outs[0].exists(), "minutes of work"
    goes_on.set()
    qtbot.waitUntil(lambda: not workbench.jobs.busy and line(opened) is not None)
    line(opened).click()  # type: ignore[union-attr]
    uid = workbench.document.project.uid
    qtbot.waitUntil(lambda: workbench.models.chosen_for(uid) == "lite2-shapes")
    workbench.adoption.failed.emit(SlimSamError("an export failed"))
    assert len(failed) <= 2, "what is none of its own is told once"


def test_it_is_for_the_project_in_which_it_was_wanted(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    workbench = opened.workbench
    uid = workbench.document.project.uid
    ready(opened)
    qtbot.waitUntil(lambda: line(opened) is not None)
    line(opened).click()  # type: ignore[union-attr]
    workbench.document.close()
    qtbot.waitUntil(lambda: workbench.models.chosen_for(uid) == "lite2-shapes")
    open_and_wait(qtbot, opened, write_project(tmp_path / "other", 2))
    assert not workbench.models.chosen_for(workbench.document.project.uid)


@pytest.mark.parametrize(
    "outcome", [replace(BETTER, result=Result.NOT_BETTER), SlimSamError("The disk is full.")]
)
def test_what_is_not_better_is_never_told(
    qtbot: QtBot, opened: MainWindow, child: Child, outcome: AdaptingOutcome | SlimSamError
) -> None:
    child.outcome = outcome
    told: list[object] = []
    for signal in (opened.workbench.failed, opened.workbench.told, opened.workbench.noted):
        signal.connect(lambda *words: told.append(words))
    ready(opened)
    qtbot.waitUntil(lambda: bool(child.asked) and not opened.workbench.adapting.busy)
    count = opened.workbench.document.project.count_annotations()
    uid = opened.workbench.document.project.uid
    assert opened.workbench.adapting._next(uid) == 2 * count
    assert line(opened) is None
    assert not told
    assert not child.outs[0].parent.exists()


def test_too_few_of_a_persons_own_wait_for_those_that_are_missing(
    qtbot: QtBot, opened: MainWindow, child: Child
) -> None:
    child.outcome = replace(BETTER, result=Result.TOO_FEW, objects=15)
    ready(opened)
    qtbot.waitUntil(lambda: bool(child.asked) and not opened.workbench.adapting.busy)
    project = opened.workbench.document.project
    assert opened.workbench.adapting._next(project.uid) == project.count_annotations() + 5


@pytest.mark.parametrize("how", ["close", "switch", "model"])
def test_it_ends_with_the_project_the_switch_and_the_model(
    qtbot: QtBot, opened: MainWindow, child: Child, how: str
) -> None:
    child.ends.clear()
    ready(opened)
    qtbot.waitUntil(lambda: bool(child.asked))
    if how == "close":
        opened.workbench.close()
    elif how == "switch":
        opened.settings.set("model.adapt", False)
    else:
        ready(opened, replace(STATUS, model_hash="other"))
        qtbot.waitUntil(lambda: len(child.asked) == 2)
        opened.settings.set("model.adapt", False)
    qtbot.waitUntil(lambda: len(child.cancelled) == len(child.asked))
    assert opened.workbench.adapting.offer is None
    child.ends.set()


def test_an_offer_goes_with_its_project(qtbot: QtBot, opened: MainWindow) -> None:
    ready(opened)
    qtbot.waitUntil(lambda: line(opened) is not None)
    opened.workbench.close()
    qtbot.waitUntil(lambda: line(opened) is None)
    opened.workbench.adapting.use()  # a click that came too late
    assert not [info for info in ModelLibrary().installed() if not info.bundled]


def test_it_is_off_until_it_is_wanted_and_says_what_it_needs(
    qtbot: QtBot,
    make_window: Callable[[], MainWindow],
    child: Child,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = make_window()
    open_and_wait(qtbot, window, project)
    ready(window)
    qtbot.wait(50)  # it has to be seen that nothing begins
    assert not child.asked
    monkeypatch.setattr(adapting_session, "torch_present", lambda: False)
    window.settings.set("model.adapt", True)
    ready(window)
    qtbot.wait(50)  # the same
    assert not child.asked
    words = "This needs PyTorch, which is not installed; labelling works without it."
    monkeypatch.setitem(settings_dialog.WHY_NOT, "model.adapt", lambda: words)  # type: ignore[arg-type]
    dialog = SettingsDialog(window.settings, window)
    box = dialog.findChild(QCheckBox, "setting_model.adapt")
    assert not box.isEnabled()
    assert any(words in label.text() for label in dialog.findChildren(type(dialog._page.children()[1])))
    dialog.close()
