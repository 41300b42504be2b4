"""Answers over a window of a picture and answers over all of it: each as the other is wanted."""

from __future__ import annotations

from dataclasses import replace

from slimsam_core.inference.prediction import Candidate, Prediction, Previous
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.inference.zoom import (
    CloseUp,
    PlacedLogits,
    Window,
    logits_in_picture,
    logits_in_window,
    whole_of,
)
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.square_fit import SquareFit


def previous_in(
    previous: Previous | None, window: Window | None, picture: Size, fit: SquareFit, cells: int
) -> FloatArray | None:
    """The logits to refine, over the window that is looked at (None = the picture) as it lies in the model's
    square, ``cells`` a side: what another model answered may have more or fewer."""
    if previous is None:
        return None
    if isinstance(previous, Candidate) and window is None:
        given = PlacedLogits(previous.low_res_logits, None, previous.fit)
    else:
        given = finest_in(previous, fit)
    source, target = given.window or whole_of(picture), window or whole_of(picture)
    if source == target and given.fit is fit and given.logits.shape == (cells, cells):
        return given.logits
    return logits_in_window(given.logits, source, target, fit, given=given.fit, cells=cells)


def finest_in(previous: Previous, fit: SquareFit) -> PlacedLogits:
    """The most detailed logits of an earlier answer; ``fit`` is that of a model that bare logits are for."""
    if isinstance(previous, Candidate):
        return previous.finest
    return previous if isinstance(previous, PlacedLogits) else PlacedLogits(previous, None, fit)


def framed(prediction: Prediction, window: Window, picture: Size) -> Prediction:
    """A prediction made in ``window``, as one of the picture."""
    close_ups = [CloseUp(window, c.low_res_logits, c.fit) for c in prediction.candidates]
    return replace(
        prediction,
        candidates=tuple(
            replace(c, low_res_logits=logits_in_picture(close_up, picture), close_up=close_up)
            for c, close_up in zip(prediction.candidates, close_ups, strict=True)
        ),
    )
