"""Opening, reading, writing and closing: the actions, each as a person triggers it."""

from __future__ import annotations

from slimsam_app.windows.dialogs.doctor_dialog import DoctorDialog
from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.film_dialog import FilmDialog
from slimsam_app.windows.dialogs.go_back_dialog import GoBackDialog
from slimsam_app.windows.dialogs.history_dialog import HistoryDialog
from slimsam_app.windows.dialogs.left_out_dialog import LeftOutDialog
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason
from tests.app_shell.every_action.hands import Checks, Hands, every
from tests.app_shell.test_labelling import banner_texts
from tests.cli.test_frames import film

CHECKS = Checks()


@CHECKS.of("file.open_images")
def _open_images(hands: Hands) -> None:
    with hands.qtbot.waitSignal(hands.window.workbench.navigator.picture_ready, timeout=60_000):
        hands.answers(hands.folder / "photo 2.png")
    assert hands.window.workbench.navigator.entry.path == "photo 2.png"  # type: ignore[union-attr]


@CHECKS.of("file.open_folder")
def _open_folder(hands: Hands) -> None:
    with hands.qtbot.waitSignal(hands.window.workbench.navigator.picture_ready, timeout=60_000):
        hands.answers(hands.folder)
    hands.settle()
    assert len(hands.window.workbench.navigator.ids) == 3


@CHECKS.of("file.open_film")
def _open_film(hands: Hands) -> None:
    path = film(hands.folder.parent / "walk.mp4")
    with hands.qtbot.waitSignal(hands.window.workbench.films.offered, timeout=60_000):
        hands.answers(path)
    dialog = hands.window.findChild(FilmDialog)
    assert isinstance(dialog, FilmDialog)
    dialog.close()  # what it does: tests/app_shell/test_films.py
    hands.settle()


@CHECKS.of("file.open_project")
def _open_project(hands: Hands) -> None:
    hands.open()
    path = hands.window.workbench.document.project.path
    hands.window.workbench.close()
    with hands.qtbot.waitSignal(hands.window.workbench.document.opened, timeout=60_000):
        hands.answers(path)
    assert hands.window.workbench.document.project.path == path
    hands.settle()


@CHECKS.of("file.samples")
def _samples(hands: Hands) -> None:
    with hands.qtbot.waitSignal(hands.window.workbench.navigator.picture_ready, timeout=60_000):
        hands.trigger()
    hands.settle()


@CHECKS.of("file.save")
def _save(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert "Everything is saved." in banner_texts(hands.window)


@CHECKS.of("file.import", "file.doctor")
def _read_annotations(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    entry = hands.window.workbench.navigator.entry
    assert entry is not None
    written = hands.folder.parent / "one.json"
    with hands.qtbot.waitSignal(hands.window.workbench.transfer.exported, timeout=60_000):
        hands.window.workbench.transfer.export_images(written, [entry.id])
    hands.settle()
    hands.answers(written)
    if hands.window.findChild(DoctorDialog) is None:
        hands.qtbot.waitUntil(
            lambda: "are in the project already" in banner_texts(hands.window), timeout=60_000
        )
    hands.settle()


@CHECKS.of("file.import_folder")
def _read_a_folder(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    workbench, written = hands.window.workbench, hands.folder.parent / "labelme"
    labelme = get_format("labelme")
    export_project(workbench.document.project, labelme, written, Selection(), WriteOptions())
    hands.answers(written)
    hands.qtbot.waitUntil(
        lambda: "objects of labelme are in the project already" in banner_texts(hands.window), timeout=60_000
    )
    hands.settle()


@CHECKS.of("file.export")
def _export(hands: Hands) -> None:
    hands.open()
    hands.opens(ExportDialog)


@CHECKS.of("file.export_image")
def _export_image(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    with hands.qtbot.waitSignal(hands.window.workbench.transfer.exported, timeout=60_000):
        hands.answers(hands.folder / "mine.json")
    assert (hands.folder / "mine.json").stat().st_size > 0
    hands.settle()


@CHECKS.of("file.go_back")
def _go_back(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.findChild(GoBackDialog) is not None


@CHECKS.of("edit.history")
def _history(hands: Hands) -> None:
    hands.open()
    hands.opens(HistoryDialog)


@CHECKS.of("file.left_out")
def _left_out(hands: Hands) -> None:
    hands.open()
    workbench = hands.window.workbench
    workbench.opener.left_out = (LeftOut("a:b.png", LeftOutReason.DRIVE),)
    workbench.opener.left_out_changed.emit()
    hands.opens(LeftOutDialog)


@CHECKS.of("file.close")
def _close(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert not hands.window.workbench.document.is_open


@CHECKS.of("file.quit")
def _quit(hands: Hands) -> None:
    hands.trigger()
    assert not hands.window.isVisible()


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
