"""A point of a sweep is chosen in the wizard: in its curve or its list, for its settings or its model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from slimsam_app.figures import percent
from slimsam_app.sessions.compression.choices import recipe_of
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.wizards.compress.sweep_dialog import SweepDialog
from slimsam_app.windows.wizards.compress.wizard import GOAL, CompressWizard
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import StageSettings, Target
from slimsam_core.compression.sweeping.choosing import read_sweep
from slimsam_core.compression.sweeping.points import PointOutcome, PointResult, Sweep
from slimsam_core.errors import RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.models.cost import encoder_cost
from tests.compression_jobs.jobs import tiny_teacher
from tests.compression_jobs.test_wizard import labelled, opened, window

__all__ = ["labelled", "window"]

VALUES = ((0.3, 20.0, 0.74), (0.5, 12.0, 0.71), (0.6, 14.0, 0.60), (0.7, 8.0, 0.52))
"""Ratio, milliseconds, mIoU: the third is beaten by the second."""


def result(
    ratio: float, ms: float, miou: float, outcome: PointOutcome = PointOutcome.FINISHED
) -> PointResult:
    return PointResult(
        ratio=ratio, criterion="hessian", seed=2, outcome=outcome, parameters=1000, macs=5_000_000,
        alignment_error=0.1, encode_ms=ms, miou=miou, miou_low=miou - 0.05, miou_high=miou + 0.05,
    )  # fmt: skip


def written(folder: Path, *results: PointResult) -> Path:
    recipe = replace(preset("quick-look"), embedding_stage=StageSettings(3, 1))
    sweep = Sweep(recipe=recipe, ratios=tuple(v[0] for v in VALUES), criteria=("hessian",), seeds=(2,))
    folder.mkdir()
    (folder / "sweep.json").write_text(json.dumps(json_dataclass.to_json(sweep)))
    (folder / "results.json").write_text(json.dumps([json_dataclass.to_json(one) for one in results]))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = written(tmp_path / "sweep", *(result(*values) for values in VALUES))
    place = made / "points" / "r0.5-hessian-s2"
    place.mkdir(parents=True)
    (place / "model.safetensors").write_bytes(tiny_teacher(tmp_path / "made").read_bytes())
    return made


def shown(qtbot: QtBot, wizard: CompressWizard, folder: Path) -> SweepDialog:
    wizard.go_to(GOAL)
    wizard.goal.open_sweep(folder)
    qtbot.waitUntil(lambda: wizard.findChild(SweepDialog) is not None, timeout=200_000)
    dialog = wizard.findChild(SweepDialog)
    assert isinstance(dialog, SweepDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=200_000)
    QApplication.processEvents()
    return dialog


def test_the_points_of_the_curve_come_first_and_cheapest_first(folder: Path) -> None:
    seen = read_sweep(folder)
    assert [one.ratio for one in seen.results] == [0.7, 0.5, 0.3, 0.6]
    assert seen.on_curve == 3
    assert [seen.model(one) is not None for one in seen.results] == [False, True, False, False]


def test_a_point_that_is_clicked_in_the_curve_gives_its_settings(
    qtbot: QtBot, labelled: MainWindow, folder: Path
) -> None:
    wizard = opened(qtbot, labelled)
    dialog = shown(qtbot, wizard, folder)
    assert dialog.list.count() == 4
    assert "on the curve" in dialog.list.item(2).text()
    assert "on the curve" not in dialog.list.item(3).text()
    assert percent(0.6) in dialog.list.item(3).text()
    spot = dialog.plot.spot(2).toPoint()
    QTest.mouseClick(dialog.plot, Qt.MouseButton.LeftButton, pos=spot)
    assert dialog.list.currentRow() == 2
    assert dialog.point.ratio == 0.3
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    choices = labelled.workbench.compression.choices
    assert choices.ratio == pytest.approx(0.3)
    assert (choices.advanced.criterion, choices.advanced.seed, choices.advanced.epochs) == ("hessian", 2, 3)
    assert wizard.goal.slider.value() == 30
    wizard.close()


def test_a_budget_and_a_size_come_back_and_how_far_off_it_is_is_told(
    qtbot: QtBot, labelled: MainWindow, tmp_path: Path
) -> None:
    wizard, session = opened(qtbot, labelled), labelled.workbench.compression
    assert session.teacher is not None
    small = replace(session.teacher.arch, image_size=32)
    budget = 0.8 * encoder_cost(small).macs
    recipe = replace(
        preset("quick-look"), teacher="tiny", target=Target(macs=budget), image_size=32, rounds=2
    )
    sweep = Sweep(recipe=recipe, criteria=("hessian",), seeds=(2,))
    (point,) = sweep.points
    folder = tmp_path / "budgeted"
    folder.mkdir()
    (folder / "sweep.json").write_text(json.dumps(json_dataclass.to_json(sweep)))
    found = replace(result(point.ratio, 8.0, 0.7), target=point.target)
    (folder / "results.json").write_text(json.dumps([json_dataclass.to_json(found)]))
    dialog = shown(qtbot, wizard, folder)
    assert "at most" in dialog.list.item(0).text()
    assert "channels go" not in dialog.list.item(0).text(), "nobody asked for a ratio"
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    made = recipe_of(session.choices, "tiny")
    assert (made.target, made.image_size, made.rounds) == (recipe.target, 32, 2)
    qtbot.waitUntil(lambda: session.goal is not None and session.goal.fit is not None, timeout=200_000)
    assert session.goal is not None
    assert session.goal.fit is not None
    assert session.goal.macs == session.goal.fit.needed <= budget
    fit, taken = (wizard.findChild(QLabel, name) for name in ("compressFit", "compressTaken"))
    assert "budget of the encoder" in fit.text()
    assert "32" in taken.text()
    assert "2 rounds" in taken.text()
    wizard.goal.slider.setFocus()
    QTest.keyClick(wizard.goal.slider, Qt.Key.Key_PageUp)
    assert session.choices.target is None, "the slider says now how small"
    assert recipe_of(session.choices, "tiny").image_size == 32
    qtbot.waitUntil(lambda: session.goal is not None and session.goal.fit is None, timeout=200_000)
    assert fit.isHidden()
    session.take_settings(replace(recipe, target=Target(macs=1.0)), masks_there=False)
    qtbot.waitUntil(lambda: bool(session.problems(Chosen.GOAL)), timeout=200_000)
    assert "even the smallest" in session.problems(Chosen.GOAL)[0].text
    assert not session.ready
    wizard.close()


def test_no_line_of_the_list_is_cut_in_a_narrow_window(
    qtbot: QtBot, labelled: MainWindow, folder: Path
) -> None:
    wizard = opened(qtbot, labelled)
    dialog = shown(qtbot, wizard, folder)
    rows = dialog.list
    dialog.resize(400, 560)

    def seen() -> bool:
        line = rows.visualItemRect(rows.item(0))
        words = rows.fontMetrics().boundingRect(line, Qt.TextFlag.TextWordWrap, rows.item(0).text())
        return 0 < line.width() <= rows.viewport().width() and words.height() <= line.height()

    qtbot.waitUntil(seen, timeout=200_000)
    dialog.close()
    wizard.close()


def test_the_model_of_a_point_is_installed_under_the_name_of_the_point(
    qtbot: QtBot, labelled: MainWindow, folder: Path
) -> None:
    wizard = opened(qtbot, labelled)
    dialog = shown(qtbot, wizard, folder)
    assert not dialog.install.isEnabled(), "the weights of the first one are gone"
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.install.isEnabled()
    with qtbot.waitSignal(labelled.workbench.models.installed, timeout=200_000):
        QTest.mouseClick(dialog.install, Qt.MouseButton.LeftButton)
    assert "r0.5-hessian-s2" in {info.name for info in ModelLibrary().installed()}
    wizard.close()


def test_a_folder_that_is_none_is_told_and_nothing_opens(
    qtbot: QtBot, labelled: MainWindow, tmp_path: Path
) -> None:
    wizard = opened(qtbot, labelled)
    wizard.go_to(GOAL)
    with qtbot.waitSignal(labelled.workbench.compression.failed, timeout=200_000) as told:
        wizard.goal.open_sweep(tmp_path)
    assert "not the folder of a sweep" in str(told.args[0])
    assert not wizard.findChildren(QDialog)
    wizard.close()


def test_what_is_not_finished_or_not_of_the_sweep_is_not_offered(tmp_path: Path) -> None:
    given_up = replace(result(0.5, 1.0, 0.9), outcome=PointOutcome.DOMINATED)
    elsewhere = replace(result(0.5, 1.0, 0.9), criterion="../../elsewhere")
    with pytest.raises(RecipeError, match="No point of the sweep"):
        read_sweep(written(tmp_path / "a", given_up, elsewhere))
    (tmp_path / "a" / "results.json").write_text("[1]")
    with pytest.raises(RecipeError):
        read_sweep(tmp_path / "a")
