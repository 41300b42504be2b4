"""From picture to picture, and the tools: the actions, each as a person triggers it."""

from __future__ import annotations

from slimsam_app.canvas.tools import TOOLS
from slimsam_app.windows.dialogs.carry_dialog import CarryDialog
from slimsam_app.windows.dialogs.go_to_dialog import GoToDialog
from slimsam_core.annotation import ImageState
from tests.app_shell.every_action.hands import Check, Checks, Hands, every, proposed, with_model

CHECKS = Checks()


def _goes(start: int, end: int, done: tuple[int, ...] = ()) -> Check:
    """From one place in the list to another, with these pictures done."""

    def test(hands: Hands) -> None:
        hands.open()
        workbench = hands.window.workbench
        ids = workbench.navigator.ids
        for place_ in done:
            workbench.navigator.go(ids[place_])
            workbench.set_state(ImageState.DONE)
        workbench.navigator.go(ids[start])
        hands.trigger()
        assert workbench.navigator.current_id == ids[end]
        hands.settle()

    return test


CHECKS |= {
    "image.next": _goes(0, 1),
    "image.carry_on": _goes(0, 1),  # with objects: tests/app_canvas/test_carry_on.py
    "image.previous": _goes(1, 0),
    "image.next_unfinished": _goes(0, 2, done=(1,)),
    "image.previous_unfinished": _goes(2, 0, done=(1,)),
}


CHECKS |= {"image.first": _goes(1, 0), "image.last": _goes(0, 2)}


@CHECKS.of("image.next_telling")
def _next_telling(hands: Hands) -> None:
    with_model(hands)
    navigator = hands.window.workbench.navigator
    before = navigator.current_id
    with hands.qtbot.waitSignal(hands.window.workbench.likeness.chosen, timeout=60_000):
        hands.trigger()
    assert navigator.current_id != before  # which one: tests/app_canvas/test_find_more.py
    hands.settle()


@CHECKS.of("image.carry_through")
def _carry_through(hands: Hands) -> None:
    hands.open()
    hands.opens(CarryDialog)  # what it does: tests/app_canvas/test_carry_through.py


@CHECKS.of("image.go_to")
def _go_to(hands: Hands) -> None:
    hands.open()
    hands.opens(GoToDialog)


def _chooses_tool(tool_id: str) -> Check:
    def test(hands: Hands) -> None:
        if tool_id == "review":
            proposed(hands)
        else:
            hands.open()
        canvas = hands.window.workspace.canvas
        canvas.set_tool("pan" if tool_id != "pan" else "select")
        hands.trigger()
        assert canvas.tool.id == tool_id
        assert hands.window.actions_[f"tool.{tool_id}"].isChecked()

    return test


CHECKS |= {f"tool.{tool_id}": _chooses_tool(tool_id) for tool_id in TOOLS}


@CHECKS.of("tool.smaller")
def _smaller(hands: Hands) -> None:
    hands.open()
    hands.window.workspace.canvas.set_tool("brush")
    before = hands.window.workspace.canvas.style_now.brush_px
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.brush_px < before


@CHECKS.of("tool.larger")
def _larger(hands: Hands) -> None:
    hands.open()
    hands.window.workspace.canvas.set_tool("brush")
    before = hands.window.workspace.canvas.style_now.brush_px
    hands.trigger()
    assert hands.window.workspace.canvas.style_now.brush_px > before


@CHECKS.of("tool.click")
def _click_at_the_cross(hands: Hands) -> None:
    hands.open()
    added: list[bool] = []
    hands.window.workspace.canvas.point_added.connect(lambda point, _: added.append(point.positive))
    hands.trigger()
    assert added == [True]


@CHECKS.of("tool.click_right")
def _right_click_at_the_cross(hands: Hands) -> None:
    hands.open()
    added: list[bool] = []
    hands.window.workspace.canvas.point_added.connect(lambda point, _: added.append(point.positive))
    hands.trigger()
    assert added == [False]


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
