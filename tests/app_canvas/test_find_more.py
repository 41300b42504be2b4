"""Find more like these: what looks like the selected object waits in other pictures, with its precision."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app import figures
from slimsam_app.sessions.likeness_session import LikenessEnd
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Provenance
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.pixels.mask import iou
from tests.likeness.squares import embed_colours, labelled_project, mask, places, predict_colours

DONE, PICTURES = 9, 12


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A project of twelve pictures with red and blue squares, of which nine are labelled and done."""
    return labelled_project(tmp_path, DONE, PICTURES)


@pytest.fixture(autouse=True)
def sees_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Predictor, "embed", embed_colours)
    monkeypatch.setattr(Predictor, "predict_many", predict_colours)


def go(qtbot: QtBot, window: MainWindow, row: int) -> None:
    navigator = window.workbench.navigator
    navigator.go(navigator.ids[row])
    qtbot.waitUntil(
        lambda: navigator.picture is not None and window.workbench.prompts.image_id == navigator.ids[row],
        timeout=60_000,
    )


def find(qtbot: QtBot, window: MainWindow, action: str) -> tuple[LikenessEnd, list[str]]:
    """The end of a search, and what the window told."""
    told: list[str] = []
    window.workbench.told.connect(lambda *words: told.extend(words))
    window.workbench.asked.connect(lambda words, hint, _: told.extend((words, hint)))
    with qtbot.waitSignal(window.workbench.likeness.finished, timeout=120_000) as ended:
        window.actions_[action].trigger()
    (end,) = ended.args or ()
    assert isinstance(end, LikenessEnd)
    return end, told


def test_the_way_to_the_first_find_is_offered(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    go(qtbot, labelling, 1)
    red = next(one for one in workbench.objects.objects if one.category_id == 1)
    workbench.objects.select((red.id,))
    find(qtbot, labelling, "proposal.like_these")
    offer = next(b for b in labelling.findChildren(QPushButton, "bannerOffer") if b.text() == "Show")
    offer.click()
    assert workbench.navigator.current_id == workbench.navigator.ids[DONE]
    qtbot.waitUntil(lambda: bool(workbench.everything.proposals), timeout=60_000)
    assert labelling.workspace.canvas.tool.id == "review"


def test_more_of_the_selected_object(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    go(qtbot, labelling, 1)
    red = next(one for one in workbench.objects.objects if one.category_id == 1)
    workbench.objects.select((red.id,))
    end, told = find(qtbot, labelling, "proposal.like_these")
    assert end.complete
    assert [ready.category_id for ready in end.ready] == [1]
    assert told[0].startswith("Proposals to review: ")
    assert told[0].endswith(" in 3 of 3 images.")
    assert told[1].startswith("red: from ")
    for row in range(DONE, PICTURES):
        (draft,) = workbench.drafts.parts(workbench.navigator.ids[row])
        assert isinstance(draft, ProposalsDraft)
        for colour, x, y in places(row):
            found = [p for p in draft.proposals if iou(p.mask, mask(x, y)) > 0.8]
            assert bool([p for p in found if p.predicted_iou >= draft.threshold]) == (colour == "red")
    go(qtbot, labelling, DONE)
    words = labelling.findChild(QLabel, "proposalMeasured")
    assert words is not None
    assert not words.isHidden()
    everything = labelling.workbench.everything
    (measured,) = everything.measured
    finds, right = measured.at(everything.threshold)
    said = f"{figures.percent_interval(right, finds)} of {finds} finds in labelled images were right."
    assert said in words.text()
    assert said.replace("labelled", "held-back") in told[1]
    category = workbench.document.categories()[0]
    row = labelling.proposals_dock.model.index(0)
    assert row.data() == "red"
    assert row.data(Qt.ItemDataRole.DecorationRole).name() == category.display_color
    assert row.data(Qt.ItemDataRole.ToolTipRole).endswith(" px")
    painted = labelling.workspace.canvas.layers.proposals.items_by_id.values()
    hues = {item.pen.color().hsvHue() for item in painted}
    assert all(abs(hue - QColor(category.display_color).hsvHue()) <= 2 for hue in hues)
    labelling.actions_["proposal.accept_shown"].trigger()
    assert {one.category_id for one in workbench.objects.objects} == {1}
    assert {one.provenance.source for one in workbench.objects.objects} == {"likeness"}


def test_more_of_all_classes(qtbot: QtBot, labelling: MainWindow) -> None:
    end, _ = find(qtbot, labelling, "proposal.rest")
    assert {ready.category_id for ready in end.ready} == {1, 2}
    workbench = labelling.workbench
    (draft,) = workbench.drafts.parts(workbench.navigator.ids[10])
    assert isinstance(draft, ProposalsDraft)
    found = {p.category_id for p in draft.proposals if p.predicted_iou >= draft.threshold}
    assert found == {{"red": 1, "blue": 2}[colour] for colour, _, _ in places(10)}


def test_a_class_that_is_not_looked_for_yet_says_why(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    green = workbench.classes.add("green")
    assert green is not None
    workbench.objects.choose_category(green.id)
    end, told = find(qtbot, labelling, "proposal.like_these")
    assert not end.ready
    assert told == [
        "There is nothing yet to look for.",
        "green: not yet. It has 0 objects in images to learn from; five in three of them are needed.",
    ]


def test_while_other_work_is_done_it_waits(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    with qtbot.waitSignal(workbench.likeness.finished, timeout=120_000):
        labelling.actions_["proposal.rest"].trigger()
        with qtbot.waitSignal(workbench.failed, timeout=60_000) as refused:
            workbench.likeness.start_all()
            assert workbench.likeness._spare.task is not None
            running = workbench.likeness._spare.task.title
    assert running in str((refused.args or [""])[0])


def test_the_next_image_to_label_is_shown(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    go(qtbot, labelling, 1)
    with qtbot.waitSignal(workbench.likeness.chosen, timeout=120_000) as told:
        labelling.actions_["image.next_telling"].trigger()
    found, shown = told.args or (None, False)
    assert shown
    assert found.compared == PICTURES - DONE
    assert workbench.navigator.current_id == found.image_id
    assert workbench.navigator.row_of(found.image_id) >= DONE


def test_who_moved_on_is_not_carried_away(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    go(qtbot, labelling, 1)
    told: list[str] = []
    workbench.told.connect(lambda *words: told.extend(words))
    with qtbot.waitSignal(workbench.likeness.chosen, timeout=120_000):
        labelling.actions_["image.next_telling"].trigger()
        workbench.navigator.step(+1)
    assert workbench.navigator.row_of(workbench.navigator.current_id) == 2
    assert told[0].startswith("The most telling image is ")


def test_where_no_bar_reaches_four_of_five_that_is_said(qtbot: QtBot, labelling: MainWindow) -> None:
    workbench = labelling.workbench
    go(qtbot, labelling, DONE)
    found = Proposal(
        id=1, mask=mask(4, 4), provenance=Provenance(source="likeness"), category_id=1, confidence=0.9
    )
    row = workbench.navigator.ids[DONE]
    measured = MeasuredFinds(1, ((0.3, 13, 7), (0.6, 10, 6), (0.9, 1, 1)))
    workbench.everything.take_up(row, ProposalsDraft((found,), 0.3, (measured,)))
    words = labelling.findChild(QLabel, "proposalMeasured")
    assert words is not None
    assert "54 % (29 to 77) of 13 finds" in words.text().replace("\N{NO-BREAK SPACE}", " ").replace(
        "\u202f", " "
    )
    assert "From nowhere on more than 60" in words.text()
