"""No connection outlives the one who listens: by the source, and by firing all signals after closing."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import slimsam_app
from slimsam_app.sessions.film_session import OfferedFilm
from slimsam_app.sessions.model_listing import AddedTorch, Listing, Speed
from slimsam_app.sessions.opening import LabelledElsewhere
from slimsam_app.sessions.transfer_session import FormatQuestion
from slimsam_app.signals import tie
from slimsam_app.windows.dialogs.agreement_page import AgreementPage
from slimsam_app.windows.dialogs.bug_report import BugReport
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.view_popup import ViewPopup
from slimsam_app.windows.wizards.compress.sweep_dialog import SweepDialog
from slimsam_core.compression.presets import preset
from slimsam_core.compression.sweeping.choosing import SweepSeen
from slimsam_core.compression.sweeping.points import Sweep
from slimsam_core.errors import SlimSamError
from slimsam_core.formats.registry import readable
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.video import FilmFacts
from slimsam_core.progress import Progress
from slimsam_core.project import FoundProject
from slimsam_core.teamwork import MergeReport, TeamComparison
from tests.app_shell.connection_lint import faults_of
from tests.app_shell.test_labelling import add_object
from tests.compression_jobs.test_sweep_choice import result

ROOT = Path(slimsam_app.__file__).parent
MODULES = {
    ".".join((ROOT.name, *path.relative_to(ROOT).with_suffix("").parts)): path
    for path in sorted(ROOT.rglob("*.py"))
    if path.name not in ("__init__.py", "__main__.py")
}


def test_every_connection_ends_with_the_one_who_listens() -> None:
    faults = [
        f"{path}:{fault.line}: {fault.text}"
        for name, path in MODULES.items()
        for fault in faults_of(path, name)
    ]
    assert not faults, "connect these with slimsam_app.signals.tie"


class Sender(QObject):
    """Lives longer than who listens to it."""

    told = Signal(int)


SOURCE = """
from functools import partial
from PySide6.QtCore import QObject, QTimer
from slimsam_app.signals import tie
from tests.app_shell.test_connections import Sender

class Plain:
    def hear(self, _): ...

class Listener(QObject):
    def __init__(self, sender: Sender, plain: Plain, other: QObject) -> None:
        own = Sender()
        self.child = Sender()
        def nested(_: int) -> None: ...
        {line}
"""


@pytest.mark.parametrize(
    ("line", "loose"),
    [
        ("sender.told.connect(lambda _: None)", True),
        ("sender.told.connect(partial(print, 1))", True),
        ("sender.told.connect(nested)", True),
        ("sender.told.connect(plain.hear)", True),
        ("sender.told.connect(plain)", True),
        ("QTimer.singleShot(0, nested)", True),
        ("QTimer.singleShot(0, self, nested)", False),
        ("sender.told.connect(self.deleteLater)", False),
        ("sender.told.connect(other.deleteLater)", False),
        ("sender.told.connect(self.child.told)", False),
        ("self.child.told.connect(lambda _: None)", False),
        ("own.told.connect(nested)", False),
        ("tie(sender.told, self, nested)", False),
    ],
)
def test_the_lint_tells_loose_connections(
    line: str, loose: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "slimsam_app_example"
    path = tmp_path / f"{name}.py"
    path.write_text(SOURCE.format(line=line))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    assert [fault.line for fault in faults_of(path, name)] == ([15] if loose else [])


def test_what_is_tied_is_heard_while_the_listener_lives_and_not_after(qapp: QApplication) -> None:
    sender, listener, heard = Sender(), QObject(), []
    tie(sender.told, listener, heard.append)
    sender.told.emit(1)
    listener.deleteLater()
    qapp.sendPostedEvents(listener, QEvent.Type.DeferredDelete)
    sender.told.emit(2)
    assert heard == [1]


Opener = Callable[[MainWindow], object]


def _press(action_id: str) -> Opener:
    return lambda window: window.actions_[action_id].trigger()


def _delete_question(window: MainWindow) -> None:
    window.actions_["class.edit"].trigger()
    (editor,) = (found for found in window.findChildren(ClassEditor) if found.isVisible())
    editor.delete.click()


def _class_color(window: MainWindow) -> None:
    window.actions_["class.edit"].trigger()
    (editor,) = (found for found in window.findChildren(ClassEditor) if found.isVisible())
    editor.color.click()


def _single_keys(window: MainWindow) -> None:
    window.actions_["help.keys"].trigger()
    (button,) = (b for b in window.findChildren(QPushButton) if b.objectName() == "singleKeys")
    button.click()


def _check_file(window: MainWindow) -> None:
    file = window.workbench.document.project.path.parent / "labels.json"
    file.write_text(json.dumps({"images": [], "annotations": [], "categories": []}))
    window.check_wanted.emit(file)


def _bug_report(window: MainWindow) -> None:
    BugReport(ValueError, ValueError("of a test"), None, window).open()


def _project_above(window: MainWindow) -> None:
    found = FoundProject(path=Path("p.slimsam"), folder=Path("/above"), images=1, objects=1)
    folder = Path("/above/below")
    window.workbench.opener.labelled_elsewhere.emit((folder,), LabelledElsewhere(folder, (found,)))


def _left_out(window: MainWindow) -> None:
    window.workbench.opener.left_out = (LeftOut("a:b.png", LeftOutReason.DRIVE),)
    window.workbench.opener.left_out_changed.emit()
    window.actions_["file.left_out"].trigger()


def _format_question(window: MainWindow) -> None:
    source = Path("labels.data")
    window.workbench.transfer.format_wanted.emit(FormatQuestion(source, readable(source), fits=False))


def _told_of_an_import(window: MainWindow) -> None:
    TransferReportDialog("Imported", "1 object", [("is empty", "a.png")], window).open()


def _agreement(window: MainWindow) -> None:
    found = TeamComparison(observers=("Ana", "Ben"))
    AgreementPage(found, window.workbench.parts, lambda _: None, lambda: None, parent=window).open()


def _sweep(window: MainWindow) -> None:
    sweep = Sweep(recipe=preset("quick-look"), ratios=(0.5,), criteria=("hessian",), seeds=(2,))
    seen = SweepSeen(
        folder=Path("sweep"), sweep=sweep, results=(result(0.5, 12.0, 0.71),), on_curve=1, masks_there=True
    )
    SweepDialog(seen, window.theme, window).open()


OPENERS: dict[str, Opener] = {
    "AnnotatorDialog": _press("project.name"),
    "AgreementPage": _agreement,
    "AboutBox": _press("help.about"),
    "GuidePage": _press("help.guide"),
    "BugReport": _bug_report,
    "ClassChooser": _press("class.choose"),
    "ClassEditor": _press("class.edit"),
    "CommandPalette": _press("help.palette"),
    "CarryDialog": _press("image.carry_through"),
    "CompareDialog": _press("model.compare"),
    "CompressWizard": _press("model.compress"),
    "DeleteClassDialog": _delete_question,
    "DetectorDialog": _press("model.detect"),
    "DoctorDialog": _check_file,
    "ExistingProjectDialog": _project_above,
    "ExportDialog": _press("file.export"),
    "FilmDialog": lambda window: window.workbench.films.offered.emit(
        OfferedFilm(
            Path("walk.mp4"), FilmFacts(frames=20, per_second=10.0, size=Size(64, 96)), Path("walk frames")
        )
    ),
    "GoToDialog": _press("image.go_to"),
    "GoBackDialog": _press("file.go_back"),
    "HistoryDialog": _press("edit.history"),
    "ImportFormatDialog": _format_question,
    "KeysDialog": _single_keys,
    "LeftOutDialog": _left_out,
    "MergeDialog": _press("project.merge"),
    "ModelManager": _press("model.manage"),
    "NoteDialog": lambda window: window.workspace.canvas.note_wanted.emit(3.0, 4.0),
    "PeopleDialog": _press("project.compare"),
    "ObjectEditor": _press("object.edit"),
    "QColorDialog": _class_color,
    "QFileDialog": _press("file.open_folder"),
    "SettingsDialog": _press("edit.settings"),
    "ShortcutSheet": _press("help.keys"),
    "SimplifySheet": _press("mask.simplify"),
    "SplitDialog": _press("project.split"),
    "StatisticsPage": _press("image.statistics"),
    "SweepDialog": _sweep,
    "TransferReportDialog": _told_of_an_import,
    "ViewPopup": _press("view.adjust"),
}


def test_no_dialog_is_left_out_of_the_test_below() -> None:
    for name in MODULES:
        importlib.import_module(name)
    ours = {
        kind.__name__
        for kind in _kinds(QDialog)
        if kind.__module__.startswith("slimsam_app") and not kind.__subclasses__()
    }
    assert ours <= set(OPENERS)


def _kinds(kind: type) -> Iterator[type]:
    for found in kind.__subclasses__():
        yield found
        yield from _kinds(found)


def _windows(window: MainWindow) -> list[QWidget]:
    """The visible dialogs, sheets and wizards of the window, innermost first."""
    return [
        found
        for found in reversed(window.findChildren(QWidget))
        if found.isWindow() and found.isVisible() and isinstance(found, QDialog | ViewPopup)
    ] + [found for found in window.findChildren(QWidget, "compressWizard") if found.isVisible()]


def _error() -> SlimSamError:
    return SlimSamError("of a test", "nothing to do")


def _signals(window: MainWindow) -> dict[QObject, dict[str, tuple[Any, ...]]]:
    """Every signal of what lives as long as the window and is heard by dialogs, with values it may carry."""
    workbench, changes = window.workbench, []
    workbench.document.changed.connect(changes.append)
    workbench.undo()
    models = workbench.models
    info = ModelLibrary().installed()[0]
    return {
        workbench.document: {
            "opened": (),
            "changed": (changes[-1],),
            "unsaved": (0, None),
            "refused": (_error(),),
            "closing": (),
            "damaged": ((),),
            "drafts_written": ({},),
            "closed": (),
        },
        window.settings: {"changed": ("model.name",)},
        window.theme: {"changed": ()},
        models: {
            "listed": (Listing(installed=(info,), downloadable=(), problems=()),),
            "measured": (info.name, Speed(1.0, 1.0, "torch")),
            "installed": (info,),
            "torch_found": (AddedTorch(1, 0),),
            "torch_changed": (AddedTorch(0, 1),),
            "failed": (_error(),),
        },
        workbench.jobs: {"running": ("a job",), "progressed": (Progress("a job", 1, 2),), "paused": (False,)},
        workbench.classes: {"failed": (_error(),), "told": ("words", "a.json"), "settled": ()},
        workbench.drafts: {"changed": (1,), "failed": (_error(),)},
        workbench.review: {
            "queue_changed": (),
            "current_changed": (),
            "looked_at": (1, ()),
            "failed": (_error(),),
        },
        workbench.second_look: {"noted": ("words", 0), "failed": (_error(),)},
        workbench.agreeing: {"queue_changed": (), "current_changed": (), "failed": (_error(),)},
        workbench.team: {"people_changed": (), "name_wanted": (("Ana",),), "came_back": (1, 0)},
        workbench.parts: {
            "parted": ((),),
            "compared": (TeamComparison(observers=("Ana", "Ben")),),
            "page_written": (Path("none.html"),),
            "part_made": (Path("none.slimsam"),),
            "merged": (REPORT,),
        },
        workbench.pool: {"busy_changed": (False,)},
        workbench.compression: {
            "changed": (),
            "teachers_changed": (),
            "pictures_changed": (),
            "goal_changed": (),
            "jobs_changed": (),
            "failed": (_error(),),
        },
    }


REPORT = MergeReport(sources=[])


def _own_signals(item: QObject) -> set[str]:
    ours = [kind for kind in type(item).__mro__ if kind.__module__.startswith("slimsam_app")]
    return {name for kind in ours for name, value in vars(kind).items() if isinstance(value, Signal)}


def _fire_everything(window: MainWindow) -> None:
    """Do what changes documents, classes and settings, then emit every signal of what lives long."""
    workbench = window.workbench
    add_object(window)
    made = workbench.classes.add("another")
    assert made is not None
    workbench.classes.rename(made.id, "a third")
    workbench.undo()
    workbench.redo()
    workbench.navigator.step(+1)
    workbench.navigator.step(-1)
    for key, value in (("keys.own", '{"view.fit": ["F9"]}'), ("keys.own", "{}"), ("keys.preset", "labelme")):
        window.settings.set(key, value)
    window.settings.set("keys.preset", "SlimSAM")
    for item, values in _signals(window).items():
        assert set(values) == _own_signals(item), type(item).__name__
        for name, arguments in values.items():
            getattr(item, name).emit(*arguments)
    workbench.jobs.running.emit("")


@pytest.mark.parametrize("name", OPENERS)
def test_everything_can_happen_after_a_dialog_was_opened_and_closed_twice(
    name: str, qtbot: QtBot, opened: MainWindow
) -> None:
    add_object(opened)
    for _ in range(2):
        before = set(_windows(opened))
        opened.workbench.objects.select(a.id for a in opened.workbench.objects.objects[:1])
        OPENERS[name](opened)
        shown = [found for found in _windows(opened) if found not in before]
        assert name in {type(found).__name__ for found in shown}
        qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)  # what it shows has come
        for found in shown:
            found.close()
        qtbot.waitUntil(lambda: not _windows(opened))
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    _fire_everything(opened)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
