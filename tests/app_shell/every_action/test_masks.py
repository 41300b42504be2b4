"""Pixels of objects: the actions, each as a person triggers it."""

from __future__ import annotations

import numpy as np

from slimsam_app.windows.dialogs.simplify_sheet import SimplifySheet
from slimsam_core.pixels.mask import BoolMask
from tests.app_shell.every_action.hands import SIZE, Check, Checks, Hands, every, two_chosen

CHECKS = Checks()


@CHECKS.of("mask.merge")
def _merge(hands: Hands) -> None:
    two_chosen(hands)
    hands.trigger()
    hands.settle()
    assert [annotation.mask.area for annotation in hands.objects] == [30 * 20]


@CHECKS.of("mask.subtract")
def _subtract(hands: Hands) -> None:
    two_chosen(hands)
    hands.trigger()
    hands.settle()
    assert sorted(annotation.mask.area for annotation in hands.objects) == [10 * 20, 20 * 20]


@CHECKS.of("mask.intersect")
def _intersect(hands: Hands) -> None:
    two_chosen(hands)
    hands.trigger()
    hands.settle()
    assert [annotation.mask.area for annotation in hands.objects] == [10 * 20]


def _squares(*squares: tuple[int, int, int], hole: bool = False) -> BoolMask:
    """Squares of x, y, side; with a hole in the middle of the first."""
    pixels = np.zeros(SIZE, np.bool_)
    for x, y, side in squares:
        pixels[y : y + side, x : x + side] = True
    if hole:
        x, y, side = squares[0]
        pixels[y + side // 2, x + side // 2] = False
    return pixels


def _mask_becomes(before: BoolMask, areas: list[int]) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        hands.add(0, pixels=before)
        hands.trigger()
        hands.settle()
        assert sorted(annotation.mask.area for annotation in hands.objects) == areas

    return test


CHECKS |= {
    "mask.split": _mask_becomes(_squares((2, 2, 10), (30, 30, 20)), [100, 400]),
    "mask.fill": _mask_becomes(_squares((2, 2, 10), hole=True), [100]),
    "mask.specks": _mask_becomes(_squares((2, 2, 20), (50, 50, 2)), [400]),
    "mask.largest": _mask_becomes(_squares((2, 2, 20), (40, 40, 12)), [400]),
}


@CHECKS.of("mask.smooth")
def _smooth(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    hands.settle()
    assert 300 < hands.objects[0].mask.area < 400, "the corners of the square are rounded"


@CHECKS.of("mask.simplify")
def _simplify(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.opens(SimplifySheet)


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
