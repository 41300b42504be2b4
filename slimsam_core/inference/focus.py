"""Focus: the part of a picture that a person looks at, encoded by itself for the sake of small things."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slimsam_core.inference.framing import framed, previous_in
from slimsam_core.inference.prediction import ImageEmbedding, Prediction, Previous
from slimsam_core.inference.zoom import Window
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor


@dataclass(frozen=True, eq=False)
class Focus:
    """A window of a picture of size ``picture``, and what an encoder made of it alone."""

    window: Window
    picture: Size
    embedding: ImageEmbedding

    def covers(self, prompts: PromptSet) -> bool:
        """Whether every point, and the whole box, lies inside."""
        box = prompts.box
        corners = [] if box is None else [(box.x0, box.y0), (box.x1, box.y1)]
        left, top, size = self.window.x, self.window.y, self.window.size
        return all(
            left <= x <= left + size.width and top <= y <= top + size.height
            for x, y in [*((p.x, p.y) for p in prompts.points), *corners]
        )

    def answers(self, predictor: Predictor, prompts: PromptSet) -> bool:
        """Whether ``predict_focused`` can: it covers the prompts, and that model's encoder made it:
        another one may have been taken into use since."""
        return self.embedding.encoder_of == predictor.encoder_of and self.covers(prompts)


def window_around(box: BoxXYXY, picture: Size) -> Window | None:
    """The whole pixels that a box touches; None when it lies outside the picture."""
    inside = box.clipped(picture)
    if inside is None:
        return None
    x, y = math.floor(inside.x0), math.floor(inside.y0)
    return Window(x, y, Size(math.ceil(inside.y1) - y, math.ceil(inside.x1) - x))


def look_at(predictor: Predictor, rgb: RgbImage, window: Window) -> Focus:
    """Encode a window of a picture, uint8 HxWx3. Raises OutOfMemory."""
    return Focus(window, Size.of(rgb), predictor.embed(window.cut(rgb)))


def predict_focused(
    predictor: Predictor, focus: Focus, prompts: PromptSet, previous: Previous | None = None
) -> Prediction:
    """``Predictor.predict`` from the focus alone; prompts and masks in the frame of the whole picture.

    Raises PromptError for a prompt outside the window.
    """
    window, picture, arch = focus.window, focus.picture, predictor.arch
    before = previous_in(previous, window, picture, arch.fit, arch.mask_size)
    answer = predictor.predict(focus.embedding, window.prompts(prompts), before, closer=False)
    return framed(answer, window, picture)
