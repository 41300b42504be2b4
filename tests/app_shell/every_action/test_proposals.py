"""Proposals of the model and masks of boxes: the actions, each as a person triggers it."""

from __future__ import annotations

from dataclasses import replace

from slimsam_app.kept import Intent
from slimsam_core.annotation import DrawnShape, Provenance, ShapeKind
from slimsam_core.project import Edit
from tests.app_shell.every_action.hands import (
    Check,
    Checks,
    Hands,
    every,
    proposed,
    with_model,
)

CHECKS = Checks()


@CHECKS.of("mask.from_boxes")
def _masks_of_boxes(hands: Hands) -> None:
    with_model(hands)
    window = hands.window
    object_id = hands.add(5)
    document = window.workbench.document
    before = window.workbench.objects.objects[0]
    corners = DrawnShape(ShapeKind.RECTANGLE, (((5.0, 10.0), (25.0, 30.0)),))
    box = replace(before, drawn=corners, provenance=Provenance(source="import:coco"))
    document.run(Intent("A detector's box", (Edit(before, box),)))
    with hands.qtbot.waitSignal(window.workbench.box_masks.finished, timeout=60_000):
        hands.trigger()
    (made,) = hands.objects
    assert made.id == object_id
    assert made.provenance.source == "model"
    hands.settle()


def _proposals(left: tuple[int, ...], chosen: tuple[int, ...], objects: int, first: tuple[int, ...]) -> Check:
    def test(hands: Hands) -> None:
        session = proposed(hands)
        session.select(first)
        hands.trigger()
        assert tuple(p.id for p in session.proposals) == left
        assert session.selection == chosen
        assert len(hands.objects) == objects

    return test


@CHECKS.of("proposal.accept_next")
def _accept_and_go_on(hands: Hands) -> None:
    session, workbench = proposed(hands), hands.window.workbench
    first, second = workbench.navigator.ids[:2]
    session.select((1,))
    hands.trigger()
    assert len(workbench.document.annotations(first)) == 3
    assert session.draft(first) is None
    assert workbench.navigator.current_id == second
    hands.settle()


CHECKS |= {
    "proposal.accept_shown": _proposals((), (), 3, (1,)),
    "proposal.reject": _proposals((1, 3), (3,), 0, (2,)),
    "proposal.merge": _proposals((4, 3), (4,), 0, (1, 2)),
    "proposal.discard": _proposals((), (), 0, (1,)),
    "proposal.next": _proposals((1, 2, 3), (2,), 0, (1,)),
    "proposal.previous": _proposals((1, 2, 3), (3,), 0, (1,)),
}


@CHECKS.of("proposal.restore")
def _bring_back(hands: Hands) -> None:
    session = proposed(hands)
    session.select((2,))
    session.reject()
    hands.trigger()
    assert tuple(p.id for p in session.proposals) == (1, 2, 3)
    assert session.selection == (2,)


@CHECKS.of("proposal.find")
def _find_everything(hands: Hands) -> None:
    with_model(hands)
    with hands.qtbot.waitSignal(hands.window.prompting.everything.found, timeout=60_000):
        hands.trigger()
    hands.settle()


def _searches(words: str) -> Check:
    """What it finds: tests/app_canvas/test_find_more.py."""

    def test(hands: Hands) -> None:
        with_model(hands)
        hands.add(5)
        told: list[str] = []
        hands.window.workbench.told.connect(lambda *said: told.extend(said))
        with hands.qtbot.waitSignal(hands.window.workbench.likeness.finished, timeout=60_000):
            hands.trigger()
        assert told[0] == "There is nothing yet to look for."
        assert words in told[1]
        hands.settle()

    return test


CHECKS |= {
    "proposal.like_these": _searches("not yet. It has 1 "),
    "proposal.rest": _searches("not yet. It has "),
}


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
