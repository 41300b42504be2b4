"""What a picture is called, and the review: the actions, each as a person triggers it."""

from __future__ import annotations

from slimsam_app.windows.dialogs.statistics_page import StatisticsPage
from slimsam_core.annotation import ImageState
from tests.app_shell.every_action.hands import Check, Checks, Hands, every

CHECKS = Checks()


def _becomes(state: ImageState, goes_on: bool, before: ImageState = ImageState.IN_PROGRESS) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        workbench = hands.window.workbench
        entry = workbench.navigator.entry
        assert entry is not None
        workbench.set_state(before)
        hands.trigger()
        assert workbench.document.project.image(entry.id).state is state
        assert (workbench.navigator.current_id != entry.id) is goes_on
        hands.settle()

    return test


CHECKS |= {
    "image.done": _becomes(ImageState.DONE, goes_on=True),
    "image.empty": _becomes(ImageState.EMPTY_CHECKED, goes_on=True),
    "image.review": _becomes(ImageState.NEEDS_REVIEW, goes_on=False),
    "image.new": _becomes(ImageState.NEW, goes_on=False),
}


@CHECKS.of("image.remove")
def _remove(hands: Hands) -> None:
    hands.open()
    before = list(hands.window.workbench.navigator.ids)
    hands.trigger()
    hands.qtbot.waitUntil(lambda: hands.window.workbench.navigator.ids == before[1:], timeout=60_000)
    hands.settle()


@CHECKS.of("image.statistics")
def _statistics(hands: Hands) -> None:
    hands.open()
    hands.opens(StatisticsPage)
    hands.settle()


@CHECKS.of("image.queue")
def _queue(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    assert hands.window.review_dock.isVisible()
    hands.settle()


@CHECKS.of("review.right", "review.wrong")
def _judge(hands: Hands) -> None:
    hands.open()
    hands.add(5, side=2)
    review = hands.window.workbench.review
    with hands.qtbot.waitSignal(review.queue_changed, timeout=60_000):
        hands.window.actions_["image.queue"].trigger()
    review.go(next(doubt for doubt in review.doubts if doubt.owner is not None))
    hands.window.workspace.canvas.setFocus()
    before = hands.window.workbench.document.project.last_seq()
    hands.trigger()
    assert hands.window.workbench.document.project.last_seq() == before + 1
    hands.settle()


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
