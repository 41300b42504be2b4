"""Several people: the actions of the project menu, each as a person triggers it."""

from __future__ import annotations

from slimsam_app.windows.dialogs.annotator_dialog import AnnotatorDialog
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.dialogs.people_dialog import PeopleDialog
from slimsam_app.windows.dialogs.split_dialog import SplitDialog
from slimsam_core.annotation import ReviewState
from slimsam_core.project import Project
from tests.app_shell.every_action.hands import Check, Checks, Hands, every

CHECKS = Checks()


def _opens(kind: type) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        hands.opens(kind)
        hands.settle()

    return test


CHECKS |= {
    "project.name": _opens(AnnotatorDialog),
    "project.split": _opens(SplitDialog),
    "project.compare": _opens(PeopleDialog),
    "project.merge": _opens(MergeDialog),
}


@CHECKS.of("project.differences")
def _differences(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.agree_dock.isVisible()
    hands.settle()


@CHECKS.of("project.apart")
def _apart(hands: Hands) -> None:
    hands.open()
    workbench = hands.window.workbench
    path = workbench.document.project.path
    workbench.close()
    hands.settle()
    with Project.open(path):
        hands.open()
        assert workbench.document.project.read_only
        with hands.qtbot.waitSignal(workbench.document.opened, timeout=60_000):
            hands.trigger()
        origin = workbench.document.project.part_origin
        assert origin is not None
        assert origin.base_name == path.stem
        assert not workbench.document.project.read_only
        hands.settle()


@CHECKS.of("review.approve")
def _approve(hands: Hands) -> None:
    hands.open()
    entry = hands.window.workbench.navigator.entry
    assert entry is not None
    hands.trigger()
    assert _said(hands, entry.id) is ReviewState.APPROVED
    assert hands.window.workbench.navigator.current_id != entry.id
    hands.settle()


@CHECKS.of("review.fixed")
def _fixed(hands: Hands) -> None:
    hands.open()
    entry = hands.window.workbench.navigator.entry
    assert entry is not None
    hands.window.workbench.second_look.send_back(entry.id, "the tail is missing", (3, 4))
    hands.trigger()
    assert _said(hands, entry.id) is ReviewState.FIXED
    hands.settle()


def _said(hands: Hands, image_id: int) -> ReviewState | None:
    review = hands.window.workbench.document.project.image(image_id).review
    return None if review is None else review.state


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
