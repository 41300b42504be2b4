"""Answers over a window of a picture and answers over all of it: each as the other is wanted."""

from __future__ import annotations

from dataclasses import replace

from slimsam_core.inference.prediction import Candidate, Prediction, Previous
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.inference.zoom import CloseUp, Window, logits_in_picture, logits_in_window, whole_of
from slimsam_core.pixels.geometry import Size


def previous_in(previous: Previous | None, window: Window | None, picture: Size) -> FloatArray | None:
    """The logits to refine, over the window that is looked at."""
    if previous is None:
        return None
    logits, source = finest_in(previous, picture)
    if window is None:
        return previous.low_res_logits if isinstance(previous, Candidate) else previous
    return logits if source == window else logits_in_window(logits, source, window)


def finest_in(previous: Previous, picture: Size) -> tuple[FloatArray, Window]:
    """The most detailed logits of an earlier answer, and the part of the picture that they cover."""
    if isinstance(previous, Candidate):
        logits, window = previous.finest
        return logits, window or whole_of(picture)
    return previous, whole_of(picture)


def framed(prediction: Prediction, window: Window, picture: Size) -> Prediction:
    """A prediction made in ``window``, as one of the picture."""
    close_ups = [CloseUp(window, c.low_res_logits) for c in prediction.candidates]
    return replace(
        prediction,
        candidates=tuple(
            replace(c, low_res_logits=logits_in_picture(close_up, picture), close_up=close_up)
            for c, close_up in zip(prediction.candidates, close_ups, strict=True)
        ),
    )
