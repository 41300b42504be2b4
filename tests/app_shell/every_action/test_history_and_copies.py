"""Undo, copies and the choice of objects: the actions, each as a person triggers it."""

from __future__ import annotations

from tests.app_shell.every_action.hands import Checks, Hands, every

CHECKS = Checks()


@CHECKS.of("edit.undo")
def _undo(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert not hands.objects


@CHECKS.of("edit.redo")
def _redo(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.window.workbench.undo()
    hands.trigger()
    assert len(hands.objects) == 1


@CHECKS.of("edit.copy")
def _copy(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    assert not hands.window.workbench.objects.can_paste
    hands.trigger()
    assert hands.window.workbench.objects.can_paste


@CHECKS.of("edit.paste")
def _paste(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.window.workbench.objects.copy()
    hands.trigger()
    assert len(hands.objects) == 2


@CHECKS.of("edit.duplicate")
def _duplicate(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert len(hands.objects) == 2


@CHECKS.of("edit.select_all")
def _select_all(hands: Hands) -> None:
    hands.open()
    ids = {hands.add(5), hands.add(30)}
    hands.trigger()
    assert set(hands.window.workbench.objects.selection) == ids


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
