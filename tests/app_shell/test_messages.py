"""What the user is told goes when it is no news any more, and is never in the way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app import messages
from slimsam_app.banner import Banner, BannerKind
from slimsam_app.causes import AnotherJob, Cause, cause_of
from slimsam_app.messages import Messages
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.workers.model_status import ModelStatus
from slimsam_core.errors import (
    CheckpointError,
    DeviceUnavailable,
    DownloadError,
    FormatError,
    OutputError,
    ProjectError,
    PromptError,
    RecipeError,
    SlimSamError,
)
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.pixels.square_fit import SquareFit
from tests.app_shell.test_grey_actions import told
from tests.app_shell.test_labelling import add_object

LEFT = Qt.MouseButton.LeftButton


def shown(window: MainWindow) -> list[str]:
    """Words of what is told, oldest first."""
    return [
        banner.key[1]
        for banner in window.findChildren(Banner)
        if banner.isVisible() and banner.key[0] != "note"
    ]


def banner_of(window: MainWindow, words: str) -> Banner:
    return next(b for b in window.findChildren(Banner) if b.key[1] == words and b.isVisible())


def fail(window: MainWindow, error: SlimSamError) -> str:
    window.workbench.failed.emit(error)
    return error.message


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (PromptError("x"), Cause.PICTURE),
        (ProjectError("x"), Cause.PICTURE),
        (CheckpointError("x"), Cause.MODEL),
        (DeviceUnavailable("x"), Cause.MODEL),
        (FormatError("x"), Cause.JOB),
        (OutputError("x"), Cause.JOB),
    ],
)
def test_the_cause_of_an_error_is_known_by_its_kind(error: SlimSamError, cause: Cause) -> None:
    assert cause_of(error) is cause


def test_escape_closes_errors_before_it_cancels_what_is_open(opened: MainWindow) -> None:
    add_object(opened)
    chosen = opened.workbench.objects.objects[0].id
    opened.workbench.objects.select([chosen])
    fail(opened, PromptError("no such point"))
    opened.actions_["prompt.cancel"].trigger()
    assert shown(opened) == []
    assert opened.workbench.objects.selection == (chosen,), "the second Esc is for that"
    opened.actions_["prompt.cancel"].trigger()
    assert opened.workbench.objects.selection == ()


def test_escape_closes_an_error_of_the_welcome_page(window: MainWindow) -> None:
    fail(window, ProjectError("cannot be opened"))
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert shown(window) == []


@pytest.mark.parametrize("on_words", [True, False])
def test_a_click_closes_an_error(on_words: bool, opened: MainWindow) -> None:
    words = fail(opened, OutputError("the disk is full"))
    banner = banner_of(opened, words)
    label = next(label for label in banner.findChildren(QLabel) if label.text() == words)
    if on_words:
        QTest.mouseClick(label, LEFT)
    else:
        QTest.mouseClick(banner, LEFT, pos=QPoint(2, 2))
    assert shown(opened) == []


def test_words_that_were_marked_to_be_copied_stay(opened: MainWindow) -> None:
    words = fail(opened, OutputError("the disk is full"))
    banner = banner_of(opened, words)
    label = next(label for label in banner.findChildren(QLabel) if label.text() == words)
    middle = label.height() // 2
    QTest.mousePress(label, LEFT, pos=QPoint(1, middle))
    QTest.mouseMove(label, QPoint(label.width() - 2, middle))
    QTest.mouseRelease(label, LEFT, pos=QPoint(label.width() - 2, middle))
    assert label.hasSelectedText()
    assert shown(opened) == [words]


def test_an_error_of_the_picture_goes_when_the_next_try_succeeds_or_with_the_picture(
    opened: MainWindow,
) -> None:
    fail(opened, ProjectError("refused"))
    add_object(opened)
    assert shown(opened) == []
    fail(opened, PromptError("outside"))
    opened.workbench.navigator.step(+1)
    assert shown(opened) == []


def test_an_error_of_a_job_is_seen_before_another_picture_takes_it(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = fail(opened, OutputError("the disk is full"))
    add_object(opened)
    opened.workbench.navigator.step(+1)
    assert shown(opened) == [words]
    monkeypatch.setattr(messages, "SEEN_MS", 0)
    opened.workbench.navigator.step(+1)
    assert shown(opened) == []


def test_an_error_of_a_job_goes_when_the_next_one_of_its_kind_succeeds(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    """The error of an export stood beside the word that it was exported."""
    add_object(opened)
    unread = fail(opened, FormatError("no file of this kind"))
    fail(opened, OutputError("the disk is full"))
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export(
            tmp_path / "a.json", get_format("coco"), Selection(), WriteOptions(overwrite=True)
        )
    assert shown(opened) == [unread], "that of a file that could not be read has another cause"


def test_an_error_of_the_model_goes_when_a_model_is_ready(qtbot: QtBot, window: MainWindow) -> None:
    fail(window, CheckpointError("damaged"))
    with qtbot.waitSignal(window.prompting.client.model_ready, timeout=60_000):
        window.workbench.model_in_use.start()
    qtbot.waitUntil(lambda: "damaged" not in shown(window))


def test_there_are_never_more_than_three_and_the_newest_stay(opened: MainWindow) -> None:
    kinds = (OutputError, FormatError, DownloadError, RecipeError, CheckpointError)
    for number, kind in enumerate(kinds):
        fail(opened, kind(f"error {number}"))
        assert len(shown(opened)) <= 3
    assert shown(opened) == ["error 2", "error 3", "error 4"]
    opened.workbench.document.unsaved.emit(1, ProjectError("no space"))
    assert len(shown(opened)) == 3
    opened.workbench.document.unsaved.emit(0, None)
    assert shown(opened) == ["error 3", "error 4"]


def test_a_new_failure_of_a_kind_takes_the_place_of_the_last_one(opened: MainWindow) -> None:
    fail(opened, FormatError("cannot read a.json"))
    fail(opened, OutputError("cannot write b.json"))
    fail(opened, FormatError("cannot read c.json"))
    assert shown(opened) == ["cannot write b.json", "cannot read c.json"]


def test_what_was_done_is_one_line_at_the_bottom_with_a_way_back(opened: MainWindow) -> None:
    undone: list[bool] = []
    opened.workbench.noted.emit("First thing done", None)
    opened.workbench.noted.emit("Second thing done", lambda: undone.append(True))
    lines = [b for b in opened.findChildren(Banner) if b.key[0] == "note" and b.isVisible()]
    assert [line.key[1] for line in lines] == ["Second thing done"]
    (line,) = lines
    centre = QRect(opened.centre.mapToGlobal(QPoint()), opened.centre.size())
    assert not centre.intersects(QRect(line.mapToGlobal(QPoint()), line.size())), (
        "a click there is the picture's"
    )
    assert opened.rect().contains(line.geometry())
    button = line.findChild(QPushButton, "bannerOffer")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert undone == [True]
    assert not line.isVisible()


def test_no_word_of_the_line_is_cut_while_there_is_room(qtbot: QtBot, opened: MainWindow) -> None:
    opened.resize(1280, 720)
    opened.show()
    for words in ("1 image is approved.", "4 objects on which people agree are kept once."):
        opened.messages.note(words, ("Undo", lambda: None))
        (line,) = (b for b in opened.findChildren(Banner) if b.isVisible() and b.key[0] == "note")
        button = line.findChild(QPushButton, "bannerOffer")
        button.setStyleSheet("padding: 0 30px")  # a style that asks for more once it is there
        qtbot.waitUntil(
            lambda line=line: all(
                label.width() >= label.sizeHint().width() for label in line.findChildren(QLabel)
            ),
            timeout=60_000,
        )


def test_the_word_about_the_bundled_model_comes_once_and_lies_below_the_picture(opened: MainWindow) -> None:
    opened.show()
    status = ModelStatus(
        name="lite2",
        model_hash="hash",
        encoder_of="hash",
        device="cpu",
        runtime="OpenVINO, CPU",
        fit=SquareFit.LETTERBOX,
        bundled=True,
        path=Path("lite2.safetensors"),
        preparable=False,
    )
    opened.workbench.inference.model_ready.emit(status)
    lines, banners = told(opened)
    assert lines == ["The bundled model is in use. SlimSAM's own weights are more accurate."]
    assert banners == []
    opened.messages.forget_note()
    opened.workbench.inference.model_ready.emit(status)
    assert told(opened) == ([], [])


def test_no_banner_goes_while_a_hand_is_near(
    qtbot: QtBot, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.show()
    monkeypatch.setattr(messages, "SHOW_MS", 20)
    monkeypatch.setattr(messages, "NEAR_MS", 20)
    stack = opened.messages._stack
    looked = []

    def hand() -> QPoint:
        looked.append(1)
        return stack.mapToGlobal(QPoint(-30, 10)) if len(looked) < 4 else QPoint(-500, -500)

    monkeypatch.setattr("slimsam_app.messages.QCursor.pos", hand)
    opened.messages.show_success("Exported.")
    qtbot.waitUntil(lambda: len(looked) >= 3, timeout=60_000)
    assert len(told(opened)[1]) == 1
    qtbot.waitUntil(lambda: told(opened)[1] == [], timeout=60_000)


def test_a_result_takes_the_place_of_the_one_before(opened: MainWindow) -> None:
    for words in ("2 parts were written.", "Merged."):
        opened.messages.tell_result(words, "", ("Details…", lambda: None))
        QApplication.processEvents()
    opened.messages.ask("Who are you?", "", ("Say it", lambda: None))
    shown = [banner.key[1] for banner in opened.findChildren(Banner) if banner.isVisible()]
    assert shown == ["Merged.", "Who are you?"]


def test_what_was_told_of_a_project_goes_with_it_and_what_went_wrong_stays(opened: MainWindow) -> None:
    opened.messages.ask("Parts were written.", "", ("Show", lambda: None))
    opened.messages.note("1 image is approved.", ("Undo", lambda: None))
    opened.messages.keep_note("6 warnings.", ("Details", lambda: None))
    opened.messages.show_error(CheckpointError("the model is gone"))
    opened.actions_["file.close"].trigger()
    lines, banners = told(opened)
    assert lines == []
    assert len(banners) == 1
    assert "the model is gone" in banners[0]


@pytest.mark.parametrize("over_a_dialog", [False, True])
def test_that_another_job_runs_is_no_error_and_names_it_with_a_way_to_stop_it(
    qtbot: QtBot, opened: MainWindow, over_a_dialog: bool
) -> None:
    go_on, jobs = threading.Event(), opened.workbench.jobs
    place = QWidget(opened)
    place.resize(600, 400)
    told_in = Messages(place, opened.theme) if over_a_dialog else opened.messages
    place.show()
    ended: list[object] = []
    jobs.start("Counting sheep", lambda *_: go_on.wait(10), ended.append, told_in.show_error)
    jobs.start("Second", lambda *_: None, ended.append, told_in.show_error)
    (banner,) = (b for b in opened.findChildren(Banner) if not b.going and "Counting sheep" in b.key[1])
    assert banner.key[0] != BannerKind.ERROR
    offer = banner.findChild(QPushButton, "bannerOffer")
    assert offer is not None
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert not jobs.busy
    go_on.set()
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    assert ended == []


def test_the_offer_stops_the_job_that_it_names_and_no_later_one(qtbot: QtBot, opened: MainWindow) -> None:
    first, second, jobs = threading.Event(), threading.Event(), opened.workbench.jobs
    ended: list[object] = []
    refused: list[SlimSamError] = []
    jobs.start("first", lambda *_: first.wait(10), ended.append, refused.append)
    jobs.start("other", lambda *_: None, ended.append, refused.append)
    first.set()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=60_000)
    jobs.start("second", lambda *_: second.wait(10), ended.append, refused.append)
    (late,) = refused
    assert isinstance(late, AnotherJob)
    late.stop()
    assert jobs.busy
    second.set()
    qtbot.waitUntil(lambda: ended == [True, True], timeout=60_000)
