"""The whole way through the wizard with real events, and the states that a person may meet on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.banner import Banner
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.wizards.compress.wizard import (
    GOAL,
    LABELS,
    MODEL,
    PICTURES,
    RUN,
    USE,
    VERDICT,
    CompressWizard,
)
from slimsam_core.checkpoints import model_hash
from slimsam_core.compression.job_folder import JobFolder, Phase
from slimsam_core.compression.monitor import Activity, JobNotice, JobView, NoticeKind
from slimsam_core.errors import OutputError
from slimsam_core.files.user_folders import settings_path
from slimsam_core.judging.verdict import Advice
from slimsam_core.library.model_library import ModelLibrary
from tests.app_canvas.canvas_hands import click
from tests.app_shell.test_labelling import banner_texts
from tests.compression_jobs.jobs import labelled_project, tiny_job, tiny_teacher, with_epochs


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window without a project; the tiny model is installed and in use."""
    ModelLibrary().import_file(tiny_teacher(tmp_path), "tiny")
    settings = Settings(settings_path())
    settings.set("model.name", "tiny")
    settings.set("model.runtime", "torch")
    settings.set("canvas.hover_preview", False)
    window = create_window(qapp, settings)
    window.resize(1280, 720)
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def labelled(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """The same with a small labelled project open and the model at work."""
    window.workbench.model_in_use.start()
    with qtbot.waitSignal(window.prompting.client.encoded, timeout=200_000):
        window.workbench.open([labelled_project(tmp_path)])
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=200_000)
    return window


def press(wizard: CompressWizard, name: str) -> None:
    """Click a button of the wizard with the mouse."""
    QApplication.processEvents()  # widgets that were just added are shown by an event
    (button,) = (found for found in wizard.findChildren(QAbstractButton, name) if found.isVisible())
    assert button.isEnabled(), name
    # a tick or radio button may be wider than what can be hit of it
    spot = button.rect().center() if isinstance(button, QPushButton) else QPoint(8, button.height() // 2)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=spot)


def typed(widget: QWidget | None, text: str) -> None:
    """Type into a number field."""
    assert widget is not None
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)


def opened(qtbot: QtBot, window: MainWindow) -> CompressWizard:
    """The wizard as the menu opens it, with everything counted."""
    window.actions_["model.compress"].trigger()
    wizard = window.compressing.wizard
    session = window.workbench.compression
    qtbot.waitUntil(lambda: session.teacher is not None and session.pictures is not None, timeout=120_000)
    return wizard


def job_folder(window: MainWindow, tmp_path: Path, epochs: int = 1, name: str = "a") -> JobFolder:
    """A job that was written down and not begun."""
    folder = window.workbench.compression.jobs_dir / name
    return JobFolder.create(folder, with_epochs(tiny_job(tmp_path / name), epochs))


def test_from_the_first_decision_to_a_click_answered_by_the_new_model(
    qtbot: QtBot, labelled: MainWindow
) -> None:
    wizard, session, client = (
        opened(qtbot, labelled),
        labelled.workbench.compression,
        labelled.workbench.compression_client,
    )
    assert session.teacher is not None
    assert wizard.current == MODEL
    for page in (PICTURES, LABELS, GOAL):
        press(wizard, "compressNext")
        assert wizard.current == page
    wizard.goal.slider.setFocus()
    QTest.keyClick(wizard.goal.slider, Qt.Key.Key_PageUp)
    assert session.choices.ratio == pytest.approx(0.35)
    press(wizard, "compressAdvanced")
    typed(wizard.findChild(QWidget, "compress_epochs"), "12")
    assert session.choices.advanced.epochs == 12
    qtbot.waitUntil(lambda: wizard.goal.complete and session.goal is not None, timeout=120_000)

    def pause_when_learning(view: JobView) -> None:
        if view.activity == Activity.LEARNING and not client.paused and not paused:
            press(wizard, "compressPause")

    paused: list[JobView] = []
    client.progressed.connect(lambda view: paused.append(view) if view.paused else None)
    client.progressed.connect(pause_when_learning)
    press(wizard, "compressNext")
    assert wizard.current == RUN
    assert labelled.compressing.bar.isVisible()
    qtbot.waitUntil(lambda: bool(paused), timeout=200_000)
    seen = client.view
    qtbot.wait(300)  # told five times a second: once would have come
    assert client.view is seen
    with qtbot.waitSignal(client.finished, timeout=200_000):
        press(wizard, "compressPause")
    assert wizard.current == VERDICT
    assert wizard.verdict.sentence.text().endswith(".")
    assert wizard.verdict.table.topLevelItemCount() == 4
    assert wizard.run.strip.examples
    assert not labelled.compressing.bar.isVisible()
    qtbot.waitUntil(lambda: bool(wizard.verdict.strip.examples), timeout=200_000)

    press(wizard, "compressNext")
    assert wizard.current == USE
    wizard.use.name.selectAll()
    QTest.keyClicks(wizard.use.name, "small one")
    press(wizard, "compressAdopt")
    qtbot.waitUntil(
        lambda: (status := labelled.prompting.client.status) is not None and status.name == "small-one",
        timeout=200_000,
    )
    info = ModelLibrary().resolve("small-one")
    canvas, prompts = labelled.workspace.canvas, labelled.prompting.prompts
    click(canvas, 30, 30)
    qtbot.waitUntil(lambda: len(prompts.candidates) > 0, timeout=200_000)
    before = len(labelled.workbench.objects.objects)
    prompts.accept()
    qtbot.waitUntil(lambda: len(labelled.workbench.objects.objects) > before, timeout=120_000)
    made = labelled.workbench.objects.objects[-1]
    assert made.provenance.model_hash == info.model_hash == model_hash(info.path)

    assert not labelled.prompting.compare.active
    press(wizard, "compressCompare")
    assert labelled.prompting.compare.active
    labelled.prompting.compare.stop()
    press(wizard, "compressUseNoticeButton")
    qtbot.waitUntil(
        lambda: (status := labelled.prompting.client.status) is not None and status.name == "tiny",
        timeout=200_000,
    )
    press(wizard, "compressCopy_alone")
    assert QGuiApplication.clipboard().text().startswith("slimsam compress ")


def test_without_pictures_the_way_is_barred_and_says_why(qtbot: QtBot, window: MainWindow) -> None:
    wizard = opened(qtbot, window)
    press(wizard, "compressNext")
    assert wizard.current == PICTURES
    assert not wizard.next_button.isEnabled()
    assert "no pictures" in wizard.pictures.notice.accessibleName()
    wizard.go_to(GOAL)
    assert wizard.current == PICTURES
    assert not wizard.pictures.own.isEnabled()


def test_few_pictures_are_told_of_and_allowed(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    press(wizard, "compressNext")
    assert "few" in wizard.pictures.notice.accessibleName()
    assert wizard.next_button.isEnabled()
    qtbot.waitUntil(lambda: wizard.pictures.examples.count() == 6, timeout=200_000)


def test_adapting_to_few_labels_is_doubted(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(LABELS)
    assert not wizard.labels.decoder.isEnabled()
    press(wizard, "compressAdapt")
    assert wizard.labels.decoder.isEnabled()
    assert "few to adapt to" in wizard.labels.notice.accessibleName()
    press(wizard, "compressAdapt_all")
    assert labelled.workbench.compression.choices.adapt_parts == "all"


def test_closing_asks_what_becomes_of_the_run(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    client = window.workbench.compression_client
    folder = job_folder(window, tmp_path, epochs=500)
    wizard = window.compressing.wizard
    wizard.show_run()
    with qtbot.waitSignal(client.progressed, timeout=200_000):
        client.start(folder.path)
    wizard.close()
    box = wizard.findChild(QMessageBox, "compressCloseQuestion")
    assert box is not None
    assert wizard.isVisible()
    assert {b.text() for b in box.buttons()} == {"Let it go on", "Stop it", "Keep the window open"}
    go_on = next(button for button in box.buttons() if button.text() == "Let it go on")
    QTest.mouseClick(go_on, Qt.MouseButton.LeftButton)
    assert not wizard.isVisible()
    assert client.current == folder.path
    QTest.mouseClick(window.compressing.bar.button, Qt.MouseButton.LeftButton)
    assert wizard.isVisible()
    wizard.close()
    box = wizard.findChildren(QMessageBox, "compressCloseQuestion")[-1]
    stop = next(button for button in box.buttons() if button.text() == "Stop it")
    with qtbot.waitSignal(client.cancelled, timeout=200_000):
        QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not wizard.isVisible()
    assert folder.state == "cancelled"


def test_a_run_that_was_cut_off_is_offered_at_the_next_start(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = job_folder(window, tmp_path)
    folder.slim_dir.mkdir()
    window.compressing.offer_unfinished()
    qtbot.waitUntil(lambda: "interrupted" in banner_texts(window), timeout=200_000)
    (offer,) = (b for b in window.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    with qtbot.waitSignal(window.workbench.compression_client.finished, timeout=200_000):
        QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert window.compressing.wizard.current == VERDICT
    assert folder.state == "finished"


def test_waiting_and_stopped_runs_are_listed_and_can_be_dropped(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    client = window.workbench.compression_client
    first = job_folder(window, tmp_path, 500, "a")
    second = job_folder(window, tmp_path, 500, "b")
    wizard = window.compressing.wizard
    wizard.show_run()
    with qtbot.waitSignal(client.progressed, timeout=200_000):
        client.start(first.path)
    client.start(second.path)
    press(wizard, "compressJob_withdraw")
    assert client.waiting == ()
    press(wizard, "compressJob_dismiss")
    (box,) = wizard.findChildren(QMessageBox, "askFirst")
    assert second.path.exists(), "nothing goes before a person agrees"
    QTest.mouseClick(next(b for b in box.buttons() if b.text() == "Delete"), Qt.MouseButton.LeftButton)
    assert not second.path.exists()
    with qtbot.waitSignal(client.cancelled, timeout=200_000):
        press(wizard, "compressCancel")
    assert "cancelled" in wizard.run.notice.accessibleName()
    assert not wizard.run.cancel.isEnabled()
    QApplication.processEvents()
    offers = [b.text() for b in wizard.run.findChildren(QPushButton) if b.isVisible()]
    assert offers.count("Go on with it") == 1, "a cancelled run is listed once"
    (offer,) = (b for b in wizard.run.findChildren(QPushButton, "compressJob_takeUp") if b.isVisible())
    wizard.resize(1020, 660)  # of a screen of 720 pixels
    qtbot.waitUntil(lambda: offer.visibleRegion().boundingRect() == offer.rect(), timeout=200_000)
    assert not wizard.run.cards.isVisible(), "numbers of a run, while there is none"


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (JobNotice(NoticeKind.BATCH_HALVED, 2), "2 pictures at once"),
        (JobNotice(NoticeKind.PICTURE_SKIPPED, 3, "/a/b.jpg: broken"), "/a/b.jpg"),
        (JobNotice(NoticeKind.RESUMED), "last checkpoint"),
    ],
)
def test_what_happens_on_the_way_is_told(window: MainWindow, notice: JobNotice, words: str) -> None:
    client, wizard = window.workbench.compression_client, window.compressing.wizard
    wizard.show_run()
    client.current = Path("/job")
    client.progressed.emit(
        replace(JobView(folder=Path("/job")), phase=Phase.SLIM, device="cpu", notices=(notice,))
    )
    client.current = None
    assert words in wizard.run.notice.accessibleName()


def test_a_full_disk_is_told_with_a_way_on(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    client, wizard = window.workbench.compression_client, window.compressing.wizard
    folder = job_folder(window, tmp_path)
    client.failed.emit(folder.path, OutputError("The disk is full.", "Free some space."))
    assert "disk is full" in banner_texts(window)
    wizard.show_run()
    assert "Free some space." in wizard.run.notice.accessibleName()
    with qtbot.waitSignal(client.finished, timeout=200_000):
        press(wizard, "compressRunNoticeButton")


def test_another_run_does_not_show_the_verdict_of_the_last_one(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    client, wizard = window.workbench.compression_client, window.compressing.wizard
    first, second = job_folder(window, tmp_path), job_folder(window, tmp_path, 500, "b")
    wizard.show_run()
    with qtbot.waitSignal(client.finished, timeout=200_000):
        client.start(first.path)
    assert wizard.current == VERDICT
    assert "finished" in wizard.steps.item(RUN).text()
    with qtbot.waitSignal(client.progressed, timeout=200_000):
        client.start(second.path)
    assert wizard.verdict.complete, "a verdict that is being read stays"
    press(wizard, "compressBack")
    assert wizard.current == RUN
    assert wizard.steps.item(VERDICT).text() == "Verdict"
    assert not wizard.next_button.isEnabled()
    assert QApplication.focusWidget() is wizard.close_button, "a key never stops the run by chance"
    press(wizard, "compressJob_verdict")
    assert wizard.current == VERDICT, "the list of runs leads to it"
    with qtbot.waitSignal(client.cancelled, timeout=200_000):
        client.cancel()


def test_that_a_run_is_over_is_told_until_its_verdict_is_seen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    client, folder = window.workbench.compression_client, job_folder(window, tmp_path)
    with qtbot.waitSignal(client.finished, timeout=200_000):
        client.start(folder.path)
    (banner,) = (b for b in window.findChildren(Banner) if b.isVisible())
    assert banner.stays
    for number in range(4):
        window.messages.show_info(f"note {number}")
    assert "A model was made smaller." in banner_texts(window), "what passes anyway makes room"
    assert window.workbench.compression.made_for(folder.path) in banner_texts(window)
    window.compressing.wizard.show_verdict(folder.path)
    qtbot.waitUntil(lambda: "A model was made smaller." not in banner_texts(window), timeout=200_000)


def test_a_bad_verdict_advises_against(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    client, wizard = window.workbench.compression_client, window.compressing.wizard
    folder = job_folder(window, tmp_path)
    with qtbot.waitSignal(client.finished, timeout=200_000):
        client.start(folder.path)
    verdict = folder.verdict()
    assert verdict is not None
    folder.save_verdict(replace(verdict, advice=Advice.AGAINST))
    wizard.show_run()
    press(wizard, "compressJob_verdict")
    assert wizard.current == VERDICT
    assert "do not switch" in wizard.verdict.advice.accessibleName()
    made_for = window.workbench.compression.made_for(folder.path)
    assert made_for
    assert wizard.verdict.lead.text().endswith(f"for the project {made_for}")
    press(wizard, "compressNext")
    assert wizard.use.scopes["keep"].isChecked(), "what the verdict advises is chosen"
    assert wizard.use.adopt.text() == "Keep it"
    press(wizard, "compressScope_default")
    assert wizard.use.adopt.text() == "Take it into use"
    report = tmp_path / "report.html"
    with qtbot.waitSignal(window.workbench.adoption.report_saved, timeout=120_000):
        window.workbench.adoption.save_report(folder.path, report)
    assert report.read_text("utf-8").startswith("<!doctype html>")
    folder.verdict_path.write_text("{")
    wizard.show_verdict(folder.path)
    assert "cannot be read" in wizard.verdict.advice.accessibleName()


@pytest.mark.parametrize("height", [560, 680])
def test_pausing_and_going_on_are_in_sight_in_a_low_window(
    qtbot: QtBot, window: MainWindow, height: int
) -> None:
    """With everything on the page that can be: a notice, curves, pictures."""
    window.actions_["model.compress"].trigger()
    wizard = window.compressing.wizard
    assert wizard is not None
    wizard.resize(1000, height)
    wizard.go_to(4)
    wizard.run.strip.show()
    wizard.run.notice.show_state("pause-circle", "accent", "Paused", "Nothing is lost meanwhile. " * 20)
    QApplication.processEvents()
    for button in (wizard.run.pause, wizard.run.cancel):
        qtbot.waitUntil(
            lambda button=button: button.visibleRegion().boundingRect().size() == button.size(),
            timeout=200_000,
        )
    wizard.close()
