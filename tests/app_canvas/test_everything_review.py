"""Segment everything: found in the background, reviewed by hand, in the project only when accepted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.item_models.proposals_model import ProposalRole
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, ImageState, Provenance
from slimsam_core.inference.everything import EverythingMask
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft
from slimsam_core.pixels import mask
from slimsam_core.progress import Progress
from tests.app_canvas.canvas_hands import CTRL, LEFT, RIGHT, SHIFT, click, drag
from tests.app_shell.test_grey_actions import told
from tests.app_shell.test_labelling import banner_texts

FOUND = ((10, 10, 30, 30, 0.97), (60, 10, 90, 40, 0.93), (100, 60, 150, 110, 0.9), (20, 70, 50, 100, 0.6))


def rectangle(x0: int, y0: int, x1: int, y1: int) -> mask.Rle:
    pixels = np.zeros((120, 160), np.bool_)
    pixels[y0:y1, x0:x1] = True
    return mask.encode(pixels)


@pytest.fixture(autouse=True)
def finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search comes back with four rectangles, after three steps."""

    def steps(*_: object) -> Iterator[Progress]:
        for done in range(3):
            yield Progress("everything", done, 3)
        return tuple(
            EverythingMask(
                mask=rectangle(*box),
                predicted_iou=iou,
                stability_score=0.9,
                point=((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
                bbox=(0, 0, 1, 1),
            )
            for *box, iou in FOUND
        )

    monkeypatch.setattr("slimsam_app.sessions.everything_session.everything_steps", steps)


@pytest.fixture
def reviewing(qtbot: QtBot, labelling: MainWindow) -> MainWindow:
    """The window with the proposals of its first picture."""
    with qtbot.waitSignal(labelling.prompting.everything.found, timeout=60_000):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_E, SHIFT)
    return labelling


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def shown(window: MainWindow) -> list[int]:
    return [p.id for p in window.prompting.everything.shown]


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(window.workspace.canvas, key, keys or Qt.KeyboardModifier.NoModifier)


def test_what_is_found_in_a_picture_that_was_left_names_it_and_leads_there(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    navigator = labelling.workbench.navigator
    searched = navigator.current_id
    assert searched is not None
    name = labelling.workbench.document.image(searched).path
    with qtbot.waitSignal(labelling.prompting.everything.found, timeout=60_000):
        press(qtbot, labelling, Qt.Key.Key_E, SHIFT)
        press(qtbot, labelling, Qt.Key.Key_D)
        assert navigator.current_id != searched
    assert f"3 proposals to review in {name}." in banner_texts(labelling)
    (offer,) = labelling.findChildren(QPushButton, "bannerOffer")
    offer.click()
    assert navigator.current_id == searched
    qtbot.waitUntil(lambda: navigator.picture is not None, timeout=60_000)
    assert labelling.workspace.canvas.tool.id == "review"
    assert shown(labelling) == [1, 2, 3]


def test_what_is_found_is_shown_and_nothing_enters_the_project(reviewing: MainWindow) -> None:
    assert reviewing.workspace.canvas.tool.id == "review"
    assert reviewing.proposals_dock.isVisible()
    assert shown(reviewing) == [1, 2, 3]  # the fourth is less than SAM's threshold
    assert set(reviewing.workspace.canvas.layers.proposals.items_by_id) == {1, 2, 3}
    model = reviewing.proposals_dock.model
    assert [model.index(row).data(ProposalRole.SCORE) for row in range(model.rowCount())] == [0.97, 0.93, 0.9]
    assert not objects(reviewing)


def test_click_and_enter_accept_one_and_undo_takes_just_it_back(qtbot: QtBot, reviewing: MainWindow) -> None:
    canvas = reviewing.workspace.canvas
    click(canvas, 75, 25)
    assert reviewing.prompting.everything.selection == (2,)
    press(qtbot, reviewing, Qt.Key.Key_Return)
    (made,) = objects(reviewing)
    assert made.mask == rectangle(60, 10, 90, 40)
    assert made.provenance.source == "everything"
    assert made.provenance.predicted_iou == 0.93
    assert made.provenance.prompts is not None
    assert shown(reviewing) == [1, 3]
    assert reviewing.prompting.everything.selection == (3,)
    press(qtbot, reviewing, Qt.Key.Key_Return)
    assert len(objects(reviewing)) == 2
    press(qtbot, reviewing, Qt.Key.Key_Z, CTRL)
    assert objects(reviewing) == (made,)


def test_keys_alone_go_through_all(qtbot: QtBot, reviewing: MainWindow) -> None:
    press(qtbot, reviewing, Qt.Key.Key_Tab)
    assert reviewing.prompting.everything.selection == (1,)
    press(qtbot, reviewing, Qt.Key.Key_Tab)
    press(qtbot, reviewing, Qt.Key.Key_Delete)
    assert shown(reviewing) == [1, 3]
    assert reviewing.prompting.everything.selection == (3,)
    press(qtbot, reviewing, Qt.Key.Key_Backtab, SHIFT)
    assert reviewing.prompting.everything.selection == (1,)
    press(qtbot, reviewing, Qt.Key.Key_Backspace)
    assert shown(reviewing) == [1, 2, 3]
    assert reviewing.prompting.everything.selection == (2,)
    press(qtbot, reviewing, Qt.Key.Key_Escape)
    assert reviewing.prompting.everything.selection == ()
    press(qtbot, reviewing, Qt.Key.Key_Return)
    assert not objects(reviewing)


@pytest.mark.parametrize(("key", "keys"), [(Qt.Key.Key_Backspace, None), (Qt.Key.Key_Z, CTRL)])
def test_a_merge_is_taken_back(
    qtbot: QtBot, reviewing: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier | None
) -> None:
    canvas, everything = reviewing.workspace.canvas, reviewing.prompting.everything
    before = everything.proposals
    click(canvas, 20, 20)
    click(canvas, 75, 25, keys=SHIFT)
    press(qtbot, reviewing, Qt.Key.Key_M, CTRL | SHIFT)
    assert len(everything.proposals) == len(before) - 1
    press(qtbot, reviewing, key, keys)
    assert everything.proposals == before, "both parts, and no longer what was made of them"
    assert set(everything.selection) == {1, 2}


def test_undo_brings_back_what_was_rejected_after_the_last_command(
    qtbot: QtBot, reviewing: MainWindow
) -> None:
    """It took back the object that was accepted before."""
    canvas, undo = reviewing.workspace.canvas, reviewing.actions_["edit.undo"]
    click(canvas, 75, 25)
    press(qtbot, reviewing, Qt.Key.Key_Return)
    assert len(objects(reviewing)) == 1
    click(canvas, 20, 20)
    press(qtbot, reviewing, Qt.Key.Key_Delete)
    assert shown(reviewing) == [3]
    assert "proposals" in undo.text()
    press(qtbot, reviewing, Qt.Key.Key_Z, CTRL)
    assert shown(reviewing) == [1, 3]
    assert len(objects(reviewing)) == 1
    assert "proposals" not in undo.text()
    press(qtbot, reviewing, Qt.Key.Key_Z, CTRL)
    assert not objects(reviewing)
    assert shown(reviewing) == [1, 2, 3]


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_picture_that_is_finished_no_more_has_its_proposals_again(
    qtbot: QtBot, reviewing: MainWindow, elsewhere: bool
) -> None:
    navigator, document = reviewing.workbench.navigator, reviewing.workbench.document
    first = navigator.current_id
    assert first is not None
    waiting = reviewing.prompting.everything.proposals
    press(qtbot, reviewing, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: navigator.current_id != first and navigator.picture is not None, timeout=60_000)
    if elsewhere:
        document.undo_stack.undo()
    else:
        reviewing.actions_["edit.undo"].trigger()
    navigator.go(first)
    qtbot.waitUntil(lambda: reviewing.prompting.everything.proposals == waiting, timeout=60_000)
    assert document.image(first).state is not ImageState.DONE


def test_undo_goes_back_in_the_order_in_which_things_were_done(qtbot: QtBot, reviewing: MainWindow) -> None:
    canvas = reviewing.workspace.canvas
    for place, key in (((20, 20), Qt.Key.Key_Return), ((75, 25), Qt.Key.Key_Delete)):
        click(canvas, *place)
        press(qtbot, reviewing, key)
    click(canvas, 120, 80)
    press(qtbot, reviewing, Qt.Key.Key_Return)
    for back in ([3], [2, 3], [1, 2, 3]):
        press(qtbot, reviewing, Qt.Key.Key_Z, CTRL)
        assert shown(reviewing) == back


def test_what_was_decided_on_does_not_come_back_with_the_state(reviewing: MainWindow) -> None:
    workbench, everything = reviewing.workbench, reviewing.prompting.everything
    first = workbench.navigator.current_id
    assert first is not None
    reviewing.prompting.drafting.drop_proposals()
    workbench.set_state(ImageState.DONE)
    reviewing.prompting.drafting._finished[1]()  # type: ignore[misc]
    assert len(everything.proposals) == 4
    everything.select(p.id for p in everything.proposals)
    everything.reject()
    everything.set_threshold(0.0)
    everything.select(p.id for p in everything.proposals)
    everything.reject()
    assert not everything.proposals
    workbench.set_state(ImageState.IN_PROGRESS)
    assert not everything.proposals


def test_a_picture_without_objects_gets_no_proposals_back(reviewing: MainWindow) -> None:
    workbench, everything = reviewing.workbench, reviewing.prompting.everything
    reviewing.prompting.drafting.drop_proposals()
    workbench.set_state(ImageState.DONE)
    workbench.set_state(ImageState.EMPTY_CHECKED)
    assert not everything.proposals
    workbench.set_state(ImageState.NEW)
    assert len(everything.proposals) == 4


def test_two_are_merged_and_one_object_is_made_of_them(qtbot: QtBot, reviewing: MainWindow) -> None:
    canvas, everything = reviewing.workspace.canvas, reviewing.prompting.everything
    click(canvas, 20, 20)
    click(canvas, 75, 25, keys=SHIFT)
    assert everything.selection == (1, 2)
    press(qtbot, reviewing, Qt.Key.Key_M, CTRL | SHIFT)
    (merged,) = (p for p in everything.shown if p.id in everything.selection)
    assert merged.mask == mask.union([rectangle(10, 10, 30, 30), rectangle(60, 10, 90, 40)])
    assert merged.predicted_iou == 0.93
    press(qtbot, reviewing, Qt.Key.Key_Return)
    (made,) = objects(reviewing)
    assert made.mask == merged.mask
    assert made.provenance.prompts is not None
    assert len(made.provenance.prompts.points) == 2


def test_all_above_the_threshold_are_one_command(qtbot: QtBot, reviewing: MainWindow) -> None:
    dock = reviewing.proposals_dock
    dock.slider.setValue(50)
    assert len(shown(reviewing)) == 4
    dock.slider.setValue(92)
    assert shown(reviewing) == [1, 2]
    assert set(reviewing.workspace.canvas.layers.proposals.items_by_id) == {1, 2}
    qtbot.mouseClick(dock.accept_shown, LEFT)
    assert len(objects(reviewing)) == 2
    assert len(reviewing.prompting.everything.proposals) == 2
    press(qtbot, reviewing, Qt.Key.Key_Z, CTRL)
    assert not objects(reviewing)
    assert len(reviewing.prompting.everything.proposals) == 4, "undo lays them on the table again"
    dock.slider.setValue(0)
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    assert len(objects(reviewing)) == 4
    assert not dock.isVisible()
    assert reviewing.workspace.canvas.tool.id == "point"


def test_a_band_and_the_list_choose_the_same(qtbot: QtBot, reviewing: MainWindow) -> None:
    drag(reviewing.workspace.canvas, [(3, 3), (50, 30), (95, 45)])
    assert reviewing.prompting.everything.selection == (1, 2)
    rows = reviewing.proposals_dock.view.selectionModel().selectedIndexes()
    assert sorted(index.row() for index in rows) == [0, 1]
    view = reviewing.proposals_dock.view
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.model().index(2, 0)).center())
    assert reviewing.prompting.everything.selection == (3,)
    assert reviewing.workspace.canvas.layers.proposals.selected == {3}


def test_what_the_slider_hides_is_told(reviewing: MainWindow) -> None:
    words = "1 less certain one is hidden: move the slider of the proposals."
    assert words in banner_texts(reviewing)


def test_proposals_wait_while_another_picture_is_shown(qtbot: QtBot, reviewing: MainWindow) -> None:
    press(qtbot, reviewing, Qt.Key.Key_D)
    assert not reviewing.prompting.everything.proposals
    assert not reviewing.proposals_dock.isVisible()
    qtbot.waitUntil(lambda: reviewing.workbench.navigator.picture is not None)
    press(qtbot, reviewing, Qt.Key.Key_A)
    assert shown(reviewing) == [1, 2, 3]
    assert set(reviewing.workspace.canvas.layers.proposals.items_by_id) == {1, 2, 3}
    reviewing.actions_["tool.review"].trigger()
    reviewing.actions_["proposal.discard"].trigger()
    assert not reviewing.proposals_dock.isVisible()
    assert not reviewing.workspace.canvas.layers.proposals.items_by_id


def test_what_is_an_object_already_is_not_proposed_again(qtbot: QtBot, reviewing: MainWindow) -> None:
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    assert len(objects(reviewing)) == 3
    with qtbot.waitSignal(reviewing.prompting.everything.found, timeout=60_000) as heard:
        press(qtbot, reviewing, Qt.Key.Key_E, SHIFT)
    assert heard.args[0].known == 3
    assert [p.predicted_iou for p in heard.args[0].proposals] == [0.6]
    assert len(shown(reviewing)) == 1  # none is good by SAM's threshold: all are shown


def test_a_search_is_cancelled_and_leaves_nothing(qtbot: QtBot, labelling: MainWindow) -> None:
    heard: list[object] = []
    labelling.prompting.everything.found.connect(heard.append)
    press(qtbot, labelling, Qt.Key.Key_E, SHIFT)
    labelling.prompting.client.spare.pause(True)
    qtbot.mouseClick(labelling.spare_bar.cancel, LEFT)
    qtbot.wait(100)  # time for what was on its way
    assert not heard
    assert not labelling.spare_bar.isVisible()
    assert not labelling.prompting.everything.proposals


def test_a_closed_project_takes_its_proposals_along(reviewing: MainWindow) -> None:
    reviewing.workbench.close()
    assert not reviewing.prompting.everything.proposals
    assert not reviewing.proposals_dock.isVisible()


def test_undo_brings_the_proposals_back_and_redo_takes_them(qtbot: QtBot, reviewing: MainWindow) -> None:
    before = shown(reviewing)
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    assert len(objects(reviewing)) == len(before)
    reviewing.workbench.undo()
    assert objects(reviewing) == ()
    assert shown(reviewing) == before
    reviewing.workbench.redo()
    assert shown(reviewing) == []
    assert len(objects(reviewing)) == len(before)


def test_deleting_what_was_accepted_brings_no_proposal_back(qtbot: QtBot, reviewing: MainWindow) -> None:
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    left = shown(reviewing)
    reviewing.workbench.objects.select(a.id for a in objects(reviewing))
    reviewing.workbench.objects.delete()
    assert objects(reviewing) == ()
    assert shown(reviewing) == left


def test_accepting_all_says_how_many_and_leaves_what_lies_over_objects(
    qtbot: QtBot, reviewing: MainWindow
) -> None:
    image_id, mask = reviewing.workbench.navigator.current_id, rectangle(60, 10, 88, 40)
    assert image_id is not None
    reviewing.workbench.objects.add(NewObject(mask=mask, provenance=Provenance()), image_id)
    everything, dock = reviewing.prompting.everything, reviewing.proposals_dock
    assert everything.over_objects == {2}
    assert dock.accept_shown.text() == "Accept all 2"
    (marked,) = (row for row in range(3) if dock.model.index(row).data(ProposalRole.OVER))
    assert dock.model.index(marked).data(ProposalRole.ID) == 2
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    assert len(objects(reviewing)) == 3
    assert shown(reviewing) == [2]
    assert told(reviewing)[0] == ["2 proposals were accepted. 1 lies over an object and is left."]
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    assert "lie over objects" in told(reviewing)[0][0]
    assert not dock.accept_shown.isEnabled()
    assert len(objects(reviewing)) == 3
    press(qtbot, reviewing, Qt.Key.Key_Tab)
    press(qtbot, reviewing, Qt.Key.Key_Return)
    assert len(objects(reviewing)) == 4, "a person may want it"


def test_the_last_ones_are_told_as_all(qtbot: QtBot, reviewing: MainWindow) -> None:
    reviewing.prompting.everything.set_threshold(0.0)
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    assert told(reviewing)[0] == ["All proposals were accepted: 4."]


def test_undo_and_redo_leave_what_another_search_found(qtbot: QtBot, reviewing: MainWindow) -> None:
    everything = reviewing.prompting.everything
    everything.accept_shown()
    assert len(objects(reviewing)) == 3
    another = [
        Proposal(
            id=number, mask=rectangle(5 * number, 80, 5 * number + 4, 90), provenance=made, confidence=1.0
        )
        for number, made in ((1, Provenance(source="likeness")), (2, Provenance(source="likeness")))
    ]
    everything.discard()
    everything.take_up(reviewing.workbench.navigator.current_id or 0, ProposalsDraft(tuple(another), 0.5))
    press(qtbot, reviewing, Qt.Key.Key_Z, CTRL)
    assert not objects(reviewing)
    assert [p for p in everything.proposals if p in another] == another
    assert len({p.id for p in everything.proposals}) == len(everything.proposals) == 5
    reviewing.workbench.redo()
    assert list(everything.proposals) == another
    reviewing.workbench.undo()
    assert len({p.id for p in everything.proposals}) == len(everything.proposals) == 5


def asked(window: MainWindow) -> list[QPushButton]:
    return [b for b in window.findChildren(QPushButton, "bannerOffer") if b.text() == "Search anew"]


def test_proposals_that_wait_are_not_replaced_unasked(qtbot: QtBot, reviewing: MainWindow) -> None:
    everything = reviewing.prompting.everything
    everything.select((1,))
    everything.reject()
    before = everything.proposals
    press(qtbot, reviewing, Qt.Key.Key_E, SHIFT)
    assert not reviewing.workbench.inference.spare.busy
    assert everything.proposals == before
    assert any(w.startswith("3 proposals wait in this image.") for kind in told(reviewing) for w in kind)
    with qtbot.waitSignal(everything.found, timeout=60_000):
        asked(reviewing)[0].click()
    assert len(everything.proposals) == 4
    assert {p.id for p in everything.proposals}.isdisjoint(p.id for p in before)
    press(qtbot, reviewing, Qt.Key.Key_Backspace)
    assert set(before) <= set(everything.proposals)
    press(qtbot, reviewing, Qt.Key.Key_Backspace)  # and what was rejected before
    assert len(everything.proposals) == 4 + 4


def test_the_answer_counts_for_the_picture_that_was_asked_about(qtbot: QtBot, reviewing: MainWindow) -> None:
    press(qtbot, reviewing, Qt.Key.Key_E, SHIFT)
    (again,) = asked(reviewing)
    press(qtbot, reviewing, Qt.Key.Key_D)
    again.click()
    assert not reviewing.workbench.inference.spare.busy


def test_what_came_while_it_searched_stays_and_that_is_told(qtbot: QtBot, labelling: MainWindow) -> None:
    everything, image_id = labelling.prompting.everything, labelling.workbench.navigator.current_id
    assert image_id is not None
    other = Proposal(
        id=1, mask=rectangle(5, 5, 25, 25), provenance=Provenance(source="detector"), confidence=0.9
    )
    with qtbot.waitSignal(everything.found, timeout=60_000):
        press(qtbot, labelling, Qt.Key.Key_E, SHIFT)
        everything.take_up(image_id, ProposalsDraft((other,), 0.5))
    assert everything.proposals == (other,)
    assert any("proposals came into the image meanwhile" in w for kind in told(labelling) for w in kind)


def menu_of(window: MainWindow) -> QMenu:
    (menu,) = [m for m in window.findChildren(QMenu, "proposalMenu") if m.isVisible()]
    return menu


def entry(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == words)


def test_the_right_button_rejects_one_and_brings_it_back(reviewing: MainWindow) -> None:
    canvas, everything = reviewing.workspace.canvas, reviewing.prompting.everything
    click(canvas, 75, 25, RIGHT)
    menu = menu_of(reviewing)
    assert everything.selection == (2,)
    assert not entry(menu, "Bring rejected proposals back").isEnabled()
    entry(menu, "Reject the chosen proposals").trigger()
    menu.close()
    assert shown(reviewing) == [1, 3]
    view = reviewing.proposals_dock.view
    view.customContextMenuRequested.emit(QPoint(5, 5))
    entry(menu_of(reviewing), "Bring rejected proposals back").trigger()
    assert shown(reviewing) == [1, 2, 3]
    menu_of(reviewing).close()


def test_the_right_button_on_one_of_several_is_for_all(reviewing: MainWindow) -> None:
    canvas, everything = reviewing.workspace.canvas, reviewing.prompting.everything
    everything.select((1, 2))
    click(canvas, 75, 25, RIGHT)
    assert everything.selection == (1, 2)
    menu = menu_of(reviewing)
    entry(menu, "Merge the chosen proposals").trigger()
    menu.close()
    assert len(shown(reviewing)) == 2


def test_the_palette_brings_back_when_all_were_rejected(reviewing: MainWindow) -> None:
    everything = reviewing.prompting.everything
    everything.set_threshold(0.0)
    everything.select([p.id for p in everything.proposals])
    everything.reject()
    assert not everything.proposals
    assert "proposal.restore" in {action.id for action in reviewing.actions_.available()}
    reviewing.actions_["proposal.restore"].trigger()
    assert len(everything.proposals) == 4


def test_the_question_before_a_search_anew_goes_with_the_image(qtbot: QtBot, reviewing: MainWindow) -> None:
    def questions() -> list[str]:
        return [w for kind in told(reviewing) for w in kind if "wait in this image" in w]

    press(qtbot, reviewing, Qt.Key.Key_E, SHIFT)
    assert questions()
    with qtbot.waitSignal(reviewing.workbench.navigator.picture_ready, timeout=60_000):
        reviewing.workbench.navigator.step(+1)
    assert not questions(), "it would be of an image that nobody sees"


def test_accepting_all_leaves_what_lies_over_a_better_one_of_its_class(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    workbench = labelling.workbench
    car, dog = (workbench.classes.add(name) for name in ("car", "dog"))
    assert car is not None
    assert dog is not None
    boxes = ((10, 0.9, car.id), (12, 0.8, car.id), (13, 0.7, dog.id), (90, 0.6, car.id))
    proposals = tuple(
        Proposal(
            id=number,
            mask=rectangle(left, 10, left + 30, 40),
            provenance=Provenance(source="detector"),
            category_id=category_id,
            confidence=sure,
        )
        for number, (left, sure, category_id) in enumerate(boxes, 1)
    )
    everything, dock = labelling.prompting.everything, labelling.proposals_dock
    everything.take_up(workbench.navigator.current_id or 0, ProposalsDraft(proposals, 0.25))
    assert everything.left_by_all == {2}
    assert dock.accept_shown.text() == "Accept all 3"
    assert "better proposal" in str(dock.model.index(1).data(Qt.ItemDataRole.ToolTipRole))
    press(qtbot, labelling, Qt.Key.Key_Return, SHIFT)
    assert shown(labelling) == [2]
    assert told(labelling)[0] == [
        "3 proposals were accepted. 1 lies over a better one of its class and is left."
    ]
