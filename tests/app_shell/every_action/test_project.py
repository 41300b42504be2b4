"""Several people: the actions of the project menu, each as a person triggers it."""

from __future__ import annotations

from slimsam_app.windows.dialogs.annotator_dialog import AnnotatorDialog
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.dialogs.split_dialog import SplitDialog
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
    "project.merge": _opens(MergeDialog),
}


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
