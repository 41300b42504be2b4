"""Outlines and clicks before they are objects: the actions, each as a person triggers it."""

from __future__ import annotations

import pytest

from slimsam_core.pixels.geometry import PointPrompt
from tests.app_canvas.canvas_hands import click
from tests.app_shell.every_action.hands import Check, Checks, Hands, every, with_model

CHECKS = Checks()


def _polygon(hands: Hands, *corners: tuple[float, float]) -> None:
    """Draw corners with the polygon tool, without closing it."""
    canvas = hands.window.workspace.canvas
    canvas.set_tool("polygon")
    for corner in corners:
        click(canvas, *corner)


TRIANGLE = ((10.0, 10.0), (50.0, 10.0), (10.0, 50.0))


@CHECKS.of("prompt.accept", "prompt.accept_next")
def _accept(hands: Hands) -> None:
    hands.open()
    _polygon(hands, *TRIANGLE)
    hands.trigger()
    hands.settle()
    assert len(hands.objects) == 1
    assert hands.objects[0].mask.area == pytest.approx(800, rel=0.1)


@CHECKS.of("prompt.remove_last")
def _remove_last(hands: Hands) -> None:
    hands.open()
    _polygon(hands, *TRIANGLE, (50, 50))
    hands.trigger()
    hands.window.workspace.canvas.finish()
    hands.settle()
    assert hands.objects[0].mask.area == pytest.approx(800, rel=0.1), "the fourth corner is gone"


@CHECKS.of("prompt.cancel")
def _cancel(hands: Hands) -> None:
    hands.open()
    _polygon(hands, *TRIANGLE)
    hands.trigger()
    assert not hands.window.workspace.canvas.finish()
    assert not hands.objects


def _cycles(step: int) -> Check:
    def test(hands: Hands) -> None:
        with_model(hands)
        prompts = hands.window.prompting.prompts
        prompts.add_point(PointPrompt(40, 30))
        hands.qtbot.waitUntil(lambda: len(prompts.candidates) == 3, timeout=60_000)
        before = prompts.chosen
        hands.trigger()
        assert prompts.chosen == (before + step) % 3

    return test


CHECKS |= {"prompt.cycle": _cycles(+1), "prompt.cycle_back": _cycles(-1)}


@CHECKS.of("prompt.focus")
def _focus(hands: Hands) -> None:
    with_model(hands)
    prompts = hands.window.prompting.prompts
    hands.window.workspace.canvas.set_zoom(40.0)
    hands.trigger()
    hands.qtbot.waitUntil(lambda: prompts.focused is not None, timeout=60_000)
    hands.trigger()
    hands.qtbot.waitUntil(lambda: prompts.focused is None, timeout=60_000)


@CHECKS.of("object.refine")
def _refine(hands: Hands) -> None:
    with_model(hands)
    hands.add(5)
    hands.window.workspace.canvas.set_tool("select")
    hands.trigger()
    hands.qtbot.waitUntil(lambda: hands.window.prompting.prompts.active, timeout=60_000)
    assert hands.window.workspace.canvas.tool.id == "point"


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
