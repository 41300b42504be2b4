"""The pages of the wizard keep what was typed, fit the screen, and say what their numbers are."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QScrollArea, QSpinBox
from pytestqt.qtbot import QtBot

from slimsam_app import i18n
from slimsam_app.figures import duration
from slimsam_app.sessions.compression.choices import recipe_of
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.wizards.compress.number_cards import Number, NumberCards
from slimsam_app.windows.wizards.compress.picture_strip import Example, PictureStrip
from slimsam_app.windows.wizards.compress.wizard import GOAL, RUN, USE, CompressWizard
from slimsam_core.compression.events import StageStarted
from slimsam_core.compression.job_folder import Phase
from slimsam_core.compression.monitor import JobView
from slimsam_core.compression.recipe import Ranking
from tests.compression_jobs.test_monitor import step
from tests.compression_jobs.test_wizard import job_folder, labelled, opened, press, typed, window

__all__ = ["labelled", "window"]
SMALL_SCREEN_PX = 680
"""Of 720 pixels, what a title bar leaves."""


def draw_curves(wizard: CompressWizard) -> None:
    """Those of a run that came to its end before."""
    for curve in (wizard.run.loss, wizard.run.validation):
        curve.set_points([(0.0, 1.0), (1.0, 0.5)])
    wizard.run.show_job(Path())


def test_a_preset_changes_nothing_that_was_typed(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(GOAL)
    wizard.goal.fold.setChecked(True)
    epochs = wizard.goal.findChild(QSpinBox, "compress_epochs")
    typed(epochs, "7")
    typed(wizard.pictures.most, "3")
    press(wizard, "compressPreset_slimsam-77")
    choices = labelled.workbench.compression.choices
    assert (choices.preset, choices.advanced.epochs, choices.most_pictures) == ("slimsam-77", 7, 3)
    assert choices.ratio == pytest.approx(0.77)
    assert choices.advanced.batch != 0
    wizard.close()


def test_every_ranking_can_be_chosen_and_is_what_the_run_does(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(GOAL)
    wizard.goal.fold.setChecked(True)
    rankings = wizard.goal.findChild(QComboBox, "compress_ranking")
    assert [rankings.itemData(row) for row in range(rankings.count())] == list(Ranking)
    for row, ranking in enumerate(Ranking):
        rankings.setCurrentIndex(row)
        rankings.activated.emit(row)
        choices = labelled.workbench.compression.choices
        assert recipe_of(choices, "any").ranking is ranking
    wizard.close()


def test_the_preset_in_force_is_marked_until_it_is_changed(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(GOAL)
    buttons = wizard.goal.presets.buttons()
    assert [button.isChecked() for button in buttons] == [True, False, False]
    press(wizard, "compressPreset_slimsam-77")
    assert [button.isChecked() for button in buttons] == [False, False, True]
    QTest.keyClick(wizard.goal.slider, Qt.Key.Key_Left)
    assert not any(button.isChecked() for button in buttons)
    press(wizard, "compressPreset_slimsam-77")
    assert [button.isChecked() for button in buttons] == [False, False, True]
    wizard.close()


def test_the_axes_of_a_curve_say_only_what_is_known(qtbot: QtBot, labelled: MainWindow) -> None:
    plot = opened(qtbot, labelled).run.validation
    axis = plot._plot.getAxis("left")
    assert not axis.style["showValues"], "no scale before there is a point"
    plot.set_points([(0.5, 0.1)])
    assert axis.style["showValues"]
    low, high = plot._plot.getViewBox().viewRange()[1]
    assert low == 0.0, "a difference is never negative"
    assert 0.1 < high < 0.2


def test_the_numbers_beside_a_curve_are_of_the_language(labelled: MainWindow) -> None:
    translator = i18n.install("de")
    try:
        axis = labelled.compressing.wizard.run.loss._plot.getAxis("left")
        assert axis.tickStrings([0.25, 0.5], 1.0, 0.05) == ["0,25", "0,50"]
    finally:
        assert translator is not None
        QApplication.removeTranslator(translator)


def test_no_empty_curves_stand_where_nothing_runs(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(RUN)
    assert not wizard.run.loss.isVisible()
    draw_curves(wizard)
    assert wizard.run.loss.isVisible()
    wizard.close()


def test_back_never_comes_to_where_next_was(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    places = set()
    for page in (0, 1, 2, GOAL, USE):
        wizard.stack.setCurrentIndex(page)
        wizard._show()
        QApplication.processEvents()
        places.add((wizard.back_button.x(), wizard.back_button.width()))
    assert len(places) == 1, "the second click of a double click on Next would hit it"
    wizard.close()


def test_no_page_makes_the_window_higher_than_a_small_screen(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.resize(1020, SMALL_SCREEN_PX)
    wizard.goal.fold.setChecked(True)
    wizard.run.strip.show()
    for page in range(len(wizard.pages)):
        wizard.stack.setCurrentIndex(page)
        QApplication.processEvents()
        assert wizard.height() == SMALL_SCREEN_PX
        assert wizard.minimumSizeHint().height() <= SMALL_SCREEN_PX
    wizard.close()


def test_nothing_in_the_cards_is_cut(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(GOAL)
    cards: NumberCards = wizard.goal.cards
    labelled.workbench.compression.blockSignals(True)  # the plan may be ready at any moment and shows its own
    long = Number(
        "12,345.6 MB", "now 123,456.7 MB, which is more than before by a factor of twelve and a half"
    )
    cards.show_numbers(dict.fromkeys(("parameters", "macs", "file", "encode", "run"), long))
    QApplication.processEvents()
    labels = [label for label in cards.findChildren(QLabel) if label.text().strip()]
    assert len(labels) == 15
    for label in labels:
        assert label.wordWrap()
        assert label.heightForWidth(label.width()) <= label.height(), label.text()
    labelled.workbench.compression.blockSignals(False)
    wizard.close()


def test_the_numbers_under_the_pictures_have_a_name(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    assert wizard.run.strip.below.text() == "Overlap"
    assert wizard.verdict.strip.below.text() == "IoU"
    wizard.close()


def test_the_names_of_the_rows_are_not_cut(labelled: MainWindow) -> None:
    theme, long = labelled.theme, "Deckungsgleichheit der Masken"
    strip = PictureStrip("strip", ("a", "b"), 64, theme, labelled, below=long)
    assert strip.below.width() > strip.below.fontMetrics().horizontalAdvance(long)


def test_the_wheel_over_a_curve_scrolls_the_page(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.show_run()
    draw_curves(wizard)
    plot = wizard.run.loss._plot
    plot.setMinimumHeight(1200)
    area = next(a for a in wizard.findChildren(QScrollArea) if a.isAncestorOf(plot))
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum() // 2)
    seen = area.viewport().rect()
    at = area.viewport().mapTo(wizard, QPoint(seen.width() // 4, seen.height() // 2))
    assert plot.rect().contains(plot.mapFrom(wizard, at))
    hit = wizard.childAt(at)
    assert hit is not None
    assert not plot.isAncestorOf(hit), "the graph would take the wheel for itself"
    assert area.isAncestorOf(hit)
    wizard.close()


def test_a_run_that_is_judged_is_told_to_be_paused_at_once(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard, client = window.compressing.wizard, window.workbench.compression_client
    monkeypatch.setattr(client, "current", tmp_path)
    view = JobView(folder=tmp_path, phase=Phase.JUDGE, seconds_left=600.0)
    client.progressed.emit(view)
    left = wizard.run.cards.findChild(QLabel, "compressRunNumbers_left")
    assert left.text() == duration(600.0)
    monkeypatch.setattr(type(client), "paused", True)
    client.progressed.emit(view)
    assert wizard.run._where.text() == "Paused"
    assert wizard.run.notice.accessibleName().startswith("Paused")
    assert left.text() != duration(600.0)
    monkeypatch.undo()
    wizard.close()


def test_a_plan_that_needs_more_memory_than_there_is_is_told(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    session = labelled.workbench.compression
    qtbot.waitUntil(lambda: session.goal is not None, timeout=200_000)
    assert session.goal is not None
    assert session.problems(Chosen.GOAL) == ()
    session.goal = replace(session.goal, device_bytes=session.goal.memory_bytes - 1)
    (problem,) = session.problems(Chosen.GOAL)
    assert "of memory; this machine has" in problem.text
    assert not problem.blocking
    session.goal = replace(session.goal, device="cuda:0")
    (problem,) = session.problems(Chosen.GOAL)
    assert "of memory; the GPU has" in problem.text
    session.goal = replace(session.goal, device_bytes=session.goal.memory_bytes)
    assert session.problems(Chosen.GOAL) == ()
    wizard.close()


def test_the_curves_of_a_run_that_can_go_on_are_drawn_before_it_runs(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = job_folder(window, tmp_path)
    folder.slim_dir.mkdir()
    record = [
        {"event": event.kind, "time": 1.0, "step": number, **asdict(event)}
        for number, event in enumerate((StageStarted(0, 2, 1, "first"), step(0, 1), step(0, 2, loss=0.5)), 1)
    ]
    (folder.slim_dir / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in record))
    wizard = window.compressing.wizard
    wizard.show_run()
    qtbot.waitUntil(lambda: [y for _, y in wizard.run.loss.points] == [1.0, 0.5], timeout=200_000)
    assert not window.workbench.compression_client.busy
    assert "can go on" in wizard.run._where.text()
    wizard.close()


def test_a_number_that_is_awaited_says_what_it_waits_for(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard, session = opened(qtbot, labelled), labelled.workbench.compression
    note = wizard.goal.findChild(QLabel, "compressGoal_run_note")
    session.goal = None
    session._settle.start()
    session.goal_changed.emit()
    assert note.text() == "being measured"
    qtbot.waitUntil(lambda: "with the verdict" in note.text(), timeout=200_000)
    wizard.close()


def test_curves_give_way_to_the_masks_of_a_run(qtbot: QtBot, labelled: MainWindow) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(RUN)
    picture = np.zeros((40, 60, 3), np.uint8)
    wizard.run.strip.set_examples([Example((picture, picture), "0.90")] * 3)
    wizard.run.strip.show()
    draw_curves(wizard)
    area = wizard.stack.currentWidget()
    assert isinstance(area, QScrollArea)
    curves = (wizard.run.loss, wizard.run.validation)
    bar = area.verticalScrollBar()
    wizard.resize(1020, 1200)
    qtbot.waitUntil(lambda: bar.maximum() == 0, timeout=200_000)
    assert all(curve.height() > 250 for curve in curves), "as high as the rest leaves"
    wizard.resize(1020, 360)
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=200_000)
    assert all(curve.height() < 250 for curve in curves)
    assert curves[0].width() == pytest.approx(curves[1].width(), abs=2)
    area.ensureWidgetVisible(wizard.run.strip)
    qtbot.waitUntil(lambda: not wizard.run.strip.visibleRegion().isEmpty(), timeout=200_000)
    wizard.close()
